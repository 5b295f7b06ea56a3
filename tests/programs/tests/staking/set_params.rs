use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, staking::UNBONDING_PERIOD, Signer,
    TestContext, DAY,
};
use assay_staking::{
    error::StakingError,
    event::ParamSet,
    state::{Param, Params, EXPOSURE_SLACK},
};

#[test]
fn governance_changes_a_parameter() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let governance = context.actor("governance");

    // When
    let set = staking::set_params(governance.pubkey(), Param::MinSelfStake, 123);
    let result = context.send(&[set], &[&governance]).unwrap();

    // Then
    let params: Params = context.account(&at::params());
    assert_eq!(params.get(Param::MinSelfStake), 123);
    assert_eq!(params.get(Param::UnbondingPeriod), UNBONDING_PERIOD);
    let event = result.event::<ParamSet>();
    assert_eq!(event.param, Param::MinSelfStake as u8);
    assert_eq!(event.value.get(), 123);
}

#[test]
fn only_governance_changes_parameters() {
    let mut context = TestContext::new();
    context.init_staking();
    let deployer = context.actor(assay_harness::DEPLOYER);
    let set = staking::set_params(deployer.pubkey(), Param::MinSelfStake, 123);
    let result = context.send(&[set], &[&deployer]);
    assert_fails(result, StakingError::NotAuthority);
}

#[test]
fn no_vote_crosses_the_hard_bounds() {
    let mut context = TestContext::new();
    context.init_staking();
    let governance = context.actor("governance");
    for (param, value) in [
        (Param::MinSelfStake, 0),
        (Param::MinSelfStake, 1_000_000_000_000_001),
        (Param::UnbondingPeriod, DAY - 1),
        (Param::UnbondingPeriod, 180 * DAY + 1),
        (Param::MinDelegation, 0),
        (Param::MinDelegation, 1_000_000_000_001),
        (Param::Leverage, 0),
        (Param::Leverage, 21),
    ] {
        let set = staking::set_params(governance.pubkey(), param, value);
        let result = context.send(&[set], &[&governance]);
        assert_fails(result, StakingError::ParamOutOfBounds);
    }
}

#[test]
fn an_unknown_parameter_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let governance = context.actor("governance");
    let unknown = assay_staking::instruction::SetParams {
        param: 200,
        value: 1,
    };
    let set = unknown.to_instruction(assay_staking::accounts::SetParams {
        authority: governance.pubkey(),
        params: at::params(),
    });
    let result = context.send(&[set], &[&governance]);
    assert_fails(result, StakingError::UnknownParam);
}

#[test]
fn the_unbonding_period_cannot_fall_below_the_markets_exposure() {
    let mut context = TestContext::new();
    context.init_staking();
    let (market, governance) = (context.actor("market"), context.actor("governance"));
    let exposure = 3 * DAY;
    let expose = staking::set_exposure(market.pubkey(), exposure);
    context.send(&[expose], &[&market]).unwrap();

    let too_short = exposure + EXPOSURE_SLACK - 1;
    let set = staking::set_params(governance.pubkey(), Param::UnbondingPeriod, too_short);
    let result = context.send(&[set], &[&governance]);
    assert_fails(result, StakingError::UnbondingTooShort);
    let set = staking::set_params(governance.pubkey(), Param::UnbondingPeriod, too_short + 1);
    context.send(&[set], &[&governance]).unwrap();
}
