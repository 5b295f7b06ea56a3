use crate::{
    bytes::AUTHORITY_SEED,
    error::MarketError,
    event::Penalized,
    state::{take_seat, JobAccount, SeatState, Worker},
};
use anchor_lang::prelude::*;
use assay_shared::token;
use assay_staking::state::Params as StakingParams;

#[derive(Accounts)]
pub struct PenalizeWorker {
    #[account(mut)]
    pub worker: Account<Worker>,
    #[account(mut)]
    pub job: JobAccount,
    #[account(seeds = [b"authority"], bump)]
    pub market_authority: UncheckedAccount,
    /// The staking program owns it, and there is one.
    pub staking_params: Account<StakingParams>,
    #[account(mut, address = worker.provider @ MarketError::WrongAccount)]
    pub provider: UncheckedAccount,
    #[account(mut)]
    pub stake_vault: UncheckedAccount,
    #[account(
        mut,
        unsafe(dup),
        address = staking_params.slash_destination @ MarketError::WrongAccount
    )]
    pub slash_destination: UncheckedAccount,
    /// Stake-token account of the requester: receives the compensation for missed deadlines.
    #[account(mut, unsafe(dup))]
    pub harmed: UncheckedAccount,
    #[account(address = assay_staking::ID)]
    pub staking_program: UncheckedAccount,
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

/// What a list of seats costs a worker, stake base units.
#[derive(Default)]
struct Penalty {
    cut: u64,
    compensation: u64,
    rejected: u64,
    missed: u64,
    /// Unix time of the earliest claim among the seats.
    infraction_time: i64,
}

impl PenalizeWorker {
    /// `harmed`: held by the requester, so that no caller can direct the compensation. `stake_vault`: staking.
    ///
    /// Errors: `WrongTokenAccount`, `BadSeatList`. Per seat: `take_seat`, `NothingToPenalize`.
    fn validate(&self, seats: &[u32]) -> core::result::Result<(), MarketError> {
        if seats.is_empty() {
            return Err(MarketError::BadSeatList);
        }
        let harmed = token::TokenAccount::read(self.harmed.account(), &token::TOKEN)
            .ok_or(MarketError::WrongTokenAccount)?;
        if harmed.authority != self.job.requester || harmed.mint != self.staking_params.stake_mint {
            return Err(MarketError::WrongTokenAccount);
        }
        Ok(())
    }

    fn add_up(&mut self, seats: &[u32]) -> core::result::Result<Penalty, MarketError> {
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

    fn claimed_at(&self, seat: u32) -> core::result::Result<i64, MarketError> {
        self.job
            .get(seat as usize)
            .and_then(|seat| {
                let after = i64::from(seat.claimed_after.get());
                self.job.posted_at.get().checked_add(after)
            })
            .ok_or(MarketError::NoSuchSeat)
    }

    pub fn penalize_worker(ctx: &mut Context<Self>, seats: &[u32]) -> Result<()> {
        let bump = ctx.bumps.market_authority;
        let accounts = &mut ctx.accounts;
        accounts.validate(seats)?;
        let penalty = accounts.add_up(seats)?;
        let count = u32::try_from(seats.len()).map_err(|_| MarketError::BadSeatList)?;
        let bonds = accounts
            .job
            .bond
            .get()
            .checked_mul(u64::from(count))
            .ok_or(MarketError::Overflow)?;
        accounts.job.book_collected(count, 0)?;
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
            harmed: self.harmed.cpi_handle_mut(),
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

fn plus(a: u64, b: u64) -> core::result::Result<u64, MarketError> {
    a.checked_add(b).ok_or(MarketError::Overflow)
}
