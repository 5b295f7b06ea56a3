use super::fixtures::{
    another_job, contribute_raw, contributed, copied, copied_and_opened, posted, CHECK, DUE, FIRST,
    LATE, NOT_DUE, ONE_LATE,
};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    market::{MIN_HOLD, OPEN_WINDOW},
    pda::market as at,
    work::digest_of,
    TestContext, HOUR,
};
use assay_market::{
    error::MarketError,
    event::TaskOpened,
    game::{task::flag, Phase, SeatState},
    state::Source,
};

/// Returns a job whose check was due and is open since just now.
fn checking() -> (TestContext, JobAddresses) {
    let (mut context, job) = contributed(DUE);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    (context, job)
}

#[test]
fn an_opened_result_stands_for_the_hold() {
    // Given
    let (mut context, job) = contributed(0);
    let (before, now) = (context.job(&job).0, context.now());

    // When
    let result = context.open(&job, 0, "42").unwrap();

    // Then: a hold is two run windows here.
    let (header, seats) = context.job(&job);
    assert_eq!(seats[0].state(), SeatState::Accepted);
    assert_eq!(seats[0].hash, digest_of(&header.seed, "42"));
    assert_eq!((seats[0].flags, seats[0].winners), (flag::OPEN, 1));
    let hold = MIN_HOLD.max(2 * HOUR) as i64;
    assert_eq!(header.unix_time(seats[0].until.get()), now + hold);
    assert_eq!(context.phase(&job, 0), Phase::Standing);
    // Nothing is booked before the end.
    assert_eq!(header.open_tasks, before.open_tasks);
    assert_eq!(header.fees_due.get(), 0);
    let event = result.event::<TaskOpened>();
    assert_eq!((event.job, event.task.get()), (job.address, 0));
    assert_eq!(event.phase, Phase::Standing as u8);
}

#[test]
fn every_seat_that_agreed_is_accepted() {
    let (mut context, job) = posted(20_000);
    context.complete_task(&job, 0, &["bob", "carol", "dave"], "42");
    let (_, seats) = context.job(&job);
    assert!(seats.iter().all(|s| s.state() == SeatState::Accepted));
    assert_eq!(seats[0].winners, 3);
    assert_eq!(seats[0].flags, flag::OPEN | flag::CHECKED);
}

#[test]
fn a_result_with_a_check_is_opened_with_it() {
    // Given
    let (mut context, job) = checking();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "42")
        .unwrap();

    // When
    let result = context.open(&job, 0, "42").unwrap();

    // Then
    assert_eq!(result.event::<TaskOpened>().phase, Phase::Standing as u8);
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Accepted);
    let first = context.seat(&job, 0);
    assert_eq!((first.state(), first.winners), (SeatState::Accepted, 2));
    let flags = flag::OPEN | flag::CHECKED | flag::CHECK_SPENT;
    assert_eq!(first.flags, flags);
}

#[test]
fn a_copied_contribution_is_found_out_and_splits_the_task() {
    let (context, job) = copied_and_opened();
    let (_, seats) = context.job(&job);
    assert_eq!(seats[0].state(), SeatState::Accepted);
    assert_eq!(seats[1].state(), SeatState::Rejected);
    assert_eq!(seats[0].winners, 1);
    assert_eq!(context.phase(&job, 0), Phase::Split);
}

#[test]
fn a_result_that_nobody_sealed_is_refunded() {
    // Given: bob sealed as carol does.
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    let given = copied(&context, &job, "carol", "42");
    contribute_raw(&mut context, "bob", &job, FIRST, &given);

    // When
    let result = context.open(&job, 0, "42").unwrap();

    // Then
    assert_eq!(result.event::<TaskOpened>().phase, Phase::Refunded as u8);
    assert_eq!(context.seat(&job, 0).state(), SeatState::Rejected);
    let header = context.job(&job).0;
    assert_eq!((header.open_tasks.get(), header.proven_tasks.get()), (0, 0));
    assert_eq!(header.fees_due.get(), 0);
}

#[test]
fn only_a_task_of_the_job_is_opened() {
    let (mut context, job) = contributed(0);
    let digest = digest_of(&context.job(&job).0.seed, "42");
    let open = market::open_task(job.address, 1, digest, None);
    assert_fails(context.crank(open), MarketError::NoSuchTask);
}

#[test]
fn the_check_of_another_task_is_refused() {
    // Given: two tasks of another job that both have a check.
    let mut context = TestContext::with_workers();
    let job = another_job(&mut context, DUE, 2);
    for task in 0..2 {
        context.fill_seats(&job, task, &[("bob", "42")]);
        context.advance(1);
        context.open_check("anyone", &job, task).unwrap();
    }
    let digest = digest_of(&context.job(&job).0.seed, "42");

    // When
    let wrong = at::round(&job.address, 1, Source::Check);
    let open = market::open_task(job.address, 0, digest, Some(wrong));

    // Then
    assert_fails(context.crank(open), MarketError::WrongAccount);
}

#[test]
fn a_round_is_no_check() {
    let (mut context, job) = copied_and_opened();
    context.open_split("anyone", &job, 0).unwrap();
    let digest = digest_of(&context.job(&job).0.seed, "42");
    let wrong = at::round(&job.address, 0, Source::Dispute);
    let open = market::open_task(job.address, 0, digest, Some(wrong));
    assert_fails(context.crank(open), MarketError::WrongAccount);
}

#[test]
fn the_check_of_a_task_is_not_left_out() {
    let (mut context, job) = checking();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "42")
        .unwrap();
    let digest = digest_of(&context.job(&job).0.seed, "42");
    let open = market::open_task(job.address, 0, digest, None);
    assert_fails(context.crank(open), MarketError::CheckMissing);
}

#[test]
fn nothing_is_opened_before_the_first_contribution() {
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    assert_fails(context.open(&job, 0, "42"), MarketError::NotAgreed);
}

#[test]
fn nothing_is_opened_before_the_late_seats_contributed() {
    let (mut context, job) = contributed(ONE_LATE);
    assert_fails(context.open(&job, 0, "42"), MarketError::NotAgreed);
    context.claim("carol", &job, LATE).unwrap();
    assert_fails(context.open(&job, 0, "42"), MarketError::NotAgreed);
}

#[test]
fn nothing_is_opened_before_the_check_contributed() {
    let (mut context, job) = checking();
    assert_fails(context.open(&job, 0, "42"), MarketError::NotAgreed);
    context.claim_round("carol", &job, CHECK).unwrap();
    assert_fails(context.open(&job, 0, "42"), MarketError::NotAgreed);
}

#[test]
fn seats_that_disagree_are_not_opened() {
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    context.contribute("carol", &job, LATE, "43").unwrap();
    assert_fails(context.open(&job, 0, "42"), MarketError::NotAgreed);
}

#[test]
fn a_result_is_opened_once() {
    let (mut context, job) = contributed(0);
    context.open(&job, 0, "42").unwrap();
    context.advance(1);
    assert_fails(context.open(&job, 0, "42"), MarketError::NotAgreed);
}

#[test]
fn the_slot_that_decides_about_a_check_is_awaited() {
    for chance in [NOT_DUE, DUE] {
        let (mut context, job) = contributed(chance);
        assert_fails(context.open(&job, 0, "42"), MarketError::DrawTooEarly);
    }
}

#[test]
fn a_check_that_is_due_comes_before_the_opening() {
    let (mut context, job) = contributed(DUE);
    context.advance(1);
    let before = context.data(&job.address);
    assert_fails(context.open(&job, 0, "42"), MarketError::CheckDue);
    assert_eq!(context.data(&job.address), before);
}

#[test]
fn a_check_is_due_when_its_slot_is_forgotten() {
    let (mut context, job) = contributed(NOT_DUE);
    context.advance(1);
    let mut in_time = context.clone();
    in_time.open(&job, 0, "42").unwrap();
    context.advance(300);
    assert_fails(context.open(&job, 0, "42"), MarketError::CheckDue);
}

#[test]
fn a_result_is_opened_within_the_open_window() {
    let (mut context, job) = contributed(0);
    context.advance(OPEN_WINDOW - 1);
    let mut in_time = context.clone();
    in_time.open(&job, 0, "42").unwrap();
    context.advance(1);
    assert_fails(context.open(&job, 0, "42"), MarketError::DeadlinePassed);
}

#[test]
fn another_digest_than_the_contributed_one_is_refused() {
    let (mut context, job) = contributed(0);
    assert_fails(context.open(&job, 0, "43"), MarketError::WrongOpening);
    assert_eq!(context.phase(&job, 0), Phase::Running);
}
