use assay_harness::{
    assert_fails, instruction::market, pda::market as at, Address, Signer, TestContext,
};
use assay_market::{error::MarketError, event::GuardianSet, state::Params};

#[test]
fn the_authority_names_a_guardian() {
    // Given
    let mut context = TestContext::with_workers();
    let (governance, guardian) = (context.actor("governance"), context.address_of("guardian"));

    for next in [guardian, Address::default()] {
        // When
        let set = market::set_guardian(governance.pubkey(), next);
        let result = context.send(&[set], &[&governance]).unwrap();

        // Then
        let params: Params = context.account(&at::params());
        assert_eq!(params.guardian, next);
        assert_eq!(params.authority, governance.pubkey());
        assert_eq!(result.event::<GuardianSet>().guardian, next);
    }
}

#[test]
fn only_the_authority_names_a_guardian() {
    let mut context = TestContext::with_workers();
    let (governance, guardian) = (context.actor("governance"), context.actor("guardian"));
    let set = market::set_guardian(governance.pubkey(), guardian.pubkey());
    context.send(&[set], &[&governance]).unwrap();
    for name in ["mallory", "guardian"] {
        let me = context.actor(name);
        let set = market::set_guardian(me.pubkey(), me.pubkey());
        assert_fails(context.send(&[set], &[&me]), MarketError::NotAuthority);
    }
}
