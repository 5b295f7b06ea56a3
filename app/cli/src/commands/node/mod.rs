//! `assay node`: runs a provider's node, or a watcher.

mod doctor;

use crate::{
    child::child_program,
    endpoint::{parse_blob_store_url, resolve_blob_store, StrangerUrls},
    keypair::{parse_address, AddressArg},
    CliError, Result, Session,
};
use assay_client::{
    format::{format_duration, parse_duration},
    Address, Client, Signer as _,
};
use assay_content::{check_content_url, ContentHash};
use assay_node::{
    AmountByMint, AttesterList, ExternalCommand, NodeConfig, NodeError, NodeEvent, PriceFloor,
    RunnerChoice, SelfTest, WatchConfig, WholeTokens,
};
use clap::{builder::RangedU64ValueParser, Subcommand};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag::register,
};
use std::{
    fs,
    path::PathBuf,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::Duration,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Claim tasks, run them, deliver the results and collect the pay, until Ctrl-C.
    ///
    /// A node that was killed continues its work when it is started again with the same state directory.
    ///
    /// Others must be able to fetch the inputs of your tasks from you until the tasks have ended: a requester that takes an input
    /// back could have your right result convicted otherwise. So --store names a blob store of your own, and the owner
    /// publishes where the world reads it: `assay provider limits --read-url`.
    #[command(after_help = EXAMPLES)]
    Run(Box<RunArgs>),
    /// Run a share of all open results again, and challenge those that are wrong, until Ctrl-C.
    ///
    /// A watcher needs a worker of its own, whose collateral backs its challenges. Who challenges a wrong result gets a part
    /// of the penalty; who challenges a right one is penalized.
    #[command(after_help = WATCH_EXAMPLES)]
    Watch(Box<WatchArgs>),
    /// Check whether this machine keeps strangers' programs apart: each protection, and what to do where it is missing.
    ///
    /// Starts one child process as a node does for every run, which tries to reach files and the network. Needs no network
    /// and no wallet.
    #[command(after_help = doctor::EXAMPLES)]
    Doctor,
}

const EXAMPLES: &str = "\
Examples:
  assay --keypair node.json node run --owner owner.json
  assay --keypair node.json node run --owner ADDRESS --store https://blobs.example.org
  assay --keypair node.json node run --owner ADDRESS --state node-2 --concurrency 4
  assay --keypair node.json node run --owner ADDRESS --min-price 0.02 --min-price MINT=0.0001 --min-price-per-gigafuel 0.05
  assay --keypair node.json node run --owner ADDRESS --attester-set SET=https://lab.example.org,https://b.example.org
  assay --keypair node.json node run --owner ADDRESS --runner-command 'python3 /opt/lab/run.py {module}' --module HASH --runner-test in.txt out.txt";

const WATCH_EXAMPLES: &str = "\
Examples:
  assay --keypair watcher.json node watch --owner owner.json --state .assay/watch
  assay --keypair watcher.json node watch --owner ADDRESS --state .assay/watch --share 100%";

#[derive(Debug, clap::Args)]
pub struct RunArgs {
    #[command(flatten)]
    engine: EngineArgs,
    /// Most seats that are claimed and have no result yet, 1 to 10000.
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=10_000))]
    max_claims: usize,
    /// Skip jobs whose bond exceeds this percentage of the collateral.
    #[arg(long, default_value_t = 25, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    max_bond_percent: u8,
    /// Skip jobs that pay less than this for a seat, in whole tokens of the job's mint; MINT=AMOUNT sets it for one mint, may be
    /// repeated. Default: 0.01 of any token.
    ///
    /// A seat costs you the fees of four transactions at most, 20,000 lamports and priority fees, and a run. The chain has no
    /// rate between SOL and a token, so the default is a guess: 0.01 of a token that is worth a dollar pays four fees while one
    /// SOL costs less than 500 dollars. List every mint whose token is worth much more or less. 0 takes any price. A job that
    /// is skipped for its price is reported once.
    #[arg(long, value_name = "[MINT=]AMOUNT", value_parser = parse_price)]
    min_price: Vec<Price>,
    /// Ask this much more for each 10^9 of the job's fuel limit, in whole tokens of its mint; MINT=AMOUNT sets it for one mint,
    /// may be repeated. Default: 0.
    #[arg(long, value_name = "[MINT=]AMOUNT", value_parser = parse_price)]
    min_price_per_gigafuel: Vec<Price>,
    /// Close finished jobs for their requesters as soon as anyone may: when the last possible result has gone through its hold twice. The
    /// results of a closed job can no longer be fetched by job.
    #[arg(long)]
    close_jobs: bool,
    /// With --close-jobs: create missing token accounts of requesters and of authors of modules, for about 0.002 SOL each. Their
    /// owners can close them and keep that SOL. Without this option, such a job is left open.
    #[arg(long, requires = "close_jobs")]
    pay_rent_of_others: bool,
    /// Attester set whose jobs are run, and the URLs of its attesters, separated by commas; may be repeated. Attested jobs of
    /// other sets are left to others.
    #[arg(long, value_name = "SET=URL,URL,…", value_parser = parse_attester_list)]
    attester_set: Vec<AttesterList>,
}

#[derive(Debug, clap::Args)]
pub struct WatchArgs {
    #[command(flatten)]
    engine: EngineArgs,
    /// Share of the open results to run again: 10% or 0.5%. Nobody can predict which ones it is.
    #[arg(long, default_value = "10%", value_parser = parse_share, value_name = "PERCENT")]
    share: u16,
}

/// Options that a node and a watcher share.
#[derive(Debug, clap::Args)]
struct EngineArgs {
    /// Owner of the provider: address or keypair file. The node's own key is given by --keypair.
    #[arg(long, value_name = "ADDRESS")]
    owner: AddressArg,
    /// State directory: journal, results and content cache. Each node and each watcher needs its own.
    #[arg(long, default_value = ".assay/node", value_name = "DIR")]
    state: PathBuf,
    /// Blob store to download from before a job's own, and to upload to: inputs before the contribution, results once they are
    /// open; may be repeated. The read URL of the worker has to serve it, and its requesters must not be able to delete
    /// from it. Default: the network's own, on a local network.
    #[arg(long, value_parser = parse_blob_store_url, value_name = "URL")]
    store: Vec<String>,
    #[command(flatten)]
    strangers: StrangerUrls,
    /// Command to run instead of the WebAssembly sandbox, with the input on stdin and the output on stdout. It is split into
    /// words as by a shell, and runs in an empty directory: give paths from the root. {module} is replaced by the path of the module.
    /// Any exit code but 0 says that this machine failed, and no result is given: see --runner-exit-code.
    #[arg(long, value_name = "COMMAND", value_parser = split_words)]
    runner_command: Option<CommandLine>,
    /// Exit code of --runner-command that is a result, as 0 is; may be repeated. Any other one says that this machine failed, and no
    /// result is given. Not 75, 125, 126 and 127.
    #[arg(long, value_name = "CODE", requires = "runner_command", value_parser = clap::value_parser!(u8).range(1..))]
    runner_exit_code: Vec<u8>,
    /// File with an input, and file with the output that --runner-command must have for it. It is run once at the start, without a
    /// module; if it fails, the node does not start.
    #[arg(long, num_args = 2, value_names = ["INPUT", "OUTPUT"], requires = "runner_command")]
    runner_test: Vec<PathBuf>,
    /// SHA-256 of a module whose jobs are run; may be repeated. Default: all modules. --runner-command needs it, because
    /// a command computes the results of certain modules only.
    #[arg(long, value_name = "HASH")]
    module: Vec<ContentHash>,
    /// Speed of this machine in fuel a second. Only tasks that can be finished in time at this speed are run. Default:
    /// half of the speed that is measured at start.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    fuel_per_second: Option<u64>,
    /// Shortest time between the latest end of a run and its deadline. The transactions are sent in it.
    #[arg(long, default_value = "15s", value_parser = parse_duration, value_name = "DURATION")]
    deadline_margin: u64,
    /// Highest priority fee of a transaction, in lamports; 0 for none. Contributions, openings and rounds pay it in the last third
    /// of their time, 5 minutes at most, the more the closer the deadline. Whoever keeps them out of the blocks has to pay more
    /// for every block.
    #[arg(long, default_value_t = 50_000, value_name = "LAMPORTS", value_parser = clap::value_parser!(u64).range(..=MAX_PRIORITY_FEE))]
    max_priority_fee: u64,
    /// Number of tasks that run at the same time, 1 to 256.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=256))]
    concurrency: usize,
    /// Time limit of one run.
    #[arg(long, default_value = "10m", value_parser = parse_wall_limit, value_name = "DURATION")]
    wall_limit: u64,
    /// Skip jobs whose memory limit exceeds this number of MiB.
    #[arg(long, default_value_t = 1024, value_name = "MIB")]
    max_memory: u32,
    /// Polling interval in milliseconds.
    #[arg(long, default_value_t = 300, value_name = "MS", value_parser = clap::value_parser!(u64).range(50..=60_000))]
    poll: u64,
    /// Do not send cranks: do not end what is overdue, penalize, count disputes or end epochs.
    #[arg(long)]
    no_cranks: bool,
}

/// Largest accepted limit of a priority fee, lamports: a SOL.
const MAX_PRIORITY_FEE: u64 = 1_000_000_000;

/// The least price of one mint, or of all that have none of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Price {
    mint: Option<Address>,
    amount: WholeTokens,
}

/// Reads the least price of one mint, or of all others.
fn parse_price(text: &str) -> core::result::Result<Price, String> {
    let (mint, amount) = match text.split_once('=') {
        Some((mint, amount)) => (Some(parse_address(mint)?), amount),
        None => (None, text),
    };
    let amount = amount.parse::<WholeTokens>();
    let amount = amount.map_err(|error| error.to_string())?;
    Ok(Price { mint, amount })
}

/// Returns the least price of each mint. Of two prices for the same mint the first counts.
fn by_mint(prices: &[Price], usual: &AmountByMint) -> AmountByMint {
    let listed = prices
        .iter()
        .filter_map(|price| Some((price.mint?, price.amount)));
    let others = prices.iter().find(|price| price.mint.is_none());
    AmountByMint {
        listed: listed.collect(),
        others: others.map_or(usual.others, |price| price.amount),
    }
}

/// A command, split into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CommandLine(pub Vec<String>);

pub(super) fn split_words(text: &str) -> core::result::Result<CommandLine, String> {
    match shlex::split(text) {
        Some(words) if !words.is_empty() => Ok(CommandLine(words)),
        Some(_) => Err("the command is empty".to_owned()),
        None => Err("a quote is not closed".to_owned()),
    }
}

/// Largest useful time limit, seconds: no job may run longer.
const MAX_WALL_LIMIT: u64 = 30 * 86_400;

pub(super) fn parse_wall_limit(text: &str) -> core::result::Result<u64, String> {
    match parse_duration(text)? {
        limit @ 1..=MAX_WALL_LIMIT => Ok(limit),
        _ => Err(format!(
            "`{text}` is not a time from 1s to {}",
            format_duration(MAX_WALL_LIMIT)
        )),
    }
}

/// Reads an attester set and the URLs of its attesters.
fn parse_attester_list(text: &str) -> core::result::Result<AttesterList, String> {
    let Some((set, urls)) = text.split_once('=') else {
        return Err(format!("`{text}` is not SET=URL,URL,…"));
    };
    let set = parse_address(set)?;
    let url = |url: &str| {
        match check_content_url(url) {
        Ok(()) => Ok(url.trim_end_matches('/').to_owned()),
        Err(reason) => Err(format!(
            "`{url}` is not the URL of an attester ({reason}); write http://HOST:PORT or https://HOST"
        )),
    }
    };
    let urls: core::result::Result<Vec<_>, _> = urls.split(',').map(url).collect();
    Ok(AttesterList { set, urls: urls? })
}

/// Reads a share in percent, with at most two decimals, as basis points.
fn parse_share(text: &str) -> core::result::Result<u16, String> {
    let wrong = || format!("`{text}` is not a share from 0.01% to 100%");
    let number = text.strip_suffix('%').unwrap_or(text);
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if part.len() > 2 || !(whole.bytes().chain(part.bytes())).all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let bps: u32 = format!("{whole}{part:0<2}").parse().map_err(|_| wrong())?;
    match u16::try_from(bps) {
        Ok(bps @ 1..=10_000) => Ok(bps),
        _ => Err(wrong()),
    }
}

pub fn run(command: Command, session: &Session) -> Result<()> {
    let (engine, mode) = match command {
        Command::Doctor => return session.printer.show(&doctor::run()?),
        Command::Run(args) => {
            let RunArgs {
                engine,
                max_claims,
                max_bond_percent,
                min_price,
                min_price_per_gigafuel,
                close_jobs,
                pay_rent_of_others,
                attester_set,
            } = *args;
            let usual = PriceFloor::default();
            let mode = Mode::Run {
                max_claims,
                max_bond_percent,
                prices: PriceFloor {
                    per_seat: by_mint(&min_price, &usual.per_seat),
                    per_gigafuel: by_mint(&min_price_per_gigafuel, &usual.per_gigafuel),
                },
                close_jobs,
                pays_rent_of_others: pay_rent_of_others,
                attester_sets: attester_set,
            };
            (engine, mode)
        }
        Command::Watch(args) => {
            let WatchArgs { engine, share } = *args;
            (engine, Mode::Watch { share })
        }
    };
    let blob_stores = blob_stores(&engine.store, &session.client)?;
    session.market()?;
    let stop = stop_on_signal()?;
    let mut config = config(engine, blob_stores, session)?;
    let printer = session.printer;
    let mut printed = Ok(());
    let mut print_event = |event: &NodeEvent| {
        // Nobody could see what a node without a log does. So it stops in order, and reports why.
        if let Err(error) = printer.show(event) {
            stop.store(true, Ordering::Relaxed);
            printed = Err(error);
        }
    };
    match mode {
        Mode::Run {
            max_claims,
            max_bond_percent,
            prices,
            close_jobs,
            pays_rent_of_others,
            attester_sets,
        } => {
            config.attester_sets = attester_sets;
            config.max_claims = max_claims;
            config.max_bond_percent = max_bond_percent;
            config.prices = prices;
            config.close_jobs = close_jobs;
            config.pays_rent_of_others = pays_rent_of_others;
            assay_node::run(config, &mut print_event, &stop)?;
        }
        Mode::Watch { share } => {
            assay_node::watch(WatchConfig::new(config, share), &mut print_event, &stop)?;
        }
    }
    printed
}

/// What the commands do not share.
enum Mode {
    Run {
        max_claims: usize,
        max_bond_percent: u8,
        prices: PriceFloor,
        close_jobs: bool,
        pays_rent_of_others: bool,
        attester_sets: Vec<AttesterList>,
    },
    Watch {
        share: u16,
    },
}

/// Returns the blob stores that are given, or the network's own.
fn blob_stores(given: &[String], client: &Client) -> Result<Vec<String>> {
    if given.is_empty() {
        return Ok(vec![resolve_blob_store(None, client)?]);
    }
    let given = given.iter().cloned();
    given
        .map(|store| resolve_blob_store(Some(store), client))
        .collect()
}

fn config(args: EngineArgs, blob_stores: Vec<String>, session: &Session) -> Result<NodeConfig> {
    let keypair = session.wallet()?;
    let url = session.client.url().to_owned();
    session
        .printer
        .status(format!("node key {}, network {url}", keypair.pubkey()));
    Ok(NodeConfig {
        blob_stores,
        job_urls: args.strangers.rule(&session.client)?,
        runner: match args.runner_command {
            None => RunnerChoice::Wasm,
            Some(CommandLine(argv)) => RunnerChoice::Command(ExternalCommand {
                argv,
                result_codes: args.runner_exit_code,
                self_test: read_self_test(&args.runner_test)?,
            }),
        },
        modules: args.module,
        fuel_per_second: args.fuel_per_second,
        margin: Duration::from_secs(args.deadline_margin),
        wall_limit: Duration::from_secs(args.wall_limit),
        concurrency: args.concurrency,
        max_priority_fee: args.max_priority_fee,
        max_memory_bytes: u64::from(args.max_memory) << 20,
        poll: Duration::from_millis(args.poll),
        cranks: !args.no_cranks,
        ..NodeConfig::new(url, keypair, args.owner.0, args.state, child_program())
    })
}

/// Reads the files of a command's test, if there is one.
fn read_self_test(files: &[PathBuf]) -> Result<Option<SelfTest>> {
    let (input, output) = match files {
        [] => return Ok(None),
        [input, output] => (input, output),
        _ => return Err(CliError::usage("give --runner-test once")),
    };
    let read =
        |what, path: &PathBuf| fs::read(path).map_err(|error| CliError::file(what, path, &error));
    Ok(Some(SelfTest {
        input: read("the input of the test", input)?,
        output: read("the output of the test", output)?,
    }))
}

/// Returns a flag that Ctrl-C and SIGTERM set. The node then finishes its step and ends in order.
pub(super) fn stop_on_signal() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        register(signal, stop.clone())
            .map_err(|error| CliError::failed(format!("cannot wait for signals: {error}")))?;
    }
    Ok(stop)
}

impl From<NodeError> for CliError {
    fn from(error: NodeError) -> Self {
        match error {
            NodeError::Chain(error) => error.into(),
            NodeError::Content(error) => error.into(),
            NodeError::NoWorker(_) => Self::not_found(error.to_string()),
            NodeError::WrongKey { .. }
            | NodeError::NoCapacity
            | NodeError::NoBlobStore
            | NodeError::NoShare
            | NodeError::OtherCluster
            | NodeError::NotInSet { .. }
            | NodeError::NoModules => Self::usage(error.to_string()),
            other => Self::failed(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cli;
    use clap::Parser as _;

    const OWNER: &str = "11111111111111111111111111111111";

    #[test]
    fn a_command_is_split_as_by_a_shell() {
        let words = split_words("python3 'my run.py' {module}").unwrap();
        assert_eq!(words.0, ["python3", "my run.py", "{module}"]);
        assert!(split_words("").is_err());
        assert!(split_words("a 'b").is_err());
    }

    #[test]
    fn a_wall_limit_is_not_0_and_not_endless() {
        assert_eq!(parse_wall_limit("1s"), Ok(1));
        assert_eq!(parse_wall_limit("30d"), Ok(MAX_WALL_LIMIT));
        for text in ["0", "31d", "18446744073709551615"] {
            assert!(parse_wall_limit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_attester_set_is_read_with_the_urls_of_its_attesters() {
        let list = parse_attester_list(&format!("{OWNER}=http://a:1/,https://b")).unwrap();
        assert_eq!(list.set.to_string(), OWNER);
        assert_eq!(list.urls, ["http://a:1", "https://b"]);
        for text in [
            OWNER,
            &format!("{OWNER}="),
            "x=http://a",
            &format!("{OWNER}=ftp://a"),
        ] {
            assert!(parse_attester_list(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_share_is_read_in_percent() {
        for (text, bps) in [("10%", 1_000), ("0.5%", 50), ("100", 10_000), ("0.01%", 1)] {
            assert_eq!(parse_share(text), Ok(bps), "{text}");
        }
        for text in ["0%", "100.01%", "x%", "", "1.234%", "-1%", "999999999999%"] {
            assert!(parse_share(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_mint_has_the_price_that_is_given_for_it_or_for_all() {
        let price = |text: &str| parse_price(text).unwrap();
        let (listed, other) = (format!("{OWNER}=0.5"), "0.02");
        let usual = PriceFloor::default().per_seat;
        let read = by_mint(&[price(&listed), price(other)], &usual);
        let expected = AmountByMint {
            listed: vec![(OWNER.parse().unwrap(), "0.5".parse().unwrap())],
            others: other.parse().unwrap(),
        };
        assert_eq!(read, expected);
        assert_eq!(by_mint(&[], &usual), usual);
        for text in ["", "-1", "1e3", "x=1", "0,5", &format!("{OWNER}=")] {
            assert!(parse_price(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rent_of_others_is_paid_only_to_close_jobs_and_prices_are_for_nodes() {
        let parse = |command, options: &[&str]| {
            let start = ["assay", "node", command, "--owner", OWNER];
            Cli::try_parse_from(start.iter().chain(options)).is_ok()
        };
        assert!(parse("run", &["--close-jobs", "--pay-rent-of-others"]));
        assert!(!parse("run", &["--pay-rent-of-others"]));
        assert!(parse(
            "run",
            &["--min-price", "1", "--min-price-per-gigafuel", "0.1"]
        ));
        assert!(!parse("watch", &["--min-price", "1"]));
        assert!(parse("watch", &["--max-priority-fee", "0"]));
        assert!(!parse("run", &["--max-priority-fee", "1000000001"]));
    }

    #[test]
    fn a_watcher_has_a_share_and_no_claims() {
        let parse = |option, value| {
            let watch = ["assay", "node", "watch", "--owner", OWNER, option, value];
            Cli::try_parse_from(watch).is_ok()
        };
        assert!(parse("--share", "5%") && parse("--concurrency", "2"));
        assert!(!parse("--max-claims", "2"));
    }

    #[test]
    fn concurrency_and_claims_are_bounded() {
        let is_accepted = |option, number| {
            let run = ["assay", "node", "run", "--owner", OWNER, option, number];
            Cli::try_parse_from(run).is_ok()
        };
        for (option, most, too_many) in [
            ("--concurrency", "256", "257"),
            ("--max-claims", "10000", "10001"),
        ] {
            assert!(
                is_accepted(option, "1") && is_accepted(option, most),
                "{option}"
            );
            assert!(
                !is_accepted(option, "0") && !is_accepted(option, too_many),
                "{option}"
            );
        }
    }
}
