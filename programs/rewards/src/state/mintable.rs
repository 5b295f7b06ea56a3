use super::Schedule;
use crate::error::{RewardsError, RuleResult};
use assay_shared::math::{mul_div_floor, BPS};

/// Largest share of the fees of an epoch that its emission may be worth, basis points. Working for oneself costs a fee and earns
/// at most half of its worth, so it loses even where the rate of the payment mint values the fee at twice its worth.
pub const MAX_KAPPA_BPS: u64 = 5_000;

/// Largest share of an emission that workers and stakers receive together, basis points. Whoever is requester, worker, owner and
/// delegator at once receives both. What is left to the treasury makes working for oneself lose even where a rate is wrong by
/// exactly a factor of two: half of the fees, twice, of which 95 % return.
pub const MAX_PAID_BPS: u64 = 9_500;

/// Most emissions of an epoch that it may mint: its own, and as much again of what earlier epochs left.
pub const MAX_EMISSIONS: u64 = 2;

/// What limits the emission of an epoch. Where several bounds agree, the first is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Bound {
    /// What the schedule emits up to the end of the epoch, without what was minted before.
    Schedule = 0,
    /// What the cap leaves.
    Cap = 1,
    /// The share of the epoch's fees that may be minted.
    Fees = 2,
    /// The most that one epoch may mint of what earlier ones left.
    Backlog = 3,
}

/// The base units that an epoch may mint, and why not more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mintable {
    /// Base units of the reward mint.
    pub amount: u64,
    /// The bound that `amount` reaches.
    pub bound: Bound,
}

impl Schedule {
    /// Returns what `epoch` mints, when earlier epochs minted `minted` and the fees of its proven tasks are worth `weight`, both
    /// base units: the least of what the schedule and the cap leave, `kappa_bps` of the fees, rounded down, and twice the emission
    /// of this epoch alone. What is not minted stays for later work.
    ///
    /// Without the third bound a dust task earns a whole emission. Without the fourth, whoever pays high fees for a single epoch
    /// takes all that idle epochs left.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn mintable(
        &self,
        epoch: u64,
        minted: u64,
        weight: u64,
        kappa_bps: u64,
    ) -> RuleResult<Mintable> {
        let scheduled = self.scheduled(epoch, minted)?;
        let fees = mul_div_floor(weight, kappa_bps, BPS).ok_or(RewardsError::Overflow)?;
        let backlog = self.emission_of(epoch).saturating_mul(MAX_EMISSIONS);
        let mut least = Mintable {
            amount: scheduled,
            bound: Bound::Schedule,
        };
        for (amount, bound) in [
            (self.left(minted), Bound::Cap),
            (fees, Bound::Fees),
            (backlog, Bound::Backlog),
        ] {
            if amount < least.amount {
                least = Mintable { amount, bound };
            }
        }
        Ok(least)
    }
}

#[cfg(test)]
#[path = "mintable_tests.rs"]
mod tests;
