//! A task from its claim to its pay.

use assay_harness::{
    market::{terms, PRICE},
    TestContext,
};
use assay_market::game::Phase;

#[test]
fn one_seat_is_claimed_contributed_opened_held_and_paid() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "42");
    assert_eq!(context.phase(&job, 0), Phase::Standing);
    context.end_hold(&job);
    assert_eq!(context.phase(&job, 0), Phase::Final);
    context.collect("bob", &job, &[0]).unwrap();
    let bob = context.address_of("bob");
    let ata = context.ata(&job.payment.mint, &bob);
    assert_eq!(context.balance(&ata), PRICE);
    context.close("alice", &job).unwrap();
}
