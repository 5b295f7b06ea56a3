use crate::pda::{self, market as at, staking};
use anchor_lang::{system_program, Address};
use assay_market::{accounts, instruction, instructions::MarketConfig, state::Param};
use assay_shared::param::Votable as _;
use solana_instruction::Instruction;

/// Creates the parameters and tells staking the exposure. `deployer` (the upgrade authority) signs and pays.
pub fn initialize(deployer: Address, config: MarketConfig) -> Instruction {
    instruction::Initialize { config }.to_instruction(accounts::Initialize {
        deployer,
        params: at::params(),
        program_data: pda::program_data(&assay_market::ID),
        market_authority: at::authority(),
        staking_params: staking::params(),
        staking_program: assay_staking::ID,
        system_program: system_program::ID,
    })
}

/// Passes the authority on. `authority` signs.
pub fn set_authority(authority: Address, next: Address) -> Instruction {
    instruction::SetAuthority { authority: next }.to_instruction(accounts::SetAuthority {
        authority,
        params: at::params(),
    })
}

/// Changes one parameter. `authority` (governance) signs.
pub fn set_params(authority: Address, param: Param, value: u64) -> Instruction {
    let args = instruction::SetParams {
        param: param.number(),
        value,
    };
    args.to_instruction(accounts::SetParams {
        authority,
        params: at::params(),
        market_authority: at::authority(),
        staking_params: staking::params(),
        staking_program: assay_staking::ID,
    })
}

/// Allows jobs to be paid in `mint`; fees go to `fee_vault`. `authority` signs, `payer` signs and pays the rent.
///
/// `stake_rate`: stake base units that 10⁹ base units of the mint are taken to be worth.
pub fn allow_mint(
    authority: Address,
    payer: Address,
    mint: Address,
    fee_vault: Address,
    stake_rate: u64,
) -> Instruction {
    instruction::AllowMint { stake_rate }.to_instruction(accounts::AllowMint {
        authority,
        payer,
        params: at::params(),
        payment_mint: at::payment_mint(&mint),
        mint,
        fee_vault,
        system_program: system_program::ID,
    })
}
