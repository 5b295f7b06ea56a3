//! The seats of a job, its rounds included, as the chain shows them at one moment.

use crate::environment::Environment;
use anyhow::Result;
use assay_client::{Address, JobView, RoundView};
use assay_market::{
    game::{Phase, Seat, SeatState},
    state::{Source, CHALLENGER},
};

/// A job with the accounts of its checks and rounds.
pub struct JobSeats {
    pub job: JobView,
    pub rounds: Vec<RoundView>,
}

/// A seat with its place.
pub struct Placed<'a> {
    pub source: Source,
    pub number: u8,
    pub seat: &'a Seat,
}

impl Placed<'_> {
    /// Returns whether it is the seat of a member of a round: neither a seat of the task nor a challenger.
    pub fn is_member(&self) -> bool {
        matches!(self.source, Source::Dispute | Source::Appeal) && self.number != CHALLENGER
    }
}

impl JobSeats {
    /// Reads a job and its rounds.
    pub fn read(env: &Environment, job: &Address) -> Result<Self> {
        // The rounds come last: a round that the job does not know of yet is no contradiction.
        let job = env.client.fetch_job(job)?;
        let rounds = env.client.fetch_rounds(&job.address)?;
        Ok(Self { job, rounds })
    }

    /// Returns the indices of the tasks.
    pub fn tasks(&self) -> impl Iterator<Item = u32> {
        0..self.job.header.task_count.get()
    }

    /// Returns where a task stands.
    pub fn phase(&self, task: u32) -> Phase {
        // The first second: a hold that is over has not ended by itself.
        self.job.phase(task, self.job.header.posted_at.get())
    }

    /// Returns the accounts of a task's check and rounds.
    pub fn rounds(&self, task: u32) -> impl Iterator<Item = &RoundView> {
        self.rounds.iter().filter(move |round| round.task() == task)
    }

    /// Returns every seat of a task, of its check and its rounds, challengers included.
    pub fn seats(&self, task: u32) -> Vec<Placed<'_>> {
        let placed = |source, seats| {
            let numbered = (0u8..).zip(seats);
            numbered.map(move |(number, seat)| Placed {
                source,
                number,
                seat,
            })
        };
        let mut all: Vec<_> = placed(Source::Job, self.job.task(task)).collect();
        for round in self.rounds(task) {
            all.extend(placed(round.source(), &round.seats));
            if round.header.round.has_challenger() {
                all.push(Placed {
                    source: round.source(),
                    number: CHALLENGER,
                    seat: &round.header.round.challenger,
                });
            }
        }
        all
    }

    /// Returns how many seats of all tasks are in this state.
    pub fn count(&self, state: SeatState) -> usize {
        let all = self.tasks().flat_map(|task| self.seats(task));
        all.filter(|placed| placed.seat.state() == state).count()
    }
}
