//! Attacks on upgrades and on what is handed over to governance: other bytes, other programs, authorities that were not offered.

use assay_governance::{
    error::GovernanceError,
    state::{ProposedAction, Target},
};
use assay_harness::{
    assert_fails,
    governance::config,
    instruction::{governance, market},
    next_version,
    pda::{self, governance as at, rewards as rewards_at},
    replace_account, Address, Instruction, Signer, TestContext, TransactionFailure,
    TransactionResult, DEPLOYER,
};
use assay_market::error::MarketError;
use assay_shared::{deployer::UPGRADEABLE_LOADER, hash::sha256v};

/// Compute units that hashing a buffer fits into.
const UNITS: usize = 1_000_000;
/// Bytes of a ProgramData account before the program's.
const HEAD: usize = 45;

/// Returns a cluster whose programs governance upgrades.
fn handed_over() -> TestContext {
    let mut context = TestContext::governed();
    let deployer = context.actor(DEPLOYER);
    for target in Target::ALL {
        let accept = governance::accept_program(deployer.pubkey(), *target);
        context.send(&[accept], &[&deployer]).unwrap();
    }
    context
}

fn bytes_of(context: &TestContext, program: &Address) -> Vec<u8> {
    context.data(&pda::program_data(program))[HEAD..].to_vec()
}

/// An upgrade of rewards that passed: its bytes, and the instruction that executes it out of the buffer "buffer".
struct Passed {
    bytes: Vec<u8>,
    buffer: Address,
    wallet: Address,
    execute: Instruction,
}

fn passed(context: &mut TestContext) -> Passed {
    let bytes = next_version(&assay_rewards::ID);
    let wallet = context.address_of("uploader");
    let action = ProposedAction::upgrade(Target::Rewards, sha256v(&[&bytes]), wallet);
    let proposal = context.passed_proposal(&[action]);
    let buffer = context.buffer("buffer", &at::upgrade_authority(), &bytes);
    Passed {
        bytes,
        buffer,
        wallet,
        execute: governance::execute_upgrade(proposal, Target::Rewards, buffer, wallet),
    }
}

fn send(
    context: &mut TestContext,
    instruction: Instruction,
) -> Result<TransactionResult, TransactionFailure> {
    let mallory = context.actor("mallory");
    context.send(
        &[governance::compute_limit(UNITS), instruction],
        &[&mallory],
    )
}

/// A build with a flaw was voted, and then a build without it.
#[test]
fn installs_a_flawed_build_last() {
    // Loss if it worked: whatever the flaw takes, after everybody has seen it mended.
    let mut context = handed_over();
    let flawed = bytes_of(&context, &assay_rewards::ID);
    let mended = next_version(&assay_rewards::ID);
    let wallet = context.address_of("uploader");
    let [mistake, correction] = [&flawed, &mended].map(|bytes| {
        let upgrade = ProposedAction::upgrade(Target::Rewards, sha256v(&[bytes]), wallet);
        context.supported_proposal(&[upgrade])
    });
    context.await_execution(&correction);
    let [older, newer] = [
        ("flawed", mistake, &flawed),
        ("mended", correction, &mended),
    ]
    .map(|(name, proposal, bytes)| {
        let buffer = context.buffer(name, &at::upgrade_authority(), bytes);
        governance::execute_upgrade(proposal, Target::Rewards, buffer, wallet)
    });
    send(&mut context, newer).unwrap();
    // The loader replaces a program once in a slot.
    context.advance(10);

    let result = send(&mut context, older);

    assert_fails(result, GovernanceError::Superseded);
    assert_eq!(bytes_of(&context, &assay_rewards::ID), mended);
}

/// The vote saw one program; the executor brings another.
#[test]
fn swaps_the_buffer_after_the_vote() {
    // Loss if it worked: any bytes in place of a program, with all its vaults.
    let mut context = handed_over();
    let passed = passed(&mut context);
    let mut other = passed.bytes.clone();
    let last = other.len() - 1;
    other[last] ^= 1;
    let swapped = context.buffer("swapped", &at::upgrade_authority(), &other);

    let forged = replace_account(passed.execute, &passed.buffer, &swapped);
    let result = send(&mut context, forged);

    assert_fails(result, GovernanceError::WrongBuffer);
}

/// The buffer has the right bytes when it is checked, and its uploader can still write it.
#[test]
fn keeps_the_pen_over_a_buffer() {
    // Loss if it worked: the uploader decides after the vote what is in it.
    let mut context = handed_over();
    let passed = passed(&mut context);
    let mallory = context.address_of("mallory");
    let writable = context.buffer("writable", &mallory, &passed.bytes);

    let forged = replace_account(passed.execute, &passed.buffer, &writable);
    let result = send(&mut context, forged);

    assert_fails(result, GovernanceError::WrongBuffer);
}

#[test]
fn takes_the_rent_of_the_buffer() {
    // Loss if it worked: the rent of the buffer, some SOL, to whoever executes first.
    let mut context = handed_over();
    let passed = passed(&mut context);
    let mallory = context.address_of("mallory");

    let forged = replace_account(passed.execute, &passed.wallet, &mallory);
    let result = send(&mut context, forged);

    assert_fails(result, GovernanceError::WrongRecipient);
}

/// The bytes that were voted for rewards are put in the place of staking, with its vaults.
#[test]
fn upgrades_another_program() {
    // Loss if it worked: all stake, under a program that does not know it.
    let mut context = handed_over();
    let passed = passed(&mut context);
    let before = bytes_of(&context, &assay_staking::ID);
    let programs = [assay_rewards::ID, assay_staking::ID];
    let data = programs.map(|program| pda::program_data(&program));

    let forged = replace_account(passed.execute, &programs[0], &programs[1]);
    let forged = replace_account(forged, &data[0], &data[1]);
    let result = send(&mut context, forged);

    assert_fails(result, GovernanceError::WrongProgram);
    assert_eq!(bytes_of(&context, &assay_staking::ID), before);
}

/// A bad upgrade is stopped in its hold-up.
#[test]
fn upgrades_what_the_guardian_stopped() {
    // Loss if it worked: a hold-up in which nobody can do anything.
    let mut context = handed_over();
    let bytes = next_version(&assay_rewards::ID);
    let wallet = context.address_of("uploader");
    let action = ProposedAction::upgrade(Target::Rewards, sha256v(&[&bytes]), wallet);
    let proposal = context.supported_proposal(&[action]);
    let opened: assay_governance::state::Proposal = context.account(&proposal);
    context.advance_to(opened.ends_at.get());
    context.veto(&proposal).unwrap();
    context.advance_to(opened.executable_at.get());
    let buffer = context.buffer("buffer", &at::upgrade_authority(), &bytes);

    let execute = governance::execute_upgrade(proposal, Target::Rewards, buffer, wallet);
    let result = send(&mut context, execute);

    assert_fails(result, GovernanceError::Vetoed);
}

/// A buffer that waits for its vote is asked back by somebody else.
#[test]
fn takes_a_buffer_that_waits() {
    // Loss if it worked: the bytes of an upgrade in the last minute of its window, and their rent.
    let mut context = handed_over();
    let passed = passed(&mut context);
    let proposal = at::proposal(context.next_proposal() - 1);

    let back = governance::return_buffer(proposal, passed.buffer, passed.wallet);
    let result = send(&mut context, back);

    assert_fails(result, GovernanceError::ProposalLive);
    send(&mut context, passed.execute).unwrap();
}

/// Mallory proposes the same bytes with her own wallet, lets it come to nothing, and asks for the buffer of those that passed.
#[test]
fn takes_a_buffer_by_a_copied_hash() {
    // Loss if it worked: the rent of every buffer, and an upgrade that passed in the last minute of its window.
    let mut context = handed_over();
    let mallory = context.actor("mallory");
    let hash = sha256v(&[&next_version(&assay_rewards::ID)]);
    let copied = ProposedAction::upgrade(Target::Rewards, hash, mallory.pubkey());
    let copy = context.propose(&mallory, &[copied]);
    let opened: assay_governance::state::Proposal = context.account(&copy);
    context.advance_to(opened.ends_at.get());
    let passed = passed(&mut context);

    let back = governance::return_buffer(copy, passed.buffer, mallory.pubkey());
    let result = send(&mut context, back);

    assert_fails(result, GovernanceError::ProposalDefeated);
    send(&mut context, passed.execute).unwrap();
}

/// After the hand-over the deployer's key upgrades nothing.
#[test]
fn keeps_a_key_above_every_vote() {
    // Loss if it worked: everything, with one key.
    let mut context = handed_over();
    let deployer = context.actor(DEPLOYER);
    for target in Target::ALL {
        let again = governance::accept_program(deployer.pubkey(), *target);
        let failure = context.send(&[again], &[&deployer]).unwrap_err();
        assert_eq!(failure.program, Some(UPGRADEABLE_LOADER));
    }
}

/// Mallory sees the deployment and initializes governance first, with rules of her own.
#[test]
fn initializes_before_the_deployer() {
    // Loss if it worked: governance, from its first block.
    let mut context = TestContext::new();
    context.init_governed_programs();
    let (mallory, mint) = (context.actor("mallory"), context.vote_mint());

    let treasury = rewards_at::treasury();
    let initialize = governance::initialize(mallory.pubkey(), mint, treasury, config());
    let result = context.send(&[initialize], &[&mallory]);

    assert_fails(result, GovernanceError::NotDeployer);
}

/// The market is offered to a multisig; somebody lets governance accept, or accepts by itself.
#[test]
fn accepts_an_authority_that_was_not_offered() {
    // Loss if it worked: the market's parameters and payment mints.
    let mut context = TestContext::new();
    context.init_governed_programs();
    let (power, other) = (context.actor("governance"), context.address_of("multisig"));
    let offer = market::offer_authority(power.pubkey(), other);
    context.send(&[offer], &[&power]).unwrap();
    let (mint, deployer) = (context.vote_mint(), context.actor(DEPLOYER));
    let treasury = rewards_at::treasury();
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, config());
    context.send(&[initialize], &[&deployer]).unwrap();

    let result = context.crank(governance::accept_market());

    assert_fails(result, MarketError::NotOffered);
}
