//! `assay job watch`: follows a job until it is finished.

use super::{find, progress::Progress};
use crate::{keypair::parse_address, CliError, Result, Session};
use assay_client::{format::parse_duration, Address};
use serde::Serialize;
use std::{
    fmt, thread,
    time::{Duration, Instant},
};

const POLL_INTERVAL: Duration = Duration::from_millis(500);

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Prints a line whenever something changes. Ends when every task has its verdict and every worker is paid or penalized.
The exit code is 7 if the timeout comes first, or if not every task was accepted.

Examples:
  assay job watch JOB --timeout 10m
  assay job watch JOB --no-wait-for-payout"
)]
pub struct Args {
    /// The job's address.
    #[arg(value_parser = parse_address)]
    job: Address,
    /// Longest time to wait. Default: no limit.
    #[arg(long, value_parser = parse_duration, value_name = "DURATION")]
    timeout: Option<u64>,
    /// End as soon as every task has its verdict. Workers may not have been paid then, nor have uploaded their results.
    #[arg(long)]
    no_wait_for_payout: bool,
}

/// A job at one moment.
#[derive(Serialize)]
struct JobStatus {
    job: String,
    #[serde(flatten)]
    progress: Progress,
    closed: bool,
}

impl fmt::Display for JobStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.progress)?;
        if self.closed {
            write!(f, "; closed")?;
        }
        Ok(())
    }
}

pub fn run(args: &Args, session: &Session) -> Result<()> {
    let started = Instant::now();
    let limit = args.timeout.map(Duration::from_secs);
    let mut progress = Progress::of(&find(session, &args.job)?);
    show(args, session, &progress, false)?;
    loop {
        let paid = progress.uncollected == 0 || args.no_wait_for_payout;
        if progress.is_decided() && paid {
            return check_accepted(&progress);
        }
        if limit.is_some_and(|limit| started.elapsed() >= limit) {
            return Err(timed_out(&progress));
        }
        thread::sleep(POLL_INTERVAL);
        match session.client.try_fetch_job(&args.job)? {
            Some(job) => {
                let now = Progress::of(&job);
                if now != progress {
                    progress = now;
                    show(args, session, &progress, false)?;
                }
            }
            None => {
                show(args, session, &progress, true)?;
                return on_job_closed(&progress);
            }
        }
    }
}

fn show(args: &Args, session: &Session, progress: &Progress, closed: bool) -> Result<()> {
    session.printer.show(&JobStatus {
        job: args.job.to_string(),
        progress: progress.clone(),
        closed,
    })
}

fn timed_out(progress: &Progress) -> CliError {
    let left = if progress.is_decided() {
        format!(
            "{} replicas are still to be paid or penalized",
            progress.uncollected
        )
    } else {
        format!("{} tasks have no verdict yet", progress.open)
    };
    CliError::unfinished(format!(
        "the time is over and {left}; watch on, or see `assay job show`"
    ))
}

/// Returns the result of watching a job that was closed. A closed job can have refunded tasks, so the last progress decides.
fn on_job_closed(progress: &Progress) -> Result<()> {
    let Progress {
        tasks, accepted, ..
    } = progress;
    if accepted == tasks {
        return Ok(());
    }
    Err(CliError::unfinished(format!(
        "the job was closed; {accepted} of {tasks} tasks were accepted when it was last read, and the verdict on the others is no longer on the network"
    )))
}

/// Checks that no task was refunded.
fn check_accepted(progress: &Progress) -> Result<()> {
    match progress.refunded {
        0 => Ok(()),
        refunded => Err(CliError::unfinished(format!(
            "{refunded} tasks found no quorum and are refunded; `assay job close` returns the money"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExitCode;

    #[test]
    fn a_job_that_was_closed_undecided_is_no_success() {
        let seen = |accepted| Progress {
            tasks: 3,
            accepted,
            ..Progress::default()
        };
        assert!(on_job_closed(&seen(3)).is_ok());
        assert_eq!(
            on_job_closed(&seen(2)).unwrap_err().exit_code,
            ExitCode::Unfinished
        );
    }
}
