use crate::{
    error::MarketError,
    event::{emit, RoundClaimed},
    game::draw::Purpose,
    instructions::task::Admission,
    state::{draw_round, task_of, JobAccount, RoundAccount, Worker},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct ClaimRound {
    /// The worker's node key, which signs. Checked by its address.
    #[account(address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Box<Account<Worker>>,
    /// The job of the check or round. Checked by its address.
    #[account(mut, address = round.job @ MarketError::WrongAccount)]
    pub job: Box<JobAccount>,
    /// Any check or round. Checked by its program and its type.
    #[account(mut)]
    pub round: Box<RoundAccount>,
}

impl ClaimRound {
    /// Claims the seat of a check, or one of a round, which is drawn here if its slot is over. In a round a worker may hold
    /// several seats.
    ///
    /// # Specification
    /// - The signer shall be the worker's node key (`NotNode`).
    /// - The job shall be the round's (`WrongAccount`).
    /// - The slot that draws shall be over (`DrawTooEarly`).
    /// - Check or round shall have its seed (`SeatNotDrawn`).
    /// - The account shall have the seat (`NoSuchSeat`).
    /// - The task of a check shall wait for it (`TaskDecided`).
    /// - The time for claims shall not be over (`ClaimingOver`).
    /// - The seat shall be free (`SeatNotFree`).
    /// - The worker of a check shall hold no other seat of the task (`AlreadyInTask`).
    /// - The worker's collateral shall be older than the seed (`CollateralTooYoung`).
    /// - The worker shall be admitted by its rank (`NotAdmitted`).
    /// - The worker's collateral shall cover the whole penalty (`NotEnoughCollateral`).
    /// - The claim shall keep the limits of the worker's owner (`BeyondLimits`).
    ///
    /// # Arguments
    /// - `seat` - index of the seat in the account.
    pub fn claim_round(ctx: &mut Context<Self>, seat: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let (job, account) = (&mut accounts.job, &mut accounts.round);
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let rules = job.rules();
        draw_round(job, account)?;
        let place = account
            .get(usize::from(seat))
            .ok_or(MarketError::NoSuchSeat)?;
        let address = *accounts.worker.address();
        let admission = if account.purpose() == Purpose::LateSeat {
            let task = task_of(job, account.task.get())?;
            task.check_check_claim(place, &address, now)?;
            Admission {
                seed: &place.hash,
                seat: u32::from(job.width()),
                misses: place.misses,
                since: place.free_since.get(),
                step: rules.step,
                seed_time: job.unix_time(place.draw_time(&rules)),
            }
        } else {
            account.round.check_claim(place, now, &rules)?;
            let opened_at = account.round.opened_at.get();
            Admission {
                seed: &account.round.seed,
                seat: u32::from(seat),
                misses: 0,
                since: opened_at,
                step: rules.round_step(),
                seed_time: job.unix_time(opened_at),
            }
        };
        admission.check(&address, &accounts.worker, now, &rules)?;
        accounts
            .worker
            .lock_later(job.bond.get(), job.lie.get(), clock.unix_timestamp)?;
        account.book_claim()?;
        let place = account.get_mut(usize::from(seat));
        place.ok_or(MarketError::NoSuchSeat)?.claim(&address, now);
        emit(RoundClaimed {
            round: *account.address(),
            worker: address,
            seat,
        });
        Ok(())
    }
}
