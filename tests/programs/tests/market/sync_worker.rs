use super::market as ready;
use assay_market::{error::MarketError, event::WorkerSynced, state::Worker};
use assay_staking::state::ProviderProfile;
use assay_world::{
    address::staking as at,
    assert_fails,
    instruction::{market, staking},
    market::terms,
    swapped, Signer, World,
};

/// Bob's provider names the actor "bob's second node" as its node.
fn change_node(world: &mut World) {
    let bob = world.actor("bob");
    let profile = ProviderProfile {
        node: world.address_of("bob's second node"),
        ..world.profile("bob")
    };
    world
        .send(&[staking::update_provider(bob.pubkey(), profile)], &[&bob])
        .expect("an owner changes the node key");
}

#[test]
fn anyone_copies_a_changed_node_key() {
    // Given
    let mut world = ready();
    change_node(&mut world);
    let provider = at::provider(&world.address_of("bob"));

    // When
    let anyone = world.actor("anyone");
    let receipt = world
        .send(&[market::sync_worker(provider)], &[&anyone])
        .unwrap();

    // Then
    let address = world.worker_of("bob");
    let worker: Worker = world.account(&address);
    assert_eq!(worker.node, world.address_of("bob's second node"));
    let event = receipt.event::<WorkerSynced>();
    assert_eq!((event.worker, event.node), (address, worker.node));
}

#[test]
fn after_it_the_old_key_claims_nothing_and_the_new_one_does() {
    // Given
    let mut world = ready();
    let job = world.post("alice", terms());
    change_node(&mut world);
    let (anyone, bob) = (world.actor("anyone"), world.address_of("bob"));
    world
        .send(&[market::sync_worker(at::provider(&bob))], &[&anyone])
        .unwrap();

    // When
    let old = world.claim("bob", &job, (0, 0));

    // Then
    assert_fails(old, MarketError::NotNode);
    let (node, worker) = (world.actor("bob's second node"), world.worker_of("bob"));
    let seed = world.job(&job).0.seed;
    let claim = market::claim_task(node.pubkey(), worker, job.address, seed, (0, 0));
    world.send(&[claim], &[&node]).unwrap();
}

#[test]
fn a_worker_takes_no_key_from_another_provider() {
    let mut world = ready();
    let anyone = world.actor("anyone");
    let (bob, carol) = (world.address_of("bob"), world.address_of("carol"));
    let (bob, carol) = (at::provider(&bob), at::provider(&carol));
    let forged = swapped(market::sync_worker(bob), &bob, &carol);
    assert_fails(world.send(&[forged], &[&anyone]), MarketError::WrongAccount);
}
