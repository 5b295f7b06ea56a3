//! The owner's stake that is unbonding.

use crate::{
    amount::{MintInfo, TokenAmount},
    output::format_time,
};
use assay_staking::state::{OwnBucket, OwnStake};
use serde::Serialize;
use std::fmt;

/// Stake that can be withdrawn from one time on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnbondingReport {
    pub amount: TokenAmount,
    /// Time from which it can be withdrawn, Unix seconds.
    pub matures_at: i64,
}

impl fmt::Display for UnbondingReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = format_time(self.matures_at);
        write!(f, "{}, can be withdrawn from {at}", self.amount)
    }
}

impl UnbondingReport {
    fn of(bucket: &OwnBucket) -> Option<Self> {
        let units = bucket.tokens.get();
        (units > 0).then(|| Self {
            amount: MintInfo::assay().amount(units),
            matures_at: bucket.matures_at.get(),
        })
    }
}

/// Returns what of an owner's stake is unbonding, oldest first.
pub fn unbonding(own: &OwnStake) -> Vec<UnbondingReport> {
    own.buckets.iter().filter_map(UnbondingReport::of).collect()
}
