//! No job can use the escrow or the collateral of another one.

use super::{ata_balance, STAKE};
use assay_harness::{
    instruction::market::{JobAddresses, TaskSeat},
    market::{checked_terms, terms, PRICE},
    TestContext,
};
use assay_market::state::{JobTerms, Worker};

const TEAM: [&str; 3] = ["bob", "carol", "dave"];

/// Lets the team fill the three seats of a job of one task with this answer, and pays them.
fn work_and_pay(context: &mut TestContext, job: &JobAddresses, answer: &str) {
    context.complete_task(job, 0, &TEAM, answer);
    context.end_hold(job);
    for (seat, name) in (0..).zip(TEAM) {
        context.collect(name, job, &[seat]).unwrap();
    }
}

#[test]
fn two_jobs_of_one_requester_and_the_same_workers_share_nothing() {
    // Given
    let mut context = TestContext::new();
    context.init_market();
    for name in TEAM {
        context.worker(name, STAKE);
    }
    let one = context.post("alice", checked_terms(20_000));
    let other = context.post(
        "alice",
        JobTerms {
            nonce: 1,
            price: 7 * PRICE,
            ..checked_terms(20_000)
        },
    );
    let before = (context.data(&other.address), context.balance(&other.escrow));

    // When: the first job is worked, paid and closed.
    work_and_pay(&mut context, &one, "42");
    context.close("alice", &one).unwrap();

    // Then
    assert_eq!(context.data(&other.address), before.0);
    assert_eq!(context.balance(&other.escrow), before.1);
    let usd = one.payment.mint;
    assert_eq!(ata_balance(&mut context, &usd, "bob"), PRICE);

    // And the second goes on as if it were alone.
    work_and_pay(&mut context, &other, "43");
    assert_eq!(ata_balance(&mut context, &usd, "bob"), 8 * PRICE);
    context.close("alice", &other).unwrap();
}

#[test]
fn collateral_of_two_jobs_adds_up_and_is_freed_job_by_job() {
    let mut context = TestContext::new();
    context.init_market();
    let bob = context.worker("bob", STAKE);
    let one = context.post("alice", terms());
    let other = context.post(
        "zoe",
        JobTerms {
            price: 2 * PRICE,
            ..terms()
        },
    );
    context.complete_task(&one, 0, &["bob"], "42");
    let seat = TaskSeat { task: 0, seat: 0 };
    context.claim("bob", &other, seat).unwrap();
    let bonds = [&one, &other].map(|job| context.job(job).0.bond.get());
    let locked = |context: &TestContext| context.account::<Worker>(&bob).locked.get();
    assert_eq!(locked(&context), bonds[0] + bonds[1]);
    context.end_hold(&one);
    context.collect("bob", &one, &[0]).unwrap();
    assert_eq!(locked(&context), bonds[1]);
}
