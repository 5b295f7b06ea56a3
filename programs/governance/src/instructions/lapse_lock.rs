use crate::{
    event::{emit, UnlockBegun},
    state::{Lock, Params},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct LapseLock {
    /// Governance's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any lock. Checked by its program and its type.
    #[account(mut)]
    pub lock: Box<Account<Lock>>,
}

impl LapseLock {
    /// The tokens stay the owner's, who withdraws them after the cooldown, or renews the lock.
    ///
    /// # Specification
    /// - The owner shall have given no sign for the lock's duration, and for 180 days (`NotLapsed`).
    /// - The lock shall not be unlocking yet (`LockUnlocking`).
    /// - No vote of the lock shall bind it any more (`LockVoting`).
    pub fn lapse_lock(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        let weight = accounts.lock.lapse(&mut accounts.params, now)?;
        emit(UnlockBegun {
            lock: *accounts.lock.address(),
            weight: weight.into(),
            total_weight: accounts.params.total_weight,
            unlocks_at: accounts.lock.unlocks_at,
            lapsed: 1,
        });
        Ok(())
    }
}
