use super::{list::Line, proposal, status_name};
use crate::{time::format_time, Failure, Outcome, Result, Session};
use assay_client::instruction::governance::execute_proposal;
use assay_governance::state::Status;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay gov execute 3")]
pub struct Args {
    /// Number of the proposal.
    proposal: u64,
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let wallet = session.wallet()?;
    let (address, found) = proposal(session, args.proposal)?;
    let status = found.status(session.client.now()?);
    if status != Status::Executable {
        let at = format_time(found.executable_at.get());
        return Err(Failure::unfinished(match status {
            Status::Voting => format!(
                "the proposal is still voted on; if it passes, it can be executed from {at}"
            ),
            Status::HoldUp => format!("the proposal passed and can be executed from {at}"),
            other => format!(
                "the proposal is {} and cannot be executed",
                status_name(other)
            ),
        }));
    }
    let signature = session.send(&[execute_proposal(address)], &[&wallet], 0)?;
    session.report(signature, Line::now(session, args.proposal))
}
