//! `assay job close`: settles a job and closes its account.

use super::{
    find,
    progress::Progress,
    settle::{rounds, settle},
};
use crate::{
    amount::TokenAmount, keypair::parse_address, output::format_time, CliError, ExitCode, Report,
    Result, Session,
};
use assay_client::{Address, JobView, Keypair, Signer as _};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "First sends the cranks that are due: it ends what is overdue, pays and penalizes workers, and closes checks and rounds. The
requester may close a job as soon as every task has ended, anyone else some time after its last deadline. The remaining money and the rent go to the requester.
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
    /// Tasks with a verified result.
    accepted: u32,
    /// Tasks with a result that was paid and not verified.
    unproven: u32,
    /// Tasks without a result.
    refunded_tasks: u32,
    /// Tasks that the requester took back.
    cancelled: u32,
    /// Amount returned to the requester.
    refunded: TokenAmount,
    /// Fees paid to the protocol.
    fees: TokenAmount,
}

impl fmt::Display for CloseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { job, end } = self;
        match end {
            None => write!(
                f,
                "job {job} was closed by a node meanwhile; its money and rent are back"
            ),
            Some(end) => {
                write!(f, "job {job} is closed: {} tasks final", end.accepted)?;
                let others = [
                    (end.unproven, "unproven"),
                    (end.refunded_tasks, "refunded"),
                    (end.cancelled, "cancelled"),
                ];
                for (count, name) in others.iter().filter(|(count, _)| *count > 0) {
                    write!(f, ", {count} {name}")?;
                }
                write!(f, "; {} of fees paid, {} returned", end.fees, end.refunded)
            }
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
    let progress = Progress::of(job, &rounds(session, job)?, session.client.now()?);
    let refunded =
        close_if_finished(session, wallet, job)?.ok_or_else(|| unfinished(job, &progress))?;
    Ok(End {
        accepted: progress.accepted,
        unproven: progress.unproven,
        refunded_tasks: progress.refunded,
        cancelled: progress.cancelled,
        refunded,
        fees: mint.amount(job.header.fees_due.get()),
    })
}

fn unfinished(job: &JobView, progress: &Progress) -> CliError {
    let header = &job.header;
    let until = format_time(header.unix_time(header.claim_window.get()));
    let open = progress.open;
    CliError::unfinished(match (open, progress.is_delivered()) {
        (0, _) => format!("not everything is settled yet ({progress}); close the job a little later"),
        (_, true) => format!(
            "{open} tasks have a result that stands and may still be contradicted; see `assay job show` for the end of each hold, and close the job then"
        ),
        _ => format!(
            "{open} tasks are open ({progress}); they can be claimed until {until}, and results are due later: close the job then, or cancel the tasks that nobody has claimed"
        ),
    })
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
