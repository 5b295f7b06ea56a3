use super::fixtures::{
    another_job, contributed, ended, posted, DUE, FIRST, LATE, NOT_DUE, ONE_LATE,
};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, TaskSeat},
    market::OPEN_WINDOW,
    pda::market as at,
    Address, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::{error::MarketError, event::SeatDrawn, game::SeatState, state::Source};

/// Draws the first late seat of the first task.
fn draw(
    context: &mut TestContext,
    job: &JobAddresses,
) -> Result<TransactionResult, TransactionFailure> {
    context.crank(market::draw_seat(job.address, LATE, None))
}

/// Returns a job with one late seat whose seats disagree since just now.
fn split() -> (TestContext, JobAddresses) {
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    context.contribute("carol", &job, LATE, "43").unwrap();
    (context, job)
}

#[test]
fn a_later_slot_gives_a_late_seat_its_seed() {
    // Given
    let (mut context, job) = contributed(ONE_LATE);
    context.advance(1);
    let before = context.seat(&job, 1);

    // When
    let result = draw(&mut context, &job).unwrap();

    // Then
    let after = context.seat(&job, 1);
    assert_eq!((after.drawn, after.state()), (1, SeatState::Free));
    assert_ne!(after.hash, [0; 32]);
    assert_eq!(after.free_since, before.free_since);
    assert_eq!(after.until, before.until);
    let event = result.event::<SeatDrawn>();
    assert_eq!((event.job, event.round), (job.address, Address::default()));
    assert_eq!((event.task.get(), event.seat, event.drawn), (0, 1, 1));
}

#[test]
fn the_seed_does_not_depend_on_who_draws_when() {
    let (mut context, job) = contributed(ONE_LATE);
    context.advance(1);
    let mut later = context.clone();
    later.advance(100);
    draw(&mut context, &job).unwrap();
    draw(&mut later, &job).unwrap();
    assert_eq!(context.seat(&job, 1).hash, later.seat(&job, 1).hash);
}

#[test]
fn a_forgotten_slot_is_replaced_by_a_later_one() {
    // Given: the list of slots reaches back 205 seconds.
    let (mut context, job) = contributed(ONE_LATE);
    let before = context.seat(&job, 1);
    context.advance(300);

    // When
    let result = draw(&mut context, &job).unwrap();

    // Then: admission counts from now, the end of the claims stays.
    assert_eq!(result.event::<SeatDrawn>().drawn, 0);
    let (header, seats) = context.job(&job);
    assert_eq!(seats[1].drawn, 0);
    assert!(seats[1].slot.get() > before.slot.get());
    assert_eq!(header.unix_time(seats[1].free_since.get()), context.now());
    assert_eq!(seats[1].until, before.until);

    context.advance(1);
    let result = draw(&mut context, &job).unwrap();
    assert_eq!(result.event::<SeatDrawn>().drawn, 1);
}

#[test]
fn a_round_gets_its_seed() {
    // Given
    let (mut context, job) = split();
    context.open_split("anyone", &job, 0).unwrap();

    // When
    let result = context.draw_round(&job, 0, Source::Dispute).unwrap();

    // Then
    let round = context.round_view(&job, 0, Source::Dispute);
    assert!(round.header.round.is_drawn());
    assert_ne!(round.header.round.seed, [0; 32]);
    let event = result.event::<SeatDrawn>();
    let address = at::round(&job.address, 0, Source::Dispute);
    assert_eq!(
        (event.job, event.round, event.drawn),
        (job.address, address, 1)
    );
}

#[test]
fn a_forgotten_slot_of_a_round_is_replaced_and_its_end_stays() {
    let (mut context, job) = split();
    context.open_split("anyone", &job, 0).unwrap();
    let before = context.round_view(&job, 0, Source::Dispute).header.round;
    context.advance(300);
    let result = context.draw_round(&job, 0, Source::Dispute).unwrap();
    assert_eq!(result.event::<SeatDrawn>().drawn, 0);
    let after = context.round_view(&job, 0, Source::Dispute).header.round;
    assert!(!after.is_drawn());
    assert!(after.slot.get() > before.slot.get());
    assert_eq!(after.opened_at, before.opened_at);
    let result = context.draw_round(&job, 0, Source::Dispute).unwrap();
    assert_eq!(result.event::<SeatDrawn>().drawn, 1);
}

#[test]
fn the_check_of_a_requester_gets_its_seed() {
    let (mut context, job) = contributed(NOT_DUE);
    context.advance(1);
    context.open(&job, 0, "42").unwrap();
    context.open_check("alice", &job, 0).unwrap();
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].drawn, 0);
    let result = context.draw_round(&job, 0, Source::Check).unwrap();
    assert_eq!(result.event::<SeatDrawn>().drawn, 1);
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].drawn, 1);
    assert_ne!(check.seats[0].hash, [0; 32]);
}

#[test]
fn a_forgotten_slot_of_a_check_is_replaced_by_a_later_one() {
    let (mut context, job) = contributed(NOT_DUE);
    context.advance(1);
    context.open(&job, 0, "42").unwrap();
    context.open_check("alice", &job, 0).unwrap();
    let before = context.round_view(&job, 0, Source::Check).seats[0];
    context.advance(300);
    let result = context.draw_round(&job, 0, Source::Check).unwrap();
    assert_eq!(result.event::<SeatDrawn>().drawn, 0);
    let after = context.round_view(&job, 0, Source::Check).seats[0];
    assert_eq!((after.drawn, after.until), (0, before.until));
    assert!(after.slot.get() > before.slot.get());
}

#[test]
fn a_round_of_another_job_is_refused() {
    let (mut context, job) = split();
    context.open_split("anyone", &job, 0).unwrap();
    let other = another_job(&mut context, 0, 1);
    context.advance(1);
    let round = at::round(&job.address, 0, Source::Dispute);
    let draw = market::draw_seat(other.address, LATE, Some(round));
    assert_fails(context.crank(draw), MarketError::WrongAccount);
    assert!(!context
        .round_view(&job, 0, Source::Dispute)
        .header
        .round
        .is_drawn());
}

#[test]
fn only_a_task_of_the_job_is_drawn() {
    let (mut context, job) = contributed(ONE_LATE);
    context.advance(1);
    let place = TaskSeat { task: 1, seat: 1 };
    let draw = market::draw_seat(job.address, place, None);
    assert_fails(context.crank(draw), MarketError::NoSuchTask);
}

#[test]
fn only_a_seat_of_the_task_is_drawn() {
    let (mut context, job) = contributed(ONE_LATE);
    context.advance(1);
    let place = TaskSeat { task: 0, seat: 2 };
    let draw = market::draw_seat(job.address, place, None);
    assert_fails(context.crank(draw), MarketError::NoSuchSeat);
}

#[test]
fn a_seat_is_drawn_once() {
    let (mut context, job) = contributed(ONE_LATE);
    context.advance(1);
    draw(&mut context, &job).unwrap();
    let seed = context.seat(&job, 1).hash;
    context.advance(1);
    assert_fails(draw(&mut context, &job), MarketError::NothingToDraw);
    assert_eq!(context.seat(&job, 1).hash, seed);
}

#[test]
fn a_seat_is_not_drawn_before_its_turn() {
    let (mut context, job) = posted(ONE_LATE);
    context.advance(1);
    assert_fails(draw(&mut context, &job), MarketError::NothingToDraw);
}

#[test]
fn a_first_seat_is_not_drawn() {
    let (mut context, job) = posted(ONE_LATE);
    context.advance(1);
    let draw = market::draw_seat(job.address, FIRST, None);
    assert_fails(context.crank(draw), MarketError::NothingToDraw);
    // Nor when its task has ended, where its fields mean something else.
    let (mut context, job) = ended(0, &["bob"]);
    let draw = market::draw_seat(job.address, FIRST, None);
    assert_fails(context.crank(draw), MarketError::NothingToDraw);
}

#[test]
fn a_round_is_drawn_once() {
    let (mut context, job) = split();
    context.open_split("anyone", &job, 0).unwrap();
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    let result = context.draw_round(&job, 0, Source::Dispute);
    assert_fails(result, MarketError::NothingToDraw);
}

#[test]
fn a_round_that_was_given_up_is_not_drawn() {
    let (mut context, job) = split();
    context.open_split("anyone", &job, 0).unwrap();
    context.end_round(&job, 0, Source::Dispute);
    context.decide(&job, 0, Source::Dispute, None).unwrap();
    let result = context.draw_round(&job, 0, Source::Dispute);
    assert_fails(result, MarketError::NothingToDraw);
}

#[test]
fn a_check_that_was_due_has_its_seed_already() {
    let (mut context, job) = contributed(DUE);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    let result = context.draw_round(&job, 0, Source::Check);
    assert_fails(result, MarketError::NothingToDraw);
}

#[test]
fn a_late_seat_is_not_drawn_from_a_slot_that_is_known() {
    let (mut context, job) = contributed(ONE_LATE);
    assert_fails(draw(&mut context, &job), MarketError::DrawTooEarly);
    assert_eq!(context.seat(&job, 1).drawn, 0);
}

#[test]
fn a_round_is_not_drawn_from_a_slot_that_is_known() {
    let (mut context, job) = split();
    context.open_split("anyone", &job, 0).unwrap();
    let round = at::round(&job.address, 0, Source::Dispute);
    let draw = market::draw_seat(job.address, LATE, Some(round));
    assert_fails(context.crank(draw), MarketError::DrawTooEarly);
}

#[test]
fn a_closed_seat_is_not_drawn() {
    let (mut context, job) = contributed(ONE_LATE);
    let rules = context.job(&job).0.rules();
    context.advance(u64::from(rules.late_idle()));
    context.expire(&job, 0).unwrap();
    assert_eq!(context.seat(&job, 1).state(), SeatState::Closed);
    context.advance(OPEN_WINDOW / 2);
    assert_fails(draw(&mut context, &job), MarketError::NothingToDraw);
}
