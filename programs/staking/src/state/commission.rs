use crate::error::{RuleResult, StakingError};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Highest commission, basis points.
pub const MAX_COMMISSION: u16 = 5_000;
/// Most that one change may raise the commission by, basis points.
pub const MAX_RAISE: u16 = 500;

/// What an owner keeps of the stakers' part of its rewards, now and next, basis points.
///
/// A change is announced so long before that every delegator can leave, and it never reaches work of an epoch before it. Two values
/// suffice: when the next change may be made, no epoch before this one can be claimed any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Commission {
    /// Commission until `next_from`, basis points.
    pub bps: PodU16,
    /// Commission from `next_from` on, basis points.
    pub next_bps: PodU16,
    /// Unix time from which `next_bps` holds, seconds; 0 if the commission was never changed.
    pub next_from: PodI64,
}

impl Commission {
    /// Returns the commission that a provider begins with.
    ///
    /// # Errors
    /// `CommissionTooHigh`.
    pub fn new(bps: u16) -> RuleResult<Self> {
        if bps > MAX_COMMISSION {
            return Err(StakingError::CommissionTooHigh);
        }
        Ok(Self {
            bps: bps.into(),
            ..Self::default()
        })
    }

    /// Returns the commission at the Unix time `time`, basis points.
    pub fn at(&self, time: i64) -> u16 {
        let next_from = self.next_from.get();
        if next_from != 0 && time >= next_from {
            self.next_bps.get()
        } else {
            self.bps.get()
        }
    }

    /// Announces another commission at the Unix time `now`. It holds after the unbonding period and the claim span, seconds.
    ///
    /// # Errors
    /// `CommissionPending` while an epoch from before the last change can still be claimed; `CommissionTooHigh`, `RaiseTooLarge`,
    /// `Overflow`.
    pub fn set(&mut self, bps: u16, now: i64, unbonding: u64, claim_span: u64) -> RuleResult<()> {
        let next_from = self.next_from.get();
        if next_from != 0 && now < next_from.saturating_add_unsigned(claim_span) {
            return Err(StakingError::CommissionPending);
        }
        if bps > MAX_COMMISSION {
            return Err(StakingError::CommissionTooHigh);
        }
        let current = self.at(now);
        if bps > current.saturating_add(MAX_RAISE) {
            return Err(StakingError::RaiseTooLarge);
        }
        let from = now
            .checked_add_unsigned(unbonding)
            .and_then(|from| from.checked_add_unsigned(claim_span));
        self.bps = current.into();
        self.next_bps = bps.into();
        self.next_from = from.ok_or(StakingError::Overflow)?.into();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UNBONDING: u64 = 1_000;
    const SPAN: u64 = 100;

    #[test]
    fn a_change_holds_after_its_notice_and_not_before() {
        let mut commission = Commission::new(300).unwrap();
        commission.set(800, 50, UNBONDING, SPAN).unwrap();
        assert_eq!(commission.next_from.get(), 1_150);
        assert_eq!((commission.at(0), commission.at(1_149)), (300, 300));
        assert_eq!((commission.at(1_150), commission.at(i64::MAX)), (800, 800));
    }

    #[test]
    fn a_commission_is_at_most_half_and_rises_by_five_percent() {
        assert_eq!(Commission::new(5_001), Err(StakingError::CommissionTooHigh));
        let mut commission = Commission::new(5_000).unwrap();
        let high = commission.set(5_001, 0, UNBONDING, SPAN);
        assert_eq!(high, Err(StakingError::CommissionTooHigh));
        let mut low = Commission::new(0).unwrap();
        assert_eq!(
            low.set(501, 0, UNBONDING, SPAN),
            Err(StakingError::RaiseTooLarge)
        );
        low.set(500, 0, UNBONDING, SPAN).unwrap();
        commission.set(5_000, 0, UNBONDING, SPAN).unwrap();
        assert_eq!(commission.at(1_100), 5_000);
        commission.set(0, 1_200, UNBONDING, SPAN).unwrap();
        assert_eq!(commission.at(2_300), 0);
    }

    #[test]
    fn a_second_change_waits_until_no_epoch_before_the_first_can_be_claimed() {
        let mut commission = Commission::new(300).unwrap();
        commission.set(800, 0, UNBONDING, SPAN).unwrap();
        for now in [0, 1_099, 1_100, 1_199] {
            let again = commission.set(300, now, UNBONDING, SPAN);
            assert_eq!(again, Err(StakingError::CommissionPending), "{now}");
        }
        commission.set(1_300, 1_200, UNBONDING, SPAN).unwrap();
        assert_eq!((commission.at(1_200), commission.at(2_300)), (800, 1_300));
    }

    proptest! {
        #[test]
        fn no_epoch_that_can_be_claimed_changes_its_commission(
            changes in prop::collection::vec((0u16..6_000, 0i64..3_000), 1..20), age in 0i64..=SPAN as i64,
        ) {
            let (mut commission, mut now) = (Commission::new(1_000).unwrap(), 10_000i64);
            for (bps, pause) in changes {
                now += pause;
                let epoch = now - age;
                let before = commission.at(epoch);
                let changed = commission.set(bps, now, UNBONDING, SPAN).is_ok();
                prop_assert_eq!(commission.at(epoch), before);
                if changed {
                    prop_assert_eq!(commission.at(now + UNBONDING as i64), commission.at(now));
                }
            }
        }
    }
}
