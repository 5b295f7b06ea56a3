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
    /// Errors: `NoSuchTask`, `NoSuchSeat`; then the rules of `Seat::commit`.
    pub fn commit_result(&mut self, task: u32, replica: u8, commitment: [u8; 32]) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let reveal_by = self.job.reveal_by(now)?;
        let mut seats = task_of(&mut self.job, task)?;
        let seat = seats
            .seats
            .get_mut(usize::from(replica))
            .ok_or(MarketError::NoSuchSeat)?;
        seat.commit(self.worker.address(), &commitment, now)?;
        let opened = seats.open_reveal_if_sealed(reveal_by);
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
