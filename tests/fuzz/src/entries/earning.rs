//! How rewards come to delegators, step by step: work is done and paid, its epoch is tallied, minted and claimed, others join, and
//! everybody claims.
//!
//! By chance alone hardly anybody joins where rewards have come already.

use super::{decisions::Named, epochs::most_unclaimed, Entry, Scene};
use crate::random::Random;

/// The entries that bring rewards on. What can be done at once comes before what waits, and the earlier one of two.
const EARNING: [&str; 7] = [
    "rewards.skip_epoch",
    "rewards.open_claim_record",
    "rewards.claim_epochs",
    "market.collect_pay",
    "market.submit_attested",
    "market.tally_work",
    "rewards.finalize_epoch",
];
/// Those of them that claim.
const CLAIMING: [&str; 2] = ["rewards.open_claim_record", "rewards.claim_epochs"];
/// The entries of whoever shares in them.
const SHARING: [&str; 6] = [
    "staking.delegate",
    "staking.activate_delegation",
    "staking.activate_delegation",
    "staking.claim_rewards",
    "staking.undelegate",
    "staking.set_commission",
];
/// Owners of providers that others delegate to.
const CHOSEN: u64 = 3;
/// The numbers by which a posting says that its results are attested, and a submission names its worker.
const POLICY: usize = 10;
const WORKER: usize = 2;

fn entry(name: &str) -> Option<&'static Entry> {
    let mut all = super::all().iter().copied();
    all.find(|entry| entry.name == name)
}

/// Returns a proposal of an entry; of claims, the one of several that claims the most epochs.
fn propose(entry: &Entry, scene: &Scene<'_>, random: &mut Random) -> Option<(u64, Vec<u64>)> {
    let tries = if entry.name == "rewards.claim_epochs" {
        4
    } else {
        1
    };
    (0..tries)
        .filter_map(|_| (entry.propose)(scene, random))
        .max_by_key(|(_, with)| with.last().map_or(0, |epochs| epochs.count_ones()))
}

/// Returns a step that brings rewards on.
pub fn next(scene: &Scene<'_>, random: &mut Random) -> Option<Named> {
    if random.percent(25) {
        let sharing = entry(random.of(&SHARING))?;
        if let Some(step) = (sharing.propose)(scene, random) {
            return Some((sharing.name, step));
        }
    }
    // Mostly nobody claims before one worker can claim several epochs at once.
    let saves = most_unclaimed(scene, random) < 2 && random.percent(85);
    let mut best: Option<Named> = None;
    for earning in EARNING.iter().filter_map(|name| entry(name)) {
        let Some((wait, mut with)) = propose(earning, scene, random) else {
            continue;
        };
        if earning.name == "market.submit_attested" && random.percent(70) {
            with[WORKER] = random.below(CHOSEN);
        }
        if saves && CLAIMING.contains(&earning.name) {
            continue;
        }
        // Nobody waits for an epoch without work.
        if earning.name == "rewards.skip_epoch" && wait > 0 {
            continue;
        }
        if best.as_ref().is_none_or(|best| wait < best.1 .0) {
            best = Some((earning.name, (wait, with)));
        }
    }
    if best.as_ref().is_some_and(|best| best.1 .0 == 0) || random.percent(60) {
        return best;
    }
    let post = entry("market.post_job")?;
    let attested = (0..12).find_map(|_| {
        let step = (post.propose)(scene, random)?;
        (step.1[POLICY] == 1).then_some((post.name, step))
    });
    attested.or(best)
}
