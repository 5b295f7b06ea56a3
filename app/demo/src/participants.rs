//! Who takes part: a requester, a voter, four honest providers and one that lies.

use crate::{
    batch::MODULE,
    environment::{log_step, Environment},
};
use anyhow::Result;
use assay_client::{pda, Address};
use assay_content::ContentHash;
use assay_harness::processes::Cli;
use assay_market::state::Worker;
use std::fs;

const NAMES: [&str; 5] = ["ada", "blaise", "carl", "dorothy", "mallory"];
/// Index of the provider whose node replies without working.
const LIAR: usize = 4;
/// Whole ASSAY that every provider stakes.
pub const STAKE: u64 = 1000;
/// Whole ASSAY of the stake that each provider adds as collateral.
pub const COLLATERAL: u64 = 800;

/// Whole tokens from the faucet.
#[derive(Clone, Copy, Default)]
pub struct Funding {
    pub sol: u64,
    pub tusd: u64,
    pub assay: u64,
}

pub struct Wallet {
    pub address: Address,
    /// `assay` with this wallet.
    pub cli: Cli,
    pub funding: Funding,
}

impl Wallet {
    /// Creates a wallet and funds it from the faucet.
    fn new(env: &Environment, name: &str, funding: Funding) -> Result<Self> {
        let address = env.localnet.try_new_wallet(name)?;
        let amounts = [
            ("sol", funding.sol),
            ("tusd", funding.tusd),
            ("assay", funding.assay),
        ];
        let amounts = amounts.iter().filter(|(_, amount)| *amount > 0);
        let amounts: Vec<_> = amounts.map(|(of, n)| format!("--{of}={n}")).collect();
        let amounts: Vec<_> = amounts.iter().map(String::as_str).collect();
        env.localnet.try_fund(name, &amounts)?;
        Ok(Self {
            address,
            cli: env.localnet.as_wallet(name),
            funding,
        })
    }
}

pub struct Provider {
    pub name: &'static str,
    pub owner: Wallet,
    pub provider: Address,
    pub worker: Address,
    /// True if its node replies without working.
    pub lies: bool,
}

pub struct Participants {
    pub requester: Wallet,
    pub voter: Wallet,
    pub providers: Vec<Provider>,
}

impl Participants {
    /// Creates and funds everybody and starts five nodes as processes of their own.
    pub fn start(env: &mut Environment) -> Result<Self> {
        log_step("funding a requester and a voter");
        let (sol, tusd) = (10, 1);
        let requester = Funding {
            sol,
            tusd: 1000,
            assay: 1,
        };
        let voter = Funding {
            sol,
            tusd,
            assay: 50_000,
        };
        let requester = Wallet::new(env, "requester", requester)?;
        let voter = Wallet::new(env, "voter", voter)?;
        log_step("registering five providers, each with stake and collateral");
        let mut providers = Vec::new();
        for (index, name) in NAMES.into_iter().enumerate() {
            providers.push(register(env, name, index == LIAR)?);
        }
        log_step("starting five nodes as separate processes; mallory's lies");
        for provider in &providers {
            start_node(env, provider)?;
        }
        env.check_running()?;
        let participants = Self {
            requester,
            voter,
            providers,
        };
        participants.wait_for_sortition(env)?;
        Ok(participants)
    }

    /// Waits until all collateral is at least one second older than the job. Newer collateral is not eligible before the
    /// sortition ramp ends, and the other nodes would have taken every replica by then.
    fn wait_for_sortition(&self, env: &Environment) -> Result<()> {
        for provider in &self.providers {
            let worker: Worker = env.client.fetch(&provider.worker)?;
            env.advance_to(worker.funded_at.get().saturating_add(1))?;
        }
        Ok(())
    }

    pub fn honest(&self) -> impl Iterator<Item = &Provider> {
        self.providers.iter().filter(|provider| !provider.lies)
    }

    pub fn liar(&self) -> &Provider {
        &self.providers[LIAR]
    }

    /// Returns every wallet that ever owned tokens. The nodes' keys own SOL only.
    pub fn wallets(&self) -> impl Iterator<Item = &Wallet> {
        let owners = self.providers.iter().map(|provider| &provider.owner);
        [&self.requester, &self.voter].into_iter().chain(owners)
    }
}

fn register(env: &Environment, name: &'static str, lies: bool) -> Result<Provider> {
    let funding = Funding {
        sol: 5,
        tusd: 1,
        assay: STAKE + 1,
    };
    let node_funding = Funding {
        sol: 5,
        ..Funding::default()
    };
    let owner = Wallet::new(env, name, funding)?;
    let node = format!("{name}-node");
    Wallet::new(env, &node, node_funding)?;
    let (node, stake, collateral) = (
        format!("{node}.json"),
        STAKE.to_string(),
        COLLATERAL.to_string(),
    );
    let call = |arguments: &[&str]| owner.cli.try_json(arguments);
    call(&["provider", "register", "--node", &node])?;
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

fn start_node(env: &mut Environment, provider: &Provider) -> Result<()> {
    let module = fs::read(env.localnet.workspace().module(MODULE))?;
    let module = ContentHash::of(&module).to_string();
    let mut more = Vec::new();
    if provider.lies {
        // An external command replaces the module: it never reads the task and always replies the same.
        more.extend(["--runner-command", "echo the trend is whatever you like"]);
        more.extend(["--module", &module, "--wall-limit", "30s"]);
    }
    env.start_node(provider.name, &more)
}
