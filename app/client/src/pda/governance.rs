//! Accounts of the governance program.

use anchor_lang::Address;
use assay_governance::accounts::{CastVote, Initialize, LockTokens, Propose};

/// The program's parameters.
pub fn params() -> Address {
    Initialize::find_params_address().0
}

/// Signs the changes of a passed proposal at every program.
pub fn authority() -> Address {
    Initialize::find_authority_address().0
}

/// The lock of `owner` with this nonce.
pub fn lock(owner: &Address, nonce: u64) -> Address {
    LockTokens::find_lock_address(owner, &nonce.to_le_bytes()).0
}

/// The token account that holds a lock's tokens.
pub fn lock_vault(lock: &Address) -> Address {
    LockTokens::find_lock_vault_address(lock).0
}

/// The proposal with this index.
pub fn proposal(index: u64) -> Address {
    Propose::find_proposal_address(&index.to_le_bytes()).0
}

/// The token account that holds a proposal's deposit.
pub fn deposit_vault(proposal: &Address) -> Address {
    Propose::find_deposit_vault_address(proposal).0
}

/// How a lock voted in a proposal.
pub fn vote(proposal: &Address, lock: &Address) -> Address {
    CastVote::find_vote_address(proposal, lock).0
}
