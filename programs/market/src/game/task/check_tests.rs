use super::{flag, Draw, Expiry, Phase};
use crate::{
    error::MarketError,
    game::{
        fixtures::{
            at, blind, plain, worker, Game, DRAWN, LIE, MEMORY, NUMBER, RIGHT, RULES, SEED,
        },
        seat::LateExpiry,
        Seat, SeatState,
    },
};
use bytemuck::Zeroable;

/// One seat that has contributed at second 5, and whose check is still to be drawn.
fn undrawn() -> Game {
    Game::new(0, 1_500).given(0, 1, plain(1, &RIGHT), 5)
}

/// A standing result whose requester has asked for its check at `time`.
fn asked(digest: &[u8; 32], time: u32) -> Game {
    let mut game = Game::standing(digest, 1_500, 10);
    request(&mut game, time).unwrap();
    game
}

fn open_check(game: &mut Game, draw: Draw, time: u32) -> Result<(), MarketError> {
    game.with_check(|task, check, rules| task.open_check(check, draw, at(time), rules))
}

fn request(game: &mut Game, time: u32) -> Result<(), MarketError> {
    game.with_check(|task, check, rules| task.request_check(check, at(time), rules))
}

fn claim(game: &mut Game, name: u8, time: u32) -> Result<(), MarketError> {
    game.with_check(|task, check, _| task.check_check_claim(check, &worker(name), at(time)))
}

fn show(
    game: &mut Game,
    digest: &[u8; 32],
    memory: &[u8; 32],
    time: u32,
) -> Result<(), MarketError> {
    game.with_check(|task, check, rules| {
        task.open_recheck(check, digest, memory, &SEED, NUMBER, at(time), rules)
    })
}

fn expire_check(game: &mut Game, time: u32) -> Result<LateExpiry, MarketError> {
    game.with_check(|task, check, rules| task.expire_check(check, at(time), rules))
}

#[test]
fn a_check_is_drawn_by_the_slot_after_the_last_contribution() {
    assert_eq!(
        open_check(&mut undrawn(), Draw::TooEarly, 6),
        Err(MarketError::DrawTooEarly)
    );
    assert_eq!(
        open_check(&mut undrawn(), Draw::NotDue, 6),
        Err(MarketError::CheckNotDue)
    );
    let mut due = undrawn();
    assert_eq!(open_check(&mut due, Draw::Due(DRAWN), 6), Ok(()));
    assert_eq!(due.task().phase(), Phase::Checking);
    assert_eq!((due.check.hash, due.check.drawn), (DRAWN, 1));
    assert_eq!(due.check.until.get(), 6 + RULES.late_claims());
    assert!(due.task().has(flag::CHECK_SPENT));
    assert_eq!(
        open_check(&mut due, Draw::Due(DRAWN), 7),
        Err(MarketError::NothingToDraw)
    );
}

#[test]
fn a_draw_that_lapsed_makes_the_check_due_and_another_slot_draws_it() {
    let mut game = undrawn();
    assert_eq!(open_check(&mut game, Draw::Lapsed, 6), Ok(()));
    assert!(game.task().has(flag::LAPSED));
    assert!(game.check.awaits_draw());
    assert_eq!(game.check.slot.get(), 12);
    assert_eq!(claim(&mut game, 2, 7), Err(MarketError::SeatNotDrawn));
}

#[test]
fn without_a_chance_or_before_the_seats_are_in_nothing_is_drawn() {
    let draw = Draw::Due(DRAWN);
    let mut never = Game::new(0, 0).given(0, 1, plain(1, &RIGHT), 5);
    let nothing = Err(MarketError::NothingToDraw);
    assert_eq!(open_check(&mut never, draw, 6), nothing);
    let mut early = Game::new(1, 1_500).given(0, 1, plain(1, &RIGHT), 5);
    assert_eq!(open_check(&mut early, draw, 6), nothing);
    let mut standing = Game::standing(&RIGHT, 1_500, 5);
    assert_eq!(open_check(&mut standing, draw, 6), nothing);
}

#[test]
fn a_check_is_taken_by_a_worker_that_has_no_seat_of_the_task() {
    let mut game = undrawn();
    assert_eq!(claim(&mut game, 2, 6), Err(MarketError::TaskDecided));
    let mut game = game.check_due(6);
    assert_eq!(claim(&mut game, 1, 7), Err(MarketError::AlreadyInTask));
    assert_eq!(claim(&mut game, 2, 7), Ok(()));
    let end = 6 + RULES.late_claims();
    assert_eq!(claim(&mut game, 2, end - 1), Ok(()));
    assert_eq!(claim(&mut game, 2, end), Err(MarketError::ClaimingOver));
    let mut taken = game.checked(2, plain(2, &RIGHT), 8);
    assert_eq!(claim(&mut taken, 3, 9), Err(MarketError::SeatNotFree));
}

#[test]
fn a_check_that_agrees_begins_the_opening_anew() {
    let mut game = undrawn().check_due(6).checked(2, plain(2, &RIGHT), 50);
    assert_eq!(game.task().phase(), Phase::Checking);
    assert_eq!(game.seats[0].until.get(), 50 + RULES.open_window);
    assert!(game.task().has(flag::CHECKED));
}

#[test]
fn a_check_that_differs_splits_the_task() {
    let mut game = undrawn().check_due(6).checked(2, plain(2, &LIE), 50);
    assert_eq!(game.task().phase(), Phase::Split);
    assert_eq!(game.seats[0].until.get(), 50 + RULES.open_window);
    let mut late = game.check;
    late.state = SeatState::Claimed as u8;
    let contribution = plain(2, &RIGHT);
    let rules = game.rules;
    let again = game
        .task()
        .contribute_check(&mut late, &worker(2), &contribution, at(51), &rules);
    assert_eq!(again, Err(MarketError::TaskDecided));
}

#[test]
fn a_contribution_to_a_check_keeps_the_rules_of_a_seat() {
    let mut game = undrawn().check_due(6);
    let give = |game: &mut Game, name, time| {
        game.with_check(|task, check, rules| {
            let contribution = plain(name, &RIGHT);
            task.contribute_check(check, &worker(name), &contribution, at(time), rules)
        })
    };
    assert_eq!(give(&mut game, 2, 7), Err(MarketError::NotClaimed));
    game.check.claim(&worker(2), at(10));
    assert_eq!(give(&mut game, 3, 11), Err(MarketError::NotSeatHolder));
    assert_eq!(give(&mut game, 2, 110), Err(MarketError::DeadlinePassed));
    assert_eq!(give(&mut game, 2, 109), Ok(()));
}

#[test]
fn a_drawn_check_reopens_when_missed_and_is_closed_unmanned() {
    let mut game = undrawn().check_due(6);
    game.check.claim(&worker(2), at(10));
    assert_eq!(
        expire_check(&mut game, 109),
        Err(MarketError::NothingOverdue)
    );
    assert_eq!(expire_check(&mut game, 110), Ok(LateExpiry::Missed));
    let idle = 110 + RULES.late_idle();
    assert_eq!(
        expire_check(&mut game, idle - 1),
        Err(MarketError::NothingOverdue)
    );
    assert_eq!(expire_check(&mut game, idle), Ok(LateExpiry::Closed));
    assert!(game.task().has(flag::UNMANNED));
    assert_eq!(game.task().phase(), Phase::Checking);
    assert_eq!(game.seats[0].until.get(), idle + RULES.open_window);
    assert_eq!(
        expire_check(&mut undrawn(), idle),
        Err(MarketError::NothingOverdue)
    );
}

#[test]
fn a_checked_result_that_nobody_opens_is_rejected_with_its_check() {
    let mut game = undrawn().check_due(6).checked(2, plain(2, &RIGHT), 50);
    let end = 50 + RULES.open_window;
    let expire = |game: &mut Game, time| {
        game.with_check(|task, check, rules| task.expire(Some(check), at(time), rules))
    };
    assert_eq!(expire(&mut game, end - 1), Err(MarketError::NothingOverdue));
    let rules = game.rules;
    assert_eq!(
        game.task().expire(None, at(end), &rules),
        Err(MarketError::NothingOverdue)
    );
    assert_eq!(expire(&mut game, end), Ok(Expiry::Unopened));
    assert_eq!(game.check.state(), SeatState::Rejected);
    assert_eq!(game.states(), [SeatState::Rejected]);
}

#[test]
fn a_disagreement_never_ends_without_the_seat_of_its_check() {
    let mut game = undrawn().check_due(6).checked(2, plain(2, &LIE), 50);
    let end = at(50 + RULES.open_window);
    let rules = game.rules;
    assert_eq!(
        game.task().expire(None, end, &rules),
        Err(MarketError::CheckMissing)
    );
    let named = game.with_check(|task, check, rules| task.expire(Some(check), end, rules));
    assert_eq!(named, Ok(Expiry::Undecided));
    assert_eq!(game.check.state(), SeatState::Accepted);
}

#[test]
fn the_requester_turns_an_unspent_check_into_one_while_the_result_stands() {
    let end = 10 + RULES.hold;
    let mut late = Game::standing(&RIGHT, 1_500, 10);
    assert_eq!(request(&mut late, end), Err(MarketError::NotStanding));
    assert_eq!(request(&mut late, end - 1), Ok(()));
    assert_eq!(late.task().phase(), Phase::Rechecking);
    assert_eq!(request(&mut late, end - 1), Err(MarketError::NotStanding));
    let mut none = Game::standing(&RIGHT, 0, 10);
    assert_eq!(request(&mut none, 11), Err(MarketError::NoCheckLeft));
    let mut disputed = Game::standing(&RIGHT, 1_500, 10);
    disputed.seats[0].rounds = 1;
    assert_eq!(request(&mut disputed, 11), Err(MarketError::NotStanding));
    let mut spent = asked(&RIGHT, 20);
    spent.check = Seat::zeroed();
    spent.seats[0].phase = Phase::Standing as u8;
    assert_eq!(request(&mut spent, 30), Err(MarketError::NoCheckLeft));
}

#[test]
fn a_check_of_a_standing_result_stops_the_hold() {
    let mut game = asked(&RIGHT, 200);
    let left = 10 + RULES.hold - 200;
    assert_eq!(game.seats[0].until.get(), left);
    assert_eq!(game.task().finish(at(u32::MAX)), Ok(Phase::Rechecking));
    let idle = 200 + RULES.late_idle();
    assert_eq!(expire_check(&mut game, idle), Ok(LateExpiry::Closed));
    assert_eq!(game.task().phase(), Phase::Standing);
    assert_eq!(game.seats[0].until.get(), idle + left);
    assert!(!game.task().has(flag::UNMANNED));
    let contradiction = plain(9, &LIE);
    let challenged = game
        .task()
        .challenge(&contradiction, &SEED, NUMBER, at(idle + left - 1));
    assert!(challenged.is_ok());
}

#[test]
fn a_check_over_a_public_result_is_opened_and_paid_and_proves_nothing() {
    let mut game = asked(&RIGHT, 200);
    assert_eq!(
        show(&mut game, &RIGHT, &MEMORY, 200),
        Err(MarketError::NotStanding)
    );
    let mut game = game.checked(2, blind(2, &RIGHT), 250);
    let end = 250 + RULES.open_window;
    assert_eq!(
        show(&mut game, &RIGHT, &[0; 32], 251),
        Err(MarketError::WrongOpening)
    );
    assert_eq!(
        show(&mut game, &LIE, &MEMORY, 251),
        Err(MarketError::WrongOpening)
    );
    assert_eq!(
        show(&mut game, &RIGHT, &MEMORY, end),
        Err(MarketError::DeadlinePassed)
    );
    assert_eq!(show(&mut game, &RIGHT, &MEMORY, end - 1), Ok(()));
    assert_eq!(game.task().phase(), Phase::Standing);
    assert_eq!(game.check.state(), SeatState::Accepted);
    assert_eq!(game.check.contribution(), plain(2, &RIGHT));
    assert_eq!(game.seats[0].winners, 2);
    assert_eq!(game.seats[0].until.get(), end - 1 + (10 + RULES.hold - 200));
    assert!(!game.task().has(flag::CHECKED));
}

#[test]
fn a_check_over_a_public_result_that_differs_splits_the_task() {
    let mut game = asked(&LIE, 200).checked(2, blind(2, &RIGHT), 250);
    assert_eq!(show(&mut game, &RIGHT, &MEMORY, 260), Ok(()));
    assert_eq!(game.task().phase(), Phase::Split);
    assert_eq!(game.seats[0].until.get(), 260 + RULES.open_window);
    assert_eq!(game.check.state(), SeatState::Contributed);
    assert_eq!(game.check.contribution(), plain(2, &RIGHT));
}

#[test]
fn a_check_over_a_public_result_that_is_never_opened_is_rejected() {
    let mut game = asked(&RIGHT, 200).checked(2, blind(2, &LIE), 250);
    let end = 250 + RULES.open_window;
    assert_eq!(
        expire_check(&mut game, end - 1),
        Err(MarketError::NothingOverdue)
    );
    assert_eq!(expire_check(&mut game, end), Ok(LateExpiry::Closed));
    assert_eq!(game.check.state(), SeatState::Rejected);
    assert_eq!(game.task().phase(), Phase::Standing);
}
