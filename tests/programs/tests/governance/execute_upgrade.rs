use assay_governance::{
    error::GovernanceError,
    event::{ProgramUpgraded, ProposalExecuted},
    state::{Proposal, ProposedAction, Side, Target},
};
use assay_harness::{
    assert_fails,
    governance::MIN_LOCK,
    instruction::{governance, staking},
    next_version,
    pda::{self, governance as at},
    replace_account, Address, Instruction, Signer, TestContext, TransactionFailure,
    TransactionResult, DAY, DEPLOYER,
};
use assay_shared::hash::sha256v;

/// Bytes of a ProgramData account before the program's.
const PROGRAM_DATA_HEAD: usize = 45;

/// Compute units that hashing a buffer fits into.
const UNITS: usize = 1_000_000;

/// Returns a cluster whose staking program is governance's to upgrade, the bytes of its next version and the action.
fn prepared() -> (TestContext, Vec<u8>, ProposedAction) {
    let mut context = TestContext::governed();
    let deployer = context.actor(DEPLOYER);
    let accept = governance::accept_program(deployer.pubkey(), Target::Staking);
    context.send(&[accept], &[&deployer]).unwrap();
    let bytes = next_version(&assay_staking::ID);
    let wallet = context.address_of("uploader");
    let upgrade = ProposedAction::upgrade(Target::Staking, sha256v(&[&bytes]), wallet);
    (context, bytes, upgrade)
}

fn upgrade(
    context: &mut TestContext,
    instruction: Instruction,
) -> Result<TransactionResult, TransactionFailure> {
    let passer_by = context.actor("carol");
    context.send(
        &[governance::compute_limit(UNITS), instruction],
        &[&passer_by],
    )
}

fn instruction(context: &mut TestContext, proposal: &Address, buffer: &Address) -> Instruction {
    let wallet = context.address_of("uploader");
    governance::execute_upgrade(*proposal, Target::Staking, *buffer, wallet)
}

#[test]
fn a_vote_replaces_the_bytecode_of_a_program() {
    // Given
    let (mut context, bytes, action) = prepared();
    let buffer = context.buffer("buffer", &at::upgrade_authority(), &bytes);
    let (proposal, wallet) = (
        context.passed_proposal(&[action]),
        context.address_of("uploader"),
    );
    let before = context.lamports(&wallet);

    // When
    let execute = instruction(&mut context, &proposal, &buffer);
    let result = upgrade(&mut context, execute).unwrap();

    // Then
    let data = context.data(&pda::program_data(&assay_staking::ID));
    assert_eq!(&data[PROGRAM_DATA_HEAD..][..bytes.len()], bytes);
    assert!(context.lamports(&wallet) > before, "the buffer's rent");
    let event = result.event::<ProgramUpgraded>();
    assert_eq!((event.proposal, event.target), (proposal, 1));
    assert_eq!(event.hash.as_ref(), sha256v(&[&bytes]));
    let executed = result.event::<ProposalExecuted>();
    assert_eq!(executed.executed_at.get(), context.now());
    let again = instruction(&mut context, &proposal, &buffer);
    let again = upgrade(&mut context, again);
    assert_fails(again, GovernanceError::AlreadyExecuted);
}

#[test]
fn the_upgraded_program_answers_with_its_new_number() {
    let (mut context, bytes, action) = prepared();
    let buffer = context.buffer("buffer", &at::upgrade_authority(), &bytes);
    let proposal = context.passed_proposal(&[action]);
    let execute = instruction(&mut context, &proposal, &buffer);
    upgrade(&mut context, execute).unwrap();
    context.advance(1);
    let anyone = context.actor("anyone");
    let result = context.send(&[staking::version()], &[&anyone]).unwrap();
    assert_eq!(result.return_data, 2u16.to_le_bytes());
}

#[test]
fn an_upgrade_keeps_the_times_of_its_proposal() {
    // Given
    let (mut context, bytes, action) = prepared();
    let buffer = context.buffer("buffer", &at::upgrade_authority(), &bytes);
    let proposer = context.actor("proposer");
    let unopened = context.publish(&proposer, &[action]);
    let notice = instruction(&mut context, &unopened, &buffer);
    let result = upgrade(&mut context, notice.clone());
    assert_fails(result, GovernanceError::VotingNotOpen);
    let address = context.supported_proposal(&[action]);
    let proposal: Proposal = context.account(&address);
    let execute = instruction(&mut context, &address, &buffer);

    // When and then
    let steps = [
        (proposal.ends_at.get() - 1, GovernanceError::VotingOpen),
        (
            proposal.executable_at.get() - 1,
            GovernanceError::HoldUpRunning,
        ),
    ];
    for (time, error) in steps {
        context.advance_to(time);
        let result = upgrade(&mut context, execute.clone());
        assert_fails(result, error);
    }
    let lapsed = upgrade(&mut context, notice);
    assert_fails(lapsed, GovernanceError::ProposalLapsed);
    context.advance_to(proposal.expires_at.get());
    let result = upgrade(&mut context, execute);
    assert_fails(result, GovernanceError::ProposalExpired);
}

#[test]
fn a_defeated_or_vetoed_upgrade_does_not_happen() {
    let (mut context, bytes, action) = prepared();
    let buffer = context.buffer("buffer", &at::upgrade_authority(), &bytes);
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    context.lock(&alice, 0, 1_000, MIN_LOCK);
    let defeated = context.propose(&proposer, &[action]);
    context.vote(&alice, 0, &defeated, Side::No);
    let vetoed = context.supported_proposal(&[action]);
    context.advance_to(context.account::<Proposal>(&vetoed).ends_at.get());
    context.veto(&vetoed).unwrap();
    for (proposal, error) in [
        (defeated, GovernanceError::ProposalDefeated),
        (vetoed, GovernanceError::Vetoed),
    ] {
        let execute = instruction(&mut context, &proposal, &buffer);
        let result = upgrade(&mut context, execute);
        assert_fails(result, error);
    }
}

#[test]
fn an_older_upgrade_of_the_same_program_is_superseded() {
    let (mut context, bytes, action) = prepared();
    let old = context.data(&pda::program_data(&assay_staking::ID))[PROGRAM_DATA_HEAD..].to_vec();
    let wallet = context.address_of("uploader");
    let back = ProposedAction::upgrade(Target::Staking, sha256v(&[&old]), wallet);
    let older = context.supported_proposal(&[back]);
    context.advance(DAY);
    let newer = context.supported_proposal(&[action]);
    context.await_execution(&newer);
    let buffer = context.buffer("buffer", &at::upgrade_authority(), &bytes);
    let execute = instruction(&mut context, &newer, &buffer);
    upgrade(&mut context, execute).unwrap();
    let buffer = context.buffer("old buffer", &at::upgrade_authority(), &old);
    let execute = instruction(&mut context, &older, &buffer);
    let result = upgrade(&mut context, execute);
    assert_fails(result, GovernanceError::Superseded);
}

#[test]
fn another_proposal_is_no_upgrade() {
    let (mut context, bytes, _) = prepared();
    let buffer = context.buffer("buffer", &at::upgrade_authority(), &bytes);
    let other = ProposedAction::set_param(Target::Staking, 0, 77);
    let proposal = context.passed_proposal(&[other]);
    let execute = instruction(&mut context, &proposal, &buffer);
    let result = upgrade(&mut context, execute);
    assert_fails(result, GovernanceError::WrongInstruction);
}

#[test]
fn program_rent_and_buffer_are_not_the_executors_choice() {
    // Given
    let (mut context, bytes, action) = prepared();
    let buffer = context.buffer("buffer", &at::upgrade_authority(), &bytes);
    let proposal = context.passed_proposal(&[action]);
    let (mallory, wallet) = (
        context.address_of("mallory"),
        context.address_of("uploader"),
    );
    let execute = instruction(&mut context, &proposal, &buffer);

    // When and then: another program, another ProgramData, another wallet
    for (real, fake) in [
        (assay_staking::ID, assay_rewards::ID),
        (
            pda::program_data(&assay_staking::ID),
            pda::program_data(&assay_rewards::ID),
        ),
    ] {
        let forged = replace_account(execute.clone(), &real, &fake);
        let result = upgrade(&mut context, forged);
        assert_fails(result, GovernanceError::WrongProgram);
    }
    let forged = replace_account(execute.clone(), &wallet, &mallory);
    let result = upgrade(&mut context, forged);
    assert_fails(result, GovernanceError::WrongRecipient);

    // When and then: other bytes, somebody else's buffer, no buffer of the loader
    let mut other = bytes.clone();
    other[1_000] ^= 1;
    let swapped = context.buffer("swapped", &at::upgrade_authority(), &other);
    let writable = context.buffer("writable", &mallory, &bytes);
    let false_owner = context.clone_with_owner(&buffer, "false owner", &assay_staking::ID);
    for fake in [swapped, writable, false_owner] {
        let forged = replace_account(execute.clone(), &buffer, &fake);
        let result = upgrade(&mut context, forged);
        assert_fails(result, GovernanceError::WrongBuffer);
    }
    assert!(context.exists(&buffer));
}
