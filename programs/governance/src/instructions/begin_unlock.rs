use super::RenewLock;
use crate::event::{emit, UnlockBegun};
use anchor_lang::prelude::*;

impl RenewLock {
    /// It takes the accounts of `renew_lock`.
    ///
    /// # Specification
    /// - The signer shall be the lock's owner (`NotOwner`).
    /// - The lock shall not be unlocking yet (`LockUnlocking`).
    /// - No vote of the lock shall bind it any more (`LockVoting`).
    pub fn begin_unlock(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        let weight = accounts.lock.begin_unlock(&mut accounts.params, now)?;
        emit(UnlockBegun {
            lock: *accounts.lock.address(),
            weight: weight.into(),
            total_weight: accounts.params.total_weight,
            unlocks_at: accounts.lock.unlocks_at,
            lapsed: 0,
        });
        Ok(())
    }
}
