//! Attacks on royalties and on the authorship of modules.

use assay_harness::{
    assert_fails,
    instruction::{
        market::{self, JobAddresses},
        rewards,
    },
    keypairs::address_of,
    market::{terms, FEE_BPS, PRICE},
    pda::{self, rewards as at},
    replace_account, Address, Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::{error::MarketError, event::JobClosed, state::JobTerms};
use assay_rewards::{error::RewardsError, state::Module};

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

/// Hash of the module of all jobs here.
const HASH: [u8; 32] = [1; 32];
const ROYALTY_BPS: u16 = 1_000;
const ROYALTY: u64 = PRICE * ROYALTY_BPS as u64 / 10_000;
const FEE: u64 = PRICE * FEE_BPS / 10_000;

/// Registers the module for the actor.
fn register(context: &mut TestContext, name: &str, royalty_bps: u16) -> Sent {
    let author = context.actor(name);
    let register = rewards::register_module(author.pubkey(), HASH, royalty_bps, [0; 96]);
    context.send(&[register], &[&author])
}

/// Returns a market in which the actor "author" has registered the module.
fn registered() -> TestContext {
    let mut context = TestContext::with_workers();
    register(&mut context, "author", ROYALTY_BPS).unwrap();
    context
}

/// Returns a finished job of alice that owes the actor "author" a royalty.
fn owing(context: &mut TestContext) -> JobAddresses {
    let terms = JobTerms {
        author: address_of("author"),
        royalty_bps: ROYALTY_BPS,
        ..terms()
    };
    finished(context, terms)
}

fn finished(context: &mut TestContext, terms: JobTerms) -> JobAddresses {
    let job = context.post("alice", terms);
    context.complete_task(&job, 0, &["bob"], "42");
    context.end_hold(&job);
    context.collect("bob", &job, &[0]).unwrap();
    JobAddresses::from_account(job.address, &context.job(&job).0, job.payment)
}

fn money_of(context: &mut TestContext, name: &str, job: &JobAddresses) -> u64 {
    let owner = context.address_of(name);
    let ata = context.ata(&job.payment.mint, &owner);
    context.balance(&ata)
}

fn record(context: &TestContext) -> Module {
    context.account(&at::module(&HASH))
}

/// Loss if it worked: whoever registers the work of others first takes a part of every job that uses it.
#[test]
fn registers_the_module_of_another() {
    let mut context = TestContext::with_workers();
    register(&mut context, "squatter", 2_000).unwrap();

    let job = finished(&mut context, terms());
    let closed = context.close("alice", &job).unwrap();

    let event = closed.event::<JobClosed>();
    assert_eq!((event.fees.get(), event.royalties.get()), (FEE, 0));
    assert_eq!(money_of(&mut context, "squatter", &job), 0);
}

/// Loss if it worked: a second record with another royalty stands beside the author's.
#[test]
fn registers_a_module_twice() {
    let mut context = registered();
    let result = register(&mut context, "squatter", 2_000);
    assert_fails(result, assay_harness::account_exists());
    assert_eq!(record(&context).author, context.address_of("author"));
}

/// Loss if it worked: jobs that are on their way pay more than their requesters agreed to.
#[test]
fn raises_the_royalty_of_a_job() {
    let mut context = registered();
    let job = owing(&mut context);
    let author = context.actor("author");
    let retire = rewards::retire_module(author.pubkey(), author.pubkey(), &HASH);
    context.send(&[retire], &[&author]).unwrap();
    register(&mut context, "author", 2_000).unwrap();
    assert_eq!(record(&context).royalty_bps.get(), 2_000);

    context.ata(&job.payment.mint, &job.author);
    let closed = context.close("alice", &job).unwrap();

    assert_eq!(closed.event::<JobClosed>().royalties.get(), ROYALTY);
    assert_eq!(money_of(&mut context, "author", &job), ROYALTY);
}

/// Loss if it worked: a royalty takes what workers and fees need, or a bound that clients rely on.
#[test]
fn asks_for_a_royalty_above_the_largest() {
    let mut context = TestContext::with_workers();
    let result = register(&mut context, "author", 2_001);
    assert_fails(result, RewardsError::RoyaltyTooHigh);
    let mut order = context.post_job_params("alice", terms());
    order.terms.author = address_of("author");
    order.terms.royalty_bps = 2_001;
    let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
    let result = context.send(&posting, &[&alice]);
    assert_fails(result, MarketError::WrongRoyalty);
}

/// Loss if it worked: royalties that no account can ever receive keep the job from closing.
#[test]
fn owes_a_royalty_to_nobody() {
    let mut context = TestContext::with_workers();
    let mut order = context.post_job_params("alice", terms());
    order.terms.royalty_bps = 1;
    let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
    let result = context.send(&posting, &[&alice]);
    assert_fails(result, MarketError::WrongRoyalty);
}

/// Loss if it worked: whoever closes a job takes the author's money.
#[test]
fn takes_the_royalty_of_an_author() {
    let mut context = registered();
    let job = owing(&mut context);
    let mallory = context.address_of("mallory");
    let own = context.ata(&job.payment.mint, &mallory);
    let authors = pda::ata(&job.author, &job.payment.mint);
    context.ata(&job.payment.mint, &job.author);
    context.ata(&job.payment.mint, &job.requester);
    let alice = context.actor("alice");

    let close = replace_account(market::close_job(&job), &authors, &own);
    let result = context.send(&[close], &[&alice]);

    assert_fails(result, MarketError::WrongTokenAccount);
    assert_eq!(context.balance(&own), 0);
    context.close("alice", &job).unwrap();
    assert_eq!(context.balance(&authors), ROYALTY);
}

/// Loss if it worked: the requester takes the royalty back by naming no account for it.
#[test]
fn closes_a_job_without_its_author() {
    let mut context = registered();
    let job = owing(&mut context);
    let without = JobAddresses {
        author: Address::default(),
        ..job
    };

    let result = context.close("alice", &without);

    assert_fails(result, MarketError::WrongTokenAccount);
    assert!(context.exists(&job.address));
}

/// Lets the actor send an instruction about the module and asserts that it is refused.
#[track_caller]
fn assert_refused(
    context: &mut TestContext,
    name: &str,
    step: impl FnOnce(Address) -> assay_harness::Instruction,
    rule: RewardsError,
) {
    let signer = context.actor(name);
    let before = context.data(&at::module(&HASH));
    let result = context.send(&[step(signer.pubkey())], &[&signer]);
    assert_fails(result, rule);
    assert_eq!(context.data(&at::module(&HASH)), before);
}

/// Loss if it worked: the royalties of all later jobs.
#[test]
fn takes_an_authorship_that_is_offered_to_another() {
    let mut context = registered();
    let (author, heir) = (context.actor("author"), context.address_of("heir"));
    let accept = |signer| rewards::accept_module(signer, &HASH);
    assert_refused(&mut context, "mallory", accept, RewardsError::NotOffered);
    let offer = rewards::offer_module(author.pubkey(), &HASH, heir);
    context.send(&[offer], &[&author]).unwrap();

    let rule = RewardsError::NotOffered;
    assert_refused(&mut context, "mallory", accept, rule);

    let back = rewards::offer_module(author.pubkey(), &HASH, Address::default());
    context.send(&[back], &[&author]).unwrap();
    assert_refused(&mut context, "heir", accept, RewardsError::NotOffered);
}

/// Loss if it worked: anybody gives an authorship away.
#[test]
fn offers_the_module_of_another() {
    let mut context = registered();
    let offer = |signer| rewards::offer_module(signer, &HASH, signer);
    assert_refused(&mut context, "mallory", offer, RewardsError::NotAuthor);
}

/// Loss if it worked: anybody closes the record of a competitor and registers the module for itself.
#[test]
fn retires_the_module_of_another() {
    let mut context = registered();
    let author = context.address_of("author");
    let retire = |signer| rewards::retire_module(signer, author, &HASH);
    assert_refused(&mut context, "mallory", retire, RewardsError::NotAuthor);
}

/// Loss if it worked: the new author takes the rent that the former one paid.
#[test]
fn takes_the_rent_of_a_module() {
    let mut context = registered();
    let (author, heir) = (context.actor("author"), context.actor("heir"));
    let offer = rewards::offer_module(author.pubkey(), &HASH, heir.pubkey());
    context.send(&[offer], &[&author]).unwrap();
    let accept = rewards::accept_module(heir.pubkey(), &HASH);
    context.send(&[accept], &[&heir]).unwrap();

    let retire = |signer| rewards::retire_module(signer, signer, &HASH);
    assert_refused(&mut context, "heir", retire, RewardsError::WrongAccount);
}

/// Loss if it worked: an author that retires its module loses what jobs owe it already.
#[test]
fn owes_nothing_to_a_retired_module() {
    let mut context = registered();
    let job = owing(&mut context);
    let author = context.actor("author");
    let retire = rewards::retire_module(author.pubkey(), author.pubkey(), &HASH);
    context.send(&[retire], &[&author]).unwrap();
    register(&mut context, "squatter", ROYALTY_BPS).unwrap();

    context.ata(&job.payment.mint, &job.author);
    context.close("alice", &job).unwrap();

    assert_eq!(money_of(&mut context, "author", &job), ROYALTY);
    assert_eq!(money_of(&mut context, "squatter", &job), 0);
}
