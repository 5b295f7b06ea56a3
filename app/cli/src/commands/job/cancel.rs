use super::{close::close_if_finished, find};
use crate::{amount::Tokens, key::parse_address, Failure, Outcome, Result, Session};
use assay_client::{instruction::market::cancel_job, Address, JobView, Signer as _};
use assay_market::state::SlotState;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Claimed tasks go on: a worker that has begun is not cheated of its pay. When nothing is left open, the job is closed
and its money and rent return at once.

Examples:
  assay job cancel JOB
  assay job cancel JOB --first 10 --count 5"
)]
pub struct Args {
    /// The job's address.
    #[arg(value_parser = parse_address)]
    job: Address,
    /// First task to take back.
    #[arg(long, default_value_t = 0, value_name = "TASK")]
    first: u32,
    /// How many tasks from there on; default: all.
    #[arg(long, value_name = "N")]
    count: Option<u32>,
}

/// What was taken back.
#[derive(Serialize)]
struct Cancelled {
    job: String,
    cancelled: u32,
    /// Tasks of the job that still run.
    open: u32,
    /// What came back with the closing, if the job could be closed.
    refunded: Option<Tokens>,
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tasks cancelled", self.cancelled)?;
        match &self.refunded {
            Some(refunded) => write!(f, "; the job is closed and {refunded} returned"),
            None => write!(f, "; {} tasks still run", self.open),
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let job = find(session, &args.job)?;
    let wallet = session.wallet()?;
    if job.header.requester != wallet.pubkey() {
        let requester = job.header.requester;
        return Err(Failure::usage(format!(
            "only the requester {requester} can cancel this job; pass its --keypair"
        )));
    }
    let tasks = job.header.task_count.get();
    let count = args.count.unwrap_or(tasks.saturating_sub(args.first));
    let end = args
        .first
        .checked_add(count)
        .filter(|end| *end <= tasks && count > 0);
    let end = end.ok_or_else(|| {
        Failure::usage(format!(
            "the job's tasks are 0 to {}",
            tasks.saturating_sub(1)
        ))
    })?;
    if !(args.first..end).any(|task| is_untouched(&job, task)) {
        return Err(Failure::usage(
            "every task of that range has been claimed or decided; nothing can be taken back",
        ));
    }
    let cancel = cancel_job(wallet.pubkey(), args.job, args.first, count);
    session.send(&[cancel], &[&wallet], 0)?;
    let after = find(session, &args.job)?;
    let refunded = close_if_finished(session, &wallet, &after)?;
    let refunded_before = job.header.refunded_tasks.get();
    Outcome::ok(&Cancelled {
        job: args.job.to_string(),
        cancelled: after
            .header
            .refunded_tasks
            .get()
            .saturating_sub(refunded_before),
        open: after.header.open_tasks.get(),
        refunded,
    })
}

fn is_untouched(job: &JobView, task: u32) -> bool {
    job.states(task)
        .all(|state| matches!(state, SlotState::Free | SlotState::Untouched))
}
