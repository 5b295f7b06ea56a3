use crate::error::StakingError;
use anchor_lang::prelude::*;
use assay_shared::{param::Votable, votable_params};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Seconds by which the unbonding period must exceed the market's exposure.
pub const EXPOSURE_SLACK: u64 = HOUR;

/// Seeds: `params`. Read-only on every user path.
#[account]
pub struct Params {
    /// Signs `set_params`: the governance program's authority PDA.
    pub authority: Address,
    /// The token that is staked.
    pub stake_mint: Address,
    /// Signs `allocate`, `deallocate`, `slash` and `set_exposure`: the market program's authority PDA.
    pub market_authority: Address,
    /// Token account that receives what is slashed and not paid as compensation.
    pub slash_destination: Address,
    /// Least value of the owner's own stake after a deposit or a partial unbonding, in base units.
    pub min_self_stake: PodU64,
    /// Seconds from the close of an unbonding bucket until its tickets mature.
    pub unbonding_period: PodU64,
    /// Longest time in seconds from claiming work to the discovery that it was wrong; written by the market.
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
    /// Errors: `UnknownParam`, `ParamOutOfBounds`.
    pub fn parse(number: u8, value: u64) -> core::result::Result<Param, StakingError> {
        let param = Param::from_number(number).ok_or(StakingError::UnknownParam)?;
        if !param.admits(value) {
            return Err(StakingError::ParamOutOfBounds);
        }
        Ok(param)
    }

    /// Parameter law: stake must stay slashable for as long as work done with it can be found wrong.
    ///
    /// Errors: `UnbondingTooShort`, `Overflow`.
    pub fn invariant(&self) -> core::result::Result<(), StakingError> {
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
