use super::{find, progress::Progress};
use crate::{key::parse_address, Failure, Result, Session};
use assay_client::{format::parse_duration, Address};
use serde::Serialize;
use std::{
    fmt, thread,
    time::{Duration, Instant},
};

const POLL: Duration = Duration::from_millis(500);

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Shows a line whenever something changes and ends when every task has its verdict and every worker its pay.
Ends with exit code 7 when the time is over before that, or when not every task was accepted.

Example:
  assay job watch JOB --timeout 10m"
)]
pub struct Args {
    /// The job's address.
    #[arg(value_parser = parse_address)]
    job: Address,
    /// Give up after this long; default: never.
    #[arg(long, value_parser = parse_duration, value_name = "DURATION")]
    timeout: Option<u64>,
    /// End as soon as every task has its verdict, although workers are still to be paid or penalized and may not have uploaded
    /// their results yet.
    #[arg(long)]
    verdicts: bool,
}

/// The job at one moment.
#[derive(Serialize)]
struct Moment {
    job: String,
    #[serde(flatten)]
    progress: Progress,
    closed: bool,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.closed {
            true => write!(f, "{}; closed", self.progress),
            false => write!(f, "{}", self.progress),
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<()> {
    let started = Instant::now();
    let limit = args.timeout.map(Duration::from_secs);
    let mut progress = Progress::of(&find(session, &args.job)?);
    show(args, session, &progress, false)?;
    loop {
        let paid = progress.uncollected == 0 || args.verdicts;
        if progress.is_decided() && paid {
            return verdict(&progress);
        }
        if limit.is_some_and(|limit| started.elapsed() >= limit) {
            let left = match progress.is_decided() {
                false => format!("{} tasks have no verdict yet", progress.open),
                true => format!(
                    "{} replicas are still to be paid or penalized",
                    progress.uncollected
                ),
            };
            return Err(Failure::unfinished(format!(
                "the time is over and {left}; watch on, or see `assay job show`"
            )));
        }
        thread::sleep(POLL);
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
                return vanished(&progress);
            }
        }
    }
}

fn show(args: &Args, session: &Session, progress: &Progress, closed: bool) -> Result<()> {
    session.printer.show(&Moment {
        job: args.job.to_string(),
        progress: progress.clone(),
        closed,
    })
}

/// A job can be closed once it is decided and paid, with a task refunded as well as accepted: what was seen last counts.
fn vanished(progress: &Progress) -> Result<()> {
    let Progress {
        tasks, accepted, ..
    } = progress;
    if accepted == tasks {
        return Ok(());
    }
    Err(Failure::unfinished(format!(
        "the job was closed; when it was last seen, {accepted} of {tasks} tasks were accepted, and the network no longer says what became of the others"
    )))
}

fn verdict(progress: &Progress) -> Result<()> {
    match progress.refunded {
        0 => Ok(()),
        refunded => Err(Failure::unfinished(format!(
            "{refunded} tasks found no quorum and are refunded; `assay job close` returns the money"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exit;

    #[test]
    fn a_job_that_vanished_undecided_is_no_success() {
        let seen = |accepted| Progress {
            tasks: 3,
            accepted,
            ..Progress::default()
        };
        assert!(vanished(&seen(3)).is_ok());
        assert_eq!(vanished(&seen(2)).unwrap_err().exit, Exit::Unfinished);
    }
}
