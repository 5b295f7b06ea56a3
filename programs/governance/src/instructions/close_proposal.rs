use crate::{
    error::{GovernanceError, RuleResult},
    event::ProposalClosed,
    state::{Params, Proposal},
};
use anchor_lang::prelude::*;
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct CloseProposal {
    /// Governance's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// The proposal's proposer, who receives the rent; need not sign. Checked by its address.
    #[account(mut, address = proposal.proposer @ GovernanceError::NotProposer)]
    pub proposer: UncheckedAccount,
    /// A finished proposal, closed here. Checked by its program and its type, its state by `validate`.
    #[account(mut, close = proposer)]
    pub proposal: Account<Proposal>,
    /// The proposal's deposit vault, closed here. Checked by its seeds.
    #[account(
        mut,
        seeds = [b"deposit_vault", proposal.address().as_ref()],
        bump = proposal.vault_bump
    )]
    pub deposit_vault: UncheckedAccount,
    /// The token account that receives the deposit: the proposer's, or the treasury. Checked by `validate`.
    #[account(mut)]
    pub deposit_to: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl CloseProposal {
    fn validate(&self, now: i64) -> RuleResult<()> {
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
        // Anyone may call, so the destination must be the proposer's.
        let destination = token::TokenAccount::read(self.deposit_to.account(), &token::TOKEN)
            .ok_or(GovernanceError::WrongTokenAccount)?;
        if destination.authority != self.proposal.proposer
            || destination.mint != self.params.vote_mint
        {
            return Err(GovernanceError::WrongTokenAccount);
        }
        Ok(())
    }

    /// # Specification
    /// - The rent shall go to the proposer (`NotProposer`).
    /// - The proposal shall not be open to votes or to execution (`ProposalLive`).
    /// - If the turnout stayed below the quorum, the deposit shall go to the treasury (`WrongTreasury`).
    /// - Else the deposit shall go to a token account of the proposer in the vote mint (`WrongTokenAccount`).
    pub fn close_proposal(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.validate(Clock::get()?.unix_timestamp)?;
        // Moves the whole vault, not `proposal.deposit`: anyone can send tokens to it, and only an empty vault can be closed.
        let amount = token::TokenAccount::read(accounts.deposit_vault.account(), &token::TOKEN)
            .ok_or(GovernanceError::WrongTokenAccount)?
            .amount;
        let index = accounts.proposal.index.get().to_le_bytes();
        let bump = [accounts.proposal.bump];
        let seeds = [
            Seed::from(b"proposal"),
            Seed::from(&index),
            Seed::from(&bump),
        ];
        let signer = [PdaSigner::from(&seeds)];
        let (vault, proposal) = (
            accounts.deposit_vault.account(),
            accounts.proposal.account(),
        );
        let (to, proposer) = (accounts.deposit_to.account(), accounts.proposer.account());
        token::transfer(&token::TOKEN, vault, to, proposal, amount, &signer)?;
        token::close(&token::TOKEN, vault, proposer, proposal, &signer)?;
        emit!(ProposalClosed {
            proposal: *accounts.proposal.address(),
            deposit_to: *accounts.deposit_to.address(),
            deposit: amount.into(),
        });
        Ok(())
    }
}
