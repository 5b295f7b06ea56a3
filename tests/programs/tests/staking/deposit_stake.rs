use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account,
    staking::MIN_SELF_STAKE, ErrorCode, Signer, TestContext,
};
use assay_staking::{
    error::StakingError,
    event::Staked,
    state::{Delegation, Provider},
};
use spl_token_interface::error::TokenError;

#[test]
fn an_owner_stakes_and_owns_all_shares() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 0);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ata = context.mint_tokens(&mint, &bob.pubkey(), 7_000);

    // When
    let stake = staking::deposit_stake(bob.pubkey(), ata, 5_000);
    let result = context.send(&[stake], &[&bob]).unwrap();

    // Then
    let provider: Provider = context.account(&address);
    assert_eq!(provider.active_tokens.get(), 5_000);
    assert_eq!(provider.active_shares.get(), 5_000);
    let delegation: Delegation = context.account(&at::delegation(&address, &bob.pubkey()));
    assert_eq!(delegation.provider, address);
    assert_eq!(delegation.owner, bob.pubkey());
    assert_eq!(delegation.shares.get(), 5_000);
    assert_eq!(context.balance(&ata), 2_000);
    assert_eq!(context.balance(&at::stake_vault(&address)), 5_000);

    let event = result.event::<Staked>();
    assert_eq!(event.provider, address);
    assert_eq!(event.owner, bob.pubkey());
    assert_eq!(event.amount.get(), 5_000);
    assert_eq!(event.shares.get(), 5_000);
}

#[test]
fn a_deposit_after_a_slash_buys_shares_at_their_new_price() {
    // Given a pool of 6,000 tokens and 8,000 shares
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 8_000);
    let bob = context.actor("bob");
    context.allocate(&bob, 2_000);
    context.slash(&address, 2_000);

    // When
    let result = context.stake(&bob, 1_000);

    // Then floor(1,000 * 8,000 / 6,000) shares are bought
    assert_eq!(result.event::<Staked>().shares.get(), 1_333);
    let provider: Provider = context.account(&address);
    assert_eq!(provider.active_tokens.get(), 7_000);
    assert_eq!(provider.active_shares.get(), 9_333);
}

#[test]
fn a_deposit_after_a_wipe_out_starts_clean() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 5_000);
    let bob = context.actor("bob");
    context.allocate(&bob, 5_000);
    context.slash(&address, 5_000);

    // When
    context.stake(&bob, 3_000);

    // Then the old shares are gone
    let delegation: Delegation = context.account(&at::delegation(&address, &bob.pubkey()));
    assert_eq!(delegation.shares.get(), 3_000);
    assert_eq!(delegation.generation.get(), 1);
    let provider: Provider = context.account(&address);
    assert_eq!(provider.active_shares.get(), 3_000);
}

#[test]
fn a_deposit_of_nothing_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 5_000);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ata = context.ata(&mint, &bob.pubkey());
    let result = context.send(&[staking::deposit_stake(bob.pubkey(), ata, 0)], &[&bob]);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn only_the_owner_stakes() {
    let mut context = TestContext::new();
    context.init_staking();
    let bobs = context.provider("bob", 5_000);
    let mallorys = context.provider("mallory", 0);
    let (mallory, mint) = (context.actor("mallory"), context.stake_mint());
    let ata = context.mint_tokens(&mint, &mallory.pubkey(), 5_000);
    let stake = staking::deposit_stake(mallory.pubkey(), ata, 5_000);
    let forged = replace_account(stake, &mallorys, &bobs);
    let forged = replace_account(forged, &at::stake_vault(&mallorys), &at::stake_vault(&bobs));
    let forged = replace_account(
        forged,
        &at::delegation(&mallorys, &mallory.pubkey()),
        &at::delegation(&bobs, &mallory.pubkey()),
    );
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn the_first_deposit_must_reach_the_minimum() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 0);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ata = context.mint_tokens(&mint, &bob.pubkey(), MIN_SELF_STAKE);
    let too_little = staking::deposit_stake(bob.pubkey(), ata, MIN_SELF_STAKE - 1);
    let result = context.send(&[too_little], &[&bob]);
    assert_fails(result, StakingError::BelowMinSelfStake);
    let just_enough = staking::deposit_stake(bob.pubkey(), ata, MIN_SELF_STAKE);
    context.send(&[just_enough], &[&bob]).unwrap();
}

#[test]
fn staking_more_than_the_wallet_holds_is_refused_by_the_token_program() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 0);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ata = context.mint_tokens(&mint, &bob.pubkey(), 4_999);
    let result = context.send(&[staking::deposit_stake(bob.pubkey(), ata, 5_000)], &[&bob]);
    assert_fails(result, TokenError::InsufficientFunds);
}

#[test]
fn staking_from_the_wallet_of_another_is_refused_by_the_token_program() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 0);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let alice = context.address_of("alice");
    let alices = context.mint_tokens(&mint, &alice, 5_000);
    let result = context.send(
        &[staking::deposit_stake(bob.pubkey(), alices, 5_000)],
        &[&bob],
    );
    assert_fails(result, TokenError::OwnerMismatch);
}

#[test]
fn a_deposit_of_another_token_is_refused_by_the_token_program() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 0);
    let (bob, other) = (context.actor("bob"), context.mint("OTHER"));
    let worthless = context.mint_tokens(&other, &bob.pubkey(), 5_000);
    let result = context.send(
        &[staking::deposit_stake(bob.pubkey(), worthless, 5_000)],
        &[&bob],
    );
    assert_fails(result, TokenError::MintMismatch);
}

#[test]
fn a_deposit_into_another_vault_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let bobs = context.provider("bob", 0);
    let alices = context.provider("alice", 0);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ata = context.mint_tokens(&mint, &bob.pubkey(), 5_000);
    let stake = staking::deposit_stake(bob.pubkey(), ata, 5_000);
    let forged = replace_account(stake, &at::stake_vault(&bobs), &at::stake_vault(&alices));
    let result = context.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_deposit_into_a_position_elsewhere_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let bobs = context.provider("bob", 5_000);
    let alices = context.provider("alice", 5_000);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let alice = context.address_of("alice");
    let ata = context.mint_tokens(&mint, &bob.pubkey(), 5_000);
    let forged = replace_account(
        staking::deposit_stake(bob.pubkey(), ata, 5_000),
        &at::delegation(&bobs, &bob.pubkey()),
        &at::delegation(&alices, &alice),
    );
    let result = context.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_pool_that_cannot_take_a_deposit_says_why() {
    // Given pools with very many shares to each token, and one as no instruction leaves it, with more tokens than shares
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 5_000);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ata = context.ata(&mint, &bob.pubkey());
    for (tokens, shares, amount, error) in [
        (0, 1, 1 << 44, StakingError::PoolDiluted),
        (1, (1 << 20) + 1, 1 << 44, StakingError::PoolDiluted),
        (1, 1 << 20, 1 << 44, StakingError::Overflow),
        (1 << 40, 1, 1, StakingError::DepositTooSmall),
    ] {
        context.edit_account::<Provider>(&address, |provider| {
            provider.active_tokens = tokens.into();
            provider.active_shares = shares.into();
        });

        // When
        let stake = staking::deposit_stake(bob.pubkey(), ata, amount);
        let result = context.send(&[stake], &[&bob]);

        // Then
        assert_fails(result, error);
    }
}
