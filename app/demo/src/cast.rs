//! Who takes part: a requester, a voter, four honest providers and one that lies.

use crate::{
    assay::field,
    batch::MODULE,
    stage::{act, text, Stage},
};
use anyhow::Result;
use assay_client::{pda, Address};
use assay_content::ContentHash;
use assay_market::state::Worker;
use std::{fs, path::PathBuf, thread, time::Duration};

const NAMES: [&str; 5] = ["ada", "blaise", "carl", "dorothy", "mallory"];
/// Index of the provider whose node answers without working.
const LIAR: usize = 4;
/// Whole ASSAY that every provider stakes.
pub const STAKE: u64 = 1000;
/// Whole ASSAY of the stake that back the work.
pub const COLLATERAL: u64 = 800;
/// Long enough for a node with a wrong flag to have ended.
const SETTLED: Duration = Duration::from_millis(500);

/// Whole tokens from the faucet.
#[derive(Clone, Copy, Default)]
pub struct Gift {
    pub sol: u64,
    pub tusd: u64,
    pub assay: u64,
}

pub struct Wallet {
    pub address: Address,
    pub file: PathBuf,
    pub gift: Gift,
}

impl Wallet {
    fn new(stage: &Stage, name: &str, gift: Gift) -> Result<Self> {
        let (file, state) = (stage.path(&format!("{name}.json")), stage.state());
        let (key, state) = (text(&file)?, text(&state)?);
        let made = stage.assay.call(None, &["wallet", "new", key])?;
        let amounts = [
            ("sol", gift.sol),
            ("tusd", gift.tusd),
            ("assay", gift.assay),
        ];
        let given = amounts.iter().filter(|(_, amount)| *amount > 0);
        let given: Vec<_> = given.map(|(of, n)| format!("--{of}={n}")).collect();
        let mut fund = vec!["localnet", "fund", key, "--state", state];
        fund.extend(given.iter().map(String::as_str));
        stage.assay.call(None, &fund)?;
        Ok(Self {
            address: field(&made, "address")?.parse()?,
            file,
            gift,
        })
    }
}

pub struct Provider {
    pub name: &'static str,
    pub owner: Wallet,
    pub provider: Address,
    pub worker: Address,
    /// Whether its node answers without working.
    pub lies: bool,
}

pub struct Cast {
    pub requester: Wallet,
    pub voter: Wallet,
    pub providers: Vec<Provider>,
}

impl Cast {
    /// Makes and funds everybody and starts five nodes as processes of their own.
    pub fn assemble(stage: &mut Stage) -> Result<Self> {
        act("funding a requester and a voter");
        let (sol, tusd) = (10, 1);
        let requester = Gift {
            sol,
            tusd: 1000,
            assay: 1,
        };
        let voter = Gift {
            sol,
            tusd,
            assay: 50_000,
        };
        let requester = Wallet::new(stage, "requester", requester)?;
        let voter = Wallet::new(stage, "voter", voter)?;
        act("registering five providers, each with stake and collateral");
        let mut providers = Vec::new();
        for (index, name) in NAMES.into_iter().enumerate() {
            providers.push(register(stage, name, index == LIAR)?);
        }
        act("starting five nodes as separate processes; mallory's lies");
        for provider in &providers {
            start_node(stage, provider)?;
        }
        thread::sleep(SETTLED);
        stage.check_running()?;
        let cast = Self {
            requester,
            voter,
            providers,
        };
        cast.wait_for_the_draw(stage)?;
        Ok(cast)
    }

    /// Collateral that is not older than a job waits for the end of the ramp, and others would have done the job by then. The
    /// clock counts whole seconds.
    fn wait_for_the_draw(&self, stage: &Stage) -> Result<()> {
        for provider in &self.providers {
            let worker: Worker = stage.client.fetch(&provider.worker)?;
            stage.advance_to(worker.funded_at.get().saturating_add(1))?;
        }
        Ok(())
    }

    pub fn honest(&self) -> impl Iterator<Item = &Provider> {
        self.providers.iter().filter(|provider| !provider.lies)
    }

    pub fn liar(&self) -> &Provider {
        &self.providers[LIAR]
    }

    /// Everyone who ever held tokens; the nodes' keys hold SOL only.
    pub fn wallets(&self) -> impl Iterator<Item = &Wallet> {
        let owners = self.providers.iter().map(|provider| &provider.owner);
        [&self.requester, &self.voter].into_iter().chain(owners)
    }
}

fn register(stage: &Stage, name: &'static str, lies: bool) -> Result<Provider> {
    let gift = Gift {
        sol: 5,
        tusd: 1,
        assay: STAKE + 1,
    };
    let key = Gift {
        sol: 5,
        ..Gift::default()
    };
    let owner = Wallet::new(stage, name, gift)?;
    let node = Wallet::new(stage, &node_of(name), key)?;
    let (stake, collateral) = (STAKE.to_string(), COLLATERAL.to_string());
    let call = |arguments: &[&str]| stage.assay.call(Some(&owner.file), arguments);
    call(&["provider", "register", "--node", text(&node.file)?])?;
    call(&["provider", "stake", &stake])?;
    call(&["provider", "collateral", "add", &collateral])?;
    let provider = pda::staking::provider(&owner.address);
    eprintln!("  {name}: {stake} ASSAY staked, {collateral} of it behind its work");
    Ok(Provider {
        name,
        provider,
        worker: pda::market::worker(&provider),
        owner,
        lies,
    })
}

fn node_of(name: &str) -> String {
    format!("{name}-node")
}

fn start_node(stage: &mut Stage, provider: &Provider) -> Result<()> {
    let name = node_of(provider.name);
    let key = stage.path(&format!("{name}.json"));
    let state = stage.path(&format!("{name}-state"));
    let (owner, blobs) = (provider.owner.address.to_string(), stage.blob_url.clone());
    let module = ContentHash::of(&fs::read(stage.root.join(MODULE))?).to_string();
    let mut arguments = vec!["node", "run", "--owner", &owner, "--state", text(&state)?];
    arguments.extend(["--store", &blobs]);
    if provider.lies {
        // An external command in the module's place: it never looks at the task and always says the same.
        arguments.extend(["--runner-command", "echo the trend is whatever you like"]);
        arguments.extend(["--module", &module, "--wall-limit", "30s"]);
    }
    stage.start_node(&name, &key, &arguments)
}
