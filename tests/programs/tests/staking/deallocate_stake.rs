use assay_harness::{assert_fails, instruction::staking, Signer, TestContext};
use assay_staking::{error::StakingError, event::Deallocated, state::Provider};

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
    assert_eq!(provider.unallocated(), 6_000);

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
