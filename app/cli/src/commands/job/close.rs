//! `assay job close`: settles a job and closes its account.

use super::{find, settle::settle};
use crate::{
    amount::TokenAmount, keypair::parse_address, output::format_time, CliError, ExitCode, Report,
    Result, Session,
};
use assay_client::{Address, JobView, Keypair, Signer as _};
use assay_market::state::Job;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "First sends the cranks that are due: it expires overdue claims, settles tasks, pays and penalizes workers. The requester
may close a job at once, anyone else some time after its last deadline. The remaining money and the rent go to the requester.
Fetch the results first: a closed job no longer names them.

Example:
  assay job close JOB"
)]
pub struct Args {
    /// The job's address.
    #[arg(value_parser = parse_address)]
    job: Address,
}

#[derive(Serialize)]
struct CloseReport {
    job: String,
    /// `None` if a node closed the job before this command read its last state.
    #[serde(flatten)]
    end: Option<End>,
}

/// The last state of a job.
#[derive(Serialize)]
struct End {
    accepted: u32,
    refunded_tasks: u32,
    /// Amount returned to the requester.
    refunded: TokenAmount,
    /// Fees paid to the protocol.
    fees: TokenAmount,
}

impl fmt::Display for CloseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { job, end } = self;
        match end {
            None => write!(f, "job {job} was closed by a node meanwhile; its money and rent are back"),
            Some(End {
                accepted,
                refunded_tasks,
                refunded,
                fees,
            }) => write!(f, "job {job} is closed: {accepted} tasks accepted, {refunded_tasks} refunded; {fees} of fees paid, {refunded} returned"),
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let job = find(session, &args.job)?;
    let wallet = session.wallet()?;
    let (from, now) = (job.header.anyone_closes_from(), session.client.now()?);
    if wallet.pubkey() != job.header.requester && now < from {
        let (until, requester) = (format_time(from), job.header.requester);
        return Err(CliError::usage(format!(
            "until {until} only the job's requester {requester} may close it, so that its results can be fetched"
        )));
    }
    let sent = settle(session, &wallet, &args.job)?;
    if sent > 0 {
        session
            .printer
            .status(format!("settled what was left in {sent} transactions"));
    }
    let end = match session.client.try_fetch_job(&args.job)? {
        Some(job) => Some(close(session, &wallet, &job)?),
        None => None,
    };
    Report::new(&CloseReport {
        job: args.job.to_string(),
        end,
    })
}

/// Closes the job.
///
/// # Errors
/// `Unfinished` if tasks are open.
fn close(session: &Session, wallet: &Keypair, job: &JobView) -> Result<End> {
    let mint = session.mint_info(&job.header.mint)?;
    let refunded =
        close_if_finished(session, wallet, job)?.ok_or_else(|| unfinished(&job.header))?;
    Ok(End {
        accepted: job.header.accepted_tasks.get(),
        refunded_tasks: job.header.refunded_tasks.get(),
        refunded,
        fees: mint.amount(job.header.fees_due.get()),
    })
}

fn unfinished(job: &Job) -> CliError {
    let (open, until) = (job.open_tasks.get(), format_time(job.claim_until.get()));
    CliError::unfinished(format!(
        "{open} tasks are open; they can be claimed until {until}, and their results are due later: close the job then, or cancel the tasks that nobody has claimed"
    ))
}

/// Closes the job if nothing is left to do in it. Returns the amount that its requester got back, or `None` if the job is
/// not finished.
pub fn close_if_finished(
    session: &Session,
    wallet: &Keypair,
    job: &JobView,
) -> Result<Option<TokenAmount>> {
    if !job.header.is_finished() {
        return Ok(None);
    }
    let client = &session.client;
    let mint = session.mint_info(&job.header.mint)?;
    let addresses = client.job_addresses(job)?;
    let held = client.token_balance(&addresses.escrow)?;
    let left = held.saturating_sub(job.header.fees_due.get());
    let plan = client.plan_close_job(&wallet.pubkey(), &addresses)?;
    if let Err(error) = session.send(&plan.instructions, &[wallet], plan.rent) {
        // If the job no longer exists, a node closed it first, and the requester has the money all the same.
        let is_gone = || Ok::<_, CliError>(client.try_fetch_job(&job.address)?.is_none());
        if error.exit_code != ExitCode::Rejected || !is_gone()? {
            return Err(error);
        }
    }
    Ok(Some(mint.amount(left)))
}
