use crate::{
    bytes::commitment,
    error::MarketError,
    event::ResultRevealed,
    state::{task_of, JobAccount, Worker},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct RevealResult {
    #[account(address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    pub worker: Account<Worker>,
    #[account(mut)]
    pub job: JobAccount,
}

impl RevealResult {
    /// Errors: `NoSuchTask`, `RevealNotOpen`, `NoSuchSeat`; then the rules of `Seat::reveal`.
    pub fn reveal_result(
        &mut self,
        task: u32,
        replica: u8,
        digest: [u8; 32],
        salt: [u8; 32],
    ) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let job = *self.job.address();
        let opening = commitment(&job, task, self.worker.address(), &digest, &salt);
        let seats = task_of(&mut self.job, task)?;
        if !seats.is_sealed() {
            return Err(MarketError::RevealNotOpen.into());
        }
        let seat = seats
            .seats
            .get_mut(usize::from(replica))
            .ok_or(MarketError::NoSuchSeat)?;
        seat.reveal(self.worker.address(), &digest, &opening, now)?;
        emit!(ResultRevealed {
            job,
            digest,
            task: task.into(),
            replica,
        });
        Ok(())
    }
}
