use crate::fixtures::{
    assert_untouched, cover_error, cover_terms, freezable_mint, holder_of, market_with_cover,
    money_of, open_usual, try_open, FIGURE, SUM,
};
use assay_harness::{account_exists, assert_fails, replace_account, Address, Signer, TestContext};
use parametric_cover::{
    client::{self, CoverAddresses},
    error::CoverError,
    state::{Cover, CoverTerms},
};

#[test]
fn an_insurer_locks_money_for_an_insured() {
    // Given
    let mut context = market_with_cover();
    let terms = cover_terms(&mut context);

    // When
    let (at, sent) = try_open(&mut context, terms);
    sent.unwrap();

    // Then
    assert_untouched(&context, &at);
    assert_eq!(holder_of(&context, &at.vault()), at.cover);
    assert_eq!(
        money_of(&mut context, "ivy"),
        0,
        "all of it is in the vault"
    );
    let cover: Cover = context.account(&at.cover);
    assert_eq!(cover.version, 1);
    assert_eq!(cover.insurer, at.insurer);
    assert_eq!(cover.insured, at.insured);
    assert_eq!(cover.mint, at.mint);
    assert_eq!(cover.amount.get(), SUM);
    assert_eq!((cover.module, cover.input), (terms.module, terms.input));
    assert_eq!(cover.threshold.get(), FIGURE);
    assert_eq!(cover.least_stake.get(), terms.least_stake);
    assert_eq!((cover.least_agreed, cover.undisputed), (2, 0));
    assert_eq!(cover.expires_at.get(), terms.expires_at);
}

/// Opens a cover with changed terms, which must be refused.
#[track_caller]
fn assert_refused(change: impl FnOnce(&mut CoverTerms), rule: CoverError) {
    let mut context = market_with_cover();
    let mut terms = cover_terms(&mut context);
    change(&mut terms);
    let (at, sent) = try_open(&mut context, terms);
    assert_fails(sent, cover_error(rule));
    assert!(!context.exists(&at.cover) && !context.exists(&at.vault()));
}

#[test]
fn a_cover_of_nothing_is_refused() {
    assert_refused(|terms| terms.amount = 0, CoverError::ZeroAmount);
}

#[test]
fn a_deadline_that_is_over_is_refused() {
    let now = market_with_cover().now();
    assert_refused(|terms| terms.expires_at = now, CoverError::DeadlinePassed);
}

#[test]
fn terms_that_no_receipt_can_satisfy_are_refused() {
    assert_refused(|terms| terms.least_agreed = 0, CoverError::BadTerms);
    assert_refused(|terms| terms.most_stake -= 1, CoverError::BadTerms);
    let attested = |terms: &mut CoverTerms| terms.attesters = [9; 32];
    assert_refused(attested, CoverError::BadTerms);
    let gated = |terms: &mut CoverTerms| {
        terms.attesters = [9; 32];
        terms.least_stake = 0;
        terms.credential_set = Address::new_from_array([1; 32]);
    };
    assert_refused(gated, CoverError::BadTerms);
}

/// Opens a cover in another mint than the tokens are of, which must be refused.
#[track_caller]
fn assert_mint_refused(mint: impl FnOnce(&mut TestContext) -> Address, rule: CoverError) {
    let mut context = market_with_cover();
    let terms = cover_terms(&mut context);
    let (insurer, real) = (context.actor("ivy"), context.payment_mint());
    let source = context.mint_tokens(&real, &insurer.pubkey(), SUM);
    let at = CoverAddresses::new(insurer.pubkey(), real, &terms);
    let fake = mint(&mut context);
    let open = replace_account(client::open_cover(&at, source, terms), &real, &fake);
    let sent = context.send(&[open], &[&insurer]);
    assert_fails(sent, cover_error(rule));
}

#[test]
fn what_is_no_mint_is_refused() {
    let wallet = |context: &mut TestContext| context.address_of("ines");
    assert_mint_refused(wallet, CoverError::WrongMint);
}

#[test]
fn a_mint_whose_issuer_could_freeze_the_insured_is_refused() {
    assert_mint_refused(freezable_mint, CoverError::FreezableMint);
}

#[test]
fn an_insurer_opens_each_number_once() {
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let terms = cover_terms(&mut context);
    let (_, sent) = try_open(&mut context, terms);
    assert_fails(sent, account_exists());
    assert_untouched(&context, &at);
    let (other, sent) = try_open(&mut context, CoverTerms { nonce: 1, ..terms });
    sent.unwrap();
    assert_untouched(&context, &other);
}
