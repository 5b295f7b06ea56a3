use super::fixtures::{
    checking, contributed, posted, rechecking, split, standing, DUE, FIRST, NOT_DUE,
};
use assay_harness::{account_exists, assert_fails, pda::market as at, TestContext, HOUR};
use assay_market::{
    error::MarketError,
    event::CheckOpened,
    game::{
        draw::{is_due, Purpose},
        round::RoundKind,
        task::flag,
        Phase, SeatState,
    },
    state::Source,
};

#[test]
fn a_check_that_is_due_gets_an_account_with_its_seed() {
    // Given
    let (mut context, job) = contributed(DUE);
    context.advance(1);
    let before = context.job(&job).0;

    // When
    let result = context.open_check("mallory", &job, 0).unwrap();

    // Then
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.header.purpose(), Purpose::LateSeat);
    assert_eq!(
        (check.header.job, check.header.task.get()),
        (job.address, 0)
    );
    assert_eq!(check.header.payer, context.address_of("mallory"));
    assert_eq!(check.header.unsettled.get(), 0);
    let [seat] = check.seats.as_slice() else {
        panic!("a check has one seat");
    };
    assert_eq!((seat.state(), seat.drawn), (SeatState::Free, 1));
    assert!(is_due(&seat.hash, DUE as u16));
    let (header, seats) = context.job(&job);
    assert_eq!(header.unix_time(seat.free_since.get()), context.now());
    assert_eq!(seats[0].flags, flag::CHECK_SPENT);
    assert_eq!(context.phase(&job, 0), Phase::Checking);
    assert_eq!(header.open_rounds.get(), before.open_rounds.get() + 1);
    let event = result.event::<CheckOpened>();
    assert_eq!((event.job, event.task.get()), (job.address, 0));
    assert_eq!(event.drawn, 1);
}

#[test]
fn a_forgotten_slot_makes_a_check_due_that_a_later_slot_draws() {
    // Given
    let (mut context, job) = contributed(NOT_DUE);
    context.advance(300);

    // When
    let result = context.open_check("anyone", &job, 0).unwrap();

    // Then
    assert_eq!(result.event::<CheckOpened>().drawn, 0);
    let first = context.seat(&job, 0);
    assert_eq!(first.flags, flag::CHECK_SPENT | flag::LAPSED);
    context.draw_round(&job, 0, Source::Check).unwrap();
}

#[test]
fn the_requesters_check_stops_the_hold() {
    // Given: an hour of the two is left.
    let (mut context, job) = standing();
    context.advance(HOUR);

    // When
    let result = context.open_check("alice", &job, 0).unwrap();

    // Then
    assert_eq!(result.event::<CheckOpened>().drawn, 0);
    assert_eq!(context.phase(&job, 0), Phase::Rechecking);
    let first = context.seat(&job, 0);
    assert_eq!(u64::from(first.until.get()), HOUR);
    assert_eq!(first.flags, flag::OPEN | flag::CHECK_SPENT);
    assert_eq!(context.job(&job).0.open_rounds.get(), 1);
    // The digest is public, and the hold does not run out.
    context.advance(24 * HOUR);
    assert_eq!(context.phase(&job, 0), Phase::Rechecking);
}

#[test]
fn only_a_task_of_the_job_has_a_check() {
    let (mut context, job) = contributed(DUE);
    context.advance(1);
    let result = context.open_check("anyone", &job, 1);
    assert_fails(result, MarketError::NoSuchTask);
    assert!(!context.exists(&at::round(&job.address, 1, Source::Check)));
}

#[test]
fn a_job_without_a_chance_has_no_check() {
    for checks_bps in [0, 10_000] {
        let (mut context, job) = contributed(checks_bps);
        context.advance(1);
        let result = context.open_check("anyone", &job, 0);
        assert_fails(result, MarketError::NothingToDraw);
    }
}

#[test]
fn no_check_is_opened_before_every_seat_agreed() {
    let (mut context, job) = posted(DUE);
    context.advance(1);
    let result = context.open_check("anyone", &job, 0);
    assert_fails(result, MarketError::NothingToDraw);
    context.claim("bob", &job, FIRST).unwrap();
    let result = context.open_check("anyone", &job, 0);
    assert_fails(result, MarketError::NothingToDraw);

    let (mut context, job) = contributed(19_999);
    context.advance(1);
    let result = context.open_check("anyone", &job, 0);
    assert_fails(result, MarketError::NothingToDraw);
}

#[test]
fn seats_that_disagree_have_no_check() {
    let (mut context, job) = split();
    context.advance(1);
    let result = context.open_check("alice", &job, 0);
    assert_fails(result, MarketError::NothingToDraw);
}

#[test]
fn the_slot_that_decides_about_a_check_is_awaited() {
    for chance in [DUE, NOT_DUE] {
        let (mut context, job) = contributed(chance);
        let result = context.open_check("anyone", &job, 0);
        assert_fails(result, MarketError::DrawTooEarly);
    }
}

#[test]
fn a_check_that_is_not_due_is_not_opened() {
    let (mut context, job) = contributed(NOT_DUE);
    context.advance(1);
    let result = context.open_check("alice", &job, 0);
    assert_fails(result, MarketError::CheckNotDue);
    assert_eq!(context.phase(&job, 0), Phase::Running);
}

#[test]
fn only_the_requester_has_a_standing_result_checked() {
    let (mut context, job) = standing();
    for name in ["mallory", "bob"] {
        let result = context.open_check(name, &job, 0);
        assert_fails(result, MarketError::NotRequester);
    }
    assert_eq!(context.phase(&job, 0), Phase::Standing);
}

#[test]
fn a_result_whose_hold_is_over_is_not_checked() {
    let (mut context, job) = standing();
    context.advance(2 * HOUR - 1);
    let mut in_time = context.clone();
    in_time.open_check("alice", &job, 0).unwrap();
    context.advance(1);
    let result = context.open_check("alice", &job, 0);
    assert_fails(result, MarketError::NotStanding);
}

#[test]
fn a_result_that_a_round_decided_is_not_checked() {
    // Given
    let (mut context, job) = standing();
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "43")
        .unwrap();
    super::fixtures::decided(&mut context, &job, Source::Dispute, &["42"; 5], "42");
    assert_eq!(context.phase(&job, 0), Phase::Standing);

    // When
    let result = context.open_check("alice", &job, 0);

    // Then
    assert_fails(result, MarketError::NotStanding);
}

#[test]
fn a_job_that_paid_for_no_check_has_none_of_its_result() {
    let (mut context, job) = contributed(0);
    context.open(&job, 0, "42").unwrap();
    let result = context.open_check("alice", &job, 0);
    assert_fails(result, MarketError::NoCheckLeft);
}

/// The account of the first check lives until the task ends, so the system program refuses before the market can.
#[test]
fn a_task_has_one_check() {
    let (mut context, job) = checking();
    assert_fails(context.open_check("alice", &job, 0), account_exists());

    let (mut context, job) = rechecking();
    context.advance(1);
    assert_fails(context.open_check("alice", &job, 0), account_exists());
}

#[test]
fn a_spent_check_cannot_be_asked_for_again() {
    // Given: a checked result whose check has no account any more, as nobody but an attacker could make it.
    let (mut context, job) = super::fixtures::checked_and_opened();
    let check = at::round(&job.address, 0, Source::Check);
    erase(&mut context, &check);

    // When
    let result = context.open_check("alice", &job, 0);

    // Then
    assert_fails(result, MarketError::NoCheckLeft);
}

/// Makes an account look as if it had never been created.
fn erase(context: &mut TestContext, address: &assay_harness::Address) {
    context.edit_data(address, Vec::clear);
    context.set_owner(address, &solana_system_interface::program::ID);
}
