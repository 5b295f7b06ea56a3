use assay_governance::{
    error::GovernanceError,
    event::UnlockBegun,
    state::{Lock, Proposal, ProposedAction, Side, Target},
};
use assay_harness::{
    assert_fails, governance::MIN_LOCK, instruction::governance, pda::governance as at,
    replace_account, Keypair, Signer, TestContext, DAY,
};

#[test]
fn unlocking_gives_the_weight_up_and_starts_the_cooldown() {
    // Given
    let mut context = TestContext::governed();
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
    assert_eq!(context.governance_params().total_weight.get(), 1_000);

    let event = result.event::<UnlockBegun>();
    assert_eq!(event.lock, address);
    assert_eq!(event.weight.get(), weight);
    assert_eq!(event.total_weight.get(), 1_000);
    assert_eq!(event.unlocks_at.get(), unlocks_at);
    assert_eq!(event.lapsed, 0);
}

#[test]
fn only_the_owner_unlocks() {
    let mut context = TestContext::governed();
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    let alices = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let unlock = governance::begin_unlock(mallory.pubkey(), 0);
    let forged = replace_account(unlock, &at::lock(&mallory.pubkey(), 0), &alices);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, GovernanceError::NotOwner);
}

#[test]
fn a_lock_unlocks_once() {
    let mut context = TestContext::governed();
    let alice = context.actor("alice");
    context.lock(&alice, 0, 5_000, MIN_LOCK);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    context
        .send(std::slice::from_ref(&unlock), &[&alice])
        .unwrap();
    let result = context.send(&[unlock], &[&alice]);
    assert_fails(result, GovernanceError::LockUnlocking);
}

/// Votes with alice's lock and asserts that it unlocks at `until` and not a second earlier.
fn is_bound_until(
    context: &mut TestContext,
    alice: &Keypair,
    side: Side,
    until: impl Fn(&Proposal) -> i64,
) {
    let proposer = context.actor("proposer");
    context.lock(alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Staking, 0, 400);
    let proposal = context.propose(&proposer, &[action]);
    context.vote(alice, 0, &proposal, side);
    let until = until(&context.account(&proposal));
    context.advance_to(until - 1);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    let result = context.send(std::slice::from_ref(&unlock), &[alice]);
    assert_fails(result, GovernanceError::LockVoting);
    context.advance(1);
    context.send(&[unlock], &[alice]).unwrap();
}

#[test]
fn a_yes_stays_until_the_proposal_can_no_longer_be_executed() {
    let mut context = TestContext::governed();
    let alice = context.actor("alice");
    is_bound_until(&mut context, &alice, Side::Yes, |proposal| {
        proposal.expires_at.get()
    });
}

#[test]
fn another_vote_stays_until_the_end_of_the_voting() {
    for side in [Side::No, Side::Abstain] {
        let mut context = TestContext::governed();
        let alice = context.actor("alice");
        is_bound_until(&mut context, &alice, side, |proposal| {
            proposal.ends_at.get()
        });
    }
}

#[test]
fn a_yes_that_was_changed_stays_bound() {
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    context.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Staking, 0, 400);
    let proposal = context.propose(&proposer, &[action]);
    context.vote(&alice, 0, &proposal, Side::Yes);
    context.vote(&alice, 0, &proposal, Side::No);
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get());
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    let result = context.send(&[unlock], &[&alice]);
    assert_fails(result, GovernanceError::LockVoting);
}
