use assay_harness::{
    assert_fails, instruction::staking, replace_account, without_signature, ErrorCode, Signer,
    TestContext,
};
use assay_staking::{error::StakingError, event::Allocated, state::Provider};

#[test]
fn market_and_owner_bind_stake_as_collateral() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    context.allocate(&bob, 1_000);

    // When
    let allocate = staking::allocate_stake(market.pubkey(), bob.pubkey(), 6_000);
    let result = context.send(&[allocate], &[&market, &bob]).unwrap();

    // Then
    let provider: Provider = context.account(&address);
    assert_eq!(provider.allocated.get(), 7_000);
    assert_eq!(provider.unallocated(), 3_000);
    assert_eq!(provider.active_tokens.get(), 10_000);

    let event = result.event::<Allocated>();
    assert_eq!(event.provider, address);
    assert_eq!(event.amount.get(), 6_000);
    assert_eq!(event.allocated.get(), 7_000);
}

#[test]
fn only_the_market_allocates() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let (bob, mallory) = (context.actor("bob"), context.actor("mallory"));
    let allocate = staking::allocate_stake(mallory.pubkey(), bob.pubkey(), 1_000);
    let result = context.send(&[allocate], &[&mallory, &bob]);
    assert_fails(result, StakingError::NotMarket);
}

#[test]
fn the_market_does_not_allocate_without_the_owner() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    let allocate = staking::allocate_stake(market.pubkey(), bob.pubkey(), 1_000);
    let result = context.send(
        &[without_signature(allocate.clone(), &bob.pubkey())],
        &[&market],
    );
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSigner));

    let mallory = context.actor("mallory");
    let forged = replace_account(allocate, &bob.pubkey(), &mallory.pubkey());
    let result = context.send(&[forged], &[&market, &mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn allocating_nothing_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    let allocate = staking::allocate_stake(market.pubkey(), bob.pubkey(), 0);
    let result = context.send(&[allocate], &[&market, &bob]);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn stake_is_allocated_once() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    context.allocate(&bob, 6_000);
    let allocate = staking::allocate_stake(market.pubkey(), bob.pubkey(), 4_001);
    let result = context.send(&[allocate], &[&market, &bob]);
    assert_fails(result, StakingError::StakeAllocated);
    context.allocate(&bob, 4_000);
}

#[test]
fn unbonding_stake_cannot_be_allocated() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    context.begin_unbond(&bob, 0, 4_000);
    let allocate = staking::allocate_stake(market.pubkey(), bob.pubkey(), 6_001);
    let result = context.send(&[allocate], &[&market, &bob]);
    assert_fails(result, StakingError::StakeAllocated);
}
