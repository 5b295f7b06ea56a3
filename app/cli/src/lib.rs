//! The command line of Assay.
//!
//! A command is a function from its arguments to a [`Report`]; only the [`Printer`] writes. Data goes to stdout (text, or
//! one JSON object a line), prose to stderr. A command that fails returns a [`CliError`]: one sentence and an [`ExitCode`].
//!
//! The feature `localnet` (on by default) adds `assay localnet` with the programs' bytecode. A provider does not need it.

mod amount;
mod args;
mod child;
mod commands;
mod crank_sender;
mod endpoint;
mod error;
pub mod keypair;
mod output;
mod region;
mod session;
mod solana_config;

pub use amount::{Amount, MintInfo, TokenAmount};
pub use args::{Cli, Command, Global};
pub use error::{CliError, ExitCode, Result};
pub use output::{Format, Printer, Report};
pub use session::Session;

use clap::{error::ErrorKind, Parser as _};
use std::ffi::OsString;

/// Runs the program with these arguments, the first of which is its own name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> std::process::ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if child::is_child(&arguments) {
        return child::serve(arguments);
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return show_usage(Printer::new(Format::Text), &error).into(),
    };
    let printer = Printer::new(cli.global.output);
    let result = run(cli).and_then(|report| match report {
        Some(report) => printer.print(&report),
        None => Ok(()),
    });
    let code = match result {
        Ok(()) => ExitCode::Success,
        Err(error) => print_error(printer, &error),
    };
    code.into()
}

fn print_error(printer: Printer, error: &CliError) -> ExitCode {
    printer.status(format!("error: {error}"));
    error.exit_code
}

/// Runs one command. Returns `None` if it has printed everything already.
pub fn run(cli: Cli) -> Result<Option<Report>> {
    let session = open_session(cli.global)?;
    match cli.command {
        #[cfg(feature = "localnet")]
        Command::Localnet(args) => commands::localnet::run(args, &session),
        Command::Wallet(command) => commands::wallet::run(command, &session).map(Some),
        Command::Job(command) => commands::job::run(command, &session),
        Command::Provider(command) => commands::provider::run(command, &session).map(Some),
        Command::Delegate(command) => commands::delegate::run(command, &session).map(Some),
        Command::Node(command) => commands::node::run(command, &session).map(|()| None),
        Command::Attester(command) => commands::attester::run(command, &session),
        Command::Module(command) => commands::module::run(command, &session).map(Some),
        Command::Rewards(command) => commands::rewards::run(command, &session).map(Some),
        Command::Gov(command) => commands::gov::run(command, &session).map(Some),
        Command::Params(command) => commands::params::run(command, &session).map(Some),
    }
}

/// Chooses network and wallet: by the arguments, else by the Solana tools' configuration, else the local network.
fn open_session(global: Global) -> Result<Session> {
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

/// Prints help or version, or why the arguments are wrong in one sentence.
fn show_usage(printer: Printer, error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            match output::ignore_broken_pipe(error.print()) {
                Ok(()) => ExitCode::Success,
                Err(error) => print_error(printer, &error),
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            printer.status(error.to_string().trim_end());
            ExitCode::Usage
        }
        _ => {
            let text = error.to_string();
            let sentence = text.split("\n\n").next().unwrap_or(&text);
            let words: Vec<_> = sentence.split_whitespace().collect();
            printer.status(format!(
                "{}; see --help for what can be given",
                words.join(" ")
            ));
            ExitCode::Usage
        }
    }
}
