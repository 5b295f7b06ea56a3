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
    context.init_governance();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let lock = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let proposal = context.propose(&proposer, &[action]);
    context.vote(&alice, 0, &proposal, Side::Yes);
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get() - 1);
    (alice, lock, proposal)
}

#[test]
fn anyone_returns_the_rent_of_a_vote_after_the_end() {
    // Given
    let mut context = TestContext::new();
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
    let mut context = TestContext::new();
    let (alice, lock, proposal) = cast_vote(&mut context);
    let close = governance::close_vote(alice.pubkey(), at::vote(&proposal, &lock));
    let result = context.send(&[close], &[&alice]);
    assert_fails(result, GovernanceError::VotingOpen);
}

#[test]
fn the_rent_of_a_vote_goes_to_no_one_but_its_owner() {
    let mut context = TestContext::new();
    let (_, lock, proposal) = cast_vote(&mut context);
    context.advance(1);
    let mallory = context.actor("mallory");
    let close = governance::close_vote(mallory.pubkey(), at::vote(&proposal, &lock));
    let result = context.send(&[close], &[&mallory]);
    assert_fails(result, GovernanceError::WrongRecipient);
}
