//! `assay localnet`: starts a network and runs it until Ctrl-C.

use super::{
    programs::programs,
    state::{Endpoints, State, DEFAULT_DIR},
};
use crate::{
    amount::TokenAmount, endpoint::BLOB_STORE_ACCOUNT, CliError, Printer, Result, Session,
};
use assay_client::{Client, Keypair, Signer as _};
use assay_localnet::{clock, Config, Localnet, BLOB_PORT_FLAG, RPC_PORT_FLAG, WS_PORT_FLAG};
use assay_migrations::{migrate, ClusterConfig, Keys};
use serde::Serialize;
use std::{
    fmt,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

/// Initial balance of the faucet, lamports.
const FAUCET_LAMPORTS: u64 = 100_000_000_000_000;
const AIRDROP_TIMEOUT: Duration = Duration::from_secs(30);
const POLL_INTERVAL: Duration = Duration::from_millis(20);

#[derive(Debug, clap::Args)]
pub struct StartArgs {
    /// JSON-RPC port; 0 takes a free one.
    #[arg(long = &RPC_PORT_FLAG[2..], default_value_t = 8899, value_name = "PORT")]
    rpc_port: u16,
    /// WebSocket port; 0 takes a free one.
    #[arg(long = &WS_PORT_FLAG[2..], default_value_t = 8900, value_name = "PORT")]
    ws_port: u16,
    /// Blob store port; 0 takes a free one.
    #[arg(long = &BLOB_PORT_FLAG[2..], default_value_t = 8898, value_name = "PORT")]
    blob_port: u16,
    /// Directory of the four programs, as `cargo xtask build` writes it. Default: the programs that are built into this
    /// binary.
    #[arg(long, value_name = "DIR")]
    programs: Option<PathBuf>,
    /// Directory for the faucet's keypair and the blobs. Each start deletes the blobs and keeps the keypair.
    #[arg(long, default_value = DEFAULT_DIR, value_name = "DIR")]
    state: PathBuf,
}

/// The report of a network that is ready.
#[derive(Serialize)]
struct NetworkReport {
    #[serde(flatten)]
    endpoints: Endpoints,
    assay_mint: String,
    faucet: String,
    state: PathBuf,
}

impl fmt::Display for NetworkReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Endpoints {
            rpc_url,
            ws_url,
            blob_url,
            tusd_mint,
        } = &self.endpoints;
        writeln!(f, "RPC         {rpc_url}")?;
        writeln!(f, "WebSocket   {ws_url}")?;
        writeln!(f, "Blob store  {blob_url}")?;
        writeln!(f, "ASSAY mint  {}", self.assay_mint)?;
        writeln!(f, "tUSD mint   {tusd_mint}")?;
        writeln!(f, "Faucet      {}", self.faucet)?;
        write!(f, "State       {}", self.state.display())
    }
}

pub fn run(args: StartArgs, session: &Session) -> Result<()> {
    let printer = session.printer;
    // Read before anything is started.
    let programs = programs(args.programs.as_deref())?;
    let state = State::new(args.state);
    check_not_running(&state)?;
    state.reset()?;
    let faucet = state.create_faucet()?;
    let network = Localnet::start(Config {
        rpc_port: args.rpc_port,
        ws_port: args.ws_port,
        blob_port: args.blob_port,
        blob_dir: Some(state.blobs()),
        ..Config::default()
    })?;
    for (address, elf) in &programs {
        network.deploy(address, elf, &faucet.pubkey())?;
    }
    network.write_account(&BLOB_STORE_ACCOUNT, network.blob_url().as_bytes())?;
    let client = Client::new(&network.rpc_url());
    fill_faucet(&client, &faucet)?;
    let report = set_up(&client, &network, &faucet, &state, printer)?;
    let mut printed = Ok(());
    let ended = network.run_until_signal(|| {
        printed = printer.show(&report);
        printer.status("the network runs until Ctrl-C");
    });
    state.remove_endpoints();
    ended?;
    printed
}

/// Checks that no network runs with this state directory: two would delete each other's blobs.
fn check_not_running(state: &State) -> Result<()> {
    match state.endpoints() {
        Ok(endpoints) if clock::now(&endpoints.rpc_url).is_ok() => {
            let (dir, url) = (state.dir().display(), endpoints.rpc_url);
            Err(CliError::failed(format!(
                "a local network runs already with the state directory {dir}, at {url}; stop it or choose another with --state"
            )))
        }
        _ => Ok(()),
    }
}

fn fill_faucet(client: &Client, faucet: &Keypair) -> Result<()> {
    let address = faucet.pubkey();
    let failed = |reason: String| {
        let amount = TokenAmount::sol(FAUCET_LAMPORTS);
        CliError::failed(format!("the faucet did not receive its {amount}: {reason}"))
    };
    client
        .rpc()
        .request_airdrop(&address, FAUCET_LAMPORTS)
        .map_err(|error| failed(error.to_string()))?;
    let started = Instant::now();
    while client.lamports(&address)? == 0 {
        if started.elapsed() > AIRDROP_TIMEOUT {
            return Err(failed("the network does not confirm".into()));
        }
        thread::sleep(POLL_INTERVAL);
    }
    Ok(())
}

/// Initializes the programs, and writes down where the network can be reached.
fn set_up(
    client: &Client,
    network: &Localnet,
    faucet: &Keypair,
    state: &State,
    printer: Printer,
) -> Result<NetworkReport> {
    let incomplete = || CliError::failed("the built-in cluster file `localnet` is incomplete");
    let cluster = ClusterConfig::named("localnet").ok_or_else(incomplete)??;
    let migrated = migrate(client, Keys::of(faucet), &cluster, &mut |step| {
        printer.status(step.name);
    })?;
    let tusd_mint = migrated.payment_mints.first().ok_or_else(incomplete)?;
    let endpoints = Endpoints {
        rpc_url: network.rpc_url(),
        ws_url: network.ws_url(),
        blob_url: network.blob_url(),
        tusd_mint: tusd_mint.to_string(),
    };
    state.write_endpoints(&endpoints)?;
    Ok(NetworkReport {
        endpoints,
        assay_mint: migrated.assay_mint.to_string(),
        faucet: faucet.pubkey().to_string(),
        state: state.dir().to_owned(),
    })
}
