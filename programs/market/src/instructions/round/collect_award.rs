use crate::{
    error::{MarketError, RuleResult},
    event::{emit, Awarded},
    game::{draw::Purpose, SeatState},
    instructions::task::check_destination,
    state::{
        check_own_round, check_pot, round_seat, seat_index, task_of, JobAccount, RoundAccount,
        Source, Worker, CHALLENGER,
    },
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token;
use assay_staking::state::Params as StakingParams;
use pinocchio::cpi::Signer as PdaSigner;

#[derive(Accounts)]
pub struct CollectAward {
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Box<Account<Worker>>,
    /// The job of the dispute. Checked by its address.
    #[account(mut, address = dispute.job @ MarketError::WrongAccount)]
    pub job: Box<JobAccount>,
    /// A round of five, which divides the penalties of its task. Checked by its program and its type, its kind by `validate`.
    #[account(mut)]
    pub dispute: Box<RoundAccount>,
    /// The check or appeal whose seat is paid. Checked by its program, its type and its task.
    #[account(mut)]
    pub round: Option<Box<RoundAccount>>,
    /// The pot of the dispute. Checked by `validate`.
    #[account(mut)]
    pub pot: UncheckedAccount,
    /// Staking's parameters, which name the stake mint. Checked by their program and type.
    pub staking_params: Box<Account<StakingParams>>,
    /// The associated token account of the worker's beneficiary for the stake mint. Receives the award. Checked by the verb.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl CollectAward {
    fn validate(&self, source: Source) -> RuleResult<()> {
        let (job, task) = (self.job.address(), self.dispute.task.get());
        let (dispute, mint) = (&self.dispute, &self.staking_params.stake_mint);
        check_pot(&self.pot, dispute.address(), mint, dispute.pot_bump)?;
        if dispute.purpose() != Purpose::Dispute {
            return Err(MarketError::WrongAccount);
        }
        check_own_round(self.round.as_deref(), source, job, task)?;
        if !self.dispute.is_divided() {
            return Err(MarketError::DisputeNotCounted);
        }
        Ok(())
    }

    /// Settles the seat. Returns what it is awarded, base units of the stake mint.
    fn settle(&mut self, source: Source, seat: u8) -> RuleResult<u64> {
        let worker = *self.worker.address();
        let task = self.dispute.task.get();
        let (member_pay, bounty) = (self.dispute.member_pay.get(), self.dispute.bounty.get());
        let is_member = matches!(source, Source::Dispute | Source::Appeal);
        let state = if is_member {
            let account = match source {
                Source::Dispute => &mut self.dispute,
                _ => self.round.as_mut().ok_or(MarketError::WrongAccount)?,
            };
            let place = round_seat(account, seat)?;
            let state = task_of(&mut self.job, task)?.settle_outside(place, &worker)?;
            account.book_settled()?;
            let (bond, _) = self.job.bond_of(source, seat)?;
            self.worker.unlock(bond)?;
            state
        } else if source == Source::Job {
            let index = seat_index(&self.job, task, seat)? as usize;
            let place = self.job.get_mut(index).ok_or(MarketError::NoSuchSeat)?;
            place.award(&worker)?
        } else {
            let check = self.round.as_mut().ok_or(MarketError::WrongAccount)?;
            round_seat(check, seat)?.award(&worker)?
        };
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

    /// Pays out of the penalties of a disputed task: to a member of a round its pay, to who was right its share of the
    /// bounty. Frees the bond of a seat in a round.
    ///
    /// # Specification
    /// - The source shall be one of the four (`NoSuchSeat`).
    /// - Job and round shall be the dispute's (`WrongAccount`).
    /// - The pot shall be the dispute's (`WrongTokenAccount`).
    /// - Every penalty of the dispute shall be collected (`DisputeNotCounted`).
    /// - The destination shall be the associated token account of the worker's beneficiary (`WrongTokenAccount`).
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
        let accounts = &mut ctx.accounts;
        let source = Source::parse(source)?;
        accounts.validate(source)?;
        check_destination(
            &accounts.destination,
            &accounts.token_program,
            &accounts.worker.beneficiary,
            &accounts.staking_params.stake_mint,
            bump,
        )?;
        let amount = accounts.settle(source, seat)?;
        if amount > 0 {
            let dispute = &accounts.dispute;
            let (task, ends) = (
                dispute.task.get().to_le_bytes(),
                [[dispute.kind], [dispute.bump]],
            );
            let seeds = dispute.signer_seeds(&task, &ends);
            token::transfer(
                &token::TOKEN,
                accounts.pot.account(),
                accounts.destination.account(),
                accounts.dispute.account(),
                amount,
                &[PdaSigner::from(&seeds)],
            )?;
        }
        emit(Awarded {
            dispute: *accounts.dispute.address(),
            worker: *accounts.worker.address(),
            amount: amount.into(),
            source: source as u8,
            seat,
        });
        Ok(())
    }
}
