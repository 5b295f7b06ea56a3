//! What the market asks of staking.

use crate::pda::staking as at;
use anchor_lang::Address;
use assay_shared::token::TOKEN;
use assay_staking::{accounts, instruction};
use solana_instruction::Instruction;

/// Allocates `amount` base units of stake as collateral. `market_authority` and `owner` sign.
pub fn allocate_stake(market_authority: Address, owner: Address, amount: u64) -> Instruction {
    instruction::AllocateStake { amount }.to_instruction(accounts::AllocateStakeResolved {
        market_authority,
        owner,
        provider: at::provider(&owner),
    })
}

/// Returns `amount` base units of collateral to the active stake. `market_authority` signs.
pub fn deallocate_stake(market_authority: Address, provider: Address, amount: u64) -> Instruction {
    instruction::DeallocateStake { amount }.to_instruction(accounts::DeallocateStakeResolved {
        market_authority,
        provider,
    })
}

/// Frees collateral that delegators asked back or that the owner's stake no longer supports, up to `free` base units that are
/// bound in no seat. `market_authority` signs.
pub fn yield_stake(market_authority: Address, provider: Address, free: u64) -> Instruction {
    instruction::YieldStake { free }.to_instruction(accounts::YieldStakeResolved {
        market_authority,
        provider,
    })
}

/// The accounts of a slash.
#[derive(Clone, Copy, Debug)]
pub struct SlashAccounts {
    /// Signs for the market.
    pub market_authority: Address,
    /// Whose stake is slashed.
    pub provider: Address,
    /// The mint of the staked token, of which what is not awarded is burned.
    pub stake_mint: Address,
    /// Token account that receives the award; the provider's stake vault where there is none.
    pub award_account: Address,
}

/// What a slash takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlashAmounts {
    /// Stake to take, base units; less is taken if there is less.
    pub amount: u64,
    /// Part of it for the award account, base units.
    pub award: u64,
    /// Allocated stake that is freed and may be taken, base units.
    pub release: u64,
    /// Further allocated stake that is bound in no seat, base units. What the stake no longer supports of it is freed.
    pub free: u64,
    /// Unix time of the infraction, seconds.
    pub infraction_time: i64,
}

/// Slashes stake. `market_authority` signs.
pub fn slash_stake(slash: SlashAccounts, amounts: SlashAmounts) -> Instruction {
    let args = instruction::SlashStake {
        amount: amounts.amount,
        award: amounts.award,
        release: amounts.release,
        free: amounts.free,
        infraction_time: amounts.infraction_time,
    };
    args.to_instruction(accounts::SlashStakeResolved {
        market_authority: slash.market_authority,
        provider: slash.provider,
        stake_vault: at::stake_vault(&slash.provider),
        stake_mint: slash.stake_mint,
        award_account: slash.award_account,
        token_program: TOKEN,
    })
}

/// Sets the market's exposure, in seconds. `market_authority` signs.
pub fn set_exposure(market_authority: Address, exposure: u64) -> Instruction {
    instruction::SetExposure { exposure }
        .to_instruction(accounts::SetExposureResolved { market_authority })
}
