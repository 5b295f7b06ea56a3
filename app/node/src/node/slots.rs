use super::Node;
use crate::{
    assignment::Assignment,
    error::NodeError,
    event::NodeEvent,
    journal::Step,
    patience::Matter,
    plan::is_sealed,
    result::{publish_result, TaskResult},
    slot_id::{JobId, SlotId},
    step::{self, Claimed, Committed, Executed, Revealed, Stage},
    workshop::Ran,
};
use assay_client::{instruction::market::JobHandle, JobView};
use std::time::{Duration, Instant};

/// Slots that one collection takes at most: far below what fits into a transaction.
const COLLECT_AT_ONCE: usize = 24;
/// Slots worth a collection although others of the job are under way.
const COLLECT_EARLY: usize = 8;

impl Node<'_> {
    /// Moves every slot of ours in a job one step on, where it is time.
    pub(super) fn advance(&mut self, job: &JobView) -> Result<(), NodeError> {
        let mut payable = Vec::new();
        let mut under_way = false;
        for (index, on_chain) in (0u32..).zip(&job.slots) {
            let stage = Stage::of(job, index, &self.desk.worker, self.desk.journal.book());
            let Some(stage) = stage else { continue };
            let on_time = on_chain.deadline.get() >= self.now;
            under_way |= self.note(&stage)?;
            match stage {
                Stage::Claimed(slot) if on_time => self.begin(slot, job)?,
                Stage::Executed(slot) if on_time => self.commit(slot)?,
                Stage::Committed(slot) if on_time => {
                    let left = on_chain.deadline.get().saturating_sub(self.now);
                    self.reveal(slot, job, index, left)?;
                }
                Stage::Revealed(slot) => {
                    let sealed = self.desk.journal.book().result(&slot.slot());
                    if let Some(sealed) = sealed {
                        self.publish(&slot.slot(), sealed.exit_code);
                    }
                    if slot.is_final() {
                        payable.push(slot);
                    }
                }
                _ => {}
            }
        }
        let short = self.worker.free.get() < job.header.bond.get();
        if !under_way || payable.len() >= COLLECT_EARLY || short {
            self.collect(payable, job)?;
        }
        Ok(())
    }

    /// Journals and tells what the chain shows of a slot, if it is news. Answers whether the slot is under way.
    fn note(&mut self, stage: &Stage) -> Result<bool, NodeError> {
        match stage {
            Stage::Claimed(claimed) => {
                let slot = claimed.slot();
                let event = NodeEvent::Claimed { slot };
                self.desk.reach(slot, Step::Claimed, event)?;
            }
            Stage::Committed(committed) => {
                let slot = committed.slot();
                let event = NodeEvent::Committed { slot };
                self.desk.reach(slot, Step::Committed, event)?;
            }
            Stage::Revealed(revealed) if !revealed.is_final() => {
                let slot = revealed.slot();
                let event = NodeEvent::Revealed { slot };
                self.desk.reach(slot, Step::Revealed, event)?;
            }
            Stage::Collected { slot, accepted } => {
                let (slot, accepted) = (*slot, *accepted);
                if self.desk.journal.book().result(&slot).is_some() {
                    let event = NodeEvent::Collected { slot, accepted };
                    self.desk.reach(slot, Step::Collected, event)?;
                }
                return Ok(false);
            }
            Stage::Lost(slot) => {
                if self.lost.insert(*slot) {
                    let reason = "its commitment is not in this journal".to_owned();
                    self.desk.tell(NodeEvent::Lost {
                        slot: *slot,
                        reason,
                    });
                }
                return Ok(false);
            }
            Stage::Executed(_) => {}
            Stage::Revealed(_) | Stage::Forfeited => return Ok(false),
        }
        Ok(true)
    }

    fn begin(&mut self, claimed: Claimed, job: &JobView) -> Result<(), NodeError> {
        match Assignment::of(job, claimed.slot().task) {
            Some(assignment) => self.workshop.run(claimed, assignment),
            None => Ok(()),
        }
    }

    /// Seals a finished run and commits it.
    pub(super) fn deliver(&mut self, ran: Ran) -> Result<(), NodeError> {
        let slot = ran.claimed.slot();
        match ran.outcome {
            Ok(outcome) => {
                let (took, now) = (ran.took, self.now);
                let executed =
                    ran.claimed
                        .seal(&outcome, took, now, &self.outputs, &mut self.desk)?;
                self.commit(executed)
            }
            Err(error) => {
                self.desk.tell(NodeEvent::Avoided {
                    job: slot.job.address,
                    task: slot.task,
                    reason: error.to_string(),
                });
                Ok(())
            }
        }
    }

    fn commit(&mut self, executed: Executed) -> Result<(), NodeError> {
        let matter = Matter::Step(executed.slot());
        if self.is_time(matter, Duration::ZERO) {
            let committed = executed.commit(&mut self.desk);
            self.attempt(matter, committed)?;
        }
        Ok(())
    }

    /// Uploads the output and shows the digest, once the task is sealed: not before, or others could copy the output.
    fn reveal(
        &mut self,
        committed: Committed,
        job: &JobView,
        index: u32,
        seconds_left: i64,
    ) -> Result<(), NodeError> {
        let slot = committed.slot();
        let matter = Matter::Step(slot);
        if !is_sealed(job, slot.task) || !self.is_time(matter, Duration::ZERO) {
            return Ok(());
        }
        // Without an upload the requester depends on the other workers; without a reveal we are penalised.
        let half = i64::try_from(job.header.reveal_window.get() / 2).unwrap_or(i64::MAX);
        if !self.publish(&slot, committed.exit_code()) && seconds_left > half {
            return Ok(());
        }
        let revealed = committed.reveal(index, &mut self.desk);
        self.attempt(matter, revealed)?;
        Ok(())
    }

    /// Uploads a slot's output, again after a restart, and now and then until it works. Answers whether it did.
    fn publish(&mut self, slot: &SlotId, exit_code: u32) -> bool {
        let matter = Matter::Publish(slot.job);
        if self.published.contains(slot) {
            return true;
        }
        if !self.is_time(matter, Duration::ZERO) {
            return false;
        }
        if let Err(error) = self.upload(slot, exit_code) {
            self.patience.failed(matter, Instant::now());
            self.complain(&error);
            return false;
        }
        self.patience.done(matter);
        self.published.insert(*slot)
    }

    fn upload(&self, slot: &SlotId, exit_code: u32) -> Result<(), NodeError> {
        let Some(output) = self.outputs.read(slot) else {
            return Ok(());
        };
        let result = TaskResult { exit_code, output };
        for store in &self.uploads {
            publish_result(store, &result)?;
        }
        Ok(())
    }

    fn collect(&mut self, mut payable: Vec<Revealed>, job: &JobView) -> Result<(), NodeError> {
        let matter = Matter::Collect(JobId::of(job));
        if payable.is_empty() || !self.is_time(matter, Duration::ZERO) {
            return Ok(());
        }
        payable.truncate(COLLECT_AT_ONCE);
        let payment = self.payment(&job.header.mint)?;
        let handle = JobHandle::of(job.address, &job.header, payment);
        let (mint, program) = (payment.mint, payment.token_program);
        let (destination, before) = self.wallet(&self.worker.owner, &mint, &program)?;
        let collected = step::collect(payable, &handle, destination, before, &mut self.desk);
        for done in self.attempt(matter, collected)?.into_iter().flatten() {
            if self.published.contains(&done.slot) {
                self.outputs.remove(&done.slot);
            }
        }
        Ok(())
    }
}
