use crate::{
    error::MarketError,
    event::{emit, CheckCollected},
    game::{draw::Purpose, SeatState},
    instructions::task::{add_weight, check_destination, pay_from_escrow},
    state::{task_of, JobAccount, Params, RoundAccount, Worker},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CollectCheck {
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Account<Worker>,
    /// The job of the check. Checked by its address.
    #[account(mut, address = check.job @ MarketError::WrongAccount)]
    pub job: JobAccount,
    /// A check. Checked by its program and its type, its kind by the verb.
    #[account(mut)]
    pub check: RoundAccount,
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

impl CollectCheck {
    /// Pays the seat of a check what every seat of the job earns, and frees its bond.
    ///
    /// # Specification
    /// - Job, escrow and escrow authority shall be the check's (`WrongAccount`).
    /// - The account shall be that of a check (`WrongAccount`).
    /// - The destination shall be the associated token account of the worker's owner (`WrongTokenAccount`).
    /// - The task shall have ended (`TaskNotEnded`).
    /// - The worker shall hold the seat (`NotSeatHolder`).
    /// - The seat shall not be settled (`AlreadySettled`).
    /// - The seat shall be accepted (`NothingToCollect`).
    ///
    /// # Arguments
    /// - `bump` - bump of the destination's address.
    pub fn collect_check(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
        if accounts.check.purpose() != Purpose::LateSeat {
            return Err(MarketError::WrongAccount.into());
        }
        check_destination(
            &accounts.destination,
            &accounts.token_program,
            &accounts.worker.owner,
            &accounts.job.mint,
            bump,
        )?;
        let clock = Clock::get()?;
        let job = &mut accounts.job;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let worker = *accounts.worker.address();
        let mut seats = task_of(job, accounts.check.task.get())?;
        let before = seats.phase();
        let after = seats.finish(now)?;
        let seat = accounts.check.get_mut(0).ok_or(MarketError::NoSuchSeat)?;
        if seats.settle_outside(seat, &worker)? != SeatState::Accepted {
            return Err(MarketError::NothingToCollect.into());
        }
        let first = seats.first()?;
        let end = (after, first.until.get(), first.winners);
        job.book_phase(before, after, end.2)?;
        accounts.check.book_settled()?;
        let pay = job.price.get();
        job.book_paid(pay)?;
        let worker = &mut accounts.worker;
        worker.unlock(job.bond.get())?;
        worker.accepted = worker.accepted.get().saturating_add(1).into();
        let weight = add_weight(worker, &accounts.params, job, end, clock.unix_timestamp)?;
        pay_from_escrow(
            &accounts.job,
            &accounts.escrow,
            &accounts.escrow_authority,
            &accounts.destination,
            &accounts.token_program,
            pay,
        )?;
        emit(CheckCollected {
            check: *accounts.check.address(),
            worker: *accounts.worker.address(),
            paid: pay.into(),
            weight: weight.into(),
        });
        Ok(())
    }
}
