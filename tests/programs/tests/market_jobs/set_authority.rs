use assay_harness::{
    assert_fails, instruction::market, pda::market as at, without_signature, ErrorCode, Signer,
    TestContext,
};
use assay_market::{error::MarketError, event::AuthoritySet, state::Params};

#[test]
fn the_authority_passes_its_power_on() {
    // Given
    let mut context = TestContext::new();
    context.init_market();
    let (governance, next) = (context.actor("governance"), context.address_of("next"));

    // When
    let set = market::set_authority(governance.pubkey(), next);
    let result = context.send(&[set], &[&governance]).unwrap();

    // Then
    let params: Params = context.account(&at::params());
    assert_eq!(params.authority, next);
    assert_eq!(result.event::<AuthoritySet>().authority, next);
}

#[test]
fn only_the_authority_passes_it_on() {
    let mut context = TestContext::new();
    context.init_market();
    let mallory = context.actor("mallory");
    let set = market::set_authority(mallory.pubkey(), mallory.pubkey());
    let result = context.send(&[set], &[&mallory]);
    assert_fails(result, MarketError::NotAuthority);
}

#[test]
fn naming_the_authority_is_not_enough() {
    let mut context = TestContext::new();
    context.init_market();
    let (mallory, governance) = (context.actor("mallory"), context.address_of("governance"));
    let set = market::set_authority(governance, mallory.pubkey());
    let result = context.send(&[without_signature(set, &governance)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}
