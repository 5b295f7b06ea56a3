//! A job read whole: header and seats.

use anchor_lang::Address;
use assay_market::state::{Job, JobAccount, Seat, SeatState};

/// A job's account at one moment.
#[derive(Clone)]
pub struct JobView {
    pub address: Address,
    pub header: Job,
    pub seats: Vec<Seat>,
}

impl JobView {
    /// Reads an account's data; `None` when it is not a job.
    pub fn read(address: Address, data: &[u8]) -> Option<Self> {
        let (header, seats) = Job::read(data)?;
        Some(Self {
            address,
            header: *header,
            seats: seats.to_vec(),
        })
    }

    /// Bytes of the account of a job with so many seats.
    pub fn space(seats: u32) -> Option<usize> {
        JobAccount::try_space_for(seats).ok()
    }

    /// The seats of one task; empty when there is no such task.
    pub fn task(&self, task: u32) -> &[Seat] {
        let width = usize::from(self.header.width());
        let first = (task as usize).saturating_mul(width);
        self.seats
            .get(first..first.saturating_add(width))
            .unwrap_or(&[])
    }

    /// A seat's state, with untouched replicas read as free.
    pub fn state(&self, task: u32, replica: u8) -> SeatState {
        match self.task(task).get(usize::from(replica)).map(Seat::state) {
            Some(SeatState::Untouched) if replica < self.header.replicas => SeatState::Free,
            Some(state) => state,
            None => SeatState::Vacant,
        }
    }

    /// The states of a task's seats.
    pub fn states(&self, task: u32) -> impl Iterator<Item = SeatState> + '_ {
        (0..self.header.width()).map(move |replica| self.state(task, replica))
    }

    /// The digest that a quorum accepted, once it did.
    pub fn accepted(&self, task: u32) -> Option<[u8; 32]> {
        let winner = self
            .task(task)
            .iter()
            .find(|seat| seat.state() == SeatState::Accepted)?;
        Some(winner.value)
    }

    /// Where module, manifest and inputs may be found.
    pub fn store(&self) -> String {
        let end = self.header.store.iter().position(|byte| *byte == 0);
        let end = end.unwrap_or(self.header.store.len());
        String::from_utf8_lossy(&self.header.store[..end]).into_owned()
    }
}
