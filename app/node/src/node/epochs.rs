//! Cranks of epochs: tallies this node's work, and finalizes or skips epochs.

use super::Node;
use crate::{error::NodeError, event::NodeEvent, retry::RetryKey};
use assay_client::{
    cranks::{due_epoch, untallied_epochs, EpochEnd},
    pda,
};
use assay_market::state::Params;
use assay_rewards::state::Emission;
use std::time::{Duration, Instant};

/// How long the market's parameters are cached; votes change them rarely.
const PARAMS_TTL: Duration = Duration::from_secs(10);
/// A node waits zero to seven times this before it ends an epoch, depending on its address. So not all nodes send the same
/// transaction.
const DELAY_PER_TURN: Duration = Duration::from_millis(500);

/// Cached accounts that say which epochs can be tallied and ended.
#[derive(Default)]
pub(super) struct EpochCache {
    params: Option<(Instant, Params)>,
    emission: Option<Emission>,
}

impl Node<'_> {
    /// Tallies this node's work of ended epochs, and ends the epoch that is due.
    pub(super) fn crank_epochs(&mut self) -> Result<(), NodeError> {
        let params = self.params()?;
        self.tally(&params)?;
        let Some(epoch) = self.due_epoch(&params)? else {
            return Ok(());
        };
        let first = self.sender.worker.as_ref().first().copied().unwrap_or(0);
        let grace = DELAY_PER_TURN.saturating_mul(u32::from(first & 7));
        let key = RetryKey::EndEpoch(epoch);
        if self.is_ready(key, grace) {
            // Another node may have ended the epoch during the grace period.
            self.epoch_cache.emission = None;
            if self.due_epoch(&params)? == Some(epoch) {
                let ended = self.end_epoch(epoch);
                self.epoch_cache.emission = None;
                if ended.is_ok() || self.due_epoch(&params)? == Some(epoch) {
                    self.record_attempt(key, ended)?;
                }
            }
        }
        Ok(())
    }

    /// Tallies this node's work of every epoch that is open for it.
    fn tally(&mut self, params: &Params) -> Result<(), NodeError> {
        for epoch in untallied_epochs(&self.worker, params, self.now) {
            let key = RetryKey::Tally(epoch);
            if !self.is_ready(key, Duration::ZERO) {
                continue;
            }
            let tallied = self.tally_epoch(epoch);
            if self.record_attempt(key, tallied)?.is_some() {
                let weight = self.worker.work(epoch).map_or(0, |work| work.weight.get());
                self.sender.emit(NodeEvent::WorkTallied { epoch, weight });
            }
        }
        Ok(())
    }

    fn tally_epoch(&mut self, epoch: u64) -> Result<(), NodeError> {
        let (node, worker) = (self.sender.node_key(), self.sender.worker);
        let plan = self.sender.client.plan_tally(&node, &worker, epoch)?;
        self.sender.send_idempotent(&plan.instructions)
    }

    /// Returns the epoch that can be finalized or skipped now, if there is one.
    fn due_epoch(&mut self, params: &Params) -> Result<Option<u64>, NodeError> {
        if self.epoch_cache.emission.is_none() {
            let address = pda::rewards::emission();
            self.epoch_cache.emission = self.sender.client.try_fetch(&address)?;
        }
        let emission = self.epoch_cache.emission.as_ref();
        Ok(emission.and_then(|emission| due_epoch(params, emission, self.now)))
    }

    /// Finalizes the epoch, or skips it if nobody worked in it.
    fn end_epoch(&mut self, epoch: u64) -> Result<(), NodeError> {
        let node = self.sender.node_key();
        let (end, plan) = self.sender.client.plan_epoch_end(&node, epoch)?;
        self.sender.send_idempotent(&plan.instructions)?;
        self.sender.emit(match end {
            EpochEnd::Finalized => NodeEvent::EpochFinalized { epoch },
            EpochEnd::Skipped => NodeEvent::EpochSkipped { epoch },
        });
        Ok(())
    }

    /// Returns the market's parameters, not older than [`PARAMS_TTL`].
    fn params(&mut self) -> Result<Params, NodeError> {
        if let Some((read_at, params)) = self.epoch_cache.params {
            if read_at.elapsed() < PARAMS_TTL {
                return Ok(params);
            }
        }
        let params: Params = self.sender.client.fetch(&pda::market::params())?;
        self.epoch_cache.params = Some((Instant::now(), params));
        Ok(params)
    }
}
