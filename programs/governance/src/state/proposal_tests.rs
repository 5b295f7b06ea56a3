use super::{
    super::{ProposalDraft, ProposedAction, Side},
    *,
};
use bytemuck::Zeroable;
use proptest::prelude::*;

const NOW: i64 = 1_000_000;

fn params() -> Params {
    Params {
        total_weight: 1_001.into(),
        quorum_bps: 1_000.into(),
        threshold: 60.into(),
        notice: 1_800.into(),
        voting_time: 3_600.into(),
        hold_up: 7_200.into(),
        execution_window: 10_800.into(),
        proposal_deposit: 5.into(),
        floor_bps: 1_000.into(),
        ..Params::zeroed()
    }
}

const OPENS: i64 = NOW + 1_800;
const ENDS: i64 = OPENS + 3_600;
const EXECUTABLE: i64 = ENDS + 7_200;
const EXPIRES: i64 = EXECUTABLE + 10_800;

fn published(params: &mut Params) -> Proposal {
    let mut proposal = Proposal::zeroed();
    proposal.publish(params, NOW).unwrap();
    proposal
}

fn opened(params: &mut Params) -> Proposal {
    let mut proposal = published(params);
    proposal.open_vote(params, 0, OPENS).unwrap();
    proposal
}

fn passed() -> Proposal {
    let mut proposal = opened(&mut params());
    proposal.tally.cast(Side::Yes, 101).unwrap();
    proposal
}

#[test]
fn a_vote_opens_once_between_notice_and_lapse() {
    let mut params = params();
    let mut proposal = published(&mut params);
    assert_eq!(proposal.status(NOW), Status::Notice);
    let early = proposal.open_vote(&mut params, 0, OPENS - 1);
    assert_eq!(early, Err(GovernanceError::NoticeRunning));
    assert_eq!(proposal.status(ENDS - 1), Status::Notice);
    assert_eq!(proposal.status(ENDS), Status::Lapsed);
    let late = proposal.open_vote(&mut params, 0, ENDS);
    assert_eq!(late, Err(GovernanceError::ProposalLapsed));
    assert_eq!(proposal.open_vote(&mut params, 0, ENDS - 1), Ok(()));
    let again = proposal.open_vote(&mut params, 0, ENDS - 1);
    assert_eq!(again, Err(GovernanceError::AlreadyOpen));
    assert_eq!(params.opening_count.get(), 1);
}

#[test]
fn a_lapsed_proposal_is_finished_and_loses_its_deposit() {
    let mut proposal = published(&mut params());
    assert!(!proposal.is_finished(ENDS - 1));
    assert!(proposal.is_finished(ENDS));
    assert!(proposal.keeps_deposit());
    let lapsed = proposal.execute(ENDS);
    assert_eq!(lapsed, Err(GovernanceError::ProposalLapsed));
    let notice = proposal.execute(NOW);
    assert_eq!(notice, Err(GovernanceError::VotingNotOpen));
}

#[test]
fn the_snapshot_is_that_of_the_opening_and_no_later_change_applies() {
    let mut params = params();
    let mut proposal = published(&mut params);
    params.total_weight = 2_001.into();
    params.next_opening().unwrap();
    proposal.open_vote(&mut params, 0, OPENS).unwrap();
    params.threshold = 1.into();
    params.total_weight = 5.into();
    assert_eq!(proposal.quorum.get(), 201);
    assert_eq!(proposal.threshold.get(), 60);
    assert_eq!(proposal.total_weight.get(), 2_001);
    assert_eq!(proposal.opening.get(), 1);
    assert_eq!(params.opening_count.get(), 2);
    assert_eq!(params.proposal_count.get(), 1);
    assert_eq!(
        (
            proposal.ends_at.get(),
            proposal.reveal_ends_at.get(),
            proposal.executable_at.get(),
            proposal.expires_at.get()
        ),
        (ENDS, ENDS, EXECUTABLE, EXPIRES)
    );
}

#[test]
fn the_least_yes_is_a_share_of_the_supply_if_that_is_more() {
    // A tenth of the supply in the longest locks.
    for (supply, threshold) in [(0, 60), (149, 60), (150, 60), (151, 61), (1_000, 400)] {
        let mut params = params();
        let mut proposal = published(&mut params);
        proposal.open_vote(&mut params, supply, OPENS).unwrap();
        assert_eq!(proposal.threshold.get(), threshold, "{supply}");
    }
}

#[test]
fn a_secret_vote_has_as_long_again_to_reveal() {
    let mut params = params();
    let mut proposal = published(&mut params);
    proposal.secret = 1;
    proposal.open_vote(&mut params, 0, OPENS).unwrap();
    proposal.tally.cast(Side::Yes, 101).unwrap();
    assert_eq!(proposal.status(ENDS), Status::Revealing);
    assert_eq!(proposal.status(ENDS + 3_599), Status::Revealing);
    assert_eq!(proposal.status(ENDS + 3_600), Status::HoldUp);
    assert_eq!(proposal.executable_at.get(), EXECUTABLE + 3_600);
    assert_eq!(proposal.expires_at.get(), EXPIRES + 3_600);
    assert_eq!(proposal.voting_time(), 3_600);
    let open = proposal.execute(ENDS);
    assert_eq!(open, Err(GovernanceError::VotingOpen));
}

#[test]
fn a_heavy_proposal_needs_twice_the_quorum_and_twice_as_much_yes_as_no() {
    let mut params = params();
    let mut proposal = published(&mut params);
    proposal.heavy = 1;
    proposal.open_vote(&mut params, 0, OPENS).unwrap();
    assert_eq!(proposal.quorum.get(), 202);
    proposal.tally.cast(Side::Yes, 134).unwrap();
    proposal.tally.cast(Side::No, 68).unwrap();
    assert_eq!(proposal.status(ENDS), Status::Defeated);
    proposal.tally.retract(Side::No, 1).unwrap();
    assert_eq!(proposal.status(ENDS), Status::Defeated);
    proposal.tally.cast(Side::Abstain, 1).unwrap();
    assert_eq!(proposal.status(ENDS), Status::HoldUp);
}

#[test]
fn a_passed_proposal_is_executed_once_within_its_window() {
    let mut proposal = passed();
    let early = proposal.execute(ENDS - 1);
    assert_eq!(early, Err(GovernanceError::VotingOpen));
    assert_eq!(proposal.status(ENDS), Status::HoldUp);
    let held = proposal.execute(EXECUTABLE - 1);
    assert_eq!(held, Err(GovernanceError::HoldUpRunning));
    assert_eq!(proposal.status(EXPIRES - 1), Status::Executable);
    let late = proposal.execute(EXPIRES);
    assert_eq!(late, Err(GovernanceError::ProposalExpired));
    assert!(proposal.is_finished(EXPIRES));
    assert_eq!(proposal.execute(EXECUTABLE), Ok(()));
    let again = proposal.execute(EXECUTABLE);
    assert_eq!(again, Err(GovernanceError::AlreadyExecuted));
    assert!(proposal.is_finished(EXECUTABLE));
    assert!(!proposal.keeps_deposit());
}

#[test]
fn a_proposal_without_support_is_defeated() {
    let mut proposal = opened(&mut params());
    proposal.tally.cast(Side::No, 100).unwrap();
    assert!(!proposal.is_finished(ENDS - 1));
    let defeated = proposal.execute(ENDS);
    assert_eq!(defeated, Err(GovernanceError::ProposalDefeated));
    assert!(proposal.is_finished(ENDS));
}

#[test]
fn a_vote_opened_while_nothing_is_locked_keeps_the_deposit() {
    let mut params = params();
    params.total_weight = 0.into();
    let proposal = opened(&mut params);
    assert_eq!(proposal.quorum.get(), 1);
    assert!(proposal.keeps_deposit());
}

#[test]
fn a_veto_works_in_the_hold_up_only() {
    let not_now = Err(GovernanceError::NotInHoldUp);
    for time in [ENDS - 1, EXECUTABLE, EXPIRES] {
        assert_eq!(passed().veto(time), not_now);
    }
    assert_eq!(published(&mut params()).veto(NOW), not_now);
    assert_eq!(opened(&mut params()).veto(ENDS), not_now);
    let mut proposal = passed();
    assert_eq!(proposal.veto(EXECUTABLE - 1), Ok(()));
    assert_eq!(proposal.status(EXECUTABLE), Status::Vetoed);
    let vetoed = proposal.execute(EXECUTABLE);
    assert_eq!(vetoed, Err(GovernanceError::Vetoed));
    assert!(proposal.is_finished(EXECUTABLE - 1));
    assert!(!proposal.keeps_deposit());
    assert_eq!(proposal.veto(EXECUTABLE - 1), not_now);
}

#[test]
fn a_guardian_cannot_veto_its_dismissal() {
    let mut proposal = passed();
    let nobody = ProposedAction::set_guardian(Address::default());
    let draft = ProposalDraft {
        title: [b't'; 64],
        description: [7; 32],
        secret: 0,
        actions: vec![nobody],
    };
    proposal.set_content(&draft).unwrap();
    proposal.quorum = 1.into();
    assert_eq!(proposal.veto(ENDS), Err(GovernanceError::CannotVeto));
}

proptest! {
    /// At every time a proposal has one status, and the statuses follow each other in one order.
    #[test]
    fn statuses_follow_in_order(
        yes in 0u64..1_000, no in 0u64..1_000, secret: bool, heavy: bool, opens in 0i64..4_000,
    ) {
        let mut params = params();
        let mut proposal = published(&mut params);
        proposal.secret = u8::from(secret);
        proposal.heavy = u8::from(heavy);
        let open = proposal.open_vote(&mut params, 0, NOW + opens).is_ok();
        prop_assert_eq!(open, (1_800..5_400).contains(&opens));
        proposal.tally.cast(Side::Yes, yes).unwrap();
        proposal.tally.cast(Side::No, no).unwrap();
        let order = |status| match status {
            Status::Notice => 0,
            Status::Voting => 1,
            Status::Revealing => 2,
            Status::HoldUp => 3,
            Status::Executable => 4,
            Status::Lapsed | Status::Defeated | Status::Expired => 5,
            Status::Vetoed | Status::Executed => 6,
        };
        let times = (NOW..NOW + 60_000).step_by(300);
        let places: Vec<_> = times.map(|now| order(proposal.status(now))).collect();
        prop_assert!(places.is_sorted());
        prop_assert_eq!(places.last(), Some(&5));
        prop_assert_eq!(places.contains(&2), open && secret);
        prop_assert_eq!(places.contains(&4), open && proposal.passes());
    }
}
