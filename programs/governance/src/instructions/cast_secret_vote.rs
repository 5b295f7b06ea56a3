use super::CastVote;
use crate::{
    error::{GovernanceError, RuleResult},
    state::Ballot,
};
use anchor_lang::prelude::*;

impl CastVote {
    fn validate_secret(&self, commitment: &[u8; 32]) -> RuleResult<()> {
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
    /// and one voting time longer. It takes the accounts of `cast_vote`.
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
    /// - `bump` - the canonical bump of the vote's address, which is not read if there is a vote.
    pub fn cast_secret_vote(ctx: &mut Context<Self>, commitment: [u8; 32], bump: u8) -> Result<()> {
        ctx.accounts.validate_secret(&commitment)?;
        ctx.accounts.cast(Ballot::Secret, &commitment, bump)
    }
}
