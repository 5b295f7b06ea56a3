use super::FIRST;
use assay_harness::{
    assert_fails,
    instruction::market,
    market::{terms, BOND, COLLATERAL},
    pda::{market::totals, staking as at},
    replace_account, without_signature, ErrorCode, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    event::CollateralRemoved,
    state::{Totals, Worker},
};
use assay_staking::{error::StakingError, state::Provider};

#[test]
fn free_collateral_returns_to_the_active_stake() {
    // Given
    let mut context = TestContext::with_workers();
    let bob = context.actor("bob");
    let before: Totals = context.account(&totals());

    // When
    let remove = market::remove_collateral(bob.pubkey(), 40_000);
    let result = context.send(&[remove], &[&bob]).unwrap();

    // Then
    let address = context.worker_of("bob");
    let worker: Worker = context.account(&address);
    assert_eq!(worker.free.get(), COLLATERAL - 40_000);
    let provider: Provider = context.account(&at::provider(&bob.pubkey()));
    assert_eq!(provider.allocated.get(), COLLATERAL - 40_000);
    assert_eq!(provider.own.active.get(), COLLATERAL);
    let event = result.event::<CollateralRemoved>();
    assert_eq!(event.worker, address);
    assert_eq!(
        (event.amount.get(), event.free.get()),
        (40_000, COLLATERAL - 40_000)
    );
    let after: Totals = context.account(&totals());
    assert_eq!(after.collateral.get(), before.collateral.get() - 40_000);
}

#[test]
fn collateral_behind_a_claim_stays() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.claim("bob", &job, FIRST).unwrap();
    let bob = context.actor("bob");

    // When
    let remove = market::remove_collateral(bob.pubkey(), COLLATERAL - BOND + 1);
    let result = context.send(&[remove], &[&bob]);

    // Then
    assert_fails(result, MarketError::NotEnoughCollateral);
    let remove = market::remove_collateral(bob.pubkey(), COLLATERAL - BOND);
    context.send(&[remove], &[&bob]).unwrap();
}

#[test]
fn what_is_removed_pays_what_is_owed() {
    // Given collateral that the stake no longer supports
    let mut context = TestContext::with_workers();
    let (bob, address) = (context.actor("bob"), context.worker_of("bob"));
    context.edit_account::<Worker>(&address, |worker| worker.owed = 50_000.into());

    for (removed, owed) in [(30_000, 20_000), (30_001, 0)] {
        // When
        let remove = market::remove_collateral(bob.pubkey(), removed);
        context.send(&[remove], &[&bob]).unwrap();

        // Then
        assert_eq!(context.worker_account("bob").owed.get(), owed);
    }
}

#[test]
fn nobody_removes_for_another() {
    let mut context = TestContext::with_workers();
    let (bob, mallory) = (context.address_of("bob"), context.actor("mallory"));
    let remove = market::remove_collateral(bob, 1);
    let forged = replace_account(remove.clone(), &bob, &mallory.pubkey());
    assert_fails(context.send(&[forged], &[&mallory]), MarketError::NotOwner);
    let result = context.send(&[without_signature(remove, &bob)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn collateral_does_not_return_to_another_provider() {
    let mut context = TestContext::with_workers();
    let bob = context.actor("bob");
    let carols = at::provider(&context.address_of("carol"));
    let remove = market::remove_collateral(bob.pubkey(), 1);
    let forged = replace_account(remove, &at::provider(&bob.pubkey()), &carols);
    assert_fails(context.send(&[forged], &[&bob]), MarketError::WrongAccount);
}

#[test]
fn removing_nothing_is_refused() {
    let mut context = TestContext::with_workers();
    let bob = context.actor("bob");
    let remove = market::remove_collateral(bob.pubkey(), 0);
    assert_fails(context.send(&[remove], &[&bob]), StakingError::ZeroAmount);
}
