use crate::{
    error::GovernanceError,
    event::{SecretVoteCast, Voted},
    state::{Ballot, Lock, Proposal, Side, Vote},
};
use anchor_lang::{address_eq, prelude::*, AccountInitialize, AnchorAccount, ErrorCode, Space};
use assay_shared::{event::emit, hash::sha256v};

#[derive(Accounts)]
pub struct CastVote {
    /// The lock's owner, who signs and pays the rent. Checked by its address.
    #[account(mut, address = lock.owner @ GovernanceError::NotOwner)]
    pub owner: Signer,
    /// Any lock. Checked by its program and its type.
    #[account(mut)]
    pub lock: Account<Lock>,
    /// Any proposal. Checked by its program and its type; `cast_secret_vote` wants one that takes secret votes.
    #[account(mut)]
    pub proposal: Account<Proposal>,
    /// The lock's vote in the proposal, created if needed, so a lock counts only once. A new one is checked by its
    /// seeds, another by its program, its type, and the lock and the proposal that it names.
    #[account(mut)]
    pub vote: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

/// Checks that no bump above this one makes an address, so that a lock has one vote account in a proposal.
///
/// # Errors
/// `ConstraintSeeds`.
#[inline(always)]
fn check_canonical(proposal: &Address, lock: &Address, bump: u8) -> Result<()> {
    let mut below = bump;
    while let Some(higher) = below.checked_add(1) {
        let derived = Address::new_from_array(sha256v(&[
            b"vote",
            proposal.as_ref(),
            lock.as_ref(),
            &[higher],
            crate::ID.as_ref(),
            b"ProgramDerivedAddress",
        ]));
        if !derived.is_on_curve() {
            return Err(ErrorCode::ConstraintSeeds.into());
        }
        below = higher;
    }
    Ok(())
}

impl CastVote {
    /// Returns the lock's vote in the proposal, which it creates if there is none yet.
    ///
    /// # Errors
    /// `ConstraintSeeds` if it is another vote or has signed, or if a higher bump is one of an address.
    #[inline(always)]
    fn vote(&self, bump: u8) -> Result<Account<Vote>> {
        let view = self.vote.account();
        let (proposal, lock) = (self.proposal.address(), self.lock.address());
        if view.owned_by(&crate::ID) {
            // SAFETY: no other account of the instruction is this one, because those that it writes differ.
            let vote = unsafe { Account::<Vote>::load_mut(*view)? };
            if !address_eq(&vote.proposal, proposal) || !address_eq(&vote.lock, lock) {
                return Err(ErrorCode::ConstraintSeeds.into());
            }
            return Ok(vote);
        }
        // The address is not derived here: the creation needs its signature, and the runtime takes one of these seeds for it alone.
        // An account that has signed already would need no seeds, so that any keypair could be a vote.
        if view.is_signer() {
            return Err(ErrorCode::ConstraintSeeds.into());
        }
        check_canonical(proposal, lock, bump)?;
        let bump_seed = [bump];
        let seeds: [&[u8]; 4] = [b"vote", proposal.as_ref(), lock.as_ref(), &bump_seed];
        let mut vote = Account::<Vote>::create_and_initialize(
            self.owner.account(),
            view,
            Account::<Vote>::INIT_SPACE,
            &crate::ID,
            &(),
            Some(&seeds),
            None,
        )?;
        vote.belong(proposal, lock, &self.lock.owner, bump);
        Ok(vote)
    }

    /// Casts the lock's weight; `commitment` is zero unless the ballot is secret. Logs the event.
    #[inline(never)]
    pub(super) fn cast(&mut self, ballot: Ballot, commitment: &[u8; 32], bump: u8) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let mut account = self.vote(bump)?;
        let vote: &mut Vote = &mut account;
        vote.cast(&mut self.lock, &mut self.proposal, ballot, now)?;
        vote.commitment = *commitment;
        let (proposal, lock, weight) = (vote.proposal, vote.lock, vote.weight);
        match ballot {
            Ballot::Secret => emit(SecretVoteCast {
                proposal,
                lock,
                weight,
            }),
            _ => emit(Voted {
                proposal,
                lock,
                weight,
                side: ballot.into(),
            }),
        }
        Ok(())
    }

    /// A later vote of the same lock replaces the earlier one, also a secret one. A yes binds the lock until the proposal can no
    /// longer be executed, the others until nobody can vote any more.
    ///
    /// # Specification
    /// - The signer shall be the lock's owner (`NotOwner`).
    /// - The vote on the proposal shall have been opened (`VotingNotOpen`).
    /// - The voting shall not have ended (`VotingEnded`).
    /// - The lock shall not be unlocking (`LockUnlocking`).
    /// - The lock shall have had its weight when the vote opened (`LockTooNew`).
    ///
    /// # Arguments
    /// - `side` - where to cast the lock's weight.
    /// - `bump` - the canonical bump of the vote's address, which is not read if there is a vote.
    pub fn cast_vote(ctx: &mut Context<Self>, side: Side, bump: u8) -> Result<()> {
        ctx.accounts.cast(side.into(), &[0; 32], bump)
    }
}
