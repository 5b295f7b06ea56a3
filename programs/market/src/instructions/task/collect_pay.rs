use crate::{
    bytes::ESCROW_SEED,
    error::{MarketError, RuleResult},
    event::Collected,
    state::{take_seat, task_of, JobAccount, Params, SeatState, Worker},
};
use alloc::vec::Vec;
use anchor_lang::prelude::*;
use assay_shared::token::{self, TokenAccount};
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
    /// A token account of the worker's owner in the job's mint. Receives the pay. Checked by `validate`.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The token program that owns `destination`. Checked by `validate`.
    pub token_program: UncheckedAccount,
}

/// What a list of seats brings a worker.
#[derive(Default)]
struct Earned {
    /// Seats whose result was accepted.
    accepted: u64,
    /// Emission weight, base units of the stake mint.
    weight: u64,
    /// Seats whose bond is freed.
    seats: u32,
}

impl CollectPay {
    fn validate(&self, seats: &[u32]) -> RuleResult<()> {
        if seats.is_empty() {
            return Err(MarketError::BadSeatList);
        }
        // Anyone may call, so the destination must be the owner's.
        let program = self.token_program.address();
        let destination = TokenAccount::read_with_extensions(self.destination.account(), program)
            .ok_or(MarketError::WrongTokenAccount)?;
        if destination.authority != self.worker.owner || destination.mint != self.job.mint {
            return Err(MarketError::WrongTokenAccount);
        }
        Ok(())
    }

    fn take_seats(&mut self, seats: &[u32]) -> RuleResult<Earned> {
        let width = u32::from(self.job.width());
        let mut earned = Earned::default();
        for index in seats {
            match take_seat(&mut self.job, *index, self.worker.address())? {
                SeatState::Accepted => {
                    let task = index.checked_div(width).ok_or(MarketError::NoSuchSeat)?;
                    let winners = task_of(&mut self.job, task)?.winners();
                    let weight = self.job.weight_per_winner(winners);
                    earned.weight = weight
                        .and_then(|weight| earned.weight.checked_add(weight))
                        .ok_or(MarketError::Overflow)?;
                    earned.accepted = earned.accepted.saturating_add(1);
                }
                SeatState::Void => {}
                _ => return Err(MarketError::NothingToCollect),
            }
            earned.seats = earned.seats.saturating_add(1);
        }
        Ok(earned)
    }

    /// # Specification
    /// - The escrow shall be the job's (`WrongAccount`).
    /// - The list shall name a seat (`BadSeatList`).
    /// - The pay shall go to a token account of the worker's owner in the job's mint (`WrongTokenAccount`).
    /// - The job shall have every seat of the list (`NoSuchSeat`).
    /// - The worker shall hold every seat of the list (`NotSeatHolder`).
    /// - No seat shall have been collected before, or be named twice (`AlreadyCollected`).
    /// - Every seat shall be accepted or void (`NothingToCollect`).
    ///
    /// # Arguments
    /// - `seats` - indices in the job of the worker's accepted or void seats.
    pub fn collect_pay(ctx: &mut Context<Self>, seats: Vec<u32>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate(&seats)?;
        let earned = accounts.take_seats(&seats)?;
        let pay = accounts
            .job
            .price
            .get()
            .checked_mul(earned.accepted)
            .ok_or(MarketError::Overflow)?;
        let bonds = accounts
            .job
            .bond
            .get()
            .checked_mul(u64::from(earned.seats))
            .ok_or(MarketError::Overflow)?;
        let epoch = accounts.params.epoch_at(Clock::get()?.unix_timestamp)?;
        accounts.job.record_collected(earned.seats, pay)?;
        let worker = &mut accounts.worker;
        worker.unlock(bonds, 0)?;
        worker.accepted = worker.accepted.saturating_add(earned.accepted);
        if earned.weight > 0 {
            worker.add_weight(epoch, earned.weight)?;
        }
        accounts.pay(pay)?;
        emit!(Collected {
            job: *accounts.job.address(),
            worker: *accounts.worker.address(),
            paid: pay.into(),
            weight: earned.weight.into(),
            epoch: epoch.into(),
            seats: earned.seats.into(),
        });
        Ok(())
    }

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
