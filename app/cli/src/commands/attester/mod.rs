//! `assay attester`: the service that signs results of attested jobs.

mod run;

use crate::{Result, Session};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Verify results of attested jobs and sign those that are right, over HTTP, until Ctrl-C.
    ///
    /// The service runs a task again in the sandbox, or asks your command, and signs at most one result of a task, ever: its
    /// journal is written before a signature leaves. Keep the journal with the key, and never run one key on two machines.
    #[command(after_help = run::EXAMPLES)]
    Run(Box<run::Args>),
}

pub fn run(command: Command, session: &Session) -> Result<()> {
    match command {
        Command::Run(args) => run::run(*args, session),
    }
}
