//! Tests of receipts on the built bytecode of rewards, one file per instruction.

mod close_receipt;
mod what_stood_behind;
mod write_receipt;

use assay_harness::{instruction::market::JobAddresses, market::batch_terms, TestContext};

/// Returns a job of alice with so many tasks, of which the first ended with bob's result.
fn proven(tasks: u32) -> (TestContext, JobAddresses) {
    let (mut context, job) = standing(tasks);
    context.end_hold(&job);
    (context, job)
}

/// As [`proven`], but the hold of the result has just begun.
fn standing(tasks: u32) -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", batch_terms(tasks));
    context.complete_task(&job, 0, &["bob"], "42");
    (context, job)
}
