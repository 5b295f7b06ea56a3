use crate::{
    error::GovernanceError,
    event::{emit, VoteRevealed},
    state::{Lock, Proposal, Side, Vote},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct RevealVote {
    /// The vote's proposal. Checked by its address: the commitment names a proposal too, but the voter wrote it.
    #[account(mut, address = vote.proposal @ GovernanceError::WrongCommitment)]
    pub proposal: Box<Account<Proposal>>,
    /// The vote's lock. Checked by its address.
    #[account(mut, address = vote.lock @ GovernanceError::WrongCommitment)]
    pub lock: Box<Account<Lock>>,
    /// Any vote. Checked by its program and its type, and that it is secret by its commitment.
    #[account(mut)]
    pub vote: Box<Account<Vote>>,
}

impl RevealVote {
    /// Anyone who knows the salt may send it, so that the owner need not pay or be awake.
    ///
    /// # Specification
    /// - The voting shall have ended (`VotingOpen`).
    /// - The time to reveal shall not have ended (`RevealEnded`).
    /// - The vote shall be a secret one of this lock in this proposal, and side and salt those of its commitment (`WrongCommitment`).
    ///
    /// # Arguments
    /// - `side` - the side that the vote committed to.
    /// - `salt` - the 32 bytes that hid it.
    pub fn reveal_vote(ctx: &mut Context<Self>, side: Side, salt: [u8; 32]) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut ctx.accounts;
        let (proposal_address, lock_address) =
            (*accounts.proposal.address(), *accounts.lock.address());
        let vote = &mut accounts.vote;
        vote.reveal(
            (&lock_address, &mut accounts.lock),
            (&proposal_address, &mut accounts.proposal),
            side,
            &salt,
            now,
        )?;
        emit(VoteRevealed {
            proposal: proposal_address,
            lock: lock_address,
            weight: vote.weight,
            side: vote.side,
        });
        Ok(())
    }
}
