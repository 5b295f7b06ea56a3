use crate::fixtures::{begin_retirement, equal_stakes, with_provider, EQUAL, OWN};
use assay_harness::{
    assert_fails,
    instruction::staking,
    pda::staking as at,
    replace_account,
    staking::{MIN_SELF_STAKE, UNBONDING_PERIOD},
    Signer, TestContext, TransactionFailure, TransactionResult, DAY,
};
use assay_staking::{error::StakingError, event::UnbondCancelled};

/// Cancels unbonding as bob.
fn cancel(context: &mut TestContext, amount: u64) -> Result<TransactionResult, TransactionFailure> {
    let bob = context.actor("bob");
    let cancel = staking::cancel_unbond(bob.pubkey(), amount);
    context.send(&[cancel], &[&bob])
}

#[test]
fn what_would_mature_last_comes_back_first() {
    // Given
    let (mut context, address) = with_provider();
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 3_000);
    context.advance(DAY);
    context.begin_unbond(&bob, 2_000);

    // When
    let result = cancel(&mut context, 2_500).unwrap();

    // Then
    let own = context.provider_of("bob").own;
    assert_eq!(own.active.get(), OWN - 5_000 + 2_500);
    assert_eq!(own.buckets[0].tokens.get(), 2_500);
    assert_eq!(own.buckets[1].tokens.get(), 0);
    assert_eq!(own.buckets[1].matures_at.get(), 0, "the bucket is free");
    let event = result.event::<UnbondCancelled>();
    assert_eq!((event.provider, event.amount.get()), (address, 2_500));
}

/// If it were not settled, an owner could park its stake and put it back just before the next settlement.
#[test]
fn stake_earns_nothing_for_the_time_in_which_it_unbonded() {
    // Given a day of a stream in which bob has an eighth of what alice has
    let (mut context, provider) = equal_stakes();
    let bob = context.actor("bob");
    context.begin_unbond(&bob, EQUAL - EQUAL / 8);
    context.fund_stream(&provider, 0, 90_000);
    context.advance(DAY);

    // When
    cancel(&mut context, EQUAL - EQUAL / 8).unwrap();

    // Then
    context.settle("alice", &provider);
    assert_eq!(context.provider_of("bob").owner_rewards.get(), 1_000);
    let alice = context.delegation_of("alice", &provider);
    assert_eq!(alice.rewards.get(), 8_000);
}

#[test]
fn only_the_owner_cancels() {
    let (mut context, bobs) = with_provider();
    let (bob, mallory) = (context.actor("bob"), context.actor("mallory"));
    context.begin_unbond(&bob, 4_000);
    let cancel = staking::cancel_unbond(mallory.pubkey(), 1_000);
    let forged = replace_account(cancel, &at::provider(&mallory.pubkey()), &bobs);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn cancelling_nothing_is_refused() {
    let (mut context, _) = with_provider();
    assert_fails(cancel(&mut context, 0), StakingError::ZeroAmount);
}

#[test]
fn a_retiring_provider_takes_no_stake_back() {
    let (mut context, _) = with_provider();
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 4_000);
    begin_retirement(&mut context);
    assert_fails(cancel(&mut context, 1_000), StakingError::Retiring);
}

#[test]
fn no_more_comes_back_than_unbonds() {
    let (mut context, _) = with_provider();
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 4_000);
    let result = cancel(&mut context, 4_001);
    assert_fails(result, StakingError::NotEnoughStake);
    cancel(&mut context, 4_000).unwrap();
}

/// If it could come back, an owner could keep stake out of reach of slashing and put it back at will.
#[test]
fn matured_stake_can_only_be_withdrawn() {
    let (mut context, _) = with_provider();
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 4_000);
    context.advance(UNBONDING_PERIOD + DAY);
    let result = cancel(&mut context, 1);
    assert_fails(result, StakingError::NotEnoughStake);
}

#[test]
fn a_provider_does_not_come_back_below_the_minimum() {
    let (mut context, _) = with_provider();
    let bob = context.actor("bob");
    context.begin_unbond(&bob, OWN);
    let result = cancel(&mut context, MIN_SELF_STAKE - 1);
    assert_fails(result, StakingError::BelowMinSelfStake);
    cancel(&mut context, MIN_SELF_STAKE).unwrap();
}
