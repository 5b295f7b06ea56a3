use super::{Committed, Executed};
use crate::{desk::Desk, error::NodeError, event::NodeEvent, journal::Step};
use assay_client::instruction::market;
use assay_market::bytes::commitment;

impl Executed {
    /// Binds the result on chain without showing it.
    pub fn commit(self, desk: &mut Desk) -> Result<Committed, NodeError> {
        let Self { slot, sealed } = self;
        let (node, worker, job) = (desk.node(), desk.worker, slot.job.address);
        let bound = commitment(&job, slot.task, &worker, &sealed.digest, &sealed.salt);
        let place = (slot.task, slot.replica);
        let instruction = market::commit_result(node, worker, job, place, bound);
        desk.send(Step::Committed, &[slot], &[instruction])?;
        desk.reach(slot, Step::Committed, NodeEvent::Committed { slot })?;
        Ok(Committed { slot, sealed })
    }
}
