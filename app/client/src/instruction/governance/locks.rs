//! Locks: made, renewed, given up and paid.

use crate::{
    instruction::signed_by,
    pda::{self, governance as at},
};
use anchor_lang::Address;
use assay_governance::{accounts, instruction};
use assay_shared::token::TOKEN;
use solana_instruction::Instruction;

/// What to lock and for how long.
#[derive(Clone, Copy, Debug)]
pub struct LockTerms {
    /// Number that tells the owner's locks apart.
    pub nonce: u64,
    /// Amount, base units of the vote mint.
    pub amount: u64,
    /// Cooldown, seconds.
    pub duration: u64,
}

/// Locks tokens from the token account `source`. `owner` signs and pays.
pub fn lock_tokens(
    owner: Address,
    vote_mint: Address,
    source: Address,
    terms: LockTerms,
) -> Instruction {
    let LockTerms {
        nonce,
        amount,
        duration,
    } = terms;
    let lock = at::lock(&owner, nonce);
    let args = instruction::LockTokens {
        nonce,
        amount,
        duration,
    };
    args.to_instruction(accounts::LockTokensResolved {
        owner,
        lock,
        vote_mint,
        source,
        token_program: TOKEN,
    })
}

/// Notes that the owner of the lock `nonce` is awake, and gives an unlocking lock its weight again. `owner` signs.
pub fn renew_lock(owner: Address, nonce: u64) -> Instruction {
    instruction::RenewLock {}.to_instruction(accounts::RenewLockResolved {
        owner,
        lock: at::lock(&owner, nonce),
    })
}

/// Gives up the weight of the lock `nonce` and starts its cooldown. `owner` signs.
pub fn begin_unlock(owner: Address, nonce: u64) -> Instruction {
    instruction::BeginUnlock {}.to_instruction(accounts::RenewLockResolved {
        owner,
        lock: at::lock(&owner, nonce),
    })
}

/// Does so with a lock whose owner has given no sign for long. Anyone may send it.
pub fn lapse_lock(lock: Address) -> Instruction {
    instruction::LapseLock {}.to_instruction(accounts::LapseLockResolved { lock })
}

/// Pays the unlocked lock `nonce` to the associated token account of `owner`, which must exist. Anyone may send it.
pub fn withdraw_lock(owner: Address, nonce: u64, vote_mint: &Address) -> Instruction {
    withdraw_into(owner, nonce, pda::ata_and_bump(&owner, vote_mint, &TOKEN))
}

/// Pays the unlocked lock `nonce` to any token account of the vote mint. `owner` signs.
pub fn withdraw_lock_to(owner: Address, nonce: u64, destination: Address) -> Instruction {
    signed_by(&owner, withdraw_into(owner, nonce, (destination, 0)))
}

fn withdraw_into(owner: Address, nonce: u64, (destination, bump): (Address, u8)) -> Instruction {
    let lock = at::lock(&owner, nonce);
    instruction::WithdrawLock { bump }.to_instruction(accounts::WithdrawLockResolved {
        owner,
        lock,
        lock_vault: at::lock_vault(&lock),
        destination,
        token_program: TOKEN,
    })
}
