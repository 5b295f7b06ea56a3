use crate::{
    desk::Desk,
    error::NodeError,
    event::NodeEvent,
    journal::Step,
    race::{is_race, is_refusal},
    slot_id::SlotId,
};
use assay_client::instruction::market;

/// Claims these slots in one transaction; when that is refused, each in one of its own. Answers
/// how many it got.
pub fn claim(desk: &mut Desk, slots: &[SlotId]) -> Result<usize, NodeError> {
    let (node, worker) = (desk.node(), desk.worker);
    let instructions: Vec<_> = slots
        .iter()
        .map(|slot| {
            let position = (slot.task, slot.replica);
            market::claim_task(node, worker, slot.job.address, slot.job.seed, position)
        })
        .collect();
    match desk.send(Step::Claimed, slots, &instructions) {
        Ok(()) => {
            for slot in slots.iter().copied() {
                desk.reach(slot, Step::Claimed, NodeEvent::Claimed { slot })?;
            }
            Ok(slots.len())
        }
        Err(error) if !is_refusal(&error) => Err(error),
        Err(error) if slots.len() < 2 => match is_race(&error) {
            true => Ok(0),
            false => Err(error),
        },
        Err(_) => one_by_one(desk, slots),
    }
}

/// One slot that cannot be had, for whatever reason, must not cost the others.
fn one_by_one(desk: &mut Desk, slots: &[SlotId]) -> Result<usize, NodeError> {
    let mut won = 0usize;
    let mut refusal = None;
    for slot in slots {
        match claim(desk, std::slice::from_ref(slot)) {
            Ok(one) => won = won.saturating_add(one),
            Err(error) if is_refusal(&error) => refusal = Some(error),
            Err(error) => return Err(error),
        }
    }
    match refusal {
        Some(error) if won == 0 => Err(error),
        _ => Ok(won),
    }
}
