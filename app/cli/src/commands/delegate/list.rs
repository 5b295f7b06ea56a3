//! `assay delegate list`: shows what a wallet has delegated.

use super::{
    delegations_of,
    tickets::{TicketReport, Tickets},
};
use crate::{
    amount::{MintInfo, TokenAmount},
    keypair::AddressArg,
    output::format_time,
    CliError, Report, Result, Session,
};
use assay_staking::{
    error::RuleResult,
    state::{Delegation, Provider},
};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay --keypair ada.json delegate list")]
pub struct Args {
    /// The delegator: address or keypair file. Default: the wallet.
    owner: Option<AddressArg>,
}

/// One delegation at one moment.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct DelegationReport {
    provider: String,
    provider_owner: String,
    /// What the shares are worth.
    stake: TokenAmount,
    /// Part of it that is asked back.
    requested: TokenAmount,
    /// What waits to join.
    pending: TokenAmount,
    /// Time from which that may join, Unix seconds; `None` if nothing waits.
    joins_at: Option<i64>,
    /// What was earned and not paid.
    rewards: TokenAmount,
    /// Slashing wiped the shares out; they only bring what they had earned.
    wiped_out: bool,
}

impl DelegationReport {
    /// Returns what a delegation is worth at the Unix time `now`.
    ///
    /// # Errors
    /// `Overflow`.
    fn of(mut provider: Provider, mut delegation: Delegation, now: i64) -> RuleResult<Self> {
        let wiped_out = !delegation.is_alive(provider.generation.get());
        provider.settle(now)?;
        provider.settle_position(&mut delegation)?;
        let assay = MintInfo::assay();
        let value = |shares| assay.amount(provider.pool().value(shares).unwrap_or(0));
        let pending = delegation.pending.get();
        Ok(Self {
            provider: delegation.provider.to_string(),
            provider_owner: provider.owner.to_string(),
            stake: value(delegation.shares.get()),
            requested: value(delegation.requested.get()),
            pending: assay.amount(pending),
            joins_at: (pending > 0).then(|| delegation.pending_from.get()),
            rewards: assay.amount(delegation.rewards.get()),
            wiped_out,
        })
    }
}

#[derive(Serialize)]
struct ListReport {
    delegations: Vec<DelegationReport>,
    unbonding: Vec<TicketReport>,
}

impl fmt::Display for ListReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.delegations.is_empty() && self.unbonding.is_empty() {
            return f.write_str("no delegations; start with `assay delegate add`");
        }
        for one in &self.delegations {
            writeln!(f, "provider of {}", one.provider_owner)?;
            writeln!(f, "  stake    {}, {} asked back", one.stake, one.requested)?;
            if let Some(from) = one.joins_at {
                writeln!(
                    f,
                    "  waits    {}, may join from {}",
                    one.pending,
                    format_time(from)
                )?;
            }
            writeln!(f, "  rewards  {}", one.rewards)?;
            if one.wiped_out {
                writeln!(f, "  slashing wiped the stake out")?;
            }
        }
        self.unbonding
            .iter()
            .try_for_each(|ticket| writeln!(f, "unbonding {ticket}"))
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let owner = session.owner(args.owner)?;
    let now = session.client.now()?;
    let mut delegations = Vec::new();
    for delegation in delegations_of(session, &owner)? {
        let provider: Provider = session.client.fetch(&delegation.provider)?;
        let report = DelegationReport::of(provider, delegation, now);
        delegations.push(report.map_err(CliError::rule)?);
    }
    Report::new(&ListReport {
        delegations,
        unbonding: Tickets::of_owner(session, &owner)?.reports(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_staking::state::Params;
    use bytemuck::Zeroable as _;

    /// Returns a provider with 300 base units of its owner and 700 of one delegator, and that delegation.
    fn pair() -> (Provider, Delegation) {
        let (mut provider, mut delegation) = (Provider::zeroed(), Delegation::zeroed());
        provider.own.deposit(300).unwrap();
        delegation.pending = 700.into();
        provider.pending_tokens = 700.into();
        provider.activate(&mut delegation, true, 0).unwrap();
        (provider, delegation)
    }

    #[test]
    fn a_delegation_shows_its_part_of_what_was_streamed() {
        let (mut provider, delegation) = pair();
        provider.fund(0, 1_000, 100, 0).unwrap();
        let at = |now| DelegationReport::of(provider, delegation, now).unwrap();
        assert_eq!((at(0).stake.units, at(0).rewards.units), (700, 0));
        assert_eq!(at(50).rewards.units, 350);
        assert_eq!(at(100).rewards.units, 700);
        assert!(!at(100).wiped_out && at(100).joins_at.is_none());
    }

    #[test]
    fn what_was_wiped_out_keeps_what_it_had_earned() {
        let (mut provider, delegation) = pair();
        provider.fund(0, 1_000, 100, 0).unwrap();
        provider.settle(50).unwrap();
        provider.active_tokens = 0.into();
        let mut params = Params::zeroed();
        params.min_delegation = 1.into();
        provider.end_diluted(&params).unwrap();
        let report = DelegationReport::of(provider, delegation, 100).unwrap();
        assert!(report.wiped_out);
        assert_eq!((report.stake.units, report.rewards.units), (0, 350));
    }
}
