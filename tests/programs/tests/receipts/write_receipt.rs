use super::{proven, standing};
use assay_harness::{
    account_exists, assert_fails,
    instruction::{
        market::{extend_job, JobAddresses},
        rewards::write_receipt,
    },
    market::{batch_terms, BOND, LIE, PRICE},
    replace_account, without_signature,
    work::{digest_of, input_of, inputs},
    ErrorCode, Instruction, Signer, TestContext, WORKERS,
};
use assay_market::{
    error::MarketError,
    game::Phase,
    state::{GATE_EVERY_SEAT, POLICY_CHECKED},
};
use assay_rewards::{
    error::RewardsError,
    event::ReceiptWritten,
    state::{receipt_address, ReceiptArgs, MAX_INLINE_OUTPUT, MAX_LIFETIME, MIN_LIFETIME},
};
use assay_shared::{hash::sha256v, merkle};

#[test]
fn a_receipt_says_what_was_verified_and_keeps_the_output() {
    // Given
    let (mut context, job) = proven(3);
    let header = context.job(&job).0;
    let args = context.receipt_args(&job, 0, 3, "42");

    // When
    let written = context
        .write_receipt("reader", &job, 0, args.clone())
        .unwrap();

    // Then
    let address = context.receipt_of("reader", &job, 0);
    let (receipt, output) = context.receipt(&address);
    assert_eq!((receipt.version, receipt.policy), (1, POLICY_CHECKED));
    assert_eq!((receipt.gate, receipt.region.get()), (GATE_EVERY_SEAT, 0));
    assert_eq!((receipt.agreed, receipt.rounds, receipt.checked), (1, 0, 0));
    assert_eq!((receipt.task.get(), receipt.exit_code.get()), (0, 0));
    assert_eq!((receipt.job, receipt.job_seed), (job.address, header.seed));
    assert_eq!(
        (receipt.requester, receipt.module),
        (job.requester, header.module)
    );
    assert_eq!(receipt.input, input_of(0));
    assert_eq!(receipt.digest, digest_of(&header.seed, "42"));
    assert_eq!(receipt.output, args.output_hash);
    assert_eq!(receipt.mint, job.payment.mint);
    assert_eq!(receipt.credential_set, Default::default());
    assert_eq!(receipt.attesters, [0; 32]);
    assert_eq!(receipt.author, Default::default());
    assert_eq!(receipt.fuel_used.get(), 1_000);
    assert_eq!(receipt.price.get(), PRICE);
    assert_eq!((receipt.bond.get(), receipt.lie.get()), (BOND, LIE));
    assert_eq!(receipt.least_collateral.get(), 0);
    assert_eq!(receipt.finalized_at.get(), context.now());
    let closes_at = context.now() + i64::from(args.lifetime);
    assert_eq!(receipt.closes_at.get(), closes_at);
    assert_eq!(receipt.payer, context.address_of("reader"));
    assert_eq!(output, Some(b"42".to_vec()));
    assert_eq!(receipt.has_output, 1);

    let event = written.event::<ReceiptWritten>();
    assert_eq!((event.receipt, event.job), (address, job.address));
    assert_eq!((event.digest, event.task.get()), (receipt.digest, 0));
    assert_eq!(event.closes_at.get(), closes_at);
}

/// The hold is over, and nobody has written into the job yet that the task ended.
#[test]
fn a_result_is_final_when_its_hold_is_over() {
    let (mut context, job) = proven(1);
    assert_eq!(context.seat(&job, 0).phase, Phase::Standing as u8);
    let before = context.data(&job.address);
    let args = context.receipt_args(&job, 0, 1, "42");
    context.advance(500);

    context
        .write_receipt("reader", &job, 0, args.clone())
        .unwrap();

    let address = context.receipt_of("reader", &job, 0);
    let finalized_at = context.receipt(&address).0.finalized_at.get();
    assert_eq!(finalized_at, context.now() - 500);
    assert!(
        context.data(&job.address) == before,
        "a receipt changes no job"
    );
    // Once it is collected it is still the same.
    context.collect("bob", &job, &[0]).unwrap();
    context.write_receipt("other", &job, 0, args).unwrap();
    let address = context.receipt_of("other", &job, 0);
    assert_eq!(context.receipt(&address).0.finalized_at.get(), finalized_at);
}

#[test]
fn a_receipt_outlives_its_job() {
    let (mut context, job) = proven(1);
    let args = context.receipt_args(&job, 0, 1, "42");
    context.write_receipt("reader", &job, 0, args).unwrap();
    let address = context.receipt_of("reader", &job, 0);
    context.collect("bob", &job, &[0]).unwrap();

    context.close("alice", &job).unwrap();

    assert!(!context.exists(&job.address));
    assert_eq!(context.receipt(&address).0.job, job.address);
}

#[test]
fn every_wallet_may_pay_for_a_receipt_of_its_own() {
    let (mut context, job) = proven(1);
    let args = context.receipt_args(&job, 0, 1, "42");
    let bare = ReceiptArgs {
        output: None,
        lifetime: MIN_LIFETIME,
        ..args.clone()
    };
    context.write_receipt("mallory", &job, 0, bare).unwrap();

    context
        .write_receipt("reader", &job, 0, args.clone())
        .unwrap();
    context.advance(1);
    let twice = context.write_receipt("reader", &job, 0, args);

    assert_fails(twice, account_exists());
    let (poor, rich) = (
        context.receipt_of("mallory", &job, 0),
        context.receipt_of("reader", &job, 0),
    );
    assert_eq!(context.receipt(&poor).1, None);
    assert_eq!(context.receipt(&poor).0.has_output, 0);
    assert_eq!(context.receipt(&rich).1, Some(b"42".to_vec()));
}

#[test]
fn an_empty_output_is_kept_as_one() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", batch_terms(1));
    context.complete_task(&job, 0, &["bob"], "");
    context.end_hold(&job);
    let args = context.receipt_args(&job, 0, 1, "");
    assert_eq!(args.output, Some(vec![]));

    context.write_receipt("reader", &job, 0, args).unwrap();

    let address = context.receipt_of("reader", &job, 0);
    assert_eq!(context.receipt(&address).1, Some(vec![]));
}

#[test]
fn the_longest_output_is_kept_whole() {
    let output = "x".repeat(MAX_INLINE_OUTPUT);
    let mut context = TestContext::with_workers();
    let job = context.post("alice", batch_terms(1));
    context.complete_task(&job, 0, &["bob"], &output);
    context.end_hold(&job);
    let args = context.receipt_args(&job, 0, 1, &output);

    context.write_receipt("reader", &job, 0, args).unwrap();

    let address = context.receipt_of("reader", &job, 0);
    assert_eq!(context.receipt(&address).1, Some(output.into_bytes()));
}

/// Every line of manifests of many sizes, so that paths of every shape are tried.
#[test]
fn every_input_is_proven_by_its_path() {
    for count in 1..=9u32 {
        let mut context = TestContext::with_workers();
        let job = context.post("alice", batch_terms(count));
        for (task, name) in (0..count).zip(WORKERS.iter().cycle()) {
            context.complete_task(&job, task, &[name], "42");
        }
        context.end_hold(&job);
        for task in 0..count {
            let args = context.receipt_args(&job, task, count, "42");
            context.write_receipt("reader", &job, task, args).unwrap();
        }
    }
}

/// Asserts that a changed argument breaks this rule and leaves no receipt behind, and that the unchanged one does not.
#[track_caller]
fn assert_refused(change: impl FnOnce(&mut ReceiptArgs), rule: RewardsError) {
    let (mut context, job) = proven(3);
    let args = context.receipt_args(&job, 0, 3, "42");
    let mut changed = args.clone();
    change(&mut changed);
    let result = context.write_receipt("reader", &job, 0, changed);
    assert_fails(result, rule);
    let address = context.receipt_of("reader", &job, 0);
    assert!(!context.exists(&address));
    context.write_receipt("reader", &job, 0, args).unwrap();
}

#[test]
fn the_task_is_one_of_the_job() {
    let (mut context, job) = proven(3);
    let args = context.receipt_args(&job, 0, 3, "42");
    let result = context.write_receipt("reader", &job, 3, args);
    let rule = (assay_rewards::ID, MarketError::NoSuchTask);
    assert_fails(result, rule);
}

#[test]
fn the_lifetime_lies_within_its_limits() {
    for bad in [0, MIN_LIFETIME - 1, MAX_LIFETIME + 1, u32::MAX] {
        assert_refused(|args| args.lifetime = bad, RewardsError::BadLifetime);
    }
    for good in [MIN_LIFETIME, MAX_LIFETIME] {
        let (mut context, job) = proven(1);
        let args = ReceiptArgs {
            lifetime: good,
            ..context.receipt_args(&job, 0, 1, "42")
        };
        context.write_receipt("reader", &job, 0, args).unwrap();
    }
}

#[test]
fn an_output_that_is_too_long_is_not_kept() {
    let long = vec![b'x'; MAX_INLINE_OUTPUT + 1];
    assert_refused(|args| args.output = Some(long), RewardsError::OutputTooLong);
}

#[test]
fn a_result_that_is_not_final_has_no_receipt() {
    let (mut context, job) = standing(2);
    let args = context.receipt_args(&job, 0, 2, "42");
    let stands = context.write_receipt("reader", &job, 0, args);
    assert_fails(stands, RewardsError::NotVerified);
    let args = context.receipt_args(&job, 1, 2, "42");
    let untouched = context.write_receipt("reader", &job, 1, args);
    assert_fails(untouched, RewardsError::NotVerified);
}

#[test]
fn the_record_is_the_verified_one() {
    let wrong = RewardsError::WrongRecord;
    assert_refused(|args| args.exit_code = 1, wrong);
    assert_refused(|args| args.fuel_used += 1, wrong);
    assert_refused(|args| args.memory[0] ^= 1, wrong);
    assert_refused(|args| args.output_hash[31] ^= 1, wrong);
}

#[test]
fn the_output_is_the_records() {
    let wrong = RewardsError::WrongOutput;
    assert_refused(|args| args.output = Some(b"43".to_vec()), wrong);
    assert_refused(|args| args.output = Some(vec![]), wrong);
    assert_refused(|args| args.output = Some(b"42\0".to_vec()), wrong);
}

#[test]
fn the_input_is_the_tasks() {
    let wrong = RewardsError::WrongInput;
    let path = |line| merkle::proof(&inputs(3), line).unwrap();
    assert_refused(|args| args.input = input_of(1), wrong);
    assert_refused(|args| args.proof = path(1), wrong);
    assert_refused(|args| args.proof.push([0; 32]), wrong);
    assert_refused(|args| args.proof.truncate(1), wrong);
    assert_refused(
        |args| {
            args.input = input_of(1);
            args.proof = path(1);
        },
        wrong,
    );
}

/// A job of two tasks is extended by three.
fn extended() -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", batch_terms(2));
    let mut extension = context.extension(&job, 3, [9; 32]);
    let later: Vec<[u8; 32]> = (10..13).map(input_of).collect();
    extension.inputs = merkle::root(&later).unwrap();
    let alice = context.actor("alice");
    context
        .send(&extend_job(&job, extension), &[&alice])
        .unwrap();
    for task in [1, 2, 4] {
        context.complete_task(&job, task, &["bob"], "42");
    }
    context.end_hold(&job);
    (context, job)
}

#[test]
fn the_input_of_a_later_task_is_proven_against_its_own_manifest() {
    let (mut context, job) = extended();
    let later: Vec<[u8; 32]> = (10..13).map(input_of).collect();
    let args = context.receipt_args(&job, 1, 2, "42");
    context
        .write_receipt("reader", &job, 1, args.clone())
        .unwrap();
    for (task, line) in [(2, 0), (4, 2)] {
        let args = ReceiptArgs {
            input: input_of(10 + line),
            proof: merkle::proof(&later, line as usize).unwrap(),
            ..args.clone()
        };
        context.write_receipt("reader", &job, task, args).unwrap();
    }
}

/// An output of which only the hash is known: its receipt says so.
#[test]
fn a_receipt_without_output_names_its_hash() {
    let (mut context, job) = proven(1);
    let args = ReceiptArgs {
        output: None,
        ..context.receipt_args(&job, 0, 1, "42")
    };
    context.write_receipt("reader", &job, 0, args).unwrap();
    let address = context.receipt_of("reader", &job, 0);
    let (receipt, output) = context.receipt(&address);
    assert_eq!((receipt.output, output), (sha256v(&[b"42"]), None));
}

/// Returns the two instructions with which the actor "reader" writes a receipt of a job with one task.
fn steps(context: &mut TestContext, job: &JobAddresses, args: ReceiptArgs) -> Vec<Instruction> {
    let (reader, seed) = (context.address_of("reader"), context.job(job).0.seed);
    let rent = |space| context.rent(space);
    write_receipt(reader, job.address, &seed, 0, args, rent)
}

#[test]
fn the_account_lies_at_the_address_of_payer_posting_and_task() {
    let (mut context, job) = proven(2);
    let args = context.receipt_args(&job, 0, 2, "42");
    let right = steps(&mut context, &job, args);
    let (reader, seed) = (context.actor("reader"), context.job(&job).0.seed);
    // An account of the right size at the address of another task.
    let rent = |space| context.rent(space);
    let args = context.receipt_args(&job, 0, 2, "42");
    let other = write_receipt(reader.pubkey(), job.address, &seed, 1, args, rent);
    let (own, others) = (
        receipt_address(&reader.pubkey(), &seed, 0),
        receipt_address(&reader.pubkey(), &seed, 1),
    );
    let forged = replace_account(right[1].clone(), &own, &others);

    let result = context.send(&[other[0].clone(), forged], &[&reader]);

    assert_fails(result, RewardsError::WrongAccount);
    context.send(&right, &[&reader]).unwrap();
}

#[test]
fn the_account_has_the_exact_size_of_the_output() {
    let (mut context, job) = proven(1);
    let args = context.receipt_args(&job, 0, 1, "42");
    let bare = ReceiptArgs {
        output: None,
        ..args.clone()
    };
    let reader = context.actor("reader");
    let (with, without) = (
        steps(&mut context, &job, args),
        steps(&mut context, &job, bare),
    );
    for (create, write) in [(&with[0], &without[1]), (&without[0], &with[1])] {
        let result = context.send(&[create.clone(), write.clone()], &[&reader]);
        assert_fails(result, RewardsError::WrongAccount);
    }
}

#[test]
fn the_account_is_a_new_one() {
    let (mut context, job) = proven(1);
    let args = context.receipt_args(&job, 0, 1, "42");
    let steps = steps(&mut context, &job, args);
    let reader = context.actor("reader");
    context.send(&steps, &[&reader]).unwrap();
    context.advance(1);

    let again = context.send(&steps[1..], &[&reader]);

    assert_fails(again, (assay_rewards::ID, ErrorCode::ConstraintZero));
}

#[test]
fn only_the_payer_writes_its_receipt() {
    let (mut context, job) = proven(1);
    let args = context.receipt_args(&job, 0, 1, "42");
    let mut steps = steps(&mut context, &job, args);
    let (reader, anyone) = (context.actor("reader"), context.actor("anyone"));
    context.send(&steps[..1], &[&reader]).unwrap();

    let unsigned = without_signature(steps.remove(1), &reader.pubkey());

    let result = context.send(&[unsigned], &[&anyone]);
    assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintSigner));
}
