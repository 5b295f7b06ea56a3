//! What a seat and a task need next. Pure functions over the chain's state and the journal: nothing else decides what is
//! run or sent, after a restart as at any other time.

use crate::{
    executor::Goal,
    journal::StoredResult,
    posting::{HeldSeat, Posting},
    seat_id::SeatAccount,
};
use assay_client::{Address, JobView, SlotHashes};
use assay_market::{
    game::{
        contribution::{agreement_hash, blinded, Contribution},
        draw::stop_fuel,
        round::{Round, RoundKind},
        task::{flag, Draw},
        Phase, SeatState, Task,
    },
    instructions::Opening,
    state::Source,
};

/// What a seat needs next. Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeatDuty {
    /// A run, whose result is worth nothing after the deadline.
    Run { goal: Goal, deadline: i64 },
    /// Its contribution, before the deadline.
    Contribute {
        contribution: Contribution,
        deadline: i64,
    },
    /// Nothing now.
    Nothing,
}

/// Returns what a seat needs next. `result` is that of its task and `memory` the memory hash `Q` for its check or round, as
/// far as the journal has them.
pub fn seat_duty(
    posting: &Posting,
    held: &HeldSeat,
    now: i64,
    result: Option<&StoredResult>,
    memory: Option<[u8; 32]>,
) -> SeatDuty {
    let (job, rules) = (&posting.job, posting.job.header.rules());
    let (task, phase) = (held.id.task, posting.job.phase(held.id.task, now));
    let time = job.moment(now).time;
    let round = held.round.map(|round| &round.header.round);
    match held.seat.state() {
        SeatState::Claimed => {}
        // The journal was lost, or is on another machine. The digest has no salt, so another run finds it again.
        SeatState::Contributed | SeatState::Accepted if result.is_none() && !phase.is_end() => {
            let deadline = job.header.unix_time(time.saturating_add(rules.run_window));
            return SeatDuty::Run {
                goal: Goal::Result,
                deadline,
            };
        }
        _ => return SeatDuty::Nothing,
    }
    let (deadline, is_open) = match (held.id.account, round) {
        (SeatAccount::Job, _) => (
            held.seat.deadline(rules.run_window),
            phase == Phase::Running,
        ),
        (SeatAccount::Check, _) => (
            held.seat.deadline(rules.run_window),
            matches!(phase, Phase::Checking | Phase::Rechecking),
        ),
        (_, Some(round)) => (
            round.ends_at(&rules),
            phase == Phase::Disputed && !round.is_decided(),
        ),
        (_, None) => (0, false),
    };
    if !is_open || time >= deadline {
        return SeatDuty::Nothing;
    }
    let deadline = job.header.unix_time(deadline);
    let Some(result) = result else {
        return SeatDuty::Run {
            goal: Goal::Result,
            deadline,
        };
    };
    let value = match (blind_seed(held, phase), memory) {
        (None, _) => result.digest,
        (Some(_), Some(memory)) => blinded(&result.digest, &memory),
        (Some(seed), None) => {
            let goal = Goal::Memory {
                account: held.id.account,
                stop_fuel: stop_fuel(&seed, result.fuel_used),
            };
            return SeatDuty::Run { goal, deadline };
        }
    };
    SeatDuty::Contribute {
        contribution: Contribution::new(&job.header.seed, task, &held.seat.worker, &value),
        deadline,
    }
}

/// Returns the seed that says where the run for `Q` stops, if contributions to the seat are blinded.
fn blind_seed(held: &HeldSeat, phase: Phase) -> Option<[u8; 32]> {
    match (held.id.account, held.round) {
        // A claimed check still holds the seed that it was drawn with.
        (SeatAccount::Check, _) => (phase == Phase::Rechecking).then_some(held.seat.hash),
        (SeatAccount::Dispute | SeatAccount::Appeal, Some(round)) => {
            let round = &round.header.round;
            (round.blind != 0).then_some(round.seed)
        }
        _ => None,
    }
}

/// What follows a contribution in the same transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// Nothing: more is due first, or others decide.
    Nothing,
    /// The opening of the result.
    Open,
    /// The opening of the requester's check.
    OpenCheck,
}

/// Returns what can follow the contribution to a seat at once, by trying the program's own transitions on copies.
pub fn follow_up(
    posting: &Posting,
    held: &HeldSeat,
    now: i64,
    contribution: &Contribution,
    digest: &[u8; 32],
) -> Follow {
    let (rules, seed) = (posting.job.header.rules(), posting.job.header.seed);
    let (number, worker) = (held.id.task, held.seat.worker);
    let mut check = *held.seat;
    let place = usize::from(held.id.seat);
    posting.job.with_task(number, now, |task, now| {
        let with_check = match held.id.account {
            SeatAccount::Check if task.phase() == Phase::Rechecking => return Follow::OpenCheck,
            SeatAccount::Check => {
                let given = task.contribute_check(&mut check, &worker, contribution, now, &rules);
                if given.is_err() {
                    return Follow::Nothing;
                }
                Some(&mut check)
            }
            SeatAccount::Job => {
                let given = task.contribute(place, &worker, contribution, now, &rules);
                if given.is_err() || task.awaits_check_draw(&rules) {
                    return Follow::Nothing;
                }
                None
            }
            _ => return Follow::Nothing,
        };
        let opened = task.open(digest, with_check, Draw::NotDue, &seed, number, now, &rules);
        opened.map_or(Follow::Nothing, |_| Follow::Open)
    })
}

/// What a task needs next from somebody who knows its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskStep {
    /// The opening of the agreed result, before the time (Unix seconds).
    Open { until: i64 },
    /// The check that a draw made due, before the time (Unix seconds).
    OpenCheck { until: i64 },
    /// A round, because its seats disagree, before the time (Unix seconds).
    OpenRound { kind: RoundKind, until: i64 },
    /// The opening of a round or of the requester's check, whose account is named, before the time (Unix seconds).
    Decide {
        round: Address,
        opening: Opening,
        until: i64,
    },
}

/// Returns what a task needs next from `worker`, which holds a seat of it. `memory` returns the memory hash `Q` for a check
/// or round, as far as it is known.
pub fn task_step(
    posting: &Posting,
    task: u32,
    worker: &Address,
    now: i64,
    hashes: &SlotHashes,
    result: Option<&StoredResult>,
    memory: impl Fn(SeatAccount) -> Option<[u8; 32]>,
) -> Option<TaskStep> {
    let (job, rules) = (&posting.job, posting.job.header.rules());
    let first = job.task(task).first()?;
    let time = job.moment(now).time;
    let is_in_time = first.until.get() > time;
    let until = job.header.unix_time(first.until.get());
    let phase = job.phase(task, now);
    if phase == Phase::Split {
        let kind = if first.rounds == 0 {
            RoundKind::Dispute
        } else {
            RoundKind::Appeal
        };
        return is_in_time.then_some(TaskStep::OpenRound { kind, until });
    }
    let result = result?;
    let hash_of = |value: &[u8; 32]| agreement_hash(&job.header.seed, task, value);
    let is_ours = first.hash == hash_of(&result.digest);
    match phase {
        Phase::Running if is_ours && is_in_time && is_complete(job, task, now) => {
            let awaits_draw = job.with_task(task, now, |task, _| task.awaits_check_draw(&rules));
            let draw = if awaits_draw {
                job.check_draw(hashes, task)
            } else {
                Draw::NotDue
            };
            match draw {
                Draw::TooEarly => None,
                Draw::NotDue => Some(TaskStep::Open { until }),
                Draw::Due(_) | Draw::Lapsed => Some(TaskStep::OpenCheck { until }),
            }
        }
        Phase::Checking if is_ours && is_in_time => {
            let check = posting.round(task, Source::Check)?.seats.first()?;
            (!check.is_pending()).then_some(TaskStep::Open { until })
        }
        Phase::Rechecking => {
            let account = posting.round(task, Source::Check)?;
            let check = account.seats.first()?;
            let is_ready = check.state() == SeatState::Contributed
                && check.worker == *worker
                && time < check.until.get();
            let memory = memory(SeatAccount::Check)?;
            is_ready.then_some(TaskStep::Decide {
                round: account.address,
                opening: Opening {
                    digest: result.digest,
                    memory,
                },
                until: job.header.unix_time(check.until.get()),
            })
        }
        Phase::Disputed => {
            let source = if first.rounds > 1 {
                Source::Appeal
            } else {
                Source::Dispute
            };
            let account = posting.round(task, source)?;
            let round = &account.header.round;
            let until = round.ends_at(&rules).saturating_add(rules.open_window);
            let is_ready = !round.is_decided()
                && round.is_over(&account.seats, job.moment(now), &rules)
                && time < until;
            let majority = Round::majority_hash(&account.seats).filter(|_| is_ready)?;
            let (value, memory) = if round.blind != 0 {
                let memory = memory(source.into())?;
                (blinded(&result.digest, &memory), memory)
            } else {
                (result.digest, [0; 32])
            };
            (hash_of(&value) == majority).then_some(TaskStep::Decide {
                round: account.address,
                opening: Opening {
                    digest: result.digest,
                    memory,
                },
                until: job.header.unix_time(until),
            })
        }
        _ => None,
    }
}

fn is_complete(job: &JobView, task: u32, now: i64) -> bool {
    job.with_task(task, now, |task: &mut Task, _| task.is_complete())
}

/// Returns whether the result of a task is public, is ours, and has to be in the stores: from its opening on. Before that
/// the requester's own seat could take it for nothing.
pub fn must_publish(posting: &Posting, task: u32, held: &[HeldSeat], digest: &[u8; 32]) -> bool {
    if posting.job.digest(task).as_ref() != Some(digest) {
        return false;
    }
    // Members of a round and challengers upload only what nobody else has: the result that overturned another.
    held.iter().any(HeldSeat::is_of_task) || !posting.has_winner(task)
}

/// Returns whether anything in these jobs waits for the hash of a slot.
pub fn needs_slot_hashes(postings: &[Posting]) -> bool {
    postings.iter().any(|posting| {
        let has_chance = posting.job.header.check_bps.get() > 0;
        let waits = |seats: &[assay_market::game::Seat]| seats.iter().any(|s| s.awaits_draw());
        let width = usize::from(posting.job.header.width()).max(1);
        let tasks = posting.job.seats.chunks(width);
        let complete = |seats: &[assay_market::game::Seat]| {
            let first = seats.first();
            has_chance
                && first.is_some_and(|first| {
                    first.phase == Phase::Running as u8
                        && first.state() == SeatState::Contributed
                        && first.flags & flag::OPEN == 0
                })
                && !seats.iter().any(|seat| seat.is_pending())
        };
        let undrawn = |round: &assay_client::RoundView| {
            let state = &round.header.round;
            match round.source() {
                Source::Check => waits(&round.seats),
                _ => !state.is_drawn() && !state.is_decided(),
            }
        };
        let mut late = tasks.map(|seats| waits(seats.get(1..).unwrap_or(&[])) || complete(seats));
        late.any(|waits| waits) || posting.rounds.iter().any(undrawn)
    })
}
