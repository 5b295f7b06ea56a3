//! A local network as a process of its own, with wallets on it.

use super::{cli::json_text, or_panic, Cli, Process, Workspace};
use anyhow::{Context, Result};
use assay_client::{Address, Client};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Directory of the network's state, in its home directory.
const STATE: &str = "net";
/// File of the faucet's keypair in that directory.
const FAUCET: &str = "faucet.json";
/// Whole ASSAY that a provider stakes and adds as collateral: the bonds and penalties of many seats.
const STAKE: &str = "5000";

/// `assay localnet` on free ports. It is killed when dropped, and its files are deleted, unless a test failed: then they are
/// kept, and their place is printed.
pub struct Localnet {
    pub rpc_url: String,
    pub blob_url: String,
    pub tusd_mint: Address,
    pub faucet: Address,
    process: Process,
    workspace: Workspace,
    home: TempDir,
}

impl Localnet {
    /// Starts a network for a test and waits until it is ready.
    #[track_caller]
    pub fn start() -> Self {
        or_panic(Self::try_start(&Workspace::of_test()))
    }

    /// Starts a network and waits until it is ready.
    ///
    /// # Errors
    /// If it does not start in time.
    pub fn try_start(workspace: &Workspace) -> Result<Self> {
        let home = TempDir::new().context("no temporary directory")?;
        let programs = workspace.programs();
        let programs = programs.to_str().context("a path is not UTF-8")?;
        let mut arguments = vec!["localnet", "--state", STATE, "--programs", programs];
        arguments.extend(["--rpc-port=0", "--ws-port=0", "--blob-port=0"]);
        let mut command = Cli::new(&workspace.assay, home.path()).command(&arguments);
        let mut process = Process::start("localnet", &mut command, home.path())?;
        let ready = |line: &Value| line.get("rpc_url").is_some();
        let ready = process.try_wait_for("running network", ready)?;
        Ok(Self {
            rpc_url: json_text(&ready, "rpc_url")?,
            blob_url: json_text(&ready, "blob_url")?,
            tusd_mint: address(&ready, "tusd_mint")?,
            faucet: address(&ready, "faucet")?,
            process,
            workspace: workspace.clone(),
            home,
        })
    }

    /// Returns the directory for files of the test.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Keeps the files of the test when the network is dropped.
    pub fn keep_files(&mut self) {
        self.home.disable_cleanup(true);
    }

    /// Returns a client of the network, to read accounts with.
    pub fn client(&self) -> Client {
        Client::new(&self.rpc_url)
    }

    /// Returns `assay` without a wallet.
    pub fn cli(&self) -> Cli {
        Cli {
            url: Some(self.rpc_url.clone()),
            ..Cli::new(&self.workspace.assay, self.home())
        }
    }

    /// Returns `assay` with the wallet of this name, whose file need not exist.
    pub fn as_wallet(&self, name: &str) -> Cli {
        Cli {
            keypair: Some(self.keypair_file(name)),
            ..self.cli()
        }
    }

    /// Returns the keypair file of the wallet of this name.
    pub fn keypair_file(&self, name: &str) -> PathBuf {
        self.home().join(file_name(name))
    }

    /// Returns the keypair file of the faucet, which issues the test dollars.
    pub fn faucet_file(&self) -> PathBuf {
        self.home().join(STATE).join(FAUCET)
    }

    /// Returns the state directory of this provider's node.
    pub fn node_state(&self, provider: &str) -> PathBuf {
        self.home().join(format!("{provider}-state"))
    }

    /// Creates an empty wallet and returns its address.
    ///
    /// # Errors
    /// If the command fails.
    pub fn try_new_wallet(&self, name: &str) -> Result<Address> {
        let created = self.cli().try_json(&["wallet", "new", &file_name(name)])?;
        address(&created, "address")
    }

    /// Creates an empty wallet and returns its address.
    #[track_caller]
    pub fn new_wallet(&self, name: &str) -> Address {
        or_panic(self.try_new_wallet(name))
    }

    /// Funds a wallet from the faucet. `amounts` are options such as `--sol=5`; without any, the faucet gives its usual
    /// amounts of SOL, test dollars and ASSAY.
    ///
    /// # Errors
    /// If the command fails.
    pub fn try_fund(&self, name: &str, amounts: &[&str]) -> Result<()> {
        let file = file_name(name);
        let mut arguments = vec!["localnet", "fund", &file, "--state", STATE];
        arguments.extend(amounts);
        self.cli().try_json(&arguments).map(drop)
    }

    /// Funds a wallet from the faucet, as [`Self::try_fund`] does.
    #[track_caller]
    pub fn fund(&self, name: &str, amounts: &[&str]) {
        or_panic(self.try_fund(name, amounts));
    }

    /// Moves the network's clock forward by `seconds`.
    ///
    /// # Errors
    /// If the command fails.
    pub fn try_advance(&self, seconds: i64) -> Result<()> {
        let seconds = seconds.to_string();
        let advance = ["localnet", "advance", &seconds, "--state", STATE];
        self.cli().try_json(&advance).map(drop)
    }

    /// Creates a wallet with SOL, test dollars and ASSAY. Returns `assay` with it, and its address.
    #[track_caller]
    pub fn funded_wallet(&self, name: &str) -> (Cli, Address) {
        let address = self.new_wallet(name);
        self.fund(name, &[]);
        (self.as_wallet(name), address)
    }

    /// Creates a provider with 5,000 ASSAY of collateral, which is older than any job that is posted after this. Its node key
    /// is the wallet `<name>-node`. Returns `assay` with the owner's wallet, and the owner's address.
    #[track_caller]
    pub fn provider(&self, name: &str) -> (Cli, Address) {
        let (owner, address) = self.funded_wallet(name);
        let node = format!("{name}-node");
        self.new_wallet(&node);
        self.fund(&node, &["--sol", "5"]);
        let node = file_name(&node);
        owner.json(&["provider", "register", "--node", &node, "--cpu-cores", "2"]);
        owner.json(&["provider", "stake", STAKE]);
        owner.json(&["provider", "collateral", "add", STAKE]);
        or_panic(self.try_advance(1));
        (owner, address)
    }
}

impl Drop for Localnet {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.keep_files();
            eprintln!("  logs and states are in {}", self.home().display());
        }
    }
}

fn file_name(wallet: &str) -> String {
    format!("{wallet}.json")
}

fn address(line: &Value, field: &str) -> Result<Address> {
    let text = json_text(line, field)?;
    text.parse()
        .with_context(|| format!("{text} is no address"))
}
