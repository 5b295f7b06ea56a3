use crate::{
    error::MarketError,
    event::ResultCommitted,
    state::{check_holder, task_of, JobAccount, SlotState, Worker},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CommitResult {
    #[account(address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    pub worker: Account<Worker>,
    #[account(mut)]
    pub job: JobAccount,
}

impl CommitResult {
    /// Slot rules, in order: `NoSuchTask`, `NoSuchSlot`, `NotSlotHolder`, `NotClaimed`, `DeadlinePassed`.
    pub fn commit_result(&mut self, task: u32, replica: u8, commitment: [u8; 32]) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let reveal_by = self.job.reveal_by(now)?;
        let mut slots = task_of(&mut self.job, task)?;
        let slot = slots
            .slots
            .get_mut(usize::from(replica))
            .ok_or(MarketError::NoSuchSlot)?;
        check_holder(slot, &self.worker)?;
        if slot.state() != SlotState::Claimed {
            return Err(MarketError::NotClaimed.into());
        }
        if slot.deadline.get() < now {
            return Err(MarketError::DeadlinePassed.into());
        }
        slot.value = commitment;
        slot.set_state(SlotState::Committed);
        let opened = slots.open_reveal_if_sealed(reveal_by);
        emit!(ResultCommitted {
            job: *self.job.address(),
            commitment,
            reveal_by: if opened { reveal_by } else { 0 }.into(),
            task: task.into(),
            replica,
        });
        Ok(())
    }
}
