use super::Node;
use crate::{
    assignment::Assignment,
    error::NodeError,
    event::NodeEvent,
    patience::Matter,
    plan::{plan_claims, Bidder},
    slot_id::JobId,
    step,
};
use assay_client::JobView;
use assay_market::state::SlotState;
use std::time::Duration;

/// Claims that fit into one transaction, with room to spare.
const CLAIM_AT_ONCE: usize = 6;

impl Node<'_> {
    /// Claims what can be run and delivered. A task is claimed only when its content is here: a slot whose input nobody
    /// can fetch would cost the penalty for a missed deadline.
    pub(super) fn claim(&mut self, jobs: &[JobView]) -> Result<(), NodeError> {
        self.hear_scouts()?;
        let waiting = self.waiting(jobs);
        let mut bidder = Bidder {
            worker: self.desk.worker,
            collateral: self.worker.collateral(),
            now: self.now,
            room: self.config.max_claims.saturating_sub(waiting),
        };
        if bidder.room == 0 || !self.is_time(Matter::Claim, Duration::ZERO) {
            return Ok(());
        }
        let wants = |job: &JobView, task: u32| {
            self.suits(job, waiting) && self.workshop.is_ready((JobId::of(job), task))
        };
        let planned = plan_claims(jobs, &bidder, wants, any_of);
        for planned in planned.chunks(CLAIM_AT_ONCE) {
            let won = step::claim(&mut self.desk, planned);
            self.attempt(Matter::Claim, won)?;
        }
        bidder.room = self.workshop.idle_scouts();
        let wants = |job: &JobView, task: u32| {
            self.suits(job, waiting) && self.workshop.is_unknown((JobId::of(job), task))
        };
        let unknown = plan_claims(jobs, &bidder, wants, any_of);
        for slot in unknown {
            let job = jobs.iter().find(|job| JobId::of(job) == slot.job);
            if let Some(assignment) = job.and_then(|job| Assignment::of(job, slot.task)) {
                self.workshop.scout((slot.job, slot.task), assignment)?;
            }
        }
        Ok(())
    }

    fn hear_scouts(&mut self) -> Result<(), NodeError> {
        for ((job, task), error) in self.workshop.scouted()? {
            self.desk.tell(NodeEvent::Avoided {
                job: job.address,
                task,
                reason: error.to_string(),
            });
        }
        Ok(())
    }

    /// Slots of ours that have yet to be run or committed.
    fn waiting(&self, jobs: &[JobView]) -> usize {
        jobs.iter()
            .flat_map(|job| &job.slots)
            .filter(|slot| slot.worker == self.desk.worker)
            .filter(|slot| slot.state() == SlotState::Claimed && slot.deadline.get() >= self.now)
            .count()
    }

    /// Whether this machine can run one more task of a job, behind `waiting` others, in the time and space it has.
    fn suits(&self, job: &JobView, waiting: usize) -> bool {
        let header = &job.header;
        let queue = u32::try_from(waiting.saturating_add(1)).unwrap_or(u32::MAX);
        let lanes = u32::try_from(self.config.concurrency).unwrap_or(u32::MAX);
        let longest = self.workshop.longest(&JobId::of(job));
        let needed = longest.saturating_mul(queue.div_ceil(lanes));
        header.memory_bytes.get() <= self.config.max_memory_bytes
            && header.output_bytes.get() <= self.config.max_output_bytes
            && needed <= Duration::from_secs(header.run_window.get())
    }
}

/// A random number below `n`. Without randomness from the system the first will do.
fn any_of(n: usize) -> usize {
    let number = getrandom::u32().unwrap_or(0);
    usize::try_from(number)
        .ok()
        .and_then(|number| number.checked_rem(n))
        .unwrap_or(0)
}
