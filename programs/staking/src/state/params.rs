use crate::error::{RuleResult, StakingError};
use anchor_lang::prelude::*;
use assay_shared::{param::Votable, pause::stops, votable_params};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Time by which the unbonding period must exceed the market's exposure, seconds. A penalty that an outage of that length held up
/// still finds the stake that left.
pub const EXPOSURE_SLACK: u64 = DAY;
/// Time beyond the market's exposure that delegated tokens wait before they join, seconds. A penalty that an outage of that
/// length held up still finds the pool as it was.
pub const JOIN_SLACK: u64 = DAY;
/// Time after their wait in which anyone may let delegated tokens join, seconds; later only the delegator.
pub const JOIN_WINDOW: u64 = DAY;
/// Shortest and longest claim span, seconds.
pub const CLAIM_SPAN: (u64, u64) = (HOUR, 300 * DAY);

/// Bits of `Params::paused`. Nothing that ends, leaves, pays or judges is among them.
pub mod pause {
    /// `deposit_stake`.
    pub const STAKE: u64 = 1;
    /// `delegate` and `activate_delegation`.
    pub const DELEGATE: u64 = 2;
    /// `allocate_stake`.
    pub const ALLOCATE: u64 = 4;
    /// Every bit that means something.
    pub const ALL: u64 = 7;
}

/// Staking's parameters. Seeds: `params`. No instruction that users send writes them.
#[account]
pub struct Params {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Signs `set_params` and `set_pause`; the governance program's authority PDA. Nothing changes it.
    pub authority: Address,
    /// The token that is staked.
    pub stake_mint: Address,
    /// Signs `allocate_stake`, `deallocate_stake`, `yield_stake`, `slash_stake` and `set_exposure`; the market program's authority
    /// PDA.
    pub market_authority: Address,
    /// Signs `fund_rewards`; the rewards program's funder PDA.
    pub rewards_authority: Address,
    /// Least active stake of an owner after a deposit or a partial unbonding, base units of the stake mint.
    pub min_self_stake: PodU64,
    /// Time from the close of an unbonding bucket until it matures, seconds.
    pub unbonding_period: PodU64,
    /// Least amount of a delegation, base units of the stake mint.
    pub min_delegation: PodU64,
    /// Most collateral of a provider, times the owner's active stake.
    pub leverage: PodU64,
    /// Longest time from a claim to the verdict on it, seconds; written by the market.
    pub exposure: PodU64,
    /// Time over which funded rewards are streamed, and in which an epoch can still be claimed, seconds. Fixed for ever.
    pub claim_span: PodU64,
    /// Paused operations, bits of [`pause`].
    pub paused: PodU64,
    /// Unix time at which the pause ends, seconds.
    pub paused_until: PodI64,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

votable_params! {
    /// The parameters that a vote can change.
    pub enum Param of Params {
        /// Least self-stake.
        MinSelfStake = 0 => min_self_stake, 1, 1_000_000_000_000_000, "base units";
        /// Unbonding period.
        UnbondingPeriod = 1 => unbonding_period, DAY, 180 * DAY, "seconds";
        /// Least delegation.
        MinDelegation = 2 => min_delegation, 1, 1_000_000_000_000, "base units";
        /// Most collateral against the owner's own stake.
        Leverage = 3 => leverage, 1, 20, "times";
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

    /// Checks that `operation`, a bit of [`pause`], is not paused at the Unix time `now`.
    ///
    /// # Errors
    /// `Paused`.
    pub fn check_pause(&self, operation: u64, now: i64) -> RuleResult<()> {
        if stops(self.paused.get(), self.paused_until.get(), operation, now) {
            return Err(StakingError::Paused);
        }
        Ok(())
    }

    /// Pauses the operations `bits` until the Unix time `until`; no bits end a pause.
    ///
    /// # Errors
    /// `ParamOutOfBounds` if a bit means nothing.
    pub fn set_pause(&mut self, bits: u64, until: i64) -> RuleResult<()> {
        if bits & !pause::ALL != 0 {
            return Err(StakingError::ParamOutOfBounds);
        }
        self.paused = bits.into();
        self.paused_until = until.into();
        Ok(())
    }

    /// Returns the Unix time from which what was committed at `time` can no longer be found wrong, a day's outage included.
    /// Delegated stake answers until then, and delegated tokens wait as long before they join: so nobody pays for what was
    /// committed before it came.
    pub fn judged_at(&self, time: i64) -> i64 {
        time.saturating_add_unsigned(self.exposure.get())
            .saturating_add_unsigned(JOIN_SLACK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;

    #[test]
    fn a_pause_stops_its_operations_until_it_ends_by_itself() {
        let mut params = Params::zeroed();
        params
            .set_pause(pause::STAKE | pause::ALLOCATE, 100)
            .unwrap();
        let paused = |params: &Params, operation, now| {
            params.check_pause(operation, now) == Err(StakingError::Paused)
        };
        assert!(paused(&params, pause::STAKE, 99) && paused(&params, pause::ALLOCATE, 0));
        assert!(!paused(&params, pause::DELEGATE, 99) && !paused(&params, pause::STAKE, 100));
        params.set_pause(0, 0).unwrap();
        assert!(!paused(&params, pause::STAKE, 99));
        for bit in [8, 1 << 63, pause::ALL + 1] {
            assert_eq!(
                params.set_pause(bit, 1),
                Err(StakingError::ParamOutOfBounds)
            );
        }
    }

    #[test]
    fn the_period_covers_the_exposure_and_a_day() {
        let mut params = Params::zeroed();
        params.exposure = DAY.into();
        params.unbonding_period = (2 * DAY - 1).into();
        assert_eq!(params.invariant(), Err(StakingError::UnbondingTooShort));
        params.unbonding_period = (2 * DAY).into();
        assert_eq!(params.invariant(), Ok(()));
        params.exposure = u64::MAX.into();
        assert_eq!(params.invariant(), Err(StakingError::Overflow));
    }

    #[test]
    fn what_is_committed_is_judged_within_the_exposure_and_a_day() {
        let mut params = Params::zeroed();
        params.exposure = 500.into();
        assert_eq!(params.judged_at(1_000), 1_500 + 86_400);
        assert_eq!(params.judged_at(i64::MAX), i64::MAX);
    }
}
