//! Tests of attested jobs on the market's built bytecode: results that attesters sign, and that are final at once.

mod life;
mod submit_attested;

use assay_harness::{
    instruction::market::JobAddresses, market::attested_terms, Address, TestContext, ATTESTERS,
};
use assay_market::state::JobTerms;

/// Two of the set's attesters.
const TWO: [&str; 2] = ["lab 1", "lab 2"];

/// Returns a market with workers, the set of the actor "lab" with the keys of [`ATTESTERS`], and a job of alice with these terms
/// whose results its attesters sign.
fn posted(terms: JobTerms) -> (TestContext, JobAddresses, Address) {
    let mut context = TestContext::with_workers();
    let set = context.open_set("lab", 0, &ATTESTERS);
    let job = context.post_attested("alice", terms, set);
    (context, job, set)
}

/// As [`posted`]: a job of one task that needs two signatures.
fn two_of_five() -> (TestContext, JobAddresses, Address) {
    posted(attested_terms(2))
}
