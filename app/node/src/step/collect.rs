use super::Revealed;
use crate::{desk::Desk, error::NodeError, event::NodeEvent, journal::Step, slot_id::SlotId};
use assay_client::{
    instruction::market::{self, JobHandle},
    Address, Instruction,
};
use assay_market::state::SlotState;

/// A slot that brought its price, or got its bond back.
#[derive(Debug)]
pub struct Collected {
    pub slot: SlotId,
}

/// Collects final slots of one job in one transaction, to `destination`, a token account of the owner; `before` goes
/// ahead of it in the same transaction.
pub fn collect(
    slots: Vec<Revealed>,
    job: &JobHandle,
    destination: Address,
    mut before: Vec<Instruction>,
    desk: &mut Desk,
) -> Result<Vec<Collected>, NodeError> {
    let names: Vec<_> = slots.iter().map(Revealed::slot).collect();
    let indices = slots.iter().map(|slot| slot.index).collect();
    before.push(market::collect(job, desk.worker, destination, indices));
    desk.send(Step::Collected, &names, &before)?;
    let mut collected = Vec::with_capacity(slots.len());
    for Revealed { slot, state, .. } in slots {
        let accepted = state == SlotState::Accepted;
        desk.reach(
            slot,
            Step::Collected,
            NodeEvent::Collected { slot, accepted },
        )?;
        collected.push(Collected { slot });
    }
    Ok(collected)
}
