use super::fixtures::{at, plain, worker, DRAWN, RIGHT, RULES};
use super::seat::LateExpiry;
use super::{round::Round, Seat, SeatState};
use crate::error::MarketError;
use bytemuck::Zeroable;
use core::mem::{align_of, offset_of, size_of};

/// A late seat whose turn came at second 10 and that has its seed.
fn drawn() -> Seat {
    let mut seat = Seat::zeroed();
    seat.await_draw(at(10), &RULES);
    seat.draw(DRAWN).unwrap();
    seat
}

fn claimed(time: u32) -> Seat {
    let mut seat = drawn();
    seat.claim(&worker(1), at(time));
    seat
}

#[test]
fn the_layout_is_packed_and_fixed() {
    assert_eq!((size_of::<Seat>(), align_of::<Seat>()), (120, 1));
    let offsets = [
        offset_of!(Seat, worker),
        offset_of!(Seat, hash),
        offset_of!(Seat, seal),
        offset_of!(Seat, claimed_at),
        offset_of!(Seat, free_since),
        offset_of!(Seat, slot),
        offset_of!(Seat, until),
        offset_of!(Seat, state),
        offset_of!(Seat, misses),
        offset_of!(Seat, drawn),
        offset_of!(Seat, settled),
        offset_of!(Seat, phase),
        offset_of!(Seat, rounds),
        offset_of!(Seat, flags),
        offset_of!(Seat, winners),
    ];
    assert_eq!(
        offsets,
        [0, 32, 64, 96, 100, 104, 108, 112, 113, 114, 115, 116, 117, 118, 119]
    );
    assert_eq!((size_of::<Round>(), align_of::<Round>()), (227, 1));
    assert_eq!(offset_of!(Round, challenger), 64);
    assert_eq!(offset_of!(Round, digest), 184);
}

#[test]
fn every_state_is_read_back_and_unknown_bytes_are_closed() {
    let mut seat = Seat::zeroed();
    for byte in 0..=7 {
        seat.state = byte;
        assert_eq!(seat.state() as u8, byte);
    }
    for byte in 8..=255 {
        seat.state = byte;
        assert_eq!(seat.state(), SeatState::Closed);
    }
}

#[test]
fn a_zeroed_seat_is_free_and_waits_for_nothing() {
    let seat = Seat::zeroed();
    assert_eq!(seat.state(), SeatState::Free);
    assert!(!seat.awaits_draw());
    assert!(seat.is_pending());
    assert!(!seat.has_contributed());
}

#[test]
fn a_late_seat_is_drawn_once_its_turn_has_come() {
    let mut seat = Seat::zeroed();
    assert_eq!(seat.draw(DRAWN), Err(MarketError::NothingToDraw));
    seat.await_draw(at(10), &RULES);
    assert!(seat.awaits_draw());
    assert_eq!(seat.slot.get(), 20);
    assert_eq!(seat.until.get(), 10 + RULES.late_claims());
    assert_eq!(seat.draw(DRAWN), Ok(()));
    assert_eq!(seat.hash, DRAWN);
    assert_eq!(seat.draw([1; 32]), Err(MarketError::NothingToDraw));
    assert_eq!(seat.hash, DRAWN);
}

#[test]
fn a_lapsed_draw_names_another_slot_and_the_end_stays() {
    let mut seat = Seat::zeroed();
    assert_eq!(seat.draw_later(at(11)), Err(MarketError::NothingToDraw));
    seat.await_draw(at(10), &RULES);
    assert_eq!(seat.draw_later(at(30)), Ok(()));
    assert_eq!((seat.slot.get(), seat.free_since.get()), (60, 30));
    assert_eq!(seat.until.get(), 10 + RULES.late_claims());
    seat.draw(DRAWN).unwrap();
    assert_eq!(seat.draw_later(at(31)), Err(MarketError::NothingToDraw));
}

#[test]
fn a_late_seat_is_claimed_once_drawn_until_the_end_of_its_claims() {
    let end = 10 + RULES.late_claims();
    let mut undrawn = Seat::zeroed();
    undrawn.await_draw(at(10), &RULES);
    assert_eq!(
        undrawn.check_late_claim(at(11)),
        Err(MarketError::SeatNotDrawn)
    );
    assert_eq!(drawn().check_late_claim(at(end - 1)), Ok(()));
    assert_eq!(
        drawn().check_late_claim(at(end)),
        Err(MarketError::ClaimingOver)
    );
    assert_eq!(
        claimed(20).check_late_claim(at(21)),
        Err(MarketError::SeatNotFree)
    );
}

#[test]
fn a_claim_names_the_worker_and_the_second() {
    let seat = claimed(20);
    assert_eq!(seat.state(), SeatState::Claimed);
    assert_eq!((seat.worker, seat.claimed_at.get()), (worker(1), 20));
    assert_eq!(seat.deadline(RULES.run_window), 120);
    assert_eq!(seat.hash, DRAWN, "the seed stays until the contribution");
}

#[test]
fn a_contribution_is_taken_before_the_deadline_from_the_holder_once() {
    let (one, two) = (worker(1), worker(2));
    let answer = plain(1, &RIGHT);
    let give = |seat: &mut Seat, by, time| seat.contribute(by, &answer, at(time), 120);
    assert_eq!(give(&mut drawn(), &one, 20), Err(MarketError::NotClaimed));
    let mut seat = claimed(20);
    assert_eq!(give(&mut seat, &two, 30), Err(MarketError::NotSeatHolder));
    assert_eq!(give(&mut seat, &one, 120), Err(MarketError::DeadlinePassed));
    assert_eq!(seat, claimed(20), "a refusal changes nothing");
    assert_eq!(give(&mut seat, &one, 119), Ok(()));
    assert_eq!(seat.contribution(), answer);
    assert_eq!(seat.state(), SeatState::Contributed);
    assert!(seat.has_contributed());
    assert!(!seat.is_pending());
    assert_eq!(give(&mut seat, &one, 119), Err(MarketError::NotClaimed));
}

#[test]
fn a_missed_claim_frees_the_seat_at_its_deadline() {
    let mut seat = claimed(20);
    assert_eq!(
        seat.expire_late(at(119), &RULES),
        Err(MarketError::NothingOverdue)
    );
    assert_eq!(seat.expire_late(at(120), &RULES), Ok(LateExpiry::Missed));
    assert_eq!(seat.state(), SeatState::Free);
    assert_eq!((seat.misses, seat.free_since.get()), (1, 120));
    assert_eq!((seat.hash, seat.drawn), (DRAWN, 1), "it keeps its seed");
    assert_eq!(seat.until.get(), 10 + RULES.late_claims());
}

#[test]
fn misses_stop_at_255() {
    let mut seat = claimed(20);
    seat.misses = 255;
    seat.reopen(at(120));
    assert_eq!(seat.misses, 255);
}

#[test]
fn a_seat_that_nobody_takes_is_closed_after_it_was_open_to_all_for_a_run() {
    let idle = 10 + RULES.late_idle();
    let mut seat = drawn();
    assert_eq!(
        seat.expire_late(at(idle - 1), &RULES),
        Err(MarketError::NothingOverdue)
    );
    assert_eq!(seat.expire_late(at(idle), &RULES), Ok(LateExpiry::Closed));
    assert_eq!(seat.state(), SeatState::Closed);
    assert_eq!(
        seat.expire_late(at(idle), &RULES),
        Err(MarketError::NothingOverdue)
    );
}

#[test]
fn a_seat_whose_draw_nobody_makes_is_closed_as_well() {
    let mut seat = Seat::zeroed();
    seat.await_draw(at(10), &RULES);
    let idle = at(10 + RULES.late_idle());
    assert_eq!(seat.expire_late(idle, &RULES), Ok(LateExpiry::Closed));
}

#[test]
fn misses_never_move_the_end_of_the_claims() {
    let end = 10 + RULES.late_claims();
    let mut seat = claimed(end - 1);
    let missed = end - 1 + RULES.run_window;
    assert_eq!(seat.expire_late(at(missed), &RULES), Ok(LateExpiry::Missed));
    assert_eq!(
        seat.check_late_claim(at(missed)),
        Err(MarketError::ClaimingOver)
    );
    assert_eq!(seat.expire_late(at(missed), &RULES), Ok(LateExpiry::Closed));
}

#[test]
fn a_seat_whose_turn_has_not_come_never_expires() {
    let mut seat = Seat::zeroed();
    assert_eq!(
        seat.expire_late(at(u32::MAX), &RULES),
        Err(MarketError::NothingOverdue)
    );
}

#[test]
fn a_seat_is_accepted_only_with_the_hash_and_its_own_seal() {
    let (right, other) = (plain(1, &RIGHT), plain(2, &RIGHT));
    let judged = |hash, seal| {
        let mut seat = claimed(20);
        seat.contribute(&worker(1), &right, at(21), 120).unwrap();
        (seat.judge(&hash, &seal), seat.state())
    };
    assert_eq!(judged(right.hash, right.seal), (true, SeatState::Accepted));
    assert_eq!(judged(right.hash, other.seal), (false, SeatState::Rejected));
    assert_eq!(judged([0; 32], right.seal), (false, SeatState::Rejected));
}

#[test]
fn a_seat_is_settled_once_for_its_worker() {
    let mut seat = claimed(20);
    seat.set_state(SeatState::Void);
    assert_eq!(seat.settle(&worker(2)), Err(MarketError::NotSeatHolder));
    assert_eq!(seat.settle(&worker(1)), Ok(SeatState::Void));
    assert_eq!(seat.settle(&worker(1)), Err(MarketError::AlreadySettled));
}

#[test]
fn a_released_seat_is_paid_once_and_stays_settled() {
    let mut seat = claimed(20);
    seat.set_state(SeatState::Accepted);
    assert_eq!(seat.pay_owed(), Err(MarketError::AlreadySettled));
    seat.settle(&worker(1)).unwrap();
    seat.owe();
    assert!(seat.is_owed() && seat.is_settled());
    assert_eq!(seat.settle(&worker(1)), Err(MarketError::AlreadySettled));
    // An award is no matter of the pay.
    assert_eq!(seat.award(&worker(1)), Ok(SeatState::Accepted));
    assert_eq!(seat.pay_owed(), Ok(()));
    assert!(!seat.is_owed() && seat.is_settled() && !seat.awaits_award());
    assert_eq!(seat.pay_owed(), Err(MarketError::AlreadySettled));
}
