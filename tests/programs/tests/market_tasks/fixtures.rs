//! What the tests of several instructions begin with.

use assay_harness::{
    instruction::market::{self, JobAddresses, SeatPlace, TaskSeat},
    keypairs::worker_of,
    market::{checked_terms, terms},
    work::{contribution, digest_of},
    TestContext, HOUR,
};
use assay_market::{
    game::contribution::Contribution,
    state::{JobTerms, Source},
};

/// The first seat of the first task.
pub const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };
/// The first late seat of the first task.
pub const LATE: TaskSeat = TaskSeat { task: 0, seat: 1 };
/// As [`FIRST`], for penalties and awards.
pub const FIRST_PLACE: SeatPlace = SeatPlace {
    task: 0,
    source: Source::Job,
    seat: 0,
};
/// The seat of the check of the first task.
pub const CHECK: SeatPlace = SeatPlace {
    task: 0,
    source: Source::Check,
    seat: 0,
};
/// Chance with which a check is due for all but one seed in ten thousand, basis points.
pub const DUE: u32 = 9_999;
/// Chance with which a check is due for one seed in ten thousand, basis points.
pub const NOT_DUE: u32 = 1;
/// One late seat in the account of the job and no chance of a check, basis points.
pub const ONE_LATE: u32 = 10_000;
/// Run window of the jobs here, seconds.
pub const RUN: u64 = HOUR;

/// Returns a market with workers and a job of alice whose tasks have so many late seats, in basis points.
pub fn posted(checks_bps: u32) -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(checks_bps));
    (context, job)
}

/// As [`posted`]; bob has contributed 42 to the first seat of the first task just now.
pub fn contributed(checks_bps: u32) -> (TestContext, JobAddresses) {
    let (mut context, job) = posted(checks_bps);
    context.fill_seats(&job, 0, &[("bob", "42")]);
    (context, job)
}

/// Returns a job of alice with the nonce 1 and so many tasks.
pub fn another_job(context: &mut TestContext, checks_bps: u32, task_count: u32) -> JobAddresses {
    let other = JobTerms {
        nonce: 1,
        task_count,
        ..checked_terms(checks_bps)
    };
    context.post("alice", other)
}

/// Returns terms of a job of so many tasks with one seat each.
pub fn many_tasks(task_count: u32) -> JobTerms {
    JobTerms {
        task_count,
        ..terms()
    }
}

/// Lets the actor's worker contribute any hashes to a seat in the job's account.
pub fn contribute_raw(
    context: &mut TestContext,
    name: &str,
    job: &JobAddresses,
    place: TaskSeat,
    given: &Contribution,
) {
    let node = context.node(name);
    let address = assay_harness::keypairs::address_of(&assay_harness::keypairs::node_of(name));
    let contribute = market::contribute(address, worker_of(name), job.address, place, given);
    context.send(&[contribute], &[&node]).unwrap();
}

/// Returns the agreement hash of an answer with another worker's seal, as who copies a contribution has it.
pub fn copied(context: &TestContext, job: &JobAddresses, from: &str, answer: &str) -> Contribution {
    let seed = context.job(job).0.seed;
    contribution(from, &seed, 0, &digest_of(&seed, answer))
}

/// Returns a job with one late seat in whose opening carol, who copied bob's contribution, was found out just now.
pub fn copied_and_opened() -> (TestContext, JobAddresses) {
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    let given = copied(&context, &job, "bob", "42");
    contribute_raw(&mut context, "carol", &job, LATE, &given);
    context.open(&job, 0, "42").unwrap();
    (context, job)
}

/// Returns a job whose only task ended with bob's result.
pub fn ended(checks_bps: u32, names: &[&str]) -> (TestContext, JobAddresses) {
    let (mut context, job) = posted(checks_bps);
    context.complete_task(&job, 0, names, "42");
    context.end_hold(&job);
    (context, job)
}

/// Returns a job whose first seat's contribution was never opened, so that bob lied.
pub fn never_opened() -> (TestContext, JobAddresses) {
    let (mut context, job) = contributed(0);
    context.advance(assay_harness::market::OPEN_WINDOW);
    context.expire(&job, 0).unwrap();
    (context, job)
}
