//! Which cranks of a job are due.

use super::Crank;
use crate::{
    instruction::market::{SeatPlace, TaskSeat},
    JobView, RoundView,
};
use anchor_lang::Address;
use assay_market::{
    game::{seat::LateExpiry, task::Expiry, Phase, Seat, SeatState},
    state::{Source, CHALLENGER},
};
use std::collections::BTreeMap;

/// Seconds after which a seat that nobody draws gets another slot: well within the time in which the chain can tell the first.
const REDRAW_AFTER: u32 = 240;

/// Returns what anyone may do for a job at `now` (Unix time), apart from paying its seats ([`payable_seats`]), by trying the
/// program's own transitions on copies. `rounds` are the accounts of the job's checks and rounds.
pub fn due_cranks(job: &JobView, rounds: &[RoundView], now: i64) -> Vec<Crank> {
    (0..job.header.task_count.get())
        .flat_map(|task| due_task_cranks(job, rounds, task, now))
        .collect()
}

/// Returns those of [`due_cranks`] that belong to one task.
pub fn due_task_cranks(job: &JobView, rounds: &[RoundView], task: u32, now: i64) -> Vec<Crank> {
    TaskCranks::new(job, rounds, task, now).due()
}

/// One task with the accounts that belong to it.
struct TaskCranks<'a> {
    job: &'a JobView,
    task: u32,
    check: Option<&'a RoundView>,
    dispute: Option<&'a RoundView>,
    appeal: Option<&'a RoundView>,
    phase: Phase,
    now: i64,
}

impl<'a> TaskCranks<'a> {
    fn new(job: &'a JobView, rounds: &'a [RoundView], task: u32, now: i64) -> Self {
        let find = |source| {
            let found = |round: &&RoundView| round.task() == task && round.source() == source;
            rounds.iter().find(found)
        };
        Self {
            job,
            task,
            check: find(Source::Check),
            dispute: find(Source::Dispute),
            appeal: find(Source::Appeal),
            phase: job.phase(task, now),
            now,
        }
    }

    fn due(&self) -> Vec<Crank> {
        if self.phase.is_end() {
            return self.after_the_end();
        }
        let mut due: Vec<Crank> = self.missed().collect();
        if due.is_empty() && self.expires() {
            due.push(Crank::Expire { task: self.task });
        }
        due.extend(self.redraws());
        for round in [self.dispute, self.appeal].into_iter().flatten() {
            if self.phase == Phase::Disputed && round.is_hopeless(self.job, self.now) {
                due.push(Crank::GiveUp {
                    round: round.address,
                    task: self.task,
                });
            }
        }
        due
    }

    /// Claims that missed their deadlines.
    fn missed(&self) -> impl Iterator<Item = Crank> + '_ {
        let run_window = self.job.header.run_window.get();
        let time = self.job.moment(self.now).time;
        let is_missed = move |seat: &Seat| {
            seat.state() == SeatState::Claimed && time >= seat.deadline(run_window)
        };
        let taken = self.parties().filter(|(place, _)| {
            let in_task = place.source == Source::Job && self.phase == Phase::Running;
            let checks = matches!(self.phase, Phase::Checking | Phase::Rechecking);
            in_task || (place.source == Source::Check && checks)
        });
        taken
            .filter(move |(_, seat)| is_missed(seat))
            .map(|(place, seat)| Crank::Penalize {
                place,
                worker: seat.worker,
            })
    }

    /// Whether the program would end something that is overdue.
    fn expires(&self) -> bool {
        let rules = self.job.header.rules();
        let mut check = self.check.and_then(|check| check.seats.first().copied());
        self.job.with_task(self.task, self.now, |task, now| {
            let phase = task.phase();
            match check.as_mut() {
                Some(check)
                    if phase == Phase::Rechecking
                        || (phase == Phase::Checking && check.is_pending()) =>
                {
                    task.expire_check(check, now, &rules) == Ok(LateExpiry::Closed)
                }
                check => {
                    let expired = task.expire(check, now, &rules);
                    expired.is_ok_and(|expiry| !matches!(expiry, Expiry::Missed { .. }))
                }
            }
        })
    }

    fn redraws(&self) -> impl Iterator<Item = Crank> + '_ {
        let time = self.job.moment(self.now).time;
        let is_old = move |since: u32| time >= since.saturating_add(REDRAW_AFTER);
        let late = self.job.task(self.task).iter().zip(0u8..).skip(1);
        let late = late
            .filter(move |(seat, _)| seat.awaits_draw() && is_old(seat.free_since.get()))
            .map(|(_, seat)| (seat, None));
        let rounds = [self.check, self.dispute, self.appeal];
        let rounds = rounds.into_iter().flatten().filter(move |round| {
            if round.source() == Source::Check {
                let seat = round.seats.first();
                return seat.is_some_and(|s| s.awaits_draw() && is_old(s.free_since.get()));
            }
            let state = &round.header.round;
            !state.is_drawn() && !state.is_decided() && is_old(state.opened_at.get())
        });
        late.chain(rounds.map(|round| (0, Some(round.address))))
            .map(|(seat, round)| Crank::Redraw {
                place: TaskSeat {
                    task: self.task,
                    seat,
                },
                round,
            })
    }

    /// Every seat of the task, its check and its rounds, challengers included.
    fn parties(&self) -> impl Iterator<Item = (SeatPlace, &Seat)> {
        let at = |source, seat| SeatPlace {
            task: self.task,
            source,
            seat,
        };
        let own = self.job.task(self.task).iter().zip(0u8..);
        let own = own.map(move |(seat, index)| (at(Source::Job, index), seat));
        let rounds = [self.check, self.dispute, self.appeal];
        let members = rounds.into_iter().flatten().flat_map(move |round| {
            let source = round.source();
            let challenger = &round.header.round.challenger;
            let challenger = (at(source, CHALLENGER), challenger);
            let has_one = round.header.round.has_challenger();
            let seats = round.seats.iter().zip(0u8..);
            seats
                .map(move |(seat, index)| (at(source, index), seat))
                .chain(has_one.then_some(challenger))
        });
        own.chain(members)
    }

    fn after_the_end(&self) -> Vec<Crank> {
        let mut due = Vec::new();
        let disputed = self.job.rounds(self.task) > 0;
        let ledger = self.dispute.map(|dispute| dispute.header);
        let counted = ledger.is_some_and(|ledger| ledger.counted != 0);
        let divided = ledger.is_some_and(|ledger| ledger.is_divided());
        if disputed && self.dispute.is_some() && !counted {
            due.push(Crank::Count { task: self.task });
        }
        for (place, seat) in self.parties() {
            let worker = seat.worker;
            let is_member = matches!(place.source, Source::Dispute | Source::Appeal);
            match seat.state() {
                SeatState::Missed if !seat.is_settled() => {
                    due.push(Crank::Penalize { place, worker });
                }
                SeatState::Rejected if !seat.is_settled() && (counted || !disputed) => {
                    due.push(Crank::Penalize { place, worker });
                }
                SeatState::Accepted | SeatState::Void
                    if is_member && divided && !seat.is_settled() =>
                {
                    due.push(Crank::Award { place, worker });
                }
                SeatState::Accepted if !is_member && divided && seat.awaits_award() => {
                    due.push(Crank::Award { place, worker });
                }
                _ => {}
            }
            let is_check = place.source == Source::Check;
            let awaits_pay = !seat.is_settled() || seat.is_owed();
            if is_check && seat.state() == SeatState::Accepted && awaits_pay {
                let task = self.task;
                due.push(Crank::CollectCheck { task, worker });
            }
        }
        // The dispute goes last: it pays the others.
        for round in [self.check, self.appeal, self.dispute]
            .into_iter()
            .flatten()
        {
            let is_check = round.source() == Source::Check;
            let awaits = round.seats.first().is_some_and(Seat::awaits_award);
            let is_ready = round.source() == Source::Dispute
                || !disputed
                || (counted && !(is_check && awaits));
            if is_ready && round.header.is_done() {
                due.push(Crank::CloseRound {
                    task: self.task,
                    source: round.source(),
                    payer: round.header.payer,
                });
            }
        }
        due
    }
}

/// Returns the seats in the account of a job that can be paid or released at `now` (Unix time), as indices in the job, by
/// worker; those too that were released and not paid, because an account was frozen.
pub fn payable_seats(job: &JobView, now: i64) -> BTreeMap<Address, Vec<u32>> {
    let mut workers = BTreeMap::<Address, Vec<u32>>::new();
    for task in 0..job.header.task_count.get() {
        if !job.phase(task, now).is_end() {
            continue;
        }
        for (seat, index) in job.task(task).iter().zip(0u8..) {
            let is_payable = matches!(seat.state(), SeatState::Accepted | SeatState::Void);
            if is_payable && (!seat.is_settled() || seat.is_owed()) {
                let index = job.seat_index(task, index);
                workers.entry(seat.worker).or_default().push(index);
            }
        }
    }
    workers
}
