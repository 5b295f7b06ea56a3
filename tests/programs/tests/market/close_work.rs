use super::market as ready;
use assay_market::{
    error::MarketError,
    event::WorkClosed,
    state::{shard_of, JobTerms, RING},
};
use assay_world::{
    address::market as at,
    assert_fails,
    instruction::market,
    market::{terms, EPOCH_LENGTH},
    Address, Failure, Receipt, World,
};

/// The tallied work of bob in epoch 0; answers bob's worker.
fn tallied(world: &mut World) -> Address {
    let handle = world.post(
        "alice",
        JobTerms {
            replicas: 1,
            quorum: 1,
            ..terms()
        },
    );
    world.deliver(&handle, 0, &[("bob", "42")]);
    world.settle(&handle, 0).unwrap();
    world.collect("bob", &handle, &[0]).unwrap();
    world.advance_to_epoch(1);
    world.tally("bob", 0).unwrap();
    world.worker_of("bob")
}

fn close(world: &mut World, worker: &Address, payer: Address) -> Result<Receipt, Failure> {
    let anyone = world.actor("someone else");
    world.advance(1);
    world.send(
        &[market::close_work(payer, 0, shard_of(worker))],
        &[&anyone],
    )
}

#[test]
fn the_rent_of_an_old_sum_returns_to_who_paid_it() {
    // Given
    let mut world = ready();
    let worker = tallied(&mut world);
    let sum = at::epoch_work(0, shard_of(&worker));
    let payer = world.address_of("anyone");
    let (rent, before) = (world.lamports(&sum), world.lamports(&payer));
    world.advance_to_epoch(RING as u64 + 1);

    // When
    let receipt = close(&mut world, &worker, payer).unwrap();

    // Then
    assert!(!world.exists(&sum));
    assert_eq!(world.lamports(&payer), before + rent);
    let event = receipt.event::<WorkClosed>();
    assert_eq!((event.epoch.get(), event.shard), (0, shard_of(&worker)));
}

#[test]
fn a_sum_that_may_still_be_needed_stays() {
    let mut world = ready();
    let worker = tallied(&mut world);
    let payer = world.address_of("anyone");
    world.advance_to_epoch(RING as u64);
    world.advance(EPOCH_LENGTH - 2);
    let result = close(&mut world, &worker, payer);
    assert_fails(result, MarketError::EpochStillNeeded);
}

#[test]
fn the_rent_goes_to_nobody_else() {
    let mut world = ready();
    let worker = tallied(&mut world);
    let mallory = world.address_of("mallory");
    world.advance(9 * EPOCH_LENGTH);
    let result = close(&mut world, &worker, mallory);
    assert_fails(result, MarketError::NotOwner);
}
