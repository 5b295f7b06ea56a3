//! Who takes part: a requester, a voter, four honest providers and one that lies.

use crate::stage::{act, field, text, Stage};
use anyhow::Result;
use assay_client::{address, Address};
use std::{path::PathBuf, thread, time::Duration};

const PROVIDERS: usize = 5;
/// Index of the provider whose node answers without working.
pub const LIAR: usize = 4;
const STAKE: &str = "1000";
const COLLATERAL: &str = "800";

pub struct Wallet {
    pub address: Address,
    pub file: PathBuf,
}

impl Wallet {
    fn new(stage: &Stage, name: &str, gift: &[&str]) -> Result<Self> {
        let file = stage.path(&format!("{name}.json"));
        let made = stage.assay.call(None, &["wallet", "new", text(&file)?])?;
        let mut fund = vec!["localnet", "fund", text(&file)?, "--state", stage.state()?];
        fund.extend(gift);
        stage.assay.call(None, &fund)?;
        Ok(Self {
            address: field(&made, "address")?.parse()?,
            file,
        })
    }
}

pub struct Provider {
    pub name: &'static str,
    pub owner: Wallet,
    pub provider: Address,
    pub worker: Address,
}

pub struct Cast {
    pub requester: Wallet,
    pub voter: Wallet,
    pub providers: Vec<Provider>,
}

const NAMES: [&str; PROVIDERS] = ["ada", "blaise", "carl", "dorothy", "mallory"];

impl Cast {
    /// Makes and funds everybody and starts five nodes as processes of their own.
    pub fn assemble(stage: &mut Stage) -> Result<Self> {
        act("funding a requester and a voter");
        let requester = Wallet::new(
            stage,
            "requester",
            &["--sol=10", "--tusd=1000", "--assay=1"],
        )?;
        let voter = Wallet::new(stage, "voter", &["--sol=10", "--tusd=1", "--assay=50000"])?;
        act("registering five providers, each with stake and collateral");
        let mut providers = Vec::new();
        for name in NAMES {
            providers.push(register(stage, name)?);
        }
        act("starting five nodes as separate processes; mallory's lies");
        for (index, provider) in providers.iter().enumerate() {
            start_node(stage, provider, index == LIAR)?;
        }
        // Long enough for a node with a wrong flag to have ended, which the first claim would only show much later.
        thread::sleep(Duration::from_millis(500));
        Ok(Self {
            requester,
            voter,
            providers,
        })
    }

    pub fn honest(&self) -> impl Iterator<Item = &Provider> {
        self.providers
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != LIAR)
            .map(|(_, provider)| provider)
    }

    pub fn liar(&self) -> &Provider {
        &self.providers[LIAR]
    }
}

fn register(stage: &Stage, name: &'static str) -> Result<Provider> {
    let gift = ["--sol=5", "--tusd=1", "--assay=1001"];
    let owner = Wallet::new(stage, name, &gift)?;
    let node = Wallet::new(stage, &node_of(name), &["--sol=5"])?;
    let call = |arguments: &[&str]| stage.assay.call(Some(&owner.file), arguments);
    call(&["provider", "register", "--node", text(&node.file)?])?;
    call(&["provider", "stake", STAKE])?;
    call(&["provider", "collateral", "add", COLLATERAL])?;
    let provider = address::staking::provider(&owner.address);
    eprintln!("  {name}: {STAKE} ASSAY staked, {COLLATERAL} of it behind its work");
    Ok(Provider {
        name,
        provider,
        worker: address::market::worker(&provider),
        owner,
    })
}

fn node_of(name: &str) -> String {
    format!("{name}-node")
}

fn start_node(stage: &mut Stage, provider: &Provider, lies: bool) -> Result<()> {
    let name = node_of(provider.name);
    let key = stage.path(&format!("{name}.json"));
    let state = stage.path(&format!("{name}-state"));
    let (owner, blobs) = (provider.owner.address.to_string(), stage.blob_url.clone());
    let mut arguments = vec!["node", "run", "--owner", &owner, "--state", text(&state)?];
    arguments.extend(["--store", &blobs]);
    if lies {
        // An external command in the module's place: it never looks at the task and always says the same.
        arguments.extend(["--runner-command", "echo the trend is whatever you like"]);
    }
    stage.start(&name, &key, &arguments)
}
