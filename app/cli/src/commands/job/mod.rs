//! `assay job`: from a module and its inputs to verified results.

mod cancel;
mod close;
mod content;
mod fetch;
mod folder;
mod list;
mod order;
mod post;
mod progress;
mod settle;
mod show;
mod watch;

use crate::{Failure, Outcome, Result, Session};
use assay_client::{Address, JobView};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Upload a module and its inputs and post a job: one task per input.
    Post(Box<post::Args>),
    /// List the open jobs.
    List(list::Args),
    /// Show one job in full.
    Show(show::Args),
    /// Follow a job until it is finished.
    Watch(watch::Args),
    /// Download every accepted result, checked against its digest on chain.
    Fetch(fetch::Args),
    /// Take back the tasks that nobody has claimed.
    Cancel(cancel::Args),
    /// Settle what is left of a job and get the rest of its money and rent back.
    Close(close::Args),
}

pub fn run(command: Command, session: &Session) -> Result<Option<Outcome>> {
    match command {
        Command::Post(args) => post::run(&args, session).map(Some),
        Command::List(args) => list::run(&args, session).map(Some),
        Command::Show(args) => show::run(&args, session).map(Some),
        Command::Watch(args) => watch::run(&args, session).map(|()| None),
        Command::Fetch(args) => fetch::run(&args, session).map(Some),
        Command::Cancel(args) => cancel::run(&args, session).map(Some),
        Command::Close(args) => close::run(&args, session).map(Some),
    }
}

/// The job at `address`.
///
/// Errors: `NotFound` when there is none, or no longer.
fn find(session: &Session, address: &Address) -> Result<JobView> {
    session.market()?;
    session.client.try_fetch_job(address)?.ok_or_else(|| {
        Failure::not_found(format!(
            "there is no job at {address}; it was never posted on this network, or was closed"
        ))
    })
}
