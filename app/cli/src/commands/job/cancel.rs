//! `assay job cancel`: cancels tasks that nobody has claimed.

use super::{close::close_if_finished, find};
use crate::{
    amount::TokenAmount, keypair::parse_address, CliError, ExitCode, Report, Result, Session,
};
use assay_client::{instruction::market::cancel_job, Address, JobView, Keypair, Signer as _};
use assay_market::game::Phase;
use serde::Serialize;
use std::{fmt, ops::Range};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Cancelling is free. Claimed tasks go on, so that a worker that has begun is paid. If no task is left open, the job is closed, and its money
and rent return at once.

Examples:
  assay job cancel JOB
  assay job cancel JOB --first 10 --count 5"
)]
pub struct Args {
    /// The job's address.
    #[arg(value_parser = parse_address)]
    job: Address,
    /// First task to cancel.
    #[arg(long, default_value_t = 0, value_name = "TASK")]
    first: u32,
    /// Number of tasks from there on. Default: all.
    #[arg(long, value_name = "N")]
    count: Option<u32>,
}

/// Seats in one transaction. The program reads every seat of every task, and its compute units are limited.
const SEATS_PER_TX: u32 = 1_000;

#[derive(Serialize)]
struct CancelReport {
    job: String,
    cancelled: u32,
    /// Tasks of the job that still run; `None` if they could not be read.
    open: Option<u32>,
    closed: bool,
    /// Amount returned to the requester, if this command closed the job.
    refunded: Option<TokenAmount>,
}

impl fmt::Display for CancelReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tasks cancelled", self.cancelled)?;
        match (&self.refunded, self.open) {
            (Some(refunded), _) => write!(f, "; the job is closed and {refunded} returned"),
            (None, _) if self.closed => write!(f, "; the job is closed"),
            (None, Some(open)) => write!(f, "; {open} tasks still run"),
            (None, None) => Ok(()),
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let job = find(session, &args.job)?;
    let wallet = session.wallet()?;
    if job.header.requester != wallet.pubkey() {
        let requester = job.header.requester;
        return Err(CliError::usage(format!(
            "only the requester {requester} can cancel this job; pass its --keypair"
        )));
    }
    let range = range(args, job.header.task_count.get())?;
    let chosen: Vec<_> = range.clone().filter(|t| is_untouched(&job, *t)).collect();
    if chosen.is_empty() {
        return Err(CliError::usage(
            "every task of that range has been claimed or decided; nothing can be cancelled",
        ));
    }
    for chunk in chunks(range, u32::from(job.header.width())) {
        if chunk.clone().any(|task| is_untouched(&job, task)) {
            cancel_range(session, &wallet, &args.job, chunk)?;
        }
    }
    let after = session.best_effort(session.client.try_fetch_job(&args.job));
    Report::new(&report(session, &wallet, (args.job, &chosen), after))
}

/// Returns the tasks that the arguments name.
///
/// # Errors
/// `Usage` if the job has no such tasks.
fn range(args: &Args, tasks: u32) -> Result<Range<u32>> {
    let count = args.count.unwrap_or(tasks.saturating_sub(args.first));
    let end = args.first.checked_add(count);
    match end.filter(|end| *end <= tasks && count > 0) {
        Some(end) => Ok(args.first..end),
        None => Err(CliError::usage(format!(
            "the job's tasks are 0 to {}",
            tasks.saturating_sub(1)
        ))),
    }
}

/// Splits the range into parts that one transaction each can cancel.
fn chunks(range: Range<u32>, width: u32) -> impl Iterator<Item = Range<u32>> {
    let size = (SEATS_PER_TX / width.max(1)).max(1);
    let end = range.end;
    let starts = range.step_by(size as usize);
    starts.map(move |start| start..start.saturating_add(size).min(end))
}

/// Cancels the tasks of a range that nobody has claimed.
fn cancel_range(
    session: &Session,
    wallet: &Keypair,
    job: &Address,
    tasks: Range<u32>,
) -> Result<()> {
    let count = tasks.end.saturating_sub(tasks.start);
    let cancel = cancel_job(wallet.pubkey(), *job, tasks.start, count);
    let Err(error) = session.send(&[cancel], &[wallet], 0) else {
        return Ok(());
    };
    // Workers may just have claimed the last of these tasks, or a node closed the job. Then nothing is left to cancel.
    if error.exit_code == ExitCode::Rejected {
        let left = session.client.try_fetch_job(job)?;
        if !left.is_some_and(|job| tasks.clone().any(|task| is_untouched(&job, task))) {
            return Ok(());
        }
    }
    Err(error)
}

/// Closes the job if it is finished, and counts which of the `chosen` tasks are cancelled. `after` is the job after the
/// cancellation: `Some(None)` if it was closed, `None` if the network did not respond.
fn report(
    session: &Session,
    wallet: &Keypair,
    (address, chosen): (Address, &[u32]),
    after: Option<Option<JobView>>,
) -> CancelReport {
    let seen = after.as_ref().and_then(Option::as_ref);
    let is_cancelled = |task: &u32| match seen {
        Some(job) => phase(job, *task) == Phase::Cancelled,
        None => true,
    };
    let cancelled = chosen.iter().filter(|task| is_cancelled(task)).count();
    let closing = seen.map(|job| close_if_finished(session, wallet, job));
    let closing = closing.and_then(|closing| session.best_effort(closing)?);
    let is_closed = closing
        .as_ref()
        .is_some_and(|closing| closing.owed.is_none());
    CancelReport {
        job: address.to_string(),
        cancelled: u32::try_from(cancelled).unwrap_or(u32::MAX),
        open: after
            .as_ref()
            .map(|job| job.as_ref().map_or(0, |job| job.header.open_tasks.get())),
        closed: is_closed || matches!(after, Some(None)),
        refunded: closing.map(|closing| closing.refunded),
    }
}

/// Returns true if nobody has claimed a seat of the task.
fn is_untouched(job: &JobView, task: u32) -> bool {
    // Whether a task can be cancelled does not depend on the time.
    job.with_task(task, job.header.posted_at.get(), |task, _| {
        task.cancel().is_ok()
    })
}

fn phase(job: &JobView, task: u32) -> Phase {
    job.phase(task, job.header.posted_at.get())
}

#[cfg(test)]
mod tests {
    use super::{super::task_state::fixtures::*, *};
    use assay_market::game::SeatState;

    #[test]
    fn only_tasks_that_nobody_holds_can_be_cancelled() {
        let job = job(vec![
            first(Phase::Running, SeatState::Free, 0),
            first(Phase::Running, SeatState::Claimed, 0),
            first(Phase::Standing, SeatState::Accepted, HOLD),
            first(Phase::Cancelled, SeatState::Free, 0),
        ]);
        let untouched: Vec<_> = (0..5).filter(|task| is_untouched(&job, *task)).collect();
        assert_eq!(untouched, [0]);
    }

    #[test]
    fn a_large_job_is_cancelled_in_parts() {
        let parts = |range, width| chunks(range, width).collect::<Vec<_>>();
        assert_eq!(parts(0..3, 5), vec![0..3]);
        assert_eq!(parts(10..270, 10), [10..110, 110..210, 210..270]);
        assert_eq!(parts(0..63, 32), [0..31, 31..62, 62..63]);
    }
}
