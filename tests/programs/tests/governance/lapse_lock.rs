use assay_governance::{
    error::GovernanceError,
    event::UnlockBegun,
    state::{Lock, ProposedAction, Side, Target, LAPSE_MIN},
};
use assay_harness::{
    assert_fails,
    governance::{MAX_LOCK, MIN_LOCK},
    instruction::governance,
    Address, Signer, TestContext, TransactionFailure, TransactionResult,
};

fn lapse(
    context: &mut TestContext,
    lock: &Address,
) -> Result<TransactionResult, TransactionFailure> {
    let passer_by = context.actor("carol");
    context.send(&[governance::lapse_lock(*lock)], &[&passer_by])
}

#[test]
fn anyone_lapses_a_lock_whose_owner_gave_no_sign_for_long() {
    // Given two locks, of which one lapses after its own duration
    let mut context = TestContext::governed();
    let alice = context.actor("alice");
    let short = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let long = context.lock(&alice, 1, 1_000, MAX_LOCK);
    let made = context.now();

    // When
    context.advance_to(made + LAPSE_MIN as i64);
    let result = lapse(&mut context, &short).unwrap();

    // Then
    let lock: Lock = context.account(&short);
    assert_eq!(lock.weight.get(), 0);
    assert_eq!(lock.unlocks_at.get(), context.now() + MIN_LOCK as i64);
    assert_eq!(context.governance_params().total_weight.get(), 4_000);
    let event = result.event::<UnlockBegun>();
    assert_eq!((event.lock, event.lapsed), (short, 1));
    assert_eq!(event.weight.get(), 5_000);
    let early = lapse(&mut context, &long);
    assert_fails(early, GovernanceError::NotLapsed);
    context.advance_to(made + MAX_LOCK as i64);
    lapse(&mut context, &long).unwrap();
}

#[test]
fn a_sign_of_the_owner_postpones_the_lapse() {
    // Given one lock that is renewed and one that votes
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let renewed = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let voting = context.lock(&alice, 1, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Staking, 0, 400);
    let proposal = context.propose(&proposer, &[action]);
    context.vote(&alice, 1, &proposal, Side::No);
    let renew = governance::renew_lock(alice.pubkey(), 0);
    context.send(&[renew], &[&alice]).unwrap();
    let sign = context.now();

    // When and then
    context.advance_to(sign + LAPSE_MIN as i64 - 1);
    for lock in [renewed, voting] {
        let early = lapse(&mut context, &lock);
        assert_fails(early, GovernanceError::NotLapsed);
    }
    context.advance(1);
    for lock in [renewed, voting] {
        lapse(&mut context, &lock).unwrap();
        let again = lapse(&mut context, &lock);
        assert_fails(again, GovernanceError::LockUnlocking);
    }
}

#[test]
fn a_lock_that_a_vote_binds_does_not_lapse() {
    let mut context = TestContext::governed();
    let alice = context.actor("alice");
    let address = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let lapses_at = context.account::<Lock>(&address).lapses_at();
    context.edit_account::<Lock>(&address, |lock| lock.bound_until = (lapses_at + 1).into());
    context.advance_to(lapses_at);
    let result = lapse(&mut context, &address);
    assert_fails(result, GovernanceError::LockVoting);
}

#[test]
fn the_owner_of_a_lapsed_lock_withdraws_its_tokens_or_takes_its_weight_back() {
    let mut context = TestContext::governed();
    let alice = context.actor("alice");
    let address = context.lock(&alice, 0, 5_000, MIN_LOCK);
    context.advance(LAPSE_MIN);
    lapse(&mut context, &address).unwrap();
    let renew = governance::renew_lock(alice.pubkey(), 0);
    context.send(&[renew], &[&alice]).unwrap();
    assert_eq!(context.account::<Lock>(&address).weight.get(), 5_000);

    context.advance(LAPSE_MIN);
    lapse(&mut context, &address).unwrap();
    context.advance(MIN_LOCK);
    let mint = context.vote_mint();
    let ata = context.ata(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, &mint);
    context.send(&[withdraw], &[&alice]).unwrap();
    assert_eq!(context.balance(&ata), 5_000);
}
