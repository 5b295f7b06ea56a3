//! `assay job`: posts jobs, follows them and fetches their verified results.

mod cancel;
mod check;
mod checks;
mod close;
mod extend;
mod fetch;
mod list;
mod post;
mod progress;
pub mod proof;
mod quote;
mod receipt;
mod requirements;
mod results_dir;
pub mod royalty;
mod settle;
mod show;
mod task_report;
mod task_state;
mod terms;
mod upload;
mod watch;

use crate::{output::format_time, CliError, Report, Result, Session};
use assay_client::{Address, JobView};
use assay_market::state::Params;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Upload a module and its inputs and post a job: one task per input.
    Post(Box<post::Args>),
    /// Add tasks to a job of yours.
    Extend(extend::Args),
    /// List the open jobs.
    List(list::Args),
    /// Show one job in full: its tasks with their seats, checks and rounds.
    Show(show::Args),
    /// Follow a job until it is finished.
    Watch(watch::Args),
    /// Download every public result, checked against its digest on chain.
    Fetch(fetch::Args),
    /// Have a result of yours checked by one more worker while it stands.
    Check(check::Args),
    /// Cancel the tasks that nobody has claimed.
    Cancel(cancel::Args),
    /// Settle a job, and return its remaining money and rent to the requester.
    Close(close::Args),
    /// Write, show or close the receipt of a result: what other programs and auditors read.
    #[command(subcommand)]
    Receipt(receipt::Command),
}

pub fn run(command: Command, session: &Session) -> Result<Option<Report>> {
    match command {
        Command::Post(args) => post::run(&args, session).map(Some),
        Command::Extend(args) => extend::run(&args, session).map(Some),
        Command::List(args) => list::run(&args, session).map(Some),
        Command::Show(args) => show::run(&args, session).map(Some),
        Command::Watch(args) => watch::run(&args, session).map(|()| None),
        Command::Fetch(args) => fetch::run(&args, session).map(Some),
        Command::Check(args) => check::run(&args, session).map(Some),
        Command::Cancel(args) => cancel::run(&args, session).map(Some),
        Command::Close(args) => close::run(&args, session).map(Some),
        Command::Receipt(command) => receipt::run(command, session),
    }
}

/// Returns the job at `address`.
///
/// # Errors
/// `NotFound` if there is no job, or it was closed.
fn find(session: &Session, address: &Address) -> Result<JobView> {
    session.market()?;
    session.client.try_fetch_job(address)?.ok_or_else(|| {
        CliError::not_found(format!(
            "there is no job at {address}; it was never posted on this network, or was closed"
        ))
    })
}

/// Checks that `operation`, a bit of the market's pauses, is not paused; `what` it is called.
///
/// # Errors
/// `Failed`.
fn check_pause(session: &Session, params: &Params, operation: u64, what: &str) -> Result<()> {
    if params.is_paused(operation, session.client.now()?) {
        let until = format_time(params.paused_until.get());
        let message = format!("{what} is paused on this network until {until}");
        return Err(CliError::failed(message));
    }
    Ok(())
}
