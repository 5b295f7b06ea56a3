//! What every provider is owed and owes, by the seats of the jobs and the formulas.

use crate::{order::Order, seats::JobSeats};
use anyhow::{bail, Result};
use assay_client::Address;
use assay_market::{
    game::{Phase, SeatState},
    state::{Source, POLICY_ATTESTED},
};
use std::collections::HashMap;

/// What a provider's seats bring and cost.
#[derive(Clone, Copy, Default)]
pub struct Due {
    /// Seats that were right, and that were wrong.
    pub accepted: u64,
    pub rejected: u64,
    /// Pay, base units of tUSD.
    pub paid: u64,
    /// Awards out of the penalties of disputed tasks, base units of ASSAY.
    pub awarded: u64,
    /// Penalties, base units of ASSAY.
    pub lost: u64,
    /// Emission weight.
    pub weight: u64,
}

/// What jobs bring and cost all providers together.
#[derive(Default)]
pub struct Dues {
    workers: HashMap<Address, Due>,
    /// Penalties that nobody gets, base units of ASSAY.
    pub burned: u64,
    /// Tasks that went through a round.
    pub disputed: usize,
}

impl Dues {
    /// Returns the dues of jobs whose tasks are all decided. Fails if a seat is in a state that no honest node causes.
    pub fn of(jobs: &[(&Order, &JobSeats)]) -> Result<Self> {
        let mut dues = Self::default();
        for (order, seats) in jobs {
            for task in seats.tasks() {
                dues.add_task(order, seats, task)?;
            }
        }
        Ok(dues)
    }

    fn add_task(&mut self, order: &Order, job: &JobSeats, task: u32) -> Result<()> {
        let seats = job.seats(task);
        let in_state = |state, wanted: &dyn Fn(Source, bool) -> bool| {
            let counted = seats.iter().filter(|placed| {
                placed.seat.state() == state && wanted(placed.source, placed.is_member())
            });
            counted.count() as u64
        };
        let name = order.name;
        for placed in &seats {
            let state = placed.seat.state();
            let decided = matches!(state, SeatState::Accepted | SeatState::Rejected);
            // A disagreement closes late seats, and the end of a round leaves seats that nobody was admitted to.
            let empty = matches!(state, SeatState::Free | SeatState::Closed);
            if !decided && !empty {
                bail!("a seat of task {task} of the {name} ended {state:?}");
            }
        }
        // What attesters have signed is final at once.
        let expected = match job.job.header.policy {
            POLICY_ATTESTED => Phase::Final,
            _ => Phase::Standing,
        };
        if job.phase(task) != expected {
            bail!("task {task} of the {name} is {:?}", job.phase(task));
        }
        let winners = in_state(SeatState::Accepted, &|source, _| {
            matches!(source, Source::Job | Source::Check)
        });
        let lies = in_state(SeatState::Rejected, &|_, _| true);
        let members = in_state(SeatState::Accepted, &|_, is_member| is_member);
        let right = in_state(SeatState::Accepted, &|_, is_member| !is_member);
        let division = order.task.division(lies, members, right);
        let is_disputed = job
            .rounds(task)
            .any(|round| round.source() != Source::Check);
        if lies > 0 && !is_disputed {
            bail!("task {task} of the {name} has a wrong seat and no round");
        }
        if is_disputed {
            self.disputed += 1;
            self.burned += division.burned;
        }
        for placed in &seats {
            let due = self.workers.entry(placed.seat.worker).or_default();
            let is_of_task = matches!(placed.source, Source::Job | Source::Check);
            match placed.seat.state() {
                SeatState::Accepted => {
                    due.accepted += 1;
                    if is_of_task {
                        due.paid += order.task.price;
                        due.weight += order.task.weight / winners;
                    }
                    if is_disputed && placed.is_member() {
                        due.awarded += division.member;
                    } else if is_disputed {
                        due.awarded += division.bounty;
                    }
                }
                SeatState::Rejected => {
                    due.rejected += 1;
                    due.lost += order.task.penalty();
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns what a worker is owed and owes.
    pub fn of_worker(&self, worker: &Address) -> Due {
        self.workers.get(worker).copied().unwrap_or_default()
    }
}
