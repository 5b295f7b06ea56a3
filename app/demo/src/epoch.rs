//! The end of an epoch: work tallied, tokens minted by schedule and fees, and claimed through the command line.

use crate::{
    check,
    close::fee_vault,
    dues::Dues,
    environment::{log_step, Environment},
    expected::Expected,
    formulas::{share, Minted},
    participants::Participants,
    waiting::wait,
};
use anyhow::Result;
use assay_client::pda::{self, market, rewards};
use assay_harness::processes::json_units;
use assay_market::state::{Params, Worker};
use assay_rewards::state::EpochRewards;

/// A finalized epoch. Amounts in base units of ASSAY.
pub struct Epoch {
    number: u64,
    /// Minted in this epoch, by the supply of the mint.
    pub minted: u64,
    /// Minted in this epoch, by schedule and fees.
    pub scheduled: Minted,
    /// Weight of all work.
    weight: u64,
    /// What was minted, as a share of what the fees are worth that the fee vault holds.
    pub over_fees: f64,
}

impl Epoch {
    /// Ends the epoch in which the jobs with these dues, the only ones so far, ended.
    pub fn finalize(
        env: &Environment,
        participants: &Participants,
        dues: &Dues,
        expected: &mut Expected,
    ) -> Result<Self> {
        let client = &env.client;
        let params: Params = client.fetch(&market::params())?;
        let number = params.epoch_at(client.now()?).map_err(rejected)?;
        let supply_before = env.supply(&rewards::mint())?;
        let treasury_before = client.token_balance(&rewards::treasury())?;

        log_step(&format!(
            "ending epoch {number}: the clock moves on, the nodes tally their work"
        ));
        env.advance_to(
            params
                .epoch_end(number)
                .map_err(rejected)?
                .saturating_add(1),
        )?;
        let weight = tallied(env, participants, number, dues)?;
        let scheduled = env.formulas.minted(number, expected.minted, weight)?;
        env.advance_to(
            params
                .tally_end(number)
                .map_err(rejected)?
                .saturating_add(1),
        )?;
        wait(env, "a node to finalize the epoch", || {
            Ok(client.account(&rewards::epoch(number))?.map(drop))
        })?;
        let supply = env.supply(&rewards::mint())?;
        let minted = supply.saturating_sub(supply_before);
        check::equal("minted, by the formula", minted, scheduled.total)?;
        // No epoch was finalized before, so that everything in the vault was paid in this one.
        let fees = client.token_balance(&fee_vault(env)?)?;
        let over_fees = env.formulas.minted_over_fees(minted, fees);
        let most = env.formulas.cluster.rewards.kappa_bps;
        let what =
            format!("{over_fees:.6} of what the fees are worth was minted, at most {most} bp");
        check::holds(&what, over_fees * 10_000.0 <= most as f64)?;
        let treasury = client.token_balance(&rewards::treasury())?;
        let what = "minted to the treasury";
        check::change(what, treasury, treasury_before, scheduled.treasury)?;
        check_pot(env, number, &scheduled, weight)?;
        expected.minted += scheduled.total;
        expected.minted_to_treasury += scheduled.treasury;
        Ok(Self {
            number,
            minted,
            scheduled,
            weight,
            over_fees,
        })
    }

    /// Claims for every provider, those that cheated too, and checks each part of the pot. Returns the sum of the parts.
    pub fn claim(
        &self,
        env: &Environment,
        participants: &Participants,
        dues: &Dues,
    ) -> Result<u64> {
        log_step("claiming the rewards through the command line");
        let pot = self.scheduled.workers;
        let (mut claimed, mut claimed_weight) = (0, 0);
        for provider in &participants.providers {
            let own = dues.of_worker(&provider.worker).weight;
            let due = share(pot, claimed_weight, own, self.weight)?;
            let ata = pda::ata(&provider.owner.address, &rewards::mint());
            let before = env.client.token_balance(&ata)?;
            let printed = provider.owner.cli.try_json(&["rewards", "claim"])?;
            let after = env.client.token_balance(&ata)?;
            let what = format!("{} claimed, base units of ASSAY", provider.name);
            check::change(&what, after, before, due)?;
            check::equal("  as printed", json_units(&printed, "claimed")?, due)?;
            claimed += after - before;
            claimed_weight += own;
        }
        check::equal("claimed in all: the pot", claimed, pot)?;
        let left = env.client.token_balance(&rewards::pot(self.number))?;
        check::equal("left in the pot", left, 0)?;
        Ok(claimed)
    }
}

/// Waits until all work of the epoch is tallied and checks the weight of every provider. Returns the sum.
fn tallied(env: &Environment, participants: &Participants, epoch: u64, dues: &Dues) -> Result<u64> {
    let mut total = 0;
    for provider in &participants.providers {
        let (name, due) = (provider.name, dues.of_worker(&provider.worker).weight);
        let work = || -> Result<_> {
            let worker: Worker = env.client.fetch(&provider.worker)?;
            Ok(worker.work(epoch).copied())
        };
        let found = work()?.map_or(0, |work| work.weight.get());
        check::equal(&format!("{name}'s work in epoch {epoch}"), found, due)?;
        wait(env, &format!("the tally of {name}'s work"), || {
            let is_tallied = work()?.is_none_or(|work| work.tallied != 0);
            Ok(is_tallied.then_some(()))
        })?;
        total += due;
    }
    Ok(total)
}

/// Checks the pot before anyone has claimed.
fn check_pot(env: &Environment, epoch: u64, scheduled: &Minted, total: u64) -> Result<()> {
    let finalized: EpochRewards = env.client.fetch(&rewards::epoch(epoch))?;
    let held = env.client.token_balance(&rewards::pot(epoch))?;
    check::equal("in the workers' pot", held, scheduled.workers)?;
    let amount = finalized.amount.get();
    check::equal("the pot as its account says", amount, scheduled.workers)?;
    let found = finalized.total_weight.get();
    check::equal("weight of everyone's work", found, total)
}

fn rejected(error: assay_market::error::MarketError) -> anyhow::Error {
    anyhow::anyhow!("the market rejects the time: {error:?}")
}
