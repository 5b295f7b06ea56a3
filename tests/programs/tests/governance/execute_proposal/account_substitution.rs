//! Attacks with other accounts than the proposal's own.

use super::*;

#[test]
fn a_program_of_the_executors_choice_is_refused() {
    let mut context = TestContext::new();
    staking_under_governance(&mut context);
    let set = set_staking(assay_staking::state::Param::MinSelfStake, 77);
    let proposal = context.passed_proposal(&[set]);
    let mallory = context.actor("mallory");
    for real in [assay_staking::ID, assay_market::ID, assay_rewards::ID] {
        let forged = replace_account(
            governance::execute_proposal(proposal),
            &real,
            &spl_token_interface::ID,
        );
        let result = context.send(&[forged], &[&mallory]);
        assert_fails(result, GovernanceError::WrongProgram);
    }
    assert_eq!(min_self_stake(&context), MIN_SELF_STAKE);
}

#[test]
fn an_authority_of_the_executors_choice_is_refused() {
    let mut context = TestContext::new();
    staking_under_governance(&mut context);
    let set = set_staking(assay_staking::state::Param::MinSelfStake, 77);
    let proposal = context.passed_proposal(&[set]);
    let mallory = context.actor("mallory");
    let execute = governance::execute_proposal(proposal);
    let forged = replace_account(execute, &at::authority(), &mallory.pubkey());
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn parameters_of_the_executors_choice_are_refused_by_their_program() {
    // Given copies of each program's parameters, owned by that program
    let mut context = TestContext::new();
    everything_under_governance(&mut context);
    let proposal = context.passed_proposal(&one_change_each());
    let mallory = context.actor("mallory");
    for (params, program) in [
        (staking_at::params(), assay_staking::ID),
        (pda::market::params(), assay_market::ID),
        (pda::rewards::emission(), assay_rewards::ID),
    ] {
        // When
        let fake = context.clone_with_owner(&params, "false parameters", &program);
        let forged = replace_account(governance::execute_proposal(proposal), &params, &fake);
        let result = context.send(&[forged], &[&mallory]);

        // Then
        assert_fails(result, (program, ErrorCode::ConstraintSeeds));
    }
    assert_eq!(quorum(&context), CONFIG.quorum_bps);
}

#[test]
fn a_proposal_of_ones_own_making_is_refused() {
    let mut context = TestContext::new();
    context.init_governance();
    let proposal = context.passed_proposal(&[set_quorum(400)]);
    let fake = context.clone_with_owner(&proposal, "a false proposal", &assay_staking::ID);
    let result = execute(&mut context, fake);
    assert_fails(result, (assay_governance::ID, ProgramError::IllegalOwner));
}

#[test]
fn a_program_under_another_authority_keeps_its_parameters() {
    let mut context = TestContext::new();
    context.init_governance();
    context.init_staking();
    let set = set_staking(assay_staking::state::Param::MinSelfStake, 77);
    let proposal = context.passed_proposal(&[set_quorum(400), set]);
    let result = execute(&mut context, proposal);
    assert_fails(result, StakingError::NotAuthority);
    assert_eq!(quorum(&context), CONFIG.quorum_bps);
}
