//! Accounts of the rewards program.

use anchor_lang::Address;
use assay_rewards::{
    accounts::{FinalizeEpoch, Initialize},
    state::claim_record_address,
};

/// The emission: its schedule, what was minted, the votable parameters.
pub fn emission() -> Address {
    Initialize::find_emission_address().0
}

/// The mint of the reward token.
pub fn mint() -> Address {
    Initialize::find_mint_address().0
}

/// The token account that holds the genesis supply.
pub fn genesis_vault() -> Address {
    Initialize::find_genesis_vault_address().0
}

/// The token account that receives what the workers do not.
pub fn treasury() -> Address {
    Initialize::find_treasury_address().0
}

/// What the workers of one epoch share.
pub fn epoch(epoch: u64) -> Address {
    FinalizeEpoch::find_epoch_rewards_address(&epoch.to_le_bytes()).0
}

/// The token account that holds the workers' share of one epoch.
pub fn pot(epoch: u64) -> Address {
    FinalizeEpoch::find_pot_address(&epoch.to_le_bytes()).0
}

/// Which epochs a provider was paid for.
pub fn claim_record(provider: &Address) -> Address {
    claim_record_address(provider)
}
