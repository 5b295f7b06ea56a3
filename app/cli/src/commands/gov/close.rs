//! `assay gov close`: closes a finished proposal.

use super::{close_votes::close_ended_votes, proposal, status_name};
use crate::{amount::MintInfo, CliError, Report, Result, Session};
use assay_client::{instruction::governance::close_proposal, Signer as _};
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
    /// True if the deposit was burned; false if it returned to the proposer.
    burned: bool,
}

impl fmt::Display for CloseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fate = if self.burned {
            "was burned, because hardly anybody voted or the no was overwhelming"
        } else {
            "returned to the proposer"
        };
        write!(
            f,
            "proposal {} is closed; its deposit {fate}",
            self.proposal
        )
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let (address, found) = proposal(session, args.proposal)?;
    let now = session.client.now()?;
    if !found.is_finished(now) {
        let status = status_name(found.status(now));
        return Err(CliError::unfinished(format!(
            "the status of the proposal is {status}; close it when it is finished"
        )));
    }
    let (assay, proposer) = (MintInfo::assay(), found.proposer);
    let burned = found.keeps_deposit();
    let (mut instructions, mut rent) = (Vec::new(), 0);
    if !burned {
        instructions.push(assay.create_ata(&wallet.pubkey(), &proposer));
        rent = session.ata_rent(&assay, &proposer)?;
    }
    instructions.push(close_proposal(proposer, address, &assay.mint));
    session.send(&instructions, &[&wallet], rent)?;
    session.best_effort(close_ended_votes(session, &wallet));
    Report::new(&CloseReport {
        proposal: args.proposal,
        burned,
    })
}
