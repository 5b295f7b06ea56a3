//! Errors that only mean that somebody else did it first, or that it can be done a little later.

use crate::error::NodeError;
use assay_client::Error as ChainError;

const RACES: [&str; 20] = [
    "SeatNotFree",
    "AlreadyInTask",
    "ClaimingOver",
    "NotDrawn",
    "NotClaimed",
    "NotCommitted",
    "RevealNotOpen",
    "DeadlinePassed",
    "TaskStillRunning",
    "NothingOverdue",
    "TaskDecided",
    "NothingToCollect",
    "NothingToPenalize",
    "NothingToTally",
    "OutsideTallyWindow",
    "JobNotFinished",
    "NotDue",
    "TallyOpen",
    "NoWork",
    "WorkTallied",
];

/// Whether `error` is a lost race.
pub fn is_race(error: &NodeError) -> bool {
    rule(error).is_some_and(|rule| RACES.contains(&rule))
}

/// Whether the network refused to execute a transaction.
pub fn is_refusal(error: &NodeError) -> bool {
    matches!(error, NodeError::Chain(ChainError::Rejected(_)))
}

/// The rule that a program of ours found broken.
pub fn rule(error: &NodeError) -> Option<&'static str> {
    match error {
        NodeError::Chain(error) => error.rule(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_race_is_a_rule_of_a_program() {
        let idls = [
            include_str!("../../../idls/assay_market.json"),
            include_str!("../../../idls/assay_rewards.json"),
        ];
        for race in RACES {
            let name = format!("\"{race}\"");
            assert!(idls.iter().any(|idl| idl.contains(&name)), "{race}");
        }
    }
}
