// Anchor's derive binds the instruction's arguments in functions that do not use them.
#![allow(unused_variables)]

use crate::{
    error::{GovernanceError, Rule},
    event::ProposalOpened,
    state::{Params, Proposal, ProposalDraft},
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
#[instruction(index: u64)]
pub struct Propose {
    #[account(mut)]
    pub proposer: Signer,
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(
        init,
        payer = proposer,
        seeds = [b"proposal", &index.to_le_bytes()],
        bump
    )]
    pub proposal: Account<Proposal>,
    #[account(
        init,
        payer = proposer,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"deposit_vault", proposal.address().as_ref()],
        bump
    )]
    pub deposit_vault: UncheckedAccount,
    #[account(address = params.vote_mint @ GovernanceError::WrongMint)]
    pub vote_mint: UncheckedAccount,
    #[account(mut)]
    pub source: UncheckedAccount,
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl Propose {
    /// `source`: the token program checks mint, authority and balance. The actions: `Proposal::describe`. Whether a
    /// change breaks a law between parameters can only be told when it is made, and fails the execution then.
    ///
    /// Errors: `NotNextIndex`, without which an index could be used twice.
    fn validate(&self, index: u64) -> Rule<()> {
        if index != self.params.proposal_count.get() {
            return Err(GovernanceError::NotNextIndex);
        }
        Ok(())
    }

    pub fn propose(ctx: &mut Context<Self>, index: u64, draft: &ProposalDraft) -> Result<()> {
        ctx.accounts.validate(index)?;
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut ctx.accounts;
        let proposal = &mut accounts.proposal;
        proposal.describe(draft)?;
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
