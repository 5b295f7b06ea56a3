use super::{PodSide, Side};
use anchor_lang::prelude::*;

/// The vote of one lock in one proposal. Seeds: `vote`, proposal, lock.
#[account]
pub struct Vote {
    /// The proposal.
    pub proposal: Address,
    /// The lock.
    pub lock: Address,
    /// Wallet that paid the account's rent and gets it back.
    pub owner: Address,
    /// The lock's weight, base units of the vote mint times its factor; 0 only while the account is being created.
    pub weight: PodU64,
    /// Unix time at which the voting ends, seconds. From then on the account can be closed, even if the proposal is gone.
    pub ends_at: PodI64,
    /// Where the weight is cast.
    pub side: PodSide,
    /// Bump of this account's address.
    pub bump: u8,
}

impl Vote {
    /// Returns the side that the weight was cast on before, if any.
    pub fn previous_side(&self) -> Option<Side> {
        (self.weight.get() > 0).then(|| self.side.into())
    }
}
