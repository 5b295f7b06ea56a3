//! Of two decisions on the same thing, the newer one stays, whoever executes and when.

use super::*;

fn set_min_self_stake(value: u64) -> ProposedAction {
    set_staking(StakingParam::MinSelfStake, value)
}

/// Passes two proposals of one action each, the second a day after the first, and waits until both can be executed.
fn two_passed(
    context: &mut TestContext,
    first: ProposedAction,
    second: ProposedAction,
) -> [Address; 2] {
    let older = context.supported_proposal(&[first]);
    let newer = context.supported_proposal(&[second]);
    context.await_execution(&newer);
    [older, newer]
}

#[test]
fn an_older_decision_on_the_same_parameter_is_superseded() {
    let mut context = TestContext::governed();
    let [older, newer] = two_passed(&mut context, set_min_self_stake(77), set_min_self_stake(99));
    context.execute(&newer).unwrap();
    let result = context.execute(&older);
    assert_fails(result, GovernanceError::Superseded);
    assert_eq!(min_self_stake(&context), 99);
}

#[test]
fn in_order_both_are_executed() {
    let mut context = TestContext::governed();
    let [older, newer] = two_passed(&mut context, set_min_self_stake(77), set_min_self_stake(99));
    context.execute(&older).unwrap();
    context.execute(&newer).unwrap();
    assert_eq!(min_self_stake(&context), 99);
}

#[test]
fn a_newer_decision_on_something_else_supersedes_nothing() {
    let mut context = TestContext::governed();
    let [older, newer] = two_passed(
        &mut context,
        set_min_self_stake(77),
        set_staking(StakingParam::UnbondingPeriod, 30 * DAY),
    );
    context.execute(&newer).unwrap();
    context.execute(&older).unwrap();
    assert_eq!(min_self_stake(&context), 77);
}

#[test]
fn an_index_marks_what_it_changed() {
    let mut context = TestContext::governed();
    let proposal = context.passed_proposal(&[set_min_self_stake(77)]);
    context.execute(&proposal).unwrap();
    let slot = set_min_self_stake(77).checked().unwrap().slot().unwrap();
    let params = context.governance_params();
    assert_eq!(params.marks[slot].get(), 1);
    assert_eq!(params.marks.iter().filter(|m| m.get() != 0).count(), 1);
}
