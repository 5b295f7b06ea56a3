use crate::{
    error::MarketError,
    event::JobExtended,
    state::{set_seat_count, JobAccount, PaymentMint},
};
use anchor_lang::prelude::*;
use assay_shared::token::TokenAccount;

#[derive(Accounts)]
pub struct ExtendJob {
    #[account(address = job.requester @ MarketError::NotRequester)]
    pub requester: Signer,
    #[account(mut)]
    pub job: JobAccount,
    #[account(constraint(payment_mint.mint == job.mint @ MarketError::WrongAccount))]
    pub payment_mint: Account<PaymentMint>,
    #[account(address = job.escrow @ MarketError::WrongAccount)]
    pub escrow: UncheckedAccount,
}

impl ExtendJob {
    /// `escrow`: funded, and the job's account's rent topped up, by earlier instructions of the transaction.
    ///
    /// Errors: `ClaimingOver`, `WrongTokenAccount`, `EscrowTooSmall`. Tasks and segments: `Job::extend`.
    fn validate(&self, funds: u64, now: i64) -> core::result::Result<(), MarketError> {
        if !self.job.is_claiming(now) {
            return Err(MarketError::ClaimingOver);
        }
        let escrow = TokenAccount::read(self.escrow.account(), &self.payment_mint.token_program)
            .ok_or(MarketError::WrongTokenAccount)?;
        if escrow.amount < funds {
            return Err(MarketError::EscrowTooSmall);
        }
        Ok(())
    }

    pub fn extend_job(&mut self, tasks: u32, manifest: [u8; 32]) -> Result<()> {
        let funds = self
            .job
            .funds
            .get()
            .checked_add(self.job.escrow_for(tasks)?)
            .ok_or(MarketError::Overflow)?;
        let now = Clock::get()?.unix_timestamp;
        self.validate(funds, now)?;
        let first_task = self.job.task_count;
        self.job.extend(tasks, manifest, now)?;
        self.job.funds = funds.into();
        let seats = self.job.seat_count()?;
        self.job.resize_to_capacity(seats)?;
        set_seat_count(&mut self.job, seats)?;
        emit!(JobExtended {
            job: *self.job.address(),
            manifest,
            first_task,
            tasks: tasks.into(),
        });
        Ok(())
    }
}
