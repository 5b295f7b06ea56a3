use crate::{
    error::GovernanceError,
    event::UnlockBegun,
    state::{Lock, Params},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct BeginUnlock {
    #[account(address = lock.owner @ GovernanceError::NotOwner)]
    pub owner: Signer,
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(mut)]
    pub lock: Account<Lock>,
}

impl BeginUnlock {
    /// Nothing to check beyond the owner; that the lock is locked and not bound by a vote: `Lock::begin_unlock`.
    pub fn begin_unlock(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let weight = self.lock.begin_unlock(&mut self.params, now)?;
        emit!(UnlockBegun {
            lock: *self.lock.address(),
            weight: weight.into(),
            total_weight: self.params.total_weight,
            unlocks_at: self.lock.unlocks_at,
        });
        Ok(())
    }
}
