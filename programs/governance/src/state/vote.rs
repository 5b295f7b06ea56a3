use super::{PodSide, Side};
use anchor_lang::prelude::*;

/// Seeds: `vote`, proposal, lock. How one lock voted in one proposal.
#[account]
pub struct Vote {
    pub proposal: Address,
    pub lock: Address,
    /// Paid the account's rent and gets it back.
    pub owner: Address,
    /// The lock's weight; 0 only while the account is being created.
    pub weight: PodU64,
    /// Unix time at which the proposal ends; the account can be closed from then on, even when the proposal is gone.
    pub ends_at: PodI64,
    pub side: PodSide,
    pub bump: u8,
}

impl Vote {
    /// The side that was voted for before, if any.
    pub fn earlier(&self) -> Option<Side> {
        (self.weight.get() > 0).then(|| self.side.into())
    }
}
