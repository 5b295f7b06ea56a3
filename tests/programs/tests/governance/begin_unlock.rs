use assay_governance::{
    error::GovernanceError,
    event::UnlockBegun,
    state::{Lock, Params, ProposedAction, Side, Target},
};
use assay_harness::{
    assert_fails,
    governance::{MIN_LOCK, VOTING_TIME},
    instruction::governance,
    pda::governance as at,
    replace_account, Signer, TestContext, DAY,
};

#[test]
fn unlocking_gives_the_weight_up_and_starts_the_cooldown() {
    // Given
    let mut context = TestContext::new();
    context.init_governance();
    let (alice, bob) = (context.actor("alice"), context.actor("bob"));
    let address = context.lock(&alice, 0, 5_000, 30 * DAY);
    context.lock(&bob, 0, 1_000, MIN_LOCK);
    let weight = context.account::<Lock>(&address).weight.get();
    context.advance(DAY);

    // When
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    let result = context.send(&[unlock], &[&alice]).unwrap();

    // Then
    let unlocks_at = context.now() + (30 * DAY) as i64;
    let lock: Lock = context.account(&address);
    assert_eq!(lock.weight.get(), 0);
    assert_eq!(lock.amount.get(), 5_000);
    assert_eq!(lock.unlocks_at.get(), unlocks_at);
    assert_eq!(
        context.account::<Params>(&at::params()).total_weight.get(),
        1_000
    );

    let event = result.event::<UnlockBegun>();
    assert_eq!(event.lock, address);
    assert_eq!(event.weight.get(), weight);
    assert_eq!(event.total_weight.get(), 1_000);
    assert_eq!(event.unlocks_at.get(), unlocks_at);
}

#[test]
fn only_the_owner_unlocks() {
    let mut context = TestContext::new();
    context.init_governance();
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    let alices = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let unlock = governance::begin_unlock(mallory.pubkey(), 0);
    let forged = replace_account(unlock, &at::lock(&mallory.pubkey(), 0), &alices);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, GovernanceError::NotOwner);
}

#[test]
fn a_lock_unlocks_once() {
    let mut context = TestContext::new();
    context.init_governance();
    let alice = context.actor("alice");
    context.lock(&alice, 0, 5_000, MIN_LOCK);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    context
        .send(std::slice::from_ref(&unlock), &[&alice])
        .unwrap();
    let result = context.send(&[unlock], &[&alice]);
    assert_fails(result, GovernanceError::LockUnlocking);
}

#[test]
fn a_lock_that_voted_waits_for_the_end_of_the_voting() {
    // Given a lock that voted in two proposals, the second of which ends a day later
    let mut context = TestContext::new();
    context.init_governance();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    context.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let first = context.propose(&proposer, &[action]);
    context.advance(DAY);
    let second = context.propose(&proposer, &[action]);
    let ends_at = context.now() + VOTING_TIME as i64;
    context.vote(&alice, 0, &second, Side::No);
    context.vote(&alice, 0, &first, Side::Yes);

    // When
    context.advance_to(ends_at - 1);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    let result = context.send(std::slice::from_ref(&unlock), &[&alice]);

    // Then
    assert_fails(result, GovernanceError::LockVoting);
    context.advance(1);
    context.send(&[unlock], &[&alice]).unwrap();
}
