//! Posting a job. Rules about the terms and about the escrow have files of their own.

mod escrow;
mod policy_rules;
mod terms_rules;

use super::FIRST;
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, PostJobParams, TaskSeat},
    market::{
        checked_terms, terms, BOND, COLLATERAL, LIE, MISSED, OPEN_WINDOW, PRICE, STEP, VALUE,
    },
    pda::market as at,
    replace_account, token_2022, ErrorCode, Signer, TestContext, TransactionFailure,
    TransactionResult, HOUR, WORKERS,
};
use assay_market::{
    error::MarketError,
    event::JobPosted,
    game::{Phase, Seat},
    state::{pause, Job, JobAccount, JobTerms, POLICY_CHECKED, SEEDED_LEN},
};
use assay_shared::{hash::sha256v, token::TokenAccount};

/// Posts a job of alice.
fn send(
    context: &mut TestContext,
    order: PostJobParams,
) -> Result<TransactionResult, TransactionFailure> {
    let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
    context.send(&posting, &[&alice])
}

#[test]
fn a_requester_posts_a_batch() {
    // Given: a late seat for every task, and a check for one in eight.
    let mut context = TestContext::with_workers();
    let terms = JobTerms {
        nonce: 42,
        task_count: 5,
        ..checked_terms(11_250)
    };
    let order = context.post_job_params("alice", terms);
    let quote = context.quote(&terms);

    // When
    let result = send(&mut context, order).unwrap();

    // Then
    let handle = JobAddresses::new(order.requester, 42, order.payment);
    let (job, seats) = context.job(&handle);
    assert_header(&job, &handle, &terms);
    assert_eq!(job.posted_at.get(), context.now());
    assert_eq!((job.fee.get(), job.weight.get()), (quote.fee, quote.weight));
    // 1,000 for each of 2.125 seats on average, of which 5 % are 106.25.
    assert_eq!((quote.fee, quote.weight), (107, 214));
    assert_eq!(job.value.get(), VALUE);
    assert_eq!((job.bond.get(), job.lie.get()), (BOND, LIE));
    assert_eq!(job.missed.get(), MISSED);
    let workers = u64::try_from(WORKERS.len()).unwrap();
    assert_eq!(job.total_collateral.get(), workers * COLLATERAL);
    assert_eq!(seats, [Seat::default(); 5 * 2]);
    assert_eq!(job.task_escrow.get(), 3 * PRICE + quote.fee);
    assert_eq!(job.funds.get(), 5 * (3 * PRICE + quote.fee));
    assert_eq!(context.balance(&handle.escrow), job.funds.get());
    assert_eq!(context.balance(&order.source), 0);
    assert_eq!(context.phase(&handle, 4), Phase::Running);

    let event = result.event::<JobPosted>();
    assert_eq!(event.job, handle.address);
    assert_eq!(event.requester, order.requester);
    assert_eq!((event.mint, event.seed), (job.mint, job.seed));
    assert_eq!((event.posted_at, event.funds), (job.posted_at, job.funds));
    assert_eq!((event.fee, event.weight), (job.fee, job.weight));
    assert_eq!(event.value, job.value);
    assert_eq!(event.tasks.get(), 5);
}

fn assert_header(job: &Job, handle: &JobAddresses, terms: &JobTerms) {
    assert_eq!((job.version, job.policy), (1, POLICY_CHECKED));
    assert_eq!((job.late_seats, job.check_bps.get()), (1, 1_250));
    assert_eq!(job.requester, handle.requester);
    assert_eq!(job.mint, handle.payment.mint);
    assert_eq!(job.escrow, handle.escrow);
    let bump = at::escrow_authority(&handle.address).1;
    assert_eq!(job.escrow_bump, bump);
    assert_eq!(job.module, terms.module);
    assert_eq!(job.store, terms.store);
    assert_eq!(job.runtime_id, terms.runtime_id);
    assert_eq!(job.manifest_of(4), Some((terms.manifest, 4)));
    assert_eq!(job.manifest_of(5), None);
    assert_eq!(job.segment_of(0).added_at, job.posted_at);
    assert_eq!(job.price.get(), terms.price);
    assert_eq!(job.fuel.get(), terms.fuel);
    assert_eq!(job.memory_bytes.get(), terms.memory_bytes);
    assert_eq!(job.output_bytes.get(), terms.output_bytes);
    assert_eq!(job.nonce.get(), terms.nonce);
    assert_eq!(job.claim_window.get(), terms.claim_window);
    assert_eq!(job.run_window.get(), terms.run_window);
    assert_eq!(u64::from(job.hold.get()), 2 * HOUR);
    assert_eq!(u64::from(job.open_window.get()), OPEN_WINDOW);
    assert_eq!(u64::from(job.step.get()), STEP);
    assert_eq!(job.reserve.get(), 5);
    assert_eq!(job.task_count.get(), terms.task_count);
    assert_eq!(job.open_tasks.get(), terms.task_count);
    let untouched = [
        job.proven_tasks,
        job.unproven_tasks,
        job.unsettled,
        job.open_rounds,
    ];
    assert!(untouched.iter().all(|count| count.get() == 0));
    assert_eq!(job.fees_due.get(), 0);
}

#[test]
fn while_it_is_paused_nothing_is_posted() {
    let mut context = TestContext::with_workers();
    let order = context.post_job_params("alice", terms());
    context.pause_market(pause::POST);

    let result = send(&mut context, order);

    assert_fails(result, MarketError::Paused);
    context.pause_market(pause::ALL - pause::POST);
    send(&mut context, order).unwrap();
}

/// A hold lasts two run windows, so that whoever doubts a result can run it, and never less than the parameter says.
#[test]
fn the_hold_follows_from_the_run_window() {
    for (run_window, hold) in [(10, 900), (450, 900), (451, 902)] {
        let mut context = TestContext::with_workers();
        let terms = JobTerms {
            run_window,
            ..terms()
        };
        let handle = context.post("alice", terms);
        assert_eq!(context.job(&handle).0.hold.get(), hold);
    }
}

#[test]
fn the_seed_follows_from_the_newest_slot_hash_the_job_and_its_terms() {
    let mut context = TestContext::with_workers();
    let (one, other) = (context.post("alice", terms()), {
        let terms = JobTerms {
            nonce: 1,
            ..terms()
        };
        context.post("alice", terms)
    });
    let hash = context.newest_slot_hash();
    for handle in [one, other] {
        let (job, _) = context.job(&handle);
        let unseeded = Job {
            seed: [0; 32],
            ..job
        };
        let header = &anchor_lang::bytemuck::bytes_of(&unseeded)[..SEEDED_LEN];
        let expected = sha256v(&[&hash, handle.address.as_ref(), header]);
        assert_eq!(job.seed, expected);
    }
}

/// Otherwise somebody could post a job on accounts that another one created and funded in an earlier transaction.
#[test]
fn a_job_is_posted_only_at_the_address_of_its_requester_and_nonce() {
    let mut context = TestContext::with_workers();
    let order = context.post_job_params("alice", terms());
    let mut posting = context.post_job_instructions(order);
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    let post = posting.pop().unwrap();
    let stolen = replace_account(post, &alice.pubkey(), &mallory.pubkey());
    posting.push(stolen);
    let result = context.send(&posting, &[&alice, &mallory]);
    assert_fails(result, MarketError::WrongJobAddress);
}

#[test]
fn without_a_slot_hash_there_is_no_job() {
    let mut context = TestContext::with_workers();
    let order = context.post_job_params("alice", terms());
    context.clear_slot_hashes();
    assert_fails(send(&mut context, order), MarketError::NoSlotHash);
}

#[test]
fn a_token_2022_mint_with_metadata_pays_a_job_into_associated_accounts() {
    // Given
    let mut context = TestContext::with_workers();
    let extensions = [token_2022::METADATA_POINTER, token_2022::METADATA];
    let mint = token_2022::mint_with(&mut context, &extensions);
    let payment = token_2022::allow(&mut context, mint);

    // When
    let handle = token_2022::post(&mut context, "alice", payment, terms());

    // Then
    let escrow = TokenAccount::parse(&context.data(&handle.escrow)).unwrap();
    assert_eq!(escrow.amount, context.quote(&terms()).escrow);
    assert_eq!(escrow.authority, handle.escrow_authority);

    context.complete_task(&handle, 0, &["bob"], "42");
    context.end_hold(&handle);
    let bob = context.address_of("bob");
    let ata = token_2022::associated_account(&mut context, &mint, &bob);
    let collect = market::collect_pay(&handle, &bob, vec![0]);
    context.crank(collect).unwrap();
    assert_eq!(token_2022::balance(&context, &ata), PRICE);
    let alice = context.actor("alice");
    token_2022::associated_account(&mut context, &mint, &alice.pubkey());
    let close = market::close_job(&handle);
    context.send(&[close], &[&alice]).unwrap();
    assert!(!context.exists(&handle.address) && !context.exists(&handle.escrow));
}

#[test]
fn a_closed_mint_takes_no_new_jobs() {
    let mut context = TestContext::with_workers();
    let (order, governance) = (
        context.post_job_params("alice", terms()),
        context.actor("governance"),
    );
    let close = market::set_mint_admits(governance.pubkey(), &order.payment.mint, false);
    context.send(&[close], &[&governance]).unwrap();
    let result = send(&mut context, order);
    assert_fails(result, MarketError::MintNotAdmitted);
}

#[test]
fn a_job_is_posted_once() {
    let mut context = TestContext::with_workers();
    let order = context.post_job_params("alice", terms());
    let posting = context.post_job_instructions(order);
    let alice = context.actor("alice");
    context.send(&posting, &[&alice]).unwrap();
    context.advance(1);
    let result = context.send(&posting[4..], &[&alice]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintZero));
}

#[test]
fn the_account_holds_exactly_the_seats() {
    for (created_for, posted) in [(2, 1), (1, 2)] {
        let mut context = TestContext::with_workers();
        let alice = context.actor("alice");
        let mut posting_of = |task_count| {
            let order = context.post_job_params(
                "alice",
                JobTerms {
                    task_count,
                    ..terms()
                },
            );
            context.post_job_instructions(order)
        };
        let (other, mut posting) = (posting_of(created_for), posting_of(posted));
        posting[0] = other[0].clone();
        let result = context.send(&posting, &[&alice]);
        assert_fails(result, MarketError::WrongJobSize);
    }
}

#[test]
fn an_account_holds_ten_thousand_tasks() {
    let mut context = TestContext::with_workers();
    let terms = JobTerms {
        task_count: 10_000,
        ..terms()
    };
    let handle = context.post("alice", terms);
    assert_eq!(
        context.data(&handle.address).len(),
        JobAccount::space_for(10_000)
    );
    let last = TaskSeat {
        task: 9_999,
        ..FIRST
    };
    context.claim("bob", &handle, last).unwrap();
}
