use assay_governance::{
    error::GovernanceError,
    event::VoteClosed,
    state::{Proposal, ProposedAction, Side, Target},
};
use assay_world::{
    address::governance as at, assert_fails, governance::MIN_LOCK, instruction::governance,
    Address, Keypair, Signer, World,
};

/// A vote of alice in a proposal, on the last second of the voting.
fn cast_vote(world: &mut World) -> (Keypair, Address, Address) {
    world.governance_ready();
    let (alice, proposer) = (world.actor("alice"), world.actor("proposer"));
    let lock = world.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let proposal = world.propose(&proposer, &[action]);
    world.vote(&alice, 0, &proposal, Side::Yes);
    world.advance_to(world.account::<Proposal>(&proposal).ends_at.get() - 1);
    (alice, lock, proposal)
}

#[test]
fn anyone_returns_the_rent_of_a_vote_after_the_end() {
    // Given
    let mut world = World::new();
    let (alice, lock, proposal) = cast_vote(&mut world);
    world.advance(1);
    let passer_by = world.actor("bob");
    let vote = at::vote(&proposal, &lock);
    let rent = world.lamports(&vote);
    let before = world.lamports(&alice.pubkey());

    // When
    let close = governance::close_vote(alice.pubkey(), vote);
    let receipt = world.send(&[close], &[&passer_by]).unwrap();

    // Then
    assert!(!world.exists(&vote));
    assert_eq!(world.lamports(&alice.pubkey()), before + rent);
    assert_eq!(world.account::<Proposal>(&proposal).tally.yes.get(), 5_000);
    let event = receipt.event::<VoteClosed>();
    assert_eq!(event.vote, vote);
    assert_eq!(event.proposal, proposal);
    assert_eq!(event.lock, lock);
}

#[test]
fn a_vote_cannot_be_closed_and_cast_again() {
    let mut world = World::new();
    let (alice, lock, proposal) = cast_vote(&mut world);
    let close = governance::close_vote(alice.pubkey(), at::vote(&proposal, &lock));
    let result = world.send(&[close], &[&alice]);
    assert_fails(result, GovernanceError::VotingOpen);
}

#[test]
fn the_rent_of_a_vote_goes_to_no_one_but_its_owner() {
    let mut world = World::new();
    let (_, lock, proposal) = cast_vote(&mut world);
    world.advance(1);
    let mallory = world.actor("mallory");
    let close = governance::close_vote(mallory.pubkey(), at::vote(&proposal, &lock));
    let result = world.send(&[close], &[&mallory]);
    assert_fails(result, GovernanceError::WrongRecipient);
}
