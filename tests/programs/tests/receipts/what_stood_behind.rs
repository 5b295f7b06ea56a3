//! What a receipt says about the way in which the result was verified.

use assay_harness::{
    five,
    instruction::market::{JobAddresses, TaskSeat},
    market::{attested_terms, batch_terms, COLLATERAL},
    TestContext, ATTESTERS, MEMBERS,
};
use assay_market::{
    game::round::RoundKind,
    state::{JobTerms, Source, GATE_FIRST_SEAT, POLICY_ATTESTED, POLICY_CHECKED},
};
use assay_rewards::state::Receipt;
use assay_staking::state::AttesterSet;

/// Writes the receipt of the first task of a job with one.
fn receipt(context: &mut TestContext, job: &JobAddresses, answer: &str) -> Receipt {
    let args = context.receipt_args(job, 0, 1, answer);
    context.write_receipt("reader", job, 0, args).unwrap();
    let address = context.receipt_of("reader", job, 0);
    context.receipt(&address).0
}

fn checked_batch(checks_bps: u32) -> JobTerms {
    JobTerms {
        checks_bps,
        ..batch_terms(1)
    }
}

#[test]
fn seats_that_agree_are_counted() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_batch(20_000));
    context.complete_task(&job, 0, &["bob", "carol", "dave"], "42");
    context.end_hold(&job);

    let receipt = receipt(&mut context, &job, "42");

    assert_eq!((receipt.agreed, receipt.rounds, receipt.checked), (3, 0, 1));
    assert_eq!(receipt.policy, POLICY_CHECKED);
}

#[test]
fn a_round_is_shown_and_its_verdict_is_the_result() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_batch(0));
    context.complete_task(&job, 0, &["bob"], "lie");
    context.enrich(&MEMBERS);
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    context.fill_round(&job, Source::Dispute, &five(["42"; 5]));
    context.decide_for(&job, Source::Dispute, "42").unwrap();
    context.end_hold(&job);

    let receipt = receipt(&mut context, &job, "42");

    assert_eq!((receipt.rounds, receipt.checked), (1, 1));
    // No seat of the task itself agrees with the verdict.
    assert_eq!(receipt.agreed, 0);
}

#[test]
fn attesters_are_shown_and_their_signatures_counted() {
    let mut context = TestContext::with_workers();
    let set = context.open_set("lab", 0, &ATTESTERS);
    let job = context.post_attested("alice", attested_terms(3), set);
    context.advance(100);
    let at = context.now();
    let attestation = context.attestation("bob", &job, set, 0, "42");
    context
        .submit("bob", &attestation, &ATTESTERS[..3])
        .unwrap();
    context.advance(100);

    let receipt = receipt(&mut context, &job, "42");

    assert_eq!((receipt.policy, receipt.agreed), (POLICY_ATTESTED, 3));
    let keys: AttesterSet = context.account(&set);
    assert_eq!(receipt.attesters, keys.identity);
    assert_eq!((receipt.bond.get(), receipt.lie.get()), (0, 0));
    assert_eq!(receipt.finalized_at.get(), at);
    assert_eq!((receipt.rounds, receipt.checked), (0, 0));
}

/// Who reads a receipt sees that the requester could choose who works.
#[test]
fn what_the_job_asked_of_workers_is_shown() {
    let mut context = TestContext::with_workers();
    let set = context.open_set("alice", 0, &["lab 1"]);
    let terms = JobTerms {
        credential_set: set,
        region: 276,
        least_collateral: COLLATERAL,
        gate: GATE_FIRST_SEAT,
        ..batch_terms(1)
    };
    let job = context.post("alice", terms);
    let credential = context.issue_credential("alice", set, "bob", 276, i64::MAX);
    let place = TaskSeat { task: 0, seat: 0 };
    context
        .claim_with("bob", &job, place, Some(credential))
        .unwrap();
    context.contribute("bob", &job, place, "42").unwrap();
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);

    let receipt = receipt(&mut context, &job, "42");

    assert_eq!((receipt.credential_set, receipt.region.get()), (set, 276));
    assert_eq!(receipt.least_collateral.get(), COLLATERAL);
    assert_eq!(receipt.gate, GATE_FIRST_SEAT);
}

/// A machine that nobody has closes seats as a requirement does.
#[test]
fn what_the_job_asked_of_machines_is_shown() {
    let mut context = TestContext::with_workers();
    let terms = JobTerms {
        runtime_id: [7; 8],
        fuel: 8,
        memory_bytes: 9,
        output_bytes: 10,
        run_window: 11,
        ..batch_terms(1)
    };
    let job = context.post("alice", terms);
    context.complete_task(&job, 0, &["bob"], "42");
    context.end_hold(&job);

    let receipt = receipt(&mut context, &job, "42");

    assert_eq!(receipt.runtime_id, [7; 8]);
    let limits = [receipt.fuel, receipt.memory_bytes, receipt.output_bytes];
    assert_eq!(limits.map(|limit| limit.get()), [8, 9, 10]);
    assert_eq!(receipt.run_window.get(), 11);
}
