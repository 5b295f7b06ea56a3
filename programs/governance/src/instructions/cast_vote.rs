use crate::{
    error::GovernanceError,
    event::Voted,
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
    /// The lock's vote in the proposal, created if needed, so a lock counts only once. Checked by `vote`: a new one by its seeds,
    /// another by its program, its type, and the lock and the proposal that it names.
    #[account(mut)]
    pub vote: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

/// Returns the canonical bump of a vote's address.
///
/// The address itself is not checked to lie off the curve: the runtime creates no account of a program on the curve.
///
/// # Errors
/// `ConstraintSeeds` if it is not the address of this lock's vote in this proposal.
#[inline(always)]
fn canonical_bump(vote: &Address, proposal: &Address, lock: &Address) -> Result<u8> {
    let mut bump = u8::MAX;
    loop {
        let derived = Address::new_from_array(sha256v(&[
            b"vote",
            proposal.as_ref(),
            lock.as_ref(),
            &[bump],
            crate::ID.as_ref(),
            b"ProgramDerivedAddress",
        ]));
        if address_eq(&derived, vote) {
            return Ok(bump);
        }
        if bump == 0 || !derived.is_on_curve() {
            return Err(ErrorCode::ConstraintSeeds.into());
        }
        bump = bump.wrapping_sub(1);
    }
}

impl CastVote {
    /// Returns the lock's vote in the proposal, which it creates if there is none yet.
    #[inline(always)]
    fn vote(&self) -> Result<Account<Vote>> {
        let (view, proposal, lock) = (
            self.vote.account(),
            self.proposal.address(),
            self.lock.address(),
        );
        if view.owned_by(&crate::ID) {
            // SAFETY: no other account of the instruction is this one, because all that it writes differ.
            let vote = unsafe { Account::<Vote>::load_mut(*view)? };
            if !address_eq(&vote.proposal, proposal) || !address_eq(&vote.lock, lock) {
                return Err(ErrorCode::ConstraintSeeds.into());
            }
            return Ok(vote);
        }
        let bump = canonical_bump(view.address(), proposal, lock)?;
        let seeds: [&[u8]; 4] = [b"vote", proposal.as_ref(), lock.as_ref(), &[bump]];
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

    /// Casts the lock's weight and returns the vote, which holds it.
    #[inline(never)]
    pub(super) fn cast(&mut self, ballot: Ballot) -> Result<Account<Vote>> {
        let now = Clock::get()?.unix_timestamp;
        let mut vote = self.vote()?;
        vote.cast(&mut self.lock, &mut self.proposal, ballot, now)?;
        Ok(vote)
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
    pub fn cast_vote(ctx: &mut Context<Self>, side: Side) -> Result<()> {
        let vote = ctx.accounts.cast(side.into())?;
        emit(Voted {
            proposal: vote.proposal,
            lock: vote.lock,
            weight: vote.weight,
            side: vote.side,
        });
        Ok(())
    }
}
