//! Posting a job. Rules about the terms and about the escrow have files of their own.

mod escrow;
mod terms_rules;

use super::{market_with_workers, token_2022};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, PaymentMintInfo, PostJobParams},
    market::{terms, PRICE, RAMP, REVEAL_WINDOW},
    pda::market as at,
    replace_account, ErrorCode, Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::{
    error::MarketError,
    event::JobPosted,
    state::{Job, JobAccount, JobTerms, Params, SeatState, POLICY_REPLICATED},
};
use assay_shared::{
    hash::sha256v,
    token::{TokenAccount, TOKEN_2022},
};

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
    // Given
    let mut context = market_with_workers();
    let terms = JobTerms {
        nonce: 42,
        task_count: 5,
        ..terms()
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
    assert_eq!(
        job.claim_until.get(),
        context.now() + terms.claim_window as i64
    );
    let params: Params = context.account(&at::params());
    assert_eq!(
        (job.reveal_window.get(), job.ramp.get()),
        (REVEAL_WINDOW, RAMP)
    );
    assert_eq!(job.sortition_unit, params.sortition_unit);
    assert_eq!((job.fee.get(), job.weight.get()), (quote.fee, quote.weight));
    assert_eq!(job.bond.get(), quote.bond);
    assert_eq!(job.reject_cut.get(), quote.reject_cut);
    assert_eq!(job.missed_cut.get(), quote.missed_cut);
    assert_eq!(seats.len(), 5 * 4);
    assert!(seats.iter().all(|s| s.state() == SeatState::Untouched));
    assert_eq!(job.funds.get(), 5 * (3 * PRICE + quote.fee));
    assert_eq!(context.balance(&handle.escrow), job.funds.get());
    assert_eq!(context.balance(&order.source), 0);

    let event = result.event::<JobPosted>();
    assert_eq!(event.job, handle.address);
    assert_eq!(event.requester, order.requester);
    assert_eq!(event.seed, job.seed);
    assert_eq!((event.posted_at, event.funds), (job.posted_at, job.funds));
    assert_eq!((event.fee, event.weight), (job.fee, job.weight));
    assert_eq!(event.bond, job.bond);
    assert_eq!(event.reject_cut, job.reject_cut);
    assert_eq!(event.missed_cut, job.missed_cut);
    assert_eq!(event.tasks.get(), 5);
}

fn assert_header(job: &Job, handle: &JobAddresses, terms: &JobTerms) {
    assert_eq!(job.requester, handle.requester);
    assert_eq!(job.mint, handle.payment.mint);
    assert_eq!(job.escrow, handle.escrow);
    assert_eq!(job.module, terms.module);
    assert_eq!(job.store, terms.store);
    assert_eq!(job.manifest_of(4), Some((terms.manifest, 4)));
    assert_eq!(job.manifest_of(5), None);
    assert_eq!(job.price.get(), terms.price);
    assert_eq!(job.fuel.get(), terms.fuel);
    assert_eq!(job.memory_bytes.get(), terms.memory_bytes);
    assert_eq!(job.output_bytes.get(), terms.output_bytes);
    assert_eq!(job.nonce.get(), terms.nonce);
    assert_eq!(job.run_window.get(), terms.run_window);
    assert_eq!(job.task_count.get(), terms.task_count);
    assert_eq!(job.open_tasks.get(), terms.task_count);
    assert_eq!((job.replicas, job.quorum, job.spares), (3, 2, 1));
    assert_eq!(job.policy, POLICY_REPLICATED);
    let untouched = [job.accepted_tasks, job.refunded_tasks, job.uncollected];
    assert!(untouched.iter().all(|count| count.get() == 0));
    assert_eq!(job.fees_due.get(), 0);
}

#[test]
fn the_committee_follows_from_the_newest_slot_hash_the_job_and_its_terms() {
    let mut context = market_with_workers();
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
        let header = anchor_lang::bytemuck::bytes_of(&unseeded);
        let expected = sha256v(&[&hash, handle.address.as_ref(), header]);
        assert_eq!(job.seed, expected);
    }
}

/// Otherwise somebody could post a job on accounts that another one created and funded in an earlier transaction.
#[test]
fn a_job_is_posted_only_at_the_address_of_its_requester_and_nonce() {
    let mut context = market_with_workers();
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
    let mut context = market_with_workers();
    let order = context.post_job_params("alice", terms());
    context.clear_slot_hashes();
    assert_fails(send(&mut context, order), MarketError::NoSlotHash);
}

#[test]
fn a_plain_token_2022_mint_pays_a_job_into_associated_accounts() {
    // Given
    let mut context = market_with_workers();
    let mint = token_2022::plain_mint(&mut context);
    let (alice, treasury) = (context.address_of("alice"), context.address_of("treasury"));
    let payment = PaymentMintInfo {
        mint,
        token_program: TOKEN_2022,
        fee_vault: token_2022::associated_account(&mut context, &mint, &treasury),
    };
    context.allow_mint(payment);
    let source = token_2022::account(&mut context, &mint, &alice);
    token_2022::mint_tokens(&mut context, &mint, &source, 10_000);

    // When
    let order = PostJobParams {
        requester: alice,
        payment,
        source,
        escrow: context.quote(&terms()).escrow,
        terms: terms(),
    };
    send(&mut context, order).unwrap();

    // Then
    let handle = JobAddresses::new(alice, 0, payment);
    let escrow = TokenAccount::parse(&context.data(&handle.escrow)).unwrap();
    assert_eq!(escrow.amount, order.escrow);
    assert_eq!(escrow.authority, handle.escrow_authority);

    let single = [("bob", "42"), ("carol", "42"), ("dave", "42")];
    context.complete_task(&handle, 0, &single);
    context.settle(&handle, 0).unwrap();
    let anyone = context.actor("anyone");
    for (seat, (name, _)) in (0..).zip(single) {
        let (worker, owner) = (context.worker_of(name), context.address_of(name));
        let ata = token_2022::associated_account(&mut context, &mint, &owner);
        let collect = market::collect_pay(&handle, worker, ata, vec![seat]);
        context.send(&[collect], &[&anyone]).unwrap();
        assert_eq!(token_2022::balance(&context, &ata), PRICE);
    }
    let refund = token_2022::associated_account(&mut context, &mint, &alice);
    let (close, alice) = (market::close_job(&handle, refund), context.actor("alice"));
    context.send(&[close], &[&alice]).unwrap();
}

#[test]
fn a_job_is_posted_once() {
    let mut context = market_with_workers();
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
        let mut context = market_with_workers();
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
fn an_account_holds_hundreds_of_tasks() {
    let mut context = market_with_workers();
    let terms = JobTerms {
        task_count: 500,
        ..terms()
    };
    let handle = context.post("alice", terms);
    assert_eq!(
        context.data(&handle.address).len(),
        JobAccount::space_for(2_000)
    );
    context.claim("bob", &handle, (499, 2)).unwrap();
}
