use assay_staking::{error::StakingError, event::ProviderUpdated, state::Provider};
use assay_world::{
    address::staking as at, assert_fails, instruction::staking, swapped, Signer, World,
};

#[test]
fn an_owner_changes_the_node_and_its_description() {
    // Given
    let mut world = World::new();
    world.staking_ready();
    let address = world.provider("bob", 5_000);
    let bob = world.actor("bob");
    let mut profile = world.profile("bob's new machine");
    profile.gpus = 4;

    // When
    let update = staking::update_provider(bob.pubkey(), profile);
    let receipt = world.send(&[update], &[&bob]).unwrap();

    // Then
    let provider: Provider = world.account(&address);
    assert_eq!(provider.node, profile.node);
    assert_eq!(provider.gpus.get(), 4);
    assert_eq!(provider.owner, bob.pubkey());
    assert_eq!(provider.active_tokens.get(), 5_000);

    let event = receipt.event::<ProviderUpdated>();
    assert_eq!(event.provider, address);
    assert_eq!(event.node, profile.node);
    assert_eq!(event.cpu_cores.get(), profile.cpu_cores);
    assert_eq!(event.memory_gib.get(), profile.memory_gib);
    assert_eq!(event.gpus.get(), 4);
    assert_eq!(event.region.get(), profile.region);
}

#[test]
fn only_the_owner_changes_a_provider() {
    let mut world = World::new();
    world.staking_ready();
    let bobs = world.provider("bob", 0);
    let mallory = world.actor("mallory");
    let profile = world.profile("mallory");
    let update = staking::update_provider(mallory.pubkey(), profile);
    let forged = swapped(update, &at::provider(&mallory.pubkey()), &bobs);
    let result = world.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn a_node_cannot_move_the_provider_to_another_node() {
    let mut world = World::new();
    world.staking_ready();
    let bobs = world.provider("bob", 0);
    let node = world.actor("bob's node");
    let profile = world.profile("mallory");
    let update = staking::update_provider(node.pubkey(), profile);
    let forged = swapped(update, &at::provider(&node.pubkey()), &bobs);
    let result = world.send(&[forged], &[&node]);
    assert_fails(result, StakingError::NotOwner);
}
