use super::{Round, RoundKind};
use crate::{
    error::MarketError,
    game::{
        fixtures::{at, plain, worker, DRAWN, LIE, RIGHT, RULES},
        Seat, SeatState,
    },
};
use bytemuck::Zeroable;

fn drawn() -> Round {
    let mut round = Round::open([3; 32], true, at(10));
    round.draw(DRAWN).unwrap();
    round
}

#[test]
fn a_new_round_keeps_what_it_is_given_and_waits_for_its_draw() {
    let round = Round::open([3; 32], true, at(10));
    assert_eq!(round.first_hash, [3; 32]);
    assert_eq!((round.opened_at.get(), round.slot.get()), (10, 20));
    assert_eq!((round.blind, round.drawn, round.verdict), (1, 0, 0));
    assert!(!round.is_drawn() && !round.is_decided());
    assert_eq!(Round::open([3; 32], false, at(10)).blind, 0);
    assert_eq!(round.ends_at(&RULES), 10 + 8 * 4 * 8 + 100);
    assert_eq!(RoundKind::Dispute.seats(), 5);
    assert_eq!(RoundKind::Appeal.seats(), 45);
}

#[test]
fn a_round_is_drawn_once() {
    let mut round = Round::open([3; 32], true, at(10));
    assert_eq!(round.draw_later(at(30)), Ok(()));
    assert_eq!(round.slot.get(), 60);
    assert_eq!(round.opened_at.get(), 10, "its end stays");
    assert_eq!(round.draw(DRAWN), Ok(()));
    assert_eq!(round.seed, DRAWN);
    assert_eq!(round.draw([1; 32]), Err(MarketError::NothingToDraw));
    assert_eq!(round.draw_later(at(31)), Err(MarketError::NothingToDraw));
}

#[test]
fn a_decided_round_is_not_drawn() {
    let mut round = Round::open([3; 32], true, at(10));
    round.verdict = 2;
    assert_eq!(round.draw(DRAWN), Err(MarketError::NothingToDraw));
    assert_eq!(round.draw_later(at(30)), Err(MarketError::NothingToDraw));
}

#[test]
fn a_seat_is_claimed_once_drawn_until_the_end_of_the_claims() {
    let end = 10 + RULES.round_claims();
    let free = Seat::zeroed();
    let undrawn = Round::open([3; 32], true, at(10));
    assert_eq!(
        undrawn.check_claim(&free, at(11), &RULES),
        Err(MarketError::SeatNotDrawn)
    );
    let round = drawn();
    assert_eq!(round.check_claim(&free, at(end - 1), &RULES), Ok(()));
    assert_eq!(
        round.check_claim(&free, at(end), &RULES),
        Err(MarketError::ClaimingOver)
    );
    let mut taken = free;
    taken.claim(&worker(1), at(11));
    assert_eq!(
        round.check_claim(&taken, at(12), &RULES),
        Err(MarketError::SeatNotFree)
    );
    let mut decided = round;
    decided.verdict = 1;
    assert_eq!(
        decided.check_claim(&free, at(11), &RULES),
        Err(MarketError::ClaimingOver)
    );
}

#[test]
fn contributions_are_taken_until_the_round_ends() {
    let round = drawn();
    let (end, contribution) = (round.ends_at(&RULES), plain(1, &RIGHT));
    let mut seat = Seat::zeroed();
    let give = |seat: &mut Seat, name, time| {
        round.contribute(seat, &worker(name), &contribution, at(time), &RULES)
    };
    assert_eq!(give(&mut seat, 1, 11), Err(MarketError::NotClaimed));
    seat.claim(&worker(1), at(11));
    assert_eq!(give(&mut seat, 2, 12), Err(MarketError::NotSeatHolder));
    assert_eq!(give(&mut seat, 1, end), Err(MarketError::DeadlinePassed));
    assert_eq!(give(&mut seat, 1, end - 1), Ok(()));
    assert_eq!(seat.state(), SeatState::Contributed);
}

#[test]
fn a_challenger_has_contributed_when_the_round_opens() {
    let mut round = Round::open([3; 32], true, at(10));
    let contribution = plain(9, &LIE);
    round.set_challenger(&worker(9), &contribution, at(10));
    assert_eq!(round.challenger.state(), SeatState::Contributed);
    assert_eq!(round.challenger.worker, worker(9));
    assert_eq!(round.challenger.contribution(), contribution);
}
