//! The hot path at its dearest: a task with as many slots as there can be, whose workers all disagree.

use crate::{cost, Cost};
use assay_market::state::{JobTerms, MAX_REPLICAS, MAX_WIDTH};
use assay_world::{instruction::market::JobHandle, market::terms, World};

/// Of each instruction the dearest call.
pub fn costs() -> Vec<Cost> {
    let mut world = World::new();
    world.market_ready();
    for slot in 0..MAX_WIDTH {
        world.worker(&worker(slot), 100_000);
    }
    let widest = JobTerms {
        replicas: MAX_REPLICAS,
        quorum: MAX_REPLICAS,
        spares: MAX_WIDTH - MAX_REPLICAS,
        ..terms()
    };
    let job = world.post("alice", widest);
    let mut costs = Vec::new();
    round(&mut world, &job, 0..MAX_REPLICAS, &mut costs);
    // One vote of the quorum is there: all spares but one are called.
    round(&mut world, &job, MAX_REPLICAS..MAX_WIDTH - 1, &mut costs);
    costs.sort_by_key(|cost: &Cost| (cost.instruction, std::cmp::Reverse(cost.units)));
    costs.dedup_by_key(|cost| cost.instruction);
    costs
}

fn round(world: &mut World, job: &JobHandle, slots: std::ops::Range<u8>, costs: &mut Vec<Cost>) {
    let mut add = |name, result| costs.push(cost("market", name, result));
    for slot in slots.clone() {
        add(
            "claim_task (widest)",
            world.claim(&worker(slot), job, (0, slot)),
        );
    }
    for slot in slots.clone() {
        let name = worker(slot);
        add(
            "commit_result (widest)",
            world.commit(&name, job, (0, slot), &name),
        );
    }
    for slot in slots {
        let name = worker(slot);
        add(
            "reveal_result (widest)",
            world.reveal(&name, job, (0, slot), &name),
        );
    }
    add("settle_task (widest)", world.settle(job, 0));
}

fn worker(slot: u8) -> String {
    format!("worker {slot}")
}
