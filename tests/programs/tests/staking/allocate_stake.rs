use crate::fixtures::{begin_retirement, pause_all, with_delegation, DELEGATED, OWN};
use assay_harness::{
    assert_fails,
    instruction::staking,
    replace_account,
    staking::{LEVERAGE, MIN_SELF_STAKE},
    without_signature, ErrorCode, Signer, TestContext,
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
    assert_eq!(provider.own.active.get(), 10_000);

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
    context.begin_unbond(&bob, 4_000);
    let allocate = staking::allocate_stake(market.pubkey(), bob.pubkey(), 6_001);
    let result = context.send(&[allocate], &[&market, &bob]);
    assert_fails(result, StakingError::StakeAllocated);
}

#[test]
fn what_others_delegate_may_be_bound() {
    let (mut context, _) = with_delegation();
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    let all = OWN + DELEGATED;
    let too_much = staking::allocate_stake(market.pubkey(), bob.pubkey(), all + 1);
    let result = context.send(&[too_much], &[&market, &bob]);
    assert_fails(result, StakingError::StakeAllocated);
    context.allocate(&bob, all);
}

#[test]
fn no_more_is_bound_than_a_multiple_of_the_owners_stake() {
    // Given much more delegated than the owner may bind
    let mut context = TestContext::new();
    context.init_staking();
    let provider = context.provider("bob", MIN_SELF_STAKE);
    context.join("alice", &provider, 10 * LEVERAGE * MIN_SELF_STAKE);
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    let most = LEVERAGE * MIN_SELF_STAKE;
    let too_much = staking::allocate_stake(market.pubkey(), bob.pubkey(), most + 1);
    let result = context.send(&[too_much], &[&market, &bob]);
    assert_fails(result, StakingError::StakeAllocated);
    context.allocate(&bob, most);
}

#[test]
fn stake_that_delegators_asked_back_is_not_bound() {
    let (mut context, provider) = with_delegation();
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    context.ask_back("alice", &provider, 4_000).unwrap();
    let left = OWN + DELEGATED - 4_000;
    let too_much = staking::allocate_stake(market.pubkey(), bob.pubkey(), left + 1);
    let result = context.send(&[too_much], &[&market, &bob]);
    assert_fails(result, StakingError::StakeAllocated);
    context.allocate(&bob, left);
}

#[test]
fn without_its_own_least_stake_an_owner_binds_nothing_of_others() {
    // Given an owner whose stake a slash took
    let (mut context, provider) = with_delegation();
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    context.allocate(&bob, OWN);
    context.slash(&provider, OWN - MIN_SELF_STAKE + 1);
    let allocate = staking::allocate_stake(market.pubkey(), bob.pubkey(), 1);
    let result = context.send(&[allocate], &[&market, &bob]);
    assert_fails(result, StakingError::BelowMinSelfStake);
}

#[test]
fn allocating_is_refused_while_it_is_paused() {
    let (mut context, _) = with_delegation();
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    pause_all(&mut context);
    let allocate = staking::allocate_stake(market.pubkey(), bob.pubkey(), 1);
    let result = context.send(&[allocate], &[&market, &bob]);
    assert_fails(result, StakingError::Paused);
}

#[test]
fn a_retiring_provider_binds_nothing() {
    let (mut context, _) = with_delegation();
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    begin_retirement(&mut context);
    let allocate = staking::allocate_stake(market.pubkey(), bob.pubkey(), 1);
    let result = context.send(&[allocate], &[&market, &bob]);
    assert_fails(result, StakingError::Retiring);
}
