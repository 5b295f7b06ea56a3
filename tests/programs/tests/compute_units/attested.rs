//! Attested jobs, and seats that ask for a credential.

use crate::{cost, Cost};
use assay_harness::{
    instruction::market::{JobAddresses, TaskSeat},
    market::{attested_terms, batch_terms},
    Signer, TestContext, TransactionFailure, TransactionResult, ATTESTERS,
};
use assay_market::state::JobTerms;

/// Most compute units of an attested task from its posting to its closing.
const LIFE: u64 = 14_500;
const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };

fn row(name: &'static str, result: Result<TransactionResult, TransactionFailure>) -> Cost {
    cost("market", name, result)
}

/// Returns the costs of submissions with few and many signatures, and of a claim with a credential.
pub fn costs() -> Vec<Cost> {
    let mut context = TestContext::with_workers();
    let set = context.open_set("lab", 0, &ATTESTERS);
    let cases = [
        (1, "submit_attested (1 signature)"),
        (2, "submit_attested (2 signatures)"),
        (3, "submit_attested (3 signatures)"),
        (5, "submit_attested (5 signatures)"),
    ];
    let mut costs = Vec::new();
    for (count, name) in cases {
        let terms = JobTerms {
            nonce: u64::from(count),
            ..attested_terms(count)
        };
        let job = context.post_attested("alice", terms, set);
        let attestation = context.attestation("bob", &job, set, 0, "42");
        let attesters = &ATTESTERS[ATTESTERS.len() - usize::from(count)..];
        let submitted = context.submit("bob", &attestation, attesters);
        costs.push(row(name, submitted));
    }
    let gated = JobTerms {
        credential_set: set,
        region: 756,
        least_collateral: 1,
        ..batch_terms(1)
    };
    let job = context.post("alice", gated);
    let credential = context.issue_credential("lab", set, "bob", 756, i64::MAX);
    let claimed = context.claim_with("bob", &job, FIRST, Some(credential));
    costs.push(row("claim_task (with credential)", claimed));
    costs
}

/// Two signatures, one task, no royalty.
#[test]
fn an_attested_task_from_its_posting_to_its_closing() {
    let mut context = TestContext::with_workers();
    let set = context.open_set("lab", 0, &ATTESTERS);
    let mut order = context.post_job_params("alice", attested_terms(2));
    order.attesters = Some(set);
    let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
    let mint = order.payment.mint;
    context.ata(&mint, &alice.pubkey());
    let posted = context.send(&posting, &[&alice]).unwrap();
    let job = JobAddresses::new(order.requester, order.terms.nonce, order.payment);
    let attestation = context.attestation("bob", &job, set, 0, "42");
    let steps = [
        context.submit("bob", &attestation, &ATTESTERS[..2]),
        context.collect("bob", &job, &[0]),
        context.close("alice", &job),
    ];

    let steps = steps.map(|step| step.unwrap().compute_units);
    let units = posted.compute_units + steps.iter().sum::<u64>();

    println!("{} + {steps:?} = {units} of {LIFE}", posted.compute_units);
    assert!(units <= LIFE, "{units} of {LIFE}");
}
