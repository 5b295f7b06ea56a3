//! Every job has its own money.

use super::{wallet_balance, STAKE};
use assay_market::state::{JobTerms, Worker};
use assay_world::{
    market::{terms, PRICE},
    World,
};

#[test]
fn two_jobs_of_one_requester_and_the_same_workers_share_nothing() {
    // Given
    let mut world = World::new();
    world.market_ready();
    let team = ["bob", "carol", "dave"];
    for name in team {
        world.worker(name, STAKE);
    }
    let one = world.post("alice", terms());
    let other = world.post(
        "alice",
        JobTerms {
            nonce: 1,
            price: 7 * PRICE,
            ..terms()
        },
    );
    let before = (world.data(&other.address), world.balance(&other.escrow));

    // When: the first job is worked, paid and closed.
    world.deliver(&one, 0, &team.map(|name| (name, "42")));
    world.settle(&one, 0).unwrap();
    for (slot, name) in (0..).zip(team) {
        world.collect(name, &one, &[slot]).unwrap();
    }
    world.close("alice", &one).unwrap();

    // Then
    assert_eq!(world.data(&other.address), before.0);
    assert_eq!(world.balance(&other.escrow), before.1);
    let usd = one.payment.mint;
    assert_eq!(wallet_balance(&mut world, &usd, "bob"), PRICE);

    // And the second goes on as if it were alone.
    world.deliver(&other, 0, &team.map(|name| (name, "43")));
    world.settle(&other, 0).unwrap();
    for (slot, name) in (0..).zip(team) {
        world.collect(name, &other, &[slot]).unwrap();
    }
    assert_eq!(wallet_balance(&mut world, &usd, "bob"), 8 * PRICE);
    world.close("alice", &other).unwrap();
}

#[test]
fn collateral_of_two_jobs_adds_up_and_is_freed_job_by_job() {
    let mut world = World::new();
    world.market_ready();
    let bob = world.worker("bob", STAKE);
    let single = JobTerms {
        replicas: 1,
        quorum: 1,
        ..terms()
    };
    let one = world.post("alice", single);
    let other = world.post(
        "zoe",
        JobTerms {
            price: 2 * PRICE,
            ..single
        },
    );
    world.deliver(&one, 0, &[("bob", "42")]);
    world.claim("bob", &other, (0, 0)).unwrap();
    let bonds = [&one, &other].map(|job| world.job(job).0.bond.get());
    let locked = |world: &World| world.account::<Worker>(&bob).locked.get();
    assert_eq!(locked(&world), bonds[0] + bonds[1]);
    world.settle(&one, 0).unwrap();
    world.collect("bob", &one, &[0]).unwrap();
    assert_eq!(locked(&world), bonds[1]);
}
