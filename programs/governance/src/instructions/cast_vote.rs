use crate::{
    error::{GovernanceError, Rule},
    event::Voted,
    state::{Lock, Proposal, Side, Status, Vote},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CastVote {
    #[account(mut, address = lock.owner @ GovernanceError::NotOwner)]
    pub owner: Signer,
    #[account(mut)]
    pub lock: Account<Lock>,
    #[account(mut)]
    pub proposal: Account<Proposal>,
    #[account(
        init_if_needed,
        payer = owner,
        seeds = [b"vote", proposal.address().as_ref(), lock.address().as_ref()],
        bump
    )]
    pub vote: Account<Vote>,
    pub system_program: Program<System>,
}

impl CastVote {
    /// `owner`: the lock's. `lock` and `proposal`: any of this program's; that they fit is asked below. `vote`: its seeds bind it to this proposal and this lock, so no lock counts twice.
    ///
    /// Errors: `VotingEnded`, `LockUnlocking`, `LockTooNew`.
    fn validate(&self, now: i64) -> Rule<()> {
        if self.proposal.status(now) != Status::Voting {
            return Err(GovernanceError::VotingEnded);
        }
        self.lock.check_votes_in(self.proposal.index.get())
    }

    pub fn cast_vote(ctx: &mut Context<Self>, side: Side) -> Result<()> {
        ctx.accounts.validate(Clock::get()?.unix_timestamp)?;
        let accounts = &mut ctx.accounts;
        let (vote, lock, proposal) = (
            &mut accounts.vote,
            &mut accounts.lock,
            &mut accounts.proposal,
        );
        if let Some(earlier) = vote.earlier() {
            proposal.tally.retract(earlier, vote.weight.get())?;
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
