use crate::fixtures::{
    assert_untouched, cover_error, market_with_cover, money_of, open_usual, settle, usual_receipt,
    SUM, TERM,
};
use assay_harness::{assert_fails, pda, replace_account, TestContext};
use parametric_cover::{
    client::{self, CoverAddresses},
    error::CoverError,
};

/// Returns a cover in the first second after its deadline.
fn overdue(context: &mut TestContext) -> CoverAddresses {
    let at = open_usual(context);
    context.advance(TERM);
    at
}

#[test]
fn after_the_deadline_anyone_returns_the_money_to_the_insurer() {
    // Given
    let mut context = market_with_cover();
    let at = overdue(&mut context);
    let rent = context.lamports(&at.cover) + context.lamports(&at.vault());
    let before = context.lamports(&at.insurer);

    // When
    context.crank(client::expire_cover(&at)).unwrap();

    // Then
    assert_eq!(money_of(&mut context, "ivy"), SUM);
    assert_eq!(money_of(&mut context, "ines"), 0);
    assert!(!context.exists(&at.cover) && !context.exists(&at.vault()));
    assert_eq!(context.lamports(&at.insurer), before + rent);
}

#[test]
fn the_money_stays_until_the_deadline() {
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    context.advance(TERM - 1);
    let sent = context.crank(client::expire_cover(&at));
    assert_fails(sent, cover_error(CoverError::CoverRunning));
    assert_untouched(&context, &at);
}

#[test]
fn the_money_goes_to_the_insurers_own_account() {
    let mut context = market_with_cover();
    let at = overdue(&mut context);
    let thief = context.address_of("mallory");
    let (real, fake) = (
        pda::ata(&at.insurer, &at.mint),
        context.ata(&at.mint, &thief),
    );
    let expire = replace_account(client::expire_cover(&at), &real, &fake);
    let sent = context.crank(expire);
    assert_fails(sent, cover_error(CoverError::WrongTokenAccount));
}

#[test]
fn the_rent_goes_to_the_insurer() {
    let mut context = market_with_cover();
    let at = overdue(&mut context);
    let thief = context.address_of("mallory");
    let expire = replace_account(client::expire_cover(&at), &at.insurer, &thief);
    assert_fails(context.crank(expire), cover_error(CoverError::WrongAccount));
}

#[test]
fn a_receipt_comes_too_late_once_the_deadline_is_over() {
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let receipt = usual_receipt(&mut context);
    context.advance(TERM);
    let sent = settle(&mut context, &at, receipt);
    assert_fails(sent, cover_error(CoverError::CoverExpired));
    context.crank(client::expire_cover(&at)).unwrap();
    assert_eq!(money_of(&mut context, "ivy"), SUM);
}
