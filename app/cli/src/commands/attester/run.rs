//! `assay attester run`: runs an attester.

use crate::{
    child::child_program,
    commands::node::{parse_wall_limit, split_words, stop_on_signal, CommandLine},
    endpoint::{check_blob_store, parse_blob_store_url},
    keypair::{self, parse_address},
    Result, Session,
};
use assay_client::{Address, Signer as _};
use assay_content::ContentHash;
use assay_node::{attest, AttesterConfig, AttesterEvent, Rate, Verification};
use clap::builder::RangedU64ValueParser;
use std::{net::SocketAddr, path::PathBuf, sync::atomic::Ordering, time::Duration};

pub const EXAMPLES: &str = "\
Examples:
  assay attester run --key lab.json --set SET --listen 127.0.0.1:8787
  assay attester run --key lab.json --set SET --listen 0.0.0.0:8787 --rate 10/min --wall-limit 5m
  assay attester run --key lab.json --set SET --listen 127.0.0.1:8787 --module HASH --check 'python3 check.py {input} {output}'";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Keypair file of the attester: it signs results and pays for nothing. Its key must be one of the set's.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Address of the attester set. Only results of jobs that name it are signed.
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    set: Address,
    /// Address and port to listen on. Nodes come without TLS: put a proxy in front if they come over the internet.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,
    /// Command that checks a result instead of running the task again: exit code 0 says yes. It is split into words as by a
    /// shell and reads the input on stdin; {module}, {input} and {output} are replaced by the paths of files, {exit_code}, {fuel}
    /// and {energy_mj} by the numbers of the result.
    #[arg(long, value_name = "COMMAND", value_parser = split_words)]
    check: Option<CommandLine>,
    /// Requests that one client may make: 10/min, 2/s or 100/h.
    #[arg(long, value_name = "RATE", default_value = "60/min")]
    rate: Rate,
    /// Runs and checks that may wait for the one in progress, 0 to 400. Who comes later is told to come again.
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = RangedU64ValueParser::<usize>::new().range(0..=400))]
    queue: usize,
    /// Directory of the journal of what was signed, and of the content cache. Each key needs its own.
    #[arg(long, value_name = "DIR", default_value = ".assay/attester")]
    journal: PathBuf,
    /// Blob store to download from before a job's own; may be repeated.
    #[arg(long, value_parser = parse_blob_store_url, value_name = "URL")]
    store: Vec<String>,
    /// SHA-256 of a module whose jobs are attested; may be repeated. Default: all modules.
    #[arg(long, value_name = "HASH")]
    module: Vec<ContentHash>,
    /// Speed of this machine in fuel a second. Jobs that may take longer than the wall limit at this speed are refused.
    /// Default: half of the speed that is measured at start.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    fuel_per_second: Option<u64>,
    /// Time limit of one run or check.
    #[arg(long, default_value = "10m", value_parser = parse_wall_limit, value_name = "DURATION")]
    wall_limit: u64,
    /// Refuse jobs whose memory limit exceeds this number of MiB.
    #[arg(long, default_value_t = 1024, value_name = "MIB")]
    max_memory: u32,
    /// Refuse jobs whose output limit exceeds this number of KiB.
    #[arg(long, default_value_t = 16 << 10, value_name = "KIB")]
    max_output: u32,
}

pub fn run(args: Args, session: &Session) -> Result<()> {
    session.market()?;
    let url = session.client.url();
    let stores = args.store.into_iter();
    let stores: Result<Vec<String>> = stores.map(|store| check_blob_store(store, url)).collect();
    let keypair = keypair::read(&args.key)?;
    let printer = session.printer;
    printer.status(format!("attester {}, network {url}", keypair.pubkey()));
    let config = AttesterConfig {
        url: url.to_owned(),
        keypair,
        set: args.set,
        listen: args.listen,
        cache_dir: args.journal.join("content"),
        journal_dir: args.journal,
        blob_stores: stores?,
        verification: match args.check {
            None => Verification::Rerun,
            Some(CommandLine(words)) => Verification::Command(words),
        },
        child: child_program(),
        rate: args.rate,
        max_waiting: args.queue,
        modules: args.module,
        fuel_per_second: args.fuel_per_second,
        wall_limit: Duration::from_secs(args.wall_limit),
        max_memory_bytes: u64::from(args.max_memory) << 20,
        max_output_bytes: u64::from(args.max_output) << 10,
    };
    let stop = stop_on_signal()?;
    let mut printed = Ok(());
    let mut print_event = |event: &AttesterEvent| {
        // Nobody could see what an attester without a log does. So it stops in order, and reports why.
        if let Err(error) = printer.show(event) {
            stop.store(true, Ordering::Relaxed);
            printed = Err(error);
        }
    };
    attest(config, &mut print_event, &stop)?;
    printed
}

#[cfg(test)]
mod tests {
    use crate::Cli;
    use clap::Parser as _;

    const SET: &str = "11111111111111111111111111111111";

    fn is_accepted(more: &[&str]) -> bool {
        let mut run = vec!["assay", "attester", "run", "--key", "a.json", "--set", SET];
        run.extend(more);
        Cli::try_parse_from(run).is_ok()
    }

    #[test]
    fn rates_addresses_and_commands_are_checked_before_anything_starts() {
        for good in [
            &[][..],
            &["--listen", "[::1]:80"],
            &["--rate", "10/min"],
            &["--queue", "0"],
            &["--check", "python3 'my check.py' {output}"],
        ] {
            assert!(is_accepted(good), "{good:?}");
        }
        for bad in [
            ["--listen", "localhost"],
            ["--rate", "0/min"],
            ["--rate", "10"],
            ["--queue", "401"],
            ["--check", "a 'b"],
            ["--check", ""],
            ["--wall-limit", "0s"],
        ] {
            assert!(!is_accepted(&bad), "{bad:?}");
        }
    }
}
