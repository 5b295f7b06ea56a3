use crate::{
    bytes::AUTHORITY_SEED,
    error::{MarketError, RuleResult},
    event::Awarded,
    game::{draw::Purpose, SeatState},
    instructions::task::check_destination,
    state::{
        round_seat, seat_index, JobAccount, RoundAccount, Source, Worker, CHALLENGER, POT_SEED,
    },
};
use anchor_lang::prelude::*;
use assay_shared::token;
use assay_staking::state::Params as StakingParams;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct CollectAward {
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Account<Worker>,
    /// The job of the dispute. Checked by its address.
    #[account(mut, address = dispute.job @ MarketError::WrongAccount)]
    pub job: JobAccount,
    /// A round of five, which divides the penalties of its task. Checked by its program and its type, its kind by `validate`.
    #[account(mut)]
    pub dispute: RoundAccount,
    /// The check or appeal whose seat is paid. Checked by its program, its type and its task.
    #[account(mut)]
    pub round: Option<RoundAccount>,
    /// The penalties of the task. Checked by `validate`.
    #[account(mut)]
    pub pot: UncheckedAccount,
    /// Staking's parameters, which name the stake mint. Checked by their program and type.
    pub staking_params: Account<StakingParams>,
    /// The market's authority, which holds the pot. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub market_authority: UncheckedAccount,
    /// The associated token account of the worker's owner for the stake mint. Receives the award. Checked by the verb.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl CollectAward {
    fn validate(&self, source: Source) -> RuleResult<()> {
        let (job, task) = (self.job.address(), self.dispute.task.get());
        let pot = anchor_lang::verify_program_address(
            &[
                POT_SEED,
                job.as_ref(),
                &task.to_le_bytes(),
                &[self.dispute.pot_bump],
            ],
            &crate::ID,
            self.pot.address(),
        );
        if self.dispute.purpose() != Purpose::Dispute || pot.is_err() {
            return Err(MarketError::WrongAccount);
        }
        let own = match source {
            Source::Job | Source::Dispute => None,
            Source::Check | Source::Appeal => source.purpose(),
        };
        match (&self.round, own) {
            (None, None) => {}
            (Some(round), Some(purpose)) if round.is_of(job, task, purpose) => {}
            _ => return Err(MarketError::WrongAccount),
        }
        if !self.dispute.is_divided() {
            return Err(MarketError::DisputeNotCounted);
        }
        Ok(())
    }

    /// Settles the seat. Returns what it is awarded, base units of the stake mint.
    fn settle(&mut self, source: Source, seat: u8) -> RuleResult<u64> {
        let worker = *self.worker.address();
        let (member_pay, bounty) = (self.dispute.member_pay.get(), self.dispute.bounty.get());
        let is_member = matches!(source, Source::Dispute | Source::Appeal);
        let state = match source {
            Source::Job => {
                let index = seat_index(&self.job, self.dispute.task.get(), seat)? as usize;
                let place = self.job.get_mut(index).ok_or(MarketError::NoSuchSeat)?;
                place.award(&worker)?
            }
            Source::Check => self
                .own_round()?
                .get_mut(usize::from(seat))
                .ok_or(MarketError::NoSuchSeat)?
                .award(&worker)?,
            Source::Dispute => round_seat(&mut self.dispute, seat)?.settle(&worker)?,
            Source::Appeal => round_seat(self.own_round()?, seat)?.settle(&worker)?,
        };
        if is_member {
            self.worker.unlock(self.job.bond.get())?;
            match source {
                Source::Dispute => self.dispute.book_settled()?,
                _ => self.own_round()?.book_settled()?,
            }
        }
        match state {
            SeatState::Accepted => {
                self.dispute.book_award()?;
                Ok(if is_member && seat != CHALLENGER {
                    member_pay
                } else {
                    bounty
                })
            }
            SeatState::Void if is_member => Ok(0),
            _ => Err(MarketError::NothingToCollect),
        }
    }

    fn own_round(&mut self) -> RuleResult<&mut RoundAccount> {
        self.round.as_mut().ok_or(MarketError::WrongAccount)
    }

    /// Pays out of the penalties of a disputed task: to a member of a round its pay, to who was right its share of the
    /// bounty. Frees the bond of a seat in a round.
    ///
    /// # Specification
    /// - The source shall be one of the four (`NoSuchSeat`).
    /// - Job, pot and round shall be the dispute's (`WrongAccount`).
    /// - Every penalty of the dispute shall be collected (`DisputeNotCounted`).
    /// - The destination shall be the associated token account of the worker's owner (`WrongTokenAccount`).
    /// - The seat shall exist (`NoSuchSeat`).
    /// - The worker shall hold the seat (`NotSeatHolder`).
    /// - The seat shall not be awarded (`AlreadySettled`).
    /// - The seat shall be accepted, or void in a round (`NothingToCollect`).
    ///
    /// # Arguments
    /// - `source` - the account of the seat: 0 job, 1 check, 2 dispute, 3 appeal.
    /// - `seat` - index of the seat in that account, in the job's within the task; 255 for a challenger.
    /// - `bump` - bump of the destination's address.
    pub fn collect_award(ctx: &mut Context<Self>, source: u8, seat: u8, bump: u8) -> Result<()> {
        let authority_bump = [ctx.bumps.market_authority];
        let accounts = &mut ctx.accounts;
        let source = Source::parse(source)?;
        accounts.validate(source)?;
        check_destination(
            &accounts.destination,
            &accounts.token_program,
            &accounts.worker.owner,
            &accounts.staking_params.stake_mint,
            bump,
        )?;
        let amount = accounts.settle(source, seat)?;
        if amount > 0 {
            let seeds = [Seed::from(AUTHORITY_SEED), Seed::from(&authority_bump)];
            token::transfer(
                &token::TOKEN,
                accounts.pot.account(),
                accounts.destination.account(),
                accounts.market_authority.account(),
                amount,
                &[PdaSigner::from(&seeds)],
            )?;
        }
        emit!(Awarded {
            dispute: *accounts.dispute.address(),
            worker: *accounts.worker.address(),
            amount: amount.into(),
            source: source as u8,
            seat,
        });
        Ok(())
    }
}
