//! How rewards come to delegators, step by step: work is tallied and paid for, others join, and everybody claims.
//!
//! By chance alone hardly anybody joins where rewards have come already.

use super::{decisions::Named, Entry, Scene};
use crate::random::Random;

/// The entries that bring rewards on, in the order in which they are tried.
const EARNING: [&str; 11] = [
    "rewards.finalize_epoch",
    "rewards.open_claim_record",
    "rewards.claim_epochs",
    "market.submit_attested",
    "market.collect_pay",
    "market.tally_work",
    "staking.activate_delegation",
    "staking.delegate",
    "staking.claim_rewards",
    "staking.set_commission",
    "staking.request_undelegation",
];

/// Returns a step that brings rewards on. Any may be left out.
pub fn next(scene: &Scene<'_>, random: &mut Random) -> Option<Named> {
    let named = |name: &&str| -> Option<&'static Entry> {
        let mut all = super::all().iter().copied();
        all.find(|entry| entry.name == *name)
    };
    EARNING.iter().filter_map(named).find_map(|entry| {
        if random.percent(40) {
            return None;
        }
        let step = (entry.propose)(scene, random)?;
        Some((entry.name, step))
    })
}
