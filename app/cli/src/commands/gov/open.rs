//! `assay gov open`: opens the vote on a proposal.

use super::{list_proposals::ProposalReport, proposal, status_name};
use crate::{output::format_time, CliError, Report, Result, Session};
use assay_client::{instruction::governance::open_vote, pda::rewards};
use assay_governance::state::Status;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The vote takes the snapshot: locks that are made later have no weight in it. A vote that nobody opens in time lapses.

Example:
  assay gov open 3"
)]
pub struct Args {
    /// Number of the proposal.
    proposal: u64,
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let (address, found) = proposal(session, args.proposal)?;
    let now = session.client.now()?;
    let status = found.status(now);
    if status != Status::Notice {
        return Err(CliError::usage(format!(
            "the status of the proposal is {}; its vote cannot be opened",
            status_name(status)
        )));
    }
    if now < found.opens_at.get() {
        return Err(CliError::unfinished(format!(
            "the notice of the proposal ends at {}",
            format_time(found.opens_at.get())
        )));
    }
    let open = open_vote(address, rewards::mint());
    let signature = session.send(&[open], &[&wallet], 0)?;
    session.report_or_signature(signature, ProposalReport::fetch(session, args.proposal))
}
