use super::state::{Endpoints, State, DEFAULT_DIR};
use crate::{session::sol, Exit, Failure, Printer, Result, Session};
use assay_client::{Address, Client, Keypair, Signer as _};
use assay_localnet::{clock, Config, Localnet, BLOB_PORT_FLAG, RPC_PORT_FLAG, WS_PORT_FLAG};
use assay_migrations::{migrate, Cluster, PROGRAMS};
use serde::Serialize;
use std::{
    fmt, fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// What the faucet begins with.
const FAUCET_LAMPORTS: u64 = 100_000_000_000_000;
const AIRDROP_WITHIN: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);

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
    /// Directory with the four programs, as `cargo xtask build` makes it.
    #[arg(long, default_value = "target/deploy", value_name = "DIR")]
    programs: PathBuf,
    /// Directory for the faucet's key and the blobs; reset at each start, except the key.
    #[arg(long, default_value = DEFAULT_DIR, value_name = "DIR")]
    state: PathBuf,
}

/// A network that is ready.
#[derive(Serialize)]
struct Running {
    #[serde(flatten)]
    endpoints: Endpoints,
    assay_mint: String,
    faucet: String,
    state: PathBuf,
}

impl fmt::Display for Running {
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
    let programs = read_programs(&args.programs)?;
    let state = State::new(args.state);
    refuse_running(&state)?;
    state.reset()?;
    let faucet = state.make_faucet()?;
    let network = Localnet::start(Config {
        rpc_port: args.rpc_port,
        ws_port: args.ws_port,
        blob_port: args.blob_port,
        blob_dir: Some(state.blobs()),
        ..Config::default()
    })?;
    for (id, elf) in &programs {
        network.deploy(id, elf, &faucet.pubkey())?;
    }
    let client = Client::new(&network.rpc_url());
    fill_faucet(&client, &faucet)?;
    let running = set_up(&client, &network, &faucet, &state, printer)?;
    let mut shown = Ok(());
    let ended = network.run_until_signal(|| {
        shown = printer.show(&running);
        printer.note("the network runs until Ctrl-C");
    });
    state.forget_endpoints();
    ended?;
    shown
}

/// Two networks in one directory would lose each other's blobs.
fn refuse_running(state: &State) -> Result<()> {
    match state.endpoints() {
        Ok(endpoints) if clock::now(&endpoints.rpc_url).is_ok() => {
            let (dir, url) = (state.dir().display(), endpoints.rpc_url);
            Err(Failure::new(
                Exit::Failed,
                format!("a local network runs already with the state directory {dir}, at {url}; stop it or choose another with --state"),
            ))
        }
        _ => Ok(()),
    }
}

/// All of them, before anything is started.
fn read_programs(dir: &Path) -> Result<Vec<(Address, Vec<u8>)>> {
    let read = |program: &assay_migrations::Program| {
        let path = dir.join(program.file);
        match fs::read(&path) {
            Ok(elf) => Ok((program.id, elf)),
            Err(error) => Err(Failure::not_found(format!(
                "cannot read the {} program {}: {error}; run `cargo xtask build`, or pass --programs DIR",
                program.name,
                path.display()
            ))),
        }
    };
    PROGRAMS.iter().map(read).collect()
}

fn fill_faucet(client: &Client, faucet: &Keypair) -> Result<()> {
    let address = faucet.pubkey();
    let failed = |reason: String| {
        let amount = sol(FAUCET_LAMPORTS);
        Failure::new(
            Exit::Failed,
            format!("the faucet did not get its {amount}: {reason}"),
        )
    };
    client
        .rpc()
        .request_airdrop(&address, FAUCET_LAMPORTS)
        .map_err(|error| failed(error.to_string()))?;
    let started = Instant::now();
    while client.lamports(&address)? == 0 {
        if started.elapsed() > AIRDROP_WITHIN {
            return Err(failed("the network does not confirm".into()));
        }
        thread::sleep(POLL);
    }
    Ok(())
}

fn set_up(
    client: &Client,
    network: &Localnet,
    faucet: &Keypair,
    state: &State,
    printer: Printer,
) -> Result<Running> {
    let unknown = || {
        Failure::new(
            Exit::Failed,
            "the built-in localnet cluster file is missing",
        )
    };
    let cluster = Cluster::named("localnet").ok_or_else(unknown)??;
    let deployed = migrate(client, faucet, &cluster, &mut |step| {
        printer.note(step.name);
    })?;
    let tusd_mint = deployed.payment_mints.first().ok_or_else(unknown)?;
    let endpoints = Endpoints {
        rpc_url: network.rpc_url(),
        ws_url: network.ws_url(),
        blob_url: network.blob_url(),
        tusd_mint: tusd_mint.to_string(),
    };
    state.write_endpoints(&endpoints)?;
    Ok(Running {
        endpoints,
        assay_mint: deployed.assay_mint.to_string(),
        faucet: faucet.pubkey().to_string(),
        state: state.dir().to_owned(),
    })
}
