use crate::{
    bytes::ESCROW_SEED,
    error::MarketError,
    event::Collected,
    state::{read_wallet, take_seat, task_of, JobAccount, Params, SeatState, Worker},
};
use anchor_lang::prelude::*;
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct CollectPay {
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(mut)]
    pub worker: Account<Worker>,
    #[account(mut)]
    pub job: JobAccount,
    #[account(mut, address = job.escrow @ MarketError::WrongAccount)]
    pub escrow: UncheckedAccount,
    /// Checked by the runtime when the program signs for it.
    pub escrow_authority: UncheckedAccount,
    #[account(mut)]
    pub destination: UncheckedAccount,
    pub token_program: UncheckedAccount,
}

/// What a list of seats brings a worker.
#[derive(Default)]
struct Earned {
    accepted: u64,
    /// Stake base units.
    weight: u64,
    seats: u32,
}

impl CollectPay {
    /// `destination`: any account of the worker's owner in the job's mint, because anyone may call.
    ///
    /// Errors: `WrongTokenAccount`, `BadSeatList`. Per seat: `take_seat`, `NothingToCollect`.
    fn validate(&self, seats: &[u32]) -> core::result::Result<(), MarketError> {
        if seats.is_empty() {
            return Err(MarketError::BadSeatList);
        }
        let program = self.token_program.address();
        let destination = read_wallet(self.destination.account(), program)
            .ok_or(MarketError::WrongTokenAccount)?;
        if destination.authority != self.worker.owner || destination.mint != self.job.mint {
            return Err(MarketError::WrongTokenAccount);
        }
        Ok(())
    }

    fn earn(&mut self, seats: &[u32]) -> core::result::Result<Earned, MarketError> {
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

    pub fn collect_pay(&mut self, seats: &[u32]) -> Result<()> {
        self.validate(seats)?;
        let earned = self.earn(seats)?;
        let pay = self
            .job
            .price
            .get()
            .checked_mul(earned.accepted)
            .ok_or(MarketError::Overflow)?;
        let bonds = self
            .job
            .bond
            .get()
            .checked_mul(u64::from(earned.seats))
            .ok_or(MarketError::Overflow)?;
        let epoch = self.params.epoch_at(Clock::get()?.unix_timestamp)?;
        self.job.book_collected(earned.seats, pay)?;
        self.worker.unlock(bonds, 0)?;
        self.worker.accepted = self.worker.accepted.saturating_add(earned.accepted);
        if earned.weight > 0 {
            self.worker.add_weight(epoch, earned.weight)?;
        }
        self.pay(pay)?;
        emit!(Collected {
            job: *self.job.address(),
            worker: *self.worker.address(),
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
