use crate::{
    error::MarketError,
    event::TaskClaimed,
    state::{seat_index, task_of, JobAccount, SeatState, Worker},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct ClaimTask {
    #[account(address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    #[account(mut)]
    pub worker: Account<Worker>,
    #[account(mut)]
    pub job: JobAccount,
}

impl ClaimTask {
    /// `seed`: the job's, as the node read it; another posting at the same address may have other terms.
    ///
    /// Errors: `OtherPosting`, `ClaimingOver`, `NoSuchTask`, `NoSuchSeat`, `SeatNotFree`, `AlreadyInTask`, `NotDrawn`. That the free
    /// collateral covers the bond: `Worker::lock`.
    fn validate(
        &mut self,
        task: u32,
        replica: u8,
        seed: &[u8; 32],
        now: i64,
    ) -> core::result::Result<(), MarketError> {
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

    pub fn claim_task(&mut self, task: u32, replica: u8, seed: [u8; 32]) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.validate(task, replica, &seed, now)?;
        self.worker.lock(self.job.bond.get())?;
        let commit_by = self.job.commit_by(now)?;
        let claimed_after = now
            .checked_sub(self.job.posted_at.get())
            .and_then(|elapsed| u32::try_from(elapsed).ok())
            .ok_or(MarketError::Overflow)?;
        let worker = *self.worker.address();
        let seats = task_of(&mut self.job, task)?.seats;
        let seat = seats
            .get_mut(usize::from(replica))
            .ok_or(MarketError::NoSuchSeat)?;
        seat.claim(&worker, claimed_after, commit_by);
        emit!(TaskClaimed {
            job: *self.job.address(),
            worker,
            commit_by: commit_by.into(),
            task: task.into(),
            replica,
        });
        Ok(())
    }
}
