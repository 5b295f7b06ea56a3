//! When a worker's rank admits it to a seat: the program's lottery, as everybody can compute it from the accounts.

use crate::JobView;
use anchor_lang::Address;
use assay_market::{
    game::{rank, Round, Seat},
    state::Worker,
};

/// The seed of a seat's tickets with what else decides about its admission. Times are those of the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Decides the tickets.
    pub seed: [u8; 32],
    /// Number of the seat in the tickets.
    pub seat: u32,
    /// Deadlines missed in the seat so far.
    pub misses: u8,
    /// Since when the seat is free, seconds since the posting.
    pub since: u32,
    /// In which the admission doubles, seconds.
    pub step: u32,
    /// Unix time before which the seed was unknown: collateral that is younger is not admitted.
    pub seed_time: i64,
}

impl Admission {
    /// Returns the Unix time from which the rank of `worker`, whose account is `account`, admits it; `None` if it never does.
    /// Whether the collateral is old enough is another rule: see `seed_time`.
    pub fn admitted_at(&self, job: &JobView, worker: &Address, account: &Worker) -> Option<i64> {
        let ticket = rank::ticket(&self.seed, worker, self.seat, self.misses);
        let total = job.header.total_collateral.get();
        let wait = rank::admitted_after(ticket, account.total_collateral(), total, self.step)?;
        Some(job.header.unix_time(self.since.saturating_add(wait)))
    }
}

impl JobView {
    /// Returns the admission to the first seat of a task; `None` if there is no such task.
    pub fn first_admission(&self, task: u32) -> Option<Admission> {
        let seat = self.task(task).first()?;
        let added_at = self.header.segment_of(task).added_at.get();
        Some(Admission {
            seed: self.header.seed,
            seat: self.seat_index(task, 0),
            misses: seat.misses,
            since: seat.free_since.get().max(self.moment(added_at).time),
            step: self.header.step.get(),
            seed_time: self.header.posted_at.get(),
        })
    }

    /// Returns the admission to a late seat that `seed` was drawn for. `number` is its index in the task; of a check the
    /// index that it would have, `Job::width`.
    pub fn late_admission(&self, seat: &Seat, number: u8, seed: [u8; 32]) -> Admission {
        let rules = self.header.rules();
        Admission {
            seed,
            seat: u32::from(number),
            misses: seat.misses,
            since: seat.free_since.get(),
            step: rules.step,
            seed_time: self.header.unix_time(seat.draw_time(&rules)),
        }
    }

    /// Returns the admission to a member's seat of a round that `seed` was drawn for.
    pub fn round_admission(&self, round: &Round, seat: u8, seed: [u8; 32]) -> Admission {
        let opened_at = round.opened_at.get();
        Admission {
            seed,
            seat: u32::from(seat),
            misses: 0,
            since: opened_at,
            step: self.header.rules().round_step(),
            seed_time: self.header.unix_time(opened_at),
        }
    }
}
