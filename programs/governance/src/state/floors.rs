use super::{Param, Params};
use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::param::Votable;
use bytemuck::{Pod, Zeroable};

/// The least values that a vote can give to five parameters. Fixed for ever when governance is initialized, so that no vote makes
/// the next one shorter than people can follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Floors {
    /// Least notice, seconds.
    pub notice: PodU64,
    /// Least voting time, seconds.
    pub voting_time: PodU64,
    /// Least hold-up, seconds.
    pub hold_up: PodU64,
    /// Least execution window, seconds.
    pub execution_window: PodU64,
    /// Least threshold, base units of the vote mint times the locks' factors.
    pub threshold: PodU64,
}

impl Floors {
    /// The parameters that have a floor.
    pub const WITH: [Param; 5] = [
        Param::Notice,
        Param::VotingTime,
        Param::HoldUp,
        Param::ExecutionWindow,
        Param::Threshold,
    ];

    /// Returns the least value of a parameter; 0 for those without a floor.
    pub fn of(&self, param: Param) -> u64 {
        match param {
            Param::Notice => self.notice.get(),
            Param::VotingTime => self.voting_time.get(),
            Param::HoldUp => self.hold_up.get(),
            Param::ExecutionWindow => self.execution_window.get(),
            Param::Threshold => self.threshold.get(),
            _ => 0,
        }
    }
}

impl Params {
    /// Checks that a vote may set `param` to `value`.
    ///
    /// # Errors
    /// `BelowFloor`.
    pub fn check_floor(&self, param: Param, value: u64) -> RuleResult<()> {
        if value < self.floors.of(param) {
            return Err(GovernanceError::BelowFloor);
        }
        Ok(())
    }

    /// Checks the rule between parameters: none lies below its floor.
    ///
    /// # Errors
    /// `BelowFloor`.
    pub fn invariant(&self) -> RuleResult<()> {
        for param in Param::ALL {
            self.check_floor(*param, self.get(*param))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_parameters_have_floors_and_no_vote_goes_below() {
        let mut params = Params {
            floors: Floors {
                notice: 10.into(),
                voting_time: 11.into(),
                hold_up: 12.into(),
                execution_window: 13.into(),
                threshold: 14.into(),
            },
            ..Params::zeroed()
        };
        let floors = [
            (Param::Notice, 10),
            (Param::VotingTime, 11),
            (Param::HoldUp, 12),
            (Param::ExecutionWindow, 13),
            (Param::Threshold, 14),
        ];
        for (param, floor) in floors {
            assert_eq!(params.check_floor(param, floor), Ok(()));
            let below = params.check_floor(param, floor - 1);
            assert_eq!(below, Err(GovernanceError::BelowFloor));
            params.put(param, floor);
        }
        assert_eq!(params.invariant(), Ok(()));
        for (param, floor) in floors {
            params.put(param, floor - 1);
            assert_eq!(params.invariant(), Err(GovernanceError::BelowFloor));
            params.put(param, floor);
        }
        for param in Param::ALL {
            if !floors.iter().any(|(floored, _)| floored == param) {
                assert_eq!(params.check_floor(*param, 0), Ok(()));
            }
        }
    }
}
