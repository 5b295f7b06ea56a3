//! `assay attester`: attester sets and their credentials, and the service that signs results of attested jobs.

mod credential;
mod run;
mod set;

use crate::{Report, Result, Session};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Verify results of attested jobs and sign those that are right, over HTTP, until Ctrl-C.
    ///
    /// The service runs a task again in the sandbox, or asks your command, and signs at most one result of a task, ever: its
    /// journal is written before a signature leaves. Keep the journal with the key, and never run one key on two machines.
    #[command(after_help = run::EXAMPLES)]
    Run(Box<run::Args>),
    /// Open, show or close an attester set: the keys whose signatures verify results.
    #[command(subcommand)]
    Set(set::Command),
    /// Vouch for providers in the name of an attester set.
    #[command(subcommand)]
    Credential(credential::Command),
}

pub fn run(command: Command, session: &Session) -> Result<Option<Report>> {
    match command {
        Command::Run(args) => run::run(*args, session).map(|()| None),
        Command::Set(command) => set::run(command, session).map(Some),
        Command::Credential(command) => credential::run(command, session).map(Some),
    }
}
