use assay_market::{error::MarketError, event::WorkerOpened, state::Worker};
use assay_world::{
    account_exists, address::market as at, assert_fails, instruction::market, swapped, Signer,
    World,
};

#[test]
fn an_owner_opens_the_providers_side_of_the_market() {
    // Given
    let mut world = World::new();
    world.market_ready();
    let provider = world.provider("bob", 5_000);
    let bob = world.actor("bob");

    // When
    let receipt = world
        .send(&[market::open_worker(bob.pubkey())], &[&bob])
        .unwrap();

    // Then
    let address = at::worker(&provider);
    let worker: Worker = world.account(&address);
    assert_eq!(worker.provider, provider);
    assert_eq!(worker.owner, bob.pubkey());
    assert_eq!(worker.node, world.node("bob").pubkey());
    assert_eq!((worker.free.get(), worker.locked.get()), (0, 0));
    let event = receipt.event::<WorkerOpened>();
    assert_eq!(event.worker, address);
    assert_eq!(event.provider, provider);
    assert_eq!(event.node, worker.node);
}

#[test]
fn nobody_opens_a_worker_for_another() {
    let mut world = World::new();
    world.market_ready();
    world.provider("bob", 5_000);
    let (bob, mallory) = (world.address_of("bob"), world.actor("mallory"));
    let forged = swapped(market::open_worker(bob), &bob, &mallory.pubkey());
    assert_fails(world.send(&[forged], &[&mallory]), MarketError::NotOwner);
}

#[test]
fn a_provider_has_one_worker() {
    let mut world = World::new();
    world.market_ready();
    world.worker("bob", 5_000);
    let bob = world.actor("bob");
    world.advance(1);
    let result = world.send(&[market::open_worker(bob.pubkey())], &[&bob]);
    assert_fails(result, account_exists());
}
