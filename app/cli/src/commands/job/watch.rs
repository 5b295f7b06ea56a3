//! `assay job watch`: follows a job until it is finished.

use super::{find, progress::Progress, settle::rounds};
use crate::{keypair::parse_address, CliError, Result, Session};
use assay_client::{format::parse_duration, Address, JobView};
use serde::Serialize;
use std::{
    fmt, thread,
    time::{Duration, Instant},
};

const POLL_INTERVAL: Duration = Duration::from_millis(500);

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Prints a line whenever something changes. Ends when every task has ended and every worker is paid or penalized. The exit
code is 7 if the timeout comes first, or if not every task ended with a verified result.

A result that is public stands for a while, in which anybody who computed another one may contradict it: the hold, at least
twice the run window. Who needs the results earlier fetches them after --until-standing.

Examples:
  assay job watch JOB --timeout 10m
  assay job watch JOB --until-standing
  assay job watch JOB --no-wait-for-payout"
)]
pub struct Args {
    /// The job's address.
    #[arg(value_parser = parse_address)]
    job: Address,
    /// Longest time to wait. Default: no limit.
    #[arg(long, value_parser = parse_duration, value_name = "DURATION")]
    timeout: Option<u64>,
    /// End as soon as every task has ended. Workers may not have been paid then.
    #[arg(long)]
    no_wait_for_payout: bool,
    /// End as soon as every task has a public result, or has ended. Until its hold is over a result may be contradicted.
    #[arg(long, conflicts_with = "no_wait_for_payout")]
    until_standing: bool,
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
    let mut progress = read(session, &find(session, &args.job)?)?;
    show(args, session, &progress, false)?;
    loop {
        if args.is_over(&progress) {
            return check_accepted(&progress);
        }
        if limit.is_some_and(|limit| started.elapsed() >= limit) {
            return Err(timed_out(&progress));
        }
        thread::sleep(POLL_INTERVAL);
        match session.client.try_fetch_job(&args.job)? {
            Some(job) => {
                let now = read(session, &job)?;
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

impl Args {
    /// Returns whether there is nothing left to wait for.
    fn is_over(&self, progress: &Progress) -> bool {
        if self.until_standing {
            progress.is_delivered()
        } else {
            progress.is_settled() || (self.no_wait_for_payout && progress.is_decided())
        }
    }
}

/// Reads how far the job is.
fn read(session: &Session, job: &JobView) -> Result<Progress> {
    let rounds = rounds(session, job)?;
    Ok(Progress::of(job, &rounds, session.client.now()?))
}

fn show(args: &Args, session: &Session, progress: &Progress, closed: bool) -> Result<()> {
    session.printer.show(&JobStatus {
        job: args.job.to_string(),
        progress: progress.clone(),
        closed,
    })
}

fn timed_out(progress: &Progress) -> CliError {
    let Progress {
        open,
        standing,
        uncollected,
        ..
    } = progress;
    let left = if progress.is_decided() {
        format!("{uncollected} seats are still to be paid or penalized")
    } else {
        format!("{open} tasks have not ended, of which {standing} have a result that stands")
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
        "the job was closed; {accepted} of {tasks} tasks were final when it was last read, and how the others ended is no longer on the network"
    )))
}

/// Checks that no task ended without a verified result.
fn check_accepted(progress: &Progress) -> Result<()> {
    match progress.unverified() {
        None => Ok(()),
        Some(unverified) => Err(CliError::unfinished(format!(
            "not every result is verified: {unverified}; `assay job close` returns the money that was not paid"
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

    fn args(until_standing: bool, no_wait_for_payout: bool) -> Args {
        Args {
            job: Address::default(),
            timeout: None,
            no_wait_for_payout,
            until_standing,
        }
    }

    #[test]
    fn each_option_ends_at_its_own_moment() {
        let standing = Progress {
            tasks: 1,
            open: 1,
            standing: 1,
            ..Progress::default()
        };
        let unpaid = Progress {
            tasks: 1,
            accepted: 1,
            uncollected: 1,
            ..Progress::default()
        };
        let over = |args: Args| (args.is_over(&standing), args.is_over(&unpaid));
        assert_eq!(over(args(false, false)), (false, false));
        assert_eq!(over(args(false, true)), (false, true));
        assert_eq!(over(args(true, false)), (true, true));
    }

    #[test]
    fn an_unproven_result_is_no_success() {
        let progress = Progress {
            tasks: 2,
            accepted: 1,
            unproven: 1,
            ..Progress::default()
        };
        let error = check_accepted(&progress).unwrap_err();
        assert_eq!(error.exit_code, ExitCode::Unfinished);
        assert!(error.message.contains("1 unproven"), "{error}");
    }
}
