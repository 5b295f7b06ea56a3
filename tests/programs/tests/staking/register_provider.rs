use assay_harness::{
    account_exists, assert_fails, instruction::staking, pda::staking as at, replace_account,
    staking::COMMISSION_BPS, without_signature, ErrorCode, Signer, TestContext,
};
use assay_shared::token::TokenAccount;
use assay_staking::{
    error::StakingError,
    event::ProviderRegistered,
    state::{Provider, MAX_COMMISSION},
};

#[test]
fn an_owner_registers_a_provider_with_an_empty_vault() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let (bob, mint, profile) = (
        context.actor("bob"),
        context.stake_mint(),
        context.profile("bob"),
    );

    // When
    let register = staking::register_provider(bob.pubkey(), mint, profile, COMMISSION_BPS);
    let result = context.send(&[register], &[&bob]).unwrap();

    // Then
    let address = at::provider(&bob.pubkey());
    let provider: Provider = context.account(&address);
    assert_eq!(provider.owner, bob.pubkey());
    assert_eq!(provider.node, profile.node);
    assert_eq!(provider.cpu_cores.get(), profile.cpu_cores);
    assert_eq!(provider.memory_gib.get(), profile.memory_gib);
    assert_eq!(provider.gpus.get(), profile.gpus);
    assert_eq!(provider.region.get(), profile.region);
    assert_eq!((provider.version, provider.beneficiary), (1, bob.pubkey()));
    assert_eq!(provider.commission.at(context.now()), COMMISSION_BPS);
    assert_eq!(provider.stake_balance(), Some(0));
    assert_eq!(provider.stake_vault, at::stake_vault(&address));
    assert_eq!(provider.reward_vault, at::reward_vault(&address));

    for vault in [provider.stake_vault, provider.reward_vault] {
        let vault = TokenAccount::parse(&context.data(&vault)).unwrap();
        assert_eq!(vault.mint, mint);
        assert_eq!(vault.authority, address);
        assert_eq!(vault.amount, 0);
        assert!(!vault.shared_control);
    }

    let event = result.event::<ProviderRegistered>();
    assert_eq!(event.provider, address);
    assert_eq!(event.owner, bob.pubkey());
    assert_eq!(event.node, profile.node);
    assert_eq!(event.cpu_cores.get(), profile.cpu_cores);
    assert_eq!(event.memory_gib.get(), profile.memory_gib);
    assert_eq!(event.gpus.get(), profile.gpus);
    assert_eq!(event.region.get(), profile.region);
    assert_eq!(event.commission_bps.get(), COMMISSION_BPS);
}

#[test]
fn a_commission_above_half_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let (bob, mint, profile) = (
        context.actor("bob"),
        context.stake_mint(),
        context.profile("bob"),
    );
    let half = MAX_COMMISSION;
    for (bps, refused) in [(half + 1, true), (half, false)] {
        let register = staking::register_provider(bob.pubkey(), mint, profile, bps);
        let result = context.send(&[register], &[&bob]);
        if refused {
            assert_fails(result, StakingError::CommissionTooHigh);
        } else {
            result.unwrap();
        }
    }
}

#[test]
fn a_second_registration_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 0);
    let (bob, mint, profile) = (
        context.actor("bob"),
        context.stake_mint(),
        context.profile("bob"),
    );
    let again = staking::register_provider(bob.pubkey(), mint, profile, COMMISSION_BPS);
    let result = context.send(&[again], &[&bob]);
    assert_fails(result, account_exists());
}

#[test]
fn nobody_registers_a_provider_for_another() {
    let mut context = TestContext::new();
    context.init_staking();
    let (bob, mallory) = (context.actor("bob"), context.actor("mallory"));
    let (mint, profile) = (context.stake_mint(), context.profile("mallory"));
    let register = staking::register_provider(bob.pubkey(), mint, profile, COMMISSION_BPS);
    let result = context.send(&[without_signature(register, &bob.pubkey())], &[&mallory]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn a_vault_of_another_mint_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let (bob, other, profile) = (
        context.actor("bob"),
        context.mint("OTHER"),
        context.profile("bob"),
    );
    let register = staking::register_provider(bob.pubkey(), other, profile, COMMISSION_BPS);
    let result = context.send(&[register], &[&bob]);
    assert_fails(result, StakingError::WrongMint);
}

#[test]
fn a_provider_at_another_address_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let (bob, mint, profile) = (
        context.actor("bob"),
        context.stake_mint(),
        context.profile("bob"),
    );
    let register = staking::register_provider(bob.pubkey(), mint, profile, COMMISSION_BPS);
    let elsewhere = at::provider(&context.address_of("mallory"));
    let forged = replace_account(register, &at::provider(&bob.pubkey()), &elsewhere);
    let result = context.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_vault_at_another_address_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let alices = context.provider("alice", 0);
    let (bob, mint, profile) = (
        context.actor("bob"),
        context.stake_mint(),
        context.profile("bob"),
    );
    let register = staking::register_provider(bob.pubkey(), mint, profile, COMMISSION_BPS);
    let bobs = at::provider(&bob.pubkey());
    let forged = replace_account(register, &at::stake_vault(&bobs), &at::stake_vault(&alices));
    let result = context.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn lamports_sent_to_a_provider_to_be_do_not_block_it() {
    let mut context = TestContext::new();
    context.init_staking();
    let address = at::provider(&context.address_of("bob"));
    for early in [
        address,
        at::stake_vault(&address),
        at::reward_vault(&address),
    ] {
        context.send_lamports(&early, 1_000_000);
    }
    assert_eq!(context.provider("bob", 5_000), address);
}
