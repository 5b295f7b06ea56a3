use crate::fixtures::{assert_generation_ended, wiped_at_work};
use assay_harness::{assert_fails, instruction::staking, Signer, TestContext};
use assay_staking::{
    error::StakingError,
    event::{Deallocated, GenerationEnded},
    state::Provider,
};

#[test]
fn the_market_frees_collateral() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    context.allocate(&bob, 6_000);

    // When
    let deallocate = staking::deallocate_stake(market.pubkey(), address, 2_000);
    let result = context.send(&[deallocate], &[&market]).unwrap();

    // Then
    let provider: Provider = context.account(&address);
    assert_eq!(provider.allocated.get(), 4_000);

    let event = result.event::<Deallocated>();
    assert_eq!(event.provider, address);
    assert_eq!(event.amount.get(), 2_000);
    assert_eq!(event.allocated.get(), 4_000);
}

#[test]
fn only_the_market_frees_collateral() {
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.allocate(&bob, 6_000);
    let deallocate = staking::deallocate_stake(bob.pubkey(), address, 2_000);
    let result = context.send(&[deallocate], &[&bob]);
    assert_fails(result, StakingError::NotMarket);
}

#[test]
fn freeing_nothing_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let market = context.actor("market");
    let deallocate = staking::deallocate_stake(market.pubkey(), address, 0);
    let result = context.send(&[deallocate], &[&market]);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn freeing_more_than_is_allocated_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    context.allocate(&bob, 6_000);
    let deallocate = staking::deallocate_stake(market.pubkey(), address, 6_001);
    let result = context.send(&[deallocate], &[&market]);
    assert_fails(result, StakingError::MoreThanAllocated);
}

/// A slash can leave a remainder that backs work. When the work ends, the delegators' generation does.
#[test]
fn what_wiped_delegators_out_ends_their_generation_when_no_work_needs_the_rest() {
    // Given a pool of almost no tokens, all of it bound
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    context.join("alice", &address, 6_000);
    context.edit_account::<Provider>(&address, |provider| {
        provider.own.active = 0.into();
        provider.active_tokens = 1.into();
        provider.active_shares = (1 << 21).into();
        provider.allocated = 1.into();
    });
    let market = context.actor("market");

    // When
    let deallocate = staking::deallocate_stake(market.pubkey(), address, 1);
    let result = context.send(&[deallocate], &[&market]).unwrap();

    // Then
    let event = result.event::<GenerationEnded>();
    assert_eq!((event.provider, event.left.get()), (address, 1));
    assert_eq!((event.generation.get(), event.unsettled.get()), (1, 1));
    let provider = context.provider_of("bob");
    assert_eq!(
        (provider.active_tokens.get(), provider.active_shares.get()),
        (0, 0)
    );
}

#[test]
fn a_stream_is_settled_before_it_ends_with_the_last_work() {
    let (mut context, provider) = wiped_at_work();
    let market = context.actor("market");
    let deallocate = staking::deallocate_stake(market.pubkey(), provider, 1);
    let result = context.send(&[deallocate], &[&market]).unwrap();
    assert_generation_ended(&context, &result);
}
