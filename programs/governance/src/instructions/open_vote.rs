use crate::{
    error::GovernanceError,
    event::{emit, VoteOpened},
    state::{Params, Proposal},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token::{Mint, TOKEN};

#[derive(Accounts)]
pub struct OpenVote {
    /// Governance's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any proposal. Checked by its program and its type.
    #[account(mut)]
    pub proposal: Box<Account<Proposal>>,
    /// The vote mint on record in `params`, whose supply is read. Checked by its address.
    #[account(address = params.vote_mint @ GovernanceError::WrongMint)]
    pub vote_mint: UncheckedAccount,
}

impl OpenVote {
    /// Takes the snapshot of the weight, and fixes quorum, threshold and times with the parameters of this moment.
    ///
    /// # Specification
    /// - The mint shall be the vote mint (`WrongMint`).
    /// - The vote shall not have been opened before (`AlreadyOpen`).
    /// - The proposal's notice shall be over (`NoticeRunning`).
    /// - The time to open the vote shall not be over (`ProposalLapsed`).
    pub fn open_vote(ctx: &mut Context<Self>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut ctx.accounts;
        let mint = Mint::read(accounts.vote_mint.account(), &TOKEN);
        let supply = mint.ok_or(GovernanceError::WrongMint)?.supply;
        let proposal = &mut accounts.proposal;
        proposal.open_vote(&mut accounts.params, supply, now)?;
        emit(VoteOpened {
            proposal: *proposal.address(),
            opening: proposal.opening,
            total_weight: proposal.total_weight,
            quorum: proposal.quorum,
            threshold: proposal.threshold,
            ends_at: proposal.ends_at,
            reveal_ends_at: proposal.reveal_ends_at,
            executable_at: proposal.executable_at,
            expires_at: proposal.expires_at,
        });
        Ok(())
    }
}
