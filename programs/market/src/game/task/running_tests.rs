use super::{flag, Expiry, Phase};
use crate::{
    error::MarketError,
    game::{
        fixtures::{at, plain, worker, Game, DRAWN, LIE, RIGHT, RULES},
        Seat, SeatState,
    },
};
use proptest::prelude::*;

#[test]
fn a_task_without_seats_is_no_task() {
    let mut game = Game::new(0, 0);
    game.seats.clear();
    assert_eq!(game.task().first().err(), Some(MarketError::NoSuchTask));
    assert_eq!(game.task().phase(), Phase::Cancelled);
    assert_eq!(game.task().cancel(), Err(MarketError::NothingToCancel));
}

#[test]
fn every_phase_is_read_back_and_unknown_bytes_are_cancelled() {
    let mut game = Game::new(0, 0);
    for byte in 0..=9 {
        game.seats[0].phase = byte;
        assert_eq!(game.task().phase() as u8, byte);
    }
    for byte in 10..=255 {
        game.seats[0].phase = byte;
        assert_eq!(game.task().phase(), Phase::Cancelled);
    }
}

#[test]
fn four_phases_are_ends() {
    let ends = [
        Phase::Final,
        Phase::Unproven,
        Phase::Refunded,
        Phase::Cancelled,
    ];
    let mut game = Game::new(0, 0);
    for byte in 0..=9 {
        game.seats[0].phase = byte;
        let phase = game.task().phase();
        assert_eq!(phase.is_end(), ends.contains(&phase));
    }
}

#[test]
fn only_a_task_that_nobody_holds_is_cancelled() {
    let mut free = Game::new(0, 0);
    assert_eq!(free.task().cancel(), Ok(()));
    assert_eq!(free.task().phase(), Phase::Cancelled);
    assert_eq!(free.task().cancel(), Err(MarketError::NothingToCancel));
    let mut claimed = Game::new(0, 0).claimed(0, 1, 5);
    assert_eq!(claimed.task().cancel(), Err(MarketError::NothingToCancel));
}

#[test]
fn the_first_seat_is_claimed_before_the_end_of_the_claims() {
    let mut game = Game::new(0, 0);
    let claim =
        |game: &mut Game, seat, time| game.task().check_claim(seat, &worker(1), at(time), &RULES);
    assert_eq!(claim(&mut game, 0, RULES.claim_until - 1), Ok(()));
    assert_eq!(
        claim(&mut game, 0, RULES.claim_until),
        Err(MarketError::ClaimingOver)
    );
    assert_eq!(claim(&mut game, 1, 0), Err(MarketError::NoSuchSeat));
    let mut taken = Game::new(0, 0).claimed(0, 2, 5);
    assert_eq!(claim(&mut taken, 0, 6), Err(MarketError::SeatNotFree));
    let mut ended = Game::new(0, 0);
    ended.task().cancel().unwrap();
    assert_eq!(claim(&mut ended, 0, 6), Err(MarketError::TaskDecided));
}

#[test]
fn a_late_seat_waits_for_the_contribution_before_it_and_for_its_draw() {
    let mut game = Game::new(2, 0).claimed(0, 1, 5);
    let claim =
        |game: &mut Game, seat, name| game.task().check_claim(seat, &worker(name), at(50), &RULES);
    assert_eq!(claim(&mut game, 1, 2), Err(MarketError::SeatNotDrawn));
    assert_eq!(game.seats[1].draw(DRAWN), Err(MarketError::NothingToDraw));
    let mut game = Game::new(2, 0).given(0, 1, plain(1, &RIGHT), 5);
    assert_eq!(claim(&mut game, 1, 2), Err(MarketError::SeatNotDrawn));
    game.seats[1].draw(DRAWN).unwrap();
    assert_eq!(claim(&mut game, 1, 2), Ok(()));
    assert_eq!(claim(&mut game, 1, 1), Err(MarketError::AlreadyInTask));
    assert_eq!(claim(&mut game, 2, 2), Err(MarketError::SeatNotDrawn));
    assert_eq!(game.seats[2].draw(DRAWN), Err(MarketError::NothingToDraw));
}

#[test]
fn who_missed_a_seat_may_take_one_again() {
    let mut game = Game::new(0, 0).claimed(0, 1, 5);
    assert!(game.task().holds(&worker(1)));
    game.task().expire(None, at(105), &RULES).unwrap();
    assert!(!game.task().holds(&worker(1)));
    game.claimed(0, 1, 106);
}

#[test]
fn a_contribution_needs_a_seat() {
    let mut game = Game::new(0, 0);
    let contribution = plain(1, &RIGHT);
    let give = |game: &mut Game, seat| {
        game.task()
            .contribute(seat, &worker(1), &contribution, at(6), &RULES)
    };
    assert_eq!(give(&mut game, 1), Err(MarketError::NoSuchSeat));
    assert_eq!(give(&mut game, 0), Err(MarketError::NotClaimed));
    let mut other = Game::new(0, 0).claimed(0, 2, 5);
    assert_eq!(give(&mut other, 0), Err(MarketError::NotSeatHolder));
    let mut late = Game::new(0, 0).claimed(0, 1, 5);
    let missed = late
        .task()
        .contribute(0, &worker(1), &contribution, at(105), &RULES);
    assert_eq!(missed, Err(MarketError::DeadlinePassed));
    let in_time = late
        .task()
        .contribute(0, &worker(1), &contribution, at(104), &RULES);
    assert_eq!(in_time, Ok(()));
}

#[test]
fn after_the_last_contribution_the_opening_begins() {
    let game = Game::new(0, 0).given(0, 1, plain(1, &RIGHT), 30);
    assert_eq!(game.seats[0].until.get(), 30 + RULES.open_window);
    assert_eq!(
        game.seats[0].slot.get(),
        60,
        "the slot that decides on a check"
    );
    let mut late = Game::new(1, 0).given(0, 1, plain(1, &RIGHT), 30);
    assert!(!late.task().is_complete());
    assert_eq!(late.seats[0].until.get(), 0);
    let mut both = late.given(1, 2, plain(2, &RIGHT), 40);
    assert!(both.task().is_complete());
    assert_eq!(both.seats[0].until.get(), 40 + RULES.open_window);
}

#[test]
fn another_hash_splits_the_task_and_closes_the_seats_behind() {
    let mut game = Game::new(2, 0)
        .given(0, 1, plain(1, &LIE), 5)
        .given(1, 2, plain(2, &RIGHT), 20);
    assert_eq!(game.task().phase(), Phase::Split);
    assert_eq!(game.seats[0].until.get(), 20 + RULES.open_window);
    assert_eq!(
        game.states(),
        [
            SeatState::Contributed,
            SeatState::Contributed,
            SeatState::Closed
        ]
    );
}

#[test]
fn nobody_claims_the_first_seat() {
    let mut game = Game::new(0, 0);
    let expire = |game: &mut Game, time| game.task().expire(None, at(time), &RULES);
    assert_eq!(
        expire(&mut game, RULES.claim_until - 1),
        Err(MarketError::NothingOverdue)
    );
    assert_eq!(expire(&mut game, RULES.claim_until), Ok(Expiry::Unclaimed));
    assert_eq!(game.task().phase(), Phase::Refunded);
    assert_eq!(
        expire(&mut game, u32::MAX),
        Err(MarketError::NothingOverdue)
    );
}

#[test]
fn the_first_seat_reopens_when_its_worker_misses() {
    let mut game = Game::new(1, 0).claimed(0, 1, 450);
    let expire = |game: &mut Game, time| game.task().expire(None, at(time), &RULES);
    assert_eq!(expire(&mut game, 549), Err(MarketError::NothingOverdue));
    assert_eq!(expire(&mut game, 550), Ok(Expiry::Missed { seat: 0 }));
    assert_eq!(game.seats[0].misses, 1);
    // Claims are over meanwhile.
    assert_eq!(expire(&mut game, 550), Ok(Expiry::Unclaimed));
}

#[test]
fn a_late_seat_reopens_or_closes_and_the_next_one_has_its_turn() {
    let mut game = Game::new(2, 0)
        .given(0, 1, plain(1, &RIGHT), 5)
        .claimed(1, 2, 10);
    let expire = |game: &mut Game, time| game.task().expire(None, at(time), &RULES);
    assert_eq!(expire(&mut game, 109), Err(MarketError::NothingOverdue));
    assert_eq!(expire(&mut game, 110), Ok(Expiry::Missed { seat: 1 }));
    let idle = 110 + RULES.late_idle();
    assert_eq!(
        expire(&mut game, idle - 1),
        Err(MarketError::NothingOverdue)
    );
    assert_eq!(expire(&mut game, idle), Ok(Expiry::Closed { seat: 1 }));
    assert!(game.task().has(super::flag::UNMANNED));
    assert!(game.seats[2].awaits_draw());
    let idle = idle + RULES.late_idle();
    assert_eq!(expire(&mut game, idle), Ok(Expiry::Closed { seat: 2 }));
    assert!(game.task().is_complete());
    assert_eq!(game.seats[0].until.get(), idle + RULES.open_window);
}

#[test]
fn contributions_that_nobody_opens_are_rejected() {
    let mut game =
        Game::new(1, 0)
            .given(0, 1, plain(1, &RIGHT), 5)
            .given(1, 2, plain(2, &RIGHT), 20);
    let end = 20 + RULES.open_window;
    let early = game.task().expire(None, at(end - 1), &RULES);
    assert_eq!(early, Err(MarketError::NothingOverdue));
    let expired = game.task().expire(None, at(end), &RULES);
    assert_eq!(expired, Ok(Expiry::Unopened));
    assert_eq!(game.task().phase(), Phase::Refunded);
    assert_eq!(game.states(), [SeatState::Rejected; 2]);
}

#[test]
fn a_disagreement_without_a_round_pays_all_and_proves_nothing() {
    let mut game = Game::split(20);
    let end = 20 + RULES.open_window;
    let early = game.task().expire(None, at(end - 1), &RULES);
    assert_eq!(early, Err(MarketError::NothingOverdue));
    let expired = game.task().expire(None, at(end), &RULES);
    assert_eq!(expired, Ok(Expiry::Undecided));
    assert_eq!(game.task().phase(), Phase::Unproven);
    assert_eq!(game.states(), [SeatState::Accepted; 2]);
}

#[test]
fn a_seat_is_settled_only_after_the_end() {
    let mut game = Game::split(20);
    let early = game.task().settle(0, &worker(1));
    assert_eq!(early, Err(MarketError::TaskNotEnded));
    let mut outside = Seat {
        worker: worker(9),
        ..Seat::default()
    };
    let early = game.task().settle_outside(&mut outside, &worker(9));
    assert_eq!(early, Err(MarketError::TaskNotEnded));
    let end = at(20 + RULES.open_window);
    game.task().expire(None, end, &RULES).unwrap();
    let settle = |game: &mut Game, seat, name| game.task().settle(seat, &worker(name));
    assert_eq!(settle(&mut game, 2, 1), Err(MarketError::NoSuchSeat));
    assert_eq!(settle(&mut game, 0, 2), Err(MarketError::NotSeatHolder));
    assert_eq!(settle(&mut game, 0, 1), Ok(SeatState::Accepted));
    assert_eq!(settle(&mut game, 0, 1), Err(MarketError::AlreadySettled));
    let settled = game.task().settle_outside(&mut outside, &worker(9));
    assert_eq!(settled, Ok(SeatState::Free));
    let again = game.task().settle_outside(&mut outside, &worker(9));
    assert_eq!(again, Err(MarketError::AlreadySettled));
}

#[test]
fn only_an_accepted_seat_that_is_paid_is_owed() {
    let mut game = Game::split(20);
    let end = at(20 + RULES.open_window);
    game.task().expire(None, end, &RULES).unwrap();
    assert_eq!(game.states(), [SeatState::Accepted; 2]);
    assert_eq!(game.task().owe(2), Err(MarketError::NoSuchSeat));
    game.task().set_flag(flag::FORGONE).unwrap();
    assert_eq!(game.task().owe(0), Ok(false));
    assert_eq!(game.task().owe(1), Ok(true));
    let owed = |game: &mut Game| {
        game.task()
            .seats
            .iter()
            .map(Seat::is_owed)
            .collect::<Vec<_>>()
    };
    assert_eq!(owed(&mut game), [false, true]);
    assert_eq!(game.task().pay_owed(1), Ok(()));
    assert_eq!(game.task().pay_owed(1), Err(MarketError::AlreadySettled));
    assert_eq!(game.task().pay_owed(2), Err(MarketError::NoSuchSeat));
    game.task().seats[1].set_state(SeatState::Void);
    assert_eq!(game.task().owe(1), Ok(false));
}

proptest! {
    /// Whatever the times, a task whose overdue steps are taken ends, and no later than its exposure.
    #[test]
    fn a_claimed_task_ends_within_its_exposure(claim in 0u32..500, late in 0u8..=2) {
        let mut game = Game::new(late, 0).given(0, 1, plain(1, &RIGHT), claim);
        let mut time = claim;
        while !game.task().phase().is_end() {
            let rules = game.rules;
            if game.task().expire(None, at(time), &rules).is_err() {
                time += 1;
            }
        }
        prop_assert!(u64::from(time - claim) <= game.rules.exposure(u32::from(late)));
    }
}
