use crate::fixtures::{equal_stakes, with_delegation, with_provider, DELEGATED, EQUAL, OWN};
use assay_harness::{
    assert_fails,
    instruction::staking,
    pda::staking as at,
    replace_account,
    staking::{LEVERAGE, MIN_SELF_STAKE, UNBONDING_PERIOD},
    Signer, TestContext, TransactionFailure, TransactionResult, DAY,
};
use assay_staking::{
    error::StakingError,
    event::UnbondBegun,
    state::{Param, OWN_BUCKETS, OWN_PARTS},
};

const SPAN: u64 = UNBONDING_PERIOD / OWN_PARTS;

/// Begins to unbond as bob.
fn unbond(context: &mut TestContext, amount: u64) -> Result<TransactionResult, TransactionFailure> {
    let bob = context.actor("bob");
    let begin = staking::begin_unbond(bob.pubkey(), amount);
    context.send(&[begin], &[&bob])
}

#[test]
fn stake_unbonds_in_the_bucket_of_its_span() {
    // Given
    let (mut context, address) = with_provider();
    let began = context.now();

    // When
    let result = unbond(&mut context, 4_000).unwrap();
    context.advance(SPAN - 1);
    unbond(&mut context, 1_000).unwrap();
    context.advance(1);
    unbond(&mut context, 500).unwrap();

    // Then
    let closes_at = began + SPAN as i64;
    let matures_at = closes_at + UNBONDING_PERIOD as i64;
    let own = context.provider_of("bob").own;
    assert_eq!(own.active.get(), 4_500);
    assert_eq!(own.buckets[0].tokens.get(), 5_000);
    assert_eq!(own.buckets[0].closes_at.get(), closes_at);
    assert_eq!(own.buckets[0].matures_at.get(), matures_at);
    assert_eq!(own.buckets[1].tokens.get(), 500);
    assert_eq!(own.buckets[1].matures_at.get(), matures_at + SPAN as i64);
    assert_eq!(context.balance(&at::stake_vault(&address)), OWN);
    let event = result.event::<UnbondBegun>();
    assert_eq!(event.provider, address);
    assert_eq!(event.amount.get(), 4_000);
    assert_eq!(event.closes_at.get(), closes_at);
    assert_eq!(event.matures_at.get(), matures_at);
}

#[test]
fn the_whole_stake_can_leave_while_nothing_is_allocated() {
    let (mut context, _) = with_delegation();
    unbond(&mut context, OWN).unwrap();
    assert_eq!(context.provider_of("bob").own.active.get(), 0);
}

#[test]
fn only_the_owner_unbonds() {
    let (mut context, bobs) = with_provider();
    let mallory = context.actor("mallory");
    let begin = staking::begin_unbond(mallory.pubkey(), 1_000);
    let forged = replace_account(begin, &at::provider(&mallory.pubkey()), &bobs);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn unbonding_nothing_is_refused() {
    let (mut context, _) = with_provider();
    assert_fails(unbond(&mut context, 0), StakingError::ZeroAmount);
}

#[test]
fn no_owner_unbonds_more_than_it_has() {
    // What others delegate is not the owner's.
    let (mut context, _) = with_delegation();
    let result = unbond(&mut context, OWN + 1);
    assert_fails(result, StakingError::NotEnoughStake);
}

#[test]
fn a_bucket_must_be_free_or_collecting() {
    // Given six immature buckets, and votes that lengthen the period, each of which opens another
    let (mut context, _) = with_provider();
    for _ in 0..OWN_BUCKETS - 1 {
        unbond(&mut context, 1_000).unwrap();
        context.advance(SPAN);
    }
    let governance = context.actor("governance");
    let lengthen = |context: &mut TestContext, times| {
        let longer = times * UNBONDING_PERIOD;
        let set = staking::set_params(governance.pubkey(), Param::UnbondingPeriod, longer);
        context.send(&[set], &[&governance]).unwrap();
        unbond(context, 500)
    };
    lengthen(&mut context, 2).unwrap();
    lengthen(&mut context, 3).unwrap();

    // When
    let result = lengthen(&mut context, 4);

    // Then
    assert_fails(result, StakingError::UnbondingQueueFull);
}

#[test]
fn matured_stake_leaves_its_bucket_to_the_next() {
    let (mut context, _) = with_provider();
    for _ in 0..3 * OWN_BUCKETS {
        unbond(&mut context, 100).unwrap();
        context.advance(SPAN);
    }
    let own = context.provider_of("bob").own;
    assert!(own.matured.get() > 0);
    assert_eq!(own.total(), Some(OWN));
}

#[test]
fn what_remains_is_nothing_or_reaches_the_minimum() {
    let (mut context, _) = with_provider();
    let result = unbond(&mut context, OWN - MIN_SELF_STAKE + 1);
    assert_fails(result, StakingError::BelowMinSelfStake);
    unbond(&mut context, OWN - MIN_SELF_STAKE).unwrap();
}

#[test]
fn stake_that_backs_work_stays() {
    let (mut context, _) = with_provider();
    let bob = context.actor("bob");
    context.allocate(&bob, 6_000);
    let result = unbond(&mut context, 4_001);
    assert_fails(result, StakingError::StakeAllocated);
    unbond(&mut context, 4_000).unwrap();
}

#[test]
fn what_remains_supports_the_leverage() {
    // Given more allocated than the owner's stake can carry alone
    let mut context = TestContext::new();
    context.init_staking();
    let provider = context.provider("bob", 4_000);
    context.join("alice", &provider, 20_000);
    let bob = context.actor("bob");
    context.allocate(&bob, 3_000 * LEVERAGE);

    // When
    let result = unbond(&mut context, 1_001);

    // Then
    assert_fails(result, StakingError::StakeAllocated);
    unbond(&mut context, 1_000).unwrap();
}

#[test]
fn an_owner_leaves_what_delegators_asked_back() {
    let (mut context, provider) = with_delegation();
    let bob = context.actor("bob");
    context.allocate(&bob, OWN);
    context.ask_back("alice", &provider, DELEGATED).unwrap();
    let result = unbond(&mut context, 1);
    assert_fails(result, StakingError::StakeAllocated);
}

#[test]
fn stake_that_leaves_earns_until_then_and_not_after() {
    // Given a day of a stream for equal stakes
    let (mut context, provider) = equal_stakes();
    context.fund_stream(&provider, 0, 10_000);
    context.advance(DAY);

    // When
    unbond(&mut context, EQUAL).unwrap();
    context.advance(DAY);

    // Then
    context.settle("alice", &provider);
    assert_eq!(context.provider_of("bob").owner_rewards.get(), 500);
    let alice = context.delegation_of("alice", &provider);
    assert_eq!(alice.rewards.get(), 1_500);
}
