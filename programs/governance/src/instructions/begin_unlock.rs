use crate::{
    error::GovernanceError,
    event::{emit, UnlockBegun},
    state::{Lock, Params},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct BeginUnlock {
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

impl BeginUnlock {
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
