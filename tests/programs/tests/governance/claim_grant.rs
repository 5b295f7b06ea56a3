use assay_governance::{
    error::GovernanceError,
    event::GrantPaid,
    state::{Grant, ProposedAction},
};
use assay_harness::{
    assert_fails, instruction::governance, pda::governance as at, replace_account, Address,
    ErrorCode, Signer, TestContext, DAY,
};
use assay_shared::token::{TOKEN, TOKEN_2022};

const AMOUNT: u64 = 1_000_000;

/// Grants erin [`AMOUNT`] over a hundred days. Returns the grant, her ATA and the account.
fn granted(context: &mut TestContext) -> (Address, Address, Grant) {
    context.fill_treasury(10 * AMOUNT);
    let (erin, mint) = (context.address_of("erin"), context.vote_mint());
    let grant = ProposedAction::grant(erin, AMOUNT, 100 * DAY, mint, 0);
    context.enact(&[grant]);
    let address = at::grant(0, 0);
    let ata = context.ata(&mint, &erin);
    (address, ata, context.account(&address))
}

#[test]
fn what_has_vested_is_paid_whoever_asks() {
    // Given
    let mut context = TestContext::governed();
    let (address, ata, grant) = granted(&mut context);
    let passer_by = context.actor("carol");
    context.advance(25 * DAY);

    // When
    let claim = governance::claim_grant(address, &grant);
    let result = context
        .send(std::slice::from_ref(&claim), &[&passer_by])
        .unwrap();

    // Then
    assert_eq!(context.balance(&ata), AMOUNT / 4);
    let kept: Grant = context.account(&address);
    assert_eq!(kept.paid.get(), AMOUNT / 4);
    let event = result.event::<GrantPaid>();
    assert_eq!(event.grant, address);
    assert_eq!(event.amount.get(), AMOUNT / 4);
    assert_eq!(event.paid.get(), AMOUNT / 4);
    context.advance(100 * DAY);
    context.send(&[claim], &[&passer_by]).unwrap();
    assert_eq!(context.balance(&ata), AMOUNT);
    assert_eq!(context.balance(&at::grant_vault(&address)), 0);
}

#[test]
fn nothing_is_paid_twice() {
    let mut context = TestContext::governed();
    let (address, ata, grant) = granted(&mut context);
    let passer_by = context.actor("carol");
    let claim = governance::claim_grant(address, &grant);
    let early = context.send(std::slice::from_ref(&claim), &[&passer_by]);
    assert_fails(early, GovernanceError::NothingToClaim);
    context.advance(DAY);
    context
        .send(std::slice::from_ref(&claim), &[&passer_by])
        .unwrap();
    let again = context.send(&[claim], &[&passer_by]);
    assert_fails(again, GovernanceError::NothingToClaim);
    assert_eq!(context.balance(&ata), AMOUNT / 100);
}

#[test]
fn only_the_recipient_picks_another_account() {
    let mut context = TestContext::governed();
    let (address, ata, grant) = granted(&mut context);
    let (erin, passer_by) = (context.actor("erin"), context.actor("carol"));
    let (mint, dave) = (context.vote_mint(), context.address_of("dave"));
    let other = context.ata(&mint, &dave);
    context.advance(DAY);
    let chosen = replace_account(governance::claim_grant(address, &grant), &ata, &other);
    let result = context.send(&[chosen], &[&passer_by]);
    assert_fails(result, GovernanceError::WrongTokenAccount);

    let claim = governance::claim_grant_to(address, &grant, other);
    context.send(&[claim], &[&erin]).unwrap();
    assert_eq!(context.balance(&other), AMOUNT / 100);
}

#[test]
fn recipient_program_and_vault_are_those_of_the_grant() {
    let mut context = TestContext::governed();
    let (address, _, grant) = granted(&mut context);
    let mallory = context.actor("mallory");
    context.advance(DAY);
    let claim = governance::claim_grant(address, &grant);
    let as_mallory = replace_account(claim.clone(), &grant.recipient, &mallory.pubkey());
    let result = context.send(&[as_mallory], &[&mallory]);
    assert_fails(result, GovernanceError::WrongRecipient);
    let other_program = replace_account(claim.clone(), &TOKEN, &TOKEN_2022);
    let result = context.send(&[other_program], &[&mallory]);
    assert_fails(result, GovernanceError::WrongProgram);
    let other_vault = at::grant_vault(&at::grant(0, 1));
    let forged = replace_account(claim, &at::grant_vault(&address), &other_vault);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
}
