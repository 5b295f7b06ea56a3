use super::{Committed, Executed};
use crate::{desk::Desk, error::NodeError, event::NodeEvent, journal::Step};
use assay_client::instruction::market;
use assay_market::bytes::commitment;

impl Executed {
    /// Binds the result on chain without showing it.
    pub fn commit(self, desk: &mut Desk) -> Result<Committed, NodeError> {
        let Self { seat, sealed } = self;
        let (node, worker, job) = (desk.node(), desk.worker, seat.job.address);
        let bound = commitment(&job, seat.task, &worker, &sealed.digest, &sealed.salt);
        let place = (seat.task, seat.replica);
        let instruction = market::commit_result(node, worker, job, place, bound);
        desk.send(Step::Committed, &[seat], &[instruction])?;
        desk.reach(seat, Step::Committed, NodeEvent::Committed { seat })?;
        Ok(Committed { seat, sealed })
    }
}
