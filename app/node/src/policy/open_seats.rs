//! Which seats of a job are to be taken, and when a worker's rank admits it to each.

use crate::posting::Posting;
use assay_client::{instruction::market::SeatPlace, Address, SlotHashes};
use assay_market::{
    game::{draw::Purpose, rank, Phase, Seat, SeatState},
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

/// The seed of a seat's tickets with what else decides about its admission. Times are those of the job.
struct Admission {
    seed: [u8; 32],
    /// Number of the seat in the tickets.
    seat: u32,
    misses: u8,
    since: u32,
    step: u32,
    /// Unix time before which the seed was unknown.
    seed_time: i64,
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
        let Admission { seat, misses, .. } = *admission;
        let ticket = rank::ticket(&admission.seed, worker, seat, misses);
        let total = rules.total_collateral;
        let wait = rank::admitted_after(ticket, account.total_collateral(), total, admission.step)?;
        Some(header.unix_time(admission.since.saturating_add(wait)))
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
        let added_at = header.segment_of(task).added_at.get();
        let admission = Admission {
            seed: header.seed,
            seat: job.seat_index(task, 0),
            misses: seat.misses,
            since: seat.free_since.get().max(job.moment(added_at).time),
            step: rules.step,
            seed_time: header.posted_at.get(),
        };
        (admission, rules.claim_until)
    } else {
        let slot = seat.slot.get();
        let Some(seed) = drawn(seat.drawn, &seat.hash, || {
            job.seed_after(hashes, slot, task, Purpose::LateSeat, number)
        }) else {
            return open;
        };
        let admission = Admission {
            seed,
            seat: u32::from(number),
            misses: seat.misses,
            since: seat.free_since.get(),
            step: rules.step,
            seed_time: header.unix_time(seat.draw_time(&rules)),
        };
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
        let admission = Admission {
            seed,
            seat: u32::from(number),
            misses: 0,
            since: round.opened_at.get(),
            step: rules.round_step(),
            seed_time: job.header.unix_time(round.opened_at.get()),
        };
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
