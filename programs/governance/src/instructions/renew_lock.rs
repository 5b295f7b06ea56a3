use crate::{
    error::GovernanceError,
    event::{emit, LockRenewed},
    state::{Lock, Params},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct RenewLock {
    /// The lock's owner, who signs. Checked by its address.
    #[account(address = lock.owner @ GovernanceError::NotOwner)]
    pub owner: Signer,
    /// Governance's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any lock. Checked by its program and its type.
    #[account(mut)]
    pub lock: Box<Account<Lock>>,
}

impl RenewLock {
    /// A lock that is unlocking, also one that a stranger let lapse, has its weight again, for votes that open from now on.
    ///
    /// # Specification
    /// - The signer shall be the lock's owner (`NotOwner`).
    /// - The duration of a lock that is unlocking shall not be below the shortest lock (`LockTooShort`).
    /// - The duration of a lock that is unlocking shall not be above the longest lock (`LockTooLong`).
    pub fn renew_lock(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        let lock = &mut accounts.lock;
        lock.renew(&mut accounts.params, now)?;
        emit(LockRenewed {
            lock: *lock.address(),
            weight: lock.weight,
            total_weight: accounts.params.total_weight,
            first_opening: lock.first_opening,
            touched_at: lock.touched_at,
        });
        Ok(())
    }
}
