use super::{posted, two_of_five, TWO};
use assay_harness::{
    assert_fails,
    instruction::market,
    keypairs::worker_of,
    market::{attested_terms, batch_terms, COLLATERAL},
    sign_attestation, Instruction, Signer, TestContext, ATTESTERS,
};
use assay_market::{
    error::MarketError,
    event::TaskAttested,
    game::{task::flag, Phase, SeatState},
    state::{Attestation, JobTerms},
};
use solana_transaction_error::TransactionError;

#[test]
fn a_result_that_enough_attesters_sign_is_final_at_once() {
    // Given
    let (mut context, job, set) = two_of_five();
    context.advance(60);
    let attestation = Attestation {
        energy_mj: 77,
        ..context.attestation("bob", &job, set, 0, "42")
    };

    // When
    let result = context.submit("bob", &attestation, &TWO).unwrap();

    // Then
    let (header, seats) = context.job(&job);
    assert_eq!(context.phase(&job, 0), Phase::Final);
    let seat = seats[0];
    assert_eq!(seat.state(), SeatState::Accepted);
    assert_eq!(seat.worker, worker_of("bob"));
    assert_eq!(seat.hash, attestation.digest);
    assert_eq!((seat.winners, seat.rounds), (1, 0));
    assert_eq!(seat.flags, flag::OPEN);
    assert_eq!(header.unix_time(seat.until.get()), context.now());
    assert_eq!(header.open_tasks.get(), 0);
    assert_eq!((header.proven_tasks.get(), header.unsettled.get()), (1, 1));
    assert_eq!(header.fees_due, header.fee);
    let worker = context.worker_account("bob");
    assert_eq!((worker.free.get(), worker.locked.get()), (COLLATERAL, 0));
    let event = result.event::<TaskAttested>();
    assert_eq!((event.job, event.task.get()), (job.address, 0));
    assert_eq!((event.worker, event.digest), (seat.worker, seat.hash));
    assert_eq!((event.fuel_used.get(), event.energy_mj.get()), (1_000, 77));
}

#[test]
fn any_two_of_the_five_sign() {
    for pair in [["lab 1", "lab 5"], ["lab 5", "lab 3"], ["lab 4", "lab 2"]] {
        let (mut context, job, set) = two_of_five();
        let attestation = context.attestation("bob", &job, set, 0, "42");
        context.submit("bob", &attestation, &pair).unwrap();
    }
}

/// Returns the bytes of a transaction with these instructions and one signature, without a lookup table: the list of signatures,
/// a header of three bytes, the list of accounts, a blockhash, and each instruction with the lengths of its lists.
fn transaction_bytes(steps: &[Instruction]) -> usize {
    let accounts = steps.iter().flat_map(|step| &step.accounts);
    let mut keys: Vec<[u8; 32]> = accounts
        .map(|meta| meta.pubkey.to_bytes())
        .chain(steps.iter().map(|step| step.program_id.to_bytes()))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let bytes = |step: &Instruction| {
        let length = if step.data.len() < 128 { 1 } else { 2 };
        1 + 1 + step.accounts.len() + length + step.data.len()
    };
    let steps: usize = steps.iter().map(bytes).sum();
    1 + 64 + 3 + 1 + 32 * keys.len() + 32 + 1 + steps
}

/// A packet carries 1,232 bytes. Five signatures need a lookup table.
#[test]
fn four_signatures_fit_a_plain_transaction() {
    let (mut context, job, set) = posted(attested_terms(4));
    let attestation = context.attestation("bob", &job, set, 0, "42");
    let steps = context.submission("bob", &attestation, &ATTESTERS[..4]);
    assert_eq!(transaction_bytes(&steps), 1_116);
    let five = context.submission("bob", &attestation, &ATTESTERS);
    assert_eq!(transaction_bytes(&five), 1_278);

    context
        .submit("bob", &attestation, &ATTESTERS[..4])
        .unwrap();
}

#[test]
fn only_the_node_key_of_the_worker_submits() {
    let (mut context, job, set) = two_of_five();
    let attestation = context.attestation("bob", &job, set, 0, "42");
    for name in ["mallory", "bob"] {
        let signer = context.actor(name);
        let proofs = TWO.map(|lab| sign_attestation(lab, &attestation));
        let steps = market::submit_attested(signer.pubkey(), &attestation, &proofs, None);
        let result = context.send(&steps, &[&signer]);
        assert_fails(result, MarketError::NotNode);
    }
}

#[test]
fn the_set_is_the_one_that_the_job_names() {
    let (mut context, job, _) = two_of_five();
    let other = context.open_set("lab", 1, &ATTESTERS);
    let attestation = context.attestation("bob", &job, other, 0, "42");

    let result = context.submit("bob", &attestation, &TWO);

    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn a_checked_job_takes_no_signatures() {
    let mut context = TestContext::with_workers();
    let set = context.open_set("lab", 0, &ATTESTERS);
    let job = context.post("alice", batch_terms(1));
    let attestation = context.attestation("bob", &job, set, 0, "42");

    let result = context.submit("bob", &attestation, &TWO);

    assert_fails(result, MarketError::WrongPolicy);
}

#[test]
fn another_posting_is_refused() {
    let (mut context, job, set) = two_of_five();
    let attestation = Attestation {
        job_seed: [1; 32],
        ..context.attestation("bob", &job, set, 0, "42")
    };

    let result = context.submit("bob", &attestation, &TWO);

    assert_fails(result, MarketError::OtherPosting);
}

#[test]
fn an_attestation_expires() {
    let (mut context, job, set) = two_of_five();
    let attestation = context.attestation("bob", &job, set, 0, "42");
    context.advance_to(attestation.expires_at);
    let mut before = context.clone();

    let result = context.submit("bob", &attestation, &TWO);

    assert_fails(result, MarketError::AttestationExpired);
    let later = Attestation {
        expires_at: before.now() + 1,
        ..attestation
    };
    before.submit("bob", &later, &TWO).unwrap();
}

#[test]
fn the_worker_meets_the_requirements_of_the_job() {
    let abroad = JobTerms {
        region: 276,
        ..attested_terms(2)
    };
    let (mut context, job, set) = posted(abroad);
    let attestation = context.attestation("bob", &job, set, 0, "42");

    let result = context.submit("bob", &attestation, &TWO);

    assert_fails(result, MarketError::RequirementNotMet);
}

#[test]
fn a_credential_of_the_right_set_admits() {
    let mut context = TestContext::with_workers();
    let attesters = context.open_set("lab", 0, &ATTESTERS);
    let issuer = context.open_set("auditor", 7, &["lab 1"]);
    let terms = JobTerms {
        credential_set: issuer,
        region: 276,
        ..attested_terms(2)
    };
    let job = context.post_attested("alice", terms, attesters);
    let expires_at = context.now() + 3_600;
    let credential = context.issue_credential("auditor", issuer, "bob", 276, expires_at);
    let attestation = context.attestation("bob", &job, attesters, 0, "42");
    let (node, proofs) = (
        context.node("bob"),
        TWO.map(|lab| sign_attestation(lab, &attestation)),
    );

    let without = market::submit_attested(node.pubkey(), &attestation, &proofs, None);
    let with = market::submit_attested(node.pubkey(), &attestation, &proofs, Some(credential));

    let result = context.send(&without, &[&node]);
    assert_fails(result, MarketError::RequirementNotMet);
    context.send(&with, &[&node]).unwrap();
}

/// Nothing is bound, so collateral that could leave again at once would mean nothing.
#[test]
fn collateral_that_is_asked_for_is_older_than_the_job() {
    let rich = JobTerms {
        least_collateral: 2 * COLLATERAL,
        ..attested_terms(2)
    };
    let (mut context, job, set) = posted(rich);
    let bob = context.actor("bob");
    let attestation = context.attestation("bob", &job, set, 0, "42");
    let poor = context.submit("bob", &attestation, &TWO);
    context.stake(&bob, COLLATERAL);
    let add = market::add_collateral(bob.pubkey(), COLLATERAL);
    context.send(&[add], &[&bob]).unwrap();
    context.advance(60);

    let topped_up = context.submit("bob", &attestation, &TWO);

    assert_fails(poor, MarketError::RequirementNotMet);
    assert_fails(topped_up, MarketError::CollateralTooYoung);
    let later = JobTerms { nonce: 1, ..rich };
    let job = context.post_attested("alice", later, set);
    let attestation = context.attestation("bob", &job, set, 0, "42");
    context.submit("bob", &attestation, &TWO).unwrap();
}

#[test]
fn the_task_is_one_of_the_job() {
    let (mut context, job, set) = two_of_five();
    let attestation = context.attestation("bob", &job, set, 1, "42");

    let result = context.submit("bob", &attestation, &TWO);

    assert_fails(result, MarketError::NoSuchTask);
}

#[test]
fn a_task_that_ended_takes_no_result() {
    let (mut context, job, set) = two_of_five();
    let mut cancelled = context.clone();
    let attestation = context.attestation("bob", &job, set, 0, "42");
    context.submit("bob", &attestation, &TWO).unwrap();
    cancelled.cancel("alice", &job, 0, 1).unwrap();
    let other = context.attestation("carol", &job, set, 0, "42");

    for (context, name, attestation) in [
        (&mut context, "carol", &other),
        (&mut cancelled, "bob", &attestation),
    ] {
        context.advance(1);
        let result = context.submit(name, attestation, &TWO);
        assert_fails(result, MarketError::TaskDecided);
    }
}

#[test]
fn results_end_with_the_claim_window() {
    let (mut context, job, set) = two_of_five();
    let window = context.job(&job).0.claim_window.get();
    context.advance(u64::from(window) - 1);
    let mut before = context.clone();
    context.advance(1);
    let attestation = context.attestation("bob", &job, set, 0, "42");

    let result = context.submit("bob", &attestation, &TWO);

    assert_fails(result, MarketError::ClaimingOver);
    before.submit("bob", &attestation, &TWO).unwrap();
}

#[test]
fn too_few_signatures_are_refused() {
    let (mut context, job, set) = posted(attested_terms(3));
    let attestation = context.attestation("bob", &job, set, 0, "42");

    let none = context.submit("bob", &attestation, &[]);
    let two = context.submit("bob", &attestation, &TWO);

    assert_fails(none, MarketError::BadAttestation);
    assert_fails(two, MarketError::BadAttestation);
}

/// Of more signatures than are needed the last ones count, as long as all of these are the set's.
#[test]
fn more_signatures_than_needed_do_no_harm() {
    let (mut context, job, set) = two_of_five();
    let attestation = context.attestation("bob", &job, set, 0, "42");
    context.submit("bob", &attestation, &ATTESTERS).unwrap();
}

#[test]
fn the_key_of_nobody_in_the_set_is_refused() {
    let (mut context, job, set) = two_of_five();
    let attestation = context.attestation("bob", &job, set, 0, "42");

    let result = context.submit("bob", &attestation, &["lab 1", "mallory"]);

    assert_fails(result, MarketError::BadAttestation);
}

/// Shows that the precompile of this harness is the real one.
#[test]
fn a_false_signature_fails_before_any_program_runs() {
    let (mut context, job, set) = two_of_five();
    let attestation = context.attestation("bob", &job, set, 0, "42");
    let mut proofs = TWO.map(|lab| sign_attestation(lab, &attestation));
    proofs[0].signature[5] ^= 1;
    let node = context.node("bob");
    let steps = market::submit_attested(node.pubkey(), &attestation, &proofs, None);

    let failure = context.send(&steps, &[&node]).unwrap_err();

    assert!(matches!(
        failure.error,
        TransactionError::InstructionError(0 | 1, _)
    ));
    assert_ne!(failure.program, Some(assay_market::ID));
    assert_eq!(context.phase(&job, 0), Phase::Running);
}

#[test]
fn a_result_is_not_delayed_by_a_pause() {
    let (mut context, job, set) = two_of_five();
    context.pause_market(assay_market::state::pause::ALL);
    let attestation = context.attestation("bob", &job, set, 0, "42");

    context.submit("bob", &attestation, &TWO).unwrap();
}
