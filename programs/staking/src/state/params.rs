use crate::error::{RuleResult, StakingError};
use anchor_lang::prelude::*;
use assay_shared::{param::Votable, votable_params};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Time by which the unbonding period must exceed the market's exposure, seconds.
pub const EXPOSURE_SLACK: u64 = HOUR;

/// Staking's parameters. Seeds: `params`. No instruction that users send writes them.
#[account]
pub struct Params {
    /// Signs `set_params`; the governance program's authority PDA.
    pub authority: Address,
    /// The token that is staked.
    pub stake_mint: Address,
    /// Signs `allocate_stake`, `deallocate_stake`, `slash_stake` and `set_exposure`; the market program's authority PDA.
    pub market_authority: Address,
    /// Least value of the owner's stake after a deposit or a partial unbonding, base units of the stake mint.
    pub min_self_stake: PodU64,
    /// Time from the close of an unbonding bucket until its tickets mature, seconds.
    pub unbonding_period: PodU64,
    /// Longest time from a claim to the verdict on it, seconds; written by the market.
    pub exposure: PodU64,
}

votable_params! {
    /// The parameters that a vote can change.
    pub enum Param of Params {
        /// Least self-stake.
        MinSelfStake = 0 => min_self_stake, 1, 1_000_000_000_000_000, "base units";
        /// Unbonding period.
        UnbondingPeriod = 1 => unbonding_period, DAY, 180 * DAY, "seconds";
    }
}

impl Params {
    /// Returns the parameter with this number, if its bounds admit `value`.
    ///
    /// # Errors
    /// `UnknownParam`, `ParamOutOfBounds`.
    pub fn parse(number: u8, value: u64) -> RuleResult<Param> {
        let param = Param::from_number(number).ok_or(StakingError::UnknownParam)?;
        if !param.admits(value) {
            return Err(StakingError::ParamOutOfBounds);
        }
        Ok(param)
    }

    /// Checks the rule between parameters: stake must stay slashable for as long as work backed by it can be found wrong.
    ///
    /// # Errors
    /// `UnbondingTooShort`, `Overflow`.
    pub fn invariant(&self) -> RuleResult<()> {
        let needed = self
            .exposure
            .get()
            .checked_add(EXPOSURE_SLACK)
            .ok_or(StakingError::Overflow)?;
        if self.unbonding_period.get() < needed {
            return Err(StakingError::UnbondingTooShort);
        }
        Ok(())
    }
}
