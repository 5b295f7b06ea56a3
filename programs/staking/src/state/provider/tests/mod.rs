//! A provider with its delegations, as the tests of its rules play it.

mod joining;
mod leaving;
mod random;
mod rewards;
mod slashed;

use super::Provider;
use crate::{
    error::RuleResult,
    state::{span_end, Delegation, Moved, Params, DELEGATED_PARTS},
};
use bytemuck::Zeroable;

pub const DAY: i64 = 86_400;
pub const UNBONDING: u64 = 12 * DAY as u64;
pub const EXPOSURE: u64 = 3 * DAY as u64;
pub const SPAN: u64 = 10 * DAY as u64;
/// How long delegated tokens wait.
pub const WAIT: i64 = 4 * DAY;

pub fn params() -> Params {
    let mut params = Params::zeroed();
    params.min_self_stake = 100.into();
    params.min_delegation = 10.into();
    params.unbonding_period = UNBONDING.into();
    params.exposure = EXPOSURE.into();
    params.claim_span = SPAN.into();
    params.leverage = 5.into();
    params
}

/// A provider whose owner has `own` active stake.
pub fn provider(own: u64) -> Provider {
    let mut provider = Provider::zeroed();
    provider.own.deposit(own).unwrap();
    provider
}

/// Returns when what leaves at `now` matures.
pub fn maturity(now: i64) -> i64 {
    span_end(now, UNBONDING, DELEGATED_PARTS).unwrap().1
}

/// As `delegate` and `activate_delegation` do, one after the other. Returns when it joined.
pub fn join(provider: &mut Provider, delegation: &mut Delegation, amount: u64, now: i64) -> i64 {
    if delegation.version == 0 {
        delegation.version = 1;
        provider.open_delegation().unwrap();
    }
    provider
        .set_aside(delegation, amount, now, &params())
        .unwrap();
    activate(provider, delegation, now + WAIT).unwrap();
    now + WAIT
}

/// As `activate_delegation`.
pub fn activate(
    provider: &mut Provider,
    delegation: &mut Delegation,
    now: i64,
) -> RuleResult<Moved> {
    provider.settle(now)?;
    provider.settle_position(delegation)?;
    provider.activate(delegation, false, now)
}

/// As `undelegate` of the delegator.
pub fn leave(
    provider: &mut Provider,
    delegation: &mut Delegation,
    shares: u64,
    now: i64,
) -> RuleResult<Moved> {
    provider.settle(now)?;
    provider.settle_position(delegation)?;
    provider.undelegate(delegation, shares, maturity(now), now, &params())
}

/// As `slash_stake` with all of the collateral released.
pub fn slash(provider: &mut Provider, amount: u64, infraction_time: i64, now: i64) -> (u64, u64) {
    provider.settle(now).unwrap();
    let release = provider.allocated.get();
    let cuts = provider.slash(amount, release, infraction_time, now, &params());
    let cuts = cuts.unwrap();
    provider.end_diluted(&params()).unwrap();
    (cuts.own(), cuts.delegated())
}
