use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// The side that a vote is cast on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
#[repr(u8)]
pub enum Side {
    /// For the proposal.
    Yes = 0,
    /// Against the proposal.
    No = 1,
    /// For neither; counts towards the turnout only.
    Abstain = 2,
}

/// What a vote holds.
#[pod_wrapper]
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
#[repr(u8)]
pub enum Ballot {
    /// For the proposal.
    Yes = 0,
    /// Against the proposal.
    No = 1,
    /// For neither.
    Abstain = 2,
    /// A side that is not revealed yet. It abstains until then.
    Secret = 3,
}

impl Ballot {
    /// Returns the side on which the weight is counted.
    pub fn side(self) -> Side {
        match self {
            Self::Yes => Side::Yes,
            Self::No => Side::No,
            Self::Abstain | Self::Secret => Side::Abstain,
        }
    }
}

impl From<Side> for Ballot {
    fn from(side: Side) -> Self {
        match side {
            Side::Yes => Self::Yes,
            Side::No => Self::No,
            Side::Abstain => Self::Abstain,
        }
    }
}

/// The weight on each side of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Tally {
    /// Weight for it, base units of the vote mint times the locks' factors.
    pub yes: PodU64,
    /// Weight against it, base units of the vote mint times the locks' factors.
    pub no: PodU64,
    /// Weight that counts towards the turnout only, base units of the vote mint times the locks' factors.
    pub abstain: PodU64,
}

impl Tally {
    fn side_mut(&mut self, side: Side) -> &mut PodU64 {
        match side {
            Side::Yes => &mut self.yes,
            Side::No => &mut self.no,
            Side::Abstain => &mut self.abstain,
        }
    }

    /// Adds `weight` to a side.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn cast(&mut self, side: Side, weight: u64) -> RuleResult<()> {
        let sum = self.side_mut(side).checked_add(weight);
        *self.side_mut(side) = sum.ok_or(GovernanceError::Overflow)?;
        Ok(())
    }

    /// Takes `weight` off the side that it was cast on.
    ///
    /// # Errors
    /// `Overflow` if the side has less.
    pub fn retract(&mut self, side: Side, weight: u64) -> RuleResult<()> {
        let rest = self.side_mut(side).checked_sub(weight);
        *self.side_mut(side) = rest.ok_or(GovernanceError::Overflow)?;
        Ok(())
    }

    /// Returns the weight on all sides together. It cannot exceed the total weight when the vote opened, which fits 64 bits.
    pub fn turnout(&self) -> u64 {
        let sides = self.yes.get().saturating_add(self.no.get());
        sides.saturating_add(self.abstain.get())
    }

    /// Returns whether yes reaches the threshold and exceeds no, and the turnout reaches the quorum. Of a heavy proposal, yes is
    /// at least twice no.
    pub fn passes(&self, threshold: u64, quorum: u64, heavy: bool) -> bool {
        let (yes, no) = (self.yes.get(), self.no.get());
        let needed = if heavy { no.saturating_mul(2) } else { no };
        yes >= threshold && yes > no && yes >= needed && self.turnout() >= quorum
    }

    /// Returns whether the deposit of a proposal that ended with this tally is kept: hardly anybody cared, or the no was
    /// overwhelming. Without the second, a tenth of the weight could propose for nothing again and again.
    pub fn keeps_deposit(&self, quorum: u64) -> bool {
        let (yes, no) = (self.yes.get(), self.no.get());
        let negligible = self.turnout().saturating_mul(4) < quorum;
        negligible || (no > 0 && no >= yes.saturating_mul(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn side() -> impl Strategy<Value = Side> {
        prop_oneof![Just(Side::Yes), Just(Side::No), Just(Side::Abstain)]
    }

    fn tally(yes: u64, no: u64, abstain: u64) -> Tally {
        Tally {
            yes: yes.into(),
            no: no.into(),
            abstain: abstain.into(),
        }
    }

    proptest! {
        #[test]
        fn moving_weight_between_sides_keeps_the_turnout(
            votes in prop::collection::vec((side(), side(), 1u64..1 << 50), 1..20),
        ) {
            let mut moved = Tally::default();
            let mut direct = Tally::default();
            for (first, last, weight) in votes {
                moved.cast(first, weight).unwrap();
                moved.retract(first, weight).unwrap();
                moved.cast(last, weight).unwrap();
                direct.cast(last, weight).unwrap();
            }
            prop_assert_eq!(moved, direct);
        }

        #[test]
        fn whoever_is_heavier_cannot_be_outvoted(yes in 0u64..1 << 60, no in 0u64..1 << 60) {
            let passed = tally(yes, no, 0).passes(1, 0, false);
            let opposite = tally(no, yes, 0).passes(1, 0, false);
            prop_assert!(!(passed && opposite));
            prop_assert_eq!(passed, yes > no);
        }

        #[test]
        fn what_passes_heavily_passes_lightly_and_keeps_no_deposit(
            yes in 0u64..1 << 60, no in 0u64..1 << 60, abstain in 0u64..1 << 60,
            threshold in 1u64..1 << 60, quorum in 0u64..1 << 61,
        ) {
            let tally = tally(yes, no, abstain);
            let light = tally.passes(threshold, quorum, false);
            prop_assert!(light || !tally.passes(threshold, quorum, true));
            prop_assert!(!(light && tally.keeps_deposit(quorum)));
        }
    }

    #[test]
    fn it_passes_at_threshold_and_quorum_and_not_one_below() {
        assert!(tally(60, 10, 30).passes(60, 100, false));
        assert!(!tally(59, 10, 31).passes(60, 100, false));
        assert!(!tally(60, 10, 29).passes(60, 100, false));
    }

    #[test]
    fn a_tie_does_not_pass() {
        assert!(!tally(50, 50, 0).passes(1, 0, false));
    }

    #[test]
    fn a_heavy_proposal_needs_twice_as_much_yes_as_no() {
        assert!(tally(50, 25, 0).passes(1, 0, true));
        assert!(!tally(49, 25, 0).passes(1, 0, true));
        assert!(tally(49, 25, 0).passes(1, 0, false));
        assert!(tally(1, 0, 0).passes(1, 0, true));
        assert!(!tally(u64::MAX / 2, u64::MAX / 2 - 1, 0).passes(1, 0, true));
    }

    #[test]
    fn a_deposit_is_kept_below_a_quarter_of_the_quorum_or_with_twice_as_much_no_as_yes() {
        assert!(tally(24, 0, 0).keeps_deposit(100));
        assert!(!tally(25, 0, 0).keeps_deposit(100));
        assert!(tally(25, 50, 0).keeps_deposit(100));
        assert!(!tally(25, 49, 0).keeps_deposit(100));
        assert!(!tally(0, 0, 100).keeps_deposit(100));
        assert!(tally(0, 1, 100).keeps_deposit(100));
        assert!(tally(0, 0, 0).keeps_deposit(1));
    }

    #[test]
    fn a_secret_ballot_counts_as_abstained() {
        assert_eq!(Ballot::Secret.side(), Side::Abstain);
        for side in [Side::Yes, Side::No, Side::Abstain] {
            assert_eq!(Ballot::from(side).side(), side);
        }
    }

    #[test]
    fn more_than_was_cast_cannot_be_retracted() {
        assert_eq!(
            tally(5, 0, 0).retract(Side::Yes, 6),
            Err(GovernanceError::Overflow)
        );
    }
}
