//! The epoch's end: work tallied, tokens minted by the schedule, claimed through the CLI.

use crate::{
    audit::supply,
    cast::Cast,
    check,
    stage::{act, Stage},
};
use anyhow::{bail, Result};
use assay_client::address::{self, market, rewards};
use assay_market::state::{Params, Worker};
use assay_rewards::state::{Emission, EpochRewards};
use std::{
    thread,
    time::{Duration, Instant},
};

const CRANKS_WITHIN: Duration = Duration::from_secs(60);

/// Figures of the finalized epoch, base units of ASSAY.
pub struct Epoch {
    /// What came into existence, as the token program's supply says.
    pub minted: u64,
    /// What the schedule says.
    pub expected: u64,
    /// What the providers' owners received.
    pub claimed: u64,
}

impl Epoch {
    pub fn finalize_and_claim(stage: &Stage, cast: &Cast) -> Result<Self> {
        let client = &stage.client;
        let params: Params = client.get("market parameters", &market::params())?;
        let epoch = params.epoch_at(client.now()?).map_err(refused)?;
        let emission: Emission = client.get("emission", &rewards::emission())?;
        let expected = schedule(&emission, epoch).saturating_sub(emission.minted.get());
        let supply_before = supply(stage)?;

        act(&format!(
            "ending epoch {epoch}: the clock moves on, the nodes tally their work"
        ));
        stage.advance_to(params.epoch_end(epoch).map_err(refused)?.saturating_add(1))?;
        wait("the tally of every worker", || {
            all_tallied(stage, cast, epoch)
        })?;
        stage.advance_to(params.tally_end(epoch).map_err(refused)?.saturating_add(1))?;
        let address = rewards::epoch(epoch);
        wait("a node to finalize the epoch", || {
            Ok(client.raw(&address)?.is_some())
        })?;
        let minted = supply(stage)?.saturating_sub(supply_before);
        check::equal(
            "minted in the epoch, against the schedule",
            minted,
            expected,
        )?;

        act("claiming the rewards through the CLI");
        let claimed = claim(stage, cast)?;
        let finalized: EpochRewards = client.get("epoch", &address)?;
        check::equal(
            "claimed in all, against the pot",
            claimed,
            finalized.amount.get(),
        )?;
        check::equal("left in the pot", client.token_balance(&finalized.pot)?, 0)?;
        Ok(Self {
            minted,
            expected,
            claimed,
        })
    }
}

/// The design's sum, written out plainly: `Σ_{k<64} min(H, max(n − kH, 0))·(E₀ >> k)` after `n = epoch + 1` epochs.
fn schedule(emission: &Emission, epoch: u64) -> u64 {
    let (first, interval) = (
        emission.initial_emission.get(),
        emission.halving_epochs.get(),
    );
    let epochs = epoch.saturating_add(1);
    (0..64u64)
        .map(|k| {
            let run = epochs
                .saturating_sub(k.saturating_mul(interval))
                .min(interval);
            run.saturating_mul(first >> k)
        })
        .fold(0, u64::saturating_add)
}

fn all_tallied(stage: &Stage, cast: &Cast, epoch: u64) -> Result<bool> {
    for provider in &cast.providers {
        let worker: Worker = stage.client.get("worker", &provider.worker)?;
        if worker.work(epoch).is_some_and(|work| work.tallied == 0) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn claim(stage: &Stage, cast: &Cast) -> Result<u64> {
    let mut claimed = 0u64;
    for provider in cast.honest() {
        let wallet = address::wallet(&provider.owner.address, &rewards::mint());
        let before = stage.client.token_balance(&wallet)?;
        stage
            .assay
            .call(Some(&provider.owner.file), &["rewards", "claim"])?;
        let received = stage.client.token_balance(&wallet)?.saturating_sub(before);
        eprintln!("  {} claimed {received} base units of ASSAY", provider.name);
        claimed = claimed.saturating_add(received);
    }
    Ok(claimed)
}

fn wait(what: &str, mut done: impl FnMut() -> Result<bool>) -> Result<()> {
    let started = Instant::now();
    while !done()? {
        if started.elapsed() > CRANKS_WITHIN {
            bail!("waited {} s in vain for {what}", CRANKS_WITHIN.as_secs());
        }
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

fn refused(error: assay_market::error::MarketError) -> anyhow::Error {
    anyhow::anyhow!("the market's calendar refuses: {error:?}")
}
