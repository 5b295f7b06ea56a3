use crate::{
    error::{GovernanceError, RuleResult},
    event::{emit, SecretVoteCast},
    state::{Ballot, Lock, Proposal, Vote},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CastSecretVote {
    /// The lock's owner, who signs and pays the rent. Checked by its address.
    #[account(mut, address = lock.owner @ GovernanceError::NotOwner)]
    pub owner: Signer,
    /// Any lock. Checked by its program and its type.
    #[account(mut)]
    pub lock: Box<Account<Lock>>,
    /// A proposal that takes secret votes. Checked by its program and its type, and by `validate`.
    #[account(mut)]
    pub proposal: Box<Account<Proposal>>,
    /// The lock's vote in the proposal, created if needed, so a lock counts only once. Checked by its seeds.
    #[account(
        init_if_needed,
        payer = owner,
        seeds = [b"vote", proposal.address().as_ref(), lock.address().as_ref()],
        bump
    )]
    pub vote: Box<Account<Vote>>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl CastSecretVote {
    fn validate(&self, commitment: &[u8; 32]) -> RuleResult<()> {
        if self.proposal.secret == 0 {
            return Err(GovernanceError::NotSecret);
        }
        // Zero stands for no commitment.
        if *commitment == [0; 32] {
            return Err(GovernanceError::WrongCommitment);
        }
        Ok(())
    }

    /// The vote hides where it leans, not who voted. Until it is revealed the weight abstains, and the lock is bound as by a yes
    /// and one voting time longer.
    ///
    /// # Specification
    /// - The signer shall be the lock's owner (`NotOwner`).
    /// - The proposal shall take secret votes (`NotSecret`).
    /// - The commitment shall not be zero (`WrongCommitment`).
    /// - The vote on the proposal shall have been opened (`VotingNotOpen`).
    /// - The voting shall not have ended (`VotingEnded`).
    /// - The lock shall not be unlocking (`LockUnlocking`).
    /// - The lock shall have had its weight when the vote opened (`LockTooNew`).
    ///
    /// # Arguments
    /// - `commitment` - SHA-256 of tag, proposal, lock, owner, side and salt, see `commitment`.
    pub fn cast_secret_vote(ctx: &mut Context<Self>, commitment: [u8; 32]) -> Result<()> {
        ctx.accounts.validate(&commitment)?;
        let now = Clock::get()?.unix_timestamp;
        let bump = ctx.bumps.vote;
        let accounts = &mut ctx.accounts;
        let (vote, lock, proposal) = (
            &mut accounts.vote,
            &mut accounts.lock,
            &mut accounts.proposal,
        );
        vote.cast(lock, proposal, Ballot::Secret, now)?;
        vote.belong(*proposal.address(), *lock.address(), lock.owner, bump);
        vote.commitment = commitment;
        emit(SecretVoteCast {
            proposal: vote.proposal,
            lock: vote.lock,
            weight: vote.weight,
        });
        Ok(())
    }
}
