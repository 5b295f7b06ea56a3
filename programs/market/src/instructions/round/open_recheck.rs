use crate::{
    error::MarketError,
    event::RecheckOpened,
    game::draw::Purpose,
    state::{task_of, JobAccount, RoundAccount},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct OpenRecheck {
    /// The job of the check. Checked by its address.
    #[account(mut, address = check.job @ MarketError::WrongAccount)]
    pub job: JobAccount,
    /// A check that a requester asked for. Checked by its program and its type, its kind by the verb.
    #[account(mut)]
    pub check: RoundAccount,
}

impl OpenRecheck {
    /// Opens the check that the requester asked for. The same digest lets the hold go on, another splits the task.
    ///
    /// # Specification
    /// - The job shall be the check's (`WrongAccount`).
    /// - The account shall be that of a check (`WrongAccount`).
    /// - The check shall be one of a standing result, and delivered (`NotStanding`).
    /// - The time for the opening shall not be over (`DeadlinePassed`).
    /// - Digest and memory hash shall be what was contributed (`WrongOpening`).
    ///
    /// # Arguments
    /// - `digest` - digest of the result's record.
    /// - `memory` - hash of the memory of the stopped run.
    pub fn open_recheck(ctx: &mut Context<Self>, digest: [u8; 32], memory: [u8; 32]) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let (job, account) = (&mut accounts.job, &mut accounts.check);
        if account.purpose() != Purpose::LateSeat {
            return Err(MarketError::WrongAccount.into());
        }
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let (rules, seed, task) = (job.rules(), job.seed, account.task.get());
        let seat = account.get_mut(0).ok_or(MarketError::NoSuchSeat)?;
        let mut seats = task_of(job, task)?;
        seats.open_recheck(seat, &digest, &memory, &seed, task, now, &rules)?;
        let phase = seats.phase();
        emit!(RecheckOpened {
            check: *account.address(),
            phase: phase as u8,
        });
        Ok(())
    }
}
