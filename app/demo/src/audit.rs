//! Compares every token account of the protocol with the account on chain that says what it must hold or, where there is
//! none, with [`Expected`]. Compares all of them together with the supply.

use crate::{
    close::fee_vault,
    environment::{log_step, Environment},
    expected::Expected,
    participants::Participants,
};
use anyhow::Result;
use assay_client::{pda, Address};
use assay_market::state::Source;
use std::collections::HashMap;

/// How many accounts of each kind there must be at the time of an audit. Without these counts an audit that finds no
/// account would succeed.
#[derive(Clone, Copy, Default)]
pub struct ExpectedCounts {
    pub jobs: usize,
    /// Rounds of five, each with a pot for the penalties of its task.
    pub disputes: usize,
    /// Epochs with a pot.
    pub pots: usize,
    /// Locks of tokens.
    pub locks: usize,
    pub proposals: usize,
    /// Grants that were not taken.
    pub grants: usize,
}

/// The result of all audits so far.
#[derive(Default)]
pub struct AuditReport {
    /// Figures compared.
    pub compared: usize,
    /// Figures that did not agree.
    pub wrong: usize,
}

impl AuditReport {
    pub fn is_clean(&self) -> bool {
        self.compared > 0 && self.wrong == 0
    }

    /// Compares a figure. A difference does not end the audit, because all differences together say more than the first.
    fn equal(&mut self, what: &str, found: u64, expected: u64) {
        self.compared += 1;
        if found != expected {
            self.wrong += 1;
            eprintln!("  WRONG  {what}: found {found}, expected {expected}");
        }
    }
}

/// Compares every account that there is and adds the result to `report`.
pub fn audit(
    env: &Environment,
    participants: &Participants,
    expected: &Expected,
    counts: &ExpectedCounts,
    report: &mut AuditReport,
) -> Result<()> {
    log_step(&format!(
        "audit of every vault and escrow; open jobs: {}, disputes: {}, pots: {}, locks: {}, proposals: {}",
        counts.jobs, counts.disputes, counts.pots, counts.locks, counts.proposals
    ));
    let (compared, wrong) = (report.compared, report.wrong);
    let mut audit = Audit {
        env,
        report,
        found: HashMap::new(),
    };
    audit.stakes(participants, expected)?;
    audit.jobs(expected, counts)?;
    audit.disputes(counts)?;
    audit.rewards(expected, counts)?;
    audit.votes(counts)?;
    audit.supplies(participants, expected)?;
    if report.wrong == wrong {
        let compared = report.compared - compared;
        eprintln!("  ok  all {compared} figures agree");
    }
    Ok(())
}

struct Audit<'a> {
    env: &'a Environment,
    report: &'a mut AuditReport,
    /// Base units seen so far, by mint.
    found: HashMap<Address, u64>,
}

impl Audit<'_> {
    /// Compares the balance of a token account of `mint`. One that is missing or has another mint counts as empty.
    fn vault(&mut self, what: &str, vault: &Address, mint: &Address, due: u64) -> Result<()> {
        let held = self.holds(vault, mint)?;
        self.report.equal(what, held, due);
        eprintln!("  {what}: {held}");
        Ok(())
    }

    fn holds(&mut self, vault: &Address, mint: &Address) -> Result<u64> {
        let account = self.env.client.token_account(vault)?;
        let account = account.filter(|account| account.mint == *mint);
        let held = account.map_or(0, |account| account.amount);
        *self.found.entry(*mint).or_default() += held;
        Ok(held)
    }

    fn count(&mut self, what: &str, found: usize, expected: usize) {
        self.report.equal(what, found as u64, expected as u64);
    }

    fn stakes(&mut self, participants: &Participants, expected: &Expected) -> Result<()> {
        use assay_market::state::{Totals, Worker};
        use assay_staking::state::Provider;
        let client = &self.env.client;
        let all = client.fetch_all::<Provider>()?;
        self.count("providers", all.len(), participants.providers.len());
        let mut sum = 0u64;
        for member in &participants.providers {
            let (name, backing) = (member.name, expected.backing(member));
            let state: Provider = client.fetch(&member.provider)?;
            let vault = pda::staking::stake_vault(&member.provider);
            let due = state.stake_balance().unwrap_or(u64::MAX);
            let what = format!("stake vault of {name}");
            self.vault(&what, &vault, &pda::rewards::mint(), due)?;
            let what = format!("{name}'s stake");
            self.report.equal(&what, due, backing.stake);
            let what = format!("reward vault of {name}");
            let vault = pda::staking::reward_vault(&member.provider);
            let owed = state.rewards_held.get();
            self.vault(&what, &vault, &pda::rewards::mint(), owed)?;
            let worker: Worker = client.fetch(&member.worker)?;
            let what = format!("{name}'s collateral");
            let collateral = worker.total_collateral();
            self.report.equal(&what, collateral, backing.collateral);
            let allocated = state.allocated.get();
            let what = format!("{name}'s stake behind it");
            self.report.equal(&what, allocated, backing.collateral);
            sum = sum.saturating_add(collateral);
        }
        let totals: Totals = client.fetch(&pda::market::totals())?;
        let total = totals.collateral.get();
        self.report
            .equal("the market's whole collateral", total, sum);
        Ok(())
    }

    fn jobs(&mut self, expected: &Expected, counts: &ExpectedCounts) -> Result<()> {
        let (jobs, tusd) = (self.env.client.fetch_jobs()?, self.env.tusd());
        self.count("open jobs", jobs.len(), counts.jobs);
        for job in jobs {
            let what = format!("escrow of job {}", job.address);
            self.vault(&what, &job.header.escrow, &tusd, job.header.funds.get())?;
        }
        let vault = fee_vault(self.env)?;
        self.vault(
            "fee vault: fees of closed jobs",
            &vault,
            &tusd,
            expected.fees,
        )
    }

    /// Checks the pots of disputes. Audits take place while no penalty is under way, so a pot holds what was collected.
    fn disputes(&mut self, counts: &ExpectedCounts) -> Result<()> {
        let rounds = self.env.client.fetch_all_rounds()?;
        let disputes = rounds
            .iter()
            .filter(|round| round.source() == Source::Dispute);
        let disputes: Vec<_> = disputes.collect();
        self.count("open disputes", disputes.len(), counts.disputes);
        let mint = pda::rewards::mint();
        for dispute in disputes {
            let what = format!("penalties of task {} in dispute", dispute.task());
            let pot = pda::ata(&dispute.address, &mint);
            self.vault(&what, &pot, &mint, dispute.header.collected.get())?;
        }
        Ok(())
    }

    fn rewards(&mut self, expected: &Expected, counts: &ExpectedCounts) -> Result<()> {
        use assay_rewards::state::{Emission, EpochRewards};
        let (client, mint) = (&self.env.client, pda::rewards::mint());
        let epochs = client.fetch_all::<EpochRewards>()?;
        self.count("epochs with rewards", epochs.len(), counts.pots);
        let unclaimed = epochs
            .iter()
            .map(|(_, epoch)| epoch.amount.get().saturating_sub(epoch.claimed.get()))
            .sum();
        let what = "pot: rewards that nobody has claimed";
        self.vault(what, &pda::rewards::pot(), &mint, unclaimed)?;
        let emission: Emission = client.fetch(&pda::rewards::emission())?;
        let minted = emission.minted.get();
        self.report.equal("minted so far", minted, expected.minted);
        let what = "treasury: its part of the emission, without what was granted";
        let due = expected.minted_to_treasury - expected.granted;
        self.vault(what, &emission.treasury, &mint, due)?;
        let genesis = self.env.formulas.cluster.rewards.genesis_supply.0;
        let what = "genesis vault: what the faucet did not give";
        let vault = pda::rewards::genesis_vault();
        self.vault(what, &vault, &mint, genesis - expected.assay_given)
    }

    fn votes(&mut self, counts: &ExpectedCounts) -> Result<()> {
        use assay_governance::state::{Grant, Lock, Params, Proposal};
        let (client, mint) = (&self.env.client, pda::rewards::mint());
        let locks = client.fetch_all::<Lock>()?;
        self.count("locks", locks.len(), counts.locks);
        let mut weight = 0u64;
        for (lock, state) in locks {
            let vault = pda::governance::lock_vault(&lock);
            let what = format!("vault of lock {}", state.nonce.get());
            self.vault(&what, &vault, &mint, state.amount.get())?;
            weight = weight.saturating_add(state.weight.get());
        }
        let params: Params = client.fetch(&pda::governance::params())?;
        let total = params.total_weight.get();
        self.report.equal("weight of all locks", total, weight);
        let proposals = client.fetch_all::<Proposal>()?;
        self.count("proposals", proposals.len(), counts.proposals);
        let grants = client.fetch_all::<Grant>()?;
        self.count("grants", grants.len(), counts.grants);
        let deposit = self.env.formulas.cluster.governance.proposal_deposit.0;
        for (proposal, state) in proposals {
            let vault = pda::governance::deposit_vault(&proposal);
            let what = format!("deposit of proposal {}", state.index.get());
            self.vault(&what, &vault, &mint, state.deposit.get())?;
            let noted = state.deposit.get();
            self.report.equal(
                "deposit of a proposal, as the parameter says",
                noted,
                deposit,
            );
        }
        Ok(())
    }

    /// Checks that no token is anywhere but in vaults, escrows and everyone's ATAs.
    fn supplies(&mut self, participants: &Participants, expected: &Expected) -> Result<()> {
        let (assay, tusd) = (pda::rewards::mint(), self.env.tusd());
        let genesis = self.env.formulas.cluster.rewards.genesis_supply.0;
        for (symbol, mint, issued) in [
            ("ASSAY", assay, genesis + expected.minted - expected.burned),
            ("tUSD", tusd, expected.tusd_given),
        ] {
            for wallet in participants.wallets() {
                self.holds(&pda::ata(&wallet.address, &mint), &mint)?;
            }
            let supply = self.env.supply(&mint)?;
            let what = format!("supply of {symbol}");
            self.report.equal(&what, supply, issued);
            let what = format!("{symbol} in all vaults, escrows and wallets");
            let found = self.found.get(&mint).copied().unwrap_or(0);
            self.report.equal(&what, found, supply);
            eprintln!("  {what}: {found}; in existence: {supply}");
        }
        Ok(())
    }
}
