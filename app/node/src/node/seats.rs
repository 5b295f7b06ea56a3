//! Moves the seats that the node holds one step on, from the run to the pay.

use super::Node;
use crate::{
    error::NodeError,
    event::NodeEvent,
    executor::{FinishedRun, SeatRun},
    journal::{Record, Step},
    lifecycle::{self, Claimed, Committed, Executed, Revealed, SeatStage},
    publisher::{Upload, MAX_UPLOAD_DELAY},
    retry::RetryKey,
    seat_id::{JobId, SeatId},
    task_spec::TaskSpec,
};
use assay_client::{
    cranks::{is_sealed, SEATS_PER_TX},
    JobView,
};
use std::time::Duration;

/// Final seats of a job that are collected at once. With fewer, the node waits for the job's other seats to save fees.
const COLLECT_EARLY: usize = 8;

impl Node<'_> {
    /// Moves every seat of ours in a job one step on if the step is due. Adds the seats that have to run to `to_run`.
    ///
    /// # Errors
    /// The error of the first step that failed with [`crate::retry::ErrorClass::Global`] or worse.
    pub(super) fn advance_job(
        &mut self,
        job: &JobView,
        to_run: &mut Vec<SeatRun>,
    ) -> Result<(), NodeError> {
        let mut payable = Vec::new();
        let mut in_progress = false;
        for (index, on_chain) in (0u32..).zip(&job.seats) {
            let journal = self.sender.journal.state();
            let Some(stage) = SeatStage::of(job, index, &self.sender.worker, journal) else {
                continue;
            };
            let deadline = on_chain.deadline.get();
            let on_time = deadline >= self.now;
            let time_left = self.time_until(deadline);
            in_progress |= self.record_chain_state(&stage)?;
            match stage {
                SeatStage::Claimed(seat) if on_time => {
                    to_run.extend(self.run_request(job, seat, time_left));
                }
                SeatStage::Executed(seat) if on_time => self.commit(seat, Some(time_left))?,
                SeatStage::Committed(seat) if on_time => {
                    self.reveal(seat, job, index, time_left)?;
                }
                SeatStage::Revealed(seat) if seat.is_final() => {
                    if seat.is_accepted() && self.must_upload_first(seat.seat())? {
                        in_progress = true;
                    } else {
                        payable.push(seat);
                    }
                }
                SeatStage::Collected {
                    seat,
                    accepted: true,
                } => {
                    self.publish(&seat)?;
                }
                SeatStage::Collected { seat, .. } | SeatStage::Penalized(seat) => {
                    self.delete_output(seat);
                }
                _ => {}
            }
        }
        let needs_bonds_back = self.worker.free.get() < job.header.bond.get();
        if !in_progress || payable.len() >= COLLECT_EARLY || needs_bonds_back {
            self.collect(payable, job)?;
        }
        Ok(())
    }

    /// Journals and reports the stage that the chain shows for a seat, if it is new. Returns true if the seat is in
    /// progress.
    fn record_chain_state(&mut self, stage: &SeatStage) -> Result<bool, NodeError> {
        match stage {
            SeatStage::Claimed(claimed) => {
                let seat = claimed.seat();
                let event = NodeEvent::Claimed { seat };
                self.sender.record_step(seat, Step::Claimed, event)?;
            }
            SeatStage::Committed(committed) => {
                let seat = committed.seat();
                let event = NodeEvent::Committed { seat };
                self.sender.record_step(seat, Step::Committed, event)?;
            }
            SeatStage::Revealed(revealed) if !revealed.is_final() => {
                let seat = revealed.seat();
                let event = NodeEvent::Revealed { seat };
                self.sender.record_step(seat, Step::Revealed, event)?;
            }
            SeatStage::Collected { seat, accepted } => {
                let (seat, accepted) = (*seat, *accepted);
                if self.sender.journal.state().result(&seat).is_some() {
                    let event = NodeEvent::Collected { seat, accepted };
                    self.sender.record_step(seat, Step::Collected, event)?;
                }
                return Ok(false);
            }
            SeatStage::Unrecoverable(seat) => {
                self.mark_unrecoverable(*seat, "its commitment is not in this journal");
                return Ok(false);
            }
            SeatStage::Executed(_) => {}
            SeatStage::Revealed(_) | SeatStage::Penalized(_) => return Ok(false),
        }
        Ok(true)
    }

    /// Returns what the executor needs to run a seat, or `None` if the job has no such task.
    fn run_request(&self, job: &JobView, claimed: Claimed, time_left: Duration) -> Option<SeatRun> {
        let estimate = self.estimate(job);
        Some(SeatRun {
            spec: TaskSpec::of(job, claimed.seat().task)?,
            claimed,
            deadline: self.read_at.checked_add(time_left).unwrap_or(self.read_at),
            max_runtime: estimate.map_or(time_left, |estimate| estimate.max_runtime),
        })
    }

    /// Starts runs of claimed seats, the earliest deadline first.
    pub(super) fn start_runs(&mut self, mut runs: Vec<SeatRun>) -> Result<(), NodeError> {
        runs.sort_by_key(|run| run.deadline);
        for run in runs {
            self.executor.start_run(run)?;
        }
        Ok(())
    }

    /// Stores the result of a finished run and commits to it. Reports a run without a result.
    pub(super) fn commit_run(&mut self, run: FinishedRun) -> Result<(), NodeError> {
        let seat = run.claimed.seat();
        match run.result {
            Ok(output) => {
                let (outputs, sender) = (&self.outputs, &mut self.sender);
                let executed = run
                    .claimed
                    .persist_result(&output, run.took, self.now, outputs, sender)?;
                self.commit(executed, None)
            }
            Err(error) => {
                self.sender.emit(NodeEvent::TaskSkipped {
                    job: seat.job.address,
                    task: seat.task,
                    reason: error.to_string(),
                });
                Ok(())
            }
        }
    }

    fn commit(&mut self, executed: Executed, time_left: Option<Duration>) -> Result<(), NodeError> {
        let key = RetryKey::Advance(executed.seat());
        if self.is_ready(key, Duration::ZERO) {
            let committed = executed.commit(&mut self.sender);
            self.record_attempt_before(key, time_left, committed)?;
        }
        Ok(())
    }

    /// Reveals the digest if every open seat of the task has committed. Before that, others could copy the digest.
    fn reveal(
        &mut self,
        committed: Committed,
        job: &JobView,
        index: u32,
        time_left: Duration,
    ) -> Result<(), NodeError> {
        let seat = committed.seat();
        let key = RetryKey::Advance(seat);
        if !is_sealed(job, seat.task) || !self.is_ready(key, Duration::ZERO) {
            return Ok(());
        }
        let revealed = committed.reveal(index, &mut self.sender);
        self.record_attempt_before(key, Some(time_left), revealed)?;
        Ok(())
    }

    /// Starts the upload of an accepted result, and returns true if collecting its pay must wait for the upload. It waits
    /// for [`MAX_UPLOAD_DELAY`] at most, so that a store that is down does not hold up the pay.
    fn must_upload_first(&mut self, seat: SeatId) -> Result<bool, NodeError> {
        let is_published = self.publish(&seat)?;
        Ok(!is_published && !self.is_ready(RetryKey::AwaitUpload(seat), MAX_UPLOAD_DELAY))
    }

    /// Starts the upload of an accepted result, again in each tick until it succeeds. Returns true if nothing is left to
    /// upload.
    ///
    /// A result is not uploaded before it is accepted: the requester could read it, have the task refunded, and would not
    /// have paid for it.
    fn publish(&mut self, seat: &SeatId) -> Result<bool, NodeError> {
        let journal = self.sender.journal.state();
        let is_over = journal.is_published(seat) || self.unrecoverable.contains(seat);
        let Some(result) = journal.result(seat).filter(|_| !is_over) else {
            return Ok(true);
        };
        self.publisher.publish(*seat, result.exit_code)?;
        Ok(false)
    }

    /// Journals the uploads that are complete, and deletes their outputs. Reports those that failed.
    pub(super) fn poll_uploads(&mut self) -> Result<(), NodeError> {
        for (seat, outcome) in self.publisher.poll()? {
            match outcome {
                Ok(Upload::Done) => {
                    let record = Record::Published { seat };
                    self.sender.journal.append(&record)?;
                    self.delete_output(seat);
                }
                Ok(Upload::Missing) => {
                    self.mark_unrecoverable(seat, "its output is not on this disk any more");
                }
                Err(error) => self.warn_once(&error),
            }
        }
        Ok(())
    }

    /// Reports, once, that a seat cannot be delivered.
    fn mark_unrecoverable(&mut self, seat: SeatId, reason: &str) {
        if self.unrecoverable.insert(seat) {
            let reason = reason.to_owned();
            self.sender.emit(NodeEvent::SeatLost { seat, reason });
        }
    }

    /// Deletes an output that is not needed any more.
    fn delete_output(&mut self, seat: SeatId) {
        if self.deleted_outputs.insert(seat) {
            self.outputs.remove(&seat);
        }
    }

    fn collect(&mut self, mut payable: Vec<Revealed>, job: &JobView) -> Result<(), NodeError> {
        let key = RetryKey::Collect(JobId::of(job));
        if payable.is_empty() || !self.is_ready(key, Duration::ZERO) {
            return Ok(());
        }
        payable.truncate(SEATS_PER_TX);
        let collected = self.send_collect(payable, job);
        self.record_attempt(key, collected)?;
        Ok(())
    }

    fn send_collect(&mut self, payable: Vec<Revealed>, job: &JobView) -> Result<(), NodeError> {
        let addresses = self.job_addresses(job)?;
        lifecycle::collect(payable, &addresses, &self.worker.owner, &mut self.sender)
    }
}
