//! The epoch's end: work tallied, tokens minted by the schedule, claimed through the CLI.

use crate::{
    assay::units,
    batch::Batch,
    book::Book,
    cast::{Cast, Provider},
    check,
    formulas::{share, Minted},
    stage::{act, Stage},
    verdicts::winners,
};
use anyhow::{bail, Result};
use assay_client::{
    pda::{self, market, rewards},
    JobView,
};
use assay_market::state::{Params, SeatState, Worker};
use assay_rewards::state::EpochRewards;
use std::{
    thread,
    time::{Duration, Instant},
};

const CRANKS_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(200);

/// A finalized epoch. Amounts in base units of ASSAY.
pub struct Epoch {
    number: u64,
    /// What came into existence, as the token program's supply says.
    pub minted: u64,
    /// What the schedule says.
    pub expected: Minted,
    /// Weight of everyone's work.
    weight: u64,
}

impl Epoch {
    /// Ends the epoch in which `job`, the only one so far, was worked on.
    pub fn finalize(
        stage: &Stage,
        cast: &Cast,
        work: (&Batch, &JobView),
        book: &mut Book,
    ) -> Result<Self> {
        let client = &stage.client;
        let params: Params = client.fetch(&market::params())?;
        let number = params.epoch_at(client.now()?).map_err(refused)?;
        let expected = stage.formulas.minted(number, book.minted)?;
        let supply_before = stage.supply(&rewards::mint())?;
        let treasury_before = client.token_balance(&rewards::treasury())?;

        act(&format!(
            "ending epoch {number}: the clock moves on, the nodes tally their work"
        ));
        stage.advance_to(params.epoch_end(number).map_err(refused)?.saturating_add(1))?;
        let weight = tallied(stage, cast, number, work)?;
        stage.advance_to(params.tally_end(number).map_err(refused)?.saturating_add(1))?;
        wait(stage, "a node to finalize the epoch", || {
            Ok(client.account(&rewards::epoch(number))?.is_some())
        })?;
        let supply = stage.supply(&rewards::mint())?;
        let minted = supply.saturating_sub(supply_before);
        check::equal("minted, by the schedule", minted, expected.total)?;
        let treasury = client.token_balance(&rewards::treasury())?;
        let what = "minted to the treasury";
        check::change(what, treasury, treasury_before, expected.treasury)?;
        check_pot(stage, number, &expected, weight)?;
        book.minted += expected.total;
        book.minted_to_treasury += expected.treasury;
        Ok(Self {
            number,
            minted,
            expected,
            weight,
        })
    }

    /// Claims for everyone, the liar too, compares each part of the pot and answers their sum.
    pub fn claim(
        &self,
        stage: &Stage,
        cast: &Cast,
        (batch, job): (&Batch, &JobView),
    ) -> Result<u64> {
        act("claiming the rewards through the CLI");
        let pot = self.expected.workers;
        let (mut claimed, mut claimed_weight) = (0, 0);
        for provider in &cast.providers {
            let own = weight(provider, batch, job);
            let due = share(pot, claimed_weight, own, self.weight)?;
            let wallet = pda::ata(&provider.owner.address, &rewards::mint());
            let before = stage.client.token_balance(&wallet)?;
            let owner = Some(provider.owner.file.as_path());
            let printed = stage.assay.call(owner, &["rewards", "claim"])?;
            let after = stage.client.token_balance(&wallet)?;
            let what = format!("{} claimed, base units of ASSAY", provider.name);
            check::change(&what, after, before, due)?;
            check::equal("  as printed", units(&printed, "claimed")?, due)?;
            claimed += after - before;
            claimed_weight += own;
        }
        check::equal("claimed in all: the pot", claimed, pot)?;
        let left = stage.client.token_balance(&rewards::pot(self.number))?;
        check::equal("left in the pot", left, 0)?;
        Ok(claimed)
    }
}

/// Emission weight of a provider's accepted replicas: of each, an even part of its task's weight, rounded down.
fn weight(provider: &Provider, batch: &Batch, job: &JobView) -> u64 {
    let mut sum = 0;
    for task in 0..batch.tasks {
        let seats = job.task(task).iter();
        let own = seats.filter(|seat| seat.worker == provider.worker);
        let accepted = own.filter(|seat| seat.state() == SeatState::Accepted);
        sum += accepted.count() as u64 * (batch.task.weight / winners(job, task).max(1));
    }
    sum
}

/// Waits until all work of the epoch is tallied, compares everyone's and answers the sum.
fn tallied(
    stage: &Stage,
    cast: &Cast,
    epoch: u64,
    (batch, job): (&Batch, &JobView),
) -> Result<u64> {
    let mut total = 0;
    for provider in &cast.providers {
        let (name, due) = (provider.name, weight(provider, batch, job));
        let work = || -> Result<_> {
            let worker: Worker = stage.client.fetch(&provider.worker)?;
            Ok(worker.work(epoch).copied())
        };
        let found = work()?.map_or(0, |work| work.weight.get());
        check::equal(&format!("{name}'s work in epoch {epoch}"), found, due)?;
        wait(stage, &format!("the tally of {name}'s work"), || {
            Ok(work()?.is_none_or(|work| work.tallied != 0))
        })?;
        total += due;
    }
    Ok(total)
}

/// The pot before anyone has claimed.
fn check_pot(stage: &Stage, epoch: u64, expected: &Minted, total: u64) -> Result<()> {
    let finalized: EpochRewards = stage.client.fetch(&rewards::epoch(epoch))?;
    let held = stage.client.token_balance(&rewards::pot(epoch))?;
    check::equal("in the workers' pot", held, expected.workers)?;
    let amount = finalized.amount.get();
    check::equal("the pot as its account says", amount, expected.workers)?;
    let found = finalized.total_weight.get();
    check::equal("weight of everyone's work", found, total)
}

fn wait(stage: &Stage, what: &str, mut done: impl FnMut() -> Result<bool>) -> Result<()> {
    let started = Instant::now();
    while !done()? {
        stage.check_running()?;
        if started.elapsed() > CRANKS_WITHIN {
            bail!("waited {} s in vain for {what}", CRANKS_WITHIN.as_secs());
        }
        thread::sleep(POLL);
    }
    Ok(())
}

fn refused(error: assay_market::error::MarketError) -> anyhow::Error {
    anyhow::anyhow!("the market's calendar refuses: {error:?}")
}
