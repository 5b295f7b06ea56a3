//! Actions that spend what the treasury holds.

use super::*;
use assay_governance::{
    event::Spent,
    state::{pause, Grant},
};
use assay_harness::pda::rewards as rewards_at;
use assay_shared::token::TOKEN;
use solana_instruction::AccountMeta;

const HELD: u64 = 10_000_000;
/// A tenth of it, which is the cap.
const CAP: u64 = 1_000_000;

/// Returns a cluster whose treasury holds [`HELD`] of the vote mint, and the wallet of "erin", who receives.
fn funded() -> (TestContext, Address) {
    let mut context = TestContext::governed();
    context.fill_treasury(HELD);
    let erin = context.address_of("erin");
    (context, erin)
}

fn held(context: &TestContext) -> u64 {
    context.balance(&rewards_at::treasury())
}

#[test]
fn a_transfer_pays_the_wallet_that_was_voted() {
    // Given
    let (mut context, erin) = funded();
    let pay = context.pay_action(&erin, CAP);

    // When
    let result = context.enact(&[pay]);

    // Then
    let mint = context.vote_mint();
    assert_eq!(context.balance(&pda::ata(&erin, &mint)), CAP);
    assert_eq!(held(&context), HELD - CAP);
    let event = result.event::<Spent>();
    assert_eq!((event.mint, event.to), (mint, erin));
    assert_eq!((event.amount.get(), event.grant), (CAP, 0));
    let day = context.now() / DAY as i64;
    assert_eq!(i64::from(context.governance_params().spent_day.get()), day);
}

#[test]
fn a_grant_reaches_a_wallet_without_an_account() {
    // Given
    let (mut context, erin) = funded();
    let mint = context.vote_mint();
    let grant = ProposedAction::grant(erin, CAP, 100 * DAY, mint, 0);
    assert!(!context.exists(&pda::ata(&erin, &mint)));

    // When
    let result = context.enact(&[grant]);

    // Then
    let address = at::grant(0, 0);
    let kept: Grant = context.account(&address);
    assert_eq!((kept.proposal.get(), kept.action), (0, 0));
    assert_eq!((kept.recipient, kept.mint), (erin, mint));
    assert_eq!(kept.token_program, TOKEN);
    assert_eq!(kept.payer, context.address_of("anyone"));
    assert_eq!((kept.amount.get(), kept.paid.get()), (CAP, 0));
    assert_eq!(kept.starts_at.get(), context.now());
    assert_eq!(kept.ends_at.get(), context.now() + (100 * DAY) as i64);
    assert_eq!(context.balance(&at::grant_vault(&address)), CAP);
    let event = result.event::<Spent>();
    assert_eq!((event.amount.get(), event.grant), (CAP, 1));
}

#[test]
fn fees_are_spent_from_the_account_that_collects_them() {
    // Given fees in the payment mint
    let (mut context, erin) = funded();
    let (usd, vault) = (context.payment_mint(), context.fee_vault());
    context.mint_to_account(&usd, &vault, HELD);
    context.ata(&usd, &erin);
    let bump = |owner: &Address| pda::ata_and_bump(owner, &usd, &TOKEN).1;
    let source = bump(&at::treasury_authority());
    let pay = ProposedAction::transfer(erin, bump(&erin), CAP, usd, source);

    // When
    context.enact(&[pay]);

    // Then
    assert_eq!(context.balance(&pda::ata(&erin, &usd)), CAP);
    assert_eq!(context.balance(&vault), HELD - CAP);
    assert_eq!(held(&context), HELD);
}

#[test]
fn a_proposal_takes_no_more_than_its_share() {
    let (mut context, erin) = funded();
    let pay = context.pay_action(&erin, CAP + 1);
    let proposal = context.passed_proposal(&[pay]);
    let result = context.execute(&proposal);
    assert_fails(result, GovernanceError::BeyondCap);
    assert_eq!(held(&context), HELD);
}

#[test]
fn all_payments_of_a_proposal_count_together() {
    let (mut context, erin) = funded();
    let mint = context.vote_mint();
    let pay = context.pay_action(&erin, CAP / 2);
    let rest = ProposedAction::grant(erin, CAP / 2, 0, mint, 0);
    let over = ProposedAction::grant(erin, CAP / 2 + 1, 0, mint, 0);
    let proposal = context.passed_proposal(&[pay, over]);
    let result = context.execute(&proposal);
    assert_fails(result, GovernanceError::BeyondCap);
    context.enact(&[pay, rest]);
    assert_eq!(held(&context), HELD - CAP);
}

#[test]
fn seven_days_lie_between_two_proposals_that_spend() {
    // Given two proposals that passed
    let (mut context, erin) = funded();
    let pay = context.pay_action(&erin, 1_000);
    let first = context.supported_proposal(&[pay]);
    context.advance(4 * DAY);
    let second = context.supported_proposal(&[pay]);
    context.await_execution(&first);
    context.execute(&first).unwrap();

    // When and then
    context.advance(6 * DAY);
    let result = context.execute(&second);
    assert_fails(result, GovernanceError::SpentLately);
    context.advance(DAY);
    context.execute(&second).unwrap();
}

#[test]
fn a_paused_treasury_pays_nothing_until_the_pause_ends() {
    let (mut context, erin) = funded();
    let pay = context.pay_action(&erin, 1_000);
    let other = set_staking(StakingParam::MinSelfStake, 77);
    let spending = context.supported_proposal(&[pay]);
    let free = context.supported_proposal(&[other]);
    context.await_execution(&free);
    context
        .pause(Target::Governance, pause::TREASURY, DAY)
        .unwrap();
    let result = context.execute(&spending);
    assert_fails(result, GovernanceError::Paused);
    context.execute(&free).unwrap();
    context.advance(DAY);
    context.execute(&spending).unwrap();
}

#[test]
fn source_and_destination_are_not_the_executors_choice() {
    // Given another account of the treasury, one of the recipient, and one of the executor
    let (mut context, erin) = funded();
    let (mint, mallory) = (context.vote_mint(), context.address_of("mallory"));
    let pay = context.pay_action(&erin, 1_000);
    let proposal = context.passed_proposal(&[pay]);
    let execute = context.execute_instruction(&proposal);
    let mallorys = context.ata(&mint, &mallory);
    let treasurys = context.ata(&mint, &at::treasury_authority());
    let anyone = context.actor("anyone");
    let erins = pda::ata(&erin, &mint);
    for (real, fake) in [
        (rewards_at::treasury(), mallorys),
        (rewards_at::treasury(), treasurys),
        (erins, mallorys),
        (erins, treasurys),
    ] {
        let forged = replace_account(execute.clone(), &real, &fake);
        let result = context.send(&[forged], &[&anyone]);
        assert_fails(result, GovernanceError::WrongTokenAccount);
    }
}

#[test]
fn a_grant_is_made_at_its_own_address_of_its_own_mint() {
    let (mut context, erin) = funded();
    let mint = context.vote_mint();
    let grant = ProposedAction::grant(erin, 1_000, 0, mint, 0);
    let proposal = context.passed_proposal(&[grant]);
    let execute = context.execute_instruction(&proposal);
    let (anyone, other) = (context.actor("anyone"), context.mint("OTHER"));
    let address = at::grant(0, 0);
    for (real, fake) in [
        (address, at::grant(0, 1)),
        (at::grant_vault(&address), at::grant_vault(&at::grant(0, 1))),
        (mint, other),
    ] {
        let forged = replace_account(execute.clone(), &real, &fake);
        let result = context.send(&[forged], &[&anyone]);
        assert_fails(result, GovernanceError::WrongAccounts);
    }
}

#[test]
fn accounts_follow_for_every_action_and_no_others() {
    let (mut context, erin) = funded();
    let pay = context.pay_action(&erin, 1_000);
    let proposal = context.passed_proposal(&[pay]);
    let execute = context.execute_instruction(&proposal);
    let anyone = context.actor("anyone");
    let mut short = execute.clone();
    short.accounts.pop();
    let mut long = execute.clone();
    long.accounts.push(AccountMeta::new_readonly(TOKEN, false));
    for forged in [short, long] {
        let result = context.send(&[forged], &[&anyone]);
        assert_fails(result, GovernanceError::WrongAccounts);
    }
    context.send(&[execute], &[&anyone]).unwrap();
}
