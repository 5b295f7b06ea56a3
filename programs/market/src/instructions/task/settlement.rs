//! What the instructions that pay seats share: which seats earn what, and where the money may go.

use crate::{
    bytes::ESCROW_SEED,
    error::{MarketError, RuleResult},
    game::{draw::Purpose, Moment, Phase, SeatState},
    state::{task_of, task_parts, Job, JobAccount, Params, RoundAccount, Worker},
};
use anchor_lang::prelude::*;
use assay_shared::{math::product, token};
use pinocchio::cpi::{Seed, Signer as PdaSigner};

/// Seats of one worker that are to be settled, and the accounts that it takes.
pub(in crate::instructions) struct Settlement<'a> {
    /// The market's parameters.
    pub params: &'a Params,
    /// The worker.
    pub worker: &'a mut Account<Worker>,
    /// The job.
    pub job: &'a mut JobAccount,
    /// A check whose seat is settled too.
    pub check: Option<&'a mut RoundAccount>,
    /// The job's escrow.
    pub escrow: &'a UncheckedAccount,
    /// Signs for the escrow.
    pub escrow_authority: &'a UncheckedAccount,
    /// Receives the pay.
    pub destination: &'a UncheckedAccount,
    /// The token program of the job's mint.
    pub token_program: &'a UncheckedAccount,
    /// Whether the pay stays in the escrow: the seats are released, and their pay is owed.
    pub stays: bool,
}

/// What seats bring a worker.
#[derive(Default)]
pub(in crate::instructions) struct Earned {
    /// Pay, base units of the payment mint.
    pub pay: u64,
    /// Seats that are paid.
    paid: u64,
    /// Seats whose bond is freed.
    pub bonds: u64,
    /// Emission weight, base units of the stake mint.
    pub weight: u64,
    /// Seats of the account of the job that were settled or paid.
    pub seats: u32,
}

impl Settlement<'_> {
    /// As [`Settlement::settle`], out of line: for what is called rarely.
    ///
    /// # Errors
    /// As [`Settlement::settle`].
    #[inline(never)]
    pub fn settle_rare(&mut self, seats: &[u32]) -> Result<Earned> {
        self.settle(seats)
    }

    /// Settles these seats, given by their indices in the account of the job, and the check. Frees their bonds and pays them.
    ///
    /// # Errors
    /// Those of [`settle_seat`] and [`settle_check`].
    #[inline(always)]
    pub fn settle(&mut self, seats: &[u32]) -> Result<Earned> {
        let clock = Clock::get()?;
        let (worker, job) = (&mut *self.worker, &mut *self.job);
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let now = (now, clock.unix_timestamp);
        let mut earned = Earned::default();
        for index in seats {
            settle_seat(worker, self.params, job, *index, now, &mut earned)?;
        }
        if let Some(check) = self.check.as_mut() {
            settle_check(worker, self.params, job, check, now, &mut earned)?;
        }
        earned.pay = product(job.price.get(), earned.paid).ok_or(MarketError::Overflow)?;
        let bonds = product(job.bond.get(), earned.bonds).ok_or(MarketError::Overflow)?;
        worker.unlock(bonds)?;
        earned.seats = u32::try_from(seats.len()).map_err(|_| MarketError::Overflow)?;
        if self.stays {
            self.owe(seats, earned.bonds)?;
            return Ok(earned);
        }
        job.book_settled(earned.seats, earned.pay)?;
        if let Some(check) = self.check.as_mut() {
            check.book_settled()?;
        }
        let accepted = worker.accepted.get().saturating_add(earned.paid);
        worker.accepted = accepted.into();
        self.pay(earned.pay)?;
        Ok(earned)
    }

    /// Marks seats that were just settled as released, where they are paid; the others are done. Of those, `bonds` had a bond.
    ///
    /// # Errors
    /// `AlreadySettled` where a seat was released before: it had none.
    #[inline(never)]
    fn owe(&mut self, seats: &[u32], bonds: u64) -> RuleResult<()> {
        let named = seats
            .len()
            .saturating_add(usize::from(self.check.is_some()));
        if bonds != named as u64 {
            return Err(MarketError::AlreadySettled);
        }
        let width = u32::from(self.job.late_seats).wrapping_add(1);
        let mut done = 0u32;
        for index in seats {
            let task = index.checked_div(width).ok_or(MarketError::NoSuchSeat)?;
            let seat = index.checked_rem(width).ok_or(MarketError::NoSuchSeat)?;
            let owed = task_of(self.job, task)?.owe(seat as usize)?;
            done = done.saturating_add(u32::from(!owed));
        }
        if let Some(seat) = self.check.as_mut().and_then(|check| check.get_mut(0)) {
            seat.owe();
        }
        self.job.book_settled(done, 0)
    }

    /// Transfers `amount` base units out of the escrow. Does nothing if `amount` is zero.
    #[inline(always)]
    fn pay(&self, amount: u64) -> Result<()> {
        if amount == 0 {
            return Ok(());
        }
        let bump = [self.job.escrow_bump];
        let seeds = [
            Seed::from(ESCROW_SEED),
            Seed::from(self.job.address().as_ref()),
            Seed::from(&bump),
        ];
        token::transfer(
            self.token_program.address(),
            self.escrow.account(),
            self.destination.account(),
            self.escrow_authority.account(),
            amount,
            &[PdaSigner::from(&seeds)],
        )?;
        Ok(())
    }
}

/// Settles the seat with this index in the account of the job. A seat that was released and not paid is only paid.
///
/// # Errors
/// `NoSuchTask`, `NoSuchSeat`, `TaskNotEnded`, `NotSeatHolder`, `AlreadySettled`, `NothingToCollect`, `Overflow`.
#[inline(always)]
fn settle_seat(
    worker: &mut Account<Worker>,
    params: &Params,
    job: &mut JobAccount,
    index: u32,
    (now, unix_time): (Moment, i64),
    earned: &mut Earned,
) -> RuleResult<()> {
    let view = *worker.view();
    let width = u32::from(job.late_seats).wrapping_add(1);
    let task = index.checked_div(width).ok_or(MarketError::NoSuchSeat)?;
    let seat = index.checked_rem(width).ok_or(MarketError::NoSuchSeat)? as usize;
    let (job, mut seats) = task_parts(job, task)?;
    let before = seats.phase();
    let after = seats.finish(now)?;
    let state = match seats.settle(seat, view.address()) {
        Err(MarketError::AlreadySettled) => {
            seats.pay_owed(seat)?;
            earned.paid = earned.paid.wrapping_add(1);
            return Ok(());
        }
        settled => settled?,
    };
    let is_paid = seats.is_paid(seat);
    let was_accused = seat == 0 && seats.is_accused();
    let first = seats.first()?;
    let end = (after, first.until.get(), first.winners);
    match state {
        SeatState::Accepted => {
            let weight = add_weight(worker, params, job, end, unix_time)?;
            earned.weight = earned.weight.saturating_add(weight);
            earned.paid = earned.paid.wrapping_add(u64::from(is_paid));
        }
        SeatState::Void => {}
        _ => return Err(MarketError::NothingToCollect),
    }
    if was_accused {
        worker.absolve(job.lie.get());
    }
    earned.bonds = earned.bonds.wrapping_add(1);
    job.book_phase(before, after, end.2)
}

/// Settles the seat of a check. A seat that was released and not paid is only paid.
///
/// # Errors
/// `WrongAccount` if the account is another job's or no check; `NoSuchTask`, `TaskNotEnded`, `NotSeatHolder`,
/// `AlreadySettled`, `NothingToCollect`, `Overflow`.
#[inline(never)]
fn settle_check(
    worker: &mut Account<Worker>,
    params: &Params,
    job: &mut JobAccount,
    check: &mut RoundAccount,
    (now, unix_time): (Moment, i64),
    earned: &mut Earned,
) -> RuleResult<()> {
    if check.job != *job.address() || check.purpose() != Purpose::LateSeat {
        return Err(MarketError::WrongAccount);
    }
    let (job, mut seats) = task_parts(job, check.task.get())?;
    let before = seats.phase();
    let after = seats.finish(now)?;
    let seat = check.get_mut(0).ok_or(MarketError::NoSuchSeat)?;
    let address = *worker.address();
    earned.paid = earned.paid.saturating_add(1);
    match seats.settle_outside(seat, &address) {
        Err(MarketError::AlreadySettled) => return seat.pay_owed(),
        Ok(SeatState::Accepted) => {}
        Ok(_) => return Err(MarketError::NothingToCollect),
        Err(error) => return Err(error),
    }
    let first = seats.first()?;
    let end = (after, first.until.get(), first.winners);
    job.book_phase(before, after, end.2)?;
    let weight = add_weight(worker, params, job, end, unix_time)?;
    earned.weight = earned.weight.saturating_add(weight);
    earned.bonds = earned.bonds.saturating_add(1);
    Ok(())
}

/// Adds the weight of one paid seat of a task that ended as `phase` at `ended_at`, as the job counts time. Returns what was
/// added.
///
/// # Errors
/// `Overflow`.
#[inline(always)]
fn add_weight(
    worker: &mut Worker,
    params: &Params,
    job: &Job,
    (phase, ended_at, winners): (Phase, u32, u8),
    now: i64,
) -> RuleResult<u64> {
    if phase != Phase::Final {
        return Ok(0);
    }
    // Dated by the verdict, so that nobody saves work for an idle epoch. Once an epoch is tallied it is too late.
    // Work before the first epoch earns pay and no weight.
    let Ok(epoch) = params.epoch_at(job.unix_time(ended_at)) else {
        return Ok(0);
    };
    if params.is_tallied(epoch, now) {
        return Ok(0);
    }
    worker.add_weight(epoch, job.weight_share(winners))
}

/// Checks that `destination` is the associated token account of `owner` for `mint`.
///
/// Nothing else about it is asked: whoever calls cannot choose another, and the token program checks the mint. An owner that
/// passed its account on must not keep a job from closing.
///
/// # Errors
/// `WrongTokenAccount`.
#[inline(always)]
pub(in crate::instructions) fn check_destination(
    destination: &UncheckedAccount,
    token_program: &UncheckedAccount,
    owner: &Address,
    mint: &Address,
    bump: u8,
) -> RuleResult<()> {
    let (address, program) = (destination.address(), token_program.address());
    if !token::is_associated_account(address, owner, mint, program, bump) {
        return Err(MarketError::WrongTokenAccount);
    }
    Ok(())
}
