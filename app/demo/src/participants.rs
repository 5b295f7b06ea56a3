//! Who takes part: a requester, a voter, the author of a module, an insurer and an insured, honest providers and those that
//! cheat.

use crate::{
    copied::LAZY_BACKING,
    environment::{log_step, Environment},
};
use anyhow::{Context, Result};
use assay_client::{pda, Address};
use assay_harness::processes::Cli;
use assay_market::state::Worker;

/// What a provider does in the demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Runs `assay node run` and nothing else.
    Honest,
    /// Runs a node whose runner replies without working.
    Liar,
    /// Runs one of several nodes of the same person, whose runners reply the same without working.
    Colluder,
    /// Runs `assay node watch`.
    Watcher,
    /// Copies what others contribute, with a client of its own.
    Copier,
    /// Takes seats of rounds and makes its contributions up, with a client of its own.
    Lazy,
    /// Contributes a result that it never opens, with a client of its own. Most of its stake is delegated.
    Silent,
    /// Runs `assay node run` for the jobs of an attester set.
    Lab,
}

/// A provider before it is registered.
struct Entry {
    name: &'static str,
    role: Role,
    /// Whole ASSAY that it adds as collateral.
    collateral: u64,
}

/// Seats follow collateral, so the honest have most of it. The others have a few times what a lie costs them.
const ROSTER: [Entry; 13] = [
    entry("ada", Role::Honest, 10_000),
    entry("blaise", Role::Honest, 10_000),
    entry("carl", Role::Honest, 10_000),
    entry("dorothy", Role::Honest, 10_000),
    entry("emmy", Role::Honest, 10_000),
    entry("mallory", Role::Liar, 300),
    entry("eve", Role::Colluder, 300),
    entry("evan", Role::Colluder, 300),
    entry("grace", Role::Watcher, 300),
    entry("trudy", Role::Copier, 300),
    entry("larry", Role::Lazy, 300),
    entry("oscar", Role::Silent, 0),
    entry("lise", Role::Lab, 300),
];
/// Whole ASSAY that every provider stakes beside its collateral.
const STAKE_BESIDE: u64 = 200;
/// Whole ASSAY that a provider stakes at least.
const LEAST_STAKE: u64 = 100;

const fn entry(name: &'static str, role: Role, collateral: u64) -> Entry {
    Entry {
        name,
        role,
        collateral,
    }
}

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
        // Without amounts the faucet gives its usual ones.
        if !amounts.is_empty() {
            env.localnet.try_fund(name, &amounts)?;
        }
        Ok(Self {
            address,
            cli: env.localnet.as_wallet(name),
            funding,
        })
    }
}

pub struct Provider {
    pub name: &'static str,
    pub role: Role,
    pub owner: Wallet,
    pub provider: Address,
    pub worker: Address,
    /// Whole ASSAY.
    pub stake: u64,
    /// Whole ASSAY of the stake that it adds as collateral at its registration.
    pub collateral: u64,
}

pub struct Participants {
    pub requester: Wallet,
    pub voter: Wallet,
    /// Writes the module of the batch.
    pub author: Wallet,
    /// Locks money for the insured.
    pub insurer: Wallet,
    pub insured: Wallet,
    /// Puts her tokens behind providers.
    pub delegator: Wallet,
    /// Receives a grant of the treasury. Has no token account before.
    pub grantee: Wallet,
    pub providers: Vec<Provider>,
}

impl Participants {
    /// Creates, funds and registers everybody. No node runs yet.
    pub fn register(env: &Environment) -> Result<Self> {
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
        log_step("funding the author of a module, an insurer and an insured");
        let pocket = Funding {
            sol,
            tusd,
            assay: 1,
        };
        let rich = Funding {
            assay: 1_000,
            ..pocket
        };
        let author = Wallet::new(env, "alan", pocket)?;
        let insurer = Wallet::new(env, "ivy", rich)?;
        let insured = Wallet::new(env, "ines", pocket)?;
        log_step("funding a delegator; the recipient of a grant has nothing yet");
        let saver = Funding {
            assay: 2_000,
            ..pocket
        };
        let delegator = Wallet::new(env, "dora", saver)?;
        let grantee = Wallet::new(env, "gilda", Funding::default())?;
        log_step("registering the providers, each with stake and collateral");
        let providers: Result<_> = ROSTER.iter().map(|entry| register(env, entry)).collect();
        let participants = Self {
            requester,
            voter,
            author,
            insurer,
            insured,
            delegator,
            grantee,
            providers: providers?,
        };
        participants.wait_for_age(env)?;
        Ok(participants)
    }

    /// Moves the clock on until all collateral is older than any job can be: younger collateral is admitted to no seat.
    pub fn wait_for_age(&self, env: &Environment) -> Result<()> {
        for provider in &self.providers {
            let worker: Worker = env.client.fetch(&provider.worker)?;
            env.advance_to(worker.funded_at.get().saturating_add(1))?;
        }
        Ok(())
    }

    /// Returns the providers of this role.
    pub fn of(&self, role: Role) -> impl Iterator<Item = &Provider> {
        self.providers
            .iter()
            .filter(move |other| other.role == role)
    }

    /// Returns the first provider of this role.
    ///
    /// # Errors
    /// If there is none.
    pub fn one(&self, role: Role) -> Result<&Provider> {
        let mut of = self.of(role);
        of.next().with_context(|| format!("nobody is {role:?}"))
    }

    /// Returns every wallet that ever owned tokens. The nodes' keys own SOL only.
    pub fn wallets(&self) -> impl Iterator<Item = &Wallet> {
        let owners = self.providers.iter().map(|provider| &provider.owner);
        let others = [&self.author, &self.insurer, &self.insured];
        let saving = [&self.delegator, &self.grantee];
        let posting = [&self.requester, &self.voter];
        posting
            .into_iter()
            .chain(others)
            .chain(saving)
            .chain(owners)
    }
}

fn register(env: &Environment, entry: &Entry) -> Result<Provider> {
    let Entry {
        name,
        role,
        collateral,
    } = *entry;
    let beside = match role {
        Role::Lazy => LAZY_BACKING + STAKE_BESIDE,
        Role::Silent => LEAST_STAKE,
        _ => STAKE_BESIDE,
    };
    let stake = collateral + beside;
    let funding = Funding {
        sol: 5,
        tusd: 1,
        assay: stake + 1,
    };
    let node_funding = Funding {
        sol: 5,
        ..Funding::default()
    };
    let owner = Wallet::new(env, name, funding)?;
    let node = format!("{name}-node");
    Wallet::new(env, &node, node_funding)?;
    let node = format!("{node}.json");
    let call = |arguments: &[&str]| owner.cli.try_json(arguments);
    call(&["provider", "register", "--node", &node])?;
    call(&["provider", "stake", &stake.to_string()])?;
    if collateral > 0 {
        call(&["provider", "collateral", "add", &collateral.to_string()])?;
    }
    let provider = pda::staking::provider(&owner.address);
    eprintln!("  {name}: {stake} ASSAY staked, {collateral} of it behind its work");
    Ok(Provider {
        name,
        role,
        provider,
        worker: pda::market::worker(&provider),
        owner,
        stake,
        collateral,
    })
}
