//! `assay job extend`: adds tasks to a job.

use super::{
    check_pause, find,
    upload::{input_files, Inputs, TempStore},
};
use crate::{
    amount::TokenAmount,
    endpoint::{parse_blob_store_url, resolve_blob_store},
    keypair::parse_address,
    output::format_time,
    CliError, Report, Result, Session,
};
use assay_client::{
    instruction::market::{extend_job, ExtendJobParams},
    Address, JobView, Signer as _, LAMPORTS_PER_SIGNATURE,
};
use assay_market::{
    game::Seat,
    state::{pause, SEGMENTS},
};
use serde::Serialize;
use std::{fmt, path::PathBuf};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The new tasks have the terms of the job, and its claim window ends for them at the same time. A job can be extended three
times, by a few dozen tasks each time; post another job for more.

Example:
  assay job extend JOB --inputs more/"
)]
pub struct Args {
    /// The job's address.
    #[arg(value_parser = parse_address)]
    job: Address,
    /// Input of one task; several files make several tasks.
    #[arg(long, num_args = 1.., value_name = "FILE", required_unless_present = "inputs", conflicts_with = "inputs")]
    input: Vec<PathBuf>,
    /// Directory with one input file for each task, in the order of their names.
    #[arg(long, value_name = "DIR")]
    inputs: Option<PathBuf>,
    /// Blob store to upload the inputs to. Workers look for them in the job's own, which is the default.
    #[arg(long, value_parser = parse_blob_store_url, value_name = "URL")]
    store: Option<String>,
}

/// Bytes by which a program can let an account grow in one instruction.
const MAX_GROWTH: usize = 10_240;

#[derive(Serialize)]
struct ExtendReport {
    job: String,
    /// Number of the first new task.
    first_task: u32,
    /// Number of new tasks.
    tasks: u32,
    /// Amount added to the escrow.
    escrow: TokenAmount,
    signature: String,
}

impl fmt::Display for ExtendReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            first_task,
            tasks,
            escrow,
            ..
        } = self;
        write!(
            f,
            "{tasks} tasks added from task {first_task} on; {escrow} more in escrow"
        )
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let job = find(session, &args.job)?;
    let paths = match &args.inputs {
        Some(dir) => input_files(dir)?,
        None => args.input.clone(),
    };
    let inputs = Inputs::read(&paths)?;
    let tasks = inputs.task_count()?;
    let wallet = session.wallet()?;
    let requester = wallet.pubkey();
    if job.header.requester != requester {
        let requester = job.header.requester;
        return Err(CliError::usage(format!(
            "only the requester {requester} can extend this job; pass its --keypair"
        )));
    }
    let params = session.market()?;
    check_pause(session, &params, pause::EXTEND, "extending jobs")?;
    ensure_extendable(&job, tasks, session.client.now()?)?;
    let too_much =
        || CliError::usage("the job would cost more than any balance can hold; add fewer tasks");
    let escrow = job.header.escrow_for(tasks).map_err(|_| too_much())?;
    let store = args.store.clone().unwrap_or_else(|| job.store());
    let store = resolve_blob_store(Some(store), &session.client)?;
    let mint = session.mint_info(&job.header.mint)?;
    let source = session.ensure_balance(&mint, &requester, escrow)?;
    let rent = rent(session, &job, tasks)?.ok_or_else(too_much)?;
    session.ensure_sol(&requester, rent.saturating_add(LAMPORTS_PER_SIGNATURE))?;
    session
        .printer
        .status(format!("uploading {tasks} inputs to {store}"));
    inputs.upload(&TempStore::for_upload(store)?)?;
    let extend = ExtendJobParams {
        tasks,
        manifest: inputs.manifest.hash().bytes(),
        inputs: inputs.manifest.root(),
        source,
        escrow,
        rent,
    };
    let instructions = extend_job(&session.client.job_addresses(&job)?, extend);
    let signature = session.send(&instructions, &[&wallet], rent)?;
    Report::new(&ExtendReport {
        job: args.job.to_string(),
        first_task: job.header.task_count.get(),
        tasks,
        escrow: mint.amount(escrow),
        signature: signature.to_string(),
    })
}

/// Checks that the job can take so many more tasks at `now` (Unix time).
///
/// # Errors
/// `Usage`, with the rule that forbids it.
fn ensure_extendable(job: &JobView, tasks: u32, now: i64) -> Result<()> {
    let header = &job.header;
    let until = header.unix_time(header.claim_window.get());
    if now >= until {
        return Err(CliError::usage(format!(
            "the job's tasks could be claimed until {}; post another job",
            format_time(until)
        )));
    }
    let further = header.segments.iter().skip(1);
    if further.clone().all(|segment| segment.first_task.get() != 0) {
        let most = SEGMENTS.saturating_sub(1);
        return Err(CliError::usage(format!(
            "the job was extended {most} times, which is the most; post another job"
        )));
    }
    let task_bytes = size_of::<Seat>().saturating_mul(usize::from(header.width()));
    let most = MAX_GROWTH / task_bytes.max(1);
    if tasks as usize > most {
        return Err(CliError::usage(format!(
            "this job can be extended by at most {most} tasks at a time, but there are {tasks} inputs"
        )));
    }
    Ok(())
}

/// Returns the lamports that the larger account needs beside those that it has; `None` if no account can be so large.
fn rent(session: &Session, job: &JobView, tasks: u32) -> Result<Option<u64>> {
    let seats = job.header.seat_count().ok();
    let width = u32::from(job.header.width());
    let after = tasks
        .checked_mul(width)
        .and_then(|more| more.checked_add(seats?));
    let Some(bytes) = after.and_then(JobView::space) else {
        return Ok(None);
    };
    let needed = session.client.minimum_balance(bytes)?;
    let held = session.client.lamports(&job.address)?;
    Ok(Some(needed.saturating_sub(held)))
}

#[cfg(test)]
mod tests {
    use super::{super::task_state::fixtures::*, *};
    use assay_market::game::{Phase, SeatState};

    fn error(change: impl FnOnce(&mut JobView), tasks: u32, now: i64) -> String {
        let mut job = job(vec![first(Phase::Running, SeatState::Free, 0)]);
        job.header.claim_window = 60.into();
        change(&mut job);
        match ensure_extendable(&job, tasks, now) {
            Ok(()) => String::new(),
            Err(error) => error.message,
        }
    }

    #[test]
    fn a_job_grows_while_it_can_be_claimed() {
        assert_eq!(error(|_| {}, 60, POSTED_AT + 59), "");
        assert!(error(|_| {}, 60, POSTED_AT + 60).contains("post another"));
    }

    #[test]
    fn each_bound_is_named() {
        let most = MAX_GROWTH / size_of::<Seat>();
        let too_many = u32::try_from(most).unwrap() + 1;
        assert!(error(|_| {}, too_many, POSTED_AT).contains(&format!("at most {most} tasks")));
        let full = |job: &mut JobView| {
            for segment in &mut job.header.segments[1..] {
                segment.first_task = 1.into();
            }
        };
        assert!(error(full, 1, POSTED_AT).contains("extended 3 times"));
    }
}
