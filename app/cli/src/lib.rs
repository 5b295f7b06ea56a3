//! The command line of Assay.
//!
//! A command is a function from its arguments to an [`Outcome`]; only the [`Printer`] writes. Data goes to stdout (text, or
//! one JSON object a line), prose to stderr, and every failure is one sentence and an [`Exit`] code.

mod amount;
mod args;
mod commands;
mod crank_sender;
mod endpoint;
mod exit;
mod failure;
pub mod key;
mod output;
mod session;
mod solana_config;
mod time;
mod token;

pub use amount::{Amount, Tokens};
pub use args::{Cli, Command, Global};
pub use exit::Exit;
pub use failure::{Failure, Result};
pub use output::{Format, Outcome, Printer};
pub use session::Session;

use clap::{error::ErrorKind, Parser as _};
use std::ffi::OsString;

/// Runs the program with these arguments, the first of which is its own name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return refuse(Printer::new(Format::Text), &error),
    };
    let printer = Printer::new(cli.global.output);
    let ended = run(cli).and_then(|outcome| match outcome {
        Some(outcome) => printer.print(&outcome),
        None => Ok(()),
    });
    match ended {
        Ok(()) => Exit::Success,
        Err(failure) => fail(printer, &failure),
    }
}

fn fail(printer: Printer, failure: &Failure) -> Exit {
    printer.note(format!("error: {failure}"));
    failure.exit
}

/// Runs one command; `None` when it has shown everything already.
pub fn run(cli: Cli) -> Result<Option<Outcome>> {
    let session = open(cli.global)?;
    match cli.command {
        Command::Localnet(args) => commands::localnet::run(args, &session),
        Command::Wallet(command) => commands::wallet::run(command, &session).map(Some),
        Command::Job(command) => commands::job::run(command, &session),
        Command::Provider(command) => commands::provider::run(command, &session).map(Some),
        Command::Node(command) => commands::node::run(command, &session).map(|()| None),
        Command::Rewards(command) => commands::rewards::run(command, &session).map(Some),
        Command::Gov(command) => commands::gov::run(command, &session).map(Some),
        Command::Params(command) => commands::params::run(command, &session).map(Some),
    }
}

/// The arguments come first, then the Solana tools' configuration, then the local network.
fn open(global: Global) -> Result<Session> {
    let configured = match (&global.url, &global.keypair) {
        (Some(_), Some(_)) => Default::default(),
        _ => solana_config::SolanaConfig::load()?,
    };
    let (url_was_given, keypair_was_given) = (global.url.is_some(), global.keypair.is_some());
    let url = global.url.or(configured.url);
    let url = url.unwrap_or_else(|| "http://127.0.0.1:8899".to_owned());
    let keypair = global
        .keypair
        .or(configured.keypair)
        .or_else(solana_config::default_keypair);
    let mut session = Session::new(&url, keypair, Printer::new(global.output));
    session.url_was_given = url_was_given;
    session.keypair_was_given = keypair_was_given;
    Ok(session)
}

/// Help and version are answers; everything else is one sentence.
fn refuse(printer: Printer, error: &clap::Error) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match output::heard(error.print()) {
            Ok(()) => Exit::Success,
            Err(failure) => fail(printer, &failure),
        },
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            printer.note(error.to_string().trim_end());
            Exit::Usage
        }
        _ => {
            let text = error.to_string();
            let sentence = text.split("\n\n").next().unwrap_or(&text);
            let words: Vec<_> = sentence.split_whitespace().collect();
            printer.note(format!(
                "{}; --help says what can be given",
                words.join(" ")
            ));
            Exit::Usage
        }
    }
}
