//! Attacks on the questions whether there is a check, and by whom.

use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, SeatPlace, TaskSeat},
    market::{checked_terms, terms, BOND, COLLATERAL, LIE, MISSED, OPEN_WINDOW, PRICE, STEP},
    pda::market as at,
    work::digest_of,
    Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    game::{contribution::blinded, round::RoundKind, Phase, SeatState},
    instructions::Opening,
    state::{JobTerms, Source},
};

const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };
const LATE: TaskSeat = TaskSeat { task: 0, seat: 1 };
/// Basis points with which all but one check in ten thousand are due, and all but one are not.
const DUE: u32 = 9_999;
const NOT_DUE: u32 = 1;
/// Seconds after which a seat is open to everybody.
const OPEN_TO_ALL: u64 = 32 * STEP;
/// Seconds after which the chain has forgotten a slot: more than 512 slots.
const FORGOTTEN: u64 = 300;

/// Returns the seat of a task's check.
const fn check_of(task: u32) -> SeatPlace {
    SeatPlace {
        task,
        source: Source::Check,
        seat: 0,
    }
}

/// Returns a job in which bob delivered the only seat of the account one second ago.
fn contributed(checks_bps: u32) -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(checks_bps));
    context.fill_seats(&job, 0, &[("bob", "42")]);
    context.advance(1);
    (context, job)
}

/// Returns a job whose result stands, of which no check was due.
fn standing() -> (TestContext, JobAddresses) {
    let (mut context, job) = contributed(NOT_DUE);
    context.open(&job, 0, "42").unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Standing);
    (context, job)
}

/// Returns a job whose drawn check is open.
fn checking() -> (TestContext, JobAddresses) {
    let (mut context, job) = contributed(DUE);
    context.open_check("anyone", &job, 0).unwrap();
    (context, job)
}

/// Returns the seconds after which a check that nobody takes may be closed.
fn late_idle(context: &TestContext, job: &JobAddresses) -> u64 {
    u64::from(context.job(job).0.rules().late_idle())
}

fn digest(context: &TestContext, job: &JobAddresses, answer: &str) -> [u8; 32] {
    digest_of(&context.job(job).0.seed, answer)
}

/// Returns the tokens of the job's mint that the actor has.
fn wallet(context: &mut TestContext, name: &str) -> u64 {
    let (usd, owner) = (context.payment_mint(), context.address_of(name));
    let ata = context.ata(&usd, &owner);
    context.balance(&ata)
}

/// Asserts that bob is paid for a result that counts as not proven: without emission weight and without a fee.
#[track_caller]
fn assert_paid_unproven(context: &mut TestContext, job: &JobAddresses) {
    assert_eq!(context.phase(job, 0), Phase::Unproven);
    context.collect("bob", job, &[0]).unwrap();
    assert_eq!(wallet(context, "bob"), PRICE);
    assert_eq!(context.worker_account("bob").work(0), None);
    let header = context.job(job).0;
    assert_eq!(header.fees_due.get(), 0);
    assert_eq!(
        (header.proven_tasks.get(), header.unproven_tasks.get()),
        (0, 1)
    );
}

/// Loss if it worked: the result stands before anybody can know whether a check is due.
#[test]
fn opens_in_its_own_slot() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(1_500));
    context.claim("bob", &job, FIRST).unwrap();
    let work = context.contribute_instruction("bob", &job, FIRST, "42");
    let open = market::open_task(job.address, 0, digest(&context, &job, "42"), None);
    let node = context.node("bob");

    // When
    let result = context.send(&[work.clone(), open.clone()], &[&node]);

    // Then: nor does a second transaction in that slot
    assert_fails(result, MarketError::DrawTooEarly);
    context.send(&[work], &[&node]).unwrap();
    assert_fails(context.crank(open), MarketError::DrawTooEarly);
    let early = context.open_check("anyone", &job, 0);
    assert_fails(early, MarketError::DrawTooEarly);
}

/// Loss if it worked: the liar skips its check.
#[test]
fn opens_although_a_check_is_due() {
    let (mut context, job) = contributed(DUE);
    let before = context.data(&job.address);
    assert_fails(context.open(&job, 0, "42"), MarketError::CheckDue);
    assert!(context.data(&job.address) == before, "nothing is open");
    context.open_check("anyone", &job, 0).unwrap();
}

/// Loss if it worked: the liar waits four minutes and needs no check.
#[test]
fn waits_until_the_draw_is_forgotten() {
    let (mut context, job) = contributed(NOT_DUE);
    context
        .clone()
        .open(&job, 0, "42")
        .expect("no check was due");
    context.advance(FORGOTTEN);
    assert_fails(context.open(&job, 0, "42"), MarketError::CheckDue);
}

/// Loss if it worked: every task pays a friend of the worker.
#[test]
fn orders_a_check_that_is_not_due() {
    let (mut context, job) = contributed(NOT_DUE);
    let result = context.open_check("bob", &job, 0);
    assert_fails(result, MarketError::CheckNotDue);
    assert_eq!(context.check_of(&job, 0), None);
    context.open(&job, 0, "42").unwrap();
}

/// Loss if it worked: whoever waits until the draw is forgotten has a friend paid in every task.
#[test]
fn lapses_a_draw_to_pay_a_friend() {
    // Given
    let (mut context, job) = contributed(NOT_DUE);
    let escrow = context.balance(&job.escrow);

    // When
    context.advance(FORGOTTEN);
    context.open_check("bob", &job, 0).unwrap();
    context.claim_round("carol", &job, check_of(0)).unwrap();
    context
        .contribute_round("carol", &job, check_of(0), "42")
        .unwrap();
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);
    context.collect("bob", &job, &[0]).unwrap();
    context.collect_check("carol", &job, 0).unwrap();

    // Then: one price in all, and the check has it
    assert_eq!(context.phase(&job, 0), Phase::Final);
    assert_eq!(wallet(&mut context, "bob"), 0);
    assert_eq!(wallet(&mut context, "carol"), PRICE);
    assert_eq!(context.balance(&job.escrow), escrow - PRICE);
    assert_eq!(context.worker_account("bob").locked.get(), 0);
}

/// Loss if it worked: who lies checks itself.
#[test]
fn checks_its_own_result() {
    // Given
    let (mut context, job) = checking();
    context.advance(OPEN_TO_ALL);

    // When
    let check = context.check_of(&job, 0).unwrap();
    let before = context.data(&check);
    let result = context.claim_round_now("bob", &job, check_of(0));

    // Then
    assert_fails(result, MarketError::AlreadyInTask);
    assert!(context.data(&check) == before, "the seat is free");
    context.claim_round_now("carol", &job, check_of(0)).unwrap();
}

/// Loss if it worked: the check is left out of the opening, and its bond is bound for ever.
#[test]
fn opens_without_its_check() {
    // Given
    let (mut context, job) = checking();
    let open = market::open_task(job.address, 0, digest(&context, &job, "42"), None);
    let early = context.crank(open.clone());
    assert_fails(early, MarketError::CheckMissing);
    context.claim_round("carol", &job, check_of(0)).unwrap();
    context
        .contribute_round("carol", &job, check_of(0), "42")
        .unwrap();

    // When, Then
    context.advance(1);
    assert_fails(context.crank(open), MarketError::CheckMissing);
    context.open(&job, 0, "42").unwrap();
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Accepted);
}

/// Loss if it worked: a friendly check stands in for the real one.
#[test]
fn names_another_tasks_check() {
    // Given: the check of task 1 is delivered, that of task 0 is not even taken
    let mut context = TestContext::with_workers();
    let job = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..checked_terms(DUE)
        },
    );
    for task in [0, 1] {
        context.fill_seats(&job, task, &[("bob", "42")]);
        context.advance(1);
        context.open_check("anyone", &job, task).unwrap();
    }
    context.claim_round("carol", &job, check_of(1)).unwrap();
    context
        .contribute_round("carol", &job, check_of(1), "42")
        .unwrap();

    // When
    let other = at::round(&job.address, 1, Source::Check);
    let open = market::open_task(job.address, 0, digest(&context, &job, "42"), Some(other));
    let result = context.crank(open);

    // Then
    assert_fails(result, MarketError::WrongAccount);
    assert_eq!(context.phase(&job, 0), Phase::Checking);
    assert_fails(context.open(&job, 0, "42"), MarketError::NotAgreed);
    context.open(&job, 1, "42").unwrap();
}

/// Loss if it worked: a due check that nobody takes counts as passed.
#[test]
fn passes_for_verified_without_a_check() {
    // Given
    let (mut context, job) = checking();
    let idle = late_idle(&context, &job);

    // When
    context.advance(idle);
    context.expire(&job, 0).unwrap();
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);

    // Then
    assert_paid_unproven(&mut context, &job);
}

/// Loss if it worked: the liar ends its check before anybody of rank came.
#[test]
fn closes_a_check_early() {
    // Given
    let (mut context, job) = checking();
    let idle = late_idle(&context, &job);

    // When
    context.advance(idle - 1);
    let result = context.expire(&job, 0);

    // Then
    assert_fails(result, MarketError::NothingOverdue);
    context
        .clone()
        .claim_round_now("carol", &job, check_of(0))
        .expect("the check is free");
    context.advance(1);
    context.expire(&job, 0).unwrap();
}

/// Loss if it worked: an unproven result becomes proven by a friend that copied the public digest.
#[test]
fn verifies_itself_by_a_copied_check() {
    // Given: nobody takes the guaranteed late seat, so that the result is not proven
    let (mut context, job) = contributed(10_000 + NOT_DUE);
    let idle = late_idle(&context, &job);
    context.advance(idle);
    context.expire(&job, 0).unwrap();
    context.advance(1);
    context.open(&job, 0, "42").unwrap();

    // When: the requester's friend checks it without a run
    let opening = Opening {
        digest: digest(&context, &job, "42"),
        memory: [7; 32],
    };
    context.open_check("alice", &job, 0).unwrap();
    context.claim_round("carol", &job, check_of(0)).unwrap();
    let copied = blinded(&opening.digest, &opening.memory);
    context
        .contribute_round_digest("carol", &job, check_of(0), &copied)
        .unwrap();
    context
        .decide(&job, 0, Source::Check, Some(opening))
        .unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Standing);
    context.end_hold(&job);

    // Then
    assert_paid_unproven(&mut context, &job);
    context.collect_check("carol", &job, 0).unwrap();
    assert_eq!(context.worker_account("carol").work(0), None);
}

/// Loss if it worked: the requester's check is paid for the digest that everybody sees.
#[test]
fn copies_the_public_digest() {
    // Given
    let (mut context, job) = standing();
    context.open_check("alice", &job, 0).unwrap();
    context.claim_round("carol", &job, check_of(0)).unwrap();

    // When
    let public = context.job_view(&job).digest(0).unwrap();
    context
        .contribute_round_digest("carol", &job, check_of(0), &public)
        .unwrap();
    let opening = Opening {
        digest: public,
        memory: [0; 32],
    };
    let result = context.decide(&job, 0, Source::Check, Some(opening));

    // Then: it cannot be opened at all, and that is a lie
    assert_fails(result, MarketError::WrongOpening);
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Rejected);
    assert_eq!(context.phase(&job, 0), Phase::Standing);
}

/// Loss if it worked: more seats are paid than the escrow holds; other tasks pay.
#[test]
fn asks_for_a_check_it_did_not_pay() {
    // Given: one late seat was paid, and is spent
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(10_000));
    context.complete_task(&job, 0, &["bob", "carol"], "42");

    // When, Then
    let result = context.open_check("alice", &job, 0);
    assert_fails(result, MarketError::NoCheckLeft);
    assert_eq!(context.phase(&job, 0), Phase::Standing);

    // Given: no check was paid
    let job = context.post(
        "alice",
        JobTerms {
            nonce: 1,
            ..terms()
        },
    );
    context.complete_task(&job, 0, &["bob"], "42");

    // When, Then
    let result = context.open_check("alice", &job, 0);
    assert_fails(result, MarketError::NoCheckLeft);
}

/// Loss if it worked: a stranger delays every pay and spends the requester's money.
#[test]
fn stranger_stops_the_hold() {
    let (mut context, job) = standing();
    let before = context.data(&job.address);
    let result = context.open_check("mallory", &job, 0);
    assert_fails(result, MarketError::NotRequester);
    assert!(context.data(&job.address) == before, "the hold runs");
    context.open_check("alice", &job, 0).unwrap();
}

/// Loss if it worked: a colluding requester keeps everybody from a challenge.
#[test]
fn runs_the_hold_out_by_its_own_check() {
    // Given: ten seconds of the hold are left
    let (mut context, job) = standing();
    let hold = u64::from(context.job(&job).0.hold.get());
    context.advance(hold - 10);
    context.open_check("alice", &job, 0).unwrap();

    // When
    context.advance(20);
    let early = context.collect("bob", &job, &[0]);

    // Then: the hold stops while the check runs, and then there are ten seconds again
    assert_fails(early, MarketError::TaskNotEnded);
    context.advance(late_idle(&context, &job) - 20);
    context.expire(&job, 0).unwrap();
    context.advance(9);
    let early = context.collect("bob", &job, &[0]);
    assert_fails(early, MarketError::TaskNotEnded);
    context
        .clone()
        .challenge("dave", &job, 0, RoundKind::Dispute, "43")
        .unwrap();
    context.advance(1);
    assert_eq!(context.phase(&job, 0), Phase::Final);
    let late = context.challenge("dave", &job, 0, RoundKind::Dispute, "43");
    assert_fails(late, MarketError::NotStanding);
}

/// Loss if it worked: a requester holds pay back for ever.
#[test]
fn asks_for_a_check_after_the_hold() {
    // Given
    let (mut context, job) = standing();
    context.advance(u64::from(context.job(&job).0.hold.get()) - 1);
    context
        .clone()
        .open_check("alice", &job, 0)
        .expect("the last second counts");

    // When
    context.advance(1);
    let result = context.open_check("alice", &job, 0);

    // Then
    assert_fails(result, MarketError::NotStanding);
    context.collect("bob", &job, &[0]).unwrap();
    assert_eq!(wallet(&mut context, "bob"), PRICE);
}

/// Loss if it worked: a check that saw a lie sells its silence for half a price.
#[test]
fn checks_and_says_nothing() {
    // Given
    let (mut context, job) = standing();
    context.open_check("alice", &job, 0).unwrap();
    context.claim_round("carol", &job, check_of(0)).unwrap();
    context
        .contribute_round("carol", &job, check_of(0), "43")
        .unwrap();

    // When: nobody opens what carol contributed
    context.advance(OPEN_WINDOW - 1);
    let early = context.expire(&job, 0);
    assert_fails(early, MarketError::NothingOverdue);
    context.advance(1);
    context.expire(&job, 0).unwrap();

    // Then
    assert_eq!(context.phase(&job, 0), Phase::Standing);
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Rejected);
    context.end_hold(&job);
    let unpaid = context.collect_check("carol", &job, 0);
    assert_fails(unpaid, MarketError::NothingToCollect);
    let mint = context.stake_mint();
    let supply = context.supply(&mint);
    context.penalize("carol", &job, check_of(0)).unwrap();
    assert_eq!(context.supply(&mint), supply - (BOND + LIE));
    let worker = context.worker_account("carol");
    assert_eq!(worker.total_collateral(), COLLATERAL - (BOND + LIE));
}

/// Loss if it worked: a miss costs nothing.
#[test]
fn frees_a_missed_seat_for_nothing() {
    // Given: a seat of the job is missed, and that of a check
    let mut context = TestContext::with_workers();
    let unchecked = context.post("alice", terms());
    context.claim("bob", &unchecked, FIRST).unwrap();
    context.advance(u64::from(terms().run_window));
    let (mut other, checked) = checking();
    other.claim_round("carol", &checked, check_of(0)).unwrap();
    other.advance(u64::from(terms().run_window));

    // When, Then
    let result = context.expire(&unchecked, 0);
    assert_fails(result, MarketError::ClaimMissed);
    assert_eq!(context.seat(&unchecked, 0).state(), SeatState::Claimed);
    context.penalize_missed("bob", &unchecked, FIRST).unwrap();
    let worker = context.worker_account("bob");
    assert_eq!(worker.total_collateral(), COLLATERAL - MISSED);

    let result = other.expire(&checked, 0);
    assert_fails(result, MarketError::ClaimMissed);
    other.penalize("carol", &checked, check_of(0)).unwrap();
    let worker = other.worker_account("carol");
    assert_eq!(worker.total_collateral(), COLLATERAL - MISSED);
    let check = other.round_view(&checked, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Free);
}

/// Loss if it worked: a competitor's seat is taken from it, and half a price.
#[test]
fn throws_a_worker_out_early() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.claim("bob", &job, FIRST).unwrap();

    // When
    context.advance(u64::from(terms().run_window) - 1);
    let result = context.penalize_missed("bob", &job, FIRST);

    // Then
    assert_fails(result, MarketError::NothingOverdue);
    let worker = context.worker_account("bob");
    assert_eq!(worker.total_collateral(), COLLATERAL);
    context.contribute("bob", &job, FIRST, "42").unwrap();
}

/// Loss if it worked: the checker is known in the liar's slot.
#[test]
fn claims_a_check_before_it_is_drawn() {
    // Given: the draw is forgotten, so that a slot after the opening of the check draws it
    let (mut context, job) = contributed(NOT_DUE);
    context.advance(FORGOTTEN);
    let (anyone, node) = (context.actor("anyone"), context.node("carol"));
    let check = at::round(&job.address, 0, Source::Check);
    let open = market::open_check(anyone.pubkey(), job.address, 0);
    let carol = context.worker_of("carol");
    let claim = market::claim_round(node.pubkey(), carol, job.address, check, 0);
    let draw = market::draw_seat(job.address, FIRST, Some(check));

    // When
    let drawn = context.send(&[open.clone(), draw], &[&anyone]);
    let claimed = context.send(&[open, claim.clone()], &[&anyone, &node]);

    // Then: nor in a second transaction of that slot
    assert_fails(drawn, MarketError::DrawTooEarly);
    assert_fails(claimed, MarketError::DrawTooEarly);
    context.open_check("anyone", &job, 0).unwrap();
    let result = context.send(&[claim], &[&node]);
    assert_fails(result, MarketError::DrawTooEarly);
    context.claim_round("carol", &job, check_of(0)).unwrap();
}

/// Loss if it worked: somebody draws until the seed suits.
#[test]
fn draws_a_seat_again() {
    // Given: a drawn late seat, and a drawn check
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(10_000));
    context.fill_seats(&job, 0, &[("bob", "42")]);
    context.advance(1);
    let draw = market::draw_seat(job.address, LATE, None);
    context.crank(draw.clone()).unwrap();
    let seat = context.seat(&job, 1);
    let (mut other, checked) = checking();
    let drawn = other.round_view(&checked, 0, Source::Check).seats[0];

    // When, Then: neither in the next slot nor when the slot is forgotten
    for wait in [1, FORGOTTEN] {
        context.advance(wait);
        let result = context.crank(draw.clone());
        assert_fails(result, MarketError::NothingToDraw);
        assert_eq!(context.seat(&job, 1), seat);

        let result = other.draw_round(&checked, 0, Source::Check);
        assert_fails(result, MarketError::NothingToDraw);
        let check = other.round_view(&checked, 0, Source::Check);
        assert_eq!(check.seats[0], drawn);
        other.advance(wait);
    }
}
