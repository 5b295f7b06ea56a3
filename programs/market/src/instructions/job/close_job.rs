use crate::{
    bytes::ESCROW_SEED,
    error::{MarketError, RuleResult},
    event::{emit, JobClosed},
    instructions::task::check_destination,
    state::{JobAccount, PaymentMint},
};
use anchor_lang::prelude::*;
use assay_shared::token::{self, TokenAccount};
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct CloseJob {
    /// The job's requester. Receives the rent of job and escrow; signs unless the job is open for anyone to close.
    #[account(mut, address = job.requester @ MarketError::NotRequester)]
    pub requester: UncheckedAccount,
    /// A finished job, closed here. Checked by its program and its type, its state by `validate`.
    #[account(mut, close = requester)]
    pub job: JobAccount,
    /// The record of the job's payment mint. Checked by its program, its type and its mint.
    #[account(constraint(payment_mint.mint == job.mint @ MarketError::WrongAccount))]
    pub payment_mint: Account<PaymentMint>,
    /// The job's escrow, closed here. Checked by its address.
    #[account(mut, address = job.escrow @ MarketError::WrongAccount)]
    pub escrow: UncheckedAccount,
    /// The job's escrow authority. Checked by the runtime when the program signs for it.
    pub escrow_authority: UncheckedAccount,
    /// The fee vault of the payment mint. Receives the fees. Checked by its address.
    #[account(mut, address = payment_mint.fee_vault @ MarketError::WrongAccount)]
    pub fee_vault: UncheckedAccount,
    /// The associated token account of the requester for the job's mint, or any if the requester signs. Receives what is
    /// left. Checked by `validate`; the mint by the transfer.
    #[account(mut)]
    pub refund: UncheckedAccount,
    /// The token program of the payment mint. Checked by its address.
    #[account(address = payment_mint.token_program @ MarketError::WrongAccount)]
    pub token_program: UncheckedAccount,
}

impl CloseJob {
    /// Returns the escrow's balance in base units. Strangers may have sent tokens; they go to the requester too, because an
    /// escrow that is not empty cannot be closed.
    fn validate(&self, bump: u8, now: i64) -> RuleResult<u64> {
        if !self.job.is_finished() {
            return Err(MarketError::JobNotFinished);
        }
        if !self.requester.account().is_signer() {
            if now < self.job.anyone_closes_from() {
                return Err(MarketError::ReservedForRequester);
            }
            // A stranger must not choose an account that the requester never looks at.
            let (requester, mint) = (&self.job.requester, &self.job.mint);
            check_destination(&self.refund, &self.token_program, requester, mint, bump)?;
        }
        TokenAccount::read(self.escrow.account(), self.token_program.address())
            .map(|escrow| escrow.amount)
            .ok_or(MarketError::WrongTokenAccount)
    }

    /// # Specification
    /// - `requester` shall be the job's requester (`NotRequester`).
    /// - Payment mint, escrow, fee vault and token program shall be the job's (`WrongAccount`).
    /// - Every task shall have ended, every seat be settled and every round closed (`JobNotFinished`).
    /// - The requester shall sign, until the job's last deadlines are well over (`ReservedForRequester`).
    /// - The refund shall go to the requester's associated token account, unless it signs (`WrongTokenAccount`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the requester's associated token account; not read if the requester signs.
    pub fn close_job(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        let held = accounts.validate(bump, Clock::get()?.unix_timestamp)?;
        let fees = accounts.job.fees_due.get();
        let left = held.checked_sub(fees).ok_or(MarketError::Overflow)?;
        let bump = [accounts.job.escrow_bump];
        let address = *accounts.job.address();
        let seeds = [
            Seed::from(ESCROW_SEED),
            Seed::from(address.as_ref()),
            Seed::from(&bump),
        ];
        let signer = [PdaSigner::from(&seeds)];
        let program = accounts.token_program.address();
        let authority = accounts.escrow_authority.account();
        let escrow = accounts.escrow.account();
        for (to, amount) in [(&accounts.fee_vault, fees), (&accounts.refund, left)] {
            if amount > 0 {
                token::transfer(program, escrow, to.account(), authority, amount, &signer)?;
            }
        }
        token::close(
            program,
            escrow,
            accounts.requester.account(),
            authority,
            &signer,
        )?;
        emit(JobClosed {
            job: address,
            fees: fees.into(),
            refunded: left.into(),
        });
        Ok(())
    }
}
