//! Attacks by old decisions: a vote was revised, and whoever executes has kept the first one for the end of its window.

use assay_governance::{
    error::GovernanceError,
    state::{ProposedAction, Target},
};
use assay_harness::{
    assert_fails,
    instruction::governance,
    next_version,
    pda::{self, governance as at, market as market_at},
    Address, Signer, TestContext, TransactionFailure, TransactionResult, DEPLOYER,
};
use assay_market::state::PaymentMint;
use assay_shared::hash::sha256v;

/// Compute units into which hashing a program fits.
const UNITS: usize = 1_000_000;
/// Bytes of a ProgramData account before the program's.
const HEAD: usize = 45;

/// Passes two decisions and executes the newer one. Returns what becomes of the older one.
fn executed_last(
    context: &mut TestContext,
    mistake: ProposedAction,
    correction: ProposedAction,
) -> Result<TransactionResult, TransactionFailure> {
    let mistake = context.supported_proposal(&[mistake]);
    let correction = context.supported_proposal(&[correction]);
    context.await_execution(&correction);
    context.execute(&correction).unwrap();
    context.execute(&mistake)
}

/// A vote to admit a token again was revised when it lost its peg.
#[test]
fn reopens_a_mint_by_a_stale_decision() {
    // Loss if it worked: fees that are worth nothing take the emission, until the next vote.
    let mut context = TestContext::governed();
    let usd = context.payment_mint();
    let (open, close) = (
        ProposedAction::set_admits(usd, true),
        ProposedAction::set_admits(usd, false),
    );

    let result = executed_last(&mut context, open, close);

    assert_fails(result, GovernanceError::Superseded);
    let record: PaymentMint = context.account(&market_at::payment_mint(&usd));
    assert_eq!(record.admits, 0);
}

/// The candidate of the first vote was found out, and the second vote offered the office to another.
#[test]
fn offers_the_office_by_a_stale_decision() {
    // Loss if it worked: a guardian that a vote has ruled out pauses and vetoes until it is dismissed.
    let mut context = TestContext::governed();
    let (mallory, honest) = (context.actor("mallory"), context.address_of("honest"));
    let (first, second) = (
        ProposedAction::set_guardian(mallory.pubkey()),
        ProposedAction::set_guardian(honest),
    );

    let result = executed_last(&mut context, first, second);

    assert_fails(result, GovernanceError::Superseded);
    let accept = governance::accept_guardian(mallory.pubkey());
    let accept = context.send(&[accept], &[&mallory]);
    assert_fails(accept, GovernanceError::NotGuardian);
}

/// A build with a flaw was voted, and then a build without it.
#[test]
fn installs_a_flawed_build_last() {
    // Loss if it worked: whatever the flaw takes, after everybody has seen it mended.
    let mut context = TestContext::governed();
    let deployer = context.actor(DEPLOYER);
    let accept = governance::accept_program(deployer.pubkey(), Target::Rewards);
    context.send(&[accept], &[&deployer]).unwrap();
    let rewards = pda::program_data(&assay_rewards::ID);
    let flawed = context.data(&rewards)[HEAD..].to_vec();
    let mended = next_version(&assay_rewards::ID);
    let wallet = context.address_of("uploader");
    let upgrade =
        |bytes: &[u8]| ProposedAction::upgrade(Target::Rewards, sha256v(&[bytes]), wallet);
    let mistake = context.supported_proposal(&[upgrade(&flawed)]);
    let correction = context.supported_proposal(&[upgrade(&mended)]);
    context.await_execution(&correction);
    let install = |context: &mut TestContext, proposal: Address, name: &str, bytes: &[u8]| {
        let buffer = context.buffer(name, &at::upgrade_authority(), bytes);
        let upgrade = governance::execute_upgrade(proposal, Target::Rewards, buffer, wallet);
        let anyone = context.actor("anyone");
        context.send(&[governance::compute_limit(UNITS), upgrade], &[&anyone])
    };
    install(&mut context, correction, "mended", &mended).unwrap();
    // The loader replaces a program once in a slot.
    context.advance(10);

    let result = install(&mut context, mistake, "flawed", &flawed);

    assert_fails(result, GovernanceError::Superseded);
    assert_eq!(&context.data(&rewards)[HEAD..], &mended);
}
