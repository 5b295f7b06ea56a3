//! Delegated stake: it is asked back, leaves and is paid.

use super::{Moved, Provider};
use crate::{
    error::{RuleResult, StakingError},
    state::{span_end, Bucket, Delegation, Matured, Params, Pool, DELEGATED_PARTS},
};

impl Provider {
    /// Asks `shares` of a delegation back. It cannot be undone: who could ask and stay would strip a provider of its collateral
    /// again and again.
    ///
    /// # Errors
    /// `ZeroAmount`, `PositionWipedOut`, `NotEnoughShares`, `DelegationTooSmall`, `Overflow`.
    pub fn request(
        &mut self,
        delegation: &mut Delegation,
        shares: u64,
        params: &Params,
    ) -> RuleResult<()> {
        self.check_shares(delegation, shares)?;
        let (held, requested) = (delegation.shares.get(), delegation.requested.get());
        let rest = held
            .checked_sub(requested)
            .and_then(|rest| rest.checked_sub(shares))
            .ok_or(StakingError::NotEnoughShares)?;
        check_rest(self.pool(), rest, params)?;
        let of_all = self.requested_shares.get().checked_add(shares);
        self.requested_shares = of_all.ok_or(StakingError::Overflow)?.into();
        let requested = requested.checked_add(shares);
        delegation.requested = requested.ok_or(StakingError::Overflow)?.into();
        Ok(())
    }

    /// Checks who may undelegate `shares` at the Unix time `now`: the delegator; anyone what is asked back, and everything once the
    /// provider's notice of retirement is over and its stream has ended. Attested work binds no stake, so it may fill the stream
    /// until after the notice; the owner must not show its delegators out and have the rest alone.
    ///
    /// # Errors
    /// `NotOwner`.
    pub fn check_leave(
        &self,
        delegation: &Delegation,
        shares: u64,
        is_owner: bool,
        now: i64,
    ) -> RuleResult<()> {
        let is_asked_back = shares <= delegation.requested.get();
        let is_over = self.is_retired(now) && now >= self.stream.finish.get();
        let is_shown_out = is_over && shares == delegation.shares.get();
        if is_owner || is_asked_back || is_shown_out {
            return Ok(());
        }
        Err(StakingError::NotOwner)
    }

    /// Moves `shares` of a delegation out of the active stake into the bucket that matures at `matures_at`. Provider and delegation
    /// are settled. Worthless shares end without a trace, if they are all that the delegation has.
    ///
    /// # Errors
    /// `ZeroAmount`, `PositionWipedOut`, `NotEnoughShares`, `SharesWorthNothing`, `DelegationTooSmall`, `StakeAllocated`,
    /// `WrongBucket`, `UnbondingQueueFull`, `PoolDiluted`, `Overflow`.
    pub fn undelegate(
        &mut self,
        delegation: &mut Delegation,
        shares: u64,
        matures_at: i64,
        now: i64,
        params: &Params,
    ) -> RuleResult<Moved> {
        self.check_shares(delegation, shares)?;
        let (held, requested) = (delegation.shares.get(), delegation.requested.get());
        let rest = held.checked_sub(shares);
        let rest = rest.ok_or(StakingError::NotEnoughShares)?;
        let mut pool = self.pool();
        let tokens = pool.redeem(shares).ok_or(StakingError::NotEnoughShares)?;
        if tokens == 0 && rest > 0 {
            return Err(StakingError::SharesWorthNothing);
        }
        // A stranger who completes a request must not cut it into dust. The delegator chose the size of a request.
        if rest > 0 && shares != requested {
            if tokens < params.min_delegation.get() {
                return Err(StakingError::DelegationTooSmall);
            }
            check_rest(pool, rest, params)?;
        }
        self.set_pool(pool);
        let ended = requested.min(shares);
        let of_all = self.requested_shares.get().saturating_sub(ended);
        self.requested_shares = of_all.into();
        delegation.requested = requested.saturating_sub(ended).into();
        delegation.shares = rest.into();
        if rest == 0 {
            self.holders = self.holders.get().saturating_sub(1).into();
        }
        // What others asked back before stays for them.
        let waiting = self.pool().value(of_all).ok_or(StakingError::Overflow)?;
        let whole = self.own.active.get().checked_add(self.active_tokens.get());
        let staying = whole.and_then(|whole| whole.checked_sub(waiting));
        if staying.ok_or(StakingError::Overflow)? < self.allocated.get() {
            return Err(StakingError::StakeAllocated);
        }
        let shares = self.add_to_bucket(tokens, matures_at, now, params)?;
        Ok(Moved { tokens, shares })
    }

    fn check_shares(&self, delegation: &Delegation, shares: u64) -> RuleResult<()> {
        if shares == 0 {
            return Err(StakingError::ZeroAmount);
        }
        if !delegation.is_alive(self.generation.get()) {
            return Err(StakingError::PositionWipedOut);
        }
        Ok(())
    }

    fn add_to_bucket(
        &mut self,
        tokens: u64,
        matures_at: i64,
        now: i64,
        params: &Params,
    ) -> RuleResult<u64> {
        let period = params.unbonding_period.get();
        let (closes_at, due) = span_end(now, period, DELEGATED_PARTS)?;
        if due != matures_at {
            return Err(StakingError::WrongBucket);
        }
        if tokens == 0 {
            return Ok(0);
        }
        let place = match self.bucket(matures_at) {
            Some(index) => self.buckets.get_mut(index),
            None => {
                let free = self.buckets.iter_mut().find(|bucket| bucket.is_free());
                let free = free.ok_or(StakingError::UnbondingQueueFull)?;
                *free = Bucket {
                    closes_at: closes_at.into(),
                    matures_at: matures_at.into(),
                    ..Bucket::default()
                };
                Some(free)
            }
        };
        place
            .ok_or(StakingError::WrongBucket)?
            .add(tokens, closes_at)
    }

    /// Returns the index of the bucket that matures at `matures_at`.
    fn bucket(&self, matures_at: i64) -> Option<usize> {
        let mut buckets = self.buckets.iter();
        buckets.position(|bucket| !bucket.is_free() && bucket.matures_at.get() == matures_at)
    }

    /// Takes the bucket that matured at `matures_at` out of its place, for a record of its own.
    ///
    /// # Errors
    /// `WrongBucket`, `NotMatured`, `Overflow`.
    pub fn take_matured(&mut self, matures_at: i64, now: i64) -> RuleResult<Bucket> {
        let index = self.bucket(matures_at).ok_or(StakingError::WrongBucket)?;
        let place = self.buckets.get_mut(index);
        let place = place.ok_or(StakingError::WrongBucket)?;
        if !place.is_mature(now) {
            return Err(StakingError::NotMatured);
        }
        let bucket = core::mem::take(place);
        let tokens = self.matured_tokens.get().checked_add(bucket.tokens.get());
        self.matured_tokens = tokens.ok_or(StakingError::Overflow)?.into();
        let records = self.records.get().checked_add(1);
        self.records = records.ok_or(StakingError::Overflow)?.into();
        Ok(bucket)
    }

    /// Takes a ticket's `shares` out of the bucket that matures at `matures_at`, or out of its `record` if it has left. Returns
    /// their value in base units, rounded down; after slashing it may be 0. The last share takes what is left.
    ///
    /// # Errors
    /// `NotMatured`, `WrongBucket`, `NotEnoughShares`, `Overflow`.
    pub fn redeem_ticket(
        &mut self,
        shares: u64,
        matures_at: i64,
        record: Option<&mut Matured>,
        now: i64,
    ) -> RuleResult<u64> {
        if now < matures_at {
            return Err(StakingError::NotMatured);
        }
        if let Some(index) = self.bucket(matures_at) {
            let place = self.buckets.get_mut(index);
            let place = place.ok_or(StakingError::WrongBucket)?;
            let mut pool = place.pool();
            let tokens = pool.redeem(shares).ok_or(StakingError::NotEnoughShares)?;
            place.set_pool(pool);
            return Ok(tokens);
        }
        let record = record.ok_or(StakingError::WrongBucket)?;
        if record.matures_at.get() != matures_at {
            return Err(StakingError::WrongBucket);
        }
        let mut pool = Pool {
            tokens: record.tokens.get(),
            shares: record.shares.get(),
        };
        let tokens = pool.redeem(shares).ok_or(StakingError::NotEnoughShares)?;
        record.tokens = pool.tokens.into();
        record.shares = pool.shares.into();
        let matured = self.matured_tokens.get().checked_sub(tokens);
        self.matured_tokens = matured.ok_or(StakingError::Overflow)?.into();
        if record.shares.get() == 0 {
            self.records = self.records.get().saturating_sub(1).into();
        }
        Ok(tokens)
    }
}

/// Checks that the `rest` of a delegation, in shares, is nothing or worth the least delegation.
fn check_rest(pool: Pool, rest: u64, params: &Params) -> RuleResult<()> {
    let value = pool.value(rest).ok_or(StakingError::Overflow)?;
    if rest > 0 && value < params.min_delegation.get() {
        return Err(StakingError::DelegationTooSmall);
    }
    Ok(())
}
