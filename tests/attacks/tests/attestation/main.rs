//! Attacks on attested jobs: the signatures, what they are about, and the life of the task.

mod binding;
mod precompile;
mod task;

use assay_harness::{
    instruction::market::{self, JobAddresses},
    market::attested_terms,
    sign_attestation, Address, Instruction, TestContext, TransactionFailure, TransactionResult,
    ATTESTERS,
};
use assay_market::{
    game::{Phase, SeatState},
    state::{Attestation, JobTerms},
};

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

/// Two of the set's attesters, in the order of their keys.
fn two() -> [&'static str; 2] {
    let mut two = [ATTESTERS[0], ATTESTERS[1]];
    two.sort_by_key(|name| assay_harness::keypairs::address_of(name).to_bytes());
    two
}

/// Returns a market with workers, the set of the actor "lab" with the keys of [`ATTESTERS`], and a job of alice with these
/// terms.
fn posted(terms: JobTerms) -> (TestContext, JobAddresses, Address) {
    let mut context = TestContext::with_workers();
    let set = context.open_set("lab", 0, &ATTESTERS);
    let job = context.post_attested("alice", terms, set);
    (context, job, set)
}

/// As [`posted`]: a job of one task that needs so many signatures.
fn needing(signatures: u8) -> (TestContext, JobAddresses, Address) {
    posted(attested_terms(signatures))
}

/// Returns the instruction that proves the attester's signature over an attestation.
fn proof(name: &str, attestation: &Attestation) -> Instruction {
    market::verify_signature(&sign_attestation(name, attestation), &attestation.message())
}

/// Returns the instruction in which the actor's node submits an attestation, without the proofs before it.
fn submission(context: &mut TestContext, name: &str, attestation: &Attestation) -> Instruction {
    let mut steps = context.submission(name, attestation, &[]);
    steps.remove(0)
}

/// Sends these instructions as the actor's node.
fn send(context: &mut TestContext, name: &str, steps: &[Instruction]) -> Sent {
    let node = context.node(name);
    context.send(steps, &[&node])
}

/// Asserts that nothing of the first task has been submitted.
#[track_caller]
fn assert_open(context: &TestContext, job: &JobAddresses) {
    assert_eq!(context.phase(job, 0), Phase::Running);
    assert_eq!(context.seat(job, 0).state(), SeatState::Free);
}
