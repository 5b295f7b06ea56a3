//! Checks that no instruction's cost grows with the number of jobs, providers or seats.

use assay_harness::{
    instruction::market::{JobAddresses, TaskSeat},
    market::{terms, COLLATERAL},
    TestContext,
};
use assay_market::state::JobTerms;

/// Returns the compute units of the hot path of one task in a job of `tasks` tasks, among `others` jobs of other people.
fn hot_path(tasks: u32, others: u64) -> Vec<u64> {
    let mut context = TestContext::new();
    context.init_market();
    context.worker("bob", COLLATERAL);
    for nonce in 0..others {
        let stranger = format!("stranger {nonce}");
        context.post(&stranger, terms());
        context.worker(&format!("provider {nonce}"), COLLATERAL);
    }
    let order = context.post_job_params(
        "alice",
        JobTerms {
            task_count: tasks,
            ..terms()
        },
    );
    let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
    let mut costs = vec![context.send(&posting, &[&alice]).unwrap().compute_units];
    let job = JobAddresses::new(order.requester, order.terms.nonce, order.payment);
    let task = tasks - 1;
    let seat = TaskSeat { task, seat: 0 };
    let results = [
        context.claim("bob", &job, seat),
        context.contribute("bob", &job, seat, "42"),
        context.open(&job, task, "42"),
        {
            context.end_hold(&job);
            context.collect("bob", &job, &[task])
        },
    ];
    costs.extend(results.map(|result| result.unwrap().compute_units));
    costs
}

/// Other data can take other branches, which costs a few units. A scan of seats or jobs would cost thousands.
const NOISE: u64 = 60;

#[track_caller]
fn assert_flat(few: &[u64], many: &[u64]) {
    assert_eq!(few.len(), many.len());
    for (few, many) in few.iter().zip(many) {
        assert!(few.abs_diff(*many) <= NOISE, "{few} became {many}");
    }
}

#[test]
fn a_task_costs_the_same_in_a_batch_of_one_and_of_a_thousand() {
    assert_flat(&hot_path(1, 0), &hot_path(1_000, 0));
}

#[test]
fn a_task_costs_the_same_among_none_and_thirty_other_jobs_and_providers() {
    assert_flat(&hot_path(5, 0), &hot_path(5, 30));
}
