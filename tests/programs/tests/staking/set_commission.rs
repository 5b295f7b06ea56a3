use crate::fixtures::with_provider;
use assay_harness::{
    assert_fails,
    instruction::staking,
    pda::staking as at,
    replace_account,
    staking::{CLAIM_SPAN, COMMISSION_BPS, UNBONDING_PERIOD},
    Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_staking::{
    error::StakingError,
    event::CommissionSet,
    state::{MAX_COMMISSION, MAX_RAISE},
};

/// Announces another commission as bob.
fn set(context: &mut TestContext, bps: u16) -> Result<TransactionResult, TransactionFailure> {
    let bob = context.actor("bob");
    let set = staking::set_commission(bob.pubkey(), bps);
    context.send(&[set], &[&bob])
}

#[test]
fn a_change_holds_after_unbonding_period_and_claim_span() {
    // Given
    let (mut context, provider) = with_provider();
    let from = context.now() + (UNBONDING_PERIOD + CLAIM_SPAN) as i64;

    // When
    let result = set(&mut context, COMMISSION_BPS + MAX_RAISE).unwrap();

    // Then
    let commission = context.provider_of("bob").commission;
    assert_eq!(commission.at(from - 1), COMMISSION_BPS);
    assert_eq!(commission.at(from), COMMISSION_BPS + MAX_RAISE);
    let event = result.event::<CommissionSet>();
    assert_eq!(event.provider, provider);
    assert_eq!(event.from.get(), from);
    assert_eq!(event.bps.get(), COMMISSION_BPS + MAX_RAISE);
}

#[test]
fn only_the_owner_changes_the_commission() {
    let (mut context, provider) = with_provider();
    let mallory = context.actor("mallory");
    let set = staking::set_commission(mallory.pubkey(), 0);
    let forged = replace_account(set, &at::provider(&mallory.pubkey()), &provider);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn a_commission_above_half_is_refused() {
    let (mut context, _) = with_provider();
    let result = set(&mut context, MAX_COMMISSION + 1);
    assert_fails(result, StakingError::CommissionTooHigh);
}

#[test]
fn a_raise_in_one_leap_is_refused_and_a_cut_is_not() {
    let (mut context, _) = with_provider();
    let result = set(&mut context, COMMISSION_BPS + MAX_RAISE + 1);
    assert_fails(result, StakingError::RaiseTooLarge);
    set(&mut context, 0).unwrap();
}

#[test]
fn a_second_change_waits_until_no_epoch_before_the_first_can_be_claimed() {
    let (mut context, _) = with_provider();
    set(&mut context, 0).unwrap();
    let from = context.provider_of("bob").commission.next_from.get();
    context.advance_to(from + CLAIM_SPAN as i64 - 1);
    let result = set(&mut context, 100);
    assert_fails(result, StakingError::CommissionPending);
    context.advance(1);
    set(&mut context, 100).unwrap();
}
