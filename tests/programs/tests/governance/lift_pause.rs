use assay_governance::{
    error::GovernanceError,
    event::PauseLifted,
    state::{pause, Target},
};
use assay_harness::{
    assert_fails, instruction::governance, pda, replace_account, Signer, TestContext,
    TransactionFailure, TransactionResult, DAY,
};
use assay_shared::pause::PAUSE_REST;

fn lift(
    context: &mut TestContext,
    target: Target,
) -> Result<TransactionResult, TransactionFailure> {
    let guardian = context.guardian();
    let lift = governance::lift_pause(guardian.pubkey(), target);
    context.send(&[lift], &[&guardian])
}

#[test]
fn the_guardian_ends_a_pause_early_and_the_rest_begins() {
    // Given
    let mut context = TestContext::governed();
    for (target, bits) in [
        (Target::Governance, pause::TREASURY),
        (Target::Staking, 2),
        (Target::Market, 1),
    ] {
        context.pause(target, bits, 5 * DAY).unwrap();
    }
    context.advance(DAY);
    let now = context.now();

    // When
    let result = lift(&mut context, Target::Governance).unwrap();
    lift(&mut context, Target::Staking).unwrap();
    lift(&mut context, Target::Market).unwrap();

    // Then
    let params = context.governance_params();
    assert_eq!(params.paused.get(), 0);
    assert_eq!(params.rest_from.map(|time| time.get()), [now; 3]);
    assert_eq!(context.staking_params().paused.get(), 0);
    assert_eq!(context.market_params().paused.get(), 0);
    assert_eq!(result.event::<PauseLifted>().target, 0);
    context.advance_to(now + PAUSE_REST - 1);
    let early = context.pause(Target::Market, 1, 1);
    assert_fails(early, GovernanceError::PauseTooSoon);
    context.advance(1);
    context.pause(Target::Market, 1, 1).unwrap();
}

#[test]
fn nobody_but_the_guardian_ends_a_pause() {
    let mut context = TestContext::governed();
    let mallory = context.actor("mallory");
    let lift = governance::lift_pause(mallory.pubkey(), Target::Market);
    let result = context.send(&[lift], &[&mallory]);
    assert_fails(result, GovernanceError::NotGuardian);
}

#[test]
fn rewards_has_no_pause() {
    let mut context = TestContext::governed();
    let result = lift(&mut context, Target::Rewards);
    assert_fails(result, GovernanceError::UnknownProgram);
}

#[test]
fn programs_and_parameters_are_not_the_guardians_choice() {
    let mut context = TestContext::governed();
    let guardian = context.guardian();
    let lift = governance::lift_pause(guardian.pubkey(), Target::Market);
    let forged = replace_account(lift.clone(), &assay_market::ID, &assay_rewards::ID);
    let result = context.send(&[forged], &[&guardian]);
    assert_fails(result, GovernanceError::WrongProgram);
    let real = pda::market::params();
    let fake = context.clone_with_owner(&real, "false parameters", &assay_market::ID);
    let result = context.send(&[replace_account(lift, &real, &fake)], &[&guardian]);
    assert_fails(result, GovernanceError::WrongAccounts);
}
