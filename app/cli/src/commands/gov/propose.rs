//! `assay gov propose`: proposes to change parameters.

use super::{find_param, list_proposals::ProposalReport, params};
use crate::{amount::MintInfo, CliError, Report, Result, Session};
use assay_client::{account_size, instruction::governance::propose, pda::rewards, Signer as _};
use assay_content::ContentHash;
use assay_governance::state::{Proposal, ProposalDraft, ProposedAction, Target, MAX_ACTIONS};
use assay_shared::token::ACCOUNT_LEN;
use std::{fs, path::PathBuf, str::FromStr};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "`assay params show` lists the names, units and bounds. The deposit returns unless too few vote.

Examples:
  assay gov propose --title 'Lower the fee' --set market.fee_bps=200
  assay gov propose --title 'Longer votes' --set governance.voting_time=259200 --set governance.hold_up=86400 --text why.md"
)]
pub struct Args {
    /// Title, at most 64 bytes.
    #[arg(long, value_name = "TEXT", value_parser = parse_title)]
    title: [u8; 64],
    /// New value, as PROGRAM.PARAMETER=VALUE; up to eight times.
    #[arg(long = "set", required = true, value_name = "CHANGE")]
    changes: Vec<Change>,
    /// File with the full text. Only its hash goes on chain: publish the file yourself.
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
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

/// Pads the title with zeros to its 64 bytes on chain.
fn parse_title(text: &str) -> core::result::Result<[u8; 64], String> {
    let mut title = [0u8; 64];
    match title.get_mut(..text.len()) {
        Some(start) if !text.is_empty() => start.copy_from_slice(text.as_bytes()),
        _ => return Err("a title has 1 to 64 bytes".to_owned()),
    }
    Ok(title)
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    if args.changes.len() > MAX_ACTIONS {
        return Err(CliError::usage(format!(
            "a proposal changes at most {MAX_ACTIONS} parameters"
        )));
    }
    let description = match &args.text {
        None => [0u8; 32],
        Some(path) => {
            let text = fs::read(path).map_err(|error| CliError::file("the text", path, &error))?;
            ContentHash::of(&text).bytes()
        }
    };
    let wallet = session.wallet()?;
    let proposer = wallet.pubkey();
    let params = params(session)?;
    let source =
        session.ensure_balance(&MintInfo::assay(), &proposer, params.proposal_deposit.get())?;
    let draft = ProposalDraft {
        title: args.title,
        description,
        actions: args.changes.iter().map(|change| change.0).collect(),
    };
    let index = params.proposal_count.get();
    let client = &session.client;
    let rent = client.minimum_balance(account_size::<Proposal>())?
        + client.minimum_balance(ACCOUNT_LEN)?;
    let propose = propose(proposer, index, rewards::mint(), source, draft);
    session
        .printer
        .status(format!("opening proposal {index} of {proposer}"));
    let signature = session.send(&[propose], &[&wallet], rent)?;
    session.report_or_signature(signature, ProposalReport::fetch(session, index))
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

    #[test]
    fn a_title_fits_64_bytes() {
        assert!(parse_title(&"x".repeat(64)).is_ok());
        assert!(parse_title(&"x".repeat(65)).is_err());
        assert!(parse_title("").is_err());
    }
}
