use super::FIRST;
use assay_harness::{
    assert_fails,
    instruction::{
        market::{self, JobAddresses},
        staking,
    },
    keypairs::provider_of,
    market::{terms, BOND, COLLATERAL, LIE, PRICE},
    pda::market as at,
    replace_account,
    staking::LEVERAGE,
    Address, Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::{
    error::MarketError,
    event::CollateralYielded,
    state::{JobTerms, Totals, Worker},
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

/// Posts a job of carol at a tenth or a hundredth of the usual price, which bob's rank admits at once.
fn cheap_job(context: &mut TestContext, nonce: u64, price: u64) -> JobAddresses {
    let job = context.post(
        "carol",
        JobTerms {
            nonce,
            price,
            ..terms()
        },
    );
    context.wait_for_turn("bob", &job, FIRST);
    job
}

#[test]
fn what_is_owed_backs_no_new_claim() {
    // Given: bob has no free collateral, a bond in a seat, and as little of his own as that bond needs. Everything delegated is
    // asked back.
    let (mut context, provider) = leveraged();
    let job = context.post("carol", terms());
    context.complete_task(&job, 0, &["bob"], "42");
    context.end_hold(&job);
    let (bob, own) = (context.actor("bob"), BOND / LEVERAGE);
    let free = context.worker_account("bob").free.get();
    let leave = [
        market::remove_collateral(bob.pubkey(), free),
        staking::begin_unbond(bob.pubkey(), COLLATERAL - own),
    ];
    context.send(&leave, &[&bob]).unwrap();
    context
        .ask_back("delegator", &provider, COLLATERAL)
        .unwrap();

    // When
    let result = yields(&mut context).unwrap();

    // Then: nothing is free, so that all is owed.
    let event = result.event::<CollateralYielded>();
    assert_eq!((event.amount.get(), event.owed.get()), (0, BOND - own));
    assert_eq!(context.worker_account("bob").owed.get(), BOND - own);

    // The bond becomes free. What is owed of it backs no seat; the rest does.
    let (dear, cheap) = (
        cheap_job(&mut context, 1, PRICE / 10),
        cheap_job(&mut context, 2, PRICE / 100),
    );
    context.collect("bob", &job, &[0]).unwrap();
    assert_eq!(context.worker_account("bob").free.get(), BOND);
    let refused = context.claim_now("bob", &dear, FIRST);
    assert_fails(refused, MarketError::NotEnoughCollateral);
    context.claim_now("bob", &cheap, FIRST).unwrap();

    // The debt is paid, and the delegator leaves.
    let event = yields(&mut context).unwrap().event::<CollateralYielded>();
    assert_eq!((event.amount.get(), event.owed.get()), (BOND - own, 0));
    assert_eq!(context.worker_account("bob").owed.get(), 0);
    context
        .undelegate("delegator", &provider, COLLATERAL)
        .unwrap();
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
