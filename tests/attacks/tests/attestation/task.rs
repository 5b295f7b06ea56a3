//! The life of an attested task.

use super::{assert_open, needing, posted, two};
use assay_harness::{
    assert_fails,
    instruction::market::{JobAddresses, TaskSeat},
    market::{attested_terms, batch_terms, BOND, PRICE},
    Address, TestContext, ATTESTERS,
};
use assay_market::{
    error::MarketError,
    game::{round::RoundKind, Phase},
    state::JobTerms,
};

const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };

/// Loss if it worked: a seat that binds nothing is claimed, and the worker that brings a signed result is kept out.
#[test]
fn claims_an_attested_task() {
    let (mut context, job, _) = needing(2);
    for name in ["bob", "carol"] {
        let result = context.claim(name, &job, FIRST);
        assert_fails(result, MarketError::WrongPolicy);
    }
    assert_open(&context, &job);
}

/// Loss if it worked: pay that is final hangs in a round whose losers have nothing to lose.
#[test]
fn challenges_an_attested_result() {
    let (mut context, job, set) = needing(2);
    let attestation = context.attestation("bob", &job, set, 0, "42");
    context.submit("bob", &attestation, &two()).unwrap();

    let at_once = context.challenge("carol", &job, 0, RoundKind::Dispute, "lie");
    context.advance(60);
    let later = context.challenge("carol", &job, 0, RoundKind::Dispute, "lie");

    assert_fails(at_once, MarketError::NotStanding);
    assert_fails(later, MarketError::NotStanding);
    assert_eq!(context.phase(&job, 0), Phase::Final);
}

/// Loss if it worked: the requester delays the pay of a signed result by a check.
#[test]
fn checks_an_attested_result() {
    let (mut context, job, set) = needing(2);
    let attestation = context.attestation("bob", &job, set, 0, "42");
    let before = context.open_check("alice", &job, 0);
    context.submit("bob", &attestation, &two()).unwrap();
    context.advance(1);
    let after = context.open_check("alice", &job, 0);

    assert!(before.is_err() && after.is_err());
    context.collect("bob", &job, &[0]).unwrap();
}

/// Sends the posting of an attested job with these terms.
fn post(terms: JobTerms) -> Result<(), assay_harness::TransactionFailure> {
    let mut context = TestContext::with_workers();
    let set = context.open_set("lab", 0, &ATTESTERS);
    let mut order = context.post_job_params("alice", terms);
    order.attesters = Some(set);
    let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
    context.send(&posting, &[&alice]).map(|_| ())
}

/// Loss if it worked: late seats and checks that no attested task ever fills, and a penalty that nobody has bound.
#[test]
fn asks_for_checks_of_an_attested_job() {
    let bad = [
        JobTerms {
            checks_bps: 10_000,
            ..attested_terms(2)
        },
        JobTerms {
            checks_bps: 1,
            ..attested_terms(2)
        },
        JobTerms {
            lie_prices: 20,
            ..attested_terms(2)
        },
    ];
    for terms in bad {
        let failure = post(terms).unwrap_err();
        assert_eq!(failure.program_error(), Some(MarketError::BadPolicy.into()));
    }
}

/// Loss if it worked: the word of a worker alone is a final result, with a receipt that names attesters.
#[test]
fn asks_for_no_signature() {
    let failure = post(attested_terms(0)).unwrap_err();
    assert_eq!(failure.program_error(), Some(MarketError::BadPolicy.into()));
}

/// Loss if it worked: a job that nobody can ever finish, for which workers run tasks in vain.
#[test]
fn asks_for_more_signatures_than_there_are_keys() {
    let more = u8::try_from(ATTESTERS.len()).unwrap() + 1;
    let failure = post(attested_terms(more)).unwrap_err();
    assert_eq!(failure.program_error(), Some(MarketError::BadPolicy.into()));
    post(attested_terms(more - 1)).unwrap();
}

/// Returns a job of two tasks, which need two signatures each.
fn two_tasks() -> (TestContext, JobAddresses, Address) {
    posted(JobTerms {
        task_count: 2,
        inputs: batch_terms(2).inputs,
        ..attested_terms(2)
    })
}

/// Loss if it worked: the second to come takes the pay of the first, and the job counts a task twice.
#[test]
fn submits_a_task_again() {
    let (mut context, job, set) = two_tasks();
    let bobs = context.attestation("bob", &job, set, 0, "42");
    let carols = context.attestation("carol", &job, set, 0, "42");
    context.submit("bob", &bobs, &two()).unwrap();
    context.advance(1);

    for (name, attestation) in [("carol", &carols), ("bob", &bobs)] {
        let result = context.submit(name, attestation, &two());
        assert_fails(result, MarketError::TaskDecided);
    }
    context.cancel("alice", &job, 1, 1).unwrap();
    context.collect("bob", &job, &[0]).unwrap();
    context.close("alice", &job).unwrap();
}

/// Loss if it worked: money that its requester took back is paid out all the same.
#[test]
fn submits_what_was_taken_back() {
    let (mut context, job, set) = two_tasks();
    context.cancel("alice", &job, 0, 1).unwrap();
    let attestation = context.attestation("bob", &job, set, 0, "42");

    let result = context.submit("bob", &attestation, &two());

    assert_fails(result, MarketError::TaskDecided);
    context.cancel("alice", &job, 1, 1).unwrap();
    let refund = context.ata(&job.payment.mint, &job.requester);
    context.close("alice", &job).unwrap();
    assert!(context.balance(&refund) >= PRICE);
}

/// Loss if it worked: who orders never knows whether its money is still needed.
#[test]
fn submits_after_the_claim_window() {
    let (mut context, job, set) = needing(2);
    let window = context.job(&job).0.claim_window.get();
    context.advance(u64::from(window));
    let attestation = context.attestation("bob", &job, set, 0, "42");

    let result = context.submit("bob", &attestation, &two());

    assert_fails(result, MarketError::ClaimingOver);
}

/// Loss if it worked: signatures of a set of one's own end a checked task without a seat, a check or a bond.
#[test]
fn submits_signatures_to_a_checked_job() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", batch_terms(1));
    let set = context.open_set("mallory", 0, &ATTESTERS);
    for signatures in [&[][..], &two()] {
        let attestation = context.attestation("bob", &job, set, 0, "lie");
        let result = context.submit("bob", &attestation, signatures);
        assert_fails(result, MarketError::WrongPolicy);
    }
    assert_open(&context, &job);
}

/// Loss if it worked: the bond of another seat is free before its task has ended, so that a lie in it costs less.
#[test]
fn frees_a_bond_that_nobody_bound() {
    let (mut context, job, set) = needing(1);
    let terms = JobTerms {
        nonce: 1,
        ..batch_terms(1)
    };
    let checked = context.post("alice", terms);
    context.claim("bob", &checked, FIRST).unwrap();
    let attestation = context.attestation("bob", &job, set, 0, "42");
    context.submit("bob", &attestation, &["lab 1"]).unwrap();

    context.collect("bob", &job, &[0]).unwrap();

    assert_eq!(context.worker_account("bob").locked.get(), BOND);
}
