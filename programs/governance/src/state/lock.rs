use super::{factor_bps, weight, Params, Proposal, Side};
use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;

/// Least time without a sign of its owner after which anyone may begin to unlock a lock, seconds: 180 days. With its duration
/// alone, an opponent could strike a short lock in the notice of a vote.
pub const LAPSE_MIN: u64 = 180 * 86_400;

/// Locked vote tokens. Seeds: `lock`, owner, nonce. Signs for its vault (seeds: `lock_vault`, lock).
#[account]
pub struct Lock {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Bump of the vault's address.
    pub vault_bump: u8,
    /// Wallet that votes and that receives the tokens and the account's rent.
    pub owner: Address,
    /// Number chosen by the owner; the lock's address follows from it.
    pub nonce: PodU64,
    /// Tokens locked, base units of the vote mint.
    pub amount: PodU64,
    /// Voting weight: the amount times a factor of one to four while locked, 0 once unlocking.
    pub weight: PodU64,
    /// Time from the beginning of the unlocking to the withdrawal, seconds.
    pub duration: PodU64,
    /// Number of votes that had been opened when the lock got its weight. It has none in those. A number also orders what
    /// happens within one second; a time would not.
    pub first_opening: PodU64,
    /// Unix time of the locking, seconds.
    pub locked_at: PodI64,
    /// Unix time of the owner's last sign, seconds: it locked, renewed or voted.
    pub touched_at: PodI64,
    /// Unix time until which its votes keep it from unlocking, seconds.
    pub bound_until: PodI64,
    /// Secret votes that are not revealed yet. They keep the lock from unlocking until `unrevealed_until`.
    pub unrevealed: PodU32,
    /// Unix time until which votes that are never revealed keep it from unlocking, seconds.
    pub unrevealed_until: PodI64,
    /// Unix time from which it can be withdrawn, seconds; 0 while locked.
    pub unlocks_at: PodI64,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

impl Lock {
    /// Locks `amount` base units for `duration` seconds and adds the lock's weight to the total.
    ///
    /// # Errors
    /// `LockTooShort`, `LockTooLong`, `Overflow`.
    pub fn begin(
        &mut self,
        params: &mut Params,
        amount: u64,
        duration: u64,
        now: i64,
    ) -> RuleResult<()> {
        self.amount = amount.into();
        self.duration = duration.into();
        self.locked_at = now.into();
        self.touched_at = now.into();
        self.weigh(params)
    }

    /// Gives the lock its weight under the parameters of this moment, for votes that open from now on.
    fn weigh(&mut self, params: &mut Params) -> RuleResult<()> {
        let duration = self.duration.get();
        params.check_duration(duration)?;
        let weight = factor_bps(duration, params.min_lock.get(), params.max_lock.get())
            .and_then(|factor| weight(self.amount.get(), factor))
            .ok_or(GovernanceError::Overflow)?;
        params.add_weight(weight)?;
        self.weight = weight.into();
        self.first_opening = params.opening_count;
        Ok(())
    }

    /// Returns whether the lock has begun to unlock.
    pub fn is_unlocking(&self) -> bool {
        self.unlocks_at.get() != 0
    }

    /// Notes a sign of the owner. An unlocking lock gets a weight again, but only for votes that open later: else the tokens could
    /// vote as another lock in between.
    ///
    /// # Errors
    /// `LockTooShort`, `LockTooLong` if an unlocking lock's duration is no longer allowed. `Overflow`.
    pub fn renew(&mut self, params: &mut Params, now: i64) -> RuleResult<()> {
        if self.is_unlocking() {
            self.weigh(params)?;
            self.unlocks_at = 0.into();
        }
        self.touched_at = now.into();
        Ok(())
    }

    /// Gives up the weight, starts the cooldown and returns the weight.
    ///
    /// # Errors
    /// `LockUnlocking`, `LockVoting`, `Overflow`.
    pub fn begin_unlock(&mut self, params: &mut Params, now: i64) -> RuleResult<u64> {
        if self.is_unlocking() {
            return Err(GovernanceError::LockUnlocking);
        }
        if self.is_bound(now) {
            return Err(GovernanceError::LockVoting);
        }
        let unlocks_at = now.checked_add_unsigned(self.duration.get());
        let weight = self.weight.get();
        params.remove_weight(weight)?;
        self.unlocks_at = unlocks_at.ok_or(GovernanceError::Overflow)?.into();
        self.weight = 0.into();
        Ok(weight)
    }

    /// Begins to unlock a lock whose owner has given no sign for long. Weight under a lost key would count in every quorum for
    /// ever.
    ///
    /// # Errors
    /// `NotLapsed`, and those of [`Lock::begin_unlock`].
    pub fn lapse(&mut self, params: &mut Params, now: i64) -> RuleResult<u64> {
        if now < self.lapses_at() {
            return Err(GovernanceError::NotLapsed);
        }
        self.begin_unlock(params, now)
    }

    /// Returns the Unix time from which anyone may begin to unlock it, seconds.
    pub fn lapses_at(&self) -> i64 {
        let idle = self.duration.get().max(LAPSE_MIN);
        self.touched_at.get().saturating_add_unsigned(idle)
    }

    /// Returns whether a vote keeps the lock from unlocking.
    pub fn is_bound(&self, now: i64) -> bool {
        let secret = self.unrevealed.get() > 0 && now < self.unrevealed_until.get();
        secret || now < self.bound_until.get()
    }

    /// Checks that the lock can be withdrawn at the Unix time `now`.
    ///
    /// # Errors
    /// `LockNotUnlocking`, `CooldownRunning`.
    pub fn check_withdrawable(&self, now: i64) -> RuleResult<()> {
        if !self.is_unlocking() {
            return Err(GovernanceError::LockNotUnlocking);
        }
        if now < self.unlocks_at.get() {
            return Err(GovernanceError::CooldownRunning);
        }
        Ok(())
    }

    /// Checks that the lock has weight in the vote that was opened as number `opening`.
    ///
    /// # Errors
    /// `LockUnlocking`, `LockTooNew`.
    pub fn check_votes_in(&self, opening: u64) -> RuleResult<()> {
        if self.is_unlocking() {
            return Err(GovernanceError::LockUnlocking);
        }
        if opening < self.first_opening.get() {
            return Err(GovernanceError::LockTooNew);
        }
        Ok(())
    }

    /// Keeps the lock from unlocking. A yes stays until the proposal can no longer be executed, so that who decides bears the
    /// outcome; the others stay until nobody can vote any more. A yes that is changed later stays bound.
    pub fn bind(&mut self, proposal: &Proposal, side: Side) {
        let until = match side {
            Side::Yes => proposal.expires_at,
            Side::No | Side::Abstain => proposal.reveal_ends_at,
        };
        self.bound_until = self.bound_until.max(until);
    }

    /// Keeps the lock from unlocking as a yes would, and for one more voting time if the vote is never revealed. Else a
    /// commitment were an option that is revealed only where it wins.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn bind_secret(&mut self, proposal: &Proposal, now: i64) -> RuleResult<()> {
        let until = proposal
            .expires_at
            .get()
            .saturating_add(proposal.voting_time());
        // Votes from before that time can no longer be revealed.
        if now >= self.unrevealed_until.get() {
            self.unrevealed = 0.into();
        }
        let count = self.unrevealed.checked_add(1);
        self.unrevealed = count.ok_or(GovernanceError::Overflow)?;
        self.unrevealed_until = self.unrevealed_until.get().max(until).into();
        Ok(())
    }

    /// Counts one secret vote less: it was revealed or replaced.
    pub fn forget_secret(&mut self) {
        self.unrevealed = self.unrevealed.saturating_sub(1);
    }
}

#[cfg(test)]
#[path = "lock_tests.rs"]
mod tests;
