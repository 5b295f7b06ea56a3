use assay_rewards::{
    error::RewardsError,
    event::ParamSet,
    state::{Emission, EpochRewards, Param},
};
use assay_world::{
    address::rewards as at, assert_fails, instruction::rewards, rewards::INITIAL_EMISSION, Signer,
    World, DEPLOYER,
};

#[test]
fn governance_changes_the_workers_share_of_the_next_epoch() {
    // Given
    let mut world = World::new();
    world.rewards_ready();
    world.worker("bob", 100_000);
    world.earn("bob", 10_000);
    let governance = world.actor("governance");

    // When
    let set = rewards::set_params(governance.pubkey(), Param::WorkersBps, 6_000);
    let receipt = world.send(&[set], &[&governance]).unwrap();

    // Then
    let emission: Emission = world.account(&at::emission());
    assert_eq!(emission.get(Param::WorkersBps), 6_000);
    let event = receipt.event::<ParamSet>();
    assert_eq!(event.param, Param::WorkersBps as u8);
    assert_eq!(event.value.get(), 6_000);

    let epoch = world.end_epoch(&["bob"]);
    world.finalize(epoch).unwrap();
    let rewards: EpochRewards = world.account(&at::epoch(epoch));
    assert_eq!(rewards.amount.get(), INITIAL_EMISSION / 10 * 6);
}

#[test]
fn only_governance_changes_parameters() {
    let mut world = World::new();
    world.rewards_ready();
    let deployer = world.actor(DEPLOYER);
    let set = rewards::set_params(deployer.pubkey(), Param::WorkersBps, 6_000);
    let result = world.send(&[set], &[&deployer]);
    assert_fails(result, RewardsError::NotAuthority);
}

#[test]
fn no_vote_crosses_the_hard_bounds() {
    let mut world = World::new();
    world.rewards_ready();
    let governance = world.actor("governance");
    for value in [4_999, 10_001] {
        let set = rewards::set_params(governance.pubkey(), Param::WorkersBps, value);
        let result = world.send(&[set], &[&governance]);
        assert_fails(result, RewardsError::ParamOutOfBounds);
    }
}

#[test]
fn an_unknown_parameter_is_refused() {
    let mut world = World::new();
    world.rewards_ready();
    let governance = world.actor("governance");
    let unknown = assay_rewards::instruction::SetParams {
        param: 200,
        value: 6_000,
    };
    let set = unknown.to_instruction(assay_rewards::accounts::SetParams {
        authority: governance.pubkey(),
        emission: at::emission(),
    });
    let result = world.send(&[set], &[&governance]);
    assert_fails(result, RewardsError::UnknownParam);
}
