use crate::{
    error::MarketError,
    event::{emit, RoundContributed},
    game::{contribution::Contribution, draw::Purpose},
    state::{task_of, JobAccount, RoundAccount, Worker},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct ContributeRound {
    /// The worker's node key, which signs. Checked by its address.
    #[account(address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    /// Any worker. Checked by its program and its type.
    pub worker: Box<Account<Worker>>,
    /// The job of the check or round. Checked by its address.
    #[account(mut, address = round.job @ MarketError::WrongAccount)]
    pub job: Box<JobAccount>,
    /// Any check or round. Checked by its program and its type.
    #[account(mut)]
    pub round: Box<RoundAccount>,
}

impl ContributeRound {
    /// Once the result was public at the opening of the check or round, contributions are over the blinded digest.
    ///
    /// # Specification
    /// - The signer shall be the worker's node key (`NotNode`).
    /// - The job shall be the round's (`WrongAccount`).
    /// - The account shall have the seat (`NoSuchSeat`).
    /// - The task of a check shall wait for it (`TaskDecided`).
    /// - The seat shall be claimed and not delivered (`NotClaimed`).
    /// - The worker shall hold the seat (`NotSeatHolder`).
    /// - The deadline shall not have passed (`DeadlinePassed`).
    ///
    /// # Arguments
    /// - `seat` - index of the seat in the account.
    /// - `hash` - agreement hash of the result, blinded where it is public.
    /// - `seal` - the worker's seal of the same.
    pub fn contribute_round(
        ctx: &mut Context<Self>,
        seat: u8,
        hash: [u8; 32],
        seal: [u8; 32],
    ) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let (job, account) = (&mut accounts.job, &mut accounts.round);
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let rules = job.rules();
        let worker = accounts.worker.address();
        let contribution = Contribution { hash, seal };
        let (task, end) = (account.task.get(), account.round.ends_at(&rules));
        let is_check = account.purpose() == Purpose::LateSeat;
        let place = account
            .get_mut(usize::from(seat))
            .ok_or(MarketError::NoSuchSeat)?;
        if is_check {
            let mut task = task_of(job, task)?;
            task.contribute_check(place, worker, &contribution, now, &rules)?;
        } else {
            place.contribute(worker, &contribution, now, end)?;
        }
        emit(RoundContributed {
            round: *account.address(),
            seat,
        });
        Ok(())
    }
}
