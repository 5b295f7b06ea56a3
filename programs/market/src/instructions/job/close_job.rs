use crate::{
    bytes::ESCROW_SEED,
    error::MarketError,
    event::JobClosed,
    state::{read_wallet, JobAccount, PaymentMint},
};
use anchor_lang::prelude::*;
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct CloseJob {
    /// Receives the rent of job and escrow. Signs, or waits until anyone may close the job.
    #[account(mut, address = job.requester @ MarketError::NotRequester)]
    pub requester: UncheckedAccount,
    #[account(mut, close = requester)]
    pub job: JobAccount,
    #[account(constraint(payment_mint.mint == job.mint @ MarketError::WrongAccount))]
    pub payment_mint: Account<PaymentMint>,
    #[account(mut, address = job.escrow @ MarketError::WrongAccount)]
    pub escrow: UncheckedAccount,
    /// Checked by the runtime when the program signs for it.
    pub escrow_authority: UncheckedAccount,
    #[account(mut, address = payment_mint.fee_vault @ MarketError::WrongAccount)]
    pub fee_vault: UncheckedAccount,
    #[account(mut)]
    pub refund: UncheckedAccount,
    #[account(address = payment_mint.token_program @ MarketError::WrongAccount)]
    pub token_program: UncheckedAccount,
}

impl CloseJob {
    /// `refund`: any account of the requester in the job's mint, because anyone may call. Answers what the escrow
    /// really holds: tokens that strangers sent in go to the requester too, or the escrow could not be closed.
    ///
    /// Errors: `JobNotFinished`, `ReservedForRequester`, `WrongTokenAccount`.
    fn validate(&self, now: i64) -> core::result::Result<u64, MarketError> {
        if !self.job.is_finished() {
            return Err(MarketError::JobNotFinished);
        }
        if !self.requester.account().is_signer() && now < self.job.anyone_closes_from() {
            return Err(MarketError::ReservedForRequester);
        }
        let program = self.token_program.address();
        let refund =
            read_wallet(self.refund.account(), program).ok_or(MarketError::WrongTokenAccount)?;
        if refund.authority != self.job.requester || refund.mint != self.job.mint {
            return Err(MarketError::WrongTokenAccount);
        }
        token::TokenAccount::read(self.escrow.account(), program)
            .map(|escrow| escrow.amount)
            .ok_or(MarketError::WrongTokenAccount)
    }

    pub fn close_job(&mut self) -> Result<()> {
        let held = self.validate(Clock::get()?.unix_timestamp)?;
        let fees = self.job.fees_due.get();
        let left = held.checked_sub(fees).ok_or(MarketError::Overflow)?;
        let bump = [self.job.escrow_bump];
        let address = *self.job.address();
        let seeds = [
            Seed::from(ESCROW_SEED),
            Seed::from(address.as_ref()),
            Seed::from(&bump),
        ];
        let signer = [PdaSigner::from(&seeds)];
        let program = self.token_program.address();
        let authority = self.escrow_authority.account();
        let escrow = self.escrow.account();
        for (to, amount) in [(&self.fee_vault, fees), (&self.refund, left)] {
            if amount > 0 {
                token::transfer(program, escrow, to.account(), authority, amount, &signer)?;
            }
        }
        token::close(
            program,
            escrow,
            self.requester.account(),
            authority,
            &signer,
        )?;
        emit!(JobClosed {
            job: address,
            fees: fees.into(),
            refunded: left.into(),
        });
        Ok(())
    }
}
