use super::*;
use crate::{
    journal::Record,
    sample::{job, seat, set, someone},
};

const SEALED: Sealed = Sealed {
    digest: [1; 32],
    salt: [2; 32],
    exit_code: 0,
};

fn book() -> Book {
    let mut book = Book::default();
    let result = Record::Result {
        seat: seat(0, 1),
        sealed: SEALED,
        at: 0,
    };
    book.add(&result).unwrap();
    book
}

fn stage(state: SeatState, value: [u8; 32], book: &Book) -> Option<Stage> {
    let mut job = job(1);
    set(&mut job, 1, someone(1), state, value);
    Stage::of(&job, 1, &someone(1), book)
}

fn opening() -> [u8; 32] {
    let (job, worker) = (job(1).address, someone(1));
    commitment(&job, 0, &worker, &SEALED.digest, &SEALED.salt)
}

#[test]
fn a_claim_without_a_result_is_run() {
    let stage = stage(SeatState::Claimed, [0; 32], &Book::default());
    assert!(matches!(stage, Some(Stage::Claimed(Claimed { seat: s })) if s == seat(0, 1)));
}

#[test]
fn a_claim_with_a_result_is_never_run_again_but_committed() {
    let stage = stage(SeatState::Claimed, [0; 32], &book());
    assert!(matches!(stage, Some(Stage::Executed(Executed { sealed, .. })) if sealed == SEALED));
}

#[test]
fn a_commitment_of_ours_is_revealed() {
    let stage = stage(SeatState::Committed, opening(), &book());
    assert!(matches!(stage, Some(Stage::Committed(Committed { sealed, .. })) if sealed == SEALED));
}

#[test]
fn a_commitment_that_the_journal_cannot_open_is_lost() {
    let foreign = stage(SeatState::Committed, [5; 32], &book());
    assert!(matches!(foreign, Some(Stage::Lost(_))));
    let forgotten = stage(SeatState::Committed, opening(), &Book::default());
    assert!(matches!(forgotten, Some(Stage::Lost(_))));
}

#[test]
fn the_result_of_an_earlier_posting_is_not_delivered_to_a_later_one() {
    let mut later = job(1);
    later.header.seed = [8; 32];
    set(&mut later, 1, someone(1), SeatState::Claimed, [0; 32]);
    let stage = Stage::of(&later, 1, &someone(1), &book());
    assert!(matches!(stage, Some(Stage::Claimed(_))));
}

#[test]
fn only_accepted_and_void_seats_are_collected() {
    for (state, is_final) in [
        (SeatState::Revealed, false),
        (SeatState::Accepted, true),
        (SeatState::Void, true),
    ] {
        let stage = stage(state, SEALED.digest, &book());
        assert!(matches!(stage, Some(Stage::Revealed(seat)) if seat.is_final() == is_final));
    }
    for state in [SeatState::Rejected, SeatState::Missed] {
        assert!(matches!(
            stage(state, [0; 32], &book()),
            Some(Stage::Forfeited(_))
        ));
    }
}

#[test]
fn a_collected_seat_is_not_collected_again() {
    let mut job = job(1);
    set(&mut job, 1, someone(1), SeatState::Accepted, SEALED.digest);
    job.seats[1].collected = 1;
    let stage = Stage::of(&job, 1, &someone(1), &book());
    assert!(matches!(
        stage,
        Some(Stage::Collected { accepted: true, .. })
    ));
}

#[test]
fn seats_of_others_are_none_of_our_business() {
    let mut job = job(1);
    set(&mut job, 1, someone(2), SeatState::Claimed, [0; 32]);
    assert!(Stage::of(&job, 1, &someone(1), &book()).is_none());
    assert!(Stage::of(&job, 99, &someone(1), &book()).is_none());
}
