//! Which cranks of epochs are due.

use assay_market::state::{Params as MarketParams, Worker};
use assay_rewards::state::{claims_open, Claims, Emission};

/// How an epoch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpochEnd {
    /// Its emission is minted.
    Finalized,
    /// Nobody worked, so that nothing is minted for it alone.
    Skipped,
}

/// Returns the epochs, oldest first, in which the worker has work that can be tallied at `now` (Unix time).
pub fn untallied_epochs(worker: &Worker, params: &MarketParams, now: i64) -> Vec<u64> {
    let is_open = |epoch: u64| {
        let window = (params.epoch_end(epoch), params.tally_end(epoch));
        matches!(window, (Ok(from), Ok(to)) if (from..to).contains(&now))
    };
    let mut epochs: Vec<u64> = worker
        .ring
        .iter()
        .filter(|work| work.weight.get() > 0 && work.tallied == 0)
        .map(|work| work.epoch.get())
        .filter(|epoch| is_open(*epoch))
        .collect();
    epochs.sort_unstable();
    epochs
}

/// Returns whether `share`/64 of the tally window of an epoch is over, and not all of it.
fn is_late(params: &MarketParams, epoch: u64, now: i64, share: u8) -> bool {
    let window = params.tally_window.get();
    let wait = u128::from(window).saturating_mul(u128::from(share)) / 64;
    let (Ok(end), Ok(over)) = (params.epoch_end(epoch), params.tally_end(epoch)) else {
        return false;
    };
    i128::from(now) >= i128::from(end).saturating_add_unsigned(wait) && now < over
}

/// Returns whether there is an epoch of whose tally window `share`/64 is over, and not all of it. A window lasts at most two
/// epochs.
pub fn is_late_to_tally(params: &MarketParams, now: i64, share: u8) -> bool {
    let current = params.epoch_at(now).unwrap_or(0);
    let ended = (1..=2).filter_map(|ago| current.checked_sub(ago));
    ended
        .into_iter()
        .any(|epoch| is_late(params, epoch, now, share))
}

/// Returns those of [`untallied_epochs`] of whose tally window `share`/64 is over. Early in the window the worker's own node is
/// expected to tally; later it may be asleep, and then anybody else's helps it.
pub fn neglected_epochs(worker: &Worker, params: &MarketParams, now: i64, share: u8) -> Vec<u64> {
    let mut epochs = untallied_epochs(worker, params, now);
    epochs.retain(|epoch| is_late(params, *epoch, now, share));
    epochs
}

/// Returns the epochs, oldest first, of which the worker may claim a share while the epoch `current` runs: its work was tallied,
/// and neither was it claimed nor is the time to claim over. Whether they are finalized is not known here.
pub fn unclaimed_epochs(worker: &Worker, claims: Claims, current: u64) -> Vec<u64> {
    let mut epochs: Vec<u64> = worker
        .ring
        .iter()
        .filter(|work| work.weight.get() > 0 && work.tallied != 0)
        .map(|work| work.epoch.get())
        .filter(|epoch| claims_open(*epoch, current) && claims.with(*epoch).is_some())
        .collect();
    epochs.sort_unstable();
    epochs
}

/// Returns the epoch that can be finalized or skipped at `now` (Unix time), if there is one.
pub fn due_epoch(params: &MarketParams, emission: &Emission, now: i64) -> Option<u64> {
    let epoch = emission.due_epoch(params.epoch_at(now).ok()?);
    let is_tallied = params.tally_end(epoch).is_ok_and(|end| end <= now);
    is_tallied.then_some(epoch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anchor_lang::bytemuck::Zeroable as _;
    use assay_market::state::Work;

    const HOUR: i64 = 3_600;

    fn work(epoch: u64, weight: u64, tallied: u8) -> Work {
        Work {
            epoch: epoch.into(),
            weight: weight.into(),
            tallied,
        }
    }

    /// Returns parameters with epochs of an hour and ten minutes to tally.
    fn params() -> MarketParams {
        MarketParams {
            epoch_length: 3_600.into(),
            tally_window: 600.into(),
            ..MarketParams::zeroed()
        }
    }

    #[test]
    fn work_is_tallied_between_the_end_of_its_epoch_and_the_end_of_the_window() {
        let mut worker = Worker::zeroed();
        worker.ring[5] = work(5, 9, 0);
        worker.ring[4] = work(4, 9, 0);
        let at = |worker: &Worker, now| untallied_epochs(worker, &params(), now);
        assert_eq!(at(&worker, 6 * HOUR - 1), Vec::<u64>::new());
        assert_eq!(at(&worker, 6 * HOUR), [5]);
        assert_eq!(at(&worker, 6 * HOUR + 599), [5]);
        assert_eq!(at(&worker, 6 * HOUR + 600), Vec::<u64>::new());

        for done in [work(5, 0, 0), work(5, 9, 1)] {
            worker.ring[5] = done;
            assert_eq!(at(&worker, 6 * HOUR), Vec::<u64>::new());
        }
    }

    #[test]
    fn work_that_nobody_tallied_is_neglected_after_its_share_of_the_window() {
        let mut worker = Worker::zeroed();
        worker.ring[5] = work(5, 9, 0);
        let at = |now| neglected_epochs(&worker, &params(), now, 32);
        assert_eq!(at(6 * HOUR + 299), Vec::<u64>::new());
        assert_eq!(at(6 * HOUR + 300), [5]);
        assert_eq!(at(6 * HOUR + 600), Vec::<u64>::new(), "too late");
        let is_late = |now| is_late_to_tally(&params(), now, 32);
        assert!(!is_late(6 * HOUR + 299) && is_late(6 * HOUR + 300));
        assert!(is_late(6 * HOUR + 599) && !is_late(6 * HOUR + 600));
        assert!(!is_late(300), "no epoch is over");
    }

    #[test]
    fn work_is_claimed_once_and_while_its_time_lasts() {
        let mut worker = Worker::zeroed();
        for (index, entry) in [work(0, 9, 1), work(1, 9, 0), work(2, 0, 1), work(3, 9, 1)]
            .into_iter()
            .enumerate()
        {
            worker.ring[index] = entry;
        }
        let none = Claims::default();
        assert_eq!(unclaimed_epochs(&worker, none, 9), [0, 3]);
        assert_eq!(unclaimed_epochs(&worker, none, 10), [3]);
        let claimed = none.with(3).unwrap();
        assert_eq!(unclaimed_epochs(&worker, claimed, 9), [0]);
    }

    #[test]
    fn an_epoch_ends_when_its_window_is_over() {
        let emission = Emission {
            next_epoch: 5.into(),
            ..Emission::zeroed()
        };
        let at = |now| due_epoch(&params(), &emission, now);
        assert_eq!(at(6 * HOUR + 599), None);
        assert_eq!(at(6 * HOUR + 600), Some(5));
        assert_eq!(at(-1), None, "before the first epoch");
    }
}
