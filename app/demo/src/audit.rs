//! Every token account of the protocol against the account that vouches for it, or, where none does, against the
//! demonstration's own book; and all of them together against the supply.

use crate::{
    book::Book,
    cast::{Cast, COLLATERAL, STAKE},
    closing::fee_vault,
    formulas::ASSAY,
    stage::{act, Stage},
};
use anyhow::Result;
use assay_client::{pda, Address};
use std::collections::HashMap;

/// How many of each there must be at the time of an audit, so that looking at none is no success.
pub struct Present {
    pub jobs: usize,
    /// Epochs with a pot.
    pub pots: usize,
    /// Locks, and proposals.
    pub votes: usize,
}

/// What the audits found.
#[derive(Default)]
pub struct Findings {
    /// Figures compared.
    pub compared: usize,
    /// Figures that did not agree.
    pub wrong: usize,
}

impl Findings {
    pub fn is_clean(&self) -> bool {
        self.compared > 0 && self.wrong == 0
    }

    /// Goes on after a difference: together they say more than the first.
    fn equal(&mut self, what: &str, found: u64, expected: u64) {
        self.compared += 1;
        if found != expected {
            self.wrong += 1;
            eprintln!("  WRONG  {what}: found {found}, expected {expected}");
        }
    }
}

/// Looks at everything there is and adds what it finds to `findings`.
pub fn audit(
    stage: &Stage,
    cast: &Cast,
    book: &Book,
    present: &Present,
    findings: &mut Findings,
) -> Result<()> {
    act(&format!(
        "audit of every vault and escrow; open jobs: {}, pots: {}, locks: {votes}, proposals: {votes}",
        present.jobs,
        present.pots,
        votes = present.votes
    ));
    let (compared, wrong) = (findings.compared, findings.wrong);
    let mut audit = Audit {
        stage,
        findings,
        found: HashMap::new(),
    };
    audit.stakes(cast, book)?;
    audit.jobs(book, present)?;
    audit.rewards(book, present)?;
    audit.votes(present)?;
    audit.supplies(cast, book)?;
    if findings.wrong == wrong {
        let compared = findings.compared - compared;
        eprintln!("  ok  all {compared} figures agree");
    }
    Ok(())
}

struct Audit<'a> {
    stage: &'a Stage,
    findings: &'a mut Findings,
    /// Base units seen so far, by mint.
    found: HashMap<Address, u64>,
}

impl Audit<'_> {
    /// Compares what a token account of `mint` holds; one that is missing or of another mint holds nothing.
    fn vault(&mut self, what: &str, vault: &Address, mint: &Address, due: u64) -> Result<()> {
        let held = self.holds(vault, mint)?;
        self.findings.equal(what, held, due);
        eprintln!("  {what}: {held}");
        Ok(())
    }

    fn holds(&mut self, vault: &Address, mint: &Address) -> Result<u64> {
        let account = self.stage.client.token_account(vault)?;
        let account = account.filter(|account| account.mint == *mint);
        let held = account.map_or(0, |account| account.amount);
        *self.found.entry(*mint).or_default() += held;
        Ok(held)
    }

    fn count(&mut self, what: &str, found: usize, expected: usize) {
        self.findings.equal(what, found as u64, expected as u64);
    }

    fn stakes(&mut self, cast: &Cast, book: &Book) -> Result<()> {
        use assay_market::state::Worker;
        use assay_staking::state::Provider;
        let client = &self.stage.client;
        let all = client.fetch_all::<Provider>()?;
        self.count("providers", all.len(), cast.providers.len());
        for member in &cast.providers {
            let (name, lost) = (member.name, if member.lies { book.slashed } else { 0 });
            let state: Provider = client.fetch(&member.provider)?;
            let vault = pda::staking::stake_vault(&member.provider);
            let due = state.vault_balance().unwrap_or(u64::MAX);
            let what = format!("stake vault of {name}");
            self.vault(&what, &vault, &pda::rewards::mint(), due)?;
            let what = format!("{name}'s stake");
            self.findings.equal(&what, due, STAKE * ASSAY - lost);
            let worker: Worker = client.fetch(&member.worker)?;
            let collateral = worker.free.get().saturating_add(worker.locked.get());
            let what = format!("{name}'s collateral");
            let left = COLLATERAL * ASSAY - lost;
            self.findings.equal(&what, collateral, left);
            let allocated = state.allocated.get();
            let what = format!("{name}'s stake behind it");
            self.findings.equal(&what, allocated, left);
        }
        Ok(())
    }

    fn jobs(&mut self, book: &Book, present: &Present) -> Result<()> {
        let (jobs, tusd) = (self.stage.client.fetch_jobs()?, self.stage.tusd);
        self.count("open jobs", jobs.len(), present.jobs);
        for job in jobs {
            let what = format!("escrow of job {}", job.address);
            self.vault(&what, &job.header.escrow, &tusd, job.header.funds.get())?;
        }
        let vault = fee_vault(self.stage)?;
        self.vault("fee vault: fees of closed jobs", &vault, &tusd, book.fees)
    }

    fn rewards(&mut self, book: &Book, present: &Present) -> Result<()> {
        use assay_rewards::state::{Emission, EpochRewards};
        let (client, mint) = (&self.stage.client, pda::rewards::mint());
        let epochs = client.fetch_all::<EpochRewards>()?;
        self.count("epochs with a pot", epochs.len(), present.pots);
        for (_, epoch) in epochs {
            let what = format!("pot of epoch {}", epoch.epoch.get());
            let due = epoch.amount.get().saturating_sub(epoch.claimed.get());
            self.vault(&what, &epoch.pot, &mint, due)?;
        }
        let emission: Emission = client.fetch(&pda::rewards::emission())?;
        let minted = emission.minted.get();
        self.findings.equal("minted so far", minted, book.minted);
        let treasury = book.slashed + book.minted_to_treasury;
        let what = "treasury: slashed stake and its part of the emission";
        self.vault(what, &emission.treasury, &mint, treasury)?;
        let genesis = self.stage.formulas.cluster.rewards.genesis_supply.0;
        let what = "genesis vault: what the faucet did not give";
        let vault = pda::rewards::genesis_vault();
        self.vault(what, &vault, &mint, genesis - book.assay_given)
    }

    fn votes(&mut self, present: &Present) -> Result<()> {
        use assay_governance::state::{Lock, Params, Proposal};
        let (client, mint) = (&self.stage.client, pda::rewards::mint());
        let locks = client.fetch_all::<Lock>()?;
        self.count("locks", locks.len(), present.votes);
        let mut weight = 0u64;
        for (lock, state) in locks {
            let vault = pda::governance::lock_vault(&lock);
            let what = format!("vault of lock {}", state.nonce.get());
            self.vault(&what, &vault, &mint, state.amount.get())?;
            weight = weight.saturating_add(state.weight.get());
        }
        let params: Params = client.fetch(&pda::governance::params())?;
        let total = params.total_weight.get();
        self.findings.equal("weight of all locks", total, weight);
        let proposals = client.fetch_all::<Proposal>()?;
        self.count("proposals", proposals.len(), present.votes);
        let deposit = self.stage.formulas.cluster.governance.proposal_deposit.0;
        for (proposal, state) in proposals {
            let vault = pda::governance::deposit_vault(&proposal);
            let what = format!("deposit of proposal {}", state.index.get());
            self.vault(&what, &vault, &mint, state.deposit.get())?;
            let noted = state.deposit.get();
            self.findings.equal(
                "deposit of a proposal, as the parameter says",
                noted,
                deposit,
            );
        }
        Ok(())
    }

    /// Vaults, escrows and everyone's wallets together are all there is: no token lies anywhere else.
    fn supplies(&mut self, cast: &Cast, book: &Book) -> Result<()> {
        let (assay, tusd) = (pda::rewards::mint(), self.stage.tusd);
        let genesis = self.stage.formulas.cluster.rewards.genesis_supply.0;
        for (symbol, mint, issued) in [
            ("ASSAY", assay, genesis + book.minted),
            ("tUSD", tusd, book.tusd_given),
        ] {
            for wallet in cast.wallets() {
                self.holds(&pda::ata(&wallet.address, &mint), &mint)?;
            }
            let supply = self.stage.supply(&mint)?;
            let what = format!("supply of {symbol}");
            self.findings.equal(&what, supply, issued);
            let what = format!("{symbol} in all vaults, escrows and wallets");
            let found = self.found.get(&mint).copied().unwrap_or(0);
            self.findings.equal(&what, found, supply);
            eprintln!("  {what}: {found}; in existence: {supply}");
        }
        Ok(())
    }
}
