//! An attested job from its posting to its closing.

use super::{posted, TWO};
use assay_harness::{
    market::{attested_terms, batch_terms, FEE_BPS, PRICE, STAKE_RATE},
    TestContext,
};
use assay_market::{
    event::{Collected, JobClosed},
    game::Phase,
    state::{JobTerms, POLICY_ATTESTED, RATE_UNIT},
};

/// Protocol fee of a task, base units.
const FEE: u64 = PRICE * FEE_BPS / 10_000;

fn money_of(context: &mut TestContext, name: &str) -> u64 {
    let (mint, owner) = (context.payment_mint(), context.address_of(name));
    let ata = context.ata(&mint, &owner);
    context.balance(&ata)
}

#[test]
fn a_job_is_posted_submitted_collected_and_closed() {
    // Given: three tasks
    let terms = JobTerms {
        task_count: 3,
        inputs: batch_terms(3).inputs,
        ..attested_terms(2)
    };
    let (mut context, job, set) = posted(terms);
    let header = context.job(&job).0;
    assert_eq!((header.policy, header.attestations), (POLICY_ATTESTED, 2));
    assert_eq!(header.bond.get(), 0);
    assert_eq!(header.lie.get(), 0);
    assert_eq!(header.missed.get(), 0);
    assert_eq!(header.funds.get(), 3 * (PRICE + FEE));

    // When: bob has two results signed, nobody brings the third, which alice takes back
    for task in [2, 0] {
        let attestation = context.attestation("bob", &job, set, task, "42");
        context.submit("bob", &attestation, &TWO).unwrap();
        assert_eq!(context.phase(&job, task), Phase::Final);
    }
    context.cancel("alice", &job, 1, 1).unwrap();

    // Then: both are paid at once, and alice gets the third back
    let collected = context.collect("bob", &job, &[0, 2]).unwrap();
    let event = collected.event::<Collected>();
    assert_eq!((event.paid.get(), event.seats.get()), (2 * PRICE, 2));
    assert_eq!(event.weight.get(), 2 * FEE * STAKE_RATE / RATE_UNIT);
    assert_eq!(money_of(&mut context, "bob"), 2 * PRICE);
    let closed = context.close("alice", &job).unwrap();
    let event = closed.event::<JobClosed>();
    assert_eq!((event.fees.get(), event.royalties.get()), (2 * FEE, 0));
    assert_eq!(event.refunded.get(), PRICE + FEE);
    assert_eq!(money_of(&mut context, "treasury"), 2 * FEE);
    assert_eq!(money_of(&mut context, "alice"), PRICE + FEE);
    assert!(!context.exists(&job.address) && !context.exists(&job.escrow));
}

#[test]
fn a_task_that_nobody_submits_is_refunded_after_the_claim_window() {
    let (mut context, job, _) = posted(attested_terms(1));
    let window = context.job(&job).0.claim_window.get();
    context.advance(u64::from(window));

    context.expire(&job, 0).unwrap();

    assert_eq!(context.phase(&job, 0), Phase::Refunded);
    context.close("alice", &job).unwrap();
    assert_eq!(money_of(&mut context, "alice"), PRICE + FEE);
}

#[test]
fn tasks_that_are_added_later_are_attested_too() {
    let (mut context, job, set) = posted(attested_terms(2));
    let extension = context.extension(&job, 2, [9; 32]);
    let extend = assay_harness::instruction::market::extend_job(&job, extension);
    let alice = context.actor("alice");
    context.send(&extend, &[&alice]).unwrap();

    let attestation = context.attestation("bob", &job, set, 2, "42");
    context.submit("bob", &attestation, &TWO).unwrap();

    assert_eq!(context.phase(&job, 2), Phase::Final);
}

/// Nothing is bound, so a worker without collateral may bring results that attesters sign.
#[test]
fn no_collateral_is_needed() {
    let (mut context, job, set) = posted(attested_terms(2));
    context.worker("newcomer", 0);
    let attestation = context.attestation("newcomer", &job, set, 0, "42");

    context.submit("newcomer", &attestation, &TWO).unwrap();
    context.collect("newcomer", &job, &[0]).unwrap();

    assert_eq!(money_of(&mut context, "newcomer"), PRICE);
}
