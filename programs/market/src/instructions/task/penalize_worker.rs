use crate::{
    bytes::AUTHORITY_SEED,
    error::{MarketError, RuleResult},
    event::Penalized,
    state::{take_seat, JobAccount, SeatState, Worker},
};
use alloc::vec::Vec;
use anchor_lang::prelude::*;
use assay_shared::token::{self, TokenAccount};
use assay_staking::state::Params as StakingParams;

#[derive(Accounts)]
pub struct PenalizeWorker {
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Account<Worker>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
    /// The market's authority, which signs the call of staking. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub market_authority: UncheckedAccount,
    /// Staking's parameters. Checked by their program and type, and by staking.
    pub staking_params: Account<StakingParams>,
    /// The worker's provider. Checked by its address.
    #[account(mut, address = worker.provider @ MarketError::WrongAccount)]
    pub provider: UncheckedAccount,
    /// The provider's stake vault. Checked by staking.
    #[account(mut)]
    pub stake_vault: UncheckedAccount,
    /// The token account that receives what is slashed and not compensation. Checked by its address.
    #[account(
        mut,
        unsafe(dup),
        address = staking_params.slash_destination @ MarketError::WrongAccount
    )]
    pub slash_destination: UncheckedAccount,
    /// A token account of the requester in the stake mint. Receives the compensation. Checked by `validate`.
    #[account(mut, unsafe(dup))]
    pub compensation_account: UncheckedAccount,
    /// The staking program. Checked by its address.
    #[account(address = assay_staking::ID)]
    pub staking_program: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

/// What a list of seats costs a worker, base units of the stake mint.
#[derive(Default)]
struct Penalty {
    cut: u64,
    compensation: u64,
    /// Number of rejected seats.
    rejected: u64,
    /// Number of missed seats.
    missed: u64,
    /// Unix time in seconds of the earliest claim among the seats.
    infraction_time: i64,
}

impl PenalizeWorker {
    fn validate(&self, seats: &[u32]) -> RuleResult<()> {
        if seats.is_empty() {
            return Err(MarketError::BadSeatList);
        }
        // Anyone may call, so the compensation must go to the requester.
        let compensated = TokenAccount::read(self.compensation_account.account(), &token::TOKEN)
            .ok_or(MarketError::WrongTokenAccount)?;
        if compensated.authority != self.job.requester
            || compensated.mint != self.staking_params.stake_mint
        {
            return Err(MarketError::WrongTokenAccount);
        }
        Ok(())
    }

    fn take_seats(&mut self, seats: &[u32]) -> RuleResult<Penalty> {
        let (reject_cut, missed_cut) = (self.job.reject_cut.get(), self.job.missed_cut.get());
        let mut sum = Penalty {
            infraction_time: i64::MAX,
            ..Penalty::default()
        };
        for index in seats {
            let state = take_seat(&mut self.job, *index, self.worker.address())?;
            let cut = match state {
                SeatState::Rejected => {
                    sum.rejected = sum.rejected.saturating_add(1);
                    reject_cut
                }
                SeatState::Missed => {
                    sum.missed = sum.missed.saturating_add(1);
                    sum.compensation = plus(sum.compensation, missed_cut)?;
                    missed_cut
                }
                _ => return Err(MarketError::NothingToPenalize),
            };
            sum.cut = plus(sum.cut, cut)?;
            let claimed_at = self.claimed_at(*index)?;
            sum.infraction_time = sum.infraction_time.min(claimed_at);
        }
        Ok(sum)
    }

    fn claimed_at(&self, seat: u32) -> RuleResult<i64> {
        self.job
            .get(seat as usize)
            .and_then(|seat| {
                let after = i64::from(seat.claimed_after.get());
                self.job.posted_at.get().checked_add(after)
            })
            .ok_or(MarketError::NoSuchSeat)
    }

    /// # Specification
    /// - Provider and slash destination shall be those on record (`WrongAccount`).
    /// - The list shall name a seat (`BadSeatList`).
    /// - The compensation shall go to a stake-token account of the requester (`WrongTokenAccount`).
    /// - The job shall have every seat of the list (`NoSuchSeat`).
    /// - The worker shall hold every seat of the list (`NotSeatHolder`).
    /// - No seat shall have been penalized before, or be named twice (`AlreadyCollected`).
    /// - Every seat shall be rejected or missed (`NothingToPenalize`).
    ///
    /// # Arguments
    /// - `seats` - indices in the job of the worker's rejected or missed seats.
    pub fn penalize_worker(ctx: &mut Context<Self>, seats: Vec<u32>) -> Result<()> {
        let bump = ctx.bumps.market_authority;
        let accounts = &mut ctx.accounts;
        accounts.validate(&seats)?;
        let penalty = accounts.take_seats(&seats)?;
        let count = u32::try_from(seats.len()).map_err(|_| MarketError::BadSeatList)?;
        let bonds = accounts
            .job
            .bond
            .get()
            .checked_mul(u64::from(count))
            .ok_or(MarketError::Overflow)?;
        accounts.job.record_collected(count, 0)?;
        let worker = &mut accounts.worker;
        worker.unlock(bonds, penalty.cut)?;
        worker.rejected = worker.rejected.saturating_add(penalty.rejected);
        worker.missed = worker.missed.saturating_add(penalty.missed);
        accounts.slash(&penalty, bump)?;
        emit!(Penalized {
            job: *accounts.job.address(),
            worker: *accounts.worker.address(),
            slashed: penalty.cut.into(),
            compensation: penalty.compensation.into(),
            seats: count.into(),
        });
        Ok(())
    }

    fn slash(&mut self, penalty: &Penalty, bump: u8) -> Result<()> {
        let cpi_accounts = assay_staking::cpi::accounts::SlashStake {
            market_authority: self.market_authority.cpi_handle(),
            params: self.staking_params.cpi_handle(),
            provider: self.provider.cpi_handle_mut(),
            stake_vault: self.stake_vault.cpi_handle_mut(),
            slash_destination: self.slash_destination.cpi_handle_mut(),
            compensation_account: self.compensation_account.cpi_handle_mut(),
            token_program: self.token_program.cpi_handle(),
        };
        let seeds: &[&[&[u8]]] = &[&[AUTHORITY_SEED, &[bump]]];
        let cpi = CpiContext::new(&assay_staking::ID, cpi_accounts).with_signer(seeds);
        assay_staking::cpi::slash_stake(
            cpi,
            penalty.cut,
            penalty.compensation,
            penalty.infraction_time,
        )
    }
}

fn plus(a: u64, b: u64) -> RuleResult<u64> {
    a.checked_add(b).ok_or(MarketError::Overflow)
}
