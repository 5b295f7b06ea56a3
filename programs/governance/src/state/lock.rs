use super::{factor_bps, weight, Params};
use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;

/// Locked vote tokens. Seeds: `lock`, owner, nonce. Signs for its vault (seeds: `lock_vault`, lock).
#[account]
pub struct Lock {
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
    /// Index of the first proposal opened after the lock was made. The lock has no weight in earlier ones. An index also
    /// orders what happens within one second; a time would not.
    pub first_proposal: PodU64,
    /// Unix time of the locking, seconds.
    pub locked_at: PodI64,
    /// Unix time at which the last proposal that it voted in ends, seconds. It cannot begin to unlock before.
    pub voting_until: PodI64,
    /// Unix time from which it can be withdrawn, seconds; 0 while locked.
    pub unlocks_at: PodI64,
    /// Bump of this account's address.
    pub bump: u8,
    /// Bump of the vault's address.
    pub vault_bump: u8,
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
        params.check_duration(duration)?;
        let weight = factor_bps(duration, params.min_lock.get(), params.max_lock.get())
            .and_then(|factor| weight(amount, factor))
            .ok_or(GovernanceError::Overflow)?;
        params.add_weight(weight)?;
        self.amount = amount.into();
        self.weight = weight.into();
        self.duration = duration.into();
        self.first_proposal = params.proposal_count;
        self.locked_at = now.into();
        Ok(())
    }

    /// Returns whether the lock has begun to unlock.
    pub fn is_unlocking(&self) -> bool {
        self.unlocks_at.get() != 0
    }

    /// Gives up the weight, starts the cooldown and returns the weight.
    ///
    /// # Errors
    /// `LockUnlocking`, `LockVoting`, `Overflow`.
    pub fn begin_unlock(&mut self, params: &mut Params, now: i64) -> RuleResult<u64> {
        if self.is_unlocking() {
            return Err(GovernanceError::LockUnlocking);
        }
        if now < self.voting_until.get() {
            return Err(GovernanceError::LockVoting);
        }
        let unlocks_at = now.checked_add_unsigned(self.duration.get());
        let weight = self.weight.get();
        params.remove_weight(weight)?;
        self.unlocks_at = unlocks_at.ok_or(GovernanceError::Overflow)?.into();
        self.weight = 0.into();
        Ok(weight)
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

    /// Checks that the lock has weight in the proposal with this index.
    ///
    /// # Errors
    /// `LockUnlocking`, `LockTooNew`.
    pub fn check_votes_in(&self, proposal_index: u64) -> RuleResult<()> {
        if self.is_unlocking() {
            return Err(GovernanceError::LockUnlocking);
        }
        if proposal_index < self.first_proposal.get() {
            return Err(GovernanceError::LockTooNew);
        }
        Ok(())
    }

    /// Keeps the lock from unlocking until the proposal that it votes in ends, at the Unix time `ends_at`.
    pub fn bind_until(&mut self, ends_at: i64) {
        self.voting_until = self.voting_until.get().max(ends_at).into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;
    use proptest::prelude::*;

    const MIN: u64 = 3_600;
    const MAX: u64 = 126_144_000;

    fn params() -> Params {
        Params {
            min_lock: MIN.into(),
            max_lock: MAX.into(),
            ..Params::zeroed()
        }
    }

    fn locked(params: &mut Params, amount: u64, duration: u64) -> Lock {
        let mut lock = Lock::zeroed();
        lock.begin(params, amount, duration, 1_000).unwrap();
        lock
    }

    proptest! {
        #[test]
        fn the_total_is_the_exact_sum_of_the_locks_that_are_not_unlocking(
            locks in prop::collection::vec((1u64..1 << 55, MIN..=MAX, any::<bool>()), 1..16),
        ) {
            let mut params = params();
            let mut made = Vec::new();
            for (amount, duration, unlocks) in locks {
                let mut lock = locked(&mut params, amount, duration);
                if unlocks {
                    lock.begin_unlock(&mut params, 2_000).unwrap();
                }
                made.push(lock);
            }
            let sum: u64 = made.iter().map(|lock| lock.weight.get()).sum();
            prop_assert_eq!(params.total_weight.get(), sum);
        }
    }

    #[test]
    fn a_duration_outside_the_range_is_refused() {
        let mut lock = Lock::zeroed();
        assert_eq!(
            lock.begin(&mut params(), 1, MIN - 1, 0),
            Err(GovernanceError::LockTooShort)
        );
        assert_eq!(
            lock.begin(&mut params(), 1, MAX + 1, 0),
            Err(GovernanceError::LockTooLong)
        );
    }

    #[test]
    fn a_lock_that_voted_stays_until_the_proposal_ends() {
        let mut params = params();
        let mut lock = locked(&mut params, 10, MIN);
        lock.bind_until(5_000);
        lock.bind_until(4_000);
        assert_eq!(
            lock.begin_unlock(&mut params, 4_999),
            Err(GovernanceError::LockVoting)
        );
        assert_eq!(lock.begin_unlock(&mut params, 5_000), Ok(10));
        assert_eq!(lock.unlocks_at.get(), 8_600);
        assert_eq!(
            lock.check_withdrawable(8_599),
            Err(GovernanceError::CooldownRunning)
        );
        assert_eq!(lock.check_withdrawable(8_600), Ok(()));
    }

    #[test]
    fn a_lock_has_no_weight_in_a_proposal_opened_before_it() {
        let mut params = params();
        let early = params.next_index().unwrap();
        let lock = locked(&mut params, 10, MIN);
        let late = params.next_index().unwrap();
        assert_eq!(lock.check_votes_in(early), Err(GovernanceError::LockTooNew));
        assert_eq!(lock.check_votes_in(late), Ok(()));
    }
}
