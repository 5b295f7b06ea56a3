use assay_governance::{
    error::GovernanceError,
    event::LockRenewed,
    state::{Lock, Param, ProposedAction, Side, Target},
};
use assay_harness::{
    assert_fails,
    governance::{MAX_LOCK, MIN_LOCK},
    instruction::governance,
    pda::governance as at,
    replace_account, Signer, TestContext, DAY,
};
use assay_shared::param::Votable as _;

#[test]
fn renewing_notes_that_the_owner_is_awake_and_changes_no_weight() {
    // Given
    let mut context = TestContext::governed();
    let alice = context.actor("alice");
    let address = context.lock(&alice, 0, 5_000, 30 * DAY);
    let before: Lock = context.account(&address);
    context.advance(DAY);

    // When
    let renew = governance::renew_lock(alice.pubkey(), 0);
    let result = context.send(&[renew], &[&alice]).unwrap();

    // Then
    let lock: Lock = context.account(&address);
    assert_eq!(lock.touched_at.get(), context.now());
    assert_eq!(lock.weight, before.weight);
    assert_eq!(lock.first_opening, before.first_opening);
    assert_eq!(lock.locked_at, before.locked_at);
    let event = result.event::<LockRenewed>();
    assert_eq!(event.lock, address);
    assert_eq!(event.weight, before.weight);
    assert_eq!(event.total_weight, before.weight);
    assert_eq!(event.first_opening, before.first_opening);
    assert_eq!(event.touched_at.get(), context.now());
}

#[test]
fn an_unlocking_lock_has_its_weight_again_for_later_votes_only() {
    // Given a lock that unlocks, and a vote opened meanwhile
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let address = context.lock(&alice, 0, 5_000, MAX_LOCK);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    context.send(&[unlock], &[&alice]).unwrap();
    let action = ProposedAction::set_param(Target::Staking, 0, 400);
    let early = context.propose(&proposer, &[action]);

    // When
    let renew = governance::renew_lock(alice.pubkey(), 0);
    context.send(&[renew], &[&alice]).unwrap();

    // Then
    let lock: Lock = context.account(&address);
    assert_eq!((lock.weight.get(), lock.unlocks_at.get()), (20_000, 0));
    assert_eq!(context.governance_params().total_weight.get(), 20_000);
    let vote = governance::cast_vote(alice.pubkey(), 0, early, Side::No);
    let result = context.send(&[vote], &[&alice]);
    assert_fails(result, GovernanceError::LockTooNew);
    let late = context.propose(&proposer, &[action]);
    context.vote(&alice, 0, &late, Side::No);
}

#[test]
fn only_the_owner_renews() {
    let mut context = TestContext::governed();
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    let alices = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let renew = governance::renew_lock(mallory.pubkey(), 0);
    let forged = replace_account(renew, &at::lock(&mallory.pubkey(), 0), &alices);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, GovernanceError::NotOwner);
}

#[test]
fn an_unlocking_lock_comes_back_only_with_a_duration_that_is_still_allowed() {
    // Given the shortest and the longest lock, both unlocking, and votes that exclude them
    let mut context = TestContext::governed();
    let alice = context.actor("alice");
    for (nonce, duration) in [(0, MIN_LOCK), (1, MAX_LOCK)] {
        context.lock(&alice, nonce, 5_000, duration);
        let unlock = governance::begin_unlock(alice.pubkey(), nonce);
        context.send(&[unlock], &[&alice]).unwrap();
    }
    let set =
        |param: Param, value| ProposedAction::set_param(Target::Governance, param.number(), value);
    context.enact(&[
        set(Param::MinLock, MIN_LOCK + 1),
        set(Param::MaxLock, MAX_LOCK - 1),
    ]);

    // When and then
    for (nonce, error) in [
        (0, GovernanceError::LockTooShort),
        (1, GovernanceError::LockTooLong),
    ] {
        let renew = governance::renew_lock(alice.pubkey(), nonce);
        let result = context.send(&[renew], &[&alice]);
        assert_fails(result, error);
    }
}
