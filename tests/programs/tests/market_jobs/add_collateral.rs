use assay_harness::{
    assert_fails,
    instruction::market,
    pda::{market::totals, staking as at},
    replace_account, without_signature, ErrorCode, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    event::CollateralAdded,
    state::{pause, Totals, Worker},
};
use assay_staking::{error::StakingError, state::Provider};

/// Returns a market with bob's worker, which has 1,000 of 10,000 staked base units as collateral.
fn staked_worker() -> TestContext {
    let mut context = TestContext::new();
    context.init_market();
    context.worker("bob", 1_000);
    let bob = context.actor("bob");
    context.stake(&bob, 9_000);
    context
}

#[test]
fn an_owner_allocates_stake_as_collateral() {
    // Given
    let mut context = staked_worker();
    let bob = context.actor("bob");

    // When
    let add = market::add_collateral(bob.pubkey(), 4_000);
    let result = context.send(&[add], &[&bob]).unwrap();

    // Then
    let address = context.worker_of("bob");
    let worker: Worker = context.account(&address);
    assert_eq!((worker.free.get(), worker.locked.get()), (5_000, 0));
    assert_eq!(worker.funded_at.get(), context.now());
    let sums: Totals = context.account(&totals());
    assert_eq!(sums.collateral.get(), 5_000);
    let provider: Provider = context.account(&at::provider(&bob.pubkey()));
    assert_eq!(provider.allocated.get(), 5_000);
    assert_eq!(provider.own.active.get(), 10_000);
    let event = result.event::<CollateralAdded>();
    assert_eq!(event.worker, address);
    assert_eq!((event.amount.get(), event.free.get()), (4_000, 5_000));
}

#[test]
fn nobody_allocates_for_another() {
    let mut context = staked_worker();
    let (bob, mallory) = (context.address_of("bob"), context.actor("mallory"));
    let add = market::add_collateral(bob, 1);
    let forged = replace_account(add.clone(), &bob, &mallory.pubkey());
    assert_fails(context.send(&[forged], &[&mallory]), MarketError::NotOwner);
    let result = context.send(&[without_signature(add, &bob)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn collateral_cannot_come_from_another_provider() {
    let mut context = staked_worker();
    let carols = context.provider("carol", 50_000);
    let bob = context.actor("bob");
    let add = market::add_collateral(bob.pubkey(), 1);
    let forged = replace_account(add, &at::provider(&bob.pubkey()), &carols);
    assert_fails(context.send(&[forged], &[&bob]), MarketError::WrongAccount);
}

#[test]
fn more_than_is_staked_cannot_be_collateral() {
    let mut context = staked_worker();
    let bob = context.actor("bob");
    let add = market::add_collateral(bob.pubkey(), 9_001);
    assert_fails(context.send(&[add], &[&bob]), StakingError::StakeAllocated);
}

#[test]
fn while_it_is_paused_nothing_is_added_and_removing_goes_on() {
    let mut context = staked_worker();
    let bob = context.actor("bob");
    context.pause_market(pause::COLLATERAL);

    let add = market::add_collateral(bob.pubkey(), 1);
    let result = context.send(std::slice::from_ref(&add), &[&bob]);

    assert_fails(result, MarketError::Paused);
    let remove = market::remove_collateral(bob.pubkey(), 1);
    context.send(&[remove], &[&bob]).unwrap();
    context.pause_market(pause::ALL - pause::COLLATERAL);
    context.send(&[add], &[&bob]).unwrap();
}

#[test]
fn adding_nothing_is_refused() {
    let mut context = staked_worker();
    let bob = context.actor("bob");
    let add = market::add_collateral(bob.pubkey(), 0);
    assert_fails(context.send(&[add], &[&bob]), StakingError::ZeroAmount);
}

#[test]
fn collateral_beyond_64_bits_overflows() {
    let mut context = staked_worker();
    let bob = context.actor("bob");
    let add = market::add_collateral(bob.pubkey(), u64::MAX);
    assert_fails(context.send(&[add], &[&bob]), MarketError::Overflow);
}

#[test]
fn only_the_real_staking_program_is_asked() {
    let mut context = staked_worker();
    let (bob, false_one) = (context.actor("bob"), assay_market::ID);
    let add = market::add_collateral(bob.pubkey(), 1);
    let forged = replace_account(add, &assay_staking::ID, &false_one);
    let result = context.send(&[forged], &[&bob]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintAddress));
}
