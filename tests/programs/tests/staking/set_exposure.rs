use assay_staking::{
    error::StakingError,
    event::ExposureSet,
    state::{Params, EXPOSURE_SLACK},
};
use assay_world::{
    address::staking as at, assert_fails, instruction::staking, staking::UNBONDING_PERIOD, Signer,
    World, DAY,
};

#[test]
fn the_market_records_its_exposure() {
    // Given
    let mut world = World::new();
    world.staking_ready();
    let market = world.actor("market");

    // When
    let longest = UNBONDING_PERIOD - EXPOSURE_SLACK;
    let receipt = world
        .send(
            &[staking::set_exposure(market.pubkey(), longest)],
            &[&market],
        )
        .unwrap();

    // Then
    let params: Params = world.account(&at::params());
    assert_eq!(params.exposure.get(), longest);
    assert_eq!(receipt.event::<ExposureSet>().exposure.get(), longest);
}

#[test]
fn only_the_market_records_its_exposure() {
    let mut world = World::new();
    world.staking_ready();
    let governance = world.actor("governance");
    let set = staking::set_exposure(governance.pubkey(), DAY);
    let result = world.send(&[set], &[&governance]);
    assert_fails(result, StakingError::NotMarket);
}

#[test]
fn an_exposure_that_stake_could_escape_is_refused() {
    let mut world = World::new();
    world.staking_ready();
    let market = world.actor("market");
    let set = staking::set_exposure(market.pubkey(), UNBONDING_PERIOD - EXPOSURE_SLACK + 1);
    let result = world.send(&[set], &[&market]);
    assert_fails(result, StakingError::UnbondingTooShort);
}

#[test]
fn an_exposure_beyond_all_time_is_refused() {
    let mut world = World::new();
    world.staking_ready();
    let market = world.actor("market");
    let set = staking::set_exposure(market.pubkey(), u64::MAX);
    let result = world.send(&[set], &[&market]);
    assert_fails(result, StakingError::Overflow);
}
