use crate::{
    error::MarketError,
    event::{emit, CheckCollected},
    instructions::task::{check_destination, Settlement},
    state::{JobAccount, Params, RoundAccount, Worker},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CollectCheck {
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Box<Account<Worker>>,
    /// The job of the check. Checked by its address.
    #[account(mut, address = check.job @ MarketError::WrongAccount)]
    pub job: Box<JobAccount>,
    /// A check. Checked by its program and its type, its kind by `settle_check`.
    #[account(mut)]
    pub check: Box<RoundAccount>,
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

impl CollectCheck {
    /// Pays the seat of a check what every seat of the job earns, and frees its bond. A seat that `hold_pay` released without
    /// its pay is only paid.
    ///
    /// # Specification
    /// - Job, escrow and escrow authority shall be the check's (`WrongAccount`).
    /// - The account shall be that of a check (`WrongAccount`).
    /// - The destination shall be the associated token account of the worker's beneficiary (`WrongTokenAccount`).
    /// - The task shall have ended (`TaskNotEnded`).
    /// - The worker shall hold the seat (`NotSeatHolder`).
    /// - The seat shall not be settled and paid (`AlreadySettled`).
    /// - The seat shall be accepted (`NothingToCollect`).
    ///
    /// # Arguments
    /// - `bump` - bump of the destination's address.
    pub fn collect_check(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
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
            check: Some(&mut accounts.check),
            escrow: &accounts.escrow,
            escrow_authority: &accounts.escrow_authority,
            destination: &accounts.destination,
            token_program: &accounts.token_program,
            stays: false,
        }
        .settle_rare(&[])?;
        emit(CheckCollected {
            check: *accounts.check.address(),
            worker: *accounts.worker.address(),
            paid: earned.pay.into(),
            weight: earned.weight.into(),
        });
        Ok(())
    }
}
