use crate::error::{RewardsError, Rule};
use anchor_lang::prelude::*;
use assay_market::state::{EpochWork, SHARDS};

/// The work of an epoch, stake base units of protocol fee: the sum of its sixteen shards, given in their order. A shard
/// in which nobody worked has no account, which only its address can prove.
///
/// Errors: `WrongShards`, `Overflow`.
pub fn total_weight(epoch: u64, shards: &[AccountView]) -> Rule<u64> {
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

/// Lamports alone make no record: anyone may send some to an address that has none.
fn weight_of(view: &AccountView) -> Rule<u64> {
    if view.owned_by(&System::id()) && view.is_data_empty() {
        return Ok(0);
    }
    let work = Account::<EpochWork>::load(*view).map_err(|_| RewardsError::WrongShards)?;
    Ok(work.weight.get())
}
