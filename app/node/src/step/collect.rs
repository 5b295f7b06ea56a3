use super::Revealed;
use crate::{desk::Desk, error::NodeError, event::NodeEvent, journal::Step};
use assay_client::{
    instruction::market::{self, JobHandle},
    Address, Instruction,
};
use assay_market::state::SlotState;

/// Collects final slots of one job in one transaction, to `destination`, a token account of the owner; `before` goes
/// ahead of it in the same transaction.
pub fn collect(
    slots: Vec<Revealed>,
    job: &JobHandle,
    destination: Address,
    mut before: Vec<Instruction>,
    desk: &mut Desk,
) -> Result<(), NodeError> {
    let names: Vec<_> = slots.iter().map(Revealed::slot).collect();
    let indices = slots.iter().map(|slot| slot.index).collect();
    before.push(market::collect(job, desk.worker, destination, indices));
    desk.send(Step::Collected, &names, &before)?;
    for Revealed { slot, state, .. } in slots {
        let accepted = state == SlotState::Accepted;
        desk.reach(
            slot,
            Step::Collected,
            NodeEvent::Collected { slot, accepted },
        )?;
    }
    Ok(())
}
