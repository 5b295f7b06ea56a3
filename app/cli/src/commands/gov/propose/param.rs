//! `assay gov propose param`: proposes to change parameters.

use super::About;
use crate::{commands::gov::find_param, CliError, Report, Result, Session};
use assay_governance::state::{ProposedAction, Target, MAX_ACTIONS};
use std::str::FromStr;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "`assay params show` lists the names, units and bounds. The deposit returns unless hardly anybody votes or the no is
overwhelming. Changes of governance's own parameters need twice the quorum, and twice as much yes as no.

Examples:
  assay gov propose param --title 'Lower the fee' --set market.fee_bps=200
  assay gov propose param --title 'Longer votes' --set governance.voting_time=259200 --set governance.hold_up=172800 --text why.md"
)]
pub struct Args {
    #[command(flatten)]
    about: About,
    /// New value, as PROGRAM.PARAMETER=VALUE; up to eight times.
    #[arg(long = "set", required = true, value_name = "CHANGE")]
    changes: Vec<Change>,
}

/// A new value of one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change(ProposedAction);

impl FromStr for Change {
    type Err = String;

    fn from_str(text: &str) -> core::result::Result<Self, String> {
        let malformed =
            || format!("`{text}` is not PROGRAM.PARAMETER=VALUE, like market.fee_bps=250");
        let (name, value) = text.split_once('=').ok_or_else(malformed)?;
        let (program, param) = name.split_once('.').ok_or_else(malformed)?;
        let target = Target::from_name(program).ok_or_else(|| {
            format!(
                "there is no program `{program}`; they are governance, staking, market and rewards"
            )
        })?;
        let (number, unit, (min, max)) = find_param(target, param).ok_or_else(|| {
            format!("the {program} program has no parameter `{param}`; see `assay params show`")
        })?;
        let out_of_bounds =
            || format!("{name} takes a whole number of {unit} from {min} to {max}, not `{value}`");
        let value: u64 = value.parse().map_err(|_| out_of_bounds())?;
        if !(min..=max).contains(&value) {
            return Err(out_of_bounds());
        }
        Ok(Self(ProposedAction::set_param(target, number, value)))
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    if args.changes.len() > MAX_ACTIONS {
        return Err(CliError::usage(format!(
            "a proposal changes at most {MAX_ACTIONS} parameters"
        )));
    }
    let actions = args.changes.iter().map(|change| change.0).collect();
    args.about.publish(actions, session)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_names_program_parameter_and_value() {
        let change: Change = "market.fee_bps=250".parse().unwrap();
        assert_eq!(change.0, ProposedAction::set_param(Target::Market, 0, 250));
    }

    #[test]
    fn wrong_changes_are_rejected_in_words() {
        for (text, word) in [
            ("market.fee_bps", "PROGRAM.PARAMETER=VALUE"),
            ("fee_bps=1", "PROGRAM.PARAMETER=VALUE"),
            ("bank.fee_bps=1", "no program `bank`"),
            ("market.fees=1", "no parameter `fees`"),
            ("market.fee_bps=2001", "from 1 to 2000"),
            ("market.fee_bps=-1", "whole number"),
            ("market.fee_bps=2.5", "whole number"),
        ] {
            let error = text.parse::<Change>().unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
    }
}
