//! Actions on payment mints.

use super::*;
use assay_harness::{market::STAKE_RATE, pda::market as market_at};
use assay_market::{error::MarketError, state::PaymentMint};
use assay_shared::token::TOKEN;

/// Returns a new mint, the treasury's ATA of it and the action that allows it.
fn new_mint(context: &mut TestContext) -> (Address, Address, ProposedAction) {
    let mint = context.mint("EUR");
    let treasury = at::treasury_authority();
    let vault = context.ata(&mint, &treasury);
    let (_, bump) = pda::ata_and_bump(&treasury, &mint, &TOKEN);
    let allow = ProposedAction::allow_mint(mint, STAKE_RATE, bump);
    (mint, vault, allow)
}

#[test]
fn a_vote_allows_a_mint_whose_fees_go_to_the_treasury() {
    let mut context = TestContext::governed();
    let (mint, vault, allow) = new_mint(&mut context);
    context.enact(&[allow]);
    let record: PaymentMint = context.account(&market_at::payment_mint(&mint));
    assert_eq!(record.mint, mint);
    assert_eq!(record.fee_vault, vault);
    assert_eq!(record.fee_authority, at::treasury_authority());
    assert_eq!(record.stake_rate.get(), STAKE_RATE);
    assert!(record.is_admitted());
}

#[test]
fn fees_of_a_new_mint_go_to_no_vault_of_the_executors() {
    let mut context = TestContext::governed();
    let (mint, vault, allow) = new_mint(&mut context);
    let mallory = context.address_of("mallory");
    let mallorys = context.ata(&mint, &mallory);
    let proposal = context.passed_proposal(&[allow]);
    let execute = context.execute_instruction(&proposal);
    let forged = replace_account(execute, &vault, &mallorys);
    let anyone = context.actor("anyone");
    let result = context.send(&[forged], &[&anyone]);
    assert_fails(result, GovernanceError::WrongTokenAccount);
}

#[test]
fn another_mint_or_record_than_the_actions_is_refused() {
    let mut context = TestContext::governed();
    let (mint, _, allow) = new_mint(&mut context);
    let (usd, other) = (context.payment_mint(), context.mint("OTHER"));
    let rate = ProposedAction::set_rate(usd, STAKE_RATE + 1);
    let proposal = context.passed_proposal(&[allow, rate]);
    let execute = context.execute_instruction(&proposal);
    let anyone = context.actor("anyone");
    let records = [usd, other].map(|mint| market_at::payment_mint(&mint));
    for [real, fake] in [[mint, other], records] {
        let forged = replace_account(execute.clone(), &real, &fake);
        let result = context.send(&[forged], &[&anyone]);
        assert_fails(result, GovernanceError::WrongAccounts);
    }
}

#[test]
fn a_vote_reprices_and_closes_a_mint() {
    let mut context = TestContext::governed();
    let usd = context.payment_mint();
    let record = market_at::payment_mint(&usd);
    context.enact(&[
        ProposedAction::set_rate(usd, STAKE_RATE * 2),
        ProposedAction::set_admits(usd, false),
    ]);
    let changed: PaymentMint = context.account(&record);
    assert_eq!(changed.stake_rate.get(), 2 * STAKE_RATE);
    assert!(!changed.is_admitted());
    context.enact(&[ProposedAction::set_admits(usd, true)]);
    assert!(context.account::<PaymentMint>(&record).is_admitted());
}

#[test]
fn a_rate_is_checked_against_that_of_the_day_of_the_execution() {
    // Given two votes that each double the rate of the day on which they were proposed
    let mut context = TestContext::governed();
    let usd = context.payment_mint();
    let double = ProposedAction::set_rate(usd, STAKE_RATE * 2);
    let half = ProposedAction::set_rate(usd, STAKE_RATE / 2);
    let up = context.supported_proposal(&[double]);
    let down = context.supported_proposal(&[half]);
    context.await_execution(&down);
    context.execute(&up).unwrap();
    context.advance(DAY);

    // When
    let result = context.execute(&down);

    // Then
    assert_fails(result, MarketError::RateChangeTooLarge);
}
