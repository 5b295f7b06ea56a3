use assay_ledger::token::TokenAccount;
use assay_staking::{error::StakingError, event::ProviderRegistered, state::Provider};
use assay_world::{
    account_exists, address::staking as at, assert_fails, instruction::staking, swapped, unsigned,
    ErrorCode, Signer, World,
};

#[test]
fn an_owner_registers_a_provider_with_an_empty_vault() {
    // Given
    let mut world = World::new();
    world.staking_ready();
    let (bob, mint, profile) = (world.actor("bob"), world.stake_mint(), world.profile("bob"));

    // When
    let register = staking::register_provider(bob.pubkey(), mint, profile);
    let receipt = world.send(&[register], &[&bob]).unwrap();

    // Then
    let address = at::provider(&bob.pubkey());
    let provider: Provider = world.account(&address);
    assert_eq!(provider.owner, bob.pubkey());
    assert_eq!(provider.node, profile.node);
    assert_eq!(provider.cpu_cores.get(), profile.cpu_cores);
    assert_eq!(provider.memory_gib.get(), profile.memory_gib);
    assert_eq!(provider.gpus.get(), profile.gpus);
    assert_eq!(provider.region.get(), profile.region);
    assert_eq!(provider.vault_balance(), Some(0));

    let vault = TokenAccount::parse(&world.data(&at::stake_vault(&address))).unwrap();
    assert_eq!(vault.mint, mint);
    assert_eq!(vault.authority, address);
    assert_eq!(vault.amount, 0);
    assert!(!vault.shared_control);

    let event = receipt.event::<ProviderRegistered>();
    assert_eq!(event.provider, address);
    assert_eq!(event.owner, bob.pubkey());
    assert_eq!(event.node, profile.node);
    assert_eq!(event.cpu_cores.get(), profile.cpu_cores);
    assert_eq!(event.memory_gib.get(), profile.memory_gib);
    assert_eq!(event.gpus.get(), profile.gpus);
    assert_eq!(event.region.get(), profile.region);
}

#[test]
fn a_second_registration_is_refused() {
    let mut world = World::new();
    world.staking_ready();
    world.provider("bob", 0);
    let (bob, mint, profile) = (world.actor("bob"), world.stake_mint(), world.profile("bob"));
    let again = staking::register_provider(bob.pubkey(), mint, profile);
    let result = world.send(&[again], &[&bob]);
    assert_fails(result, account_exists());
}

#[test]
fn nobody_registers_a_provider_for_another() {
    let mut world = World::new();
    world.staking_ready();
    let (bob, mallory) = (world.actor("bob"), world.actor("mallory"));
    let (mint, profile) = (world.stake_mint(), world.profile("mallory"));
    let register = staking::register_provider(bob.pubkey(), mint, profile);
    let result = world.send(&[unsigned(register, &bob.pubkey())], &[&mallory]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn a_vault_of_another_mint_is_refused() {
    let mut world = World::new();
    world.staking_ready();
    let (bob, other, profile) = (
        world.actor("bob"),
        world.mint("OTHER"),
        world.profile("bob"),
    );
    let register = staking::register_provider(bob.pubkey(), other, profile);
    let result = world.send(&[register], &[&bob]);
    assert_fails(result, StakingError::WrongMint);
}

#[test]
fn a_provider_at_another_address_is_refused() {
    let mut world = World::new();
    world.staking_ready();
    let (bob, mint, profile) = (world.actor("bob"), world.stake_mint(), world.profile("bob"));
    let register = staking::register_provider(bob.pubkey(), mint, profile);
    let elsewhere = at::provider(&world.address_of("mallory"));
    let forged = swapped(register, &at::provider(&bob.pubkey()), &elsewhere);
    let result = world.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_vault_at_another_address_is_refused() {
    let mut world = World::new();
    world.staking_ready();
    let alices = world.provider("alice", 0);
    let (bob, mint, profile) = (world.actor("bob"), world.stake_mint(), world.profile("bob"));
    let register = staking::register_provider(bob.pubkey(), mint, profile);
    let bobs = at::provider(&bob.pubkey());
    let forged = swapped(register, &at::stake_vault(&bobs), &at::stake_vault(&alices));
    let result = world.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn lamports_sent_to_a_provider_to_be_do_not_block_it() {
    let mut world = World::new();
    world.staking_ready();
    let address = at::provider(&world.address_of("bob"));
    for early in [address, at::stake_vault(&address)] {
        world.send_lamports(&early, 1_000_000);
    }
    assert_eq!(world.provider("bob", 5_000), address);
}
