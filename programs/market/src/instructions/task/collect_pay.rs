use super::settlement::{check_destination, pay_from_escrow, settle_seat, Earned};
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
    /// The associated token account of the worker's owner for the job's mint. Receives the pay. Checked by the verb.
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
    /// - The destination shall be the associated token account of the worker's owner (`WrongTokenAccount`).
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
            &accounts.worker.owner,
            &accounts.job.mint,
            bump,
        )?;
        let clock = Clock::get()?;
        let now = accounts.job.moment(clock.unix_timestamp, clock.slot)?;
        let mut earned = Earned::default();
        for index in &seats {
            settle_seat(
                &mut accounts.worker,
                &accounts.params,
                &mut accounts.job,
                *index,
                (now, clock.unix_timestamp),
                &mut earned,
            )?;
        }
        let pay = earned.pay(&accounts.job)?;
        let count = u32::try_from(seats.len()).map_err(|_| MarketError::Overflow)?;
        accounts.job.book_settled(count, pay)?;
        let worker = &mut accounts.worker;
        earned.free_bonds(&accounts.job, worker)?;
        let accepted = worker.accepted.get().saturating_add(earned.paid);
        worker.accepted = accepted.into();
        pay_from_escrow(
            &accounts.job,
            &accounts.escrow,
            &accounts.escrow_authority,
            &accounts.destination,
            &accounts.token_program,
            pay,
        )?;
        emit(Collected {
            job: *accounts.job.address(),
            worker: *accounts.worker.address(),
            paid: pay.into(),
            weight: earned.weight.into(),
            seats: count.into(),
        });
        Ok(())
    }
}
