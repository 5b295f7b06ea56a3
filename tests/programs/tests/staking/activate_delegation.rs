use crate::fixtures::{
    begin_retirement, dilute, equal_stakes, pause_all, wiped_out, with_delegation, with_provider,
    DELEGATED, EQUAL, OWN,
};
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, ErrorCode, Signer,
    DAY, HOUR,
};
use assay_staking::{
    error::StakingError,
    event::DelegationActivated,
    state::{Provider, JOIN_WINDOW},
};

#[test]
fn anyone_lets_tokens_join_when_their_time_has_come() {
    // Given
    let (mut context, address) = with_provider();
    let delegation = context.delegate("alice", &address, DELEGATED);
    context.await_joining("alice", &address);

    // When
    let result = context.activate("alice", &address).unwrap();

    // Then
    let alice = context.delegation_of("alice", &address);
    assert_eq!(alice.shares.get(), DELEGATED);
    assert_eq!((alice.pending.get(), alice.pending_from.get()), (0, 0));
    let provider = context.provider_of("bob");
    assert_eq!(provider.active_tokens.get(), DELEGATED);
    assert_eq!(provider.active_shares.get(), DELEGATED);
    assert_eq!(
        (provider.pending_tokens.get(), provider.holders.get()),
        (0, 1)
    );
    assert_eq!(provider.own.active.get(), OWN);
    let event = result.event::<DelegationActivated>();
    assert_eq!((event.provider, event.delegation), (address, delegation));
    assert_eq!(event.amount.get(), DELEGATED);
    assert_eq!(event.shares.get(), DELEGATED);
    assert_eq!(event.holders.get(), 1);
}

#[test]
fn a_joiner_buys_at_the_price_of_that_moment() {
    // Given 6,000 shares of which slashing left 4,000 tokens
    let (mut context, provider) = with_delegation();
    let bob = context.actor("bob");
    context.allocate(&bob, OWN + 2_000);
    context.slash(&provider, OWN + 2_000);

    // When
    context.join("carol", &provider, 1_000);

    // Then floor(1,000 * 6,000 / 4,000) shares are bought
    let carol = context.delegation_of("carol", &provider);
    assert_eq!(carol.shares.get(), 1_500);
    assert_eq!(context.provider_of("bob").active_tokens.get(), 5_000);
}

#[test]
fn nobody_earns_for_the_time_in_which_its_tokens_waited() {
    // Given a day of a stream before carol joins alice's pool
    let (mut context, provider) = equal_stakes();
    context.fund_stream(&provider, 0, 10_000);
    context.join("carol", &provider, 2 * EQUAL);

    // When
    context.advance(DAY);

    // Then alice had the half of a day alone, and then a quarter
    context.settle("alice", &provider);
    context.settle("carol", &provider);
    let alice = context.delegation_of("alice", &provider);
    let carol = context.delegation_of("carol", &provider);
    assert_eq!((alice.rewards.get(), carol.rewards.get()), (750, 500));
}

#[test]
fn joining_is_refused_while_it_is_paused() {
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, DELEGATED);
    context.await_joining("alice", &provider);
    pause_all(&mut context);
    let result = context.activate("alice", &provider);
    assert_fails(result, StakingError::Paused);
    context.advance(HOUR);
    context.activate("alice", &provider).unwrap();
}

#[test]
fn nothing_joins_twice() {
    let (mut context, provider) = with_delegation();
    let result = context.activate("alice", &provider);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn tokens_do_not_join_a_second_early() {
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, DELEGATED);
    let from = context.delegation_of("alice", &provider).pending_from;
    context.advance_to(from.get() - 1);
    let result = context.activate("alice", &provider);
    assert_fails(result, StakingError::TooEarly);
    context.advance(1);
    context.activate("alice", &provider).unwrap();
}

#[test]
fn after_a_day_only_the_delegator_lets_its_tokens_join() {
    // Given tokens that nobody let join
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, DELEGATED);
    context.await_joining("alice", &provider);
    context.advance(JOIN_WINDOW - 1);
    context.clone().activate("alice", &provider).unwrap();
    context.advance(1);

    // When
    let result = context.activate("alice", &provider);

    // Then
    assert_fails(result, StakingError::NotOwner);
    context.activate_own("alice", &provider).unwrap();
    let alice = context.delegation_of("alice", &provider);
    assert_eq!(alice.shares.get(), DELEGATED);
}

#[test]
fn only_the_delegator_stands_for_the_delegator() {
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, DELEGATED);
    context.await_joining("alice", &provider);
    context.advance(JOIN_WINDOW);
    let (alice, mallory) = (context.address_of("alice"), context.actor("mallory"));
    let activate = staking::activate_own_delegation(&alice, &provider);
    let forged = replace_account(activate, &alice, &mallory.pubkey());
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn nothing_joins_a_retiring_provider() {
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, DELEGATED);
    begin_retirement(&mut context);
    context.await_joining("alice", &provider);
    let result = context.activate("alice", &provider);
    assert_fails(result, StakingError::Retiring);
}

#[test]
fn a_new_generation_waits_for_the_last_of_the_one_before() {
    // Given a generation that was wiped out while carol's tokens waited
    let (mut context, provider) = wiped_out();
    assert_eq!(context.provider_of("bob").unsettled.get(), 1);
    context.delegate("carol", &provider, 1_000);
    context.await_joining("carol", &provider);

    // When
    let result = context.activate("carol", &provider);
    context.settle("alice", &provider);
    context.activate("carol", &provider).unwrap();

    // Then
    assert_fails(result, StakingError::GenerationUnsettled);
    let bob = context.provider_of("bob");
    assert_eq!((bob.generation.get(), bob.unsettled.get()), (1, 0));
    assert_eq!((bob.holders.get(), bob.active_shares.get()), (1, 1_000));
    assert_eq!(context.delegation_of("alice", &provider).shares.get(), 0);
    assert_eq!(
        context.delegation_of("carol", &provider).generation.get(),
        1
    );
}

#[test]
fn the_last_of_a_dead_generation_settles_itself_by_joining_again() {
    let (mut context, provider) = wiped_out();
    context.join("alice", &provider, 500);
    let alice = context.delegation_of("alice", &provider);
    assert_eq!((alice.shares.get(), alice.generation.get()), (500, 1));
    assert_eq!(context.provider_of("bob").unsettled.get(), 0);
}

#[test]
fn nothing_joins_a_diluted_pool() {
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, DELEGATED);
    context.await_joining("alice", &provider);
    dilute(&mut context, &provider);
    let result = context.activate("alice", &provider);
    assert_fails(result, StakingError::PoolDiluted);
}

#[test]
fn tokens_that_buy_no_share_do_not_join() {
    // Given more tokens than shares, as no instruction leaves a pool
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, DELEGATED);
    context.await_joining("alice", &provider);
    context.edit_account::<Provider>(&provider, |provider| {
        provider.active_tokens = (1 << 40).into();
        provider.active_shares = 1.into();
    });
    let result = context.activate("alice", &provider);
    assert_fails(result, StakingError::DepositTooSmall);
}

#[test]
fn tokens_join_the_provider_that_they_were_meant_for() {
    let (mut context, bobs) = with_provider();
    let carols = context.provider("carol", OWN);
    context.delegate("alice", &bobs, DELEGATED);
    context.await_joining("alice", &bobs);
    let alice = context.address_of("alice");
    let activate = staking::activate_delegation(&alice, &bobs);
    let result = context.crank(replace_account(activate, &bobs, &carols));
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
    assert!(context.exists(&at::delegation(&bobs, &alice)));
}
