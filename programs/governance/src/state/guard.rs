//! What the guardian may do, and for how long.

use super::{kind::Target, params::pause, Params};
use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::pause::{stops, MAX_PAUSE, PAUSE_REST};

/// Days of the calendar between two proposals that spend from the treasury.
pub const SPEND_GAP_DAYS: u32 = 7;

impl Params {
    /// Checks that `signer` is the guardian. Zero, which means that there is none, cannot sign.
    ///
    /// # Errors
    /// `NotGuardian`.
    pub fn check_guardian(&self, signer: &Address) -> RuleResult<()> {
        if *signer != self.guardian || *signer == Address::default() {
            return Err(GovernanceError::NotGuardian);
        }
        Ok(())
    }

    /// Begins a pause of operations of `target` at the Unix time `now` and returns when it ends. A pause is short, and a rest
    /// follows it, in which everything runs: so a guardian delays, but never stops anything for good.
    ///
    /// # Errors
    /// `UnknownProgram`, `ParamOutOfBounds` for no bit or an unknown one, `PauseTooLong`, `PauseTooSoon`.
    pub fn begin_pause(
        &mut self,
        target: Target,
        bits: u64,
        seconds: u64,
        now: i64,
    ) -> RuleResult<i64> {
        let is_known = target != Target::Governance || bits & !pause::ALL == 0;
        if bits == 0 || !is_known {
            return Err(GovernanceError::ParamOutOfBounds);
        }
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        if !(1..=MAX_PAUSE).contains(&seconds) {
            return Err(GovernanceError::PauseTooLong);
        }
        let rest = self.rest_mut(target)?;
        let from = rest.get();
        if from != 0 && now < from.saturating_add(PAUSE_REST) {
            return Err(GovernanceError::PauseTooSoon);
        }
        let until = now.checked_add(seconds).ok_or(GovernanceError::Overflow)?;
        *rest = until.into();
        if target == Target::Governance {
            self.set_pause(bits, until);
        }
        Ok(until)
    }

    /// Ends the guardian's pause of `target` early; its rest begins now.
    ///
    /// # Errors
    /// `UnknownProgram`.
    pub fn lift_pause(&mut self, target: Target, now: i64) -> RuleResult<()> {
        let rest = self.rest_mut(target)?;
        *rest = rest.get().min(now).into();
        if target == Target::Governance {
            self.set_pause(0, 0);
        }
        Ok(())
    }

    /// Pauses governance's own operations until the Unix time `until`; no bit ends the pause.
    pub fn set_pause(&mut self, bits: u64, until: i64) {
        self.paused = bits.into();
        self.paused_until = until.into();
    }

    fn rest_mut(&mut self, target: Target) -> RuleResult<&mut PodI64> {
        self.rest_from
            .get_mut(target as usize)
            .ok_or(GovernanceError::UnknownProgram)
    }

    /// Replaces the guardian by nobody and offers the office. The old one ends at once, so a vote that names a wrong address
    /// leaves no guardian rather than the dismissed one.
    pub fn offer_guardian(&mut self, to: Address) {
        self.guardian = Address::default();
        self.offered_guardian = to;
    }

    /// Makes `signer`, whom the office was offered to, the guardian.
    ///
    /// # Errors
    /// `NotGuardian`.
    pub fn accept_guardian(&mut self, signer: &Address) -> RuleResult<()> {
        if *signer != self.offered_guardian || *signer == Address::default() {
            return Err(GovernanceError::NotGuardian);
        }
        self.guardian = *signer;
        self.offered_guardian = Address::default();
        Ok(())
    }

    /// Counts a proposal that spends from the treasury at the Unix time `now`. Seven days, as the calendar counts them in UTC,
    /// lie between two of them, however many have passed: each may take only a part of what the treasury holds, and several with the same votes would empty it.
    ///
    /// # Errors
    /// `Paused`, `SpentLately`, `Overflow`.
    pub fn spend(&mut self, now: i64) -> RuleResult<()> {
        let (paused, until) = (self.paused.get(), self.paused_until.get());
        if stops(paused, until, pause::TREASURY, now) {
            return Err(GovernanceError::Paused);
        }
        let seconds = u64::try_from(now).map_err(|_| GovernanceError::Overflow)?;
        let day = u32::try_from(seconds / 86_400).map_err(|_| GovernanceError::Overflow)?;
        if day < self.spent_day.get().saturating_add(SPEND_GAP_DAYS) {
            return Err(GovernanceError::SpentLately);
        }
        self.spent_day = day.into();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;
    use proptest::prelude::*;

    const NOW: i64 = 1_800_000_000;
    const WEEK: u64 = 7 * 86_400;

    fn address(byte: u8) -> Address {
        Address::new_from_array([byte; 32])
    }

    #[test]
    fn only_the_guardian_is_the_guardian_and_nobody_is_not() {
        let mut params = Params::zeroed();
        let nobody = params.check_guardian(&address(0));
        assert_eq!(nobody, Err(GovernanceError::NotGuardian));
        params.guardian = address(1);
        assert_eq!(params.check_guardian(&address(1)), Ok(()));
        let other = params.check_guardian(&address(2));
        assert_eq!(other, Err(GovernanceError::NotGuardian));
    }

    #[test]
    fn a_dismissed_guardian_ends_at_once_and_the_next_must_accept() {
        let mut params = Params::zeroed();
        params.guardian = address(1);
        params.offer_guardian(address(2));
        assert!(params.check_guardian(&address(1)).is_err());
        assert!(params.check_guardian(&address(2)).is_err());
        let wrong = params.accept_guardian(&address(1));
        assert_eq!(wrong, Err(GovernanceError::NotGuardian));
        assert_eq!(params.accept_guardian(&address(2)), Ok(()));
        assert_eq!(params.check_guardian(&address(2)), Ok(()));
        let again = params.accept_guardian(&address(2));
        assert_eq!(again, Err(GovernanceError::NotGuardian));
        params.offer_guardian(address(0));
        let nobody = params.accept_guardian(&address(0));
        assert_eq!(nobody, Err(GovernanceError::NotGuardian));
    }

    #[test]
    fn a_pause_has_a_length_and_bits_that_mean_something() {
        let mut params = Params::zeroed();
        let mut begin = |target, bits, seconds| params.begin_pause(target, bits, seconds, NOW);
        let too_long = Err(GovernanceError::PauseTooLong);
        assert_eq!(begin(Target::Market, 1, 0), too_long);
        assert_eq!(begin(Target::Market, 1, WEEK + 1), too_long);
        assert_eq!(begin(Target::Market, 1, u64::MAX), too_long);
        let no_bits = Err(GovernanceError::ParamOutOfBounds);
        assert_eq!(begin(Target::Market, 0, 1), no_bits);
        assert_eq!(begin(Target::Governance, 2, 1), no_bits);
        let unknown = Err(GovernanceError::UnknownProgram);
        assert_eq!(begin(Target::Rewards, 1, 1), unknown);
        assert_eq!(begin(Target::Market, 1, WEEK), Ok(NOW + WEEK as i64));
        assert_eq!(begin(Target::Governance, 1, 5), Ok(NOW + 5));
        assert_eq!(
            (params.paused.get(), params.paused_until.get()),
            (1, NOW + 5)
        );
    }

    #[test]
    fn thirty_days_lie_between_a_pause_and_the_next() {
        let mut params = Params::zeroed();
        let until = params.begin_pause(Target::Staking, 1, WEEK, NOW).unwrap();
        let next = until + PAUSE_REST;
        let early = params.begin_pause(Target::Staking, 2, 1, next - 1);
        assert_eq!(early, Err(GovernanceError::PauseTooSoon));
        // Another program has a count of its own.
        assert!(params.begin_pause(Target::Market, 1, 1, NOW).is_ok());
        assert_eq!(
            params.begin_pause(Target::Staking, 2, 1, next),
            Ok(next + 1)
        );
    }

    #[test]
    fn the_rest_after_a_pause_that_was_lifted_begins_at_once() {
        let mut params = Params::zeroed();
        params
            .begin_pause(Target::Governance, 1, WEEK, NOW)
            .unwrap();
        params.lift_pause(Target::Governance, NOW + 10).unwrap();
        assert_eq!(params.paused.get(), 0);
        let next = NOW + 10 + PAUSE_REST;
        let early = params.begin_pause(Target::Governance, 1, 1, next - 1);
        assert_eq!(early, Err(GovernanceError::PauseTooSoon));
        // Lifting again does not make the rest any shorter or longer.
        params.lift_pause(Target::Governance, next).unwrap();
        assert!(params.begin_pause(Target::Governance, 1, 1, next).is_ok());
        let unknown = params.lift_pause(Target::Rewards, NOW);
        assert_eq!(unknown, Err(GovernanceError::UnknownProgram));
    }

    #[test]
    fn seven_days_lie_between_two_proposals_that_spend() {
        let mut params = Params::zeroed();
        let midnight = 86_400 * 20_000;
        assert_eq!(params.spend(midnight), Ok(()));
        for later in [0, 86_400, WEEK as i64 - 1] {
            let again = params.spend(midnight + later);
            assert_eq!(again, Err(GovernanceError::SpentLately));
        }
        assert_eq!(params.spend(midnight + WEEK as i64), Ok(()));
        assert_eq!(params.spend(-1), Err(GovernanceError::Overflow));
    }

    #[test]
    fn nothing_is_spent_while_the_treasury_is_paused() {
        let mut params = Params::zeroed();
        params.begin_pause(Target::Governance, 1, 100, NOW).unwrap();
        assert_eq!(params.spend(NOW + 99), Err(GovernanceError::Paused));
        assert_eq!(params.spend(NOW + 100), Ok(()));
    }

    proptest! {
        /// Whatever the guardian does, a program is paused for at most a week of any 37 days.
        #[test]
        fn a_program_runs_thirty_days_between_two_pauses(
            steps in prop::collection::vec((0i64..20 * 86_400, 1u64..=WEEK, any::<bool>()), 1..40),
        ) {
            let mut params = Params::zeroed();
            let (mut now, mut last_end) = (NOW, None::<i64>);
            for (wait, seconds, lift) in steps {
                now += wait;
                if lift {
                    params.lift_pause(Target::Governance, now).unwrap();
                    last_end = last_end.map(|end| end.min(now));
                } else if let Ok(until) = params.begin_pause(Target::Governance, 1, seconds, now) {
                    prop_assert!(last_end.is_none_or(|end| now - end >= PAUSE_REST));
                    prop_assert!(until - now <= WEEK as i64);
                    last_end = Some(until);
                }
            }
        }
    }
}
