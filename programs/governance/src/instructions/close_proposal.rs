use crate::{
    error::{GovernanceError, Rule},
    event::ProposalClosed,
    state::{Params, Proposal},
};
use anchor_lang::prelude::*;
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct CloseProposal {
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// Receives the rent; need not sign.
    #[account(mut, address = proposal.proposer @ GovernanceError::NotProposer)]
    pub proposer: UncheckedAccount,
    #[account(mut, close = proposer)]
    pub proposal: Account<Proposal>,
    #[account(
        mut,
        seeds = [b"deposit_vault", proposal.address().as_ref()],
        bump = proposal.vault_bump
    )]
    pub deposit_vault: UncheckedAccount,
    /// Receives the deposit.
    #[account(mut)]
    pub deposit_to: UncheckedAccount,
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl CloseProposal {
    /// `deposit_to`: the treasury when the turnout stayed below the quorum, else any vote-mint account of the proposer,
    /// because anyone may call.
    ///
    /// Errors: `ProposalLive`, `WrongTreasury`, `WrongTokenAccount`.
    fn validate(&self, now: i64) -> Rule<()> {
        if !self.proposal.is_finished(now) {
            return Err(GovernanceError::ProposalLive);
        }
        if self.proposal.forfeits_deposit() {
            return if self.deposit_to.address() == &self.params.treasury {
                Ok(())
            } else {
                Err(GovernanceError::WrongTreasury)
            };
        }
        let destination = token::TokenAccount::read(self.deposit_to.account(), &token::TOKEN)
            .ok_or(GovernanceError::WrongTokenAccount)?;
        if destination.authority != self.proposal.proposer
            || destination.mint != self.params.vote_mint
        {
            return Err(GovernanceError::WrongTokenAccount);
        }
        Ok(())
    }

    pub fn close_proposal(&mut self) -> Result<()> {
        self.validate(Clock::get()?.unix_timestamp)?;
        // The whole vault, not `proposal.deposit`: a vault that anyone sent a token to could not be closed otherwise.
        let amount = token::TokenAccount::read(self.deposit_vault.account(), &token::TOKEN)
            .ok_or(GovernanceError::WrongTokenAccount)?
            .amount;
        let index = self.proposal.index.get().to_le_bytes();
        let bump = [self.proposal.bump];
        let seeds = [
            Seed::from(b"proposal"),
            Seed::from(&index),
            Seed::from(&bump),
        ];
        let signer = [PdaSigner::from(&seeds)];
        let (vault, proposal) = (self.deposit_vault.account(), self.proposal.account());
        let (to, proposer) = (self.deposit_to.account(), self.proposer.account());
        token::transfer(&token::TOKEN, vault, to, proposal, amount, &signer)?;
        token::close(&token::TOKEN, vault, proposer, proposal, &signer)?;
        emit!(ProposalClosed {
            proposal: *self.proposal.address(),
            deposit_to: *self.deposit_to.address(),
            deposit: amount.into(),
        });
        Ok(())
    }
}
