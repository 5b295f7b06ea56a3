use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// The side that a vote is cast on.
#[pod_wrapper]
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

    /// Returns the weight on all sides together. It cannot exceed the total weight when the proposal opened, which fits 64
    /// bits.
    pub fn turnout(&self) -> u64 {
        let sides = self.yes.get().saturating_add(self.no.get());
        sides.saturating_add(self.abstain.get())
    }

    /// Returns whether yes reaches the threshold and exceeds no, and the turnout reaches the quorum.
    pub fn passes(&self, threshold: u64, quorum: u64) -> bool {
        self.yes.get() >= threshold && self.yes.get() > self.no.get() && self.turnout() >= quorum
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
            let passed = tally(yes, no, 0).passes(1, 0);
            let opposite = tally(no, yes, 0).passes(1, 0);
            prop_assert!(!(passed && opposite));
            prop_assert_eq!(passed, yes > no);
        }
    }

    #[test]
    fn it_passes_at_threshold_and_quorum_and_not_one_below() {
        assert!(tally(60, 10, 30).passes(60, 100));
        assert!(!tally(59, 10, 31).passes(60, 100));
        assert!(!tally(60, 10, 29).passes(60, 100));
    }

    #[test]
    fn a_tie_does_not_pass() {
        assert!(!tally(50, 50, 0).passes(1, 0));
    }

    #[test]
    fn more_than_was_cast_cannot_be_retracted() {
        assert_eq!(
            tally(5, 0, 0).retract(Side::Yes, 6),
            Err(GovernanceError::Overflow)
        );
    }
}
