use super::market_with_workers;
use assay_harness::{
    assert_fails,
    instruction::market,
    market::{terms, EPOCH_LENGTH, PRICE, TALLY_WINDOW},
    pda::market as at,
    Address, ErrorCode, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    event::WorkTallied,
    state::{shard_of, EpochWork, JobTerms, Worker},
};

/// Returns a context in which epoch 0 is over, and the weight of one task, which bob and carol each earned in it.
fn worked() -> (TestContext, u64) {
    let mut context = market_with_workers();
    let single = JobTerms {
        replicas: 1,
        quorum: 1,
        task_count: 2,
        ..terms()
    };
    let handle = context.post("alice", single);
    for (task, name) in (0..).zip(["bob", "carol"]) {
        context.complete_task(&handle, task, &[(name, "42")]);
        context.settle(&handle, task).unwrap();
    }
    context.collect("bob", &handle, &[0]).unwrap();
    context.collect("carol", &handle, &[2]).unwrap();
    context.advance_to_epoch(1);
    let weight = context.job(&handle).0.weight.get();
    (context, weight)
}

fn sum_at(context: &TestContext, epoch: u64, worker: &Address) -> u64 {
    let sum: EpochWork = context.account(&at::epoch_work(epoch, shard_of(worker)));
    sum.weight.get()
}

#[test]
fn a_workers_weight_joins_the_sum_of_its_shard() {
    // Given
    let (mut context, weight) = worked();
    let worker = context.worker_of("bob");

    // When
    let result = context.tally("bob", 0).unwrap();

    // Then
    let sum: EpochWork = context.account(&at::epoch_work(0, shard_of(&worker)));
    assert_eq!((sum.epoch.get(), sum.weight.get()), (0, weight));
    assert_eq!(sum.shard, shard_of(&worker));
    assert_eq!(sum.payer, context.address_of("anyone"));
    let state: Worker = context.account(&worker);
    assert_eq!(state.work(0).unwrap().tallied, 1);
    let event = result.event::<WorkTallied>();
    assert_eq!((event.worker, event.epoch.get()), (worker, 0));
    assert_eq!((event.weight.get(), event.shard), (weight, sum.shard));
}

#[test]
fn workers_of_a_shard_share_its_sum() {
    // Given: a worker in bob's shard, found by trying names.
    let (mut context, _) = worked();
    let bob = context.worker_of("bob");
    let name = (0..)
        .map(|n| format!("neighbor {n}"))
        .find(|name| shard_of(&context.worker_of(name)) == shard_of(&bob))
        .unwrap();
    context.worker(&name, super::COLLATERAL);
    context.complete_job(&name, PRICE);
    context.complete_job("bob", PRICE);
    let weight = {
        let worker: Worker = context.account(&bob);
        worker.work(1).unwrap().weight.get()
    };
    context.advance(EPOCH_LENGTH);

    // When
    context.tally("bob", 1).unwrap();
    context.tally(&name, 1).unwrap();

    // Then
    assert_eq!(sum_at(&context, 1, &bob), 2 * weight);
}

#[test]
fn work_is_tallied_once() {
    let (mut context, weight) = worked();
    context.tally("bob", 0).unwrap();
    context.advance(1);
    let result = context.tally("bob", 0);
    assert_fails(result, MarketError::NothingToTally);
    let worker = context.worker_of("bob");
    assert_eq!(sum_at(&context, 0, &worker), weight);
}

#[test]
fn who_did_nothing_has_nothing_to_tally() {
    let (mut context, _) = worked();
    let result = context.tally("dave", 0);
    assert_fails(result, MarketError::NothingToTally);
}

#[test]
fn an_epoch_is_tallied_after_its_end_only() {
    let (mut context, _) = worked();
    let result = context.tally("bob", 1);
    assert_fails(result, MarketError::OutsideTallyWindow);
}

#[test]
fn an_epoch_is_not_tallied_after_the_window() {
    let (mut context, _) = worked();
    context.advance(TALLY_WINDOW - 1);
    context.tally("bob", 0).unwrap();
    context.advance(1);
    let result = context.tally("carol", 0);
    assert_fails(result, MarketError::OutsideTallyWindow);
}

#[test]
fn a_sum_lies_at_its_own_address() {
    let (mut context, _) = worked();
    let (anyone, worker) = (context.actor("anyone"), context.worker_of("bob"));
    let mut forged = market::tally_work(anyone.pubkey(), worker, 0);
    let honest = at::epoch_work(0, shard_of(&worker));
    let other = at::epoch_work(0, (shard_of(&worker) + 1) % 16);
    forged = assay_harness::replace_account(forged, &honest, &other);
    let result = context.send(&[forged], &[&anyone]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSeeds));
}
