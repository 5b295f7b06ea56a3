use super::settlement::{check_destination, Settlement};
use crate::{
    error::MarketError,
    event::{emit, Collected},
    state::{JobAccount, Params, Worker},
};
use alloc::vec::Vec;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CollectPay {
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Account<Worker>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
    /// The job's escrow. Checked by its address.
    #[account(mut, address = job.escrow @ MarketError::WrongAccount)]
    pub escrow: UncheckedAccount,
    /// The job's escrow authority. Checked by the runtime when the program signs for it.
    pub escrow_authority: UncheckedAccount,
    /// The associated token account of the worker's beneficiary for the job's mint. Receives the pay. Checked by the verb.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The token program of the job's mint. Checked with `destination`, and by the transfer.
    pub token_program: UncheckedAccount,
}

impl CollectPay {
    /// A seat that `hold_pay` released without its pay is paid here, without a bond and without weight.
    ///
    /// # Specification
    /// - Escrow and escrow authority shall be the job's (`WrongAccount`).
    /// - The destination shall be the associated token account of the worker's beneficiary (`WrongTokenAccount`).
    /// - At least one seat shall be named (`BadSeatList`).
    /// - The job shall have every seat (`NoSuchTask`).
    /// - The task of every seat shall have ended (`TaskNotEnded`).
    /// - The worker shall hold every seat (`NotSeatHolder`).
    /// - No seat shall be settled and paid, or named twice (`AlreadySettled`).
    /// - Every seat shall be accepted or void (`NothingToCollect`).
    ///
    /// # Arguments
    /// - `seats` - indices in the job's account of seats of one worker.
    /// - `bump` - bump of the destination's address.
    pub fn collect_pay(ctx: &mut Context<Self>, seats: Vec<u32>, bump: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
        if seats.is_empty() {
            return Err(MarketError::BadSeatList.into());
        }
        check_destination(
            &accounts.destination,
            &accounts.token_program,
            &accounts.worker.beneficiary,
            &accounts.job.mint,
            bump,
        )?;
        let earned = Settlement {
            params: &accounts.params,
            worker: &mut accounts.worker,
            job: &mut accounts.job,
            check: None,
            escrow: &accounts.escrow,
            escrow_authority: &accounts.escrow_authority,
            destination: &accounts.destination,
            token_program: &accounts.token_program,
            stays: false,
        }
        .settle(&seats)?;
        emit(Collected {
            job: *accounts.job.address(),
            worker: *accounts.worker.address(),
            paid: earned.pay.into(),
            weight: earned.weight.into(),
            seats: earned.seats.into(),
        });
        Ok(())
    }
}
