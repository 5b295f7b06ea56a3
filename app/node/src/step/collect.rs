use super::Revealed;
use crate::{desk::Desk, error::NodeError, event::NodeEvent, journal::Step};
use assay_client::{
    instruction::market::{self, JobAddresses},
    Address, Instruction,
};
use assay_market::state::SeatState;

/// Collects final seats of one job in one transaction, to `destination`, a token account of the owner; `before` goes
/// ahead of it in the same transaction.
pub fn collect(
    seats: Vec<Revealed>,
    job: &JobAddresses,
    destination: Address,
    mut before: Vec<Instruction>,
    desk: &mut Desk,
) -> Result<(), NodeError> {
    let names: Vec<_> = seats.iter().map(Revealed::seat).collect();
    let indices = seats.iter().map(|seat| seat.index).collect();
    before.push(market::collect_pay(job, desk.worker, destination, indices));
    desk.send(Step::Collected, &names, &before)?;
    for Revealed { seat, state, .. } in seats {
        let accepted = state == SeatState::Accepted;
        desk.reach(
            seat,
            Step::Collected,
            NodeEvent::Collected { seat, accepted },
        )?;
    }
    Ok(())
}
