//! Instructions of the governance program.

use super::signed_by;
use crate::pda::{self, governance as at, market, rewards, staking};
use anchor_lang::Address;
use assay_governance::{
    accounts, instruction,
    instructions::GovernanceConfig,
    state::{ProposalDraft, Side},
};
use assay_shared::token::TOKEN;
use solana_instruction::Instruction;

/// Creates the parameters. `deployer` (the program's upgrade authority) signs and pays.
pub fn initialize(
    deployer: Address,
    vote_mint: Address,
    treasury: Address,
    config: GovernanceConfig,
) -> Instruction {
    instruction::Initialize { config }.to_instruction(accounts::InitializeResolved {
        deployer,
        vote_mint,
        treasury,
        program_data: pda::program_data(&assay_governance::ID),
    })
}

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

/// Gives up the weight of the lock `nonce` and starts its cooldown. `owner` signs.
pub fn begin_unlock(owner: Address, nonce: u64) -> Instruction {
    instruction::BeginUnlock {}.to_instruction(accounts::BeginUnlockResolved {
        owner,
        lock: at::lock(&owner, nonce),
    })
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

/// Opens the proposal `index` with the deposit from the token account `source`. `index` is the parameters'
/// `proposal_count`. `proposer` signs and pays.
pub fn propose(
    proposer: Address,
    index: u64,
    vote_mint: Address,
    source: Address,
    draft: ProposalDraft,
) -> Instruction {
    instruction::Propose { index, draft }.to_instruction(accounts::ProposeResolved {
        proposer,
        proposal: at::proposal(index),
        vote_mint,
        source,
        token_program: TOKEN,
    })
}

/// Casts the weight of the lock `nonce` in a proposal, or moves it to another side. `owner` signs and pays.
pub fn cast_vote(owner: Address, nonce: u64, proposal: Address, side: Side) -> Instruction {
    instruction::CastVote { side }.to_instruction(accounts::CastVoteResolved {
        owner,
        lock: at::lock(&owner, nonce),
        proposal,
    })
}

/// Closes a vote and returns the rent to `owner`. Anyone may send it.
pub fn close_vote(owner: Address, vote: Address) -> Instruction {
    instruction::CloseVote {}.to_instruction(accounts::CloseVoteResolved { owner, vote })
}

/// Executes the changes of a proposal that passed. Anyone may send it.
pub fn execute_proposal(proposal: Address) -> Instruction {
    instruction::ExecuteProposal {}.to_instruction(accounts::ExecuteProposalResolved {
        proposal,
        authority: at::authority(),
        staking_program: assay_staking::ID,
        staking_params: staking::params(),
        market_program: assay_market::ID,
        market_params: market::params(),
        market_authority: market::authority(),
        rewards_program: assay_rewards::ID,
        emission: rewards::emission(),
    })
}

/// Closes a finished proposal and pays its deposit to the associated token account of the proposer, which must exist. Anyone
/// may send it.
pub fn close_proposal(proposer: Address, proposal: Address, vote_mint: &Address) -> Instruction {
    let deposit_to = pda::ata_and_bump(&proposer, vote_mint, &TOKEN);
    close_into(proposer, proposal, deposit_to)
}

/// Closes a finished proposal and pays its deposit to any token account of the vote mint. `proposer` signs.
pub fn close_proposal_to(proposer: Address, proposal: Address, deposit_to: Address) -> Instruction {
    let close = close_into(proposer, proposal, (deposit_to, 0));
    signed_by(&proposer, close)
}

/// Closes a finished proposal whose turnout stayed below the quorum, and pays its deposit to the treasury. Anyone may send it.
pub fn close_forfeited(proposer: Address, proposal: Address, treasury: Address) -> Instruction {
    close_into(proposer, proposal, (treasury, 0))
}

fn close_into(
    proposer: Address,
    proposal: Address,
    (deposit_to, bump): (Address, u8),
) -> Instruction {
    instruction::CloseProposal { bump }.to_instruction(accounts::CloseProposalResolved {
        proposer,
        proposal,
        deposit_vault: at::deposit_vault(&proposal),
        deposit_to,
        token_program: TOKEN,
    })
}
