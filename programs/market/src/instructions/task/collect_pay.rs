use crate::{
    bytes::ESCROW_SEED,
    error::{MarketError, RuleResult},
    event::{emit, Collected},
    game::{Moment, Phase, SeatState},
    state::{task_parts, Job, JobAccount, Params, Worker},
};
use alloc::vec::Vec;
use anchor_lang::prelude::*;
use assay_shared::{math::product, token};
use pinocchio::cpi::{Seed, Signer as PdaSigner};

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

/// What seats bring a worker.
#[derive(Default)]
struct Earned {
    /// Seats that are paid.
    paid: u64,
    /// Seats whose bond is freed.
    seats: u64,
    /// Emission weight, base units of the stake mint.
    weight: u64,
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

/// Adds the weight of one paid seat of a task that ended as `phase` at `ended_at`, as the job counts time. Returns what was
/// added.
///
/// # Errors
/// `Overflow`.
#[inline(always)]
pub(in crate::instructions) fn add_weight(
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

impl CollectPay {
    fn settle(
        &mut self,
        index: u32,
        now: Moment,
        unix_time: i64,
        earned: &mut Earned,
    ) -> RuleResult<()> {
        let worker = *self.worker.view();
        let width = u32::from(self.job.late_seats).wrapping_add(1);
        let task = index.checked_div(width).ok_or(MarketError::NoSuchSeat)?;
        let seat = index.checked_rem(width).ok_or(MarketError::NoSuchSeat)? as usize;
        let (job, mut seats) = task_parts(&mut self.job, task)?;
        let before = seats.phase();
        let after = seats.finish(now)?;
        let state = seats.settle(seat, worker.address())?;
        let is_paid = seats.is_paid(seat);
        let was_accused = seat == 0 && seats.is_accused();
        let first = seats.first()?;
        let end = (after, first.until.get(), first.winners);
        match state {
            SeatState::Accepted => {
                let weight = add_weight(&mut self.worker, &self.params, job, end, unix_time)?;
                earned.weight = earned.weight.saturating_add(weight);
                earned.paid = earned.paid.wrapping_add(u64::from(is_paid));
            }
            SeatState::Void => {}
            _ => return Err(MarketError::NothingToCollect),
        }
        if was_accused {
            self.worker.absolve(job.lie.get());
        }
        earned.seats = earned.seats.wrapping_add(1);
        job.book_phase(before, after, end.2)
    }

    /// # Specification
    /// - Escrow and escrow authority shall be the job's (`WrongAccount`).
    /// - The destination shall be the associated token account of the worker's owner (`WrongTokenAccount`).
    /// - At least one seat shall be named (`BadSeatList`).
    /// - The job shall have every seat (`NoSuchTask`).
    /// - The task of every seat shall have ended (`TaskNotEnded`).
    /// - The worker shall hold every seat (`NotSeatHolder`).
    /// - No seat shall be settled, or named twice (`AlreadySettled`).
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
            accounts.settle(*index, now, clock.unix_timestamp, &mut earned)?;
        }
        let pay = product(accounts.job.price.get(), earned.paid).ok_or(MarketError::Overflow)?;
        let bonds = product(accounts.job.bond.get(), earned.seats).ok_or(MarketError::Overflow)?;
        let count = u32::try_from(earned.seats).map_err(|_| MarketError::Overflow)?;
        accounts.job.book_settled(count, pay)?;
        let worker = &mut accounts.worker;
        worker.unlock(bonds)?;
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
