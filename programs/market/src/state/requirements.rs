//! What a job asks of the workers that take its seats.

use super::{Job, Worker, GATE_EVERY_SEAT};
use crate::error::{MarketError, RuleResult};
use anchor_lang::prelude::*;
use assay_staking::state::Credential;

impl Job {
    /// Checks that a worker meets what the job requires in this seat, at the Unix time `now`.
    ///
    /// The region is the one that the credential vouches for, where a credential is required, and else the one that the
    /// worker's owner declares.
    ///
    /// # Errors
    /// `RequirementNotMet`.
    #[inline(always)]
    pub fn check_requirements(
        &self,
        seat: u8,
        worker: &Worker,
        credential: &Option<Account<Credential>>,
        now: i64,
    ) -> RuleResult<()> {
        if self.has_requirements == 0 {
            return Ok(());
        }
        let is_bound = seat == 0 || self.gate == GATE_EVERY_SEAT;
        if is_bound && !self.is_met_by(worker, credential.as_deref(), now) {
            return Err(MarketError::RequirementNotMet);
        }
        Ok(())
    }

    /// Returns whether a worker meets the job's requirements at the Unix time `now`, with this credential of its provider.
    #[inline(never)]
    pub fn is_met_by(&self, worker: &Worker, credential: Option<&Credential>, now: i64) -> bool {
        if worker.total_collateral() < self.least_collateral.get() {
            return false;
        }
        let region = if is_zero(&self.credential_set) {
            worker.region
        } else {
            let Some(credential) = credential else {
                return false;
            };
            let is_of_worker = credential.provider == worker.provider;
            let is_of_set = credential.set == self.credential_set;
            if !is_of_worker || !is_of_set || credential.is_expired(now) {
                return false;
            }
            credential.region
        };
        self.region.get() == 0 || region.get() == self.region.get()
    }
}

/// Returns whether an address is zero. The comparison with `Address::default()` costs three times as much on chain.
#[inline(always)]
fn is_zero(address: &Address) -> bool {
    let words: [u64; 4] = bytemuck::pod_read_unaligned(address.as_ref());
    let [a, b, c, d] = words;
    a | b | c | d == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;

    const SET: Address = Address::new_from_array([7; 32]);
    const PROVIDER: Address = Address::new_from_array([8; 32]);

    fn worker() -> Worker {
        Worker {
            provider: PROVIDER,
            region: 756.into(),
            free: 60.into(),
            locked: 40.into(),
            ..Worker::zeroed()
        }
    }

    fn credential() -> Credential {
        Credential {
            set: SET,
            provider: PROVIDER,
            region: 276.into(),
            expires_at: 1_000.into(),
            ..Credential::zeroed()
        }
    }

    fn job() -> Job {
        Job::zeroed()
    }

    #[test]
    fn free_and_bound_collateral_count_together() {
        let asks = |least: u64| Job {
            least_collateral: least.into(),
            ..job()
        };
        assert!(asks(100).is_met_by(&worker(), None, 0));
        assert!(!asks(101).is_met_by(&worker(), None, 0));
    }

    #[test]
    fn without_a_credential_the_declared_region_counts() {
        let asks = |region: u16| Job {
            region: region.into(),
            ..job()
        };
        assert!(asks(756).is_met_by(&worker(), None, 0));
        assert!(!asks(276).is_met_by(&worker(), Some(&credential()), 0));
    }

    #[test]
    fn with_a_credential_its_region_counts() {
        let asks = |region: u16| Job {
            region: region.into(),
            credential_set: SET,
            ..job()
        };
        assert!(asks(276).is_met_by(&worker(), Some(&credential()), 999));
        assert!(!asks(756).is_met_by(&worker(), Some(&credential()), 999));
        assert!(asks(0).is_met_by(&worker(), Some(&credential()), 999));
    }

    #[test]
    fn a_missing_foreign_or_expired_credential_counts_for_nothing() {
        let asks = Job {
            credential_set: SET,
            ..job()
        };
        let other = Address::new_from_array([1; 32]);
        let foreign = Credential {
            provider: other,
            ..credential()
        };
        let of_another_set = Credential {
            set: other,
            ..credential()
        };
        assert!(!asks.is_met_by(&worker(), None, 0));
        assert!(!asks.is_met_by(&worker(), Some(&foreign), 0));
        assert!(!asks.is_met_by(&worker(), Some(&of_another_set), 0));
        assert!(!asks.is_met_by(&worker(), Some(&credential()), 1_000));
    }
}
