//! The hot path at its dearest: a task with as many seats as there can be, whose workers all disagree.

use crate::{cost, Cost};
use assay_harness::{instruction::market::JobAddresses, market::terms, TestContext};
use assay_market::state::{JobTerms, MAX_REPLICAS, MAX_WIDTH};

/// Of each instruction the dearest call.
pub fn costs() -> Vec<Cost> {
    let mut context = TestContext::new();
    context.market_ready();
    for seat in 0..MAX_WIDTH {
        context.worker(&worker(seat), 100_000);
    }
    let widest = JobTerms {
        replicas: MAX_REPLICAS,
        quorum: MAX_REPLICAS,
        spares: MAX_WIDTH - MAX_REPLICAS,
        ..terms()
    };
    let job = context.post("alice", widest);
    let mut costs = Vec::new();
    round(&mut context, &job, 0..MAX_REPLICAS, &mut costs);
    // One vote of the quorum is there: all spares but one are called.
    round(&mut context, &job, MAX_REPLICAS..MAX_WIDTH - 1, &mut costs);
    costs.sort_by_key(|cost: &Cost| (cost.instruction, std::cmp::Reverse(cost.units)));
    costs.dedup_by_key(|cost| cost.instruction);
    costs
}

fn round(
    context: &mut TestContext,
    job: &JobAddresses,
    seats: std::ops::Range<u8>,
    costs: &mut Vec<Cost>,
) {
    let mut add = |name, result| costs.push(cost("market", name, result));
    for seat in seats.clone() {
        add(
            "claim_task (widest)",
            context.claim(&worker(seat), job, (0, seat)),
        );
    }
    for seat in seats.clone() {
        let name = worker(seat);
        add(
            "commit_result (widest)",
            context.commit(&name, job, (0, seat), &name),
        );
    }
    for seat in seats {
        let name = worker(seat);
        add(
            "reveal_result (widest)",
            context.reveal(&name, job, (0, seat), &name),
        );
    }
    add("settle_task (widest)", context.settle(job, 0));
}

fn worker(seat: u8) -> String {
    format!("worker {seat}")
}
