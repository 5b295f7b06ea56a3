//! What an action changes. A decision that was executed supersedes older ones of the same thing.

use super::{kind::Kind, Action, Params};
use crate::error::{GovernanceError, RuleResult};

/// Number of things that proposals can change, each with a mark in the parameters.
pub const SLOTS: usize = 128;

/// Parameters of a program that have a slot.
const PARAMS: usize = 16;
const RATES: usize = 64;
const ADMITS: usize = 80;
const GUARDIAN: usize = 96;
const UPGRADES: usize = 100;
const PAUSES: usize = 104;

impl Action {
    /// Returns the number of what the action changes; `None` if it takes nothing back: it pays, or allows a new mint.
    ///
    /// Two mints may share a slot. That can cost a second vote, but never leads to a wrong change.
    pub fn slot(&self) -> Option<usize> {
        let target = usize::from(self.target);
        let mint = usize::from(self.address.as_ref().first().copied().unwrap_or(0) & 15);
        let (first, offset) = match Kind::from_number(self.kind)? {
            Kind::SetParam => {
                let param = usize::from(self.param);
                if param >= PARAMS {
                    return None;
                }
                (target.checked_mul(PARAMS)?, param)
            }
            Kind::SetRate => (RATES, mint),
            Kind::SetAdmits => (ADMITS, mint),
            Kind::SetGuardian => (GUARDIAN, 0),
            Kind::Upgrade => (UPGRADES, target),
            Kind::Unpause => (PAUSES, target),
            Kind::Transfer | Kind::Grant | Kind::AllowMint => return None,
        };
        first.checked_add(offset)
    }
}

impl Params {
    /// Marks what `action` changes as changed by the proposal with this index. Whoever executes chooses the moment, so an older
    /// decision could otherwise undo a newer one.
    ///
    /// # Errors
    /// `Superseded` if a proposal with a higher index changed it. `Overflow`.
    pub fn mark(&mut self, action: &Action, index: u64) -> RuleResult<()> {
        let Some(slot) = action.slot() else {
            return Ok(());
        };
        let index = u32::try_from(index).map_err(|_| GovernanceError::Overflow)?;
        let mark = self.marks.get_mut(slot).ok_or(GovernanceError::Overflow)?;
        if mark.get() > index {
            return Err(GovernanceError::Superseded);
        }
        let next = index.checked_add(1).ok_or(GovernanceError::Overflow)?;
        *mark = next.into();
        Ok(())
    }
}

/// Checks what can be said about the actions of a proposal together.
///
/// # Errors
/// `MustStandAlone`, `DuplicateAction` if two change the same thing.
pub fn check_together(actions: &[Action]) -> RuleResult<()> {
    let mut taken = [false; SLOTS];
    for action in actions {
        if action.kind()?.stands_alone() && actions.len() > 1 {
            return Err(GovernanceError::MustStandAlone);
        }
        let place = action.slot().and_then(|slot| taken.get_mut(slot));
        if place.is_some_and(|place| core::mem::replace(place, true)) {
            return Err(GovernanceError::DuplicateAction);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{
        super::{ProposedAction, Target},
        *,
    };
    use anchor_lang::prelude::Address;
    use assay_shared::param::Votable;
    use bytemuck::Zeroable;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn mint(byte: u8) -> Address {
        Address::new_from_array([byte; 32])
    }

    fn set(target: Target, param: u8, value: u64) -> Action {
        ProposedAction::set_param(target, param, value)
            .checked()
            .unwrap()
    }

    fn numbers<P: Votable>() -> impl Iterator<Item = (u8, u64)> {
        P::ALL.iter().map(|p| (p.number(), p.bounds().0))
    }

    /// One action for everything that has a slot of its own.
    fn all_distinct() -> Vec<Action> {
        let mut actions = Vec::new();
        actions
            .extend(numbers::<super::super::Param>().map(|(p, v)| set(Target::Governance, p, v)));
        actions.extend(
            numbers::<assay_staking::state::Param>().map(|(p, v)| set(Target::Staking, p, v)),
        );
        actions.extend(
            numbers::<assay_market::state::Param>().map(|(p, v)| set(Target::Market, p, v)),
        );
        actions.extend(
            numbers::<assay_rewards::state::Param>().map(|(p, v)| set(Target::Rewards, p, v)),
        );
        let mut others = vec![ProposedAction::set_guardian(mint(1))];
        for byte in 16..32 {
            others.push(ProposedAction::set_rate(mint(byte), 1));
            others.push(ProposedAction::set_admits(mint(byte), true));
        }
        for target in Target::ALL {
            others.push(ProposedAction::upgrade(*target, [1; 32], mint(1)));
        }
        for target in [Target::Governance, Target::Staking, Target::Market] {
            others.push(ProposedAction::unpause(target));
        }
        actions.extend(others.iter().map(|action| action.checked().unwrap()));
        actions
    }

    #[test]
    fn everything_that_can_be_changed_has_a_slot_of_its_own() {
        let actions = all_distinct();
        let mut slots: Vec<_> = actions.iter().map(|a| a.slot().unwrap()).collect();
        slots.sort_unstable();
        slots.dedup();
        assert_eq!(slots.len(), actions.len());
        assert!(slots.iter().all(|slot| *slot < SLOTS));
    }

    #[test]
    fn payments_and_new_mints_supersede_nothing() {
        let mut params = Params::zeroed();
        for action in [
            ProposedAction::transfer(mint(1), 1, 5, mint(2), 0),
            ProposedAction::grant(mint(1), 5, 0, mint(2), 0),
            ProposedAction::allow_mint(mint(1), 1, 1),
        ] {
            let action = action.checked().unwrap();
            assert_eq!(action.slot(), None);
            assert_eq!(params.mark(&action, 5), Ok(()));
            assert_eq!(params.mark(&action, 4), Ok(()));
            assert_eq!(check_together(&[action, action]), Ok(()));
        }
    }

    #[test]
    fn a_guardian_and_an_upgrade_stand_alone() {
        let other = set(Target::Staking, 0, 1);
        for alone in [
            ProposedAction::set_guardian(mint(1)),
            ProposedAction::upgrade(Target::Market, [1; 32], mint(1)),
        ] {
            let alone = alone.checked().unwrap();
            assert_eq!(check_together(&[alone]), Ok(()));
            for pair in [[alone, other], [other, alone]] {
                let refused = check_together(&pair);
                assert_eq!(refused, Err(GovernanceError::MustStandAlone));
            }
        }
    }

    #[test]
    fn one_proposal_changes_a_thing_once() {
        let (first, second) = (set(Target::Staking, 0, 1), set(Target::Staking, 0, 2));
        let other = set(Target::Market, 0, 1);
        assert_eq!(check_together(&[first, other]), Ok(()));
        let twice = check_together(&[first, other, second]);
        assert_eq!(twice, Err(GovernanceError::DuplicateAction));
    }

    #[test]
    fn an_index_beyond_the_marks_is_refused() {
        let action = set(Target::Staking, 0, 1);
        let mut params = Params::zeroed();
        for index in [u64::from(u32::MAX), u64::from(u32::MAX) + 1] {
            let refused = params.mark(&action, index);
            assert_eq!(refused, Err(GovernanceError::Overflow));
        }
    }

    proptest! {
        /// In whatever order proposals are executed, the newest decision on each thing is the one that stays.
        #[test]
        fn the_newest_executed_decision_stays(
            order in prop::collection::vec((0u64..50, 0usize..8), 1..60),
        ) {
            let actions = all_distinct();
            let mut params = Params::zeroed();
            let mut kept: HashMap<usize, u64> = HashMap::new();
            for (index, thing) in order {
                let done = params.mark(&actions[thing], index).is_ok();
                let newest = kept.get(&thing).copied();
                prop_assert_eq!(done, newest.is_none_or(|newest| index > newest));
                if done {
                    kept.insert(thing, index);
                }
            }
        }
    }
}
