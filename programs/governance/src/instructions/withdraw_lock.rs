use crate::{
    error::{GovernanceError, Rule},
    event::LockWithdrawn,
    state::{Lock, Params},
};
use anchor_lang::prelude::*;
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct WithdrawLock {
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// Receives the rent; need not sign.
    #[account(mut, address = lock.owner @ GovernanceError::WrongRecipient)]
    pub owner: UncheckedAccount,
    #[account(mut, close = owner)]
    pub lock: Account<Lock>,
    #[account(
        mut,
        seeds = [b"lock_vault", lock.address().as_ref()],
        bump = lock.vault_bump
    )]
    pub lock_vault: UncheckedAccount,
    #[account(mut)]
    pub destination: UncheckedAccount,
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl WithdrawLock {
    /// `destination`: any vote-mint account of the lock's owner, because anyone may call.
    ///
    /// Errors: `LockNotUnlocking`, `CooldownRunning`, `WrongTokenAccount`.
    fn validate(&self, now: i64) -> Rule<()> {
        self.lock.check_withdrawable(now)?;
        let destination = token::TokenAccount::read(self.destination.account(), &token::TOKEN)
            .ok_or(GovernanceError::WrongTokenAccount)?;
        if destination.authority != self.lock.owner || destination.mint != self.params.vote_mint {
            return Err(GovernanceError::WrongTokenAccount);
        }
        Ok(())
    }

    pub fn withdraw_lock(&mut self) -> Result<()> {
        self.validate(Clock::get()?.unix_timestamp)?;
        // The whole vault, not `lock.amount`: a vault that anyone sent a token to could not be closed otherwise.
        let amount = token::TokenAccount::read(self.lock_vault.account(), &token::TOKEN)
            .ok_or(GovernanceError::WrongTokenAccount)?
            .amount;
        let owner = self.lock.owner;
        let nonce = self.lock.nonce.get().to_le_bytes();
        let bump = [self.lock.bump];
        let seeds = [
            Seed::from(b"lock"),
            Seed::from(owner.as_ref()),
            Seed::from(&nonce),
            Seed::from(&bump),
        ];
        let signer = [PdaSigner::from(&seeds)];
        let (vault, lock) = (self.lock_vault.account(), self.lock.account());
        let destination = self.destination.account();
        token::transfer(&token::TOKEN, vault, destination, lock, amount, &signer)?;
        token::close(&token::TOKEN, vault, self.owner.account(), lock, &signer)?;
        emit!(LockWithdrawn {
            lock: *self.lock.address(),
            owner,
            amount: amount.into(),
        });
        Ok(())
    }
}
