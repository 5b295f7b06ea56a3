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

/// What seats bring a worker.
#[derive(Default)]
pub(in crate::instructions) struct Earned {
    /// Seats that are paid.
    pub paid: u64,
    /// Seats whose bond is freed.
    pub bonds: u64,
    /// Emission weight, base units of the stake mint.
    pub weight: u64,
}

impl Earned {
    /// Returns the pay, base units of the payment mint.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn pay(&self, job: &Job) -> RuleResult<u64> {
        product(job.price.get(), self.paid).ok_or(MarketError::Overflow)
    }

    /// Frees the bonds of the seats.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn free_bonds(&self, job: &Job, worker: &mut Worker) -> RuleResult<()> {
        let bonds = product(job.bond.get(), self.bonds).ok_or(MarketError::Overflow)?;
        worker.unlock(bonds)
    }
}

/// Settles the seat with this index in the account of the job. A seat that was released and not paid is only paid.
///
/// # Errors
/// `NoSuchTask`, `NoSuchSeat`, `TaskNotEnded`, `NotSeatHolder`, `AlreadySettled`, `NothingToCollect`, `Overflow`.
#[inline(always)]
pub(in crate::instructions) fn settle_seat(
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
pub(in crate::instructions) fn settle_check(
    worker: &mut Account<Worker>,
    params: &Params,
    job: &mut JobAccount,
    check: &mut RoundAccount,
    clock: &Clock,
    earned: &mut Earned,
) -> RuleResult<()> {
    if check.job != *job.address() || check.purpose() != Purpose::LateSeat {
        return Err(MarketError::WrongAccount);
    }
    let now = job.moment(clock.unix_timestamp, clock.slot)?;
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
    let weight = add_weight(worker, params, job, end, clock.unix_timestamp)?;
    earned.weight = earned.weight.saturating_add(weight);
    earned.bonds = earned.bonds.saturating_add(1);
    Ok(())
}

/// Marks the accepted ones of these settled seats of the account of the job as released and not paid. Returns their number.
///
/// # Errors
/// `NoSuchTask`, `NoSuchSeat`.
pub(in crate::instructions) fn owe_seats(job: &mut JobAccount, seats: &[u32]) -> RuleResult<u32> {
    let width = u32::from(job.late_seats).wrapping_add(1);
    let mut owed = 0u32;
    for index in seats {
        let task = index.checked_div(width).ok_or(MarketError::NoSuchSeat)?;
        let seat = index.checked_rem(width).ok_or(MarketError::NoSuchSeat)? as usize;
        owed = owed.saturating_add(u32::from(task_of(job, task)?.owe(seat)?));
    }
    Ok(owed)
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
    if params.is_tallied(epoch, now)? {
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

/// Transfers `amount` base units out of a job's escrow. Does nothing if `amount` is zero.
#[inline(always)]
pub(in crate::instructions) fn pay_from_escrow(
    job: &JobAccount,
    escrow: &UncheckedAccount,
    escrow_authority: &UncheckedAccount,
    destination: &UncheckedAccount,
    token_program: &UncheckedAccount,
    amount: u64,
) -> Result<()> {
    if amount == 0 {
        return Ok(());
    }
    let bump = [job.escrow_bump];
    let seeds = [
        Seed::from(ESCROW_SEED),
        Seed::from(job.address().as_ref()),
        Seed::from(&bump),
    ];
    token::transfer(
        token_program.address(),
        escrow.account(),
        destination.account(),
        escrow_authority.account(),
        amount,
        &[PdaSigner::from(&seeds)],
    )?;
    Ok(())
}
