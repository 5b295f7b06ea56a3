use crate::{
    error::MarketError,
    event::ResultCommitted,
    state::{task_of, JobAccount, Worker},
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
    /// Errors: `NoSuchTask`, `NoSuchSlot`; then the rules of `Slot::commit`.
    pub fn commit_result(&mut self, task: u32, replica: u8, commitment: [u8; 32]) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let reveal_by = self.job.reveal_by(now)?;
        let mut slots = task_of(&mut self.job, task)?;
        let slot = slots
            .slots
            .get_mut(usize::from(replica))
            .ok_or(MarketError::NoSuchSlot)?;
        slot.commit(self.worker.address(), &commitment, now)?;
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
