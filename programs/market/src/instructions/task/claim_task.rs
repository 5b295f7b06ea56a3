use crate::{
    error::{MarketError, RuleResult},
    event::TaskClaimed,
    state::{seat_index, task_of, JobAccount, SeatState, Worker},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct ClaimTask {
    /// The worker's node key, which signs. Checked by its address.
    #[account(address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Account<Worker>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
}

impl ClaimTask {
    fn validate(&mut self, task: u32, replica: u8, seed: &[u8; 32], now: i64) -> RuleResult<()> {
        // A closed job's address can be used again. Without this a requester could put other terms, and a larger bond, under
        // a claim that is on its way.
        if self.job.seed != *seed {
            return Err(MarketError::OtherPosting);
        }
        if !self.job.is_claiming(now) {
            return Err(MarketError::ClaimingOver);
        }
        let seat = seat_index(&self.job, task, replica)?;
        let worker = *self.worker.address();
        let seats = task_of(&mut self.job, task)?;
        if seats.state(usize::from(replica)) != SeatState::Free {
            return Err(MarketError::SeatNotFree);
        }
        if seats.holds(&worker) {
            return Err(MarketError::AlreadyInTask);
        }
        let free_since = seats
            .seats
            .get(usize::from(replica))
            .map_or(0, |seat| seat.deadline.get());
        let collateral = self.worker.collateral();
        let drawn = self
            .job
            .draws(&worker, collateral, (task, seat), free_since, now);
        if !drawn {
            return Err(MarketError::NotDrawn);
        }
        Ok(())
    }

    /// # Specification
    /// - The signer shall be the worker's node key (`NotNode`).
    /// - The job shall be the posting that `seed` names (`OtherPosting`).
    /// - The job's claim window shall be open (`ClaimingOver`).
    /// - The job shall have the task (`NoSuchTask`).
    /// - The task shall have the seat (`NoSuchSeat`).
    /// - The seat shall be free (`SeatNotFree`).
    /// - The worker shall hold no other seat of the task (`AlreadyInTask`).
    /// - The worker shall be drawn for the seat (`NotDrawn`).
    /// - The worker's free collateral shall cover the bond (`NotEnoughCollateral`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `replica` - index of the seat in the task.
    /// - `seed` - the job's seed, as the node read it.
    pub fn claim_task(
        ctx: &mut Context<Self>,
        task: u32,
        replica: u8,
        seed: [u8; 32],
    ) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        accounts.validate(task, replica, &seed, now)?;
        accounts.worker.lock(accounts.job.bond.get())?;
        let commit_by = accounts.job.commit_by(now)?;
        let claimed_after = now
            .checked_sub(accounts.job.posted_at.get())
            .and_then(|elapsed| u32::try_from(elapsed).ok())
            .ok_or(MarketError::Overflow)?;
        let worker = *accounts.worker.address();
        let seats = task_of(&mut accounts.job, task)?.seats;
        let seat = seats
            .get_mut(usize::from(replica))
            .ok_or(MarketError::NoSuchSeat)?;
        seat.claim(&worker, claimed_after, commit_by);
        emit!(TaskClaimed {
            job: *accounts.job.address(),
            worker,
            commit_by: commit_by.into(),
            task: task.into(),
            replica,
        });
        Ok(())
    }
}
