use super::{super::Params, *};
use bytemuck::Zeroable;
use proptest::prelude::*;

const NOW: i64 = 1_000_000;
const HOUR: i64 = 3_600;

fn params() -> Params {
    Params {
        min_lock: 3_600.into(),
        max_lock: 126_144_000.into(),
        quorum_bps: 1_000.into(),
        threshold: 1.into(),
        notice: 3_600.into(),
        voting_time: 3_600.into(),
        hold_up: 3_600.into(),
        execution_window: 3_600.into(),
        ..Params::zeroed()
    }
}

fn locked(params: &mut Params, amount: u64) -> Lock {
    let mut lock = Lock::zeroed();
    lock.begin(params, amount, 3_600, NOW).unwrap();
    lock.owner = address(9);
    lock
}

/// A secret proposal whose vote is open from `NOW + 1 h` to `NOW + 2 h`, and revealed for an hour.
fn opened(params: &mut Params) -> Proposal {
    let mut proposal = Proposal::zeroed();
    proposal.secret = 1;
    proposal.publish(params, NOW).unwrap();
    proposal.open_vote(params, 0, NOW + HOUR).unwrap();
    proposal
}

fn address(byte: u8) -> Address {
    Address::new_from_array([byte; 32])
}

/// The commitment of lock `number` in proposal 1.
fn hidden(number: u8, side: Side) -> [u8; 32] {
    commitment(&address(1), &address(number), &address(9), side, &[5; 32])
}

fn reveal(
    vote: &mut Vote,
    lock: &mut Lock,
    proposal: &mut Proposal,
    (number, side, salt): (u8, Side, u8),
    now: i64,
) -> RuleResult<()> {
    vote.reveal(
        (&address(number), lock),
        (&address(1), proposal),
        side,
        &[salt; 32],
        now,
    )
}

#[test]
fn a_later_vote_replaces_the_earlier_one_openly_or_secretly() {
    let mut params = params();
    let mut lock = locked(&mut params, 10);
    let (mut proposal, mut vote) = (opened(&mut params), Vote::zeroed());
    let tally = |proposal: &Proposal| {
        let tally = proposal.tally;
        (tally.yes.get(), tally.no.get(), tally.abstain.get())
    };
    let now = NOW + HOUR;
    for (ballot, expected, unrevealed) in [
        (Ballot::Yes, (10, 0, 0), 0),
        (Ballot::Secret, (0, 0, 10), 1),
        (Ballot::Secret, (0, 0, 10), 1),
        (Ballot::No, (0, 10, 0), 0),
        (Ballot::Abstain, (0, 0, 10), 0),
    ] {
        vote.cast(&mut lock, &mut proposal, ballot, now).unwrap();
        assert_eq!(tally(&proposal), expected);
        assert_eq!(lock.unrevealed.get(), unrevealed);
        assert_eq!(vote.previous(), Some(ballot));
    }
    assert_eq!(lock.touched_at.get(), now);
    assert_eq!(vote.closes_at, proposal.reveal_ends_at);
}

#[test]
fn a_vote_is_cast_in_the_voting_time_only() {
    let mut params = params();
    let mut lock = locked(&mut params, 10);
    let mut vote = Vote::zeroed();
    let mut proposal = Proposal::zeroed();
    proposal.publish(&mut params, NOW).unwrap();
    let early = vote.cast(&mut lock, &mut proposal, Ballot::Yes, NOW);
    assert_eq!(early, Err(GovernanceError::VotingNotOpen));
    proposal.open_vote(&mut params, 0, NOW + HOUR).unwrap();
    let last = NOW + 2 * HOUR - 1;
    assert_eq!(
        vote.cast(&mut lock, &mut proposal, Ballot::Yes, last),
        Ok(())
    );
    let late = vote.cast(&mut lock, &mut proposal, Ballot::No, last + 1);
    assert_eq!(late, Err(GovernanceError::VotingEnded));
}

#[test]
fn a_lock_made_after_the_opening_cannot_vote() {
    let mut params = params();
    let mut proposal = opened(&mut params);
    let mut lock = locked(&mut params, 10);
    let mut vote = Vote::zeroed();
    let new = vote.cast(&mut lock, &mut proposal, Ballot::Yes, NOW + HOUR);
    assert_eq!(new, Err(GovernanceError::LockTooNew));
}

#[test]
fn a_secret_vote_is_revealed_between_the_two_ends() {
    let mut params = params();
    let mut lock = locked(&mut params, 10);
    let (mut proposal, mut vote) = (opened(&mut params), Vote::zeroed());
    vote.cast(&mut lock, &mut proposal, Ballot::Secret, NOW + HOUR)
        .unwrap();
    vote.commitment = hidden(2, Side::Yes);
    let right = (2, Side::Yes, 5);
    let (ends, reveal_ends) = (NOW + 2 * HOUR, NOW + 3 * HOUR);
    let mut try_at = |now, opening| reveal(&mut vote, &mut lock, &mut proposal, opening, now);
    assert_eq!(try_at(ends - 1, right), Err(GovernanceError::VotingOpen));
    assert_eq!(
        try_at(reveal_ends, right),
        Err(GovernanceError::RevealEnded)
    );
    for wrong in [(3, Side::Yes, 5), (2, Side::No, 5), (2, Side::Yes, 6)] {
        assert_eq!(try_at(ends, wrong), Err(GovernanceError::WrongCommitment));
    }
    assert_eq!(try_at(ends, right), Ok(()));
    assert_eq!(try_at(ends, right), Err(GovernanceError::WrongCommitment));
    assert_eq!(proposal.tally.yes.get(), 10);
    assert_eq!(proposal.tally.abstain.get(), 0);
    assert_eq!(lock.unrevealed.get(), 0);
    assert_eq!(lock.bound_until, proposal.expires_at);
}

#[test]
fn an_open_vote_cannot_be_revealed() {
    let mut params = params();
    let mut lock = locked(&mut params, 10);
    let (mut proposal, mut vote) = (opened(&mut params), Vote::zeroed());
    vote.cast(&mut lock, &mut proposal, Ballot::Abstain, NOW + HOUR)
        .unwrap();
    vote.commitment = hidden(2, Side::Yes);
    let ends = NOW + 2 * HOUR;
    let refused = reveal(&mut vote, &mut lock, &mut proposal, (2, Side::Yes, 5), ends);
    assert_eq!(refused, Err(GovernanceError::WrongCommitment));
}

#[test]
fn a_proposal_without_secret_votes_has_no_time_to_reveal() {
    let mut params = params();
    let mut lock = locked(&mut params, 10);
    let mut proposal = Proposal::zeroed();
    proposal.publish(&mut params, NOW).unwrap();
    proposal.open_vote(&mut params, 0, NOW + HOUR).unwrap();
    let mut vote = Vote::zeroed();
    let refused = reveal(
        &mut vote,
        &mut lock,
        &mut proposal,
        (2, Side::Yes, 5),
        NOW + 2 * HOUR,
    );
    assert_eq!(refused, Err(GovernanceError::RevealEnded));
}

fn ballot() -> impl Strategy<Value = Ballot> {
    prop_oneof![
        Just(Ballot::Yes),
        Just(Ballot::No),
        Just(Ballot::Abstain),
        Just(Ballot::Secret)
    ]
}

proptest! {
    /// Whatever locks cast, change and reveal, each counts once, with its own weight, where it stands last.
    #[test]
    fn every_lock_counts_once(
        amounts in prop::collection::vec(1u64..1 << 50, 1..6),
        casts in prop::collection::vec((0usize..6, ballot()), 1..30),
        reveals in prop::collection::vec((0usize..6, any::<bool>()), 0..12),
    ) {
        let mut params = params();
        let mut locks: Vec<Lock> = amounts.iter().map(|a| locked(&mut params, *a)).collect();
        let mut votes = vec![Vote::zeroed(); locks.len()];
        let mut proposal = opened(&mut params);
        for (i, ballot) in casts {
            let number = 10 + i as u8;
            let Some(lock) = locks.get_mut(i) else { continue };
            votes[i].cast(lock, &mut proposal, ballot, NOW + HOUR).unwrap();
            if ballot == Ballot::Secret {
                votes[i].commitment = hidden(number, Side::No);
            }
        }
        for (i, honest) in reveals {
            let Some(lock) = locks.get_mut(i) else { continue };
            let number = 10 + i as u8;
            let was_secret = votes[i].previous() == Some(Ballot::Secret);
            let side = if honest { Side::No } else { Side::Yes };
            let done = reveal(&mut votes[i], lock, &mut proposal, (number, side, 5), NOW + 2 * HOUR);
            prop_assert_eq!(done.is_ok(), was_secret && honest);
        }
        let mut sides = [0u64; 3];
        for (vote, lock) in votes.iter().zip(&locks) {
            if let Some(ballot) = vote.previous() {
                sides[ballot.side() as usize] += lock.weight.get();
                let secret = ballot == Ballot::Secret;
                prop_assert_eq!(lock.unrevealed.get(), u32::from(secret));
            }
        }
        let tally = proposal.tally;
        prop_assert_eq!(sides, [tally.yes.get(), tally.no.get(), tally.abstain.get()]);
        prop_assert!(tally.turnout() <= proposal.total_weight.get());
    }
}
