use assay_governance::error::GovernanceError;
use assay_harness::{
    assert_fails, instruction::governance, pda::market as market_at, replace_account, Signer,
    TestContext,
};
use assay_market::state::PaymentMint;

#[test]
fn the_guardian_closes_a_payment_mint_and_only_a_vote_opens_it() {
    // Given
    let mut context = TestContext::governed();
    let (guardian, usd) = (context.guardian(), context.payment_mint());
    let record = market_at::payment_mint(&usd);
    assert!(context.account::<PaymentMint>(&record).is_admitted());

    // When
    let close = governance::close_mint(guardian.pubkey(), &usd);
    context.send(&[close], &[&guardian]).unwrap();

    // Then
    assert!(!context.account::<PaymentMint>(&record).is_admitted());
    let open = assay_governance::state::ProposedAction::set_admits(usd, true);
    context.enact(&[open]);
    assert!(context.account::<PaymentMint>(&record).is_admitted());
}

#[test]
fn nobody_but_the_guardian_closes_a_mint() {
    let mut context = TestContext::governed();
    let (mallory, usd) = (context.actor("mallory"), context.payment_mint());
    let close = governance::close_mint(mallory.pubkey(), &usd);
    let result = context.send(&[close], &[&mallory]);
    assert_fails(result, GovernanceError::NotGuardian);
}

#[test]
fn program_and_parameters_are_not_the_guardians_choice() {
    let mut context = TestContext::governed();
    let (guardian, usd) = (context.guardian(), context.payment_mint());
    let close = governance::close_mint(guardian.pubkey(), &usd);
    let forged = replace_account(close.clone(), &assay_market::ID, &assay_staking::ID);
    let result = context.send(&[forged], &[&guardian]);
    assert_fails(result, GovernanceError::WrongProgram);
    let real = market_at::params();
    let fake = context.clone_with_owner(&real, "false parameters", &assay_market::ID);
    let result = context.send(&[replace_account(close, &real, &fake)], &[&guardian]);
    assert_fails(result, GovernanceError::WrongAccounts);
}
