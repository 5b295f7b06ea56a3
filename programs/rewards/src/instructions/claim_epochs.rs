use crate::{
    error::RewardsError,
    event::{emit, EpochClaimed, RewardsPaid},
    instructions::close_epoch::take_from_pot,
    staking_cpi,
    state::{claims_open, split, ClaimRecord, Emission, EpochRewards, Funding},
};
use anchor_lang::prelude::*;
use assay_market::state::{Params as MarketParams, Worker};
use assay_shared::token;
use assay_staking::state::Provider;

/// The rewards of one epoch or more follow as remaining accounts, all writable. Each is checked by its program and its type, or is
/// an address without an account, which stands for an epoch that was closed.
#[derive(Accounts)]
pub struct ClaimEpochs {
    /// The market's parameters, which date epochs. Checked by their program and type; the market makes only one.
    pub market_params: Account<MarketParams>,
    /// The emission account. Checked by its program and type; the program makes only one.
    pub emission: Account<Emission>,
    /// Any worker. Checked by its program and its type; the market makes one per provider.
    pub worker: Account<Worker>,
    /// The provider's claim record. Checked by its program and its type, and by `validate`.
    #[account(mut)]
    pub claim_record: Account<ClaimRecord>,
    /// The worker's provider. Checked by its address, and by its program and its type where it is read.
    #[account(mut, address = worker.provider @ RewardsError::WrongAccount)]
    pub provider: UncheckedAccount,
    /// The pot on record in `emission`. Checked by its address.
    #[account(mut, address = emission.pot @ RewardsError::WrongAccount)]
    pub pot: UncheckedAccount,
    /// Holds the pot, and the program signs for it. The transfer and staking check that it signed.
    pub funder: UncheckedAccount,
    /// The provider's reward vault. Checked by `validate`.
    #[account(mut)]
    pub reward_vault: UncheckedAccount,
    /// Staking's parameters. Checked by staking.
    pub staking_params: UncheckedAccount,
    /// The staking program. Checked by its address.
    #[account(address = assay_staking::ID)]
    pub staking_program: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl ClaimEpochs {
    fn validate(&self, provider: &Provider) -> Result<()> {
        if self.claim_record.provider != self.worker.provider
            || *self.reward_vault.address() != provider.reward_vault
        {
            return Err(RewardsError::WrongAccount.into());
        }
        Ok(())
    }

    /// Everything goes to the provider's reward vault, so whoever calls has nothing to choose. An epoch that cannot be claimed is
    /// passed over: somebody else may have claimed it since the transaction was signed, and the other epochs must not fail for it.
    ///
    /// The commission of an epoch is the one that held at its beginning, not that of the day of the call.
    ///
    /// # Specification
    /// - Pot and provider shall be those on record (`WrongAccount`).
    /// - The claim record shall be the worker's (`WrongAccount`).
    /// - The reward vault shall be the provider's (`WrongAccount`).
    /// - In one epoch at least the worker shall have tallied work that can be claimed and was not (`NothingToClaim`).
    /// - The claims shall not exceed what was tallied (`MoreThanTallied`).
    pub fn claim_epochs(ctx: &mut Context<Self>) -> Result<()> {
        let epochs = ctx.remaining_accounts()?;
        let accounts = &mut ctx.accounts;
        let funding = accounts.claim_all(&epochs, Clock::get()?.unix_timestamp)?;
        accounts.pay(&funding)?;
        emit(RewardsPaid {
            provider: accounts.worker.provider,
            direct: funding.direct.into(),
            streamed: funding.streamed.into(),
        });
        Ok(())
    }

    /// Claims what can be claimed, and returns the sum.
    fn claim_all(&mut self, epochs: &[AccountView], now: i64) -> Result<Funding> {
        let provider = Account::<Provider>::load(*self.provider.account())?;
        self.validate(&provider)?;
        let current = self.market_params.epoch_at(now)?;
        let mut sum = None;
        for view in epochs {
            if let Some(funding) = self.claim(view, &provider, current)? {
                sum.get_or_insert(Funding::default()).add(&funding)?;
            }
        }
        Ok(sum.ok_or(RewardsError::NothingToClaim)?)
    }

    /// Claims from one epoch while the epoch `current` runs. Returns `None` for an epoch that is passed over.
    fn claim(
        &mut self,
        view: &AccountView,
        provider: &Provider,
        current: u64,
    ) -> Result<Option<Funding>> {
        if view.owned_by(&System::id()) && view.is_data_empty() {
            return Ok(None);
        }
        // SAFETY: no other typed account of this instruction is the rewards of an epoch, and the one before was dropped.
        let mut rewards = unsafe { Account::<EpochRewards>::load_mut(*view) }?;
        let epoch = rewards.epoch.get();
        let tallied = self.worker.work(epoch).filter(|work| work.tallied != 0);
        let Some(weight) = tallied.map(|work| work.weight.get()) else {
            return Ok(None);
        };
        // When claims are over, a claim record can be closed, and a new record would allow a second claim.
        if !claims_open(epoch, current) || !self.claim_record.claim(epoch) {
            return Ok(None);
        }
        let share = rewards.claim(weight)?;
        let funding = split(&share, self.commission(provider, epoch)?)?;
        emit(EpochClaimed {
            provider: self.worker.provider,
            epoch: epoch.into(),
            weight: weight.into(),
            work: share.work.into(),
            stake: share.stake.into(),
            commission: funding.direct.saturating_sub(share.work).into(),
        });
        Ok(Some(funding))
    }

    /// Returns the commission that held when `epoch` began, basis points.
    fn commission(&self, provider: &Provider, epoch: u64) -> Result<u64> {
        let start = epoch_start(&self.market_params, epoch)?;
        Ok(u64::from(provider.commission.at(start)))
    }

    /// Moves the tokens first: staking records no more than it sees in the vault.
    fn pay(&self, funding: &Funding) -> Result<()> {
        let total = funding.total()?;
        if total == 0 {
            return Ok(());
        }
        let bump = self.emission.funder_bump;
        let (vault, funder) = (self.reward_vault.account(), self.funder.account());
        take_from_pot(self.pot.account(), vault, funder, total, bump)?;
        staking_cpi::fund_rewards(
            funder,
            bump,
            self.staking_params.account(),
            self.provider.account(),
            vault,
            funding,
        )
    }
}

/// Returns the Unix time at which `epoch` began, seconds.
fn epoch_start(market: &MarketParams, epoch: u64) -> Result<i64> {
    let end = market.epoch_end(epoch)?;
    let start = i64::try_from(market.epoch_length.get())
        .ok()
        .and_then(|length| end.checked_sub(length));
    Ok(start.ok_or(RewardsError::Overflow)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;

    #[test]
    fn an_epoch_begins_where_the_one_before_ends() {
        let market = MarketParams {
            genesis_time: 1_000.into(),
            epoch_length: 100.into(),
            ..MarketParams::zeroed()
        };
        assert_eq!(epoch_start(&market, 0), Ok(1_000));
        assert_eq!(epoch_start(&market, 7), Ok(1_700));
        assert!(epoch_start(&market, u64::MAX).is_err());
    }
}
