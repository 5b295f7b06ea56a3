use super::settlement::{check_destination, Settlement};
use crate::{
    error::{MarketError, RuleResult},
    event::{emit, PayHeld},
    state::{JobAccount, Params, RoundAccount, Worker},
};
use alloc::{boxed::Box, vec::Vec};
use anchor_lang::prelude::*;
use assay_shared::token::{self, TokenAccount};

#[derive(Accounts)]
pub struct HoldPay {
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Box<Account<Worker>>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: Box<JobAccount>,
    /// A check of the job whose seat is settled too. Checked by its program, its type, its job and its kind.
    #[account(mut)]
    pub check: Option<Box<RoundAccount>>,
    /// The job's escrow. Checked by its address.
    #[account(mut, address = job.escrow @ MarketError::WrongAccount)]
    pub escrow: UncheckedAccount,
    /// The job's escrow authority. Checked by the runtime when the program signs for it.
    pub escrow_authority: UncheckedAccount,
    /// The associated token account of the worker's beneficiary for the job's mint. Receives nothing. Checked by `validate`.
    pub destination: UncheckedAccount,
    /// The associated token account of the worker's own account for the job's mint. Receives the pay that `destination`
    /// cannot. Checked by `validate`.
    #[account(mut)]
    pub held: UncheckedAccount,
    /// The token program of the job's mint. Checked with `destination`, and by the transfer.
    pub token_program: UncheckedAccount,
}

impl HoldPay {
    /// Returns whether the pay must stay in the escrow.
    fn validate(&self, bump: u8, held_bump: u8) -> RuleResult<bool> {
        let (program, mint) = (&self.token_program, &self.job.mint);
        let (worker, payee) = (self.worker.address(), &self.worker.beneficiary);
        check_destination(&self.destination, program, payee, mint, bump)?;
        check_destination(&self.held, program, worker, mint, held_bump)?;
        let escrow = TokenAccount::read(self.escrow.account(), program.address())
            .ok_or(MarketError::WrongTokenAccount)?;
        let refuses = |account: &UncheckedAccount| {
            token::refuses_transfers(account.account(), program.address())
        };
        if !escrow.frozen && !refuses(&self.destination) {
            return Err(MarketError::NotFrozen);
        }
        Ok(escrow.frozen || refuses(&self.held))
    }

    /// Settles seats whose pay cannot be transferred, so that a frozen account holds neither bonds nor weight, nor the job of
    /// another.
    ///
    /// Where the beneficiary's account refuses the pay, the pay goes to the worker's own account, and `collect_held` moves it on. Where
    /// the escrow is frozen, or the worker's own account too, the pay stays in the escrow: the seat is released, and
    /// `collect_pay`, `collect_check` or this instruction pays it later.
    ///
    /// # Specification
    /// - Escrow and escrow authority shall be the job's (`WrongAccount`).
    /// - The destination shall be the associated token account of the worker's beneficiary (`WrongTokenAccount`).
    /// - The holding account shall be the associated token account of the worker's account (`WrongTokenAccount`).
    /// - Escrow or destination shall be frozen, or the destination ask for a memo (`NotFrozen`).
    /// - At least one seat or a check shall be named (`BadSeatList`).
    /// - The check shall be one of the job (`WrongAccount`).
    /// - The job shall have every seat (`NoSuchTask`).
    /// - The task of every seat shall have ended (`TaskNotEnded`).
    /// - The worker shall hold every seat (`NotSeatHolder`).
    /// - No seat shall be settled, unless it was released and can be paid now, or named twice (`AlreadySettled`).
    /// - Every seat shall be accepted or void, that of a check accepted (`NothingToCollect`).
    ///
    /// # Arguments
    /// - `seats` - indices in the job's account of seats of one worker.
    /// - `bump` - bump of the destination's address.
    /// - `held_bump` - bump of the holding account's address.
    pub fn hold_pay(
        ctx: &mut Context<Self>,
        seats: Vec<u32>,
        bump: u8,
        held_bump: u8,
    ) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let stays = accounts.validate(bump, held_bump)?;
        if seats.is_empty() && accounts.check.is_none() {
            return Err(MarketError::BadSeatList.into());
        }
        let earned = Settlement {
            params: &accounts.params,
            worker: &mut accounts.worker,
            job: &mut accounts.job,
            check: accounts.check.as_deref_mut(),
            escrow: &accounts.escrow,
            escrow_authority: &accounts.escrow_authority,
            destination: &accounts.held,
            token_program: &accounts.token_program,
            stays,
        }
        .settle_rare(&seats)?;
        emit(PayHeld {
            job: *accounts.job.address(),
            worker: *accounts.worker.address(),
            pay: earned.pay.into(),
            weight: earned.weight.into(),
            bonds: earned.bonds.into(),
            stays: u8::from(stays),
        });
        Ok(())
    }
}
