//! Accounts of the staking program.

use anchor_lang::Address;
use assay_staking::accounts::{BeginUnbond, DepositStake, Initialize, RegisterProvider};

/// The program's parameters.
pub fn params() -> Address {
    Initialize::find_params_address().0
}

/// The provider of `owner`.
pub fn provider(owner: &Address) -> Address {
    RegisterProvider::find_provider_address(owner).0
}

/// The token account that holds a provider's stake.
pub fn stake_vault(provider: &Address) -> Address {
    RegisterProvider::find_stake_vault_address(provider).0
}

/// The position of `owner` behind a provider.
pub fn delegation(provider: &Address, owner: &Address) -> Address {
    DepositStake::find_delegation_address(provider, owner).0
}

/// One unbonding ticket of a position; the owner chose `nonce`.
pub fn ticket(delegation: &Address, nonce: u64) -> Address {
    BeginUnbond::find_ticket_address(delegation, &nonce.to_le_bytes()).0
}
