use super::FIRST;
use assay_harness::{
    assert_fails,
    instruction::market,
    keypairs::provider_of,
    market::{terms, BOND, COLLATERAL, LIE},
    pda::market as at,
    replace_account, Address, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::{
    error::MarketError,
    event::CollateralYielded,
    state::{Totals, Worker},
};

/// Returns a market in which bob's worker has all of bob's and alice's stake as collateral, and bob's provider.
fn leveraged() -> (TestContext, Address) {
    let mut context = TestContext::with_workers();
    let provider = provider_of("bob");
    context.join("delegator", &provider, COLLATERAL);
    let bob = context.actor("bob");
    let add = market::add_collateral(context.address_of("bob"), COLLATERAL);
    context.send(&[add], &[&bob]).unwrap();
    context.advance(1);
    (context, provider)
}

fn yields(context: &mut TestContext) -> Result<TransactionResult, TransactionFailure> {
    context.advance(1);
    context.crank(market::yield_collateral(provider_of("bob")))
}

#[test]
fn what_delegators_asked_back_is_given_when_it_is_free_and_owed_until_then() {
    // Given a seat that binds a part, and everything delegated asked back
    let (mut context, provider) = leveraged();
    let job = context.post("alice", terms());
    context.claim("bob", &job, FIRST).unwrap();
    let before: Totals = context.account(&at::totals());
    context
        .ask_back("delegator", &provider, COLLATERAL)
        .unwrap();
    let locked = context.worker_account("bob").locked.get();
    assert_eq!(locked, BOND);

    // When
    let result = yields(&mut context).unwrap();

    // Then
    let worker: Worker = context.worker_account("bob");
    assert_eq!(worker.free.get(), COLLATERAL - locked);
    assert_eq!(worker.owed.get(), 0);
    let after: Totals = context.account(&at::totals());
    assert_eq!(before.collateral.get() - after.collateral.get(), COLLATERAL);
    let event = result.event::<CollateralYielded>();
    assert_eq!(event.worker, context.worker_of("bob"));
    assert_eq!((event.amount.get(), event.owed.get()), (COLLATERAL, 0));
    assert_eq!(event.free.get(), worker.free.get());
    context
        .undelegate("delegator", &provider, COLLATERAL)
        .unwrap();
}

#[test]
fn what_is_owed_backs_no_new_claim() {
    // Given a worker that has little free, and much that it owes
    let (mut context, provider) = leveraged();
    let address = context.worker_of("bob");
    context.edit_account::<Worker>(&address, |worker| {
        let bound = worker.free.get() - 10;
        worker.locked = (worker.locked.get() + bound).into();
        worker.free = 10.into();
    });
    context
        .ask_back("delegator", &provider, COLLATERAL)
        .unwrap();

    // When
    let result = yields(&mut context).unwrap();

    // Then
    let event = result.event::<CollateralYielded>();
    assert_eq!(
        (event.amount.get(), event.owed.get()),
        (10, COLLATERAL - 10)
    );
    assert_eq!(context.worker_account("bob").owed.get(), COLLATERAL - 10);

    // What becomes free is not bound again before the debt is paid.
    context.edit_account::<Worker>(&address, |worker| {
        worker.free = (COLLATERAL - 10).into();
        worker.locked = COLLATERAL.into();
    });
    let job = context.post("alice", terms());
    context.advance(1_000);
    let refused = context.claim_now("bob", &job, FIRST);
    assert_fails(refused, MarketError::NotEnoughCollateral);
    yields(&mut context).unwrap();
    assert_eq!(context.worker_account("bob").owed.get(), 0);
}

#[test]
fn a_healthy_worker_yields_nothing() {
    let (mut context, _) = leveraged();
    let before = context.worker_account("bob").free;
    let result = yields(&mut context).unwrap();
    assert_eq!(result.event::<CollateralYielded>().amount.get(), 0);
    assert_eq!(context.worker_account("bob").free, before);
    assert!(before.get() > 2 * (BOND + LIE));
}

#[test]
fn no_worker_yields_for_another_provider() {
    let (mut context, provider) = leveraged();
    let yields = market::yield_collateral(provider);
    let forged = replace_account(yields, &provider, &provider_of("carol"));
    let result = context.crank(forged);
    assert_fails(result, MarketError::WrongAccount);
}
