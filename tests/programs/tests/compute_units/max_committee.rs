//! The worst case of the hot path: a task with as many seats as there can be, whose workers all disagree.

use crate::{cost, Cost};
use assay_harness::{instruction::market::JobAddresses, market::terms, TestContext};
use assay_market::state::{JobTerms, MAX_REPLICAS, MAX_WIDTH};

/// Returns the dearest call of each instruction.
pub fn costs() -> Vec<Cost> {
    let mut context = TestContext::new();
    context.init_market();
    for seat in 0..MAX_WIDTH {
        context.worker(&worker(seat), 100_000);
    }
    let largest = JobTerms {
        replicas: MAX_REPLICAS,
        quorum: MAX_REPLICAS,
        spares: MAX_WIDTH - MAX_REPLICAS,
        ..terms()
    };
    let job = context.post("alice", largest);
    let mut costs = Vec::new();
    round(&mut context, &job, 0..MAX_REPLICAS, &mut costs);
    // The first round gives one vote of the quorum, so all spares but one are called.
    round(&mut context, &job, MAX_REPLICAS..MAX_WIDTH - 1, &mut costs);
    costs.sort_by_key(|cost: &Cost| (cost.instruction, std::cmp::Reverse(cost.units)));
    costs.dedup_by_key(|cost| cost.instruction);
    costs
}

/// Lets the workers of these seats claim, commit and reveal different results, and settles the task.
fn round(
    context: &mut TestContext,
    job: &JobAddresses,
    seats: std::ops::Range<u8>,
    costs: &mut Vec<Cost>,
) {
    let mut add = |name, result| costs.push(cost("market", name, result));
    for seat in seats.clone() {
        add(
            "claim_task (max committee)",
            context.claim(&worker(seat), job, (0, seat)),
        );
    }
    for seat in seats.clone() {
        let name = worker(seat);
        add(
            "commit_result (max committee)",
            context.commit(&name, job, (0, seat), &name),
        );
    }
    for seat in seats {
        let name = worker(seat);
        add(
            "reveal_result (max committee)",
            context.reveal(&name, job, (0, seat), &name),
        );
    }
    add("settle_task (max committee)", context.settle(job, 0));
}

fn worker(seat: u8) -> String {
    format!("worker {seat}")
}
