use assay_governance::{
    error::GovernanceError,
    event::OperationPaused,
    state::{pause, Target},
};
use assay_harness::{
    assert_fails, instruction::governance, pda, replace_account, Signer, TestContext, DAY,
};
use assay_shared::pause::{MAX_PAUSE, PAUSE_REST};

const WEEK: u64 = MAX_PAUSE as u64;

#[test]
fn the_guardian_pauses_operations_of_three_programs() {
    // Given
    let mut context = TestContext::governed();
    let until = context.now() + DAY as i64;

    // When
    let own = context
        .pause(Target::Governance, pause::TREASURY, DAY)
        .unwrap();
    context.pause(Target::Staking, 1, DAY).unwrap();
    context.pause(Target::Market, 4, DAY).unwrap();

    // Then
    let params = context.governance_params();
    assert_eq!((params.paused.get(), params.paused_until.get()), (1, until));
    assert_eq!(params.rest_from.map(|time| time.get()), [until; 3]);
    let staking = context.staking_params();
    assert_eq!(
        (staking.paused.get(), staking.paused_until.get()),
        (1, until)
    );
    let market = context.market_params();
    assert_eq!((market.paused.get(), market.paused_until.get()), (4, until));
    let event = own.event::<OperationPaused>();
    assert_eq!((event.target, event.bits.get()), (0, 1));
    assert_eq!(event.until.get(), until);
}

#[test]
fn nobody_but_the_guardian_pauses() {
    let mut context = TestContext::governed();
    let mallory = context.actor("mallory");
    let pause = governance::pause_operation(mallory.pubkey(), Target::Market, 1, DAY);
    let result = context.send(&[pause], &[&mallory]);
    assert_fails(result, GovernanceError::NotGuardian);
}

#[test]
fn a_pause_lasts_a_second_to_a_week() {
    let mut context = TestContext::governed();
    for seconds in [0, WEEK + 1, u64::MAX] {
        let result = context.pause(Target::Market, 1, seconds);
        assert_fails(result, GovernanceError::PauseTooLong);
    }
    context.pause(Target::Market, 1, WEEK).unwrap();
    context.pause(Target::Staking, 1, 1).unwrap();
}

#[test]
fn thirty_days_of_rest_follow_a_pause() {
    let mut context = TestContext::governed();
    context.pause(Target::Market, 1, WEEK).unwrap();
    let rested = context.now() + MAX_PAUSE + PAUSE_REST;
    let again = context.pause(Target::Market, 2, 1);
    assert_fails(again, GovernanceError::PauseTooSoon);
    context.advance_to(rested - 1);
    let early = context.pause(Target::Market, 2, 1);
    assert_fails(early, GovernanceError::PauseTooSoon);
    context.advance(1);
    context.pause(Target::Market, 2, 1).unwrap();
}

#[test]
fn a_bit_means_something_and_there_is_one() {
    let mut context = TestContext::governed();
    for (target, bits) in [
        (Target::Governance, 0),
        (Target::Market, 0),
        (Target::Governance, 2),
    ] {
        let result = context.pause(target, bits, DAY);
        assert_fails(result, GovernanceError::ParamOutOfBounds);
    }
    let result = context.pause(Target::Market, 1 << 40, DAY);
    assert_fails(result, assay_market::error::MarketError::ParamOutOfBounds);
}

#[test]
fn rewards_has_nothing_to_pause() {
    let mut context = TestContext::governed();
    let result = context.pause(Target::Rewards, 1, DAY);
    assert_fails(result, GovernanceError::UnknownProgram);
}

#[test]
fn programs_and_parameters_are_not_the_guardians_choice() {
    let mut context = TestContext::governed();
    let guardian = context.guardian();
    let pause = governance::pause_operation(guardian.pubkey(), Target::Market, 1, DAY);
    for real in [assay_staking::ID, assay_market::ID] {
        let forged = replace_account(pause.clone(), &real, &assay_rewards::ID);
        let result = context.send(&[forged], &[&guardian]);
        assert_fails(result, GovernanceError::WrongProgram);
    }
    for real in [pda::staking::params(), pda::market::params()] {
        let fake = context.clone_with_owner(&real, "false parameters", &assay_market::ID);
        let forged = replace_account(pause.clone(), &real, &fake);
        let result = context.send(&[forged], &[&guardian]);
        assert_fails(result, GovernanceError::WrongAccounts);
    }
}
