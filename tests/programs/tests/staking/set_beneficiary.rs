use crate::fixtures::with_provider;
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, Address, Signer,
};
use assay_staking::{error::StakingError, event::BeneficiarySet};

#[test]
fn an_owner_names_who_receives_its_pay() {
    // Given
    let (mut context, provider) = with_provider();
    let (bob, purse) = (context.actor("bob"), context.address_of("purse"));
    assert_eq!(context.provider_of("bob").beneficiary, bob.pubkey());

    // When
    let set = staking::set_beneficiary(bob.pubkey(), purse);
    let result = context.send(&[set], &[&bob]).unwrap();

    // Then
    let changed = context.provider_of("bob");
    assert_eq!((changed.beneficiary, changed.owner), (purse, bob.pubkey()));
    let event = result.event::<BeneficiarySet>();
    assert_eq!((event.provider, event.beneficiary), (provider, purse));
}

#[test]
fn neither_a_stranger_nor_the_node_names_the_beneficiary() {
    let (mut context, provider) = with_provider();
    for name in ["mallory", "bob's node"] {
        let thief = context.actor(name);
        let set = staking::set_beneficiary(thief.pubkey(), thief.pubkey());
        let forged = replace_account(set, &at::provider(&thief.pubkey()), &provider);
        let result = context.send(&[forged], &[&thief]);
        assert_fails(result, StakingError::NotOwner);
    }
}

#[test]
fn nobody_is_paid_at_the_zero_address() {
    let (mut context, _) = with_provider();
    let bob = context.actor("bob");
    let set = staking::set_beneficiary(bob.pubkey(), Address::default());
    let result = context.send(&[set], &[&bob]);
    assert_fails(result, StakingError::NoBeneficiary);
}
