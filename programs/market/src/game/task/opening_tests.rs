use super::{flag, Draw, Opened, Phase};
use crate::{
    error::MarketError,
    game::{
        fixtures::{at, copied, plain, Game, DRAWN, LIE, NUMBER, RIGHT, RULES, SEED},
        SeatState,
    },
};

fn open(game: &mut Game, digest: &[u8; 32], draw: Draw, time: u32) -> Result<Opened, MarketError> {
    let rules = game.rules;
    game.task()
        .open(digest, None, draw, &SEED, NUMBER, at(time), &rules)
}

fn open_with_check(game: &mut Game, digest: &[u8; 32], time: u32) -> Result<Opened, MarketError> {
    game.with_check(|task, check, rules| {
        let (check, draw) = (Some(check), Draw::TooEarly);
        task.open(digest, check, draw, &SEED, NUMBER, at(time), rules)
    })
}

#[test]
fn an_agreed_result_stands_for_the_hold() {
    let mut game =
        Game::new(1, 0)
            .given(0, 1, plain(1, &RIGHT), 5)
            .given(1, 2, plain(2, &RIGHT), 20);
    assert_eq!(
        open(
            &mut game,
            &RIGHT,
            Draw::TooEarly,
            20 + RULES.open_window - 1
        ),
        Ok(Opened::Standing)
    );
    assert_eq!(game.task().phase(), Phase::Standing);
    let first = game.seats[0];
    assert_eq!(first.hash, RIGHT, "the first seat holds the digest");
    assert_eq!(first.winners, 2);
    assert_eq!(first.until.get(), 20 + RULES.open_window - 1 + RULES.hold);
    assert!(game.task().has(flag::OPEN) && game.task().has(flag::CHECKED));
    assert_eq!(game.states(), [SeatState::Accepted; 2]);
}

#[test]
fn nothing_is_opened_before_every_seat_that_is_due_has_contributed() {
    let mut free = Game::new(0, 0);
    let not_agreed = Err(MarketError::NotAgreed);
    assert_eq!(open(&mut free, &RIGHT, Draw::NotDue, 5), not_agreed);
    let mut one = Game::new(1, 0).given(0, 1, plain(1, &RIGHT), 5);
    assert_eq!(open(&mut one, &RIGHT, Draw::NotDue, 6), not_agreed);
    let mut split = Game::split(20);
    assert_eq!(open(&mut split, &RIGHT, Draw::NotDue, 21), not_agreed);
    let mut without = Game::new(0, 1_500).given(0, 1, plain(1, &RIGHT), 5);
    assert_eq!(open_with_check(&mut without, &RIGHT, 6), not_agreed);
    let mut checking = without.check_due(6);
    assert_eq!(open_with_check(&mut checking, &RIGHT, 7), not_agreed);
    assert_eq!(open(&mut checking, &RIGHT, Draw::NotDue, 7), not_agreed);
    let mut checked = checking.checked(2, plain(2, &RIGHT), 8);
    assert_eq!(open(&mut checked, &RIGHT, Draw::NotDue, 9), not_agreed);
}

#[test]
fn the_chance_of_a_check_decides_first() {
    let mut game = Game::new(0, 1_500).given(0, 1, plain(1, &RIGHT), 5);
    let mut opened = |draw| open(&mut game, &RIGHT, draw, 6);
    assert_eq!(opened(Draw::TooEarly), Err(MarketError::DrawTooEarly));
    assert_eq!(opened(Draw::Due(DRAWN)), Err(MarketError::CheckDue));
    assert_eq!(opened(Draw::Lapsed), Err(MarketError::CheckDue));
    assert_eq!(opened(Draw::NotDue), Ok(Opened::Standing));
}

#[test]
fn the_opening_ends_with_its_window() {
    let mut game = Game::new(0, 0).given(0, 1, plain(1, &RIGHT), 5);
    let end = 5 + RULES.open_window;
    assert_eq!(
        open(&mut game, &RIGHT, Draw::NotDue, end),
        Err(MarketError::DeadlinePassed)
    );
    assert_eq!(
        open(&mut game, &LIE, Draw::NotDue, end - 1),
        Err(MarketError::WrongOpening)
    );
    assert_eq!(
        open(&mut game, &RIGHT, Draw::NotDue, end - 1),
        Ok(Opened::Standing)
    );
}

#[test]
fn a_copied_hash_is_rejected_and_a_round_decides() {
    let mut game =
        Game::new(1, 0)
            .given(0, 1, plain(1, &RIGHT), 5)
            .given(1, 2, copied(&plain(1, &RIGHT)), 20);
    assert_eq!(open(&mut game, &RIGHT, Draw::NotDue, 30), Ok(Opened::Split));
    assert_eq!(game.task().phase(), Phase::Split);
    assert_eq!(game.seats[0].until.get(), 30 + RULES.open_window);
    assert_eq!(game.states(), [SeatState::Accepted, SeatState::Rejected]);
}

#[test]
fn a_result_that_nobody_sealed_is_refunded() {
    let mut game = Game::new(0, 0).given(0, 1, copied(&plain(2, &RIGHT)), 5);
    assert_eq!(
        open(&mut game, &RIGHT, Draw::NotDue, 6),
        Ok(Opened::Refunded)
    );
    assert_eq!(game.task().phase(), Phase::Refunded);
    assert_eq!(game.states(), [SeatState::Rejected]);
}

#[test]
fn the_seal_of_a_drawn_check_counts() {
    let checked = |contribution| {
        Game::new(0, 1_500)
            .given(0, 1, plain(1, &RIGHT), 5)
            .check_due(6)
            .checked(2, contribution, 8)
    };
    let mut agreed = checked(plain(2, &RIGHT));
    assert_eq!(
        open_with_check(&mut agreed, &RIGHT, 9),
        Ok(Opened::Standing)
    );
    assert_eq!(agreed.check.state(), SeatState::Accepted);
    assert_eq!(agreed.seats[0].winners, 2);
    let mut copy = checked(copied(&plain(1, &RIGHT)));
    assert_eq!(open_with_check(&mut copy, &RIGHT, 9), Ok(Opened::Split));
    assert_eq!(copy.check.state(), SeatState::Rejected);
    assert_eq!(copy.states(), [SeatState::Accepted]);
}

#[test]
fn a_result_ends_with_its_hold() {
    let mut game = Game::standing(&RIGHT, 0, 10);
    let end = 10 + RULES.hold;
    assert_eq!(game.task().finish(at(end - 1)), Ok(Phase::Standing));
    assert_eq!(game.task().finish(at(end)), Ok(Phase::Final));
    assert_eq!(game.task().finish(at(end)), Ok(Phase::Final));
    let mut running = Game::new(0, 0);
    assert_eq!(running.task().finish(at(u32::MAX)), Ok(Phase::Running));
}

#[test]
fn a_check_that_nobody_took_leaves_the_result_unproven_unless_another_was_done() {
    let end = at(u32::MAX);
    let unmanned = |late| {
        let mut game = Game::new(late, 0).given(0, 1, plain(1, &RIGHT), 5);
        let idle = 5 + RULES.late_idle();
        game.task().expire(None, at(idle), &RULES).unwrap();
        (game, idle)
    };
    let (game, idle) = unmanned(1);
    let (mut game, _) = game.opened(&RIGHT, idle);
    assert_eq!(game.task().finish(end), Ok(Phase::Unproven));
    let (game, idle) = unmanned(2);
    let game = game.given(2, 2, plain(2, &RIGHT), idle);
    let (mut game, _) = game.opened(&RIGHT, idle);
    assert_eq!(game.task().finish(end), Ok(Phase::Final));
}

#[test]
fn a_check_whose_draw_lapsed_is_paid_with_the_first_seats_pay() {
    let paid = |draw| {
        let mut game = Game::new(0, 1_500).given(0, 1, plain(1, &RIGHT), 5);
        game.with_check(|task, check, rules| task.open_check(check, draw, at(6), rules))
            .unwrap();
        let mut game = game.checked(2, plain(2, &RIGHT), 8);
        assert_eq!(open_with_check(&mut game, &RIGHT, 9), Ok(Opened::Standing));
        let task = game.task();
        [task.is_paid(0), task.is_paid(1)]
    };
    assert_eq!(paid(Draw::Lapsed), [false, true]);
    assert_eq!(paid(Draw::Due(DRAWN)), [true, true]);
}
