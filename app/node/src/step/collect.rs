use super::Revealed;
use crate::{desk::Desk, error::NodeError, event::NodeEvent, journal::Step};
use assay_client::{instruction::market::JobAddresses, Address};
use assay_market::state::SeatState;

/// Collects final seats of one job in one transaction, to the token account of `owner`.
pub fn collect(
    seats: Vec<Revealed>,
    job: &JobAddresses,
    owner: &Address,
    desk: &mut Desk,
) -> Result<(), NodeError> {
    let names: Vec<_> = seats.iter().map(Revealed::seat).collect();
    let indices: Vec<u32> = seats.iter().map(|seat| seat.index).collect();
    let (node, worker) = (desk.node(), desk.worker);
    let plan = desk
        .client
        .plan_collect(&node, job, &worker, owner, &indices)?;
    desk.send(Step::Collected, &names, &plan.instructions)?;
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
