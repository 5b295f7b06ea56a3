use crate::fixtures::{assert_generation_ended, wiped_at_work, with_delegation, DELEGATED, OWN};
use assay_harness::{
    assert_fails, instruction::staking, Address, Signer, TestContext, TransactionResult,
};
use assay_staking::{error::StakingError, event::Yielded};

/// Yields as the market. Returns the result, and what it returned: yielded and owed.
fn yields(
    context: &mut TestContext,
    provider: &Address,
    free: u64,
) -> (TransactionResult, [u64; 2]) {
    let market = context.actor("market");
    let yields = staking::yield_stake(market.pubkey(), *provider, free);
    let result = context.send(&[yields], &[&market]).unwrap();
    let (numbers, _) = result.return_data.as_chunks::<8>();
    let numbers = [0, 1].map(|at| numbers.get(at).copied().map_or(0, u64::from_le_bytes));
    (result, numbers)
}

#[test]
fn what_delegators_asked_back_is_freed_as_far_as_no_seat_binds_it() {
    // Given everything bound, and all of alice's asked back
    let (mut context, address) = with_delegation();
    let bob = context.actor("bob");
    context.allocate(&bob, OWN + DELEGATED);
    context.ask_back("alice", &address, DELEGATED).unwrap();

    // When 4,000 are in no seat
    let (result, returned) = yields(&mut context, &address, 4_000);

    // Then
    assert_eq!(returned, [4_000, 2_000]);
    assert_eq!(context.provider_of("bob").allocated.get(), OWN + 2_000);
    let event = result.event::<Yielded>();
    assert_eq!((event.provider, event.amount.get()), (address, 4_000));
    assert_eq!(
        (event.owed.get(), event.allocated.get()),
        (2_000, OWN + 2_000)
    );
    let (_, returned) = yields(&mut context, &address, 9_000);
    assert_eq!(returned, [2_000, 0]);
    context.undelegate("alice", &address, DELEGATED).unwrap();
}

/// The last work behind a wiped pool ended without a word to staking. What came until now is the owner's and the delegators'.
#[test]
fn what_a_wiped_pool_backed_is_freed_and_its_generation_ends_settled() {
    let (mut context, provider) = wiped_at_work();
    let (result, returned) = yields(&mut context, &provider, 1);
    assert_eq!(returned, [1, 0]);
    assert_generation_ended(&context, &result);
}

#[test]
fn a_healthy_provider_yields_nothing() {
    let (mut context, provider) = with_delegation();
    let bob = context.actor("bob");
    context.allocate(&bob, OWN + DELEGATED);
    let (result, returned) = yields(&mut context, &provider, OWN);
    assert_eq!(returned, [0, 0]);
    assert!(result.events::<Yielded>().is_empty());
    assert_eq!(context.provider_of("bob").allocated.get(), OWN + DELEGATED);
}

#[test]
fn only_the_market_yields() {
    let (mut context, provider) = with_delegation();
    let mallory = context.actor("mallory");
    let yields = staking::yield_stake(mallory.pubkey(), provider, 1);
    let result = context.send(&[yields], &[&mallory]);
    assert_fails(result, StakingError::NotMarket);
}
