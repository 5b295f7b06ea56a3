use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, staking::UNBONDING_PERIOD, Signer,
    TestContext, DAY,
};
use assay_staking::{
    error::StakingError,
    event::ExposureSet,
    state::{Params, EXPOSURE_SLACK},
};

#[test]
fn the_market_records_its_exposure() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let market = context.actor("market");

    // When
    let longest = UNBONDING_PERIOD - EXPOSURE_SLACK;
    let result = context
        .send(
            &[staking::set_exposure(market.pubkey(), longest)],
            &[&market],
        )
        .unwrap();

    // Then
    let params: Params = context.account(&at::params());
    assert_eq!(params.exposure.get(), longest);
    assert_eq!(result.event::<ExposureSet>().exposure.get(), longest);
}

#[test]
fn only_the_market_records_its_exposure() {
    let mut context = TestContext::new();
    context.init_staking();
    let governance = context.actor("governance");
    let set = staking::set_exposure(governance.pubkey(), DAY);
    let result = context.send(&[set], &[&governance]);
    assert_fails(result, StakingError::NotMarket);
}

#[test]
fn an_exposure_that_stake_could_escape_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let market = context.actor("market");
    let set = staking::set_exposure(market.pubkey(), UNBONDING_PERIOD - EXPOSURE_SLACK + 1);
    let result = context.send(&[set], &[&market]);
    assert_fails(result, StakingError::UnbondingTooShort);
}

#[test]
fn an_exposure_beyond_all_time_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let market = context.actor("market");
    let set = staking::set_exposure(market.pubkey(), u64::MAX);
    let result = context.send(&[set], &[&market]);
    assert_fails(result, StakingError::Overflow);
}
