use crate::{
    error::{MarketError, RuleResult},
    event::{emit, Penalized},
    game::{draw::Purpose, seat::LateExpiry, task::Expiry, Moment, Seat, SeatState},
    staking_cpi::{self, SlashAccounts, SlashAmounts},
    state::{
        check_own_round, check_pot, round_seat, seat_index, task_of, JobAccount, RoundAccount,
        Source, Totals, Worker,
    },
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token;
use assay_staking::state::Params as StakingParams;

#[derive(Accounts)]
pub struct PenalizeWorker {
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Box<Account<Worker>>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: Box<JobAccount>,
    /// The check or appeal whose seat is penalized. Checked by its program, its type and its task.
    #[account(mut)]
    pub round: Option<Box<RoundAccount>>,
    /// The task's round of five, where it has one. Checked by its program, its type and its task.
    #[account(mut)]
    pub dispute: Option<Box<RoundAccount>>,
    /// Collects the penalties of a disputed task; the stake vault where there is no dispute. Checked by `validate`.
    #[account(mut, unsafe(dup))]
    pub pot: UncheckedAccount,
    /// The market's sums. Checked by their seeds.
    #[account(mut, seeds = [b"totals"], bump)]
    pub totals: Box<Account<Totals>>,
    /// The market's authority, which signs the call of staking. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub market_authority: UncheckedAccount,
    /// Staking's parameters. There is one such account, checked by its program and type.
    pub staking_params: Box<Account<StakingParams>>,
    /// The worker's provider. Checked by its address.
    #[account(mut, address = worker.provider @ MarketError::WrongAccount)]
    pub provider: UncheckedAccount,
    /// The provider's stake vault. Checked by staking.
    #[account(mut, unsafe(dup))]
    pub stake_vault: UncheckedAccount,
    /// The stake mint, of which penalties without a receiver are burned. Checked by staking.
    #[account(mut)]
    pub stake_mint: UncheckedAccount,
    /// The staking program. Checked by its address.
    #[account(address = assay_staking::ID)]
    pub staking_program: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

/// What a seat is penalized for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Offence {
    /// It was not delivered in time.
    Missed,
    /// It lied.
    Lie {
        /// Its task went through a round.
        disputed: bool,
    },
}

impl PenalizeWorker {
    fn validate(&self, task: u32, source: Source) -> RuleResult<()> {
        let job = self.job.address();
        if let Some(dispute) = &self.dispute {
            let mint = &self.staking_params.stake_mint;
            check_pot(&self.pot, dispute.address(), mint, dispute.pot_bump)?;
            if !dispute.is_of(job, task, Purpose::Dispute) {
                return Err(MarketError::WrongAccount);
            }
        } else if self.pot.address() != self.stake_vault.address() {
            return Err(MarketError::WrongAccount);
        }
        check_own_round(self.round.as_deref(), source, job, task)
    }

    /// Takes the offence out of the seat. Returns it and the Unix time of the seat's claim.
    fn take(
        &mut self,
        task: u32,
        source: Source,
        seat: u8,
        now: Moment,
    ) -> RuleResult<(Offence, i64)> {
        let mut seats = task_of(&mut self.job, task)?;
        let before = seats.phase();
        let after = seats.finish(now)?;
        let (rounds, winners) = (seats.first()?.rounds, seats.first()?.winners);
        self.job.book_phase(before, after, winners)?;
        let (state, holder, claimed_at) = {
            let place = self.seat(task, source, seat)?;
            (place.state(), place.worker, place.claimed_at.get())
        };
        if holder != *self.worker.address() {
            return Err(MarketError::NotSeatHolder);
        }
        let offence = if state == SeatState::Claimed {
            self.miss(task, source, seat, now)?;
            Offence::Missed
        } else {
            match self.settle(task, source, seat)? {
                SeatState::Missed => Offence::Missed,
                SeatState::Rejected => Offence::Lie {
                    disputed: rounds > 0,
                },
                _ => return Err(MarketError::NothingToPenalize),
            }
        };
        Ok((offence, self.job.unix_time(claimed_at)))
    }

    fn seat(&mut self, task: u32, source: Source, seat: u8) -> RuleResult<&mut Seat> {
        match source {
            Source::Job => {
                let index = seat_index(&self.job, task, seat)? as usize;
                self.job.get_mut(index).ok_or(MarketError::NoSuchSeat)
            }
            _ => round_seat(self.account(source)?, seat),
        }
    }

    /// Returns the account of the check or round that `source` names.
    fn account(&mut self, source: Source) -> RuleResult<&mut RoundAccount> {
        let account = match source {
            Source::Dispute => self.dispute.as_deref_mut(),
            _ => self.round.as_deref_mut(),
        };
        account.ok_or(MarketError::WrongAccount)
    }

    /// Ends a claim that missed its deadline, which frees the seat. Seats of a round are judged with it.
    fn miss(&mut self, task: u32, source: Source, seat: u8, now: Moment) -> RuleResult<()> {
        let rules = self.job.rules();
        let mut seats = task_of(&mut self.job, task)?;
        let missed = match source {
            Source::Job => {
                let seat = usize::from(seat);
                seats.expire(None, now, &rules)? == Expiry::Missed { seat }
            }
            Source::Check => {
                let check = self.round.as_mut().ok_or(MarketError::WrongAccount)?;
                let expiry = seats.expire_check(round_seat(check, seat)?, now, &rules)?;
                check.book_settled()?;
                expiry == LateExpiry::Missed
            }
            _ => false,
        };
        if missed {
            Ok(())
        } else {
            Err(MarketError::NothingToPenalize)
        }
    }

    /// Settles a seat of an ended task.
    fn settle(&mut self, task: u32, source: Source, seat: u8) -> RuleResult<SeatState> {
        let worker = *self.worker.address();
        let mut seats = task_of(&mut self.job, task)?;
        if source == Source::Job {
            let state = seats.settle(usize::from(seat), &worker)?;
            self.job.book_settled(1, 0)?;
            return Ok(state);
        }
        let account = match source {
            Source::Dispute => self.dispute.as_deref_mut(),
            _ => self.round.as_deref_mut(),
        };
        let account = account.ok_or(MarketError::WrongAccount)?;
        let state = seats.settle_outside(round_seat(account, seat)?, &worker)?;
        account.book_settled()?;
        Ok(state)
    }

    /// Charges a seat that missed its deadline, which reopens, or that lied. A missed deadline is burned. A lie is burned,
    /// too, unless the task went through a round: then what the owner loses is collected in the pot, which pays the round and
    /// those who were right; what delegators lose is burned. The penalty reaches stake that was moved out of the market since the
    /// claim. Free collateral that the remaining stake does not support returns with it.
    ///
    /// # Specification
    /// - The job shall have the task (`NoSuchTask`).
    /// - The source shall be one of the four (`NoSuchSeat`).
    /// - Dispute and round shall be the task's (`WrongAccount`).
    /// - The pot shall be the dispute's (`WrongTokenAccount`).
    /// - The seat shall exist (`NoSuchSeat`).
    /// - The worker shall hold the seat (`NotSeatHolder`).
    /// - The seat shall not be settled (`AlreadySettled`).
    /// - The seat shall have missed its deadline, or be rejected (`NothingToPenalize`).
    /// - A claim shall be overdue (`NothingOverdue`).
    /// - The task of a rejected seat shall have ended (`TaskNotEnded`).
    /// - A dispute shall be counted before its penalties are collected (`DisputeNotCounted`).
    /// - The provider shall be the worker's (`WrongAccount`).
    /// - Staking's mint shall be burned (`StakingError::WrongMint`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `source` - the account of the seat: 0 job, 1 check, 2 dispute, 3 appeal.
    /// - `seat` - index of the seat in that account, in the job's within the task; 255 for a challenger.
    pub fn penalize_worker(ctx: &mut Context<Self>, task: u32, source: u8, seat: u8) -> Result<()> {
        let bump = ctx.bumps.market_authority;
        let accounts = &mut ctx.accounts;
        let source = Source::parse(source)?;
        seat_index(&accounts.job, task, 0)?;
        accounts.validate(task, source)?;
        let clock = Clock::get()?;
        let now = accounts.job.moment(clock.unix_timestamp, clock.slot)?;
        let (offence, claimed_at) = accounts.take(task, source, seat, now)?;
        let value = accounts.job.value.get();
        let (bond, lie) = accounts.job.bond_of(source, seat)?;
        let whole = bond.checked_add(lie).ok_or(MarketError::Overflow)?;
        let worker = &mut accounts.worker;
        let (penalty, award) = match offence {
            Offence::Missed => {
                worker.count_miss(clock.unix_timestamp);
                (accounts.job.missed.get(), 0)
            }
            Offence::Lie { disputed } => {
                if disputed && source == Source::Job && seat == 0 {
                    worker.absolve(lie);
                }
                worker.rejected = worker.rejected.get().saturating_add(1).into();
                (whole, if disputed { whole } else { 0 })
            }
        };
        let gone = worker.charge(bond, penalty)?;
        let amounts = SlashAmounts {
            amount: penalty,
            award,
            release: gone,
            free: worker.free.get(),
            infraction_time: claimed_at,
        };
        let slashed = SlashAccounts {
            market_authority: &accounts.market_authority,
            staking_params: accounts.staking_params.account(),
            provider: &accounts.provider,
            stake_vault: &accounts.stake_vault,
            stake_mint: &accounts.stake_mint,
            award_account: &accounts.pot,
            token_program: &accounts.token_program,
        };
        let outcome = staking_cpi::slash_stake(&slashed, bump, &amounts)?;
        let worker = &mut accounts.worker;
        worker.yield_collateral(outcome.yielded, outcome.owed)?;
        let left = gone.checked_add(outcome.yielded);
        accounts.totals.remove(left.ok_or(MarketError::Overflow)?)?;
        if award > 0 {
            let usual = accounts.job.penalty()?;
            let dispute = accounts.dispute.as_mut();
            let dispute = dispute.ok_or(MarketError::WrongAccount)?;
            if dispute.counted == 0 {
                return Err(MarketError::DisputeNotCounted.into());
            }
            dispute.book_penalty(outcome.awarded, value, usual)?;
        }
        emit(Penalized {
            job: *accounts.job.address(),
            worker: *accounts.worker.address(),
            penalty: penalty.into(),
            taken: outcome.taken.into(),
            awarded: outcome.awarded.into(),
            yielded: outcome.yielded.into(),
            owed: outcome.owed.into(),
            task: task.into(),
            source: source as u8,
            seat,
        });
        Ok(())
    }
}
