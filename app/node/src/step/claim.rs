use crate::{
    desk::Desk, error::NodeError, event::NodeEvent, journal::Step, race::is_race, slot_id::SlotId,
};
use assay_client::instruction::market;

/// Claims these slots in one transaction; when somebody else was faster at one of them, each in one of its own. Answers
/// how many it got.
pub fn claim(desk: &mut Desk, slots: &[SlotId]) -> Result<usize, NodeError> {
    let (node, worker) = (desk.node(), desk.worker);
    let instructions: Vec<_> = slots
        .iter()
        .map(|slot| market::claim_task(node, worker, slot.job.address, slot.task, slot.replica))
        .collect();
    match desk.send(Step::Claimed, slots, &instructions) {
        Ok(()) => {
            for slot in slots.iter().copied() {
                desk.reach(slot, Step::Claimed, NodeEvent::Claimed { slot })?;
            }
            Ok(slots.len())
        }
        Err(error) if !is_race(&error) => Err(error),
        Err(_) if slots.len() < 2 => Ok(0),
        Err(_) => {
            let mut won = 0usize;
            for slot in slots {
                won = won.saturating_add(claim(desk, std::slice::from_ref(slot))?);
            }
            Ok(won)
        }
    }
}
