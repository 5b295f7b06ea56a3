//! A local network as a process of its own, and people with wallets on it.

use crate::{
    command::Assay,
    process::{deploy_dir, Lines, Running},
};
use assay_client::{Address, Client};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// `assay localnet` on free ports; killed when dropped, with everything on its disk.
pub struct Network {
    pub rpc_url: String,
    pub blob_url: String,
    pub tusd_mint: Address,
    pub faucet: Address,
    _running: Running,
    _lines: Lines,
    home: TempDir,
}

impl Network {
    pub fn start() -> Self {
        let home = TempDir::new().expect("a temporary directory");
        let assay = Assay::new(home.path());
        let programs = deploy_dir();
        let programs = programs.to_str().expect("a UTF-8 path");
        let free = [
            "localnet",
            "--rpc-port",
            "0",
            "--ws-port",
            "0",
            "--blob-port",
            "0",
            "--state",
            "net",
            "--programs",
            programs,
        ];
        let mut running = Running::start(&mut assay.command(&free));
        let mut lines = Lines::of(&mut running.child);
        let up = lines.wait("running network", |line| line.get("rpc_url").is_some());
        Self {
            rpc_url: text(&up, "rpc_url"),
            blob_url: text(&up, "blob_url"),
            tusd_mint: address(&up, "tusd_mint"),
            faucet: address(&up, "faucet"),
            _running: running,
            _lines: lines,
            home,
        }
    }

    /// Where files of the test may go.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A client of the network, to look at accounts with.
    pub fn client(&self) -> Client {
        Client::new(&self.rpc_url)
    }

    /// `assay` without a wallet.
    pub fn assay(&self) -> Assay {
        Assay {
            url: Some(self.rpc_url.clone()),
            ..Assay::new(self.home())
        }
    }

    /// `assay` with the wallet file of this name, which need not exist.
    pub fn with_key(&self, name: &str) -> Assay {
        Assay {
            keypair: Some(self.key(name)),
            ..self.assay()
        }
    }

    /// Where the wallet of this name lies.
    pub fn key(&self, name: &str) -> PathBuf {
        self.home().join(format!("{name}.json"))
    }

    /// Where the node of this provider keeps its state.
    pub fn state(&self, provider: &str) -> PathBuf {
        self.home().join(format!("{provider}-state"))
    }

    /// Makes a new, empty wallet; answers its address.
    pub fn wallet(&self, name: &str) -> Address {
        let file = format!("{name}.json");
        address(&self.assay().ok(&["wallet", "new", &file]), "address")
    }

    /// Makes a wallet with SOL, test dollars and ASSAY; answers `assay` as its owner calls it.
    pub fn person(&self, name: &str) -> (Assay, Address) {
        let address = self.wallet(name);
        self.fund(name, &[]);
        (self.with_key(name), address)
    }

    /// Funds a wallet from the faucet.
    pub fn fund(&self, name: &str, amounts: &[&str]) {
        let file = format!("{name}.json");
        let mut arguments = vec!["localnet", "fund", &file, "--state", "net"];
        arguments.extend(amounts);
        self.assay().ok(&arguments);
    }

    /// Makes a provider with 5,000 ASSAY behind its work, so that it is drawn for every seat. Its node key is the
    /// wallet `<name>-node`. Answers `assay` as its owner calls it.
    pub fn provider(&self, name: &str) -> (Assay, Address) {
        let (owner, address) = self.person(name);
        let node = format!("{name}-node");
        self.wallet(&node);
        self.fund(&node, &["--sol", "5"]);
        let node = format!("{node}.json");
        owner.ok(&["provider", "register", "--node", &node, "--cpu-cores", "2"]);
        owner.ok(&["provider", "stake", "5000"]);
        owner.ok(&["provider", "collateral", "add", "5000"]);
        (owner, address)
    }
}

pub(crate) fn text(line: &Value, field: &str) -> String {
    let value = line.get(field).and_then(Value::as_str);
    value
        .unwrap_or_else(|| panic!("no {field} in {line}"))
        .to_owned()
}

pub(crate) fn address(line: &Value, field: &str) -> Address {
    text(line, field).parse().expect("an address")
}
