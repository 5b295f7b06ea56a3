use super::fixtures::{
    another_job, contributed, ended, posted, CHECK, DUE, FIRST, LATE, NOT_DUE, ONE_LATE, RUN,
};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, TaskSeat},
    market::OPEN_WINDOW,
    pda::market as at,
    TestContext, TransactionResult, HOUR,
};
use assay_market::{
    error::MarketError,
    event::TaskExpired,
    game::{task::flag, Phase, SeatState},
    state::Source,
};

/// Asserts that nothing is overdue one second before `seconds` have passed. Expires the first task when they have.
#[track_caller]
fn expire_after(context: &mut TestContext, job: &JobAddresses, seconds: u64) -> TransactionResult {
    context.advance(seconds - 1);
    let early = context.expire(job, 0);
    assert_fails(early, MarketError::NothingOverdue);
    context.advance(1);
    context.expire(job, 0).unwrap()
}

/// Returns a job whose check was due and is open since just now.
fn checking() -> (TestContext, JobAddresses) {
    let (mut context, job) = contributed(DUE);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    (context, job)
}

#[test]
fn a_task_that_nobody_claims_is_refunded_after_the_claim_window() {
    // Given
    let (mut context, job) = posted(0);

    // When
    let result = expire_after(&mut context, &job, 4 * HOUR);

    // Then
    assert_eq!(context.phase(&job, 0), Phase::Refunded);
    let header = context.job(&job).0;
    assert_eq!((header.open_tasks.get(), header.unsettled.get()), (0, 0));
    assert_eq!(
        (header.proven_tasks.get(), header.unproven_tasks.get()),
        (0, 0)
    );
    let event = result.event::<TaskExpired>();
    assert_eq!((event.job, event.task.get()), (job.address, 0));
    assert_eq!(event.phase, Phase::Refunded as u8);
    context.close("alice", &job).unwrap();
}

#[test]
fn contributions_that_nobody_opens_are_rejected_and_the_task_refunded() {
    // Given
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    context.contribute("carol", &job, LATE, "42").unwrap();

    // When
    let result = expire_after(&mut context, &job, OPEN_WINDOW);

    // Then
    assert_eq!(result.event::<TaskExpired>().phase, Phase::Refunded as u8);
    let (header, seats) = context.job(&job);
    assert!(seats.iter().all(|s| s.state() == SeatState::Rejected));
    assert_eq!((header.open_tasks.get(), header.unsettled.get()), (0, 2));
}

#[test]
fn a_late_seat_that_nobody_takes_is_closed_and_the_opening_begins() {
    // Given
    let (mut context, job) = contributed(ONE_LATE);
    let idle = context.job(&job).0.rules().late_idle();

    // When
    let result = expire_after(&mut context, &job, u64::from(idle));

    // Then
    assert_eq!(result.event::<TaskExpired>().phase, Phase::Running as u8);
    let (header, seats) = context.job(&job);
    assert_eq!(seats[1].state(), SeatState::Closed);
    assert_eq!(seats[0].flags, flag::UNMANNED);
    let until = header.unix_time(seats[0].until.get());
    assert_eq!(until, context.now() + OPEN_WINDOW as i64);
    assert_eq!(header.open_tasks.get(), 1);

    // A result that was to be checked and was not is paid and proves nothing.
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);
    assert_eq!(context.phase(&job, 0), Phase::Unproven);
}

#[test]
fn behind_a_late_seat_that_is_closed_the_next_one_has_its_turn() {
    let (mut context, job) = contributed(20_000);
    let idle = context.job(&job).0.rules().late_idle();
    expire_after(&mut context, &job, u64::from(idle));
    let (_, seats) = context.job(&job);
    assert_eq!(seats[1].state(), SeatState::Closed);
    assert!(seats[2].awaits_draw());
    context
        .claim("carol", &job, TaskSeat { task: 0, seat: 2 })
        .unwrap();
}

#[test]
fn a_split_that_nobody_disputes_ends_unproven_and_all_are_paid() {
    // Given
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    context.contribute("carol", &job, LATE, "43").unwrap();

    // When
    let result = expire_after(&mut context, &job, OPEN_WINDOW);

    // Then
    assert_eq!(result.event::<TaskExpired>().phase, Phase::Unproven as u8);
    let (header, seats) = context.job(&job);
    assert!(seats.iter().all(|s| s.state() == SeatState::Accepted));
    assert_eq!(header.unproven_tasks.get(), 1);
    assert_eq!((header.open_tasks.get(), header.fees_due.get()), (0, 0));
}

#[test]
fn a_check_that_nobody_takes_is_closed_and_the_opening_begins() {
    // Given
    let (mut context, job) = checking();
    let (header, check) = (
        context.job(&job).0,
        context.round_view(&job, 0, Source::Check),
    );
    let idle = check.seats[0].free_since.get() + header.rules().late_idle();
    let seconds = header.unix_time(idle) - context.now();

    // When
    let result = expire_after(&mut context, &job, seconds as u64);

    // Then
    assert_eq!(result.event::<TaskExpired>().phase, Phase::Checking as u8);
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Closed);
    let first = context.seat(&job, 0);
    assert_eq!(first.flags, flag::CHECK_SPENT | flag::UNMANNED);
    let until = header.unix_time(first.until.get());
    assert_eq!(until, context.now() + OPEN_WINDOW as i64);
    context.open(&job, 0, "42").unwrap();
}

#[test]
fn a_checked_result_that_nobody_opens_costs_the_check_too() {
    let (mut context, job) = checking();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "42")
        .unwrap();
    let result = expire_after(&mut context, &job, OPEN_WINDOW);
    assert_eq!(result.event::<TaskExpired>().phase, Phase::Refunded as u8);
    assert_eq!(context.seat(&job, 0).state(), SeatState::Rejected);
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Rejected);
}

#[test]
fn the_hold_goes_on_when_nobody_takes_the_requesters_check() {
    // Given: half of the hold is over at the check.
    let (mut context, job) = contributed(NOT_DUE);
    context.advance(1);
    context.open(&job, 0, "42").unwrap();
    context.advance(HOUR);
    context.open_check("alice", &job, 0).unwrap();
    let idle = context.job(&job).0.rules().late_idle();

    // When
    let result = expire_after(&mut context, &job, u64::from(idle));

    // Then
    assert_eq!(result.event::<TaskExpired>().phase, Phase::Standing as u8);
    let (header, seats) = context.job(&job);
    let until = header.unix_time(seats[0].until.get());
    assert_eq!(until, context.now() + HOUR as i64);
    assert_eq!(seats[0].flags & flag::UNMANNED, 0);
}

#[test]
fn the_requesters_check_that_is_never_opened_is_rejected_and_the_hold_goes_on() {
    let (mut context, job) = contributed(NOT_DUE);
    context.advance(1);
    context.open(&job, 0, "42").unwrap();
    context.open_check("alice", &job, 0).unwrap();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "42")
        .unwrap();
    let result = expire_after(&mut context, &job, OPEN_WINDOW);
    assert_eq!(result.event::<TaskExpired>().phase, Phase::Standing as u8);
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Rejected);
    let (header, seats) = context.job(&job);
    let until = header.unix_time(seats[0].until.get());
    assert_eq!(until, context.now() + 2 * HOUR as i64);
}

#[test]
fn only_a_task_of_the_job_expires() {
    let (mut context, job) = posted(0);
    context.advance(4 * HOUR);
    let expire = market::expire_task(job.address, 1, None);
    assert_fails(context.crank(expire), MarketError::NoSuchTask);
}

#[test]
fn the_check_of_another_task_is_refused() {
    // Given: two tasks with a check each, both overdue.
    let mut context = TestContext::with_workers();
    let job = another_job(&mut context, DUE, 2);
    for task in 0..2 {
        context.fill_seats(&job, task, &[("bob", "42")]);
        context.advance(1);
        context.open_check("anyone", &job, task).unwrap();
    }
    context.advance(3 * HOUR);

    // When
    let wrong = at::round(&job.address, 1, Source::Check);
    let result = context.crank(market::expire_task(job.address, 0, Some(wrong)));

    // Then
    assert_fails(result, MarketError::WrongAccount);
    context.expire(&job, 0).unwrap();
}

#[test]
fn the_check_of_a_task_is_not_left_out() {
    let (mut context, job) = checking();
    context.advance(3 * HOUR);
    let result = context.crank(market::expire_task(job.address, 0, None));
    assert_fails(result, MarketError::CheckMissing);
}

#[test]
fn a_split_with_a_check_does_not_expire_without_it() {
    let (mut context, job) = checking();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "43")
        .unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Split);
    context.advance(OPEN_WINDOW);
    let result = context.crank(market::expire_task(job.address, 0, None));
    assert_fails(result, MarketError::CheckMissing);
    context.expire(&job, 0).unwrap();
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Accepted);
}

#[test]
fn a_standing_result_and_an_ended_task_do_not_expire() {
    let (mut context, job) = posted(0);
    context.complete_task(&job, 0, &["bob"], "42");
    context.advance(24 * HOUR);
    assert_fails(context.expire(&job, 0), MarketError::NothingOverdue);
    let (mut context, job) = ended(0, &["bob"]);
    context.collect("bob", &job, &[0]).unwrap();
    assert_fails(context.expire(&job, 0), MarketError::NothingOverdue);
}

#[test]
fn a_disputed_task_does_not_expire() {
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    context.contribute("carol", &job, LATE, "43").unwrap();
    context.open_split("anyone", &job, 0).unwrap();
    context.advance(24 * HOUR);
    assert_fails(context.expire(&job, 0), MarketError::NothingOverdue);
}

#[test]
fn a_missed_claim_of_a_first_seat_is_not_expired() {
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    context.advance(RUN);
    let before = context.data(&job.address);
    assert_fails(context.expire(&job, 0), MarketError::ClaimMissed);
    assert_eq!(context.data(&job.address), before);
}

#[test]
fn a_missed_claim_of_a_late_seat_is_not_expired() {
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    context.advance(RUN);
    assert_fails(context.expire(&job, 0), MarketError::ClaimMissed);
}

#[test]
fn a_missed_claim_of_a_check_is_not_expired() {
    let (mut context, job) = checking();
    context.claim_round("carol", &job, CHECK).unwrap();
    context.advance(RUN);
    assert_fails(context.expire(&job, 0), MarketError::ClaimMissed);
}
