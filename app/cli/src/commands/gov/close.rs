//! `assay gov close`: closes a finished proposal.

use super::{close_votes::close_ended_votes, params, proposal, status_name};
use crate::{amount::MintInfo, CliError, Report, Result, Session};
use assay_client::{
    instruction::governance::{close_forfeited, close_proposal},
    Signer as _,
};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay gov close 3")]
pub struct Args {
    /// Number of the proposal.
    proposal: u64,
}

#[derive(Serialize)]
struct CloseReport {
    proposal: u64,
    /// True if the deposit went to the treasury; false if it returned to the proposer.
    forfeited: bool,
}

impl fmt::Display for CloseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = if self.forfeited {
            "went to the treasury, because too few voted"
        } else {
            "returned to the proposer"
        };
        write!(f, "proposal {} is closed; its deposit {to}", self.proposal)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let treasury = params(session)?.treasury;
    let (address, found) = proposal(session, args.proposal)?;
    let now = session.client.now()?;
    if !found.is_finished(now) {
        let status = status_name(found.status(now));
        return Err(CliError::unfinished(format!(
            "the status of the proposal is {status}; close it when it is finished"
        )));
    }
    let (assay, proposer) = (MintInfo::assay(), found.proposer);
    let forfeited = found.forfeits_deposit();
    let (mut instructions, mut rent) = (Vec::new(), 0);
    if forfeited {
        instructions.push(close_forfeited(proposer, address, treasury));
    } else {
        instructions.push(assay.create_ata(&wallet.pubkey(), &proposer));
        rent = session.ata_rent(&assay, &proposer)?;
        instructions.push(close_proposal(proposer, address, &assay.mint));
    }
    session.send(&instructions, &[&wallet], rent)?;
    session.best_effort(close_ended_votes(session, &wallet));
    Report::new(&CloseReport {
        proposal: args.proposal,
        forfeited,
    })
}
