//! `assay node`: the machine's side of a provider.

use crate::{
    endpoint::{parse_blob_store_url, resolve_blob_store},
    key::AddressArg,
    Exit, Failure, Result, Session,
};
use assay_client::{
    format::{format_duration, parse_duration},
    Signer as _,
};
use assay_content::ContentHash;
use assay_node::{NodeConfig, NodeError, NodeEvent, RunnerChoice};
use clap::{builder::RangedU64ValueParser, Subcommand};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag::register,
};
use std::{
    path::PathBuf,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::Duration,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Claim tasks, run them, deliver the results, collect the pay; until Ctrl-C.
    ///
    /// Killed at any point and started again with the same state directory, it goes on where it was.
    #[command(after_help = EXAMPLES)]
    Run(Box<RunArgs>),
}

const EXAMPLES: &str = "\
Examples:
  assay --keypair node.json node run --owner owner.json
  assay --keypair node.json node run --owner ADDRESS --state node-2 --concurrency 4
  assay --keypair node.json node run --owner ADDRESS --runner-command 'python3 run.py {module}' --module HASH";

#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// Owner of the provider that the node works for: address or keypair file. The node's own key is --keypair.
    #[arg(long, value_name = "ADDRESS")]
    owner: AddressArg,
    /// Directory for the journal, results not yet delivered and the content cache; one per node.
    #[arg(long, default_value = ".assay/node", value_name = "DIR")]
    state: PathBuf,
    /// Blob store to ask before a job's own, and to give every result to; may be repeated. Default: the local network's, on a
    /// local network.
    #[arg(long, value_parser = parse_blob_store_url, value_name = "URL")]
    store: Vec<String>,
    /// Run this command instead of the WebAssembly sandbox: input on stdin, output on stdout; {module} becomes the module's
    /// path. Words are split as a shell does it.
    #[arg(long, value_name = "COMMAND", value_parser = split_words)]
    runner_command: Option<Words>,
    /// Claim only jobs of the module with this SHA-256; may be repeated. Needed with --runner-command, which answers only for
    /// the modules that it stands for. Default: all modules.
    #[arg(long, value_name = "HASH")]
    module: Vec<ContentHash>,
    /// Fuel that a task is counted on to burn in a second, so that only what can be run in time is claimed. Default: half of
    /// what this machine burns in a short test.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    fuel_per_second: Option<u64>,
    /// Least time to leave between the latest end of a run and its deadline, for the transactions.
    #[arg(long, default_value = "15s", value_parser = parse_duration, value_name = "DURATION")]
    margin: u64,
    /// Tasks that run at the same time, 1 to 256.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=256))]
    concurrency: usize,
    /// Claimed seats that may wait for their result, 1 to 10000.
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=10_000))]
    max_claims: usize,
    /// Longest time that a task may run.
    #[arg(long, default_value = "10m", value_parser = wall_limit, value_name = "DURATION")]
    wall_limit: u64,
    /// Leave jobs alone that put more than this share of the collateral at stake in one seat, percent.
    #[arg(long, default_value_t = 25, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    max_bond: u8,
    /// Leave jobs alone that allow a task more memory than this, MiB.
    #[arg(long, default_value_t = 1024, value_name = "MIB")]
    max_memory: u32,
    /// Milliseconds between looks at the chain.
    #[arg(long, default_value_t = 300, value_name = "MS", value_parser = clap::value_parser!(u64).range(50..=60_000))]
    poll: u64,
    /// Only do the own work: leave settling, expiring and penalizing to others.
    #[arg(long)]
    no_cranks: bool,
    /// Close finished jobs for their requesters once anyone may: a reveal window after the last possible reveal. Their results
    /// can then no longer be fetched by job.
    #[arg(long)]
    close_jobs: bool,
}

/// The words of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Words(Vec<String>);

fn split_words(text: &str) -> core::result::Result<Words, String> {
    match shlex::split(text) {
        Some(words) if !words.is_empty() => Ok(Words(words)),
        Some(_) => Err("the command is empty".to_owned()),
        None => Err("a quote is not closed".to_owned()),
    }
}

/// Longest limit that means anything: no job may run longer.
const LONGEST: u64 = 30 * 86_400;

fn wall_limit(text: &str) -> core::result::Result<u64, String> {
    match parse_duration(text)? {
        limit @ 1..=LONGEST => Ok(limit),
        _ => Err(format!(
            "`{text}` is not from 1s to {}",
            format_duration(LONGEST)
        )),
    }
}

pub fn run(command: Command, session: &Session) -> Result<()> {
    let Command::Run(args) = command;
    let blob_stores = stores(&args.store, session.client.url())?;
    session.market()?;
    let stop = stop_on_signal()?;
    let config = config(*args, blob_stores, session)?;
    let printer = session.printer;
    let mut shown = Ok(());
    let mut show = |event: &NodeEvent| {
        // A node whose log is lost works unseen: it ends in order, and says why.
        if let Err(failure) = printer.show(event) {
            stop.store(true, Ordering::Relaxed);
            shown = Err(failure);
        }
    };
    assay_node::run(config, &mut show, &stop).map_err(failure)?;
    shown
}

fn stores(given: &[String], url: &str) -> Result<Vec<String>> {
    if given.is_empty() {
        return Ok(vec![resolve_blob_store(None, url)?]);
    }
    let given = given.iter().cloned();
    given
        .map(|store| resolve_blob_store(Some(store), url))
        .collect()
}

fn config(args: RunArgs, blob_stores: Vec<String>, session: &Session) -> Result<NodeConfig> {
    let keypair = session.wallet()?;
    let url = session.client.url().to_owned();
    session
        .printer
        .note(format!("node key {}, network {url}", keypair.pubkey()));
    Ok(NodeConfig {
        blob_stores,
        runner: match args.runner_command {
            None => RunnerChoice::Wasm,
            Some(Words(words)) => RunnerChoice::Command(words),
        },
        modules: args.module,
        fuel_per_second: args.fuel_per_second,
        margin: Duration::from_secs(args.margin),
        wall_limit: Duration::from_secs(args.wall_limit),
        concurrency: args.concurrency,
        max_claims: args.max_claims,
        max_bond_percent: args.max_bond,
        max_memory_bytes: u64::from(args.max_memory) << 20,
        poll: Duration::from_millis(args.poll),
        cranks: !args.no_cranks,
        close_jobs: args.close_jobs,
        ..NodeConfig::new(url, keypair, args.owner.0, args.state)
    })
}

/// Set by Ctrl-C and SIGTERM: the node finishes its step and ends in order.
fn stop_on_signal() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        register(signal, stop.clone()).map_err(|error| {
            Failure::new(Exit::Failed, format!("cannot wait for signals: {error}"))
        })?;
    }
    Ok(stop)
}

fn failure(error: NodeError) -> Failure {
    match error {
        NodeError::Chain(error) => error.into(),
        NodeError::Content(error) => error.into(),
        NodeError::NoWorker(_) => Failure::not_found(error.to_string()),
        NodeError::WrongKey { .. }
        | NodeError::NoCapacity
        | NodeError::NoBlobStore
        | NodeError::NoModules => Failure::usage(error.to_string()),
        other => Failure::new(Exit::Failed, other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cli;
    use clap::Parser as _;

    const OWNER: &str = "11111111111111111111111111111111";

    #[test]
    fn a_command_is_split_as_a_shell_does_it() {
        let words = split_words("python3 'my run.py' {module}").unwrap();
        assert_eq!(words.0, ["python3", "my run.py", "{module}"]);
        assert!(split_words("").is_err());
        assert!(split_words("a 'b").is_err());
    }

    #[test]
    fn a_wall_limit_leaves_time_to_run_and_ends() {
        assert_eq!(wall_limit("1s"), Ok(1));
        assert_eq!(wall_limit("30d"), Ok(LONGEST));
        for text in ["0", "31d", "18446744073709551615"] {
            assert!(wall_limit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_node_takes_on_what_a_machine_can_hold() {
        let is_taken = |option, number| {
            let run = ["assay", "node", "run", "--owner", OWNER, option, number];
            Cli::try_parse_from(run).is_ok()
        };
        for (option, most, more) in [
            ("--concurrency", "256", "257"),
            ("--max-claims", "10000", "10001"),
        ] {
            assert!(is_taken(option, "1") && is_taken(option, most), "{option}");
            assert!(
                !is_taken(option, "0") && !is_taken(option, more),
                "{option}"
            );
        }
    }
}
