use crate::fixtures::{begin_retirement, dilute, pause_all, with_provider, OWN};
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account,
    staking::MIN_DELEGATION, ErrorCode, Signer, DAY,
};
use assay_staking::{error::StakingError, event::Delegated, state::JOIN_SLACK};
use spl_token_interface::error::TokenError;

#[test]
fn a_delegators_tokens_wait_in_no_pool() {
    // Given an exposure of a day
    let (mut context, address) = with_provider();
    let market = context.actor("market");
    let expose = staking::set_exposure(market.pubkey(), DAY);
    context.send(&[expose], &[&market]).unwrap();
    let from = context.now() + (DAY + JOIN_SLACK) as i64;

    // When
    let result = context.try_delegate("alice", &address, 6_000).unwrap();

    // Then
    let alice = context.address_of("alice");
    let delegation = context.delegation_of("alice", &address);
    assert_eq!((delegation.version, delegation.owner), (1, alice));
    assert_eq!(delegation.provider, address);
    assert_eq!(delegation.pending.get(), 6_000);
    assert_eq!(delegation.pending_from.get(), from);
    assert_eq!(delegation.shares.get(), 0);
    let provider = context.provider_of("bob");
    assert_eq!(provider.pending_tokens.get(), 6_000);
    assert_eq!(provider.active_tokens.get(), 0);
    assert_eq!(provider.delegations.get(), 1);
    assert_eq!(provider.stake_balance(), Some(OWN + 6_000));
    assert_eq!(context.balance(&at::stake_vault(&address)), OWN + 6_000);
    let event = result.event::<Delegated>();
    assert_eq!((event.provider, event.owner), (address, alice));
    assert_eq!((event.amount.get(), event.pending.get()), (6_000, 6_000));
    assert_eq!(event.pending_from.get(), from);
}

#[test]
fn more_tokens_make_all_that_waits_wait_anew() {
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, 6_000);
    context.advance(DAY / 2);
    let result = context.try_delegate("alice", &provider, 1).unwrap();
    let from = context.now() + JOIN_SLACK as i64;
    let event = result.event::<Delegated>();
    assert_eq!((event.amount.get(), event.pending.get()), (1, 6_001));
    assert_eq!(event.pending_from.get(), from);
    assert_eq!(context.provider_of("bob").delegations.get(), 1);
}

#[test]
fn tokens_that_wait_are_not_slashed() {
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, 6_000);
    let bob = context.actor("bob");
    context.allocate(&bob, OWN);
    let amounts = context.slash_amounts(OWN);
    let more = assay_harness::instruction::staking::SlashAmounts {
        amount: OWN + 6_000,
        ..amounts
    };
    context.try_slash(&provider, more).unwrap();
    let delegation = context.delegation_of("alice", &provider);
    assert_eq!(delegation.pending.get(), 6_000);
    assert_eq!(context.balance(&at::stake_vault(&provider)), 6_000);
}

#[test]
fn delegating_is_refused_while_it_is_paused() {
    let (mut context, provider) = with_provider();
    pause_all(&mut context);
    let result = context.try_delegate("alice", &provider, 6_000);
    assert_fails(result, StakingError::Paused);
}

#[test]
fn delegating_nothing_is_refused() {
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, 6_000);
    let (alice, mint) = (context.actor("alice"), context.stake_mint());
    let source = context.ata(&mint, &alice.pubkey());
    let nothing = staking::delegate(alice.pubkey(), &provider, source, 0);
    let result = context.send(&[nothing], &[&alice]);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn a_retiring_provider_takes_no_delegation() {
    let (mut context, provider) = with_provider();
    begin_retirement(&mut context);
    let result = context.try_delegate("alice", &provider, 6_000);
    assert_fails(result, StakingError::Retiring);
}

#[test]
fn a_diluted_pool_takes_no_delegation() {
    let (mut context, provider) = with_provider();
    dilute(&mut context, &provider);
    let result = context.try_delegate("alice", &provider, 6_000);
    assert_fails(result, StakingError::PoolDiluted);
}

#[test]
fn what_waits_reaches_the_minimum() {
    let (mut context, provider) = with_provider();
    let result = context.try_delegate("alice", &provider, MIN_DELEGATION - 1);
    assert_fails(result, StakingError::DelegationTooSmall);
    context
        .try_delegate("alice", &provider, MIN_DELEGATION)
        .unwrap();
}

#[test]
fn an_owner_may_delegate_to_itself_like_anyone() {
    let (mut context, provider) = with_provider();
    context.join("bob", &provider, 500);
    let bob = context.provider_of("bob");
    assert_eq!((bob.own.active.get(), bob.active_tokens.get()), (OWN, 500));
}

#[test]
fn a_delegation_elsewhere_is_refused() {
    let (mut context, provider) = with_provider();
    let carols = context.delegate("carol", &provider, 500);
    let (alice, mint) = (context.actor("alice"), context.stake_mint());
    let source = context.mint_tokens(&mint, &alice.pubkey(), 500);
    let delegate = staking::delegate(alice.pubkey(), &provider, source, 500);
    let own = at::delegation(&provider, &alice.pubkey());
    let result = context.send(&[replace_account(delegate, &own, &carols)], &[&alice]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn the_token_program_refuses_what_is_not_the_delegators() {
    let (mut context, provider) = with_provider();
    let (alice, carol) = (context.actor("alice"), context.address_of("carol"));
    let (mint, other) = (context.stake_mint(), context.mint("OTHER"));
    for (source, error) in [
        (
            context.mint_tokens(&mint, &carol, 500),
            TokenError::OwnerMismatch,
        ),
        (
            context.mint_tokens(&other, &alice.pubkey(), 500),
            TokenError::MintMismatch,
        ),
        (
            context.mint_tokens(&mint, &alice.pubkey(), 499),
            TokenError::InsufficientFunds,
        ),
    ] {
        let delegate = staking::delegate(alice.pubkey(), &provider, source, 500);
        assert_fails(context.send(&[delegate], &[&alice]), error);
    }
}
