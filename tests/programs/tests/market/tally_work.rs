use super::market as ready;
use assay_market::{
    error::MarketError,
    event::WorkTallied,
    state::{shard_of, EpochWork, JobTerms, Worker},
};
use assay_world::{
    address::market as at,
    assert_fails,
    instruction::market,
    market::{terms, EPOCH_LENGTH, PRICE, TALLY_WINDOW},
    Address, ErrorCode, Signer, World,
};

/// Bob and carol each earned the weight of one task in epoch 0, which is over.
fn worked() -> (World, u64) {
    let mut world = ready();
    let single = JobTerms {
        replicas: 1,
        quorum: 1,
        task_count: 2,
        ..terms()
    };
    let handle = world.post("alice", single);
    for (task, name) in (0..).zip(["bob", "carol"]) {
        world.deliver(&handle, task, &[(name, "42")]);
        world.settle(&handle, task).unwrap();
    }
    world.collect("bob", &handle, &[0]).unwrap();
    world.collect("carol", &handle, &[2]).unwrap();
    world.advance_to_epoch(1);
    let weight = world.job(&handle).0.weight.get();
    (world, weight)
}

fn sum_at(world: &World, epoch: u64, worker: &Address) -> u64 {
    let sum: EpochWork = world.account(&at::epoch_work(epoch, shard_of(worker)));
    sum.weight.get()
}

#[test]
fn a_workers_weight_joins_the_sum_of_its_shard() {
    // Given
    let (mut world, weight) = worked();
    let worker = world.worker_of("bob");

    // When
    let receipt = world.tally("bob", 0).unwrap();

    // Then
    let sum: EpochWork = world.account(&at::epoch_work(0, shard_of(&worker)));
    assert_eq!((sum.epoch.get(), sum.weight.get()), (0, weight));
    assert_eq!(sum.shard, shard_of(&worker));
    assert_eq!(sum.payer, world.address_of("anyone"));
    let state: Worker = world.account(&worker);
    assert_eq!(state.work(0).unwrap().tallied, 1);
    let event = receipt.event::<WorkTallied>();
    assert_eq!((event.worker, event.epoch.get()), (worker, 0));
    assert_eq!((event.weight.get(), event.shard), (weight, sum.shard));
}

#[test]
fn workers_of_a_shard_share_its_sum() {
    // Given: a worker in bob's shard, found by trying names.
    let (mut world, _) = worked();
    let bob = world.worker_of("bob");
    let name = (0..)
        .map(|n| format!("neighbour {n}"))
        .find(|name| shard_of(&world.worker_of(name)) == shard_of(&bob))
        .unwrap();
    world.worker(&name, super::COLLATERAL);
    world.earn(&name, PRICE);
    world.earn("bob", PRICE);
    let weight = {
        let worker: Worker = world.account(&bob);
        worker.work(1).unwrap().weight.get()
    };
    world.advance(EPOCH_LENGTH);

    // When
    world.tally("bob", 1).unwrap();
    world.tally(&name, 1).unwrap();

    // Then
    assert_eq!(sum_at(&world, 1, &bob), 2 * weight);
}

#[test]
fn work_is_tallied_once() {
    let (mut world, weight) = worked();
    world.tally("bob", 0).unwrap();
    world.advance(1);
    let result = world.tally("bob", 0);
    assert_fails(result, MarketError::NothingToTally);
    let worker = world.worker_of("bob");
    assert_eq!(sum_at(&world, 0, &worker), weight);
}

#[test]
fn who_did_nothing_has_nothing_to_tally() {
    let (mut world, _) = worked();
    let result = world.tally("dave", 0);
    assert_fails(result, MarketError::NothingToTally);
}

#[test]
fn an_epoch_is_tallied_after_its_end_only() {
    let (mut world, _) = worked();
    let result = world.tally("bob", 1);
    assert_fails(result, MarketError::OutsideTallyWindow);
}

#[test]
fn an_epoch_is_not_tallied_after_the_window() {
    let (mut world, _) = worked();
    world.advance(TALLY_WINDOW - 1);
    world.tally("bob", 0).unwrap();
    world.advance(1);
    let result = world.tally("carol", 0);
    assert_fails(result, MarketError::OutsideTallyWindow);
}

#[test]
fn a_sum_lies_at_its_own_address() {
    let (mut world, _) = worked();
    let (anyone, worker) = (world.actor("anyone"), world.worker_of("bob"));
    let mut forged = market::tally_work(anyone.pubkey(), worker, 0);
    let honest = at::epoch_work(0, shard_of(&worker));
    let other = at::epoch_work(0, (shard_of(&worker) + 1) % 16);
    forged = assay_world::swapped(forged, &honest, &other);
    let result = world.send(&[forged], &[&anyone]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSeeds));
}
