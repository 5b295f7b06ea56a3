//! What a node does for delegators: lets their tokens join its provider's stake, and has collateral given back that they asked for
//! or that an owner's stake no longer supports.

use super::{epochs::looks_now, Node};
use crate::{error::NodeError, event::NodeEvent, retry::RetryKey};
use assay_client::{
    instruction::{market::yield_collateral, staking::activate_delegation},
    pda, Address,
};
use assay_market::state::Worker;
use assay_staking::state::{Delegation, Params, Provider};
use std::{
    mem::offset_of,
    time::{Duration, Instant},
};

/// Time between two looks at the node's own provider, and at all others.
const OWN_INTERVAL: Duration = Duration::from_secs(30);
const OTHERS_INTERVAL: Duration = Duration::from_secs(600);
/// A node waits zero to seven times this before it acts for another's delegators, depending on its address: the other's own node
/// comes first, and not all send the same.
const DELAY_PER_TURN: Duration = Duration::from_secs(60);

/// When the node last looked.
#[derive(Default)]
pub(super) struct DelegatorLooks {
    own: Option<Instant>,
    others: Option<Instant>,
}

/// Returns whether collateral of a provider can be given back: more is allocated than its stake supports, and some is free.
fn can_yield(provider: &Provider, free: u64, params: &Params) -> bool {
    free > 0 && provider.excess(params).is_ok_and(|excess| excess > 0)
}

impl Node<'_> {
    /// Activates delegations to the node's own provider and gives its excess collateral back; from time to time has that of
    /// others given back, whose nodes may be asleep.
    pub(super) fn serve_delegators(&mut self) -> Result<(), NodeError> {
        if looks_now(&mut self.delegator_looks.own, OWN_INTERVAL) {
            let address = self.worker.provider;
            let own: Provider = self.sender.client.fetch(&address)?;
            if own.pending_tokens.get() > 0 && !own.is_retiring() {
                self.activate_delegations(&address)?;
            }
            let params = self.staking_params()?;
            if can_yield(&own, self.worker.free.get(), &params) {
                self.yield_collateral(address, Duration::ZERO)?;
            }
        }
        if looks_now(&mut self.delegator_looks.others, OTHERS_INTERVAL) {
            self.look_at_others()?;
        }
        Ok(())
    }

    fn staking_params(&self) -> Result<Params, NodeError> {
        Ok(self.sender.client.fetch(&pda::staking::params())?)
    }

    /// Activates the delegations to a provider whose time has come. One that cannot join is tried again later, until only its
    /// delegator may let it join.
    fn activate_delegations(&mut self, provider: &Address) -> Result<(), NodeError> {
        let place = offset_of!(Delegation, provider);
        let client = &self.sender.client;
        let all: Vec<(Address, Delegation)> = client.fetch_all_where(place, provider.as_ref())?;
        for (address, delegation) in all {
            let key = RetryKey::Activate(address);
            if !delegation.is_open(self.now) || !self.is_ready(key, Duration::ZERO) {
                continue;
            }
            let step = activate_delegation(&delegation.owner, provider);
            let sent = self.sender.send_idempotent(&[step]);
            if self.record_attempt(key, sent)?.is_some() {
                self.sender.emit(NodeEvent::DelegationActivated {
                    delegation: address,
                    amount: delegation.pending.get(),
                });
            }
        }
        Ok(())
    }

    /// Has the excess collateral of other providers given back.
    fn look_at_others(&mut self) -> Result<(), NodeError> {
        let params = self.staking_params()?;
        let own = self.worker.provider;
        let client = &self.sender.client;
        let all: Vec<(Address, Provider)> = client.fetch_all()?;
        let mut due = Vec::new();
        for (address, provider) in all {
            if address == own || !can_yield(&provider, 1, &params) {
                continue;
            }
            let worker: Option<Worker> = client.try_fetch(&pda::market::worker(&address))?;
            if worker.is_some_and(|worker| worker.free.get() > 0) {
                due.push(address);
            }
        }
        let grace = DELAY_PER_TURN.saturating_mul(u32::from(self.turn()));
        for address in due {
            self.yield_collateral(address, grace)?;
        }
        Ok(())
    }

    fn yield_collateral(&mut self, provider: Address, grace: Duration) -> Result<(), NodeError> {
        let key = RetryKey::Yield(provider);
        if !self.is_ready(key, grace) {
            return Ok(());
        }
        let sent = self.sender.send_idempotent(&[yield_collateral(provider)]);
        if self.record_attempt(key, sent)?.is_some() {
            self.sender.emit(NodeEvent::CollateralYielded { provider });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable as _;

    #[test]
    fn collateral_is_given_back_that_delegators_asked_for_and_that_is_free() {
        let mut provider = Provider::zeroed();
        provider.own.deposit(400).unwrap();
        provider.active_tokens = 600.into();
        provider.active_shares = 600.into();
        provider.allocated = 900.into();
        let mut params = Params::zeroed();
        params.leverage = 5.into();
        assert!(!can_yield(&provider, 900, &params), "the stake supports it");
        provider.requested_shares = 200.into();
        assert!(can_yield(&provider, 1, &params));
        assert!(!can_yield(&provider, 0, &params), "all of it is bound");
    }
}
