use assay_market::{error::MarketError, event::AuthoritySet, state::Params};
use assay_world::{
    address::market as at, assert_fails, instruction::market, unsigned, ErrorCode, Signer, World,
};

#[test]
fn the_authority_passes_its_power_on() {
    // Given
    let mut world = World::new();
    world.market_ready();
    let (governance, next) = (world.actor("governance"), world.address_of("next"));

    // When
    let set = market::set_authority(governance.pubkey(), next);
    let receipt = world.send(&[set], &[&governance]).unwrap();

    // Then
    let params: Params = world.account(&at::params());
    assert_eq!(params.authority, next);
    assert_eq!(receipt.event::<AuthoritySet>().authority, next);
}

#[test]
fn only_the_authority_passes_it_on() {
    let mut world = World::new();
    world.market_ready();
    let mallory = world.actor("mallory");
    let set = market::set_authority(mallory.pubkey(), mallory.pubkey());
    let result = world.send(&[set], &[&mallory]);
    assert_fails(result, MarketError::NotAuthority);
}

#[test]
fn naming_the_authority_is_not_enough() {
    let mut world = World::new();
    world.market_ready();
    let (mallory, governance) = (world.actor("mallory"), world.address_of("governance"));
    let set = market::set_authority(governance, mallory.pubkey());
    let result = world.send(&[unsigned(set, &governance)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}
