use assay_governance::{
    error::GovernanceError,
    event::GrantClosed,
    state::{Grant, ProposedAction, GRANT_REST},
};
use assay_harness::{
    assert_fails,
    instruction::governance::{self, Treasury},
    pda::{self, governance as at, rewards as rewards_at},
    replace_account, Address, Instruction, Signer, TestContext, DAY,
};
use assay_shared::token::{TOKEN, TOKEN_2022};

const AMOUNT: u64 = 1_000_000;
const HELD: u64 = 10 * AMOUNT;

/// Grants erin [`AMOUNT`] over a day. Returns the grant.
fn granted(context: &mut TestContext) -> Address {
    context.fill_treasury(HELD);
    let (erin, mint) = (context.address_of("erin"), context.vote_mint());
    let grant = ProposedAction::grant(erin, AMOUNT, DAY, mint, 0);
    context.enact(&[grant]);
    context.ata(&mint, &erin);
    at::grant(0, 0)
}

fn close(context: &TestContext, address: &Address) -> Instruction {
    let grant: Grant = context.account(address);
    let treasury = Treasury::from(&context.governance_params());
    governance::close_grant(*address, &grant, &treasury)
}

#[test]
fn a_grant_that_is_paid_is_closed_and_its_rents_return() {
    // Given
    let mut context = TestContext::governed();
    let address = granted(&mut context);
    let (passer_by, payer) = (context.actor("carol"), context.address_of("anyone"));
    context.advance(DAY);
    let claim = governance::claim_grant(address, &context.account(&address));
    context.send(&[claim], &[&passer_by]).unwrap();
    let vault = at::grant_vault(&address);
    let rent = context.lamports(&address) + context.lamports(&vault);
    let before = context.lamports(&payer);

    // When
    let end = close(&context, &address);
    let result = context.send(&[end], &[&passer_by]).unwrap();

    // Then
    assert!(!context.exists(&address) && !context.exists(&vault));
    assert_eq!(context.lamports(&payer), before + rent);
    let event = result.event::<GrantClosed>();
    assert_eq!((event.grant, event.returned.get()), (address, 0));
}

#[test]
fn a_grant_that_nobody_takes_returns_to_the_treasury_after_a_year() {
    let mut context = TestContext::governed();
    let address = granted(&mut context);
    let passer_by = context.actor("carol");
    let mint = context.vote_mint();
    context.mint_to_account(&mint, &at::grant_vault(&address), 7);
    context.advance(DAY + GRANT_REST as u64 - 1);
    let early = close(&context, &address);
    let result = context.send(&[early], &[&passer_by]);
    assert_fails(result, GovernanceError::GrantRunning);
    context.advance(1);
    let end = close(&context, &address);
    let result = context.send(&[end], &[&passer_by]).unwrap();
    assert_eq!(context.balance(&rewards_at::treasury()), HELD + 7);
    assert_eq!(result.event::<GrantClosed>().returned.get(), AMOUNT + 7);
}

#[test]
fn what_is_left_of_another_mint_returns_to_its_own_account() {
    // Given a grant in the payment mint
    let mut context = TestContext::governed();
    let (usd, vault) = (context.payment_mint(), context.fee_vault());
    context.mint_to_account(&usd, &vault, HELD);
    let (erin, passer_by) = (context.address_of("erin"), context.actor("carol"));
    let (_, bump) = pda::ata_and_bump(&at::treasury_authority(), &usd, &TOKEN);
    context.enact(&[ProposedAction::grant(erin, AMOUNT, 0, usd, bump)]);
    let address = at::grant(0, 0);
    assert_eq!(context.balance(&vault), HELD - AMOUNT);

    // When
    context.advance(GRANT_REST as u64);
    let end = close(&context, &address);
    context.send(&[end], &[&passer_by]).unwrap();

    // Then
    assert_eq!(context.balance(&vault), HELD);
}

#[test]
fn rents_and_tokens_go_nowhere_else() {
    let mut context = TestContext::governed();
    let address = granted(&mut context);
    let (mallory, mint) = (context.actor("mallory"), context.vote_mint());
    let mallorys = context.ata(&mint, &mallory.pubkey());
    context.advance(DAY + GRANT_REST as u64);
    let end = close(&context, &address);
    let payer = context.address_of("anyone");
    let forged = replace_account(end.clone(), &payer, &mallory.pubkey());
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, GovernanceError::WrongRecipient);
    let forged = replace_account(end.clone(), &rewards_at::treasury(), &mallorys);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, GovernanceError::WrongTokenAccount);
    let forged = replace_account(end, &TOKEN, &TOKEN_2022);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, GovernanceError::WrongProgram);
}
