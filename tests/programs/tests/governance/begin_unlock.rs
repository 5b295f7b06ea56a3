use assay_governance::{
    error::GovernanceError,
    event::UnlockBegun,
    state::{Lock, Params, ProposedAction, Side, Target},
};
use assay_world::{
    address::governance as at,
    assert_fails,
    governance::{MIN_LOCK, VOTING_TIME},
    instruction::governance,
    swapped, Signer, World, DAY,
};

#[test]
fn unlocking_gives_the_weight_up_and_starts_the_cooldown() {
    // Given
    let mut world = World::new();
    world.governance_ready();
    let (alice, bob) = (world.actor("alice"), world.actor("bob"));
    let address = world.lock(&alice, 0, 5_000, 30 * DAY);
    world.lock(&bob, 0, 1_000, MIN_LOCK);
    let weight = world.account::<Lock>(&address).weight.get();
    world.advance(DAY);

    // When
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    let receipt = world.send(&[unlock], &[&alice]).unwrap();

    // Then
    let unlocks_at = world.now() + (30 * DAY) as i64;
    let lock: Lock = world.account(&address);
    assert_eq!(lock.weight.get(), 0);
    assert_eq!(lock.amount.get(), 5_000);
    assert_eq!(lock.unlocks_at.get(), unlocks_at);
    assert_eq!(
        world.account::<Params>(&at::params()).total_weight.get(),
        1_000
    );

    let event = receipt.event::<UnlockBegun>();
    assert_eq!(event.lock, address);
    assert_eq!(event.weight.get(), weight);
    assert_eq!(event.total_weight.get(), 1_000);
    assert_eq!(event.unlocks_at.get(), unlocks_at);
}

#[test]
fn only_the_owner_unlocks() {
    let mut world = World::new();
    world.governance_ready();
    let (alice, mallory) = (world.actor("alice"), world.actor("mallory"));
    let alices = world.lock(&alice, 0, 5_000, MIN_LOCK);
    let unlock = governance::begin_unlock(mallory.pubkey(), 0);
    let forged = swapped(unlock, &at::lock(&mallory.pubkey(), 0), &alices);
    let result = world.send(&[forged], &[&mallory]);
    assert_fails(result, GovernanceError::NotOwner);
}

#[test]
fn a_lock_unlocks_once() {
    let mut world = World::new();
    world.governance_ready();
    let alice = world.actor("alice");
    world.lock(&alice, 0, 5_000, MIN_LOCK);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    world
        .send(std::slice::from_ref(&unlock), &[&alice])
        .unwrap();
    let result = world.send(&[unlock], &[&alice]);
    assert_fails(result, GovernanceError::LockUnlocking);
}

#[test]
fn a_lock_that_voted_waits_for_the_end_of_the_voting() {
    // Given a lock that voted in two proposals, the second of which ends a day later
    let mut world = World::new();
    world.governance_ready();
    let (alice, proposer) = (world.actor("alice"), world.actor("proposer"));
    world.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let first = world.propose(&proposer, &[action]);
    world.advance(DAY);
    let second = world.propose(&proposer, &[action]);
    let ends_at = world.now() + VOTING_TIME as i64;
    world.vote(&alice, 0, &second, Side::No);
    world.vote(&alice, 0, &first, Side::Yes);

    // When
    world.advance_to(ends_at - 1);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    let result = world.send(std::slice::from_ref(&unlock), &[&alice]);

    // Then
    assert_fails(result, GovernanceError::LockVoting);
    world.advance(1);
    world.send(&[unlock], &[&alice]).unwrap();
}
