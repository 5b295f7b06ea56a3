use super::COLLATERAL;
use assay_harness::{
    assert_fails, instruction::rewards, pda::rewards as at, rewards::INITIAL_EMISSION, Signer,
    TestContext, DEPLOYER,
};
use assay_rewards::{
    error::RewardsError,
    event::ParamSet,
    state::{Emission, EpochRewards, Param},
};

#[test]
fn governance_changes_the_workers_share_of_the_next_epoch() {
    // Given
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    context.complete_job("bob", 10_000);
    let governance = context.actor("governance");

    // When
    let set = rewards::set_params(governance.pubkey(), Param::WorkersBps, 6_000);
    let result = context.send(&[set], &[&governance]).unwrap();

    // Then
    let emission: Emission = context.account(&at::emission());
    assert_eq!(emission.get(Param::WorkersBps), 6_000);
    let event = result.event::<ParamSet>();
    assert_eq!(event.param, Param::WorkersBps as u8);
    assert_eq!(event.value.get(), 6_000);

    let epoch = context.end_epoch(&["bob"]);
    context.finalize(epoch).unwrap();
    let rewards: EpochRewards = context.account(&at::epoch(epoch));
    assert_eq!(rewards.amount.get(), INITIAL_EMISSION / 10 * 6);
}

#[test]
fn governance_changes_how_much_of_the_fees_the_next_epoch_mints() {
    // Given work with a weight of 1,000
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    context.complete_job("bob", 10_000);
    let governance = context.actor("governance");

    // When
    let set = rewards::set_params(governance.pubkey(), Param::KappaBps, 99);
    context.send(&[set], &[&governance]).unwrap();
    let epoch = context.end_epoch(&["bob"]);
    context.finalize(epoch).unwrap();

    // Then: 0.99 % of it, rounded down, of which the workers have eight tenths, rounded down
    let rewards: EpochRewards = context.account(&at::epoch(epoch));
    assert_eq!(rewards.amount.get(), 7);
    let emission: Emission = context.account(&at::emission());
    assert_eq!(emission.minted.get(), 9);
    assert_eq!(context.balance(&at::treasury()), 2);
}

#[test]
fn only_governance_changes_parameters() {
    let mut context = TestContext::new();
    context.init_rewards();
    let deployer = context.actor(DEPLOYER);
    let set = rewards::set_params(deployer.pubkey(), Param::WorkersBps, 6_000);
    let result = context.send(&[set], &[&deployer]);
    assert_fails(result, RewardsError::NotAuthority);
}

#[test]
fn no_vote_crosses_the_hard_bounds() {
    let mut context = TestContext::new();
    context.init_rewards();
    let governance = context.actor("governance");
    for (param, value) in [
        (Param::WorkersBps, 4_999),
        (Param::WorkersBps, 10_001),
        (Param::KappaBps, 5_001),
    ] {
        let set = rewards::set_params(governance.pubkey(), param, value);
        let result = context.send(&[set], &[&governance]);
        assert_fails(result, RewardsError::ParamOutOfBounds);
    }
}

#[test]
fn an_unknown_parameter_is_refused() {
    let mut context = TestContext::new();
    context.init_rewards();
    let governance = context.actor("governance");
    let unknown = assay_rewards::instruction::SetParams {
        param: 200,
        value: 6_000,
    };
    let set = unknown.to_instruction(assay_rewards::accounts::SetParams {
        authority: governance.pubkey(),
        emission: at::emission(),
    });
    let result = context.send(&[set], &[&governance]);
    assert_fails(result, RewardsError::UnknownParam);
}
