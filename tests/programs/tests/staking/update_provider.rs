use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, Signer, TestContext,
};
use assay_staking::{error::StakingError, event::ProviderUpdated, state::Provider};

#[test]
fn an_owner_changes_the_node_and_its_description() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 5_000);
    let bob = context.actor("bob");
    let mut profile = context.profile("bob's new machine");
    profile.gpus = 4;

    // When
    let update = staking::update_provider(bob.pubkey(), profile);
    let result = context.send(&[update], &[&bob]).unwrap();

    // Then
    let provider: Provider = context.account(&address);
    assert_eq!(provider.node, profile.node);
    assert_eq!(provider.gpus.get(), 4);
    assert_eq!(provider.owner, bob.pubkey());
    assert_eq!(provider.own.active.get(), 5_000);

    let event = result.event::<ProviderUpdated>();
    assert_eq!(event.provider, address);
    assert_eq!(event.node, profile.node);
    assert_eq!(event.cpu_cores.get(), profile.cpu_cores);
    assert_eq!(event.memory_gib.get(), profile.memory_gib);
    assert_eq!(event.gpus.get(), 4);
    assert_eq!(event.region.get(), profile.region);
}

#[test]
fn only_the_owner_changes_a_provider() {
    let mut context = TestContext::new();
    context.init_staking();
    let bobs = context.provider("bob", 0);
    let mallory = context.actor("mallory");
    let profile = context.profile("mallory");
    let update = staking::update_provider(mallory.pubkey(), profile);
    let forged = replace_account(update, &at::provider(&mallory.pubkey()), &bobs);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn a_node_cannot_move_the_provider_to_another_node() {
    let mut context = TestContext::new();
    context.init_staking();
    let bobs = context.provider("bob", 0);
    let node = context.actor("bob's node");
    let profile = context.profile("mallory");
    let update = staking::update_provider(node.pubkey(), profile);
    let forged = replace_account(update, &at::provider(&node.pubkey()), &bobs);
    let result = context.send(&[forged], &[&node]);
    assert_fails(result, StakingError::NotOwner);
}
