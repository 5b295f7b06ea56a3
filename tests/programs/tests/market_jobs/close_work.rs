use assay_harness::{
    assert_fails,
    instruction::market,
    market::{terms, EPOCH_LENGTH},
    pda::market as at,
    Address, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::{
    error::MarketError,
    event::WorkClosed,
    state::{shard_of, RING},
};

/// Tallies bob's work of epoch 0. Returns his worker.
fn tallied(context: &mut TestContext) -> Address {
    let handle = context.post("alice", terms());
    context.complete_task(&handle, 0, &["bob"], "42");
    context.end_hold(&handle);
    context.collect("bob", &handle, &[0]).unwrap();
    context.advance_to_epoch(1);
    context.tally("bob", 0).unwrap();
    context.worker_of("bob")
}

fn close(
    context: &mut TestContext,
    worker: &Address,
    payer: Address,
) -> Result<TransactionResult, TransactionFailure> {
    let anyone = context.actor("someone else");
    context.advance(1);
    context.send(
        &[market::close_work(payer, 0, shard_of(worker))],
        &[&anyone],
    )
}

#[test]
fn the_rent_of_an_old_sum_returns_to_who_paid_it() {
    // Given
    let mut context = TestContext::with_workers();
    let worker = tallied(&mut context);
    let sum = at::epoch_work(0, shard_of(&worker));
    let payer = context.address_of("anyone");
    let (rent, before) = (context.lamports(&sum), context.lamports(&payer));
    context.advance_to_epoch(RING as u64);

    // When
    let result = close(&mut context, &worker, payer).unwrap();

    // Then
    assert!(!context.exists(&sum));
    assert_eq!(context.lamports(&payer), before + rent);
    let event = result.event::<WorkClosed>();
    assert_eq!((event.epoch.get(), event.shard), (0, shard_of(&worker)));
}

#[test]
fn a_sum_that_may_still_be_needed_stays() {
    let mut context = TestContext::with_workers();
    let worker = tallied(&mut context);
    let payer = context.address_of("anyone");
    context.advance_to_epoch(RING as u64 - 1);
    context.advance(EPOCH_LENGTH - 2);
    let result = close(&mut context, &worker, payer);
    assert_fails(result, MarketError::EpochStillNeeded);
}

#[test]
fn the_rent_goes_to_nobody_else() {
    let mut context = TestContext::with_workers();
    let worker = tallied(&mut context);
    let mallory = context.address_of("mallory");
    context.advance(RING as u64 * EPOCH_LENGTH);
    let result = close(&mut context, &worker, mallory);
    assert_fails(result, MarketError::NotOwner);
}
