//! Attacks on receipts, which other programs act on.

use assay_harness::{
    assert_fails, five,
    instruction::{
        market::{self, JobAddresses, TaskSeat},
        rewards,
    },
    keypairs::worker_of,
    market::{attested_terms, batch_terms, OPEN_WINDOW},
    replace_account,
    work::{contribution, digest_of, input_of, inputs},
    ErrorCode, ProgramError, Signer, TestContext, TransactionFailure, TransactionResult, ATTESTERS,
    MEMBERS,
};
use assay_market::{
    game::{contribution::Contribution, round::RoundKind, Phase},
    state::{JobTerms, Source},
};
use assay_rewards::{
    error::RewardsError,
    state::{ReceiptArgs, MAX_INLINE_OUTPUT, MAX_LIFETIME, MIN_LIFETIME},
};
use assay_shared::merkle;
use assay_staking::state::AttesterSet;

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };

/// Returns terms of a job of one task with so many late seats, in basis points.
fn checked(checks_bps: u32) -> JobTerms {
    JobTerms {
        checks_bps,
        ..batch_terms(1)
    }
}

/// Returns a job of alice with so many tasks; the hold of bob's result of the first is over.
fn proven(tasks: u32) -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", batch_terms(tasks));
    context.complete_task(&job, 0, &["bob"], "42");
    context.end_hold(&job);
    (context, job)
}

/// Writes a receipt of the first task of a job with one.
fn write(context: &mut TestContext, job: &JobAddresses, answer: &str) -> Sent {
    let args = context.receipt_args(job, 0, 1, answer);
    context.write_receipt("mallory", job, 0, args)
}

/// Loss if it worked: another program pays for a result of which nobody knows whether it is right.
#[test]
fn writes_a_receipt_of_an_unproven_result() {
    // Given: two that disagree, and no round
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked(10_000));
    context.fill_seats(&job, 0, &[("bob", "42"), ("carol", "lie")]);
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Unproven);

    for answer in ["42", "lie"] {
        let result = write(&mut context, &job, answer);
        assert_fails(result, RewardsError::NotVerified);
    }
}

/// Loss if it worked: a result that was contradicted, and about which nobody decided, counts as verified.
#[test]
fn writes_a_receipt_of_a_result_in_doubt() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", batch_terms(1));
    context.complete_task(&job, 0, &["bob"], "42");
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "lie")
        .unwrap();
    context.end_round(&job, 0, Source::Dispute);
    context.decide(&job, 0, Source::Dispute, None).unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Unproven);

    let result = write(&mut context, &job, "42");

    assert_fails(result, RewardsError::NotVerified);
}

/// Loss if it worked: another program pays for what a liar alone said.
///
/// The late seat finds no worker, so that the result is opened and stands without its check.
#[test]
fn writes_a_receipt_without_the_check_that_was_due() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked(10_000));
    context.claim("bob", &job, FIRST).unwrap();
    context.contribute("bob", &job, FIRST, "lie").unwrap();
    let idle = context.job(&job).0.rules().late_idle();
    context.advance(u64::from(idle));
    context.expire(&job, 0).unwrap();
    context.open(&job, 0, "lie").unwrap();
    context.end_hold(&job);

    let before = write(&mut context, &job, "lie");
    context.collect("bob", &job, &[0]).unwrap();
    let after = write(&mut context, &job, "lie");

    assert_fails(before, RewardsError::NotVerified);
    assert_fails(after, RewardsError::NotVerified);
}

/// Loss if it worked: a result whose seal was copied, for which nobody is paid, moves money elsewhere.
#[test]
fn writes_a_receipt_of_a_refunded_task() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", batch_terms(1));
    context.claim("bob", &job, FIRST).unwrap();
    let (node, seed) = (context.node("bob"), context.job(&job).0.seed);
    let digest = digest_of(&seed, "42");
    let unsealed = Contribution {
        seal: contribution("carol", &seed, 0, &digest).seal,
        ..contribution("bob", &seed, 0, &digest)
    };
    let (key, worker) = (node.pubkey(), worker_of("bob"));
    let contribute = market::contribute(key, worker, job.address, FIRST, &unsealed);
    context.send(&[contribute], &[&node]).unwrap();
    context.open(&job, 0, "42").unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Refunded);

    let result = write(&mut context, &job, "42");

    assert_fails(result, RewardsError::NotVerified);
}

/// Loss if it worked: another program pays before anybody could contradict.
#[test]
fn writes_a_receipt_of_a_standing_result() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", batch_terms(1));
    context.complete_task(&job, 0, &["bob"], "lie");
    let hold = context.job(&job).0.hold.get();
    context.advance(u64::from(hold) - 1);

    let result = write(&mut context, &job, "lie");

    assert_fails(result, RewardsError::NotVerified);
    context.advance(1);
    write(&mut context, &job, "lie").unwrap();
}

/// Writes a receipt of a proven task with changed arguments.
#[track_caller]
fn assert_false(change: impl FnOnce(&mut ReceiptArgs), rule: RewardsError) {
    let (mut context, job) = proven(3);
    let mut args = context.receipt_args(&job, 0, 3, "42");
    change(&mut args);
    let result = context.write_receipt("mallory", &job, 0, args);
    assert_fails(result, rule);
    let receipt = context.receipt_of("mallory", &job, 0);
    assert!(!context.exists(&receipt));
}

/// Loss if it worked: a program that failed counts as one that said yes, and any text as what it said.
#[test]
fn writes_down_another_record() {
    let wrong = RewardsError::WrongRecord;
    assert_false(|args| args.exit_code = 1, wrong);
    assert_false(|args| args.fuel_used = 0, wrong);
    assert_false(|args| args.memory = [0; 32], wrong);
    assert_false(
        |args| {
            args.output_hash = assay_shared::hash::sha256v(&[b"lie"]);
            args.output = Some(b"lie".to_vec());
        },
        wrong,
    );
}

/// Loss if it worked: a program that reads the output, and not its hash, acts on what nobody computed.
#[test]
fn keeps_another_output() {
    let wrong = RewardsError::WrongOutput;
    assert_false(|args| args.output = Some(b"lie".to_vec()), wrong);
    assert_false(|args| args.output = Some(b"4".to_vec()), wrong);
    assert_false(|args| args.output = Some(b"42 ".to_vec()), wrong);
    assert_false(|args| args.output = Some(Vec::new()), wrong);
}

/// Loss if it worked: a result about one input is shown as one about another.
#[test]
fn proves_another_input() {
    let wrong = RewardsError::WrongInput;
    let path = |line| merkle::proof(&inputs(3), line).unwrap();
    assert_false(|args| args.input = [7; 32], wrong);
    // A line of the same manifest, with its own path.
    assert_false(
        |args| {
            args.input = input_of(1);
            args.proof = path(1);
        },
        wrong,
    );
}

/// Loss if it worked: inner nodes of the tree are shown as inputs, whose content the attacker chooses.
#[test]
fn proves_an_input_by_a_path_of_another_length() {
    let wrong = RewardsError::WrongInput;
    assert_false(|args| args.proof.truncate(1), wrong);
    assert_false(|args| args.proof.clear(), wrong);
    assert_false(|args| args.proof.push([0; 32]), wrong);
    assert_false(|args| args.proof = vec![[0; 32]; 20], wrong);
    // The pair of the first two leaves, as if it were an input.
    assert_false(
        |args| {
            let all = inputs(3);
            args.input = merkle::root(&all[..2]).unwrap();
            args.proof.remove(0);
        },
        wrong,
    );
}

/// Loss if it worked: an input of one order is shown as that of a later one in the same job.
#[test]
fn proves_an_input_against_another_manifest() {
    // Given: two tasks, then two more with inputs of their own
    let mut context = TestContext::with_workers();
    let job = context.post("alice", batch_terms(2));
    let later = [input_of(10), input_of(11)];
    let mut extension = context.extension(&job, 2, [9; 32]);
    extension.inputs = merkle::root(&later).unwrap();
    let alice = context.actor("alice");
    let extend = market::extend_job(&job, extension);
    context.send(&extend, &[&alice]).unwrap();
    for task in [0, 2] {
        context.complete_task(&job, task, &["bob"], "42");
    }
    context.end_hold(&job);

    // When: the lines are the same, the manifests are not
    let first = context.receipt_args(&job, 0, 2, "42");
    let own = ReceiptArgs {
        input: later[0],
        proof: merkle::proof(&later, 0).unwrap(),
        ..first.clone()
    };
    let earlier = context.write_receipt("mallory", &job, 2, first.clone());
    let too_early = context.write_receipt("mallory", &job, 0, own.clone());

    // Then
    assert_fails(earlier, RewardsError::WrongInput);
    assert_fails(too_early, RewardsError::WrongInput);
    context.write_receipt("mallory", &job, 0, first).unwrap();
    context.write_receipt("mallory", &job, 2, own).unwrap();
}

/// Loss if it worked: a receipt of an earlier order stands for a later one at the same address, or keeps it from having one.
#[test]
fn replays_the_receipt_of_an_earlier_posting() {
    // Given: a job and its receipt; then another at the same address
    let (mut context, job) = proven(1);
    let old = context.receipt_args(&job, 0, 1, "42");
    write(&mut context, &job, "42").unwrap();
    let first = context.receipt_of("mallory", &job, 0);
    context.collect("bob", &job, &[0]).unwrap();
    context.close("alice", &job).unwrap();
    context.advance(10);
    let again = context.post("alice", batch_terms(1));
    assert_eq!(again.address, job.address);
    context.complete_task(&again, 0, &["bob"], "42");
    context.end_hold(&again);

    // When
    let replayed = context.write_receipt("mallory", &again, 0, old);
    write(&mut context, &again, "42").unwrap();

    // Then: the same answer, two postings, two receipts
    assert_fails(replayed, RewardsError::WrongRecord);
    let second = context.receipt_of("mallory", &again, 0);
    assert_ne!(first, second);
    let [first, second] = [first, second].map(|address| context.receipt(&address).0);
    assert_eq!((first.job, first.output), (second.job, second.output));
    assert_ne!(first.job_seed, second.job_seed);
    assert_ne!(first.digest, second.digest);
}

/// Loss if it worked: a job that the attacker's program wrote has a receipt like one of the market.
#[test]
fn writes_a_receipt_of_a_false_job() {
    let (mut context, job) = proven(1);
    let owner = context.address_of("mallory's program");
    let forged = context.clone_with_owner(&job.address, "a false job", &owner);
    let (args, seed) = (
        context.receipt_args(&job, 0, 1, "42"),
        context.job(&job).0.seed,
    );
    let mallory = context.actor("mallory");
    let rent = |space| context.rent(space);
    let mut steps = rewards::write_receipt(mallory.pubkey(), job.address, &seed, 0, args, rent);
    steps[1] = replace_account(steps[1].clone(), &job.address, &forged);

    let result = context.send(&steps, &[&mallory]);

    assert_fails(result, (assay_rewards::ID, ProgramError::IllegalOwner));
}

/// Loss if it worked: a debtor writes the only receipt of a result without its output, so that it cannot be shown any more.
#[test]
fn takes_the_place_of_a_receipt() {
    let (mut context, job) = proven(1);
    let args = context.receipt_args(&job, 0, 1, "42");
    let useless = ReceiptArgs {
        output: None,
        lifetime: MIN_LIFETIME,
        ..args.clone()
    };
    context.write_receipt("debtor", &job, 0, useless).unwrap();

    context.write_receipt("creditor", &job, 0, args).unwrap();

    let own = context.receipt_of("creditor", &job, 0);
    assert_eq!(context.receipt(&own).1, Some(b"42".to_vec()));
}

/// Loss if it worked: whoever is quicker writes into an account that another created, and takes its rent.
#[test]
fn writes_into_the_account_of_another() {
    let (mut context, job) = proven(1);
    let (args, seed) = (
        context.receipt_args(&job, 0, 1, "42"),
        context.job(&job).0.seed,
    );
    let (reader, mallory) = (context.actor("reader"), context.actor("mallory"));
    let rent = |space| context.rent(space);
    let [create, write] =
        rewards::write_receipt(reader.pubkey(), job.address, &seed, 0, args, rent)
            .try_into()
            .unwrap();
    context.send(&[create], &[&reader]).unwrap();
    let receipt = context.receipt_of("reader", &job, 0);

    let stolen = replace_account(write.clone(), &reader.pubkey(), &mallory.pubkey());
    let result = context.send(&[stolen], &[&mallory]);

    assert_fails(result, RewardsError::WrongAccount);
    context.send(&[write], &[&reader]).unwrap();
    assert_eq!(context.receipt(&receipt).0.payer, reader.pubkey());
}

/// Loss if it worked: another program's readers find a receipt that says something else than it did.
#[test]
fn writes_over_a_receipt() {
    let (mut context, job) = proven(1);
    let (args, seed) = (
        context.receipt_args(&job, 0, 1, "42"),
        context.job(&job).0.seed,
    );
    let mallory = context.actor("mallory");
    let rent = |space| context.rent(space);
    let steps = rewards::write_receipt(mallory.pubkey(), job.address, &seed, 0, args, rent);
    context.send(&steps, &[&mallory]).unwrap();
    let receipt = context.receipt_of("mallory", &job, 0);
    let before = context.data(&receipt);
    context.advance(60);

    let result = context.send(&steps[1..], &[&mallory]);

    assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintZero));
    assert_eq!(context.data(&receipt), before);
}

/// Loss if it worked: evidence that others rely on disappears.
#[test]
fn closes_a_receipt_early() {
    let (mut context, job) = proven(1);
    write(&mut context, &job, "42").unwrap();
    let receipt = context.receipt_of("mallory", &job, 0);
    let mallory = context.actor("mallory");
    let close = rewards::close_receipt(mallory.pubkey(), receipt);
    let closes_at = context.receipt(&receipt).0.closes_at.get();

    let at_once = context.send(std::slice::from_ref(&close), &[&mallory]);
    context.advance_to(closes_at - 1);
    let too_early = context.send(std::slice::from_ref(&close), &[&mallory]);

    assert_fails(at_once, RewardsError::ReceiptOpen);
    assert_fails(too_early, RewardsError::ReceiptOpen);
    context.advance(1);
    context.send(&[close], &[&mallory]).unwrap();
}

/// Loss if it worked: whoever comes first takes the rent that another paid.
#[test]
fn takes_the_rent_of_a_receipt() {
    let (mut context, job) = proven(1);
    let args = context.receipt_args(&job, 0, 1, "42");
    context.write_receipt("reader", &job, 0, args).unwrap();
    let receipt = context.receipt_of("reader", &job, 0);
    let closes_at = context.receipt(&receipt).0.closes_at.get();
    context.advance_to(closes_at);
    let mallory = context.actor("mallory");

    let close = rewards::close_receipt(mallory.pubkey(), receipt);
    let result = context.send(&[close], &[&mallory]);

    assert_fails(result, RewardsError::WrongAccount);
    assert!(context.exists(&receipt));
}

/// Loss if it worked: a receipt that is gone before anybody acts on it, or that stays for ever.
#[test]
fn chooses_a_lifetime_beyond_all_limits() {
    for lifetime in [0, MIN_LIFETIME - 1, MAX_LIFETIME + 1, u32::MAX] {
        let bad = RewardsError::BadLifetime;
        assert_false(|args| args.lifetime = lifetime, bad);
    }
}

/// Loss if it worked: readers that reserve room for the longest output read beyond it.
#[test]
fn keeps_an_output_that_is_too_long() {
    let output = "x".repeat(MAX_INLINE_OUTPUT + 1);
    let mut context = TestContext::with_workers();
    let job = context.post("alice", batch_terms(1));
    context.complete_task(&job, 0, &["bob"], &output);
    context.end_hold(&job);

    let result = write(&mut context, &job, &output);

    assert_fails(result, RewardsError::OutputTooLong);
}

/// Loss if it worked: readers take the word of attesters for that of workers with something to lose.
#[test]
fn hides_that_attesters_decided() {
    let mut context = TestContext::with_workers();
    let set = context.open_set("mallory", 0, &ATTESTERS);
    let job = context.post_attested("mallory", attested_terms(2), set);
    let attestation = context.attestation("bob", &job, set, 0, "42");
    let steps = &ATTESTERS[..2];
    context.submit("bob", &attestation, steps).unwrap();

    write(&mut context, &job, "42").unwrap();

    let address = context.receipt_of("mallory", &job, 0);
    let receipt = context.receipt(&address).0;
    let keys: AttesterSet = context.account(&set);
    assert_eq!((receipt.policy, receipt.agreed), (1, 2));
    assert_eq!(receipt.attesters, keys.identity);
    assert_eq!((receipt.bond.get(), receipt.lie.get()), (0, 0));
}

/// Loss if it worked: a result that a round had to decide looks like one that nobody doubted.
#[test]
fn hides_that_a_result_was_disputed() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", batch_terms(1));
    context.complete_task(&job, 0, &["bob"], "42");
    context.enrich(&MEMBERS);
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "lie")
        .unwrap();
    context.fill_round(&job, Source::Dispute, &five(["42"; 5]));
    let during = write(&mut context, &job, "42");
    context.decide_for(&job, Source::Dispute, "42").unwrap();
    let standing = write(&mut context, &job, "42");
    context.end_hold(&job);

    write(&mut context, &job, "42").unwrap();

    assert_fails(during, RewardsError::NotVerified);
    assert_fails(standing, RewardsError::NotVerified);
    let address = context.receipt_of("mallory", &job, 0);
    let receipt = context.receipt(&address).0;
    assert_eq!((receipt.rounds, receipt.checked), (1, 1));
}
