use super::{checked, finished, money_of, Sent, CHECK, FIRST};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, PostJobParams, TaskSeat},
    market::{checked_terms, terms, PRICE},
    pda, replace_account, Address, TestContext,
};
use assay_market::{
    error::MarketError,
    state::{JobTerms, Source},
};
use assay_shared::token::TOKEN;

/// Offset in a token account of its authority.
const AUTHORITY: usize = 32;
/// Offset in a token account of the flag that says whether there is a delegate.
const DELEGATE_FLAG: usize = 72;
/// Offset in a token account of the flag that says whether there is a close authority. Its address follows.
const CLOSER_FLAG: usize = 129;

/// Gives a token account a close authority.
fn set_closer(context: &mut TestContext, account: &Address, closer: &Address) {
    context.edit_data(account, |data| {
        data[CLOSER_FLAG] = 1;
        data[CLOSER_FLAG + 4..][..32].copy_from_slice(closer.as_ref());
    });
}

#[test]
fn pays_into_an_account_of_its_choice() {
    // Loss if it worked: pay lies where its owner does not look, and the caller takes the rent.
    let mut context = TestContext::with_workers();
    let job = finished(&mut context, terms(), &["bob"]);
    let (bob, mallory) = (context.address_of("bob"), context.address_of("mallory"));
    let ata = context.ata(&job.payment.mint, &bob);
    let trap = context.clone_with_owner(&ata, "mallory's trap", &TOKEN);
    set_closer(&mut context, &trap, &mallory);
    let before = context.data(&job.address);

    let collect = market::collect_pay(&job, &bob, vec![0]);
    let result = context.crank(replace_account(collect, &ata, &trap));

    assert_fails(result, MarketError::WrongTokenAccount);
    assert_eq!(context.data(&job.address), before);
    assert_eq!(context.balance(&trap), 0);
}

#[test]
fn holds_the_escrow_to_ransom() {
    // Loss if it worked: a payee that passed its account on cannot be paid, and the job never closes.
    let mut context = TestContext::with_workers();
    let job = finished(&mut context, terms(), &["bob"]);
    let (bob, mallory) = (context.address_of("bob"), context.address_of("mallory"));
    let ata = context.ata(&job.payment.mint, &bob);
    context.edit_data(&ata, |data| {
        data[AUTHORITY..][..32].copy_from_slice(mallory.as_ref());
    });
    let before = context.balance(&ata);

    context.collect("bob", &job, &[0]).unwrap();

    assert_eq!(context.balance(&ata), before + PRICE);
    context.close("alice", &job).unwrap();
}

#[test]
fn collects_a_seat_twice() {
    // Loss if it worked: the escrow of the other tasks pays one seat again and again.
    let mut context = TestContext::with_workers();
    let terms = JobTerms {
        task_count: 2,
        ..terms()
    };
    let job = finished(&mut context, terms, &["bob"]);
    context.complete_task(&job, 1, &["bob"], "42");
    context.end_hold(&job);
    let seats: [&[u32]; 2] = [&[0, 0], &[0]];

    let at_once = context.collect("bob", &job, seats[0]);
    context.collect("bob", &job, seats[1]).unwrap();
    let one_after_another = context.collect("bob", &job, seats[1]);

    assert_fails(at_once, MarketError::AlreadySettled);
    assert_fails(one_after_another, MarketError::AlreadySettled);
    assert_eq!(money_of(&mut context, "bob", &job), PRICE);
}

#[test]
fn collects_anothers_seat() {
    // Loss if it worked: whoever calls first takes the pay of any seat.
    let mut context = TestContext::with_workers();
    let terms = JobTerms {
        task_count: 2,
        ..terms()
    };
    let job = finished(&mut context, terms, &["bob"]);
    let other = TaskSeat { task: 1, seat: 0 };
    context.claim("carol", &job, other).unwrap();

    let result = context.collect("carol", &job, &[0]);

    assert_fails(result, MarketError::NotSeatHolder);
    assert_eq!(money_of(&mut context, "carol", &job), 0);
}

#[test]
fn collects_from_another_escrow() {
    // Loss if it worked: one job pays for the work of another.
    let mut context = TestContext::with_workers();
    let rich = context.post(
        "victim",
        JobTerms {
            task_count: 10,
            ..terms()
        },
    );
    let job = finished(&mut context, terms(), &["bob"]);
    let bob = context.address_of("bob");
    context.ata(&job.payment.mint, &bob);
    let victims = context.balance(&rich.escrow);

    let collect = market::collect_pay(&job, &bob, vec![0]);
    let escrow_only = replace_account(collect.clone(), &job.escrow, &rich.escrow);
    let both = replace_account(
        escrow_only.clone(),
        &job.escrow_authority,
        &rich.escrow_authority,
    );

    for forged in [escrow_only, both] {
        assert_fails(context.crank(forged), MarketError::WrongAccount);
    }
    assert_eq!(context.balance(&rich.escrow), victims);
    context.crank(collect).unwrap();
}

#[test]
fn closes_the_job_over_a_running_task() {
    // Loss if it worked: workers work for an escrow that is empty.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.claim("bob", &job, FIRST).unwrap();

    let result = context.close("alice", &job);

    assert_fails(result, MarketError::JobNotFinished);
    assert!(context.exists(&job.address));
}

#[test]
fn closes_the_job_before_all_are_paid() {
    // Loss if it worked: honest workers find the escrow empty.
    let mut context = TestContext::with_workers();
    let job = finished(&mut context, checked_terms(10_000), &["bob", "carol"]);
    context.collect("bob", &job, &[0]).unwrap();

    let result = context.close("alice", &job);

    assert_fails(result, MarketError::JobNotFinished);
    context.collect("carol", &job, &[1]).unwrap();
    context.close("alice", &job).unwrap();
    assert_eq!(money_of(&mut context, "carol", &job), PRICE);
}

#[test]
fn closes_the_job_over_an_open_check() {
    // Loss if it worked: the check is never paid, and its bond is bound for ever.
    let mut context = TestContext::with_workers();
    let job = checked(&mut context, checked_terms(9_999), &["bob"]);
    context.end_hold(&job);
    context.collect("bob", &job, &[0]).unwrap();

    let unpaid = context.close("alice", &job);
    context.collect_check("carol", &job, 0).unwrap();
    let not_closed = context.close("alice", &job);

    assert_fails(unpaid, MarketError::JobNotFinished);
    assert_fails(not_closed, MarketError::JobNotFinished);
    context
        .close_round(&job, CHECK.task, Source::Check)
        .unwrap();
    context.close("alice", &job).unwrap();
    assert_eq!(money_of(&mut context, "carol", &job), PRICE);
}

/// Returns the Unix time from which anyone may close the job.
fn anyone_closes_from(context: &TestContext, job: &JobAddresses) -> i64 {
    context.job(job).0.anyone_closes_from()
}

#[test]
fn stranger_closes_the_job() {
    // Loss if it worked: the digest is gone before the output is uploaded that it proves.
    let mut context = TestContext::with_workers();
    let job = finished(&mut context, terms(), &["bob"]);
    context.collect("bob", &job, &[0]).unwrap();
    let from = anyone_closes_from(&context, &job);

    let now = context.close("mallory", &job);
    context.advance_to(from - 1);
    let too_early = context.close("mallory", &job);

    assert_fails(now, MarketError::ReservedForRequester);
    assert_fails(too_early, MarketError::ReservedForRequester);
    context.advance_to(from);
    context.close("mallory", &job).unwrap();
}

#[test]
fn stranger_takes_the_refund() {
    // Loss if it worked: the requester's leftover money.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.cancel("alice", &job, 0, 1).unwrap();
    let from = anyone_closes_from(&context, &job);
    context.advance_to(from);
    let held = context.balance(&job.escrow);
    let mallory = context.address_of("mallory");
    let mine = context.ata(&job.payment.mint, &mallory);
    let refund = context.ata(&job.payment.mint, &job.requester);

    let close = market::close_job(&job);
    let result = context.crank(replace_account(close, &refund, &mine));

    assert_fails(result, MarketError::WrongTokenAccount);
    context.close("mallory", &job).unwrap();
    assert_eq!(money_of(&mut context, "alice", &job), held);
    assert_eq!(money_of(&mut context, "mallory", &job), 0);
}

#[test]
fn refunds_an_account_of_its_choice() {
    // Loss if it worked: the money lies where its owner does not look, and the caller takes the rent.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.cancel("alice", &job, 0, 1).unwrap();
    let from = anyone_closes_from(&context, &job);
    context.advance_to(from);
    let mallory = context.address_of("mallory");
    let refund = context.ata(&job.payment.mint, &job.requester);
    let trap = context.clone_with_owner(&refund, "mallory's trap", &TOKEN);
    set_closer(&mut context, &trap, &mallory);

    let close = market::close_job(&job);
    let result = context.crank(replace_account(close, &refund, &trap));

    assert_fails(result, MarketError::WrongTokenAccount);
}

/// Sends alice's order.
fn post(context: &mut TestContext, order: PostJobParams) -> Sent {
    let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
    context.send(&posting, &[&alice])
}

#[test]
fn funds_only_the_first_seat() {
    // Loss if it worked: a check that is drawn finds nothing to be paid with.
    let mut context = TestContext::with_workers();
    let order = context.post_job_params("alice", checked_terms(1_500));
    let fee = context.quote(&order.terms).fee;
    assert_eq!(order.escrow, 2 * PRICE + fee);
    let less = |escrow| PostJobParams { escrow, ..order };

    for escrow in [PRICE + fee, order.escrow - 1] {
        let result = post(&mut context, less(escrow));
        assert_fails(result, MarketError::EscrowTooSmall);
    }

    assert!(!context.exists(&pda::market::job(&order.requester, 0)));
    post(&mut context, order).unwrap();
}

#[test]
fn keeps_a_hand_in_the_escrow() {
    // Loss if it worked: the requester takes the pay back when the work is done.
    for spoil in [DELEGATE_FLAG, CLOSER_FLAG] {
        let mut context = TestContext::with_workers();
        let order = context.post_job_params("alice", terms());
        let job = JobAddresses::new(order.requester, 0, order.payment);
        let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
        let (funding, post) = posting.split_at(4);
        context.send(funding, &[&alice]).unwrap();
        context.edit_data(&job.escrow, |data| {
            data[spoil] = 1;
            data[spoil + 4..][..32].copy_from_slice(job.requester.as_ref());
        });

        let result = context.send(post, &[&alice]);

        assert_fails(result, MarketError::EscrowNotIsolated);
    }
}
