#![allow(
    unused_variables,
    reason = "Anchor's derive binds the instruction's arguments in functions that do not use them"
)]

use super::initialize::mint_to;
use crate::{
    error::RewardsError,
    event::{emit, EpochFinalized},
    state::{total_weight, Emission, EpochRewards},
};
use anchor_lang::prelude::*;
use assay_market::state::Params as MarketParams;
use assay_shared::token;

/// The market's work records of the epoch follow as remaining accounts, all shards in order. Checked by `total_weight`.
#[derive(Accounts)]
#[instruction(epoch: u64)]
pub struct FinalizeEpoch {
    /// Pays the rent of `epoch_rewards`, gets it back at its closing, and signs. Any wallet.
    #[account(mut)]
    pub payer: Signer,
    /// The emission account. Checked by its seeds.
    #[account(mut, seeds = [b"emission"], bump)]
    pub emission: Account<Emission>,
    /// The market's parameters, which date epochs. Checked by their program and type; the market makes only one.
    pub market_params: Account<MarketParams>,
    /// The epoch's rewards, created here, so an epoch is finalized only once.
    #[account(init, payer = payer, seeds = [b"epoch", &epoch.to_le_bytes()], bump)]
    pub epoch_rewards: Account<EpochRewards>,
    /// The pot on record in `emission`. Checked by its address.
    #[account(mut, address = emission.pot @ RewardsError::WrongAccount)]
    pub pot: UncheckedAccount,
    /// The reward mint on record in `emission`. Checked by its address.
    #[account(mut, address = emission.mint @ RewardsError::WrongAccount)]
    pub mint: UncheckedAccount,
    /// The reward mint's authority, for which the program signs. Checked by its seeds.
    #[account(seeds = [b"authority"], bump = emission.authority_bump)]
    pub mint_authority: UncheckedAccount,
    /// The treasury on record in `emission`. Checked by its address.
    #[account(mut, address = emission.treasury @ RewardsError::WrongAccount)]
    pub treasury: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl FinalizeEpoch {
    /// Returns the weight of everyone's work in the epoch, base units of the stake mint.
    fn validate(&self, epoch: u64, now: i64, shards: &[AccountView]) -> Result<u64> {
        self.emission.check_due(epoch, &self.market_params, now)?;
        let weight = total_weight(epoch, shards)?;
        if weight == 0 {
            return Err(RewardsError::NoWork.into());
        }
        Ok(weight)
    }

    /// Mints no more than the work of the epoch is worth ([`Schedule::mintable`]). What is not minted stays for later epochs.
    ///
    /// [`Schedule::mintable`]: crate::state::Schedule::mintable
    ///
    /// # Specification
    /// - Pot, mint and treasury shall be those on record (`WrongAccount`).
    /// - The epoch shall be the one that is due (`NotDue`).
    /// - The epoch's tally window shall be over (`TallyOpen`).
    /// - The market's work records shall follow, all shards of the epoch in order (`WrongShards`).
    /// - Work shall have been tallied in the epoch (`NoWork`).
    ///
    /// # Arguments
    /// - `epoch` - number of the epoch.
    pub fn finalize_epoch(ctx: &mut Context<Self>, epoch: u64) -> Result<()> {
        let shards = ctx.remaining_accounts()?;
        let bump = ctx.bumps.epoch_rewards;
        let accounts = &mut ctx.accounts;
        let weight = accounts.validate(epoch, Clock::get()?.unix_timestamp, &shards)?;
        let (minted, bound) = accounts.emission.finalize(epoch, weight)?;
        let payer = *accounts.payer.address();
        let rewards = &mut accounts.epoch_rewards;
        rewards.bump = bump;
        rewards.open(epoch, &minted, weight, payer)?;
        let pot = rewards.amount.get();
        accounts.mint(pot, minted.treasury)?;
        emit(EpochFinalized {
            epoch: epoch.into(),
            total_weight: weight.into(),
            workers: minted.workers.into(),
            stakers: minted.stakers.into(),
            treasury: minted.treasury.into(),
            payer,
            bound: bound as u8,
        });
        Ok(())
    }

    fn mint(&self, pot: u64, treasury: u64) -> Result<()> {
        for (to, amount) in [
            (self.pot.account(), pot),
            (self.treasury.account(), treasury),
        ] {
            mint_to(
                self.mint.account(),
                to,
                self.mint_authority.account(),
                amount,
                self.emission.authority_bump,
            )?;
        }
        Ok(())
    }
}
