//! Which seats of a job are to be taken, and when a worker's rank admits it to each.

use crate::posting::Posting;
use assay_client::{instruction::market::SeatPlace, Address, Admission, SlotHashes};
use assay_market::{
    game::{draw::Purpose, Phase, Seat, SeatState},
    state::{slot_hash::Next, Source, Worker},
};

/// A seat that can be taken, now or later. Times are Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenSeat {
    pub place: SeatPlace,
    /// The check or round that it lies in.
    pub round: Option<Address>,
    /// When the worker's rank admits it.
    pub admitted_at: i64,
    /// When claims end.
    pub claims_end: i64,
    /// When the contribution must be there, if the seat is claimed as soon as possible.
    pub contribute_by: i64,
    /// Whether the contribution is blinded, which takes a second run.
    pub is_blind: bool,
}

/// Returns the seats of a task that `worker`, whose account is `account`, may take, now or later.
pub fn open_seats(
    posting: &Posting,
    task: u32,
    worker: &Address,
    account: &Worker,
    hashes: &SlotHashes,
    now: i64,
) -> Vec<OpenSeat> {
    let mut open = Vec::new();
    let job = &posting.job;
    let (header, rules) = (&job.header, job.header.rules());
    let time = job.moment(now).time;
    let admitted_at = |admission: &Admission| {
        if !account.is_older_than(admission.seed_time) {
            return None;
        }
        admission.admitted_at(job, worker, account)
    };
    let holds_seat = job.with_task(task, now, |task, _| task.holds(worker));
    let phase = job.phase(task, now);
    let seats = job.task(task);
    let (source, late) = match phase {
        Phase::Running if !holds_seat => (Source::Job, turn(seats)),
        Phase::Checking | Phase::Rechecking if !holds_seat => {
            let check = posting.round(task, Source::Check);
            let seat = check.and_then(|check| check.seats.first());
            (Source::Check, seat.map(|seat| (header.width(), seat)))
        }
        Phase::Disputed => {
            round_seats(posting, task, hashes, time, admitted_at, &mut open);
            return open;
        }
        _ => return open,
    };
    let Some((number, seat)) = late.filter(|(_, seat)| seat.state() == SeatState::Free) else {
        return open;
    };
    let (admission, claims_end) = if number == 0 {
        let Some(admission) = job.first_admission(task) else {
            return open;
        };
        (admission, rules.claim_until)
    } else {
        let slot = seat.slot.get();
        let Some(seed) = drawn(seat.drawn, &seat.hash, || {
            job.seed_after(hashes, slot, task, Purpose::LateSeat, number)
        }) else {
            return open;
        };
        let admission = job.late_admission(seat, number, seed);
        (admission, seat.until.get())
    };
    let Some(admitted_at) = admitted_at(&admission) else {
        return open;
    };
    let is_check = source == Source::Check;
    open.push(OpenSeat {
        place: SeatPlace {
            task,
            source,
            seat: if is_check { 0 } else { number },
        },
        round: posting
            .round(task, Source::Check)
            .filter(|_| is_check)
            .map(|check| check.address),
        admitted_at,
        claims_end: header.unix_time(claims_end),
        contribute_by: admitted_at
            .max(now)
            .saturating_add(i64::from(rules.run_window)),
        is_blind: phase == Phase::Rechecking,
    });
    open
}

/// Returns the seat of a task whose turn it is, and its index.
fn turn(seats: &[Seat]) -> Option<(u8, &Seat)> {
    let mut numbered = (0u8..).zip(seats);
    let next = numbered.find(|(_, seat)| seat.is_pending())?;
    (next.0 == 0 || next.1.until.get() != 0).then_some(next)
}

/// Returns the seed of a late seat: as it is on chain, or as the next claim will draw it.
fn drawn(is_drawn: u8, seed: &[u8; 32], draw: impl Fn() -> Next) -> Option<[u8; 32]> {
    if is_drawn != 0 {
        return Some(*seed);
    }
    match draw() {
        Next::Hash(seed) => Some(seed),
        Next::TooEarly | Next::Forgotten => None,
    }
}

/// Adds the free seats of the round that decides about a task at `time` of the job.
fn round_seats(
    posting: &Posting,
    task: u32,
    hashes: &SlotHashes,
    time: u32,
    admitted_at: impl Fn(&Admission) -> Option<i64>,
    open: &mut Vec<OpenSeat>,
) {
    let job = &posting.job;
    let rules = job.header.rules();
    let source = if job.rounds(task) > 1 {
        Source::Appeal
    } else {
        Source::Dispute
    };
    let Some(account) = posting.round(task, source) else {
        return;
    };
    let round = &account.header.round;
    let claims_end = round.opened_at.get().saturating_add(rules.round_claims());
    if round.is_decided() || time >= claims_end {
        return;
    }
    let Some(seed) = drawn(round.drawn, &round.seed, || {
        let purpose = account.header.purpose();
        job.seed_after(hashes, round.slot.get(), task, purpose, 0)
    }) else {
        return;
    };
    for (number, seat) in (0u8..).zip(&account.seats) {
        if seat.state() != SeatState::Free {
            continue;
        }
        let admission = job.round_admission(round, number, seed);
        let Some(admitted_at) = admitted_at(&admission) else {
            continue;
        };
        open.push(OpenSeat {
            place: SeatPlace {
                task,
                source,
                seat: number,
            },
            round: Some(account.address),
            admitted_at,
            claims_end: job.header.unix_time(claims_end),
            contribute_by: job.header.unix_time(round.ends_at(&rules)),
            is_blind: round.blind != 0,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, posting, round, set_seat};
    use assay_market::game::rank;
    use bytemuck::Zeroable as _;

    fn account(collateral: u64) -> Worker {
        Worker {
            free: collateral.into(),
            funded_at: (-1).into(),
            ..Worker::zeroed()
        }
    }

    /// Returns the open seats of task 0 for worker 1 with a tenth of the market's collateral.
    fn open(posting: &Posting, hashes: &SlotHashes, now: i64) -> Vec<OpenSeat> {
        open_seats(posting, 0, &address(1), &account(100), hashes, now)
    }

    fn none() -> SlotHashes {
        SlotHashes::default()
    }

    #[test]
    fn a_first_seat_admits_a_worker_at_the_second_that_the_program_says() {
        let posting = posting(1);
        let seats = open(&posting, &none(), 5);
        let [seat] = seats[..] else {
            panic!("{seats:?}")
        };
        assert_eq!((seat.place.source, seat.place.seat), (Source::Job, 0));
        let ticket = rank::ticket(&posting.job.header.seed, &address(1), 0, 0);
        let is_admitted = |at: i64| rank::is_admitted(ticket, 100, 1_000, at as u32, 8);
        assert!(is_admitted(seat.admitted_at) && !is_admitted(seat.admitted_at - 1));
        assert_eq!(seat.claims_end, 1_000);
        assert_eq!(seat.contribute_by, seat.admitted_at.max(5) + 60);
    }

    #[test]
    fn tasks_of_a_later_segment_admit_from_their_own_posting_on() {
        let mut posting = posting(1);
        let before = open(&posting, &none(), 0)[0].admitted_at;
        posting.job.header.segments[0].added_at = 300.into();
        assert_eq!(open(&posting, &none(), 300)[0].admitted_at, before + 300);
    }

    #[test]
    fn collateral_that_is_younger_than_the_seed_is_never_admitted() {
        let mut young = account(100);
        young.funded_at = 0.into();
        let seats = open_seats(&posting(1), 0, &address(1), &young, &none(), 5);
        assert!(seats.is_empty());
        let empty = open_seats(&posting(1), 0, &address(1), &account(0), &none(), 5);
        assert!(empty.is_empty());
    }

    #[test]
    fn a_late_seat_opens_after_the_contribution_before_it_and_once_its_slot_is_over() {
        let mut posting = posting(1);
        set_seat(&mut posting.job, 0, address(2), SeatState::Contributed);
        assert!(open(&posting, &none(), 450).is_empty(), "not its turn");
        let late = &mut posting.job.seats[1];
        (late.free_since, late.slot, late.until) = (440.into(), 90.into(), 1_200.into());
        assert!(
            open(&posting, &none(), 450).is_empty(),
            "its slot is to come"
        );
        let hashes = SlotHashes::new(vec![(91, [3; 32]), (90, [2; 32])]);
        let undrawn = open(&posting, &hashes, 450)[0];
        assert_eq!(undrawn.place.seat, 1);
        let late = &mut posting.job.seats[1];
        late.hash =
            assay_market::game::draw::draw_seed(&[3; 32], &[7; 32], 0, Purpose::LateSeat, 1);
        late.drawn = 1;
        assert_eq!(
            open(&posting, &none(), 450)[0],
            undrawn,
            "as the claim draws"
        );
        assert_eq!(undrawn.claims_end, 1_200);
    }

    #[test]
    fn who_holds_a_seat_of_the_task_takes_no_late_one() {
        let mut posting = posting(1);
        set_seat(&mut posting.job, 0, address(1), SeatState::Contributed);
        let late = &mut posting.job.seats[1];
        (late.until, late.drawn) = (1_200.into(), 1);
        assert!(open(&posting, &none(), 450).is_empty());
    }

    #[test]
    fn every_free_seat_of_a_round_is_open_until_its_claims_end() {
        let mut posting = posting(1);
        set_seat(&mut posting.job, 0, address(1), SeatState::Accepted);
        posting.job.seats[0].phase = Phase::Disputed as u8;
        posting.job.seats[0].rounds = 1;
        posting.rounds.push(round(0, Source::Dispute, 400));
        posting.rounds[0].header.round.blind = 1;
        posting.rounds[0].seats[2].state = SeatState::Claimed as u8;
        let seats = open(&posting, &none(), 410);
        let numbers: Vec<u8> = seats.iter().map(|seat| seat.place.seat).collect();
        assert_eq!(numbers, [0, 1, 3, 4]);
        // Claims end after eight steps of 32 seconds, the round a run later.
        assert!(seats
            .iter()
            .all(|seat| seat.is_blind && seat.claims_end == 656));
        assert!(seats.iter().all(|seat| seat.contribute_by == 716));
        assert!(open(&posting, &none(), 656).is_empty());
    }

    #[test]
    fn a_check_is_open_while_its_task_waits_for_it() {
        let mut posting = posting(1);
        set_seat(&mut posting.job, 0, address(2), SeatState::Accepted);
        posting.job.seats[0].phase = Phase::Rechecking as u8;
        let mut check = round(0, Source::Check, 400);
        check.seats[0].until = 900.into();
        check.seats[0].drawn = 1;
        posting.rounds.push(check);
        let seats = open(&posting, &none(), 410);
        assert!(seats[0].is_blind && seats[0].place.source == Source::Check);
        posting.job.seats[0].phase = Phase::Checking as u8;
        assert!(!open(&posting, &none(), 410)[0].is_blind);
        posting.job.seats[0].phase = Phase::Final as u8;
        assert!(open(&posting, &none(), 410).is_empty());
    }
}
