//! Checks what one task costs in all, from the posting of its job to the end of it, in a batch of a thousand.

use assay_harness::{
    instruction::market::{JobAddresses, TaskSeat},
    market::{checked_terms, terms, COLLATERAL, MAX_CLAIM_WINDOW},
    TestContext, TransactionFailure, TransactionResult,
};
use assay_market::state::JobTerms;

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

/// Tasks of the job.
const TASKS: u32 = 1_000;
/// Tasks that are worked on, whose mean counts. So many seats are also collected in one transaction.
const WORKED: u32 = 100;

/// Returns the compute units of a transaction that must succeed.
#[track_caller]
fn units(sent: Sent) -> u64 {
    sent.expect("the transaction succeeds").compute_units
}

/// Returns the mean compute units of one task: those of its own transactions, its part of the transactions that collect
/// its seats, and its part of the posting and the closing of the job. `workers` take its seats in their order.
fn task_units(terms: JobTerms, workers: &[&str]) -> u64 {
    let mut context = TestContext::new();
    context.init_market();
    for name in workers {
        context.worker(name, 40 * COLLATERAL);
    }
    let terms = JobTerms {
        task_count: TASKS,
        claim_window: u32::try_from(MAX_CLAIM_WINDOW).unwrap(),
        ..terms
    };
    let order = context.post_job_params("alice", terms);
    let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
    let mut shared = units(context.send(&posting, &[&alice]));
    let job = JobAddresses::new(order.requester, order.terms.nonce, order.payment);

    let mut own = 0;
    for task in 0..WORKED {
        for (seat, name) in (0u8..).zip(workers) {
            let place = TaskSeat { task, seat };
            own += units(claim(&mut context, name, &job, place));
            own += units(context.contribute(name, &job, place, "42"));
        }
        own += units(context.open(&job, task, "42"));
    }
    let left = context.cancel("alice", &job, WORKED, TASKS - WORKED);
    left.expect("nobody claimed the other tasks");
    context.end_hold(&job);
    let width = u32::try_from(workers.len()).unwrap();
    for (seat, name) in (0u32..).zip(workers) {
        let seats: Vec<u32> = (0..WORKED).map(|task| task * width + seat).collect();
        own += units(context.collect(name, &job, &seats));
    }
    shared += units(context.close("alice", &job));
    own / u64::from(WORKED) + shared / u64::from(TASKS)
}

/// Claims a seat. A late seat is drawn by the claim itself, as nodes do.
fn claim(context: &mut TestContext, name: &str, job: &JobAddresses, place: TaskSeat) -> Sent {
    if place.seat == 0 {
        return context.claim(name, job, place);
    }
    // Sooner or later its rank admits the worker, and in ten turns the chain does not forget the slot of the draw.
    for _ in 0..9 {
        context.advance(20);
        let claimed = context.claim_now(name, job, place);
        if claimed.is_ok() {
            return claimed;
        }
    }
    context.claim_now(name, job, place)
}

#[track_caller]
fn assert_within(name: &str, units: u64, aim: u64) {
    println!("{name}: {units} of {aim}");
    assert!(units <= aim, "{name}: {units} of {aim}");
}

#[test]
fn a_task_with_one_seat() {
    assert_within("one seat", task_units(terms(), &["bob"]), 4_500);
}

#[test]
fn a_task_with_two_seats() {
    let units = task_units(checked_terms(10_000), &["bob", "carol"]);
    assert_within("two seats", units, 7_500);
}
