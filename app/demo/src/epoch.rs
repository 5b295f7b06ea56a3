//! The end of an epoch: work tallied, tokens minted by schedule and fees, and claimed by nodes and through the command line.

use crate::{
    check,
    close::fee_vault,
    dues::Dues,
    environment::{log_step, Environment},
    expected::Expected,
    formulas::{share, Minted},
    participants::{Participants, Provider},
    waiting::wait,
};
use anyhow::Result;
use assay_client::{
    pda::{self, market, rewards},
    Address,
};
use assay_market::state::{Params, Worker};
use assay_rewards::state::EpochRewards;
use std::collections::HashMap;

/// A finalized epoch. Amounts in base units of ASSAY.
pub struct Epoch {
    /// Minted in this epoch, by the supply of the mint.
    pub minted: u64,
    /// Minted in this epoch, by schedule and fees.
    pub scheduled: Minted,
    /// Weight of all work.
    weight: u64,
    /// What was minted, as a share of what the fees are worth that the fee vault holds.
    pub over_fees: f64,
    /// What each provider held of ASSAY before the epoch ended: in its reward vault and in the owner's ATA.
    held: HashMap<Address, u64>,
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
        let mut held = HashMap::new();
        for provider in &participants.providers {
            held.insert(provider.provider, rewards_of(env, provider)?);
        }

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
        check_epoch(env, number, &scheduled, weight)?;
        expected.minted += scheduled.total;
        expected.minted_to_treasury += scheduled.treasury;
        Ok(Self {
            minted,
            scheduled,
            weight,
            over_fees,
            held,
        })
    }

    /// Claims for every provider, those that cheated too, whose node has not done so yet, and checks each share. Returns their sum.
    ///
    /// A share goes to the provider's reward vault, and from there in parts to the owner, at once and over time. So both are
    /// counted together. The order of the claims, which nodes send when they like, moves one base unit.
    pub fn claim(
        &self,
        env: &Environment,
        participants: &Participants,
        dues: &Dues,
    ) -> Result<u64> {
        log_step("claiming the rewards through the command line, where no node was faster");
        let paid = self.scheduled.paid();
        let mut claimed = 0;
        for provider in &participants.providers {
            provider.owner.cli.try_json(&["rewards", "claim"])?;
            let due = self.share_of(provider, dues)?;
            let before = self.held.get(&provider.provider).copied().unwrap_or(0);
            let got = rewards_of(env, provider)?.saturating_sub(before);
            let what = format!(
                "{} claimed {got} base units of ASSAY, by the formula {due}",
                provider.name
            );
            check::holds(&what, got.abs_diff(due) <= 1)?;
            claimed += got;
        }
        check::equal("claimed in all: both parts", claimed, paid)?;
        let left = env.client.token_balance(&rewards::pot())?;
        check::equal("left in the pot", left, 0)?;
        Ok(claimed)
    }

    /// Returns a provider's share of what workers and stakers get, exact to one base unit.
    pub fn share_of(&self, provider: &Provider, dues: &Dues) -> Result<u64> {
        let own = dues.of_worker(&provider.worker).weight;
        share(self.scheduled.paid(), 0, own, self.weight)
    }
}

/// Returns what a provider holds of ASSAY in its reward vault and in the owner's ATA.
fn rewards_of(env: &Environment, provider: &Provider) -> Result<u64> {
    let vault = pda::staking::reward_vault(&provider.provider);
    let ata = pda::ata(&provider.owner.address, &rewards::mint());
    let balance = |account| env.client.token_balance(account);
    Ok(balance(&vault)?.saturating_add(balance(&ata)?))
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

/// Checks what the epoch's account says. Nodes may have claimed already.
fn check_epoch(env: &Environment, epoch: u64, scheduled: &Minted, total: u64) -> Result<()> {
    let finalized: EpochRewards = env.client.fetch(&rewards::epoch(epoch))?;
    let (amount, stakers) = (finalized.amount.get(), finalized.stakers.get());
    check::equal("for workers and stakers", amount, scheduled.paid())?;
    check::equal("for stakers", stakers, scheduled.stakers)?;
    let found = finalized.total_weight.get();
    check::equal("weight of everyone's work", found, total)
}

fn rejected(error: assay_market::error::MarketError) -> anyhow::Error {
    anyhow::anyhow!("the market rejects the time: {error:?}")
}
