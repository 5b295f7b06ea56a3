//! Jobs for tests, as the chain would show them.

use crate::slot_id::{JobId, SlotId};
use assay_client::{Address, JobView};
use assay_market::state::{Job, Slot, SlotState};
use bytemuck::Zeroable;

/// The address whose bytes are all `byte`.
pub fn someone(byte: u8) -> Address {
    Address::new_from_array([byte; 32])
}

/// A job of `tasks` tasks for two of three workers and one spare, posted at 0 and claimable until 1,000; everyone is
/// drawn from 100 on, or with 1,000 of collateral. A slot's bond is 10.
pub fn job(tasks: u32) -> JobView {
    let mut header = Job::zeroed();
    header.seed = [7; 32];
    header.bond = 10.into();
    header.claim_until = 1_000.into();
    header.run_window = 60.into();
    header.reveal_window = 60.into();
    header.ramp = 100.into();
    header.sortition_unit = 1_000.into();
    header.task_count = tasks.into();
    header.open_tasks = tasks.into();
    (header.replicas, header.quorum, header.spares) = (3, 2, 1);
    let slots = vec![Slot::default(); tasks as usize * usize::from(header.width())];
    let address = someone(200);
    JobView {
        address,
        header,
        slots,
    }
}

/// Sets a slot of a job of four slots a task: its holder, state, value and deadline.
pub fn set(job: &mut JobView, index: usize, worker: Address, state: SlotState, value: [u8; 32]) {
    let slot = &mut job.slots[index];
    slot.worker = worker;
    slot.value = value;
    slot.deadline = 500.into();
    slot.set_state(state);
}

/// The name of a slot of `job`.
pub fn slot(task: u32, replica: u8) -> SlotId {
    JobId::of(&job(1)).slot(task, replica)
}
