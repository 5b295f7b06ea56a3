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
fn governance_changes_the_shares_of_the_next_epoch() {
    // Given
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    context.complete_job("bob", 10_000);
    let governance = context.actor("governance");

    // When
    let set = rewards::set_params(governance.pubkey(), Param::WorkersBps, 5_000);
    let result = context.send(&[set], &[&governance]).unwrap();
    let raise = rewards::set_params(governance.pubkey(), Param::StakersBps, 4_000);
    context.send(&[raise], &[&governance]).unwrap();

    // Then
    let emission: Emission = context.account(&at::emission());
    assert_eq!(emission.get(Param::WorkersBps), 5_000);
    assert_eq!(emission.get(Param::StakersBps), 4_000);
    let event = result.event::<ParamSet>();
    assert_eq!(event.param, Param::WorkersBps as u8);
    assert_eq!(event.value.get(), 5_000);

    let epoch = context.end_epoch(&["bob"]);
    context.finalize(epoch).unwrap();
    let rewards: EpochRewards = context.account(&at::epoch(epoch));
    assert_eq!(rewards.amount.get(), INITIAL_EMISSION / 10 * 9);
    assert_eq!(rewards.stakers.get(), INITIAL_EMISSION / 10 * 4);
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

    // Then: 0.99 % of it, rounded down, of which workers have six tenths and stakers two, each rounded down
    let rewards: EpochRewards = context.account(&at::epoch(epoch));
    assert_eq!((rewards.amount.get(), rewards.stakers.get()), (5 + 1, 1));
    let emission: Emission = context.account(&at::emission());
    assert_eq!(emission.minted.get(), 9);
    assert_eq!(context.balance(&at::treasury()), 3);
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
        (Param::WorkersBps, 2_999),
        (Param::WorkersBps, 9_501),
        (Param::StakersBps, 5_001),
        (Param::KappaBps, 5_001),
    ] {
        let set = rewards::set_params(governance.pubkey(), param, value);
        let result = context.send(&[set], &[&governance]);
        assert_fails(result, RewardsError::ParamOutOfBounds);
    }
}

#[test]
fn workers_and_stakers_leave_a_part_to_the_treasury() {
    // Given 60 % for workers
    let mut context = TestContext::new();
    context.init_rewards();
    let governance = context.actor("governance");
    for (param, value, rule) in [
        (Param::StakersBps, 3_501, Some(RewardsError::SplitTooLarge)),
        (Param::StakersBps, 3_500, None),
        (Param::WorkersBps, 6_001, Some(RewardsError::SplitTooLarge)),
        (Param::WorkersBps, 5_999, None),
    ] {
        let set = rewards::set_params(governance.pubkey(), param, value);
        let result = context.send(&[set], &[&governance]);
        match rule {
            Some(rule) => assert_fails(result, rule),
            None => assert!(result.is_ok(), "{param:?}"),
        }
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
