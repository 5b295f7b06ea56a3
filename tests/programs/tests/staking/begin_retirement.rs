use crate::fixtures::{
    assert_generation_ended, begin_retirement, wiped_at_work, with_delegation, with_provider,
};
use assay_harness::{
    assert_fails,
    instruction::staking,
    pda::staking as at,
    replace_account,
    staking::{CLAIM_SPAN, UNBONDING_PERIOD},
    Signer, DAY,
};
use assay_staking::{
    error::StakingError,
    event::RetirementBegun,
    state::{Param, Provider},
};

#[test]
fn an_owner_gives_notice_of_twice_the_claim_span() {
    // Given
    let (mut context, provider) = with_delegation();
    let bob = context.actor("bob");

    // When
    let begin = staking::begin_retirement(bob.pubkey());
    let result = context.send(&[begin], &[&bob]).unwrap();

    // Then
    const { assert!(2 * CLAIM_SPAN > UNBONDING_PERIOD) };
    let retires_at = context.now() + 2 * CLAIM_SPAN as i64;
    assert_eq!(context.provider_of("bob").retires_at.get(), retires_at);
    let event = result.event::<RetirementBegun>();
    assert_eq!(
        (event.provider, event.retires_at.get()),
        (provider, retires_at)
    );
}

#[test]
fn the_notice_covers_a_longer_unbonding_period() {
    let (mut context, _) = with_provider();
    let governance = context.actor("governance");
    let longer = staking::set_params(governance.pubkey(), Param::UnbondingPeriod, 90 * DAY);
    context.send(&[longer], &[&governance]).unwrap();
    begin_retirement(&mut context);
    let notice = context.provider_of("bob").retires_at.get() - context.now();
    assert_eq!(notice, 90 * DAY as i64);
}

/// A vote raised the least delegation, so that what slashing once left counts as nothing now.
#[test]
fn what_was_wiped_out_ends_before_the_notice() {
    let (mut context, provider) = wiped_at_work();
    context.edit_account::<Provider>(&provider, |provider| provider.allocated = 0.into());
    let bob = context.actor("bob");
    let begin = staking::begin_retirement(bob.pubkey());
    let result = context.send(&[begin], &[&bob]).unwrap();
    assert_generation_ended(&context, &result);
}

#[test]
fn only_the_owner_retires_a_provider() {
    let (mut context, provider) = with_provider();
    let mallory = context.actor("mallory");
    let begin = staking::begin_retirement(mallory.pubkey());
    let forged = replace_account(begin, &at::provider(&mallory.pubkey()), &provider);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn a_notice_is_not_given_twice() {
    let (mut context, _) = with_provider();
    begin_retirement(&mut context);
    context.advance(DAY);
    let bob = context.actor("bob");
    let again = staking::begin_retirement(bob.pubkey());
    assert_fails(context.send(&[again], &[&bob]), StakingError::Retiring);
}

#[test]
fn a_provider_that_backs_work_does_not_retire() {
    let (mut context, _) = with_provider();
    let bob = context.actor("bob");
    context.allocate(&bob, 1);
    let begin = staking::begin_retirement(bob.pubkey());
    let result = context.send(&[begin], &[&bob]);
    assert_fails(result, StakingError::StakeAllocated);
}
