#![allow(
    unused_variables,
    reason = "Anchor's derive binds the instruction's arguments in functions that do not use them"
)]

use crate::{
    error::{GovernanceError, RuleResult},
    event::ProposalOpened,
    state::{Params, Proposal, ProposalDraft},
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
#[instruction(index: u64)]
pub struct Propose {
    /// The wallet that proposes, who signs and pays the rent.
    #[account(mut)]
    pub proposer: Signer,
    /// Governance's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// The proposal, created here at the address of its index.
    #[account(
        init,
        payer = proposer,
        seeds = [b"proposal", &index.to_le_bytes()],
        bump
    )]
    pub proposal: Account<Proposal>,
    /// The proposal's deposit vault, created here.
    #[account(
        init,
        payer = proposer,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"deposit_vault", proposal.address().as_ref()],
        bump
    )]
    pub deposit_vault: UncheckedAccount,
    /// The vote mint on record in `params`. Checked by its address.
    #[account(address = params.vote_mint @ GovernanceError::WrongMint)]
    pub vote_mint: UncheckedAccount,
    /// The token account that pays. Mint, holder and balance are checked by the token program.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl Propose {
    /// Without this an index could be used twice, once the first proposal of that index is closed.
    fn validate(&self, index: u64) -> RuleResult<()> {
        if index != self.params.proposal_count.get() {
            return Err(GovernanceError::NotNextIndex);
        }
        Ok(())
    }

    /// A rule between two parameters is checked only at the execution, because other votes may change the other parameter.
    ///
    /// # Specification
    /// - The mint shall be the vote mint (`WrongMint`).
    /// - The index shall be that of the next proposal (`NotNextIndex`).
    /// - The proposal shall have an action (`NoActions`).
    /// - The proposal shall not have more actions than it can hold (`TooManyActions`).
    /// - Every action shall be of a known kind (`UnknownAction`).
    /// - Every action shall name a known program (`UnknownProgram`).
    /// - Every action shall name a parameter of that program (`UnknownParam`).
    /// - Every value shall lie within the parameter's hard bounds (`ParamOutOfBounds`).
    ///
    /// # Arguments
    /// - `index` - index of the new proposal: the number of proposals opened so far.
    /// - `draft` - title, hash of the text and the actions.
    pub fn propose(ctx: &mut Context<Self>, index: u64, draft: ProposalDraft) -> Result<()> {
        ctx.accounts.validate(index)?;
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut ctx.accounts;
        let proposal = &mut accounts.proposal;
        proposal.set_content(&draft)?;
        proposal.open(&mut accounts.params, now)?;
        proposal.proposer = *accounts.proposer.address();
        proposal.bump = ctx.bumps.proposal;
        proposal.vault_bump = ctx.bumps.deposit_vault;
        token::initialize_account(
            &token::TOKEN,
            accounts.deposit_vault.account(),
            accounts.vote_mint.account(),
            proposal.address(),
        )?;
        token::transfer(
            &token::TOKEN,
            accounts.source.account(),
            accounts.deposit_vault.account(),
            accounts.proposer.account(),
            proposal.deposit.get(),
            &[],
        )?;
        emit!(ProposalOpened {
            proposal: *proposal.address(),
            proposer: proposal.proposer,
            title: proposal.title,
            description: proposal.description,
            index: proposal.index,
            total_weight: proposal.total_weight,
            quorum: proposal.quorum,
            threshold: proposal.threshold,
            opened_at: proposal.opened_at,
            ends_at: proposal.ends_at,
            executable_at: proposal.executable_at,
            expires_at: proposal.expires_at,
            deposit: proposal.deposit,
            actions: proposal.actions,
            action_count: proposal.action_count,
        });
        Ok(())
    }
}
