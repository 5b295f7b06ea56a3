//! No job can use the escrow or the collateral of another one.

use super::{ata_balance, STAKE};
use assay_harness::{
    market::{terms, PRICE},
    TestContext,
};
use assay_market::state::{JobTerms, Worker};

#[test]
fn two_jobs_of_one_requester_and_the_same_workers_share_nothing() {
    // Given
    let mut context = TestContext::new();
    context.init_market();
    let team = ["bob", "carol", "dave"];
    for name in team {
        context.worker(name, STAKE);
    }
    let one = context.post("alice", terms());
    let other = context.post(
        "alice",
        JobTerms {
            nonce: 1,
            price: 7 * PRICE,
            ..terms()
        },
    );
    let before = (context.data(&other.address), context.balance(&other.escrow));

    // When: the first job is worked, paid and closed.
    context.complete_task(&one, 0, &team.map(|name| (name, "42")));
    context.settle(&one, 0).unwrap();
    for (seat, name) in (0..).zip(team) {
        context.collect(name, &one, &[seat]).unwrap();
    }
    context.close("alice", &one).unwrap();

    // Then
    assert_eq!(context.data(&other.address), before.0);
    assert_eq!(context.balance(&other.escrow), before.1);
    let usd = one.payment.mint;
    assert_eq!(ata_balance(&mut context, &usd, "bob"), PRICE);

    // And the second goes on as if it were alone.
    context.complete_task(&other, 0, &team.map(|name| (name, "43")));
    context.settle(&other, 0).unwrap();
    for (seat, name) in (0..).zip(team) {
        context.collect(name, &other, &[seat]).unwrap();
    }
    assert_eq!(ata_balance(&mut context, &usd, "bob"), 8 * PRICE);
    context.close("alice", &other).unwrap();
}

#[test]
fn collateral_of_two_jobs_adds_up_and_is_freed_job_by_job() {
    let mut context = TestContext::new();
    context.init_market();
    let bob = context.worker("bob", STAKE);
    let single = JobTerms {
        replicas: 1,
        quorum: 1,
        ..terms()
    };
    let one = context.post("alice", single);
    let other = context.post(
        "zoe",
        JobTerms {
            price: 2 * PRICE,
            ..single
        },
    );
    context.complete_task(&one, 0, &[("bob", "42")]);
    context.claim("bob", &other, (0, 0)).unwrap();
    let bonds = [&one, &other].map(|job| context.job(job).0.bond.get());
    let locked = |context: &TestContext| context.account::<Worker>(&bob).locked.get();
    assert_eq!(locked(&context), bonds[0] + bonds[1]);
    context.settle(&one, 0).unwrap();
    context.collect("bob", &one, &[0]).unwrap();
    assert_eq!(locked(&context), bonds[1]);
}
