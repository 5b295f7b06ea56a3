//! A job with the accounts of its checks and rounds, and the seats in them.

use crate::seat_id::{JobId, SeatAccount, SeatId};
use assay_client::{instruction::market::SeatPlace, pda, Address, JobView, RoundView};
use assay_market::{
    game::{Seat, SeatState},
    state::{Source, CHALLENGER},
};
use std::collections::HashMap;

/// A job with its checks and rounds, as they were at about the same time.
#[derive(Clone)]
pub struct Posting {
    pub job: JobView,
    /// The accounts of checks and rounds, of all tasks.
    pub rounds: Vec<RoundView>,
}

/// A seat that a worker holds.
#[derive(Clone, Copy)]
pub struct HeldSeat<'a> {
    pub id: SeatId,
    pub seat: &'a Seat,
    /// The check or round that the seat lies in.
    pub round: Option<&'a RoundView>,
}

impl Posting {
    /// Joins jobs with the rounds that belong to them.
    pub fn join(jobs: Vec<JobView>, rounds: Vec<RoundView>) -> Vec<Self> {
        let mut by_job = HashMap::<Address, Vec<RoundView>>::new();
        for round in rounds {
            by_job.entry(round.header.job).or_default().push(round);
        }
        let join = |job: JobView| Self {
            rounds: by_job.remove(&job.address).unwrap_or_default(),
            job,
        };
        jobs.into_iter().map(join).collect()
    }

    /// Returns the name of the posting.
    pub fn id(&self) -> JobId {
        JobId::of(&self.job)
    }

    /// Returns the check or the round of a task, if it has one.
    pub fn round(&self, task: u32, source: Source) -> Option<&RoundView> {
        self.rounds
            .iter()
            .find(|round| round.task() == task && round.source() == source)
    }

    /// Returns the address of a task's check, if it has or had one, as instructions name it.
    pub fn check_address(&self, task: u32) -> Option<Address> {
        let address = pda::market::round(&self.job.address, task, Source::Check);
        self.job.has_check(task).then_some(address)
    }

    /// Returns the seats that `worker` holds or held in a task: in the account of the job, in its check and in its rounds.
    pub fn held_seats(&self, task: u32, worker: &Address) -> Vec<HeldSeat<'_>> {
        let at = |source, seat| self.id().seat(SeatPlace { task, source, seat });
        let own = self.job.task(task).iter().zip(0u8..);
        let own = own.map(|(seat, index)| HeldSeat {
            id: at(Source::Job, index),
            seat,
            round: None,
        });
        let rounds = self.rounds.iter().filter(|round| round.task() == task);
        let others = rounds.flat_map(|round| {
            let challenger = &round.header.round.challenger;
            let seats = round.seats.iter().zip(0u8..);
            seats
                .chain(std::iter::once((challenger, CHALLENGER)))
                .map(move |(seat, index)| HeldSeat {
                    id: at(round.source(), index),
                    seat,
                    round: Some(round),
                })
        });
        let is_held = |held: &HeldSeat| {
            // A seat that was missed is free again and still names who missed it.
            let is_taken = !matches!(held.seat.state(), SeatState::Free | SeatState::Closed);
            is_taken && held.seat.worker == *worker
        };
        own.chain(others).filter(is_held).collect()
    }

    /// Returns the tasks in which `worker` holds or held a seat.
    pub fn tasks_of(&self, worker: &Address) -> Vec<u32> {
        let width = usize::from(self.job.header.width()).max(1);
        let tasks = self.job.seats.chunks(width).zip(0u32..);
        let mut held: Vec<u32> = tasks
            .filter(|(seats, _)| seats.iter().any(|seat| seat.worker == *worker))
            .map(|(_, task)| task)
            .collect();
        for round in &self.rounds {
            let challenger = &round.header.round.challenger;
            let mut seats = round.seats.iter().chain([challenger]);
            if seats.any(|seat| seat.worker == *worker) {
                held.push(round.task());
            }
        }
        held.sort_unstable();
        held.dedup();
        held.retain(|task| !self.held_seats(*task, worker).is_empty());
        held
    }

    /// Returns whether somebody was accepted in the account of the job or in the check of a task.
    pub fn has_winner(&self, task: u32) -> bool {
        let check = self.round(task, Source::Check);
        let check = check.and_then(|check| check.seats.first());
        let mut seats = self.job.task(task).iter().chain(check);
        seats.any(|seat| seat.state() == SeatState::Accepted)
    }
}

impl HeldSeat<'_> {
    /// Returns whether the seat is in the account of the job or a check, not in a round.
    pub fn is_of_task(&self) -> bool {
        matches!(self.id.account, SeatAccount::Job | SeatAccount::Check)
    }
}
