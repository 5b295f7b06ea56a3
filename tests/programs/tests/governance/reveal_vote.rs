use assay_governance::{
    error::GovernanceError,
    event::VoteRevealed,
    state::{commitment, Ballot, Lock, Proposal, ProposedAction, Side, Target, Vote},
};
use assay_harness::{
    assert_fails, ballot::Ballot as SecretBallot, governance::MIN_LOCK, instruction::governance,
    market::GENESIS_HASH, pda::governance as at, Address, Keypair, Signer, TestContext,
    TransactionFailure, TransactionResult,
};

const SALT: [u8; 32] = [5; 32];

/// Casts a secret vote of alice's lock 0 of weight 5,000 for `side`. Returns her, her lock and the proposal.
fn committed(context: &mut TestContext, side: Side) -> (Keypair, Address, Address) {
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let lock = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Staking, 0, 400);
    let proposal = context.propose_secretly(&proposer, &[action]);
    let hidden = commitment(&proposal, &lock, &alice.pubkey(), side, &SALT);
    let vote = governance::cast_secret_vote(alice.pubkey(), 0, proposal, hidden);
    context.send(&[vote], &[&alice]).unwrap();
    (alice, lock, proposal)
}

fn reveal(
    context: &mut TestContext,
    (proposal, lock): (Address, Address),
    side: Side,
    salt: [u8; 32],
) -> Result<TransactionResult, TransactionFailure> {
    let relay = context.actor("relay");
    let reveal = governance::reveal_vote(proposal, lock, side, salt);
    context.send(&[reveal], &[&relay])
}

fn end_voting(context: &mut TestContext, proposal: &Address) {
    context.advance_to(context.account::<Proposal>(proposal).ends_at.get());
}

#[test]
fn anyone_with_the_salt_counts_a_secret_vote_on_its_side() {
    for side in [Side::Yes, Side::No, Side::Abstain] {
        // Given
        let mut context = TestContext::governed();
        let (_, lock, address) = committed(&mut context, side);
        end_voting(&mut context, &address);

        // When
        let result = reveal(&mut context, (address, lock), side, SALT).unwrap();

        // Then
        let proposal: Proposal = context.account(&address);
        let mut expected = [0; 3];
        expected[side as usize] = 5_000;
        let tally = proposal.tally;
        assert_eq!(
            [tally.yes.get(), tally.no.get(), tally.abstain.get()],
            expected
        );
        let vote: Vote = context.account(&at::vote(&address, &lock));
        assert_eq!(vote.previous(), Some(Ballot::from(side)));
        assert_eq!(vote.commitment, [0; 32]);
        let voter: Lock = context.account(&lock);
        assert_eq!(voter.unrevealed.get(), 0);
        let until = match side {
            Side::Yes => proposal.expires_at,
            Side::No | Side::Abstain => proposal.reveal_ends_at,
        };
        assert_eq!(voter.bound_until, until);
        assert!(!voter.is_bound(until.get()));
        let event = result.event::<VoteRevealed>();
        assert_eq!((event.proposal, event.lock), (address, lock));
        assert_eq!(event.weight.get(), 5_000);
        assert!(event.side == Ballot::from(side));
    }
}

#[test]
fn a_vote_is_revealed_after_the_voting_and_before_the_hold_up() {
    let mut context = TestContext::governed();
    let (_, lock, address) = committed(&mut context, Side::Yes);
    let proposal: Proposal = context.account(&address);
    context.advance_to(proposal.ends_at.get() - 1);
    let early = reveal(&mut context, (address, lock), Side::Yes, SALT);
    assert_fails(early, GovernanceError::VotingOpen);
    context.advance_to(proposal.reveal_ends_at.get());
    let late = reveal(&mut context, (address, lock), Side::Yes, SALT);
    assert_fails(late, GovernanceError::RevealEnded);
}

#[test]
fn side_salt_lock_and_proposal_are_those_of_the_commitment() {
    // Given secret votes of two locks in two proposals
    let mut context = TestContext::governed();
    let (alice, lock, address) = committed(&mut context, Side::Yes);
    let other = context.lock(&alice, 1, 1_000, MIN_LOCK);
    end_voting(&mut context, &address);

    // When and then
    for (side, salt) in [(Side::No, SALT), (Side::Yes, [6; 32])] {
        let wrong = reveal(&mut context, (address, lock), side, salt);
        assert_fails(wrong, GovernanceError::WrongCommitment);
    }
    let relay = context.actor("relay");
    let theirs = assay_harness::replace_account(
        governance::reveal_vote(address, lock, Side::Yes, SALT),
        &lock,
        &other,
    );
    let result = context.send(&[theirs], &[&relay]);
    assert_fails(result, GovernanceError::WrongCommitment);
    reveal(&mut context, (address, lock), Side::Yes, SALT).unwrap();
    let twice = reveal(&mut context, (address, lock), Side::Yes, SALT);
    assert_fails(twice, GovernanceError::WrongCommitment);
}

#[test]
fn a_wallet_finds_salt_and_side_again_by_signing() {
    // Given a ballot of which nothing was kept
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let lock = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Staking, 0, 400);
    let proposal = context.propose_secretly(&proposer, &[action]);
    let ballot = SecretBallot {
        genesis: GENESIS_HASH,
        proposal,
        lock,
        owner: alice.pubkey(),
    };
    let sign = || {
        let signature = alice.sign_message(ballot.text().as_bytes());
        SecretBallot::salt(signature.as_array())
    };
    let hidden = ballot.commitment(Side::No, &sign());
    let vote = governance::cast_secret_vote(alice.pubkey(), 0, proposal, hidden);
    context.send(&[vote], &[&alice]).unwrap();
    end_voting(&mut context, &proposal);

    // When
    let kept: Vote = context.account(&at::vote(&proposal, &lock));
    let side = ballot.side_of(&kept.commitment, &sign()).unwrap();

    // Then
    assert_eq!(side, Side::No);
    reveal(&mut context, (proposal, lock), side, sign()).unwrap();
}
