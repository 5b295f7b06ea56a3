//! Rounds that end without a majority, and draws that nobody used in time.

use super::{
    contribution::Contribution,
    round::{Outcome, Round, RoundKind},
    task::{flag, Draw},
    Moment, Phase, Rules, Seat, SeatState, Task,
};
use anchor_lang::prelude::Address;

const SEED: [u8; 32] = [1; 32];
const RIGHT: [u8; 32] = [2; 32];
const LIE: [u8; 32] = [3; 32];
const RULES: Rules = Rules {
    late_seats: 1,
    check_bps: 0,
    run_window: 100,
    hold: 900,
    open_window: 70,
    step: 8,
    claim_until: 500,
    total_collateral: 1_000,
};

fn worker(name: u8) -> Address {
    Address::new_from_array([name; 32])
}

fn at(time: u32) -> Moment {
    Moment { time, slot: time }
}

fn gives(name: u8, digest: &[u8; 32]) -> Contribution {
    Contribution::new(&SEED, 0, &worker(name), digest)
}

/// A first seat that lies and a late seat that does not.
fn split() -> [Seat; 2] {
    let mut seats = [Seat::default(); 2];
    seats[0].claim(&worker(1), at(0));
    let mut task = Task { seats: &mut seats };
    let lie = gives(1, &LIE);
    task.contribute(0, &worker(1), &lie, at(1), &RULES).unwrap();
    seats[1].draw([9; 32]).unwrap();
    seats[1].claim(&worker(2), at(2));
    let mut task = Task { seats: &mut seats };
    let right = gives(2, &RIGHT);
    task.contribute(1, &worker(2), &right, at(3), &RULES)
        .unwrap();
    assert_eq!(task.phase(), Phase::Split);
    seats
}

/// A round of which the members have contributed these digests.
fn round(blind: bool, digests: &[[u8; 32]]) -> (Round, Vec<Seat>) {
    let mut round = Round::open([0; 32], blind, at(4));
    round.draw([8; 32]).unwrap();
    let mut seats = vec![Seat::default(); 5];
    for (name, (seat, digest)) in seats.iter_mut().zip(digests).enumerate() {
        let name = 10 + u8::try_from(name).unwrap();
        seat.claim(&worker(name), at(5));
        round
            .contribute(seat, &worker(name), &gives(name, digest), at(6), &RULES)
            .unwrap();
    }
    (round, seats)
}

/// Two for what is right, three apart from each other.
const APART: [[u8; 32]; 5] = [RIGHT, RIGHT, LIE, [4; 32], [5; 32]];

#[test]
fn a_disagreement_that_a_dispute_leaves_open_goes_to_the_appeal() {
    let mut seats = split();
    let mut task = Task { seats: &mut seats };
    assert_eq!(task.open_round(at(4)).unwrap(), RoundKind::Dispute);
    let first = task.first().unwrap().hash;
    let outcome = Outcome::NoMajority;
    let kind = RoundKind::Dispute;
    task.apply(&outcome, kind, &first, None, &SEED, 0, at(50), &RULES)
        .unwrap();
    assert_eq!(task.phase(), Phase::Split);
    assert_eq!(task.open_round(at(60)).unwrap(), RoundKind::Appeal);
    let outcome = Outcome::Majority { digest: RIGHT };
    let kind = RoundKind::Appeal;
    task.apply(&outcome, kind, &first, None, &SEED, 0, at(90), &RULES)
        .unwrap();
    assert_eq!(task.phase(), Phase::Final);
    assert_eq!(seats[0].state(), SeatState::Rejected);
    assert_eq!(seats[1].state(), SeatState::Accepted);
}

#[test]
fn without_a_majority_in_the_appeal_nothing_is_proven_and_both_are_paid() {
    let mut seats = split();
    let mut task = Task { seats: &mut seats };
    for kind in [RoundKind::Dispute, RoundKind::Appeal] {
        assert_eq!(task.open_round(at(4)).unwrap(), kind);
        let first = task.first().unwrap().hash;
        let outcome = Outcome::NoMajority;
        task.apply(&outcome, kind, &first, None, &SEED, 0, at(5), &RULES)
            .unwrap();
    }
    assert_eq!(task.phase(), Phase::Unproven);
    assert!(seats.iter().all(|seat| seat.state() == SeatState::Accepted));
}

#[test]
fn a_disagreement_that_nobody_takes_to_the_appeal_is_unproven() {
    let mut seats = split();
    let mut task = Task { seats: &mut seats };
    task.open_round(at(4)).unwrap();
    let first = task.first().unwrap().hash;
    let (outcome, kind) = (Outcome::NoMajority, RoundKind::Dispute);
    task.apply(&outcome, kind, &first, None, &SEED, 0, at(50), &RULES)
        .unwrap();
    assert!(task.expire(None, at(119), &RULES).is_err());
    assert!(task.expire(None, at(120), &RULES).is_ok());
    assert_eq!(task.phase(), Phase::Unproven);
}

#[test]
fn a_verdict_that_an_appeal_neither_confirms_nor_overturns_is_unproven() {
    let mut seats = split();
    let mut task = Task { seats: &mut seats };
    task.open_round(at(4)).unwrap();
    let first = task.first().unwrap().hash;
    let (outcome, kind) = (Outcome::Majority { digest: LIE }, RoundKind::Dispute);
    task.apply(&outcome, kind, &first, None, &SEED, 0, at(50), &RULES)
        .unwrap();
    assert_eq!(task.challenge(at(60)).unwrap(), RoundKind::Appeal);
    let (outcome, kind) = (Outcome::NoMajority, RoundKind::Appeal);
    task.apply(&outcome, kind, &first, None, &SEED, 0, at(90), &RULES)
        .unwrap();
    assert_eq!(task.phase(), Phase::Unproven);
    assert_eq!(seats[0].state(), SeatState::Accepted);
}

#[test]
fn who_votes_apart_so_that_a_dispute_hangs_is_judged_by_the_appeal() {
    let (mut round, mut seats) = round(false, &APART);
    let given_up = round.give_up(&mut seats, &SEED, 0, at(50), &RULES);
    assert_eq!(given_up.unwrap(), Outcome::NoMajority);
    assert!(seats.iter().all(|seat| seat.state() == SeatState::Void));
    // A second time changes nothing.
    for _ in 0..2 {
        round.overturn(&mut seats, &RIGHT, &SEED, 0);
        let states: Vec<_> = seats.iter().map(Seat::state).collect();
        assert_eq!(states[..2], [SeatState::Accepted; 2]);
        assert_eq!(states[2..], [SeatState::Rejected; 3]);
    }
}

#[test]
fn votes_on_a_public_result_stay_void_because_nobody_knows_their_blinding() {
    let (mut round, mut seats) = round(true, &APART);
    round.give_up(&mut seats, &SEED, 0, at(50), &RULES).unwrap();
    round.overturn(&mut seats, &RIGHT, &SEED, 0);
    assert!(seats.iter().all(|seat| seat.state() == SeatState::Void));
}

/// A first seat that has contributed, in a job with a chance of a check.
fn waiting(draw: Draw) -> (Seat, Seat) {
    let rules = Rules {
        late_seats: 0,
        check_bps: 1_500,
        ..RULES
    };
    let mut seats = [Seat::default()];
    seats[0].claim(&worker(1), at(0));
    let mut task = Task { seats: &mut seats };
    let right = gives(1, &RIGHT);
    task.contribute(0, &worker(1), &right, at(1), &rules)
        .unwrap();
    let mut check = Seat::default();
    task.open_check(&mut check, draw, at(60), &rules).unwrap();
    (seats[0], check)
}

#[test]
fn who_lets_a_draw_lapse_pays_the_check_with_its_own_pay() {
    let (first, mut check) = waiting(Draw::Lapsed);
    let mut seats = [first];
    let task = Task { seats: &mut seats };
    assert!(task.has(flag::LAPSED));
    assert!(task.is_paid(0, Some(&check)));
    check.set_state(SeatState::Accepted);
    assert!(!task.is_paid(0, Some(&check)));
    assert!(task.is_paid(1, Some(&check)));
}

#[test]
fn a_check_that_was_drawn_in_time_costs_the_first_seat_nothing() {
    let (first, mut check) = waiting(Draw::Due([7; 32]));
    let mut seats = [first];
    let task = Task { seats: &mut seats };
    check.set_state(SeatState::Accepted);
    assert!(task.is_paid(0, Some(&check)));
    assert!(!task.is_accused());
}
