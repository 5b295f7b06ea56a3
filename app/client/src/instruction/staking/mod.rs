//! Instructions of the staking program.

mod attesters;
mod collateral;
mod delegation;
mod provider;

pub use attesters::{close_attester_set, issue_credential, open_attester_set, revoke_credential};
pub use collateral::{
    allocate_stake, deallocate_stake, set_exposure, slash_stake, yield_stake, SlashAccounts,
    SlashAmounts,
};
pub use delegation::{
    activate_delegation, activate_own_delegation, claim_rewards, claim_rewards_to,
    close_delegation, delegate, mature_bucket, request_undelegation, settle_rewards, undelegate,
    withdraw_pending, withdraw_pending_to, withdraw_ticket, withdraw_ticket_to, MaturedRecord,
    TicketAccounts,
};
pub use provider::{
    begin_retirement, begin_unbond, cancel_unbond, claim_owner_rewards, claim_owner_rewards_to,
    deposit_stake, fund_rewards, register_provider, retire_provider, set_beneficiary,
    set_commission, update_provider, withdraw_stake, withdraw_stake_to,
};

use super::signed_by;
use crate::pda;
use anchor_lang::Address;
use assay_shared::param::Votable as _;
use assay_staking::{accounts, instruction, instructions::StakingConfig, state::Param};
use solana_instruction::Instruction;

/// Creates the parameters. `deployer` (the program's upgrade authority) signs and pays.
pub fn initialize(deployer: Address, stake_mint: Address, config: StakingConfig) -> Instruction {
    instruction::Initialize { config }.to_instruction(accounts::InitializeResolved {
        deployer,
        stake_mint,
        program_data: pda::program_data(&assay_staking::ID),
    })
}

/// Changes one parameter. `authority` (governance) signs.
pub fn set_params(authority: Address, param: Param, value: u64) -> Instruction {
    let args = instruction::SetParams {
        param: param.number(),
        value,
    };
    args.to_instruction(accounts::SetParamsResolved { authority })
}

/// Pauses the operations of `bits` until the Unix time `until`; zero bits end a pause. `authority` (governance) signs.
pub fn set_pause(authority: Address, bits: u64, until: i64) -> Instruction {
    instruction::SetPause { bits, until }.to_instruction(accounts::SetPauseResolved { authority })
}

/// Asks which version of the program is deployed; the answer is the returned data, a `u16`.
pub fn version() -> Instruction {
    instruction::Version {}.to_instruction(accounts::Version {})
}
