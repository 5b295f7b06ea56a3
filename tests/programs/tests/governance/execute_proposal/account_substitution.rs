//! Attacks with other accounts than the proposal's own.

use super::*;

/// Returns a proposal that passed, and the instruction that executes it.
fn passed(context: &mut TestContext) -> (Address, assay_harness::Instruction) {
    let proposal = context.passed_proposal(&one_change_each());
    (proposal, context.execute_instruction(&proposal))
}

#[test]
fn a_program_of_the_executors_choice_is_refused() {
    let mut context = TestContext::governed();
    let (_, execute) = passed(&mut context);
    let anyone = context.actor("anyone");
    for real in [assay_staking::ID, assay_market::ID, assay_rewards::ID] {
        let forged = replace_account(execute.clone(), &real, &spl_token_interface::ID);
        let result = context.send(&[forged], &[&anyone]);
        assert_fails(result, GovernanceError::WrongProgram);
    }
    assert_eq!(min_self_stake(&context), MIN_SELF_STAKE);
}

#[test]
fn a_signer_of_the_executors_choice_is_refused() {
    let mut context = TestContext::governed();
    let (_, execute) = passed(&mut context);
    let (anyone, mallory) = (context.actor("anyone"), context.address_of("mallory"));
    for real in [at::authority(), at::treasury_authority()] {
        let forged = replace_account(execute.clone(), &real, &mallory);
        let result = context.send(&[forged], &[&anyone]);
        assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
    }
}

#[test]
fn parameters_of_the_executors_choice_are_refused() {
    // Given copies of each program's parameters, owned by that program
    let mut context = TestContext::governed();
    let (_, execute) = passed(&mut context);
    let (anyone, mallory) = (context.actor("anyone"), context.address_of("mallory"));
    for (params, program) in [
        (pda::staking::params(), assay_staking::ID),
        (pda::market::params(), assay_market::ID),
        (pda::rewards::emission(), assay_rewards::ID),
    ] {
        // When
        let fake = context.clone_with_owner(&params, "false parameters", &program);
        let forged = replace_account(execute.clone(), &params, &fake);
        let result = context.send(&[forged], &[&anyone]);

        // Then
        assert_fails(result, GovernanceError::WrongAccounts);
    }
    let forged = replace_account(execute, &pda::market::authority(), &mallory);
    let result = context.send(&[forged], &[&anyone]);
    assert_fails(result, GovernanceError::WrongAccounts);
    assert_eq!(quorum(&context), config().quorum_bps);
}

#[test]
fn a_proposal_of_ones_own_making_is_refused() {
    let mut context = TestContext::governed();
    let (proposal, execute) = passed(&mut context);
    let fake = context.clone_with_owner(&proposal, "a false proposal", &assay_staking::ID);
    let anyone = context.actor("anyone");
    let result = context.send(&[replace_account(execute, &proposal, &fake)], &[&anyone]);
    assert_fails(result, (assay_governance::ID, ProgramError::IllegalOwner));
}

#[test]
fn a_program_under_another_authority_keeps_its_parameters() {
    let mut context = TestContext::governed();
    let (_, execute) = passed(&mut context);
    let stranger = context.address_of("stranger");
    context.edit_account::<assay_staking::state::Params>(&pda::staking::params(), |params| {
        params.authority = stranger;
    });
    let anyone = context.actor("anyone");
    let result = context.send(&[execute], &[&anyone]);
    assert_fails(result, StakingError::NotAuthority);
    assert_eq!(quorum(&context), config().quorum_bps);
}

#[test]
fn a_value_below_a_floor_is_refused_at_the_execution_too() {
    // Given a floor that is higher than when the proposal was made, as no vote can make it
    let mut context = TestContext::governed();
    let lower = ProposedAction::set_param(Target::Governance, Param::Threshold.number(), 2_000);
    let proposal = context.passed_proposal(&[lower]);
    context.edit_account::<assay_governance::state::Params>(&at::params(), |params| {
        params.floors.threshold = 2_001.into();
    });
    let result = context.execute(&proposal);
    assert_fails(result, GovernanceError::BelowFloor);
}
