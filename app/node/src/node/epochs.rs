use super::Node;
use crate::{error::NodeError, event::NodeEvent, patience::Matter, race::rule};
use assay_client::{
    instruction::{market::tally_work, rewards},
    pda::{market as market_at, rewards as rewards_at},
};
use assay_market::state::Params;
use assay_rewards::state::Emission;
use std::time::{Duration, Instant};

/// How long the parameters are believed; votes change them rarely.
const FRESH: Duration = Duration::from_secs(10);
/// Between two nodes' tries to end the same epoch.
const TURN: Duration = Duration::from_millis(500);

/// What the node knows of epochs.
#[derive(Default)]
pub(super) struct Calendar {
    params: Option<(Instant, Params)>,
    emission: Option<Emission>,
}

impl Node<'_> {
    /// Tallies our own work of ended epochs and ends the epochs that are due.
    pub(super) fn crank_epochs(&mut self) -> Result<(), NodeError> {
        let params = self.params()?;
        self.tally(&params)?;
        let Some(epoch) = self.due_epoch(&params)? else {
            return Ok(());
        };
        let first = self.desk.worker.as_ref().first().copied().unwrap_or(0);
        let turn = TURN.saturating_mul(u32::from(first & 7));
        let matter = Matter::Epoch(epoch);
        if self.is_time(matter, turn) {
            // Somebody else may have ended it while we waited for our turn.
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
        for work in self.worker.ring {
            let (epoch, weight) = (work.epoch.get(), work.weight.get());
            let ends = (params.epoch_end(epoch), params.tally_end(epoch));
            let is_open = matches!(ends, (Ok(from), Ok(to)) if (from..to).contains(&self.now));
            let matter = Matter::Tally(epoch);
            if weight == 0 || work.tallied != 0 || !is_open || !self.is_time(matter, Duration::ZERO)
            {
                continue;
            }
            let instruction = tally_work(self.desk.node(), self.desk.worker, epoch);
            let tallied = self.desk.crank(&[instruction]);
            if self.attempt(matter, tallied)?.is_some() {
                self.desk.tell(NodeEvent::Tallied { epoch, weight });
            }
        }
        Ok(())
    }

    /// The epoch that can be ended now, if there is one.
    fn due_epoch(&mut self, params: &Params) -> Result<Option<u64>, NodeError> {
        let Ok(current) = params.epoch_at(self.now) else {
            return Ok(None);
        };
        if self.calendar.emission.is_none() {
            self.calendar.emission = self
                .desk
                .client
                .try_fetch("emission", &rewards_at::emission())?;
        }
        let Some(emission) = &self.calendar.emission else {
            return Ok(None);
        };
        let epoch = emission.due_epoch(current);
        let is_over = params.tally_end(epoch).is_ok_and(|end| end <= self.now);
        Ok(is_over.then_some(epoch))
    }

    fn end_epoch(&mut self, epoch: u64) -> Result<(), NodeError> {
        let finalize = rewards::finalize_epoch(self.desk.node(), epoch);
        let event = match self.desk.crank(&[finalize]) {
            Ok(()) => NodeEvent::EpochFinalized { epoch },
            Err(error) if rule(&error) == Some("NoWork") => {
                self.desk.crank(&[rewards::skip_epoch(epoch)])?;
                NodeEvent::EpochSkipped { epoch }
            }
            Err(error) => return Err(error),
        };
        self.desk.tell(event);
        Ok(())
    }

    fn params(&mut self) -> Result<Params, NodeError> {
        if let Some((read, params)) = self.calendar.params {
            if read.elapsed() < FRESH {
                return Ok(params);
            }
        }
        let address = market_at::params();
        let params: Params = self.desk.client.fetch("market parameters", &address)?;
        self.calendar.params = Some((Instant::now(), params));
        Ok(params)
    }
}
