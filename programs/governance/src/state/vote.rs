use super::{commitment, Ballot, Lock, PodBallot, Proposal, Side, Status};
use crate::{
    addresses::derive,
    error::{GovernanceError, RuleResult},
};
use anchor_lang::prelude::*;

/// The vote of one lock in one proposal. Seeds: `vote`, proposal, lock.
#[account]
pub struct Vote {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Where the weight is cast.
    pub side: PodBallot,
    /// The proposal.
    pub proposal: Address,
    /// The lock.
    pub lock: Address,
    /// Wallet that paid the account's rent and gets it back.
    pub owner: Address,
    /// The lock's weight, base units of the vote mint times its factor; 0 only while the account is being created.
    pub weight: PodU64,
    /// Unix time at which no vote can be cast or revealed any more, seconds. From then on the account can be closed, even if
    /// the proposal is gone.
    pub closes_at: PodI64,
    /// Commitment of a secret vote, see [`commitment`]; zero of an open one.
    pub commitment: [u8; 32],
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

/// Returns the address of a lock's vote in a proposal, and its bump.
pub fn vote_address(proposal: &Address, lock: &Address) -> (Address, u8) {
    derive(&[b"vote", proposal.as_ref(), lock.as_ref()], &crate::ID)
}

impl Vote {
    /// Returns what the vote held before, if it was cast.
    pub fn previous(&self) -> Option<Ballot> {
        (self.weight.get() > 0).then(|| self.side.into())
    }

    /// Casts the lock's whole weight at the Unix time `now`. What the same lock cast before in this proposal leaves first, so a
    /// lock counts once.
    ///
    /// # Errors
    /// `VotingNotOpen`, `VotingEnded`, `LockUnlocking`, `LockTooNew`, `Overflow`.
    pub fn cast(
        &mut self,
        lock: &mut Lock,
        proposal: &mut Proposal,
        ballot: Ballot,
        now: i64,
    ) -> RuleResult<()> {
        proposal.check_voting(now)?;
        lock.check_votes_in(proposal.opening.get())?;
        if let Some(previous) = self.previous() {
            proposal.tally.retract(previous.side(), self.weight.get())?;
            if previous == Ballot::Secret {
                lock.forget_secret();
            }
        }
        proposal.tally.cast(ballot.side(), lock.weight.get())?;
        lock.touched_at = now.into();
        match ballot {
            Ballot::Secret => lock.bind_secret(proposal, now)?,
            _ => lock.bind(proposal, ballot.side()),
        }
        self.weight = lock.weight;
        self.closes_at = proposal.reveal_ends_at;
        self.side = ballot.into();
        self.commitment = [0; 32];
        Ok(())
    }

    /// Writes whose vote it is.
    pub fn belong(&mut self, proposal: &Address, lock: &Address, owner: &Address, bump: u8) {
        self.version = 1;
        self.bump = bump;
        self.proposal = *proposal;
        self.lock = *lock;
        self.owner = *owner;
    }

    /// Moves the weight of a secret vote to the side that it committed to. The caller has checked that the
    /// three accounts belong together: the voter wrote the commitment, so it alone proves nothing.
    ///
    /// # Errors
    /// `VotingOpen`, `RevealEnded`, `WrongCommitment`, `Overflow`.
    pub fn reveal(
        &mut self,
        (lock_address, lock): (&Address, &mut Lock),
        (proposal_address, proposal): (&Address, &mut Proposal),
        side: Side,
        salt: &[u8; 32],
        now: i64,
    ) -> RuleResult<()> {
        match proposal.status(now) {
            Status::Revealing => {}
            Status::Notice | Status::Voting => return Err(GovernanceError::VotingOpen),
            _ => return Err(GovernanceError::RevealEnded),
        }
        let opened = commitment(proposal_address, lock_address, &lock.owner, side, salt);
        if self.side.0 != Ballot::Secret as u8 || self.commitment != opened {
            return Err(GovernanceError::WrongCommitment);
        }
        let weight = self.weight.get();
        proposal.tally.retract(Side::Abstain, weight)?;
        proposal.tally.cast(side, weight)?;
        lock.forget_secret();
        lock.bind(proposal, side);
        self.side = Ballot::from(side).into();
        self.commitment = [0; 32];
        Ok(())
    }
}

#[cfg(test)]
#[path = "vote_tests.rs"]
mod tests;
