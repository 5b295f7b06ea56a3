use crate::{
    error::{MarketError, RuleResult},
    event::{emit, TaskClaimed},
    game::{rank, Moment, Rules},
    state::{pause, task_parts, JobAccount, Params, Worker, POLICY_CHECKED},
};
use anchor_lang::prelude::*;
use assay_staking::state::Credential;

#[derive(Accounts)]
pub struct ClaimTask {
    /// The worker's node key, which signs. Checked by its address.
    #[account(address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Account<Worker>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
    /// The worker's credential, if the job requires one. Checked by its program, its type and its content.
    pub credential: Option<Account<Credential>>,
}

/// What decides about the admission to a seat.
pub(in crate::instructions) struct Admission<'a> {
    /// Seed of the tickets.
    pub seed: &'a [u8; 32],
    /// Number of the seat in the tickets.
    pub seat: u32,
    /// Deadlines missed in the seat so far.
    pub misses: u8,
    /// Since when the seat is free, as the job counts time.
    pub since: u32,
    /// In which the admission doubles, seconds.
    pub step: u32,
    /// Unix time before which the seed was unknown: younger collateral is not admitted.
    pub seed_time: i64,
}

impl Admission<'_> {
    /// # Errors
    /// `CollateralTooYoung`, `NotAdmitted`.
    #[inline(always)]
    pub(in crate::instructions) fn check(
        &self,
        address: &Address,
        worker: &Worker,
        now: Moment,
        rules: &Rules,
    ) -> RuleResult<()> {
        if !worker.is_older_than(self.seed_time) {
            return Err(MarketError::CollateralTooYoung);
        }
        let ticket = rank::ticket(self.seed, address, self.seat, self.misses);
        let collateral = worker.total_collateral();
        let elapsed = now.time.saturating_sub(self.since);
        if !rank::is_admitted(
            ticket,
            collateral,
            rules.total_collateral,
            elapsed,
            self.step,
        ) {
            return Err(MarketError::NotAdmitted);
        }
        Ok(())
    }
}

impl ClaimTask {
    fn validate(&self, seat: u8, seed: &[u8; 32], now: i64) -> RuleResult<()> {
        // A late seat is part of a verdict. Without it what was claimed before the pause could not be proven.
        if seat == 0 && self.params.is_paused(pause::CLAIM, now) {
            return Err(MarketError::Paused);
        }
        // A closed job's address can be used again. Without this a requester could put other terms, and a larger bond, under
        // a claim that is on its way.
        if self.job.seed != *seed {
            return Err(MarketError::OtherPosting);
        }
        if self.job.policy != POLICY_CHECKED {
            return Err(MarketError::WrongPolicy);
        }
        self.job
            .check_requirements(seat, &self.worker, &self.credential, now)
    }

    /// A late seat is drawn here if its turn has come.
    ///
    /// # Specification
    /// - The signer shall be the worker's node key (`NotNode`).
    /// - Claiming a first seat shall not be paused (`Paused`).
    /// - The job shall be the posting that `seed` names (`OtherPosting`).
    /// - The job shall be checked, not attested (`WrongPolicy`).
    /// - The worker shall meet the job's requirements, where they bind the seat (`RequirementNotMet`).
    /// - The job shall have the task (`NoSuchTask`).
    /// - The task shall have the seat (`NoSuchSeat`).
    /// - The slot that draws a late seat shall be over (`DrawTooEarly`).
    /// - The task's seats shall not have agreed, disagreed or ended (`TaskDecided`).
    /// - The seat shall be free (`SeatNotFree`).
    /// - A late seat shall have its turn and its seed (`SeatNotDrawn`).
    /// - The time for claims shall not be over (`ClaimingOver`).
    /// - The worker shall hold no other seat of the task (`AlreadyInTask`).
    /// - The worker's collateral shall be older than the seed (`CollateralTooYoung`).
    /// - The worker shall be admitted by its rank (`NotAdmitted`).
    /// - The worker's collateral shall cover the whole penalty, and of a first seat the reserve (`NotEnoughCollateral`).
    /// - The claim shall keep the limits of the worker's owner (`BeyondLimits`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `seat` - index of the seat in the task: 0 for the first, then the late seats.
    /// - `seed` - the job's seed, as the node read it.
    pub fn claim_task(ctx: &mut Context<Self>, task: u32, seat: u8, seed: [u8; 32]) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        accounts.validate(seat, &seed, clock.unix_timestamp)?;
        let (view, worker) = (*accounts.job.view(), *accounts.worker.view());
        let address = worker.address();
        let (job, seats) = task_parts(&mut accounts.job, task)?;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let rules = job.rules();
        let index = usize::from(seat);
        if seat > 0 {
            let late = seats.seats.get_mut(index).ok_or(MarketError::NoSuchSeat)?;
            job.draw_late_seat(late, task, seat)?;
        }
        seats.check_claim(index, address, now, &rules)?;
        let place = seats.seats.get_mut(index).ok_or(MarketError::NoSuchSeat)?;
        let admission = if seat == 0 {
            let added_at = job.segment_of(task).added_at.get();
            let added = job.moment(added_at, job.posted_slot.get())?;
            Admission {
                seed: &job.seed,
                // The job has the task, so the index of its first seat fits 32 bits.
                seat: task.wrapping_mul(u32::from(job.width())),
                misses: place.misses,
                since: place.free_since.get().max(added.time),
                step: rules.step,
                seed_time: job.posted_at.get(),
            }
        } else {
            Admission {
                seed: &place.hash,
                seat: u32::from(seat),
                misses: place.misses,
                since: place.free_since.get(),
                step: rules.step,
                seed_time: job.unix_time(place.draw_time(&rules)),
            }
        };
        admission.check(address, &accounts.worker, now, &rules)?;
        let (bond, lie, time) = (job.bond.get(), job.lie.get(), clock.unix_timestamp);
        if seat == 0 {
            let reserve = job.reserve.get();
            accounts.worker.lock(bond, lie, reserve, time)?;
        } else {
            accounts.worker.lock_later(bond, lie, time)?;
        }
        place.claim(address, now);
        emit(TaskClaimed {
            job: *view.address(),
            worker: *address,
            contribute_by: job
                .unix_time(now.time.saturating_add(rules.run_window))
                .into(),
            task: task.into(),
            seat,
        });
        Ok(())
    }
}
