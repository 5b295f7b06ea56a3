use assay_governance::{
    error::GovernanceError,
    event::VoteClosed,
    state::{Proposal, ProposedAction, Side, Target},
};
use assay_harness::{
    assert_fails, governance::MIN_LOCK, instruction::governance, pda::governance as at, Address,
    Keypair, Signer, TestContext,
};

/// Votes as alice and moves the clock to the last second of the voting. Returns her, her lock and the proposal.
fn cast_vote(context: &mut TestContext) -> (Keypair, Address, Address) {
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let lock = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Staking, 0, 400);
    let proposal = context.propose(&proposer, &[action]);
    context.vote(&alice, 0, &proposal, Side::Yes);
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get() - 1);
    (alice, lock, proposal)
}

#[test]
fn anyone_returns_the_rent_of_a_vote_after_the_end() {
    // Given
    let mut context = TestContext::governed();
    let (alice, lock, proposal) = cast_vote(&mut context);
    context.advance(1);
    let passer_by = context.actor("bob");
    let vote = at::vote(&proposal, &lock);
    let rent = context.lamports(&vote);
    let before = context.lamports(&alice.pubkey());

    // When
    let close = governance::close_vote(alice.pubkey(), vote);
    let result = context.send(&[close], &[&passer_by]).unwrap();

    // Then
    assert!(!context.exists(&vote));
    assert_eq!(context.lamports(&alice.pubkey()), before + rent);
    assert_eq!(
        context.account::<Proposal>(&proposal).tally.yes.get(),
        5_000
    );
    let event = result.event::<VoteClosed>();
    assert_eq!(event.vote, vote);
    assert_eq!(event.proposal, proposal);
    assert_eq!(event.lock, lock);
}

#[test]
fn a_vote_cannot_be_closed_and_cast_again() {
    let mut context = TestContext::governed();
    let (alice, lock, proposal) = cast_vote(&mut context);
    let close = governance::close_vote(alice.pubkey(), at::vote(&proposal, &lock));
    let result = context.send(&[close], &[&alice]);
    assert_fails(result, GovernanceError::VotingOpen);
}

/// A vote that was closed before the reveal could be cast again, or would be lost.
#[test]
fn a_vote_in_a_secret_proposal_stays_until_the_reveal_ends() {
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let lock = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Staking, 0, 400);
    let proposal = context.propose_secretly(&proposer, &[action]);
    context.vote(&alice, 0, &proposal, Side::No);
    let reveal_ends = context.account::<Proposal>(&proposal).reveal_ends_at.get();
    context.advance_to(reveal_ends - 1);
    let close = governance::close_vote(alice.pubkey(), at::vote(&proposal, &lock));
    let early = context.send(std::slice::from_ref(&close), &[&alice]);
    assert_fails(early, GovernanceError::VotingOpen);
    context.advance(1);
    context.send(&[close], &[&alice]).unwrap();
}

#[test]
fn the_rent_of_a_vote_goes_to_no_one_but_its_owner() {
    let mut context = TestContext::governed();
    let (_, lock, proposal) = cast_vote(&mut context);
    context.advance(1);
    let mallory = context.actor("mallory");
    let close = governance::close_vote(mallory.pubkey(), at::vote(&proposal, &lock));
    let result = context.send(&[close], &[&mallory]);
    assert_fails(result, GovernanceError::WrongRecipient);
}
