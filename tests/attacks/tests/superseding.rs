//! Attacks by old decisions: a vote was revised, and whoever executes has kept the first one for the end of its window.

use assay_governance::{error::GovernanceError, state::ProposedAction};
use assay_harness::{
    assert_fails, instruction::governance, pda::market as market_at, Signer, TestContext,
    TransactionFailure, TransactionResult,
};
use assay_market::state::PaymentMint;

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
