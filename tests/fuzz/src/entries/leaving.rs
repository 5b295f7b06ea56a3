//! How a provider retires, step by step: everybody leaves it, is paid, and its accounts are closed.
//!
//! By chance alone something would always be left in it.

use super::{decisions::Named, delegation, Scene};
use crate::{
    cast::{self, ANYONE},
    raw::Program,
};
use assay_staking::state::{Delegation, Provider};

/// Returns the step that brings a retirement on, or begins one.
pub fn next(scene: &Scene<'_>) -> Option<Named> {
    let providers = (0..cast::OWNERS).filter_map(|owner| {
        let provider: Provider = scene.world.decoded(&cast::provider(owner))?;
        Some((owner, provider))
    });
    let providers: Vec<(u64, Provider)> = providers.collect();
    let leaving = providers.iter().find(|(_, p)| p.is_retiring());
    if let Some((owner, provider)) = leaving {
        return empty(scene, *owner, provider);
    }
    let (owner, _) = providers.iter().rfind(|(_, p)| p.allocated.get() == 0)?;
    Some(("staking.begin_retirement", (0, vec![*owner])))
}

/// Returns the step that takes something out of a provider that retires, the earliest first.
fn empty(scene: &Scene<'_>, owner: u64, provider: &Provider) -> Option<Named> {
    let mut steps: Vec<Named> = Vec::new();
    let active = provider.own.active.get();
    if active > 0 {
        steps.push(("staking.begin_unbond", (0, vec![owner, active])));
    }
    if provider.owner_rewards.get() > 0 {
        steps.push(("staking.claim_owner_rewards", (0, vec![owner])));
    }
    if let Some(wait) = super::staking::due(scene, owner) {
        steps.push(("staking.withdraw_stake", (wait, vec![owner, ANYONE])));
    }
    let retired = scene.until(provider.retires_at.get())?;
    let over = scene.until(provider.retires_at.get().max(provider.stream.finish.get()))?;
    let address = cast::provider(owner);
    let delegations = scene.world.mirror.records(Program::Staking, "Delegation");
    for (at, record) in delegations.filter(|(_, record)| record.address("provider") == address) {
        let delegation: Delegation = scene.world.decoded(at)?;
        let delegator = cast::number_of(&record.address("owner"))?;
        let shares = delegation.shares.get();
        if delegation.pending.get() > 0 {
            let back = vec![owner, delegator, ANYONE];
            steps.push(("staking.withdraw_pending", (0, back)));
        }
        if shares > 0 {
            let leave = vec![owner, delegator, shares, ANYONE];
            steps.push(("staking.undelegate", (over, leave)));
        } else if delegation.rewards.get() > 0 {
            let claim = vec![owner, delegator, 1];
            steps.push(("staking.claim_rewards", (0, claim)));
        } else if delegation.is_empty() {
            steps.push(("staking.close_delegation", (0, vec![owner, delegator])));
        }
    }
    for (name, wait) in delegation::tickets_of(scene, &address) {
        steps.push(("staking.withdraw_ticket", (wait, vec![name, ANYONE])));
    }
    let earliest = steps.into_iter().min_by_key(|(_, (wait, _))| *wait);
    earliest.or(Some(("staking.retire_provider", (retired, vec![owner]))))
}
