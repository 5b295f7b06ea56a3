//! Proposals and votes on them.

use crate::{
    instruction::signed_by,
    pda::{self, governance as at, market, rewards, staking},
};
use anchor_lang::Address;
use assay_governance::{
    accounts, instruction,
    state::{vote_address, Kind, ProposalDraft, ProposedAction, Side},
};
use assay_shared::token::TOKEN;
use solana_instruction::{AccountMeta, Instruction};

/// Publishes the proposal `index` with the deposit from the token account `source`. `index` is the parameters'
/// `proposal_count`. `proposer` signs and pays.
pub fn propose(
    proposer: Address,
    index: u64,
    vote_mint: Address,
    source: Address,
    draft: ProposalDraft,
) -> Instruction {
    let mints: Vec<AccountMeta> = draft.actions.iter().filter_map(checked_mint).collect();
    let mut propose =
        instruction::Propose { index, draft }.to_instruction(accounts::ProposeResolved {
            proposer,
            proposal: at::proposal(index),
            vote_mint,
            source,
            staking_params: staking::params(),
            market_params: market::params(),
            emission: rewards::emission(),
            token_program: TOKEN,
        });
    propose.accounts.extend(mints);
    propose
}

/// Returns the account with which the program checks an action that is proposed, if it needs one.
fn checked_mint(action: &ProposedAction) -> Option<AccountMeta> {
    let mint = action.address?;
    let account = match Kind::from_number(action.kind)? {
        Kind::AllowMint => mint,
        Kind::SetRate => market::payment_mint(&mint),
        _ => return None,
    };
    Some(AccountMeta::new_readonly(account, false))
}

/// Opens the vote on a proposal whose notice is over. Anyone may send it.
pub fn open_vote(proposal: Address, vote_mint: Address) -> Instruction {
    instruction::OpenVote {}.to_instruction(accounts::OpenVoteResolved {
        proposal,
        vote_mint,
    })
}

/// Casts the weight of the lock `nonce` in a proposal, or moves it to another side. `owner` signs and pays.
pub fn cast_vote(owner: Address, nonce: u64, proposal: Address, side: Side) -> Instruction {
    let (accounts, bump) = voting(owner, nonce, proposal);
    instruction::CastVote { side, bump }.to_instruction(accounts)
}

/// Casts the weight of the lock `nonce` secretly, with a commitment of [`ballot`](crate::ballot). `owner` signs and pays.
pub fn cast_secret_vote(
    owner: Address,
    nonce: u64,
    proposal: Address,
    commitment: [u8; 32],
) -> Instruction {
    let (accounts, bump) = voting(owner, nonce, proposal);
    instruction::CastSecretVote { commitment, bump }.to_instruction(accounts)
}

/// Returns the accounts with which the lock `nonce` votes, and the bump of its vote's address.
fn voting(owner: Address, nonce: u64, proposal: Address) -> (accounts::CastVoteResolved, u8) {
    let lock = at::lock(&owner, nonce);
    let (vote, bump) = vote_address(&proposal, &lock);
    let accounts = accounts::CastVoteResolved {
        owner,
        lock,
        proposal,
        vote,
    };
    (accounts, bump)
}

/// Reveals the secret vote of a lock. Anyone who knows the salt may send it.
pub fn reveal_vote(proposal: Address, lock: Address, side: Side, salt: [u8; 32]) -> Instruction {
    instruction::RevealVote { side, salt }.to_instruction(accounts::RevealVoteResolved {
        proposal,
        lock,
        vote: at::vote(&proposal, &lock),
    })
}

/// Closes a vote and returns the rent to `owner`. Anyone may send it.
pub fn close_vote(owner: Address, vote: Address) -> Instruction {
    instruction::CloseVote {}.to_instruction(accounts::CloseVoteResolved { owner, vote })
}

/// Closes a finished proposal. A deposit that is not burned goes to the associated token account of the proposer, which must exist
/// then. Anyone may send it.
pub fn close_proposal(proposer: Address, proposal: Address, vote_mint: &Address) -> Instruction {
    let deposit_to = pda::ata_and_bump(&proposer, vote_mint, &TOKEN);
    close_into(proposer, proposal, vote_mint, deposit_to)
}

/// Closes a finished proposal. A deposit that is not burned goes to any token account of the vote mint. `proposer` signs.
pub fn close_proposal_to(
    proposer: Address,
    proposal: Address,
    vote_mint: &Address,
    deposit_to: Address,
) -> Instruction {
    let close = close_into(proposer, proposal, vote_mint, (deposit_to, 0));
    signed_by(&proposer, close)
}

fn close_into(
    proposer: Address,
    proposal: Address,
    vote_mint: &Address,
    (deposit_to, bump): (Address, u8),
) -> Instruction {
    instruction::CloseProposal { bump }.to_instruction(accounts::CloseProposalResolved {
        proposer,
        proposal,
        deposit_vault: at::deposit_vault(&proposal),
        vote_mint: *vote_mint,
        deposit_to,
        token_program: TOKEN,
    })
}
