//! Instructions of the staking program.

use super::signed_by;
use crate::pda::{self, staking as at};
use anchor_lang::{system_program, Address};
use assay_shared::{param::Votable as _, token::TOKEN};
use assay_staking::{
    accounts, instruction,
    instructions::StakingConfig,
    state::{Param, ProviderProfile},
};
use solana_instruction::Instruction;

/// Creates the parameters. `deployer` (the program's upgrade authority) signs and pays.
pub fn initialize(deployer: Address, stake_mint: Address, config: StakingConfig) -> Instruction {
    instruction::Initialize { config }.to_instruction(accounts::InitializeResolved {
        deployer,
        stake_mint,
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

/// Begins to unbond `shares`; they become the ticket `nonce`. `owner` signs and pays.
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

/// Turns the ticket `nonce` back into active stake. `owner` signs.
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

/// Pays the matured ticket `nonce` to the associated token account of `owner`, which must exist. Anyone may send it.
pub fn withdraw_stake(owner: Address, nonce: u64, stake_mint: &Address) -> Instruction {
    withdraw_into(owner, nonce, pda::ata_and_bump(&owner, stake_mint, &TOKEN))
}

/// Pays the matured ticket `nonce` to any token account of the stake mint. `owner` signs.
pub fn withdraw_stake_to(owner: Address, nonce: u64, destination: Address) -> Instruction {
    signed_by(&owner, withdraw_into(owner, nonce, (destination, 0)))
}

fn withdraw_into(owner: Address, nonce: u64, (destination, bump): (Address, u8)) -> Instruction {
    let provider = at::provider(&owner);
    let delegation = at::delegation(&provider, &owner);
    instruction::WithdrawStake { bump }.to_instruction(accounts::WithdrawStakeResolved {
        owner,
        provider,
        ticket: at::ticket(&delegation, nonce),
        stake_vault: at::stake_vault(&provider),
        destination,
        token_program: TOKEN,
    })
}

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
    /// Unix time of the infraction, seconds.
    pub infraction_time: i64,
}

/// Slashes stake. `market_authority` signs.
pub fn slash_stake(slash: SlashAccounts, amounts: SlashAmounts) -> Instruction {
    let args = instruction::SlashStake {
        amount: amounts.amount,
        award: amounts.award,
        release: amounts.release,
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

/// Changes one parameter. `authority` (governance) signs.
pub fn set_params(authority: Address, param: Param, value: u64) -> Instruction {
    let args = instruction::SetParams {
        param: param.number(),
        value,
    };
    args.to_instruction(accounts::SetParamsResolved { authority })
}

/// Opens the attester set `id` of `authority`, who signs, as does `payer`, who pays the rent. `keys` increase strictly.
pub fn open_attester_set(
    authority: Address,
    payer: Address,
    id: u32,
    keys: Vec<[u8; 32]>,
) -> Instruction {
    let args = instruction::OpenAttesterSet { id, keys };
    args.to_instruction(accounts::OpenAttesterSet {
        authority,
        payer,
        set: at::attester_set(&authority, id),
        system_program: system_program::ID,
    })
}

/// Closes an attester set and returns its rent to `payer`, who paid it. `authority` signs.
pub fn close_attester_set(authority: Address, payer: Address, set: Address) -> Instruction {
    instruction::CloseAttesterSet {}.to_instruction(accounts::CloseAttesterSet {
        authority,
        payer,
        set,
    })
}

/// Vouches for a provider until `expires_at` (Unix time). The set's `authority` signs, as does `payer`, who pays the rent.
pub fn issue_credential(
    authority: Address,
    payer: Address,
    set: Address,
    provider: Address,
    region: u16,
    expires_at: i64,
) -> Instruction {
    let args = instruction::IssueCredential { region, expires_at };
    args.to_instruction(accounts::IssueCredential {
        authority,
        payer,
        set,
        provider,
        credential: at::credential(&set, &provider),
        system_program: system_program::ID,
    })
}

/// Ends a credential and returns its rent to `payer`, who paid it. Its authority signs; anyone does once it is expired.
pub fn revoke_credential(signer: Address, payer: Address, credential: Address) -> Instruction {
    instruction::RevokeCredential {}.to_instruction(accounts::RevokeCredential {
        signer,
        payer,
        credential,
    })
}
