//! Cranks of epochs: tallies this node's work and that of nodes that sleep, finalizes or skips epochs, and claims this provider's
//! rewards.

use super::Node;
use crate::{error::NodeError, event::NodeEvent, retry::RetryKey};
use assay_client::{
    cranks::{
        due_epoch, is_late_to_tally, neglected_epochs, untallied_epochs, EpochEnd, EPOCHS_PER_TX,
    },
    pda, Address,
};
use assay_market::state::{Params, Worker};
use assay_rewards::state::Emission;
use assay_staking::state::Provider;
use std::time::{Duration, Instant};

/// How long the market's parameters are cached; votes change them rarely.
const PARAMS_TTL: Duration = Duration::from_secs(10);
/// A node waits zero to seven times this before it ends an epoch, depending on its address. So not all nodes send the same
/// transaction.
const DELAY_PER_TURN: Duration = Duration::from_millis(500);
/// Part of the tally window, in its 64ths, in which each worker's own node is left to tally.
const OWN_SHARE: u8 = 32;
/// What a node waits longer than the one before it until it tallies others, in 64ths of the window.
const SHARE_PER_TURN: u8 = 3;
/// Parts of the tally window after which a node looks again for work that nobody tallied, or for rewards.
const LOOKS_PER_WINDOW: u32 = 64;
/// Most work of others that a node tallies after one look: its own seats must not wait.
const TALLIES_PER_LOOK: usize = 4;
/// Shortest and longest time between two looks.
const LOOK_BOUNDS: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(600)];

/// Cached accounts that say which epochs can be tallied and ended.
#[derive(Default)]
pub(super) struct EpochCache {
    params: Option<(Instant, Params)>,
    emission: Option<Emission>,
    /// When the node last looked at all workers.
    seen_workers: Option<Instant>,
    /// When the node last looked for rewards.
    seen_rewards: Option<Instant>,
}

/// Returns the time between two looks at what needs many accounts.
fn time_between_looks(params: &Params) -> Duration {
    let [shortest, longest] = LOOK_BOUNDS;
    let window = Duration::from_secs(params.tally_window.get());
    (window / LOOKS_PER_WINDOW).clamp(shortest, longest)
}

/// Returns whether a look is due, and remembers it.
pub(super) fn looks_now(last: &mut Option<Instant>, interval: Duration) -> bool {
    let is_due = last.is_none_or(|last| last.elapsed() >= interval);
    if is_due {
        *last = Some(Instant::now());
    }
    is_due
}

impl Node<'_> {
    /// Tallies work of ended epochs, ends the epoch that is due, and claims rewards.
    pub(super) fn crank_epochs(&mut self) -> Result<(), NodeError> {
        let params = self.params()?;
        self.tally_own(&params)?;
        let others = self.tally_others(&params);
        self.continue_on_local_error(others)?;
        self.end_due_epoch(&params)?;
        let claimed = self.claim_rewards(&params);
        self.continue_on_local_error(claimed)
    }

    /// Tallies this node's work of every epoch that is open for it.
    fn tally_own(&mut self, params: &Params) -> Result<(), NodeError> {
        let worker = self.worker;
        for epoch in untallied_epochs(&worker, params, self.now) {
            self.tally(self.sender.worker, &worker, epoch)?;
        }
        Ok(())
    }

    /// Tallies the work of others that nobody has tallied in the first half of the window: their nodes may be asleep, and the
    /// window does not open again.
    fn tally_others(&mut self, params: &Params) -> Result<(), NodeError> {
        let interval = time_between_looks(params);
        let share = OWN_SHARE.saturating_add(self.turn().saturating_mul(SHARE_PER_TURN));
        if !is_late_to_tally(params, self.now, share)
            || !looks_now(&mut self.epoch_cache.seen_workers, interval)
        {
            return Ok(());
        }
        let mut workers: Vec<(Address, Worker)> = self.sender.client.fetch_all()?;
        // Each node begins at its own address, so that not all send the same.
        let own = self.sender.worker;
        workers.sort_unstable_by_key(|(address, _)| (*address < own, *address));
        let neglected: Vec<_> = workers
            .iter()
            .flat_map(|(address, worker)| {
                let epochs = neglected_epochs(worker, params, self.now, share);
                epochs
                    .into_iter()
                    .map(move |epoch| (*address, worker, epoch))
            })
            .take(TALLIES_PER_LOOK)
            .collect();
        for (address, worker, epoch) in neglected {
            self.tally(address, worker, epoch)?;
        }
        Ok(())
    }

    /// Tallies a worker's work of an epoch, unless that failed a moment ago.
    fn tally(&mut self, address: Address, worker: &Worker, epoch: u64) -> Result<(), NodeError> {
        let key = RetryKey::Tally(address, epoch);
        if !self.is_ready(key, Duration::ZERO) {
            return Ok(());
        }
        let tallied = self.send_tally(&address, epoch);
        if self.record_attempt(key, tallied)?.is_some() {
            let weight = worker.work(epoch).map_or(0, |work| work.weight.get());
            self.sender.emit(NodeEvent::WorkTallied {
                worker: address,
                epoch,
                weight,
            });
        }
        Ok(())
    }

    fn send_tally(&mut self, worker: &Address, epoch: u64) -> Result<(), NodeError> {
        let node = self.sender.node_key();
        let plan = self.sender.client.plan_tally(&node, worker, epoch)?;
        self.sender.send_idempotent(&plan.instructions)
    }

    /// Ends the epoch that is due, if there is one.
    fn end_due_epoch(&mut self, params: &Params) -> Result<(), NodeError> {
        let Some(epoch) = self.due_epoch(params)? else {
            return Ok(());
        };
        let grace = DELAY_PER_TURN.saturating_mul(u32::from(self.turn()));
        let key = RetryKey::EndEpoch(epoch);
        if self.is_ready(key, grace) {
            // Another node may have ended the epoch during the grace period.
            self.epoch_cache.emission = None;
            if self.due_epoch(params)? == Some(epoch) {
                let ended = self.end_epoch(epoch);
                self.epoch_cache.emission = None;
                if ended.is_ok() || self.due_epoch(params)? == Some(epoch) {
                    self.record_attempt(key, ended)?;
                }
            }
        }
        Ok(())
    }

    /// Returns this node's place among those that do the same, 0 to 7.
    pub(super) fn turn(&self) -> u8 {
        let first = self.sender.worker.as_ref().first().copied();
        first.unwrap_or(0) & 7
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
        self.epoch_cache.seen_rewards = None;
        self.sender.emit(match end {
            EpochEnd::Finalized => NodeEvent::EpochFinalized { epoch },
            EpochEnd::Skipped => NodeEvent::EpochSkipped { epoch },
        });
        Ok(())
    }

    /// Claims this provider's rewards of the oldest epochs that can be claimed, and pays the owner's part out.
    fn claim_rewards(&mut self, params: &Params) -> Result<(), NodeError> {
        let interval = time_between_looks(params);
        if !looks_now(&mut self.epoch_cache.seen_rewards, interval) {
            return Ok(());
        }
        let Ok(current) = params.epoch_at(self.now) else {
            return Ok(());
        };
        let worker = self.worker;
        let rewards = self.sender.client.claimable_epochs(&worker, current)?;
        let epochs: Vec<u64> = rewards
            .iter()
            .take(EPOCHS_PER_TX)
            .map(|rewards| rewards.epoch.get())
            .collect();
        let Some(oldest) = epochs.first() else {
            return Ok(());
        };
        let key = RetryKey::ClaimRewards(*oldest);
        if self.is_ready(key, Duration::ZERO) {
            let claimed = self.send_claim(&worker.provider, &epochs);
            if self.record_attempt(key, claimed)?.is_some() {
                self.sender.emit(NodeEvent::RewardsClaimed { epochs });
            }
        }
        Ok(())
    }

    fn send_claim(&mut self, provider: &Address, epochs: &[u64]) -> Result<(), NodeError> {
        let (client, node) = (&self.sender.client, self.sender.node_key());
        let mut claim = client.plan_claim_epochs(&node, provider, epochs)?;
        let account: Provider = client.fetch(provider)?;
        let payment = client.plan_owner_rewards(&node, &account)?;
        claim.instructions.extend(payment.instructions);
        self.sender.send_idempotent(&claim.instructions)
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

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable as _;

    #[test]
    fn looks_are_spread_over_the_window() {
        let params = |window: u64| Params {
            tally_window: window.into(),
            ..Params::zeroed()
        };
        let between = |window| time_between_looks(&params(window)).as_secs();
        assert_eq!(between(640), 10);
        assert_eq!(between(60), 5, "not more often");
        assert_eq!(between(2 * 86_400), 600, "not more seldom");
    }

    #[test]
    fn a_look_is_due_once_in_the_interval() {
        let mut last = None;
        assert!(looks_now(&mut last, Duration::from_secs(3_600)));
        assert!(!looks_now(&mut last, Duration::from_secs(3_600)));
        assert!(looks_now(&mut last, Duration::ZERO));
    }
}
