//! A provider and its owner's stake and rewards.

use super::signed_by;
use crate::pda::{self, staking as at};
use anchor_lang::Address;
use assay_shared::token::TOKEN;
use assay_staking::{accounts, instruction, state::ProviderProfile};
use solana_instruction::Instruction;

/// Creates the provider of `owner`, who signs and pays. `commission_bps` is what it keeps of what delegators' stake earns, in
/// hundredths of a percent.
pub fn register_provider(
    owner: Address,
    stake_mint: Address,
    profile: ProviderProfile,
    commission_bps: u16,
) -> Instruction {
    let args = instruction::RegisterProvider {
        profile,
        commission_bps,
    };
    args.to_instruction(accounts::RegisterProviderResolved {
        owner,
        stake_mint,
        token_program: TOKEN,
    })
}

/// Changes the node key and description. `owner` signs.
pub fn update_provider(owner: Address, profile: ProviderProfile) -> Instruction {
    instruction::UpdateProvider { profile }.to_instruction(accounts::UpdateProviderResolved {
        owner,
        provider: at::provider(&owner),
    })
}

/// Deposits `amount` base units from the token account `source`. `owner` signs and pays.
pub fn deposit_stake(owner: Address, source: Address, amount: u64) -> Instruction {
    let provider = at::provider(&owner);
    instruction::DepositStake { amount }.to_instruction(accounts::DepositStakeResolved {
        owner,
        provider,
        stake_vault: at::stake_vault(&provider),
        source,
        token_program: TOKEN,
    })
}

/// Changes who receives pay and the owner's rewards. `owner` signs.
pub fn set_beneficiary(owner: Address, beneficiary: Address) -> Instruction {
    instruction::SetBeneficiary { beneficiary }.to_instruction(accounts::SetBeneficiaryResolved {
        owner,
        provider: at::provider(&owner),
    })
}

/// Announces a commission on what delegators' stake earns, in hundredths of a percent. `owner` signs.
pub fn set_commission(owner: Address, bps: u16) -> Instruction {
    instruction::SetCommission { bps }.to_instruction(accounts::SetCommissionResolved {
        owner,
        provider: at::provider(&owner),
    })
}

/// Begins to unbond `amount` base units of the owner's stake. `owner` signs.
pub fn begin_unbond(owner: Address, amount: u64) -> Instruction {
    instruction::BeginUnbond { amount }.to_instruction(accounts::BeginUnbondResolved {
        owner,
        provider: at::provider(&owner),
    })
}

/// Turns `amount` base units that unbond back into active stake, the latest first. `owner` signs.
pub fn cancel_unbond(owner: Address, amount: u64) -> Instruction {
    instruction::CancelUnbond { amount }.to_instruction(accounts::CancelUnbondResolved {
        owner,
        provider: at::provider(&owner),
    })
}

/// Pays what has unbonded to the associated token account of `owner`, which must exist. Anyone may send it.
pub fn withdraw_stake(owner: Address, stake_mint: &Address) -> Instruction {
    withdraw_into(owner, pda::ata_and_bump(&owner, stake_mint, &TOKEN))
}

/// Pays what has unbonded to any token account of the stake mint. `owner` signs.
pub fn withdraw_stake_to(owner: Address, destination: Address) -> Instruction {
    signed_by(&owner, withdraw_into(owner, (destination, 0)))
}

fn withdraw_into(owner: Address, (destination, bump): (Address, u8)) -> Instruction {
    let provider = at::provider(&owner);
    instruction::WithdrawStake { bump }.to_instruction(accounts::WithdrawStakeResolved {
        owner,
        provider,
        stake_vault: at::stake_vault(&provider),
        destination,
        token_program: TOKEN,
    })
}

/// Pays the owner's rewards to the associated token account of `beneficiary`, the provider's beneficiary; it must exist. Anyone
/// may send it.
pub fn claim_owner_rewards(
    owner: &Address,
    beneficiary: &Address,
    stake_mint: &Address,
) -> Instruction {
    let destination = pda::ata_and_bump(beneficiary, stake_mint, &TOKEN);
    claim_owner_rewards_into(*owner, destination)
}

/// Pays the owner's rewards to any token account of the stake mint. `owner` signs.
pub fn claim_owner_rewards_to(owner: Address, destination: Address) -> Instruction {
    signed_by(&owner, claim_owner_rewards_into(owner, (destination, 0)))
}

fn claim_owner_rewards_into(owner: Address, (destination, bump): (Address, u8)) -> Instruction {
    let provider = at::provider(&owner);
    let args = instruction::ClaimOwnerRewards { bump };
    args.to_instruction(accounts::ClaimOwnerRewardsResolved {
        owner,
        provider,
        reward_vault: at::reward_vault(&provider),
        destination,
        token_program: TOKEN,
    })
}

/// Books rewards that were paid into the provider's reward vault: `direct` base units for the owner at once, `streamed` base
/// units over time. `rewards_authority` signs.
pub fn fund_rewards(
    rewards_authority: Address,
    provider: &Address,
    direct: u64,
    streamed: u64,
) -> Instruction {
    let args = instruction::FundRewards { direct, streamed };
    args.to_instruction(accounts::FundRewardsResolved {
        rewards_authority,
        provider: *provider,
        reward_vault: at::reward_vault(provider),
    })
}

/// Announces that the provider ends. `owner` signs.
pub fn begin_retirement(owner: Address) -> Instruction {
    instruction::BeginRetirement {}.to_instruction(accounts::BeginRetirementResolved {
        owner,
        provider: at::provider(&owner),
    })
}

/// Closes a retired provider and its vaults and returns all rent to `owner`. Anyone may send it.
pub fn retire_provider(owner: Address, stake_mint: Address) -> Instruction {
    let provider = at::provider(&owner);
    instruction::RetireProvider {}.to_instruction(accounts::RetireProviderResolved {
        owner,
        provider,
        stake_vault: at::stake_vault(&provider),
        reward_vault: at::reward_vault(&provider),
        stake_mint,
        token_program: TOKEN,
    })
}
