//! Instructions of the staking program.

use crate::pda::{self, staking as at};
use anchor_lang::Address;
use assay_shared::{param::Votable as _, token::TOKEN};
use assay_staking::{
    accounts, instruction,
    instructions::StakingConfig,
    state::{Param, ProviderProfile},
};
use solana_instruction::Instruction;

/// Creates the parameters. `deployer` (the program's upgrade authority) signs and pays.
pub fn initialize(
    deployer: Address,
    stake_mint: Address,
    slash_destination: Address,
    config: StakingConfig,
) -> Instruction {
    instruction::Initialize { config }.to_instruction(accounts::InitializeResolved {
        deployer,
        stake_mint,
        slash_destination,
        program_data: pda::program_data(&assay_staking::ID),
    })
}

/// Creates the provider of `owner`, who signs and pays.
pub fn register_provider(
    owner: Address,
    stake_mint: Address,
    profile: ProviderProfile,
) -> Instruction {
    instruction::RegisterProvider { profile }.to_instruction(accounts::RegisterProviderResolved {
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

/// Turns `shares` into the ticket `nonce`. `owner` signs and pays.
pub fn begin_unbond(owner: Address, nonce: u64, shares: u64) -> Instruction {
    let provider = at::provider(&owner);
    let delegation = at::delegation(&provider, &owner);
    instruction::BeginUnbond { nonce, shares }.to_instruction(accounts::BeginUnbondResolved {
        owner,
        provider,
        delegation,
        ticket: at::ticket(&delegation, nonce),
    })
}

/// Makes the ticket `nonce` active stake again. `owner` signs.
pub fn cancel_unbond(owner: Address, nonce: u64) -> Instruction {
    let provider = at::provider(&owner);
    let delegation = at::delegation(&provider, &owner);
    instruction::CancelUnbond {}.to_instruction(accounts::CancelUnbondResolved {
        owner,
        provider,
        delegation,
        ticket: at::ticket(&delegation, nonce),
    })
}

/// Pays the matured ticket `nonce` to `destination`, a token account of `owner`. Nobody of the protocol signs.
pub fn withdraw_stake(owner: Address, nonce: u64, destination: Address) -> Instruction {
    let provider = at::provider(&owner);
    let delegation = at::delegation(&provider, &owner);
    instruction::WithdrawStake {}.to_instruction(accounts::WithdrawStakeResolved {
        owner,
        provider,
        ticket: at::ticket(&delegation, nonce),
        stake_vault: at::stake_vault(&provider),
        destination,
        token_program: TOKEN,
    })
}

/// Binds `amount` base units as collateral. `market_authority` and `owner` sign.
pub fn allocate_stake(market_authority: Address, owner: Address, amount: u64) -> Instruction {
    instruction::AllocateStake { amount }.to_instruction(accounts::AllocateStakeResolved {
        market_authority,
        owner,
        provider: at::provider(&owner),
    })
}

/// Frees `amount` base units of collateral. `market_authority` signs.
pub fn deallocate_stake(market_authority: Address, provider: Address, amount: u64) -> Instruction {
    instruction::DeallocateStake { amount }.to_instruction(accounts::DeallocateStakeResolved {
        market_authority,
        provider,
    })
}

/// Who pays for an infraction and who receives it.
#[derive(Clone, Copy, Debug)]
pub struct SlashAccounts {
    pub market_authority: Address,
    pub provider: Address,
    /// The token account named in the parameters.
    pub slash_destination: Address,
    /// Token account of who is compensated.
    pub compensation_account: Address,
}

/// Takes `amount` base units, `compensation` of them for who was harmed. `market_authority` signs.
pub fn slash_stake(
    parties: SlashAccounts,
    amount: u64,
    compensation: u64,
    infraction_time: i64,
) -> Instruction {
    let args = instruction::SlashStake {
        amount,
        compensation,
        infraction_time,
    };
    args.to_instruction(accounts::SlashStakeResolved {
        market_authority: parties.market_authority,
        provider: parties.provider,
        stake_vault: at::stake_vault(&parties.provider),
        slash_destination: parties.slash_destination,
        harmed: parties.compensation_account,
        token_program: TOKEN,
    })
}

/// Records the market's exposure in seconds. `market_authority` signs.
pub fn set_exposure(market_authority: Address, exposure: u64) -> Instruction {
    instruction::SetExposure { exposure }
        .to_instruction(accounts::SetExposureResolved { market_authority })
}

/// Changes one parameter. `authority` (governance) signs.
pub fn set_params(authority: Address, param: Param, value: u64) -> Instruction {
    let args = instruction::SetParams {
        param: param.number(),
        value,
    };
    args.to_instruction(accounts::SetParamsResolved { authority })
}
