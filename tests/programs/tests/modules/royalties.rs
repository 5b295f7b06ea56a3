//! What a module's author earns, from the posting of a job to its closing.

use super::{offer, registered, HASH, ROYALTY_BPS};
use assay_harness::{
    assert_fails,
    instruction::{market::JobAddresses, rewards},
    keypairs::address_of,
    market::{checked_terms, terms, FEE_BPS, PRICE},
    Address, Signer, TestContext,
};
use assay_market::{error::MarketError, event::JobClosed, state::JobTerms};

/// Royalty and fee of a task with one seat, base units.
const ROYALTY: u64 = PRICE * ROYALTY_BPS as u64 / 10_000;
const FEE: u64 = PRICE * FEE_BPS / 10_000;

fn with_royalty(terms: JobTerms) -> JobTerms {
    JobTerms {
        author: address_of("author"),
        royalty_bps: ROYALTY_BPS,
        ..terms
    }
}

/// Returns the addresses of a job as its account has them now: with its author once a royalty is due.
fn with_author(context: &TestContext, job: &JobAddresses) -> JobAddresses {
    JobAddresses::from_account(job.address, &context.job(job).0, job.payment)
}

fn money_of(context: &mut TestContext, name: &str) -> u64 {
    let (mint, owner) = (context.payment_mint(), context.address_of(name));
    let ata = context.ata(&mint, &owner);
    context.balance(&ata)
}

#[test]
fn a_royalty_is_paid_for_every_proven_task_at_the_closing() {
    // Given: of two tasks one is proven, one is taken back
    let mut context = registered();
    let terms = with_royalty(JobTerms {
        task_count: 2,
        ..terms()
    });
    let job = context.post("alice", terms);
    let header = context.job(&job).0;
    assert_eq!(header.author, context.address_of("author"));
    assert_eq!(header.royalty.get(), ROYALTY);
    assert_eq!(header.funds.get(), 2 * (PRICE + FEE + ROYALTY));
    context.complete_task(&job, 0, &["bob"], "42");
    context.end_hold(&job);
    context.cancel("alice", &job, 1, 1).unwrap();
    context.collect("bob", &job, &[0]).unwrap();
    assert_eq!(context.job(&job).0.royalties_due.get(), ROYALTY);
    assert_eq!(money_of(&mut context, "author"), 0);

    // When
    let job = with_author(&context, &job);
    let closed = context.close("alice", &job).unwrap();

    // Then
    let event = closed.event::<JobClosed>();
    assert_eq!((event.fees.get(), event.royalties.get()), (FEE, ROYALTY));
    assert_eq!(event.refunded.get(), PRICE + FEE + ROYALTY);
    assert_eq!(money_of(&mut context, "author"), ROYALTY);
}

/// The base is that of the fee: the price of all seats that a task has on average. Parts of a unit are rounded up.
#[test]
fn a_royalty_counts_the_seats_that_a_task_has_on_average() {
    let mut context = registered();
    let job = context.post("alice", with_royalty(checked_terms(11_250)));
    // 2.5 % of 2.125 prices are 53.125.
    assert_eq!(context.job(&job).0.royalty.get(), 54);
}

#[test]
fn an_unproven_task_owes_no_royalty() {
    let mut context = registered();
    let job = context.post("alice", with_royalty(checked_terms(10_000)));
    let job = with_author(&context, &job);
    context.fill_seats(&job, 0, &[("bob", "42"), ("carol", "43")]);
    context.advance(assay_harness::market::OPEN_WINDOW);
    context.expire(&job, 0).unwrap();
    context.collect("bob", &job, &[0]).unwrap();
    context.collect("carol", &job, &[1]).unwrap();

    let closed = context.close("alice", &job).unwrap();

    assert_eq!(closed.event::<JobClosed>().royalties.get(), 0);
    assert_eq!(money_of(&mut context, "author"), 0);
}

#[test]
fn a_job_keeps_author_and_royalty_of_its_posting() {
    let mut context = registered();
    let job = context.post("alice", with_royalty(terms()));
    offer(&mut context, "heir");
    let heir = context.actor("heir");
    let accept = rewards::accept_module(heir.pubkey(), &HASH);
    context.send(&[accept], &[&heir]).unwrap();
    let author = context.address_of("author");
    let retire = rewards::retire_module(heir.pubkey(), author, &HASH);
    context.send(&[retire], &[&heir]).unwrap();

    context.complete_task(&job, 0, &["bob"], "42");
    context.end_hold(&job);
    context.collect("bob", &job, &[0]).unwrap();
    context.ata(&job.payment.mint, &author);
    let job = with_author(&context, &job);
    context.close("alice", &job).unwrap();

    assert_eq!(money_of(&mut context, "author"), ROYALTY);
    assert_eq!(money_of(&mut context, "heir"), 0);
}

/// Nobody gains by registering a module: the requester names the record, or no royalty is due.
#[test]
fn without_the_requesters_agreement_no_royalty_is_due() {
    let mut context = registered();
    let job = context.post("alice", terms());
    let header = context.job(&job).0;
    assert_eq!(header.module, HASH);
    assert_eq!(header.author, Address::default());
    assert_eq!((header.royalty.get(), header.funds.get()), (0, PRICE + FEE));
}

#[test]
fn an_author_and_a_royalty_belong_together_and_the_royalty_has_a_limit() {
    let author = address_of("author");
    let cases = [
        (author, 0, false),
        (Address::default(), 1, false),
        (author, 2_001, false),
        (author, u16::MAX, false),
        (author, 1, true),
        (author, 2_000, true),
    ];
    for (author, royalty_bps, fits) in cases {
        let mut context = TestContext::with_workers();
        let terms = JobTerms {
            author,
            royalty_bps,
            ..terms()
        };
        let order = context.post_job_params("alice", terms);
        let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
        let result = context.send(&posting, &[&alice]);
        if fits {
            result.unwrap();
        } else {
            assert_fails(result, MarketError::WrongRoyalty);
        }
    }
}
