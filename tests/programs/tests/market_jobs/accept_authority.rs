use assay_harness::{
    assert_fails, instruction::market, pda::market as at, without_signature, Address, ErrorCode,
    Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::{error::MarketError, event::AuthoritySet, state::Params};

/// Offers the market's authority to an address.
fn offer(context: &mut TestContext, to: Address) {
    let governance = context.actor("governance");
    let offer = market::offer_authority(governance.pubkey(), to);
    context.send(&[offer], &[&governance]).unwrap();
}

fn accept(context: &mut TestContext, name: &str) -> Result<TransactionResult, TransactionFailure> {
    let actor = context.actor(name);
    context.send(&[market::accept_authority(actor.pubkey())], &[&actor])
}

#[test]
fn whoever_it_was_offered_to_takes_it_once() {
    // Given
    let mut context = TestContext::new();
    context.init_market();
    let next = context.address_of("next");
    offer(&mut context, next);

    // When
    let result = accept(&mut context, "next").unwrap();
    context.advance(1);
    let again = accept(&mut context, "next");

    // Then
    assert_fails(again, MarketError::NotOffered);
    let params: Params = context.account(&at::params());
    assert_eq!(
        (params.authority, params.offered),
        (next, Address::default())
    );
    assert_eq!(result.event::<AuthoritySet>().authority, next);
    let governance = context.actor("governance");
    let old = market::set_pause(governance.pubkey(), 0, 0);
    let result = context.send(&[old], &[&governance]);
    assert_fails(result, MarketError::NotAuthority);
}

#[test]
fn nobody_takes_what_was_not_offered_to_it() {
    let mut context = TestContext::new();
    context.init_market();
    let nothing = accept(&mut context, "mallory");
    assert_fails(nothing, MarketError::NotOffered);
    let next = context.address_of("next");
    offer(&mut context, next);
    for name in ["mallory", "governance"] {
        let result = accept(&mut context, name);
        assert_fails(result, MarketError::NotOffered);
    }
}

#[test]
fn an_offer_that_was_taken_back_is_not_accepted() {
    let mut context = TestContext::new();
    context.init_market();
    let next = context.address_of("next");
    offer(&mut context, next);
    offer(&mut context, Address::default());
    let result = accept(&mut context, "next");
    assert_fails(result, MarketError::NotOffered);
}

#[test]
fn the_one_it_was_offered_to_signs() {
    let mut context = TestContext::new();
    context.init_market();
    let (next, mallory) = (context.address_of("next"), context.actor("mallory"));
    offer(&mut context, next);
    let accept = without_signature(market::accept_authority(next), &next);
    let result = context.send(&[accept], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}
