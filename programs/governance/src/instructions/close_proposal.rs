use crate::{
    addresses,
    error::{GovernanceError, RuleResult},
    event::{emit, ProposalClosed},
    payee::check_payee,
    state::{Params, Proposal},
};
use alloc::boxed::Box;
use anchor_lang::{prelude::*, ErrorCode};
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct CloseProposal {
    /// Governance's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The proposal's proposer, who receives the rent; signs to choose a destination. Checked by its address.
    #[account(mut, address = proposal.proposer @ GovernanceError::NotProposer)]
    pub proposer: UncheckedAccount,
    /// A finished proposal, closed here. Checked by its program and its type, its state by `validate`.
    #[account(mut, close = proposer)]
    pub proposal: Box<Account<Proposal>>,
    /// The proposal's deposit vault, closed here. Checked by its address.
    #[account(
        mut,
        address = addresses::vault(b"deposit_vault", proposal.address(), proposal.vault_bump) @ ErrorCode::ConstraintSeeds
    )]
    pub deposit_vault: UncheckedAccount,
    /// The vote mint on record in `params`. Checked by its address.
    #[account(mut, address = params.vote_mint @ GovernanceError::WrongMint)]
    pub vote_mint: UncheckedAccount,
    /// Receives the deposit unless it is burned: the associated token account of the proposer for the vote mint, or any if the
    /// proposer signs. Checked by `validate`; the mint by the transfer.
    #[account(mut)]
    pub deposit_to: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl CloseProposal {
    /// Checks the state and, of a deposit that returns, its destination.
    fn validate(&self, bump: u8, now: i64) -> RuleResult<()> {
        if !self.proposal.is_finished(now) {
            return Err(GovernanceError::ProposalLive);
        }
        if self.proposal.keeps_deposit() {
            return Ok(());
        }
        let mint = &self.params.vote_mint;
        check_payee(&self.proposer, &self.deposit_to, mint, &token::TOKEN, bump)
    }

    /// The deposit is burned if nobody opened the vote, if hardly anybody voted, or if the no was overwhelming. It goes to nobody, so
    /// that nobody gains by a failure.
    ///
    /// # Specification
    /// - The rent shall go to the proposer (`NotProposer`).
    /// - The mint shall be the vote mint (`WrongMint`).
    /// - The proposal shall not be open to votes or to execution (`ProposalLive`).
    /// - A deposit that returns shall go to the proposer's associated token account, unless the proposer signs (`WrongTokenAccount`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the proposer's associated token account; only read if that is the destination.
    pub fn close_proposal(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.validate(bump, Clock::get()?.unix_timestamp)?;
        // Takes the whole vault, not `proposal.deposit`: anyone can send tokens to it, and only an empty vault can be closed.
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
        let burned = accounts.proposal.keeps_deposit();
        let deposit_to = (
            accounts.deposit_to.account(),
            if burned { 0 } else { amount },
        );
        if burned {
            let mint = accounts.vote_mint.account();
            token::burn(&token::TOKEN, vault, mint, proposal, amount, &signer)?;
        }
        let rent_to = Some(accounts.proposer.account());
        token::pay_out(
            &token::TOKEN,
            vault,
            proposal,
            &[deposit_to],
            rent_to,
            &signer,
        )?;
        emit(ProposalClosed {
            proposal: *accounts.proposal.address(),
            returned: deposit_to.1.into(),
            burned: if burned { amount } else { 0 }.into(),
        });
        Ok(())
    }
}
