use super::{checked, finished, money_of, CHECK, FIRST};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    market::{checked_terms, terms, BOND, PRICE},
    replace_account, token_2022, Address, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    state::{JobTerms, Source},
};

/// Returns the account that an actor is paid into.
fn account_of(context: &mut TestContext, name: &str, job: &JobAddresses) -> Address {
    let owner = context.address_of(name);
    context.ata(&job.payment.mint, &owner)
}

/// Returns a market and a job of alice with two tasks, which bob ended.
fn two_tasks() -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let terms = JobTerms {
        task_count: 2,
        ..terms()
    };
    let job = finished(&mut context, terms, &["bob"]);
    context.complete_task(&job, 1, &["bob"], "42");
    context.end_hold(&job);
    (context, job)
}

#[test]
fn freezes_the_fee_vault() {
    // Loss if it worked: no job of the mint closes, and every requester's leftover money and rent stay.
    let (mut context, job) = two_tasks();
    context.collect("bob", &job, &[0, 1]).unwrap();
    context.mint_to_account(&job.payment.mint, &job.escrow, 77);
    context.freeze(&job.payment.fee_vault);

    context.close("alice", &job).unwrap();

    assert_eq!(money_of(&mut context, "alice", &job), 77);
    assert_eq!(context.job(&job).1.len(), 0);
}

#[test]
fn freezes_the_refund() {
    // Loss if it worked: the fees of the job stay, and its rent.
    let (mut context, job) = two_tasks();
    context.collect("bob", &job, &[0, 1]).unwrap();
    context.mint_to_account(&job.payment.mint, &job.escrow, 77);
    let refund = account_of(&mut context, "alice", &job);
    context.freeze(&refund);
    let due = context.job(&job).0.fees_due.get();

    context.close("alice", &job).unwrap();

    assert_eq!(context.balance(&job.payment.fee_vault), due);
    assert_eq!(context.balance(&job.escrow), 77);
}

#[test]
fn freezes_the_escrow() {
    // Loss if it worked: bonds stay bound, and the weight of the epoch is lost, as long as the issuer wants.
    let (mut context, job) = two_tasks();
    context.freeze(&job.escrow);

    context.hold("bob", &job, &[0, 1], None).unwrap();

    let worker = context.worker_account("bob");
    assert_eq!(worker.locked.get(), 0);
    assert!(worker.work(0).is_some());
}

#[test]
fn freezes_a_payee() {
    // Loss if it worked: a job never closes because one of its workers is frozen.
    let mut context = TestContext::with_workers();
    let job = finished(&mut context, checked_terms(10_000), &["bob", "carol"]);
    let account = account_of(&mut context, "bob", &job);
    context.freeze(&account);

    context.hold("bob", &job, &[0], None).unwrap();
    context.collect("carol", &job, &[1]).unwrap();
    context.close("alice", &job).unwrap();

    context.thaw(&account);
    context.collect_held("bob", &job.payment.mint).unwrap();
    assert_eq!(money_of(&mut context, "bob", &job), PRICE);
}

#[test]
fn freezes_a_payee_and_its_worker() {
    // Loss if it worked: the bond stays bound, and the weight of the epoch is lost.
    let mut context = TestContext::with_workers();
    let job = finished(&mut context, terms(), &["bob"]);
    let own = account_of(&mut context, "bob", &job);
    let held = context.held_account("bob", &job.payment.mint);
    context.freeze(&own);
    context.freeze(&held);

    context.hold("bob", &job, &[0], None).unwrap();

    assert_eq!(context.worker_account("bob").locked.get(), 0);
    assert!(context.worker_account("bob").work(0).is_some());
}

/// Token-2022 refuses a transfer without a memo to an account whose owner asks for one, and programs cannot send one.
#[test]
fn asks_for_memos() {
    // Loss if it worked: a payee keeps the job from closing until it is paid to stop.
    let mut context = TestContext::with_workers();
    let mint = token_2022::plain_mint(&mut context);
    let payment = token_2022::allow(&mut context, mint);
    let job = token_2022::post(&mut context, "alice", payment, terms());
    context.complete_task(&job, 0, &["bob"], "42");
    context.end_hold(&job);
    let (bob, worker) = (context.actor("bob"), context.worker_of("bob"));
    let own = token_2022::associated_account(&mut context, &mint, &bob.pubkey());
    let held = token_2022::associated_account(&mut context, &mint, &worker);
    token_2022::require_memos(&mut context, &own, &bob);

    let hold = market::hold_pay(&job, &bob.pubkey(), vec![0], None);
    context.crank(hold).unwrap();

    assert_eq!(token_2022::balance(&context, &held), PRICE);
    let alice = context.actor("alice");
    token_2022::associated_account(&mut context, &mint, &alice.pubkey());
    let close = market::close_job(&job);
    context.send(&[close], &[&alice]).unwrap();
    assert!(!context.exists(&job.address));
}

#[test]
fn holds_pay_that_could_be_paid() {
    // Loss if it worked: pay lies where its owner does not look, and jobs of honest requesters stay open.
    let (mut context, job) = two_tasks();

    let result = context.hold("bob", &job, &[0], None);

    assert_fails(result, MarketError::NotFrozen);
    context.collect("bob", &job, &[0]).unwrap();
    assert_eq!(money_of(&mut context, "bob", &job), PRICE);
}

#[test]
fn holds_pay_with_itself() {
    // Loss if it worked: the pay of every worker whose account is frozen.
    let (mut context, job) = two_tasks();
    let own = account_of(&mut context, "bob", &job);
    context.freeze(&own);
    let held = context.held_account("bob", &job.payment.mint);
    let mine = account_of(&mut context, "mallory", &job);
    let bob = context.address_of("bob");

    let hold = market::hold_pay(&job, &bob, vec![0], None);
    let result = context.crank(replace_account(hold, &held, &mine));

    assert_fails(result, MarketError::WrongTokenAccount);
    assert_eq!(money_of(&mut context, "mallory", &job), 0);
}

#[test]
fn freezes_an_account_of_its_own_instead() {
    // Loss if it worked: anybody takes the pay of others out of the way of their accounts.
    let (mut context, job) = two_tasks();
    let own = account_of(&mut context, "bob", &job);
    let mine = account_of(&mut context, "mallory", &job);
    context.freeze(&mine);
    context.held_account("bob", &job.payment.mint);
    let bob = context.address_of("bob");

    let hold = market::hold_pay(&job, &bob, vec![0], None);
    let result = context.crank(replace_account(hold, &own, &mine));

    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn collects_held_pay_for_itself() {
    // Loss if it worked: the pay of every worker whose account was frozen.
    let (mut context, job) = two_tasks();
    let own = account_of(&mut context, "bob", &job);
    context.freeze(&own);
    context.hold("bob", &job, &[0], None).unwrap();
    let (bob, mint) = (context.address_of("bob"), job.payment.mint);
    let mine = account_of(&mut context, "mallory", &job);

    let collect = market::collect_held(&bob, &mint, &job.payment.token_program);
    let result = context.crank(replace_account(collect, &own, &mine));

    assert_fails(result, MarketError::WrongTokenAccount);
    context.thaw(&own);
    context.collect_held("bob", &mint).unwrap();
    assert_eq!(money_of(&mut context, "bob", &job), PRICE);
}

#[test]
fn collects_a_released_seat_twice() {
    // Loss if it worked: the escrow of the other tasks pays one seat again and again.
    let (mut context, job) = two_tasks();
    context.freeze(&job.escrow);
    context.hold("bob", &job, &[0], None).unwrap();
    context.thaw(&job.escrow);

    context.collect("bob", &job, &[0]).unwrap();
    let again = context.collect("bob", &job, &[0]);

    assert_fails(again, MarketError::AlreadySettled);
    assert_eq!(money_of(&mut context, "bob", &job), PRICE);
}

#[test]
fn collects_anothers_released_seat() {
    // Loss if it worked: whoever calls first takes the pay of any released seat.
    let (mut context, job) = two_tasks();
    context.freeze(&job.escrow);
    context.hold("bob", &job, &[0], None).unwrap();
    context.thaw(&job.escrow);

    let result = context.collect("carol", &job, &[0]);

    assert_fails(result, MarketError::NotSeatHolder);
    assert_eq!(money_of(&mut context, "carol", &job), 0);
}

#[test]
fn frees_the_bond_of_a_released_seat_twice() {
    // Loss if it worked: collateral that backs other seats is withdrawn, and lies in them cost nothing.
    let (mut context, job) = two_tasks();
    context.freeze(&job.escrow);
    context.hold("bob", &job, &[0], None).unwrap();
    context.thaw(&job.escrow);
    assert_eq!(context.worker_account("bob").locked.get(), BOND);

    context.collect("bob", &job, &[0]).unwrap();

    assert_eq!(context.worker_account("bob").locked.get(), BOND);
}

#[test]
fn weighs_a_released_seat_twice() {
    // Loss if it worked: emission for the same work twice.
    let (mut context, job) = two_tasks();
    context.freeze(&job.escrow);
    context.hold("bob", &job, &[0], None).unwrap();
    context.thaw(&job.escrow);
    let once = context.job(&job).0.weight;

    context.collect("bob", &job, &[0]).unwrap();

    let worker = context.worker_account("bob");
    assert_eq!(worker.work(0).unwrap().weight, once);
}

#[test]
fn closes_the_job_over_a_released_seat() {
    // Loss if it worked: the requester takes the pay of seats that were released while the escrow was frozen.
    let mut context = TestContext::with_workers();
    let job = finished(&mut context, terms(), &["bob"]);
    context.freeze(&job.escrow);
    context.hold("bob", &job, &[0], None).unwrap();
    context.thaw(&job.escrow);

    let result = context.close("alice", &job);

    assert_fails(result, MarketError::JobNotFinished);
    context.collect("bob", &job, &[0]).unwrap();
    context.close("alice", &job).unwrap();
    assert_eq!(money_of(&mut context, "bob", &job), PRICE);
}

#[test]
fn closes_the_check_over_a_released_seat() {
    // Loss if it worked: the pay of a check that was released while the escrow was frozen.
    let mut context = TestContext::with_workers();
    let job = checked(&mut context, checked_terms(9_999), &["bob"]);
    context.end_hold(&job);
    context.freeze(&job.escrow);
    context.hold("carol", &job, &[], Some(CHECK.task)).unwrap();
    context.thaw(&job.escrow);

    let result = context.close_round(&job, CHECK.task, Source::Check);

    assert_fails(result, MarketError::RoundNotDone);
    context.collect_check("carol", &job, CHECK.task).unwrap();
    assert_eq!(money_of(&mut context, "carol", &job), PRICE);
}

#[test]
fn extends_a_job_that_owes() {
    // Loss if it worked: the seats grow back empty, and tasks that are over are claimed and paid again.
    let mut context = TestContext::with_workers();
    let long = JobTerms {
        claim_window: 2 * terms().claim_window,
        ..terms()
    };
    let job = finished(&mut context, long, &["bob"]);
    context.collect("bob", &job, &[0]).unwrap();
    let extension = context.extension(&job, 1, [9; 32]);
    context.freeze(&job.payment.fee_vault);
    context.close("alice", &job).unwrap();
    let alice = context.actor("alice");

    let result = context.send(&market::extend_job(&job, extension), &[&alice]);

    assert_fails(result, MarketError::ClaimingOver);
    let claim = context.claim_now("bob", &job, FIRST);
    assert_fails(claim, MarketError::NoSuchTask);
}

#[test]
fn refunds_itself_while_something_is_owed() {
    // Loss if it worked: the requester's leftover money, taken by whoever calls next.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.cancel("alice", &job, 0, 1).unwrap();
    let refund = account_of(&mut context, "alice", &job);
    context.freeze(&refund);
    context.close("alice", &job).unwrap();
    let mine = account_of(&mut context, "mallory", &job);

    let close = market::close_job(&job);
    let result = context.crank(replace_account(close, &refund, &mine));

    assert_fails(result, MarketError::WrongTokenAccount);
}
