use assay_governance::{error::GovernanceError, event::ProgramAccepted, state::Target};
use assay_harness::{
    assert_fails,
    instruction::governance,
    pda::{self, governance as at},
    replace_account, Signer, TestContext, DEPLOYER,
};
use assay_shared::deployer::UPGRADEABLE_LOADER;

/// Offset of the upgrade authority in a ProgramData account.
const AUTHORITY: core::ops::Range<usize> = 13..45;

#[test]
fn the_upgrade_authority_passes_every_program_to_governance() {
    let mut context = TestContext::governed();
    let deployer = context.actor(DEPLOYER);
    for target in Target::ALL {
        // When
        let accept = governance::accept_program(deployer.pubkey(), *target);
        let result = context.send(&[accept], &[&deployer]).unwrap();

        // Then
        let program = assay_governance::addresses::program(*target);
        let data = context.data(&pda::program_data(&program));
        assert_eq!(&data[AUTHORITY], at::upgrade_authority().as_ref());
        let event = result.event::<ProgramAccepted>();
        assert_eq!(event.target, *target as u8);
    }
}

#[test]
fn nobody_but_the_upgrade_authority_passes_it_on() {
    let mut context = TestContext::governed();
    let mallory = context.actor("mallory");
    let accept = governance::accept_program(mallory.pubkey(), Target::Market);
    let failure = context.send(&[accept], &[&mallory]).unwrap_err();
    assert_eq!(failure.program, Some(UPGRADEABLE_LOADER));
}

#[test]
fn another_program_than_the_four_is_refused() {
    let mut context = TestContext::governed();
    let deployer = context.actor(DEPLOYER);
    let accept = governance::accept_program(deployer.pubkey(), Target::Market);
    let real = pda::program_data(&assay_market::ID);
    let fake = context.clone_with_owner(&real, "another program", &UPGRADEABLE_LOADER);
    let result = context.send(&[replace_account(accept, &real, &fake)], &[&deployer]);
    assert_fails(result, GovernanceError::WrongProgram);
}
