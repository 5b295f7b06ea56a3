use crate::error::{RewardsError, RuleResult};
use anchor_lang::prelude::*;
use assay_market::state::{EpochWork, SHARDS};

/// Returns the weight of everyone's work in an epoch, base units of the stake mint: the sum of the market's records of all
/// shards, given in order. A shard without work has no account, and its address proves that.
///
/// # Errors
/// `WrongShards`, `Overflow`.
pub fn total_weight(epoch: u64, shards: &[AccountView]) -> RuleResult<u64> {
    if shards.len() != usize::from(SHARDS) {
        return Err(RewardsError::WrongShards);
    }
    let mut total = 0u64;
    for (shard, view) in (0..SHARDS).zip(shards) {
        if view.address() != &EpochWork::address(epoch, shard) {
            return Err(RewardsError::WrongShards);
        }
        let weight = weight_of(view)?;
        total = total.checked_add(weight).ok_or(RewardsError::Overflow)?;
    }
    Ok(total)
}

/// Returns the weight in one record. An account with lamports and no data is no record: anyone may send lamports to an
/// address that has none.
fn weight_of(view: &AccountView) -> RuleResult<u64> {
    if view.owned_by(&System::id()) && view.is_data_empty() {
        return Ok(0);
    }
    let work = Account::<EpochWork>::load(*view).map_err(|_| RewardsError::WrongShards)?;
    Ok(work.weight.get())
}
