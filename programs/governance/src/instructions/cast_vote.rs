use crate::{
    error::{GovernanceError, RuleResult},
    event::Voted,
    state::{Lock, Proposal, Side, Status, Vote},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CastVote {
    /// The lock's owner, who signs and pays the rent. Checked by its address.
    #[account(mut, address = lock.owner @ GovernanceError::NotOwner)]
    pub owner: Signer,
    /// Any lock. Checked by its program and its type.
    #[account(mut)]
    pub lock: Account<Lock>,
    /// Any proposal. Checked by its program and its type.
    #[account(mut)]
    pub proposal: Account<Proposal>,
    /// The lock's vote in the proposal, created if needed, so a lock counts only once. Checked by its seeds.
    #[account(
        init_if_needed,
        payer = owner,
        seeds = [b"vote", proposal.address().as_ref(), lock.address().as_ref()],
        bump
    )]
    pub vote: Account<Vote>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl CastVote {
    fn validate(&self, now: i64) -> RuleResult<()> {
        if self.proposal.status(now) != Status::Voting {
            return Err(GovernanceError::VotingEnded);
        }
        self.lock.check_votes_in(self.proposal.index.get())
    }

    /// A later vote of the same lock replaces the earlier one.
    ///
    /// # Specification
    /// - The signer shall be the lock's owner (`NotOwner`).
    /// - The proposal's voting shall be open (`VotingEnded`).
    /// - The lock shall not be unlocking (`LockUnlocking`).
    /// - The lock shall be older than the proposal (`LockTooNew`).
    ///
    /// # Arguments
    /// - `side` - where to cast the lock's weight.
    pub fn cast_vote(ctx: &mut Context<Self>, side: Side) -> Result<()> {
        ctx.accounts.validate(Clock::get()?.unix_timestamp)?;
        let accounts = &mut ctx.accounts;
        let (vote, lock, proposal) = (
            &mut accounts.vote,
            &mut accounts.lock,
            &mut accounts.proposal,
        );
        if let Some(previous) = vote.previous_side() {
            proposal.tally.retract(previous, vote.weight.get())?;
        }
        proposal.tally.cast(side, lock.weight.get())?;
        lock.bind_until(proposal.ends_at.get());
        vote.proposal = *proposal.address();
        vote.lock = *lock.address();
        vote.owner = lock.owner;
        vote.weight = lock.weight;
        vote.ends_at = proposal.ends_at;
        vote.side = side.into();
        vote.bump = ctx.bumps.vote;
        emit!(Voted {
            proposal: vote.proposal,
            lock: vote.lock,
            weight: vote.weight,
            yes: proposal.tally.yes,
            no: proposal.tally.no,
            abstain: proposal.tally.abstain,
            side: vote.side,
        });
        Ok(())
    }
}
