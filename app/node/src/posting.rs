//! A job with the accounts of its checks and rounds, and the seats in them.

use crate::seat_id::{JobId, SeatAccount, SeatId};
use assay_client::{instruction::market::SeatPlace, pda, Address, JobView, RoundView};
use assay_market::{
    game::{Seat, SeatState},
    state::{Source, CHALLENGER},
};
use std::collections::HashMap;

/// Workers of a task that are asked for its content. An honest one is among the first unless everybody before it lied.
const MAX_HOLDERS: usize = 16;

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

    /// Returns who holds the content of a task because it contributed to it, in the order in which to ask them for it:
    /// the first seat, the late ones, the check, challengers, members of rounds. Each is named once, `except` not at all,
    /// and no more than [`MAX_HOLDERS`].
    pub fn holders(&self, task: u32, except: &Address) -> Vec<Address> {
        let check = self.round(task, Source::Check);
        let rounds = [Source::Dispute, Source::Appeal].map(|source| self.round(task, source));
        let rounds = rounds.iter().flatten();
        let challengers = rounds.clone().map(|round| &round.header.round.challenger);
        let seats = self.job.task(task).iter();
        let seats = seats.chain(check.iter().flat_map(|check| &check.seats));
        let seats = seats.chain(challengers);
        let seats = seats.chain(rounds.flat_map(|round| &round.seats));
        let mut holders = Vec::new();
        for seat in seats.filter(|seat| has_contributed(seat)) {
            if seat.worker != *except && !holders.contains(&seat.worker) {
                holders.push(seat.worker);
            }
        }
        holders.truncate(MAX_HOLDERS);
        holders
    }

    /// Returns whether somebody was accepted in the account of the job or in the check of a task.
    pub fn has_winner(&self, task: u32) -> bool {
        let check = self.round(task, Source::Check);
        let check = check.and_then(|check| check.seats.first());
        let mut seats = self.job.task(task).iter().chain(check);
        seats.any(|seat| seat.state() == SeatState::Accepted)
    }
}

/// Returns whether the worker of a seat has run its task, if it is honest.
fn has_contributed(seat: &Seat) -> bool {
    use SeatState::{Accepted, Contributed, Rejected, Void};
    // An honest worker that a captured round convicted still gives out what the appeal needs.
    matches!(seat.state(), Contributed | Accepted | Rejected | Void)
}

impl HeldSeat<'_> {
    /// Returns whether the seat is in the account of the job or a check, not in a round.
    pub fn is_of_task(&self) -> bool {
        matches!(self.id.account, SeatAccount::Job | SeatAccount::Check)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, posting, round, set_seat};

    /// Returns a posting whose task 0 was checked and disputed; the seats' holders are numbered in the order of the list.
    fn disputed(states: [SeatState; 5]) -> Posting {
        let mut posting = posting(2);
        set_seat(&mut posting.job, 0, address(1), states[0]);
        set_seat(&mut posting.job, 1, address(2), states[1]);
        let mut dispute = round(0, Source::Dispute, 400);
        let mut check = round(0, Source::Check, 300);
        for (seat, number) in [
            (&mut check.seats[0], 3),
            (&mut dispute.header.round.challenger, 4),
            (&mut dispute.seats[0], 5),
        ] {
            seat.worker = address(number);
            seat.state = states[usize::from(number) - 1] as u8;
        }
        // One that is in the task already, and one that has nothing to give.
        (dispute.seats[1].worker, dispute.seats[1].state) = (address(1), states[0] as u8);
        (dispute.seats[2].worker, dispute.seats[2].state) = (address(6), SeatState::Claimed as u8);
        posting.rounds.extend([dispute, check]);
        posting
    }

    #[test]
    fn the_first_seat_is_asked_first_then_late_ones_check_challenger_and_round() {
        use SeatState::{Accepted, Contributed, Rejected, Void};
        let posting = disputed([Rejected, Contributed, Accepted, Void, Contributed]);
        let expected = [1, 2, 3, 4, 5].map(address);
        assert_eq!(posting.holders(0, &address(9)), expected);
        assert!(posting.holders(1, &address(9)).is_empty());
    }

    #[test]
    fn nobody_asks_itself_or_who_has_not_contributed() {
        use SeatState::{Accepted, Claimed, Contributed, Free, Missed};
        let posting = disputed([Accepted, Free, Claimed, Contributed, Missed]);
        assert_eq!(posting.holders(0, &address(1)), [address(4)]);
    }

    #[test]
    fn a_round_full_of_liars_does_not_hide_the_worker_or_make_everybody_ask_for_ever() {
        let mut posting = disputed([SeatState::Rejected; 5]);
        let mut appeal = round(0, Source::Appeal, 500);
        for (seat, number) in appeal.seats.iter_mut().zip(100..) {
            (seat.worker, seat.state) = (address(number), SeatState::Contributed as u8);
        }
        posting.rounds.push(appeal);
        let holders = posting.holders(0, &address(9));
        assert_eq!((holders.len(), holders[0]), (MAX_HOLDERS, address(1)));
    }
}
