//! Signatures that were given for something else.

use super::{assert_open, needing, posted, send, submission, two, Sent};
use assay_harness::{
    assert_fails,
    instruction::{
        market::{self, JobAddresses},
        staking,
    },
    market::{attested_terms, batch_terms},
    sign_attestation, Signer, TestContext, ATTESTERS,
};
use assay_market::{
    error::MarketError,
    state::{Attestation, JobTerms},
};

/// Lets two attesters sign one attestation, and submits another with their signatures.
fn submit_for(
    context: &mut TestContext,
    name: &str,
    signed: &Attestation,
    claimed: &Attestation,
) -> Sent {
    let mut steps = context.submission(name, signed, &two());
    steps.pop();
    steps.push(submission(context, name, claimed));
    send(context, name, &steps)
}

/// Asserts that two signatures over `signed` do not prove `claimed`.
#[track_caller]
fn assert_bound(
    context: &mut TestContext,
    job: &JobAddresses,
    signed: &Attestation,
    claimed: &Attestation,
) {
    let result = submit_for(context, "bob", signed, claimed);
    assert_fails(result, MarketError::BadAttestation);
    assert_open(context, job);
}

/// Loss if it worked: a result of a test network, where nothing is at stake, is paid on the main network.
#[test]
fn brings_signatures_of_another_cluster() {
    let (mut context, job, set) = needing(2);
    let claimed = context.attestation("bob", &job, set, 0, "42");
    let elsewhere = Attestation {
        genesis_hash: [1; 32],
        ..claimed
    };
    assert_bound(&mut context, &job, &elsewhere, &claimed);
}

/// Loss if it worked: signatures about one order decide about the next at the same address.
#[test]
fn brings_signatures_of_an_earlier_posting() {
    // Given: alice takes a job back and posts another with the same nonce
    let (mut context, job, set) = needing(2);
    let before = context.attestation("bob", &job, set, 0, "42");
    context.cancel("alice", &job, 0, 1).unwrap();
    context.close("alice", &job).unwrap();
    context.advance(10);
    let dearer = JobTerms {
        price: 1_000_000,
        ..attested_terms(2)
    };
    let job = context.post_attested("alice", dearer, set);
    let seed = context.job(&job).0.seed;

    // When: the seed of the earlier posting is named, or that of the later one
    let as_it_was = context.submit("bob", &before, &two());
    let now = Attestation {
        job_seed: seed,
        ..before
    };
    let as_it_is = submit_for(&mut context, "bob", &before, &now);

    // Then
    assert_fails(as_it_was, MarketError::OtherPosting);
    assert_fails(as_it_is, MarketError::BadAttestation);
    assert_open(&context, &job);
}

/// Loss if it worked: one signed result is paid for every task of a job, and in every job.
#[test]
fn brings_signatures_of_another_task() {
    let terms = JobTerms {
        task_count: 2,
        inputs: batch_terms(2).inputs,
        ..attested_terms(2)
    };
    let (mut context, job, set) = posted(terms);
    let signed = context.attestation("bob", &job, set, 1, "42");
    let claimed = Attestation { task: 0, ..signed };
    assert_bound(&mut context, &job, &signed, &claimed);

    let other = JobTerms { nonce: 1, ..terms };
    let other = context.post_attested("alice", other, set);
    let signed = context.attestation("bob", &other, set, 0, "42");
    let claimed = Attestation {
        job: job.address,
        job_seed: context.job(&job).0.seed,
        ..signed
    };
    assert_bound(&mut context, &job, &signed, &claimed);
}

/// Loss if it worked: whoever sees a submission on its way is paid for it instead of the worker.
#[test]
fn takes_a_result_from_its_worker() {
    let (mut context, job, set) = needing(2);
    let bobs = context.attestation("bob", &job, set, 0, "42");
    let carols = context.attestation("carol", &job, set, 0, "42");
    assert_eq!(bobs.digest, carols.digest);

    let result = submit_for(&mut context, "carol", &bobs, &carols);

    assert_fails(result, MarketError::BadAttestation);
    assert_open(&context, &job);
    context.submit("bob", &bobs, &two()).unwrap();
}

/// Loss if it worked: signatures that an attester gave as a member of a careless set count in a careful one.
#[test]
fn brings_signatures_of_another_set() {
    let (mut context, job, set) = needing(2);
    let other = context.open_set("mallory", 0, &ATTESTERS);
    let signed = context.attestation("bob", &job, other, 0, "42");
    let claimed = Attestation { set, ..signed };
    assert_bound(&mut context, &job, &signed, &claimed);
}

/// Loss if it worked: the attacker's own set decides about a job that names another.
#[test]
fn names_a_set_of_its_own() {
    let (mut context, job, _) = needing(2);
    let own = ["mallory", "mallory's friend"];
    let set = context.open_set("mallory", 0, &own);
    let claimed = context.attestation("bob", &job, set, 0, "lie");

    let result = context.submit("bob", &claimed, &own);

    assert_fails(result, MarketError::WrongAccount);
    assert_open(&context, &job);
}

/// Loss if it worked: whoever rules a set puts other keys into it after a job was posted.
#[test]
fn opens_the_set_again_with_other_keys() {
    let (mut context, job, set) = needing(2);
    let lab = context.actor("lab");
    let close = staking::close_attester_set(lab.pubkey(), lab.pubkey(), set);
    context.send(&[close], &[&lab]).unwrap();
    let own = ["mallory", "mallory's friend"];
    assert_eq!(context.open_set("lab", 0, &own), set);
    let claimed = context.attestation("bob", &job, set, 0, "lie");

    let result = context.submit("bob", &claimed, &own);

    assert_fails(result, MarketError::WrongAccount);
    assert_open(&context, &job);
}

/// Loss if it worked: the worker puts another result, or more fuel and energy, into what attesters signed.
#[test]
fn changes_what_was_signed() {
    let (mut context, job, set) = needing(2);
    let signed = context.attestation("bob", &job, set, 0, "42");
    let lie = context.attestation("bob", &job, set, 0, "lie");
    for claimed in [
        Attestation {
            digest: lie.digest,
            ..signed
        },
        Attestation {
            fuel_used: signed.fuel_used * 10,
            ..signed
        },
        Attestation {
            energy_mj: 1,
            ..signed
        },
    ] {
        assert_bound(&mut context, &job, &signed, &claimed);
    }
}

/// Loss if it worked: a signature is good for ever, whatever became known since.
#[test]
fn submits_an_expired_attestation() {
    let (mut context, job, set) = needing(2);
    let signed = context.attestation("bob", &job, set, 0, "42");
    context.advance_to(signed.expires_at);

    let expired = context.submit("bob", &signed, &two());

    assert_fails(expired, MarketError::AttestationExpired);
    assert_open(&context, &job);
}

/// Loss if it worked: the worker gives an attestation more time than its attesters did.
#[test]
fn extends_an_attestation() {
    let (mut context, job, set) = needing(2);
    let signed = context.attestation("bob", &job, set, 0, "42");
    context.advance_to(signed.expires_at);
    let claimed = Attestation {
        expires_at: signed.expires_at + 60,
        ..signed
    };
    assert_bound(&mut context, &job, &signed, &claimed);
}

/// Loss if it worked: a text that an attester signed for another program, or an older version, is a result.
#[test]
fn brings_a_signature_over_another_text() {
    let (mut context, job, set) = needing(1);
    let claimed = context.attestation("bob", &job, set, 0, "42");
    let mut older = claimed.message();
    older[13] = 0;
    let given = assay_harness::sign_bytes("lab 1", &older);
    let proof = market::verify_signature(&given, &older);
    let submit = submission(&mut context, "bob", &claimed);

    let result = send(&mut context, "bob", &[proof, submit]);

    assert_fails(result, MarketError::BadAttestation);
    assert_open(&context, &job);
    assert_ne!(given, sign_attestation("lab 1", &claimed));
}
