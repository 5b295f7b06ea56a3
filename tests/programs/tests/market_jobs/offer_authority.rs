use assay_harness::{
    assert_fails, instruction::market, pda::market as at, without_signature, Address, ErrorCode,
    Signer, TestContext,
};
use assay_market::{error::MarketError, event::AuthorityOffered, state::Params};

#[test]
fn the_authority_is_offered_and_stays_where_it_is() {
    // Given
    let mut context = TestContext::new();
    context.init_market();
    let (governance, next) = (context.actor("governance"), context.address_of("next"));

    for to in [next, Address::default()] {
        // When
        let offer = market::offer_authority(governance.pubkey(), to);
        let result = context.send(&[offer], &[&governance]).unwrap();

        // Then
        let params: Params = context.account(&at::params());
        assert_eq!(params.offered, to);
        assert_eq!(params.authority, governance.pubkey());
        assert_eq!(result.event::<AuthorityOffered>().to, to);
    }
}

#[test]
fn only_the_authority_offers_it() {
    let mut context = TestContext::new();
    context.init_market();
    let mallory = context.actor("mallory");
    let offer = market::offer_authority(mallory.pubkey(), mallory.pubkey());
    let result = context.send(&[offer], &[&mallory]);
    assert_fails(result, MarketError::NotAuthority);
}

#[test]
fn naming_the_authority_is_not_enough() {
    let mut context = TestContext::new();
    context.init_market();
    let (mallory, governance) = (context.actor("mallory"), context.address_of("governance"));
    let offer = market::offer_authority(governance, mallory.pubkey());
    let result = context.send(&[without_signature(offer, &governance)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}
