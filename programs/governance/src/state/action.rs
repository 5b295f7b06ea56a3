use super::Param;
use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::param::Votable;
use bytemuck::{Pod, Zeroable};

/// Largest number of actions of a proposal.
pub const MAX_ACTIONS: usize = 8;

/// The kind of an action. New kinds go to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Sets one parameter of one program.
    SetParam = 0,
}

impl Kind {
    /// Returns the kind with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        (number == Self::SetParam as u8).then_some(Self::SetParam)
    }
}

/// A program whose parameters a vote can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Target {
    /// This program.
    Governance = 0,
    /// The staking program.
    Staking = 1,
    /// The market program.
    Market = 2,
    /// The rewards program.
    Rewards = 3,
}

impl Target {
    /// Every program, ordered by number.
    pub const ALL: &'static [Self] =
        &[Self::Governance, Self::Staking, Self::Market, Self::Rewards];

    /// Returns the program with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|t| *t as u8 == number)
    }

    /// Returns the program with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|t| t.name() == name)
    }

    /// Returns the program's name, as people type it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Governance => "governance",
            Self::Staking => "staking",
            Self::Market => "market",
            Self::Rewards => "rewards",
        }
    }

    /// Checks that the program has this parameter and that its hard bounds admit `value`.
    ///
    /// # Errors
    /// `UnknownParam`, `ParamOutOfBounds`.
    fn check(self, param: u8, value: u64) -> RuleResult<()> {
        match self {
            Self::Governance => admitted::<Param>(param, value),
            Self::Staking => admitted::<assay_staking::state::Param>(param, value),
            Self::Market => admitted::<assay_market::state::Param>(param, value),
            Self::Rewards => admitted::<assay_rewards::state::Param>(param, value),
        }
    }
}

fn admitted<P: Votable>(param: u8, value: u64) -> RuleResult<()> {
    let param = P::from_number(param).ok_or(GovernanceError::UnknownParam)?;
    if !param.admits(value) {
        return Err(GovernanceError::ParamOutOfBounds);
    }
    Ok(())
}

/// An action as a proposer writes it. Its numbers are checked, so that a wrong one is refused with an error of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ProposedAction {
    /// Number of a `Kind`.
    pub kind: u8,
    /// Number of a `Target`.
    pub program: u8,
    /// Number of a parameter of that program.
    pub param: u8,
    /// The new value, in the parameter's unit.
    pub value: u64,
}

impl ProposedAction {
    /// Returns the action that sets parameter `param` of `target` to `value`.
    pub fn set_param(target: Target, param: u8, value: u64) -> Self {
        Self {
            kind: Kind::SetParam as u8,
            program: target as u8,
            param,
            value,
        }
    }

    /// Checks the action's numbers and returns it as a proposal keeps it.
    ///
    /// # Errors
    /// `UnknownAction`, `UnknownProgram`, `UnknownParam`, `ParamOutOfBounds`.
    pub fn checked(&self) -> RuleResult<Action> {
        let action = Action {
            kind: self.kind,
            program: self.program,
            param: self.param,
            value: self.value.into(),
        };
        match action.kind()? {
            Kind::SetParam => action.target()?.check(self.param, self.value)?,
        }
        Ok(action)
    }
}

/// An action of a proposal, checked when it was proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Action {
    /// The new value, in the parameter's unit.
    pub value: PodU64,
    /// Number of a `Kind`.
    pub kind: u8,
    /// Number of a `Target`.
    pub program: u8,
    /// Number of a parameter of that program.
    pub param: u8,
}

impl Action {
    /// Returns the kind of the action.
    ///
    /// # Errors
    /// `UnknownAction`.
    pub fn kind(&self) -> RuleResult<Kind> {
        Kind::from_number(self.kind).ok_or(GovernanceError::UnknownAction)
    }

    /// Returns the program that the action changes.
    ///
    /// # Errors
    /// `UnknownProgram`.
    pub fn target(&self) -> RuleResult<Target> {
        Target::from_number(self.program).ok_or(GovernanceError::UnknownProgram)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(action: ProposedAction) -> GovernanceError {
        action.checked().unwrap_err()
    }

    #[test]
    fn every_program_is_found_by_its_number_and_name() {
        for target in Target::ALL {
            assert_eq!(Target::from_number(*target as u8), Some(*target));
            assert_eq!(Target::from_name(target.name()), Some(*target));
        }
    }

    fn takes_the_bounds_of<P: Votable>(target: Target) {
        for param in P::ALL {
            let (low, high) = param.bounds();
            let set = |value| ProposedAction::set_param(target, param.number(), value);
            assert!(set(low).checked().is_ok());
            assert!(set(high).checked().is_ok());
            assert_eq!(refusal(set(high + 1)), GovernanceError::ParamOutOfBounds);
        }
    }

    #[test]
    fn bounds_are_those_of_the_program_that_is_named() {
        takes_the_bounds_of::<Param>(Target::Governance);
        takes_the_bounds_of::<assay_staking::state::Param>(Target::Staking);
        takes_the_bounds_of::<assay_market::state::Param>(Target::Market);
        takes_the_bounds_of::<assay_rewards::state::Param>(Target::Rewards);
    }

    #[test]
    fn unknown_numbers_are_refused_by_name() {
        let good = ProposedAction::set_param(Target::Governance, 0, 1);
        assert!(good.checked().is_ok());
        let cases = [
            (
                ProposedAction { kind: 1, ..good },
                GovernanceError::UnknownAction,
            ),
            (
                ProposedAction { program: 4, ..good },
                GovernanceError::UnknownProgram,
            ),
            (
                ProposedAction { param: 200, ..good },
                GovernanceError::UnknownParam,
            ),
            (
                ProposedAction { value: 0, ..good },
                GovernanceError::ParamOutOfBounds,
            ),
        ];
        for (action, error) in cases {
            assert_eq!(refusal(action), error);
        }
    }
}
