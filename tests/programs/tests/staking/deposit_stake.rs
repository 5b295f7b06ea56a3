use crate::fixtures::{begin_retirement, equal_stakes, pause_all, with_provider};
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account,
    staking::MIN_SELF_STAKE, ErrorCode, Signer, TestContext, DAY,
};
use assay_staking::{error::StakingError, event::Staked};
use spl_token_interface::error::TokenError;

#[test]
fn an_owner_stakes_plain_tokens() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 1_000);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ata = context.mint_tokens(&mint, &bob.pubkey(), 7_000);

    // When
    let stake = staking::deposit_stake(bob.pubkey(), ata, 5_000);
    let result = context.send(&[stake], &[&bob]).unwrap();

    // Then
    let provider = context.provider_of("bob");
    assert_eq!(provider.own.active.get(), 6_000);
    assert_eq!(provider.active_shares.get(), 0);
    assert_eq!(provider.stake_balance(), Some(6_000));
    assert_eq!(context.balance(&ata), 2_000);
    assert_eq!(context.balance(&at::stake_vault(&address)), 6_000);
    let event = result.event::<Staked>();
    assert_eq!(event.provider, address);
    assert_eq!(event.amount.get(), 5_000);
    assert_eq!(event.own_active.get(), 6_000);
}

#[test]
fn stake_earns_nothing_for_the_time_before_it_came() {
    // Given a day of a stream, half of it for alice, who delegates as much as bob has
    let (mut context, provider) = equal_stakes();
    context.fund_stream(&provider, 0, 10_000);
    context.advance(DAY);

    // When
    let bob = context.actor("bob");
    context.stake(&bob, 90_000);

    // Then
    context.settle("alice", &provider);
    assert_eq!(context.provider_of("bob").owner_rewards.get(), 500);
    let alice = context.delegation_of("alice", &provider);
    assert_eq!(alice.rewards.get(), 500);
}

#[test]
fn only_the_owner_stakes() {
    let (mut context, bobs) = with_provider();
    let mallorys = context.provider("mallory", 0);
    let (mallory, mint) = (context.actor("mallory"), context.stake_mint());
    let ata = context.mint_tokens(&mint, &mallory.pubkey(), 5_000);
    let stake = staking::deposit_stake(mallory.pubkey(), ata, 5_000);
    let forged = replace_account(stake, &mallorys, &bobs);
    let forged = replace_account(forged, &at::stake_vault(&mallorys), &at::stake_vault(&bobs));
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn a_deposit_is_refused_while_it_is_paused() {
    let (mut context, _) = with_provider();
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ata = context.mint_tokens(&mint, &bob.pubkey(), 5_000);
    pause_all(&mut context);
    let stake = staking::deposit_stake(bob.pubkey(), ata, 5_000);
    assert_fails(context.send(&[stake], &[&bob]), StakingError::Paused);
}

#[test]
fn a_deposit_of_nothing_is_refused() {
    let (mut context, _) = with_provider();
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ata = context.ata(&mint, &bob.pubkey());
    let result = context.send(&[staking::deposit_stake(bob.pubkey(), ata, 0)], &[&bob]);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn a_retiring_provider_takes_no_stake() {
    let (mut context, _) = with_provider();
    begin_retirement(&mut context);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ata = context.mint_tokens(&mint, &bob.pubkey(), 5_000);
    let stake = staking::deposit_stake(bob.pubkey(), ata, 5_000);
    assert_fails(context.send(&[stake], &[&bob]), StakingError::Retiring);
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
    let (mut context, _) = with_provider();
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ata = context.mint_tokens(&mint, &bob.pubkey(), 4_999);
    let result = context.send(&[staking::deposit_stake(bob.pubkey(), ata, 5_000)], &[&bob]);
    assert_fails(result, TokenError::InsufficientFunds);
}

#[test]
fn staking_from_the_wallet_of_another_is_refused_by_the_token_program() {
    let (mut context, _) = with_provider();
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
    let (mut context, _) = with_provider();
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
    let (mut context, bobs) = with_provider();
    let alices = context.provider("alice", 0);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ata = context.mint_tokens(&mint, &bob.pubkey(), 5_000);
    for vault in [at::stake_vault(&alices), at::reward_vault(&bobs)] {
        let stake = staking::deposit_stake(bob.pubkey(), ata, 5_000);
        let forged = replace_account(stake, &at::stake_vault(&bobs), &vault);
        let result = context.send(&[forged], &[&bob]);
        assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
    }
}
