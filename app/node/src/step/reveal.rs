use super::{Committed, Revealed};
use crate::{desk::Desk, error::NodeError, event::NodeEvent, journal::Step};
use assay_client::instruction::market;
use assay_market::state::SlotState;

impl Committed {
    /// Shows the committed digest. `index` is the slot's number in the job.
    pub fn reveal(self, index: u32, desk: &mut Desk) -> Result<Revealed, NodeError> {
        let Self { slot, sealed } = self;
        let (node, worker, job) = (desk.node(), desk.worker, slot.job.address);
        let place = (slot.task, slot.replica);
        let instruction =
            market::reveal_result(node, worker, job, place, sealed.digest, sealed.salt);
        desk.send(Step::Revealed, &[slot], &[instruction])?;
        desk.reach(slot, Step::Revealed, NodeEvent::Revealed { slot })?;
        let state = SlotState::Revealed;
        Ok(Revealed { slot, index, state })
    }
}
