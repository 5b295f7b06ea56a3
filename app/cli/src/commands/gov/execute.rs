//! `assay gov execute`: executes a proposal that passed.

use super::{list_proposals::ProposalReport, proposal, status_name};
use crate::{output::format_time, CliError, Report, Result, Session};
use assay_client::instruction::governance::execute_proposal;
use assay_governance::state::Status;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay gov execute 3")]
pub struct Args {
    /// Number of the proposal.
    proposal: u64,
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let (address, found) = proposal(session, args.proposal)?;
    let status = found.status(session.client.now()?);
    if status != Status::Executable {
        let at = format_time(found.executable_at.get());
        return Err(CliError::unfinished(match status {
            Status::Voting => format!(
                "the vote on the proposal has not ended; if it passes, it can be executed from {at}"
            ),
            Status::HoldUp => format!("the proposal passed and can be executed from {at}"),
            other => format!(
                "the proposal is {} and cannot be executed",
                status_name(other)
            ),
        }));
    }
    let signature = session.send(&[execute_proposal(address)], &[&wallet], 0)?;
    session.report_or_signature(signature, ProposalReport::fetch(session, args.proposal))
}
