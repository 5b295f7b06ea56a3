//! Moves the seats that the node holds one step on, from the run to the pay.

use super::Node;
use crate::{
    action::Action,
    duty::{follow_up, must_publish, seat_duty, task_step, Follow, SeatDuty, TaskStep},
    error::NodeError,
    event::NodeEvent,
    executor::{FinishedRun, Found, Goal, Run},
    journal::{Record, Step, StoredResult},
    posting::{HeldSeat, Posting},
    publisher::{Upload, MAX_UPLOAD_DELAY},
    retry::RetryKey,
    seat_id::{SeatAccount, SeatId, TaskId},
    task_spec::TaskSpec,
};
use assay_client::{
    cranks::{payable_seats, SEATS_PER_TX},
    instruction::market::{self, OpenRoundParams, SeatPlace, TaskSeat},
};
use assay_content::TaskResult;
use assay_market::{
    game::{contribution::Contribution, SeatState},
    instructions::Opening,
    state::{Source, CHALLENGER},
};
use std::time::{Duration, Instant};

/// Ended seats of a job that are collected at once. With fewer, the node waits for the job's other seats to save fees.
const COLLECT_EARLY: usize = 8;
/// Time that each node before this one in the turn order is given to take a step that one of them has to take.
const DELAY_PER_TURN: Duration = Duration::from_millis(700);

impl Node<'_> {
    /// Looks at every seat of ours in a job: adds the runs that it needs to `runs` and what is to be sent to `actions`, and
    /// uploads results.
    ///
    /// # Errors
    /// [`NodeError::Journal`], [`NodeError::PoolShutDown`].
    pub(super) fn advance_job(
        &mut self,
        posting: &Posting,
        runs: &mut Vec<Run>,
        actions: &mut Vec<Action>,
    ) -> Result<(), NodeError> {
        let worker = self.sender.worker;
        for task in posting.tasks_of(&worker) {
            let held = posting.held_seats(task, &worker);
            let id = posting.id().task(task);
            for seat in &held {
                self.record_chain_state(seat)?;
                self.advance_seat(posting, seat, runs, actions);
            }
            let takes_part = held.iter().any(|held| {
                matches!(
                    held.seat.state(),
                    SeatState::Contributed | SeatState::Accepted
                )
            });
            let is_over = posting.job.phase(task, self.now).is_end();
            let may_run = |held: &HeldSeat| held.seat.state() == SeatState::Claimed;
            if !is_over && (takes_part || held.iter().any(may_run)) {
                self.give_out(posting, id)?;
            }
            if takes_part {
                self.advance_task(posting, task, actions);
            }
            self.publish(posting, id, &held)?;
        }
        Ok(())
    }

    /// Journals and reports what the chain shows of a seat, if it is new.
    fn record_chain_state(&mut self, held: &HeldSeat) -> Result<(), NodeError> {
        let is_settled = held.seat.is_settled();
        let step = match held.seat.state() {
            SeatState::Claimed => Step::Claimed,
            SeatState::Accepted | SeatState::Void if is_settled => Step::Collected,
            SeatState::Contributed | SeatState::Accepted | SeatState::Void => Step::Contributed,
            // Charged: nothing more is to come.
            _ => return Ok(()),
        };
        if step == Step::Contributed && held.id.seat == CHALLENGER {
            return Ok(());
        }
        // What was collected before this journal began is no news.
        let is_known = self
            .sender
            .journal
            .state()
            .result(&held.id.task_id())
            .is_some();
        if step == Step::Collected && !is_known {
            return Ok(());
        }
        let accepted = held.seat.state() == SeatState::Accepted;
        self.sender.record_step(held.id, step, accepted)
    }

    fn advance_seat(
        &mut self,
        posting: &Posting,
        held: &HeldSeat,
        runs: &mut Vec<Run>,
        actions: &mut Vec<Action>,
    ) {
        let id = held.id;
        let journal = self.sender.journal.state();
        let result = journal.result(&id.task_id());
        let memory = journal.memory(&id.task_id(), id.account);
        let duty = seat_duty(posting, held, self.now, result.as_ref(), memory);
        match (duty, result) {
            (SeatDuty::Run { goal, deadline }, _) => {
                runs.extend(self.run_request(posting, id, goal, deadline));
            }
            (
                SeatDuty::Contribute {
                    contribution,
                    deadline,
                },
                Some(result),
            ) => {
                let key = RetryKey::Advance(id);
                let may_go = self.may_contribute(&id.task_id(), deadline);
                if may_go && self.is_ready(key, Duration::ZERO) {
                    let memory = memory.unwrap_or_default();
                    let mut action = self.contribute(posting, held, &contribution, &result, memory);
                    action.time_left = Some(self.time_until(deadline));
                    let window = posting.job.header.run_window.get();
                    action.window = Some(Duration::from_secs(u64::from(window)));
                    actions.push(action);
                }
            }
            _ => {}
        }
    }

    /// Returns the contribution to a seat, with what can follow at once in the same transaction.
    fn contribute(
        &self,
        posting: &Posting,
        held: &HeldSeat,
        contribution: &Contribution,
        result: &StoredResult,
        memory: [u8; 32],
    ) -> Action {
        let (node, worker) = (self.sender.node_key(), self.sender.worker);
        let (job, id) = (posting.job.address, held.id);
        let SeatPlace { task, seat, .. } = id.place();
        let digest = result.digest;
        let contribute = match held.round {
            None => {
                let place = TaskSeat { task, seat };
                market::contribute(node, worker, job, place, contribution)
            }
            Some(round) => {
                market::contribute_round(node, worker, job, round.address, seat, contribution)
            }
        };
        let mut action = Action::new(RetryKey::Advance(id), vec![contribute]);
        action.step = Some((id, Step::Contributed));
        match follow_up(posting, held, self.now, contribution, &digest) {
            Follow::Nothing => {}
            Follow::Open => {
                let check = posting.check_address(task);
                let open = market::open_task(job, task, digest, check);
                action.instructions.push(open);
                let task = id.task_id();
                action.events.push(NodeEvent::Opened { task, digest });
            }
            Follow::OpenCheck => {
                let opening = Some(Opening { digest, memory });
                let round = held.round.map_or(job, |round| round.address);
                let decide = market::decide_round(job, round, None, opening);
                action.instructions.push(decide);
                action.events.push(NodeEvent::RoundDecided {
                    task: id.task_id(),
                    digest: Some(digest),
                });
            }
        }
        action
    }

    /// Adds what a task needs next from one of those who know its result. The holders of its seats take turns, so that not
    /// all of them send the same.
    fn advance_task(&mut self, posting: &Posting, task: u32, actions: &mut Vec<Action>) {
        let (id, worker) = (posting.id().task(task), self.sender.worker);
        let journal = self.sender.journal.state();
        let result = journal.result(&id);
        let memory = |account: SeatAccount| journal.memory(&id, account);
        let (now, hashes) = (self.now, &self.hashes);
        let step = task_step(posting, task, &worker, now, hashes, result.as_ref(), memory);
        let key = RetryKey::Step(id);
        let Some(step) = step else {
            self.retries.clear(key);
            return;
        };
        let turn = turn_order(posting, task, &worker);
        if !self.is_ready(key, DELAY_PER_TURN.saturating_mul(turn)) {
            return;
        }
        let digest = result.map(|result| result.digest).unwrap_or_default();
        let mut action = self.task_action(posting, task, step, digest);
        if let TaskStep::Open { until } = step {
            // An opening rides with the next claim or contribution, if one is likely to come in time.
            let window = i64::from(posting.job.header.open_window.get());
            let left = until.saturating_sub(now);
            let is_early =
                left > window.saturating_sub(window.saturating_div(3).min(MAX_OPEN_WAIT));
            action.can_wait = is_early && !self.executor.is_idle();
        }
        actions.push(action);
    }

    fn task_action(
        &self,
        posting: &Posting,
        task: u32,
        step: TaskStep,
        digest: [u8; 32],
    ) -> Action {
        let (job, node) = (posting.job.address, self.sender.node_key());
        let id = posting.id().task(task);
        let (instructions, event, until) = match step {
            TaskStep::Open { until } => (
                vec![market::open_task(
                    job,
                    task,
                    digest,
                    posting.check_address(task),
                )],
                NodeEvent::Opened { task: id, digest },
                until,
            ),
            TaskStep::OpenCheck { until } => (
                vec![market::open_check(node, job, task)],
                NodeEvent::CheckOpened { task: id },
                until,
            ),
            TaskStep::OpenRound { kind, until } => {
                let first = posting.job.task(task).first();
                let params = OpenRoundParams {
                    payer: node,
                    job,
                    task,
                    kind,
                    first_worker: first.map(|first| first.worker).unwrap_or_default(),
                    stake_mint: self.stake_mint,
                    challenge: None,
                };
                let seats = u32::try_from(kind.seats()).unwrap_or(0);
                (
                    market::open_round(&params),
                    NodeEvent::RoundOpened { task: id, seats },
                    until,
                )
            }
            TaskStep::Decide {
                round,
                opening,
                until,
            } => {
                let check = posting.check_address(task);
                let check = check.filter(|check| *check != round);
                (
                    vec![market::decide_round(job, round, check, Some(opening))],
                    NodeEvent::RoundDecided {
                        task: id,
                        digest: Some(opening.digest),
                    },
                    until,
                )
            }
        };
        let mut action = Action::new(RetryKey::Step(id), instructions);
        action.events.push(event);
        action.time_left = Some(self.time_until(until));
        let window = posting.job.header.open_window.get();
        action.window = Some(Duration::from_secs(u64::from(window)));
        action
    }

    /// Returns a run for a seat, or `None` if the job has no such task.
    pub(super) fn run_request(
        &self,
        posting: &Posting,
        seat: SeatId,
        goal: Goal,
        deadline: i64,
    ) -> Option<Run> {
        let time_left = self.time_until(deadline);
        let estimate = self.estimate(&posting.job);
        Some(Run {
            seat,
            goal,
            spec: TaskSpec::of(posting, seat.task, &self.sender.worker)?,
            deadline: self.read_at.checked_add(time_left).unwrap_or(self.read_at),
            max_runtime: estimate.map_or(time_left, |estimate| estimate.max_runtime),
        })
    }

    /// Starts runs, the earliest deadline first.
    pub(super) fn start_runs(&mut self, mut runs: Vec<Run>) -> Result<(), NodeError> {
        runs.sort_by_key(|run| run.deadline);
        for run in runs {
            self.executor.start_run(run)?;
        }
        Ok(())
    }

    /// Journals what a finished run found, before anything of it is sent. Reports a run that found nothing.
    pub(super) fn record_run(&mut self, run: FinishedRun) -> Result<(), NodeError> {
        let (seat, task) = (run.seat, run.seat.task_id());
        let is_watched = seat.seat == CHALLENGER && self.watched.contains_key(&task);
        match (run.found, run.goal) {
            (Ok(Found::Result(output)), _) => {
                self.command_failed_at = None;
                let result = TaskResult {
                    exit_code: output.exit.code(),
                    fuel_used: output.fuel_used,
                    output: output.output,
                    memory_hash: output.memory_hash,
                };
                if is_watched && !self.record_watched(task, &result)? {
                    return Ok(());
                }
                let milliseconds = u64::try_from(run.took.as_millis()).unwrap_or(u64::MAX);
                self.record_result(seat, &result, milliseconds)
            }
            (Ok(Found::Memory(memory)), Goal::Memory { account, .. }) => {
                let known = self.sender.journal.state().memory(&task, account);
                if known.is_none() {
                    self.sender.journal.append(&Record::Memory {
                        task,
                        account,
                        memory,
                    })?;
                }
                Ok(())
            }
            (Ok(Found::Memory(_)), Goal::Result) => Ok(()),
            (Err(error), _) => {
                let reason = error.to_string();
                if error.is_failed_command() {
                    self.command_failed_at = Some(Instant::now());
                }
                if is_watched {
                    self.report_unwatchable(task, reason);
                } else {
                    let (job, task) = (seat.job.address, seat.task);
                    self.sender
                        .emit(NodeEvent::TaskSkipped { job, task, reason });
                }
                Ok(())
            }
        }
    }

    /// Makes a result the only one of its task. Output and journal are on disk when this returns.
    fn record_result(
        &mut self,
        seat: SeatId,
        result: &TaskResult,
        milliseconds: u64,
    ) -> Result<(), NodeError> {
        let (task, stored) = (seat.task_id(), StoredResult::of(result));
        if self.sender.journal.state().result(&task).is_some() {
            return Ok(());
        }
        self.outputs.save(&task, &result.output)?;
        self.sender.journal.append(&Record::Result {
            task,
            result: stored,
            at: self.now,
        })?;
        self.sender.emit(NodeEvent::Executed {
            seat,
            exit_code: stored.exit_code,
            digest: stored.digest,
            fuel_used: stored.fuel_used,
            milliseconds,
        });
        Ok(())
    }

    /// Starts the upload of a result that is open and ours, again in each tick until it succeeds. Deletes the output of a
    /// task that ended otherwise.
    fn publish(
        &mut self,
        posting: &Posting,
        task: TaskId,
        held: &[HeldSeat],
    ) -> Result<(), NodeError> {
        let journal = self.sender.journal.state();
        let Some(result) = journal.result(&task) else {
            return Ok(());
        };
        if journal.is_published(&task) || self.lost_outputs.contains(&task) {
            return Ok(());
        }
        if must_publish(posting, task.task, held, &result.digest) {
            return self.publisher.publish(task, || Some(result));
        }
        let is_over = posting.job.phase(task.task, self.now).is_end();
        if is_over && self.deleted_outputs.insert(task) {
            self.outputs.remove(&task);
        }
        Ok(())
    }

    /// Journals the uploads that are complete, and deletes their outputs. Reports those that failed.
    pub(super) fn poll_uploads(&mut self) -> Result<(), NodeError> {
        for (task, outcome) in self.publisher.poll()? {
            match outcome {
                Ok(Upload::Done) => {
                    self.sender.journal.append(&Record::Published { task })?;
                    self.sender.emit(NodeEvent::Published { task });
                    if self.deleted_outputs.insert(task) {
                        self.outputs.remove(&task);
                    }
                }
                Ok(Upload::Missing) => {
                    if self.lost_outputs.insert(task) {
                        let reason = "its output is not on this disk any more".to_owned();
                        let (job, task) = (task.job.address, task.task);
                        self.sender
                            .emit(NodeEvent::TaskSkipped { job, task, reason });
                    }
                }
                Err(error) => self.warn_once(&error),
            }
        }
        Ok(())
    }

    /// Collects the pay of our ended seats in the account of a job, many at a time.
    pub(super) fn collect_pay(&mut self, posting: &Posting) -> Result<(), NodeError> {
        let (job, worker) = (&posting.job, self.sender.worker);
        let mut payable = payable_seats(job, self.now)
            .remove(&worker)
            .unwrap_or_default();
        if payable.is_empty() {
            return Ok(());
        }
        let width = u32::from(job.header.width()).max(1);
        let place = |index: u32| {
            let seat = index.checked_rem(width).unwrap_or(0);
            SeatPlace {
                task: index.checked_div(width).unwrap_or(0),
                source: Source::Job,
                seat: u8::try_from(seat).unwrap_or(u8::MAX),
            }
        };
        // Whoever sees a seat paid is to find its result, unless the store has been down for long.
        payable.retain(|index| {
            let task = posting.id().task(place(*index).task);
            let journal = self.sender.journal.state();
            let is_ours = journal
                .result(&task)
                .is_some_and(|result| job.digest(task.task) == Some(result.digest));
            let is_done =
                !is_ours || journal.is_published(&task) || self.lost_outputs.contains(&task);
            let key = RetryKey::AwaitUpload(task);
            is_done || self.retries.ready(key, MAX_UPLOAD_DELAY, Instant::now())
        });
        let in_progress = job.seats.iter().zip(0u32..).any(|(seat, index)| {
            seat.worker == worker
                && matches!(
                    seat.state(),
                    SeatState::Claimed | SeatState::Contributed | SeatState::Accepted
                )
                && !job.phase(place(index).task, self.now).is_end()
        });
        let needs_bonds_back = self.worker.free.get() < job.header.bond.get();
        let is_due = !in_progress || payable.len() >= COLLECT_EARLY || needs_bonds_back;
        let key = RetryKey::Collect(posting.id());
        if !is_due || payable.is_empty() || !self.is_ready(key, Duration::ZERO) {
            return Ok(());
        }
        payable.truncate(SEATS_PER_TX);
        let seats: Vec<(SeatId, bool)> = payable
            .iter()
            .map(|index| {
                let seat = job.seats.get(*index as usize);
                let accepted = seat.is_some_and(|seat| seat.state() == SeatState::Accepted);
                (posting.id().seat(place(*index)), accepted)
            })
            .collect();
        let collected = self.send_collect(posting, &payable);
        if self.record_attempt(key, collected)?.is_some() {
            for (seat, accepted) in seats {
                self.sender.record_step(seat, Step::Collected, accepted)?;
            }
        }
        Ok(())
    }

    fn send_collect(&mut self, posting: &Posting, seats: &[u32]) -> Result<(), NodeError> {
        let addresses = self.job_addresses(&posting.job)?;
        let node = self.sender.node_key();
        let client = &self.sender.client;
        let plan = client.plan_collect(&node, &posting.job, &addresses, &self.worker, seats)?;
        if plan.is_empty() {
            return Err(NodeError::PayFrozen);
        }
        self.sender.send_idempotent(&plan.instructions)
    }
}

/// Longest wait of an opening for another transaction, seconds.
const MAX_OPEN_WAIT: i64 = 20;

/// Returns how many others should act on a task before `worker`: its place among the holders of its seats, at most 15.
pub(super) fn turn_order(posting: &Posting, task: u32, worker: &assay_client::Address) -> u32 {
    let rounds = posting.rounds.iter().filter(|round| round.task() == task);
    let members = rounds.flat_map(|round| &round.seats);
    let mut holders = Vec::new();
    for seat in posting.job.task(task).iter().chain(members) {
        let is_held = !matches!(seat.state(), SeatState::Free | SeatState::Closed);
        if is_held && !holders.contains(&seat.worker) {
            holders.push(seat.worker);
        }
    }
    let place = holders.iter().position(|holder| holder == worker);
    u32::try_from(place.unwrap_or(holders.len())).map_or(15, |place| place.min(15))
}
