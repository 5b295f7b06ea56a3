use crate::{
    addresses,
    error::{GovernanceError, RuleResult},
    event::{emit, LockWithdrawn},
    payee::check_payee,
    state::{Lock, Params},
};
use alloc::boxed::Box;
use anchor_lang::{prelude::*, ErrorCode};
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct WithdrawLock {
    /// Governance's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The lock's owner, who receives the rent; signs to choose a destination. Checked by its address.
    #[account(mut, address = lock.owner @ GovernanceError::WrongRecipient)]
    pub owner: UncheckedAccount,
    /// Any lock, closed here. Checked by its program and its type.
    #[account(mut, close = owner)]
    pub lock: Box<Account<Lock>>,
    /// The lock's vault, closed here. Checked by its address.
    #[account(
        mut,
        address = addresses::vault(b"lock_vault", lock.address(), lock.vault_bump) @ ErrorCode::ConstraintSeeds
    )]
    pub lock_vault: UncheckedAccount,
    /// The associated token account of the lock's owner for the vote mint, or any if the owner signs. Receives the tokens.
    /// Checked by `validate`; the mint by the transfer.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl WithdrawLock {
    fn validate(&self, bump: u8, now: i64) -> RuleResult<()> {
        self.lock.check_withdrawable(now)?;
        let mint = &self.params.vote_mint;
        check_payee(&self.owner, &self.destination, mint, &token::TOKEN, bump)
    }

    /// # Specification
    /// - The rent shall go to the lock's owner (`WrongRecipient`).
    /// - The lock shall be unlocking (`LockNotUnlocking`).
    /// - The lock's cooldown shall be over (`CooldownRunning`).
    /// - The tokens shall go to the owner's associated token account, unless the owner signs (`WrongTokenAccount`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the owner's associated token account; not read if the owner signs.
    pub fn withdraw_lock(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.validate(bump, Clock::get()?.unix_timestamp)?;
        // Moves the whole vault, not `lock.amount`: anyone can send tokens to it, and only an empty vault can be closed.
        let amount = token::TokenAccount::read(accounts.lock_vault.account(), &token::TOKEN)
            .ok_or(GovernanceError::WrongTokenAccount)?
            .amount;
        let owner = accounts.lock.owner;
        let nonce = accounts.lock.nonce.get().to_le_bytes();
        let bump = [accounts.lock.bump];
        let seeds = [
            Seed::from(b"lock"),
            Seed::from(owner.as_ref()),
            Seed::from(&nonce),
            Seed::from(&bump),
        ];
        let signer = [PdaSigner::from(&seeds)];
        let (vault, lock) = (accounts.lock_vault.account(), accounts.lock.account());
        let paid = (accounts.destination.account(), amount);
        let rent_to = Some(accounts.owner.account());
        token::pay_out(&token::TOKEN, vault, lock, &[paid], rent_to, &signer)?;
        emit(LockWithdrawn {
            lock: *accounts.lock.address(),
            owner,
            amount: amount.into(),
        });
        Ok(())
    }
}
