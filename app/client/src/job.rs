//! A job read whole: header and slots.

use anchor_lang::Address;
use assay_market::state::{Job, JobAccount, Slot, SlotState};

/// A job's account at one moment.
#[derive(Clone)]
pub struct JobView {
    pub address: Address,
    pub header: Job,
    pub slots: Vec<Slot>,
}

impl JobView {
    /// Reads an account's data; `None` when it is not a job.
    pub fn read(address: Address, data: &[u8]) -> Option<Self> {
        let (header, slots) = Job::read(data)?;
        Some(Self {
            address,
            header: *header,
            slots: slots.to_vec(),
        })
    }

    /// Bytes of the account of a job with so many slots.
    pub fn space(slots: u32) -> Option<usize> {
        JobAccount::try_space_for(slots).ok()
    }

    /// The slots of one task; empty when there is no such task.
    pub fn task(&self, task: u32) -> &[Slot] {
        let width = usize::from(self.header.width());
        let first = (task as usize).saturating_mul(width);
        self.slots
            .get(first..first.saturating_add(width))
            .unwrap_or(&[])
    }

    /// A slot's state, with untouched replicas read as free.
    pub fn state(&self, task: u32, replica: u8) -> SlotState {
        match self.task(task).get(usize::from(replica)).map(Slot::state) {
            Some(SlotState::Untouched) if replica < self.header.replicas => SlotState::Free,
            Some(state) => state,
            None => SlotState::Vacant,
        }
    }

    /// The states of a task's slots.
    pub fn states(&self, task: u32) -> impl Iterator<Item = SlotState> + '_ {
        (0..self.header.width()).map(move |replica| self.state(task, replica))
    }

    /// The digest that a quorum accepted, once it did.
    pub fn accepted(&self, task: u32) -> Option<[u8; 32]> {
        let winner = self
            .task(task)
            .iter()
            .find(|slot| slot.state() == SlotState::Accepted)?;
        Some(winner.value)
    }

    /// Where module, manifest and inputs may be found.
    pub fn store(&self) -> String {
        let end = self.header.store.iter().position(|byte| *byte == 0);
        let end = end.unwrap_or(self.header.store.len());
        String::from_utf8_lossy(&self.header.store[..end]).into_owned()
    }
}
