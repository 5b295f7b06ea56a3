//! Cranks of epochs: tallies this node's work, and finalizes or skips epochs.

use super::Node;
use crate::{error::NodeError, event::NodeEvent, patience::Matter};
use assay_client::{
    cranks::{due_epoch, untallied_epochs, EpochEnd},
    pda,
};
use assay_market::state::Params;
use assay_rewards::state::Emission;
use std::time::{Duration, Instant};

/// How long the market's parameters are cached; votes change them rarely.
const PARAMS_TTL: Duration = Duration::from_secs(10);
/// Nodes wait zero to seven times this, depending on their address, before they end the same epoch.
const DELAY_PER_TURN: Duration = Duration::from_millis(500);

/// Cached accounts that say which epochs can be tallied and ended.
#[derive(Default)]
pub(super) struct Calendar {
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
        let first = self.desk.worker.as_ref().first().copied().unwrap_or(0);
        let delay = DELAY_PER_TURN.saturating_mul(u32::from(first & 7));
        let matter = Matter::Epoch(epoch);
        if self.is_time(matter, delay) {
            // Another node may have ended the epoch during the delay.
            self.calendar.emission = None;
            if self.due_epoch(&params)? == Some(epoch) {
                let ended = self.end_epoch(epoch);
                self.calendar.emission = None;
                if ended.is_ok() || self.due_epoch(&params)? == Some(epoch) {
                    self.attempt(matter, ended)?;
                }
            }
        }
        Ok(())
    }

    fn tally(&mut self, params: &Params) -> Result<(), NodeError> {
        for epoch in untallied_epochs(&self.worker, params, self.now) {
            let matter = Matter::Tally(epoch);
            if !self.is_time(matter, Duration::ZERO) {
                continue;
            }
            let tallied = self.tally_epoch(epoch);
            if self.attempt(matter, tallied)?.is_some() {
                let weight = self.worker.work(epoch).map_or(0, |work| work.weight.get());
                self.desk.tell(NodeEvent::Tallied { epoch, weight });
            }
        }
        Ok(())
    }

    fn tally_epoch(&mut self, epoch: u64) -> Result<(), NodeError> {
        let (node, worker) = (self.desk.node(), self.desk.worker);
        let plan = self.desk.client.plan_tally(&node, &worker, epoch)?;
        self.desk.crank(&plan.instructions)
    }

    /// Returns the epoch that can be finalized or skipped now, if there is one.
    fn due_epoch(&mut self, params: &Params) -> Result<Option<u64>, NodeError> {
        if self.calendar.emission.is_none() {
            let address = pda::rewards::emission();
            self.calendar.emission = self.desk.client.try_fetch(&address)?;
        }
        let emission = self.calendar.emission.as_ref();
        Ok(emission.and_then(|emission| due_epoch(params, emission, self.now)))
    }

    fn end_epoch(&mut self, epoch: u64) -> Result<(), NodeError> {
        let node = self.desk.node();
        let (end, plan) = self.desk.client.plan_epoch_end(&node, epoch)?;
        self.desk.crank(&plan.instructions)?;
        self.desk.tell(match end {
            EpochEnd::Finalized => NodeEvent::EpochFinalized { epoch },
            EpochEnd::Skipped => NodeEvent::EpochSkipped { epoch },
        });
        Ok(())
    }

    fn params(&mut self) -> Result<Params, NodeError> {
        if let Some((read_at, params)) = self.calendar.params {
            if read_at.elapsed() < PARAMS_TTL {
                return Ok(params);
            }
        }
        let params: Params = self.desk.client.fetch(&pda::market::params())?;
        self.calendar.params = Some((Instant::now(), params));
        Ok(params)
    }
}
