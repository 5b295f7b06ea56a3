use super::{Committed, Revealed};
use crate::{desk::Desk, error::NodeError, event::NodeEvent, journal::Step};
use assay_client::instruction::market;
use assay_market::state::SeatState;

impl Committed {
    /// Shows the committed digest. `index` is the seat's number in the job.
    pub fn reveal(self, index: u32, desk: &mut Desk) -> Result<Revealed, NodeError> {
        let Self { seat, sealed } = self;
        let (node, worker, job) = (desk.node(), desk.worker, seat.job.address);
        let place = (seat.task, seat.replica);
        let instruction =
            market::reveal_result(node, worker, job, place, sealed.digest, sealed.salt);
        desk.send(Step::Revealed, &[seat], &[instruction])?;
        desk.reach(seat, Step::Revealed, NodeEvent::Revealed { seat })?;
        let state = SeatState::Revealed;
        Ok(Revealed { seat, index, state })
    }
}
