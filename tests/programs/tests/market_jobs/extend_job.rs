use super::{first_of, FIRST};
use assay_harness::{
    assert_fails,
    instruction::market::{self, ExtendJobParams, JobAddresses},
    market::{checked_terms, terms},
    without_signature,
    work::seat_opens_at,
    ErrorCode, ProgramError, Signer, TestContext, TransactionFailure, TransactionResult, WORKERS,
};
use assay_market::{
    error::MarketError,
    event::JobExtended,
    game::Seat,
    state::{pause, JobTerms, SEGMENTS},
};
use solana_transaction_error::TransactionError;

fn extend(
    context: &mut TestContext,
    job: &JobAddresses,
    tasks: u32,
    manifest: u8,
) -> Result<TransactionResult, TransactionFailure> {
    let extension = context.extension(job, tasks, [manifest; 32]);
    send(context, job, extension)
}

fn send(
    context: &mut TestContext,
    job: &JobAddresses,
    extension: ExtendJobParams,
) -> Result<TransactionResult, TransactionFailure> {
    let alice = context.actor("alice");
    context.send(&market::extend_job(job, extension), &[&alice])
}

#[test]
fn added_tasks_admit_by_rank_from_their_own_beginning() {
    // Given: the tasks of the posting are open to all.
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    context.advance(256);

    // When
    extend(&mut context, &handle, 1, 9).unwrap();

    // Then
    let job = context.job_view(&handle);
    assert_eq!(job.header.segment_of(1).added_at.get(), context.now());
    let opens_at = |name: &str| {
        let (address, worker) = (context.worker_of(name), context.worker_account(name));
        seat_opens_at(&job, 1, 0, &address, &worker).unwrap()
    };
    let last = WORKERS
        .into_iter()
        .max_by_key(|name| opens_at(name))
        .unwrap();
    assert!(opens_at(last) > context.now());
    context.claim_now(last, &handle, FIRST).unwrap();
    let early = context.claim_now(last, &handle, first_of(1));
    assert_fails(early, MarketError::NotAdmitted);
    context.claim(last, &handle, first_of(1)).unwrap();
}

#[test]
fn while_it_is_paused_nothing_is_extended() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    context.pause_market(pause::EXTEND);

    let result = extend(&mut context, &handle, 1, 9);

    assert_fails(result, MarketError::Paused);
    assert_eq!(context.job(&handle).0.task_count.get(), 1);
    context.pause_market(pause::ALL - pause::EXTEND);
    extend(&mut context, &handle, 1, 9).unwrap();
}

#[test]
fn a_requester_adds_tasks_under_their_own_manifest() {
    // Given
    let mut context = TestContext::with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..checked_terms(10_000)
        },
    );
    context.claim("bob", &handle, first_of(1)).unwrap();
    let before = context.job(&handle);

    // When
    let result = extend(&mut context, &handle, 3, 9).unwrap();

    // Then
    let (job, seats) = context.job(&handle);
    assert_eq!((job.task_count.get(), job.open_tasks.get()), (5, 5));
    assert_eq!(job.manifest_of(1), Some((terms().manifest, 1)));
    assert_eq!(job.manifest_of(2), Some(([9; 32], 0)));
    assert_eq!(job.manifest_of(4), Some(([9; 32], 2)));
    assert_eq!(seats.len(), 10);
    assert_eq!(seats[..4], before.1);
    assert_eq!(seats[4..], [Seat::default(); 6]);
    assert_eq!(job.funds.get(), job.escrow_for(5).unwrap());
    assert_eq!(context.balance(&handle.escrow), job.funds.get());

    let event = result.event::<JobExtended>();
    assert_eq!((event.job, event.manifest), (handle.address, [9; 32]));
    assert_eq!((event.first_task.get(), event.tasks.get()), (2, 3));
    context.claim("carol", &handle, first_of(4)).unwrap();
}

#[test]
fn a_batch_grows_three_times() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    for manifest in 1..SEGMENTS {
        extend(&mut context, &handle, 1, u8::try_from(manifest).unwrap()).unwrap();
    }
    let result = extend(&mut context, &handle, 1, 99);
    assert_fails(result, MarketError::TooManySegments);
    for task in 1..SEGMENTS {
        let task = u8::try_from(task).unwrap();
        let (job, _) = context.job(&handle);
        assert_eq!(job.manifest_of(task.into()), Some(([task; 32], 0)));
    }
}

/// A program may grow an account by 10,240 bytes in one instruction: 85 seats of 120 bytes.
#[test]
fn an_extension_adds_85_seats_at_most() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    let result = extend(&mut context, &handle, 86, 1);
    assert_fails(result, (assay_market::ID, ProgramError::InvalidRealloc));
    extend(&mut context, &handle, 85, 1).unwrap();
    assert_eq!(context.job(&handle).1.len(), 86);
}

#[test]
fn only_the_requester_extends() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    let extension = context.extension(&handle, 1, [9; 32]);
    let steps = market::extend_job(&handle, extension);
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    let (before, extend) = steps.split_at(2);
    context.send(before, &[&alice]).unwrap();

    let forged =
        assay_harness::replace_account(extend[0].clone(), &alice.pubkey(), &mallory.pubkey());
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, MarketError::NotRequester);
    let forged = without_signature(extend[0].clone(), &alice.pubkey());
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn extending_by_nothing_is_refused() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    let result = extend(&mut context, &handle, 0, 9);
    assert_fails(result, MarketError::NoTasks);
}

#[test]
fn nothing_is_added_once_claiming_is_over() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    let window = u64::from(terms().claim_window);
    context.advance(window - 1);
    extend(&mut context, &handle, 1, 8).unwrap();
    context.advance(1);
    let result = extend(&mut context, &handle, 1, 9);
    assert_fails(result, MarketError::ClaimingOver);
}

#[test]
fn the_escrow_covers_old_and_new_tasks() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    let extension = context.extension(&handle, 1, [9; 32]);
    let less = ExtendJobParams {
        escrow: extension.escrow - 1,
        ..extension
    };
    let result = send(&mut context, &handle, less);
    assert_fails(result, MarketError::EscrowTooSmall);
}

#[test]
fn money_of_cancelled_tasks_does_not_pay_for_new_ones() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    context.cancel("alice", &handle, 0, 1).unwrap();
    let unpaid = ExtendJobParams {
        escrow: 0,
        ..context.extension(&handle, 1, [9; 32])
    };
    let result = send(&mut context, &handle, unpaid);
    assert_fails(result, MarketError::EscrowTooSmall);
}

#[test]
fn another_escrow_is_refused() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    let other = context.post(
        "alice",
        JobTerms {
            nonce: 1,
            ..terms()
        },
    );
    let false_one = JobAddresses {
        escrow: other.escrow,
        ..handle
    };
    let extension = context.extension(&handle, 1, [9; 32]);
    let result = send(&mut context, &false_one, extension);
    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn a_closed_mint_takes_no_new_tasks() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    let governance = context.actor("governance");
    let admit = |admits| {
        let (power, mint) = (governance.pubkey(), &handle.payment.mint);
        market::set_mint_admits(power, mint, admits)
    };
    context.send(&[admit(false)], &[&governance]).unwrap();

    let result = extend(&mut context, &handle, 1, 9);

    assert_fails(result, MarketError::MintNotAdmitted);
    context.send(&[admit(true)], &[&governance]).unwrap();
    extend(&mut context, &handle, 1, 9).unwrap();
}

#[test]
fn another_payment_mint_is_refused() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    let extension = context.extension(&handle, 1, [9; 32]);
    let (stake_mint, treasury) = (context.stake_mint(), context.address_of("treasury"));
    let stake_payment = market::PaymentMintInfo {
        mint: stake_mint,
        fee_vault: context.ata(&stake_mint, &treasury),
        ..handle.payment
    };
    context.allow_mint(stake_payment);
    let false_one = JobAddresses {
        payment: stake_payment,
        ..handle
    };
    let result = send(&mut context, &false_one, extension);
    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn an_account_without_rent_for_its_new_size_does_not_grow() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    let extension = ExtendJobParams {
        rent: 0,
        ..context.extension(&handle, 1, [9; 32])
    };
    let failure = send(&mut context, &handle, extension).unwrap_err();
    assert!(
        matches!(
            failure.error,
            TransactionError::InsufficientFundsForRent { .. }
        ),
        "{failure:?}"
    );
    assert_eq!(context.job(&handle).0.task_count.get(), 1);
}

/// The instructions before `extend_job` are already sent when the escrow changes.
#[test]
fn an_escrow_that_is_no_token_account_any_more_is_refused() {
    const STATE: usize = 108;
    let mut ready = TestContext::with_workers();
    let handle = ready.post("alice", terms());
    let steps = market::extend_job(&handle, ready.extension(&handle, 1, [9; 32]));
    let alice = ready.actor("alice");
    ready.send(&steps[..2], &[&alice]).unwrap();
    let closed =
        |context: &mut TestContext| context.edit_data(&handle.escrow, |data| data[STATE] = 0);
    let foreign = |context: &mut TestContext| context.set_owner(&handle.escrow, &assay_market::ID);
    let cases: [&dyn Fn(&mut TestContext); 2] = [&closed, &foreign];
    for spoil in cases {
        let mut context = ready.clone();
        spoil(&mut context);
        let result = context.send(&steps[2..], &[&alice]);
        assert_fails(result, MarketError::WrongTokenAccount);
    }
    ready.send(&steps[2..], &[&alice]).unwrap();
}

/// First the escrow of the new tasks overflows, then that of old and new ones together.
#[test]
fn an_escrow_beyond_64_bits_overflows() {
    let mut context = TestContext::with_workers();
    let dear = JobTerms {
        price: u64::MAX / 41,
        ..terms()
    };
    let handle = context.post("alice", dear);
    let source = context.ata(&handle.payment.mint, &handle.requester);
    for tasks in [40, 39] {
        let extension = ExtendJobParams {
            tasks,
            manifest: [9; 32],
            inputs: [6; 32],
            source,
            escrow: 0,
            rent: 0,
        };
        let result = send(&mut context, &handle, extension);
        assert_fails(result, MarketError::Overflow);
    }
}

/// First the number of tasks overflows, then that of seats, of which a task has two.
#[test]
fn more_than_32_bits_count_overflow() {
    for tasks in [u32::MAX, (1 << 31) - 1] {
        let mut context = TestContext::with_workers();
        let handle = context.post("alice", checked_terms(10_000));
        let escrow = context.job(&handle).0.escrow_for(tasks).unwrap();
        let extension = ExtendJobParams {
            tasks,
            manifest: [9; 32],
            inputs: [6; 32],
            source: context.mint_tokens(&handle.payment.mint, &handle.requester, escrow),
            escrow,
            rent: 0,
        };
        let result = send(&mut context, &handle, extension);
        assert_fails(result, MarketError::Overflow);
    }
}
