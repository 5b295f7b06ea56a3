//! `assay provider show`: shows a provider with its worker.

use super::{
    commission::CommissionReport,
    find,
    limits::SettingsReport,
    unbonding::{unbonding, UnbondingReport},
};
use crate::{
    amount::{MintInfo, TokenAmount},
    keypair::AddressArg,
    output::format_time,
    region::Region,
    CliError, Report, Result, Session,
};
use assay_client::{
    format::format_amount,
    pda::{market, staking},
    Slashes,
};
use assay_market::state::Worker;
use assay_staking::{
    event::Slashed,
    state::{Params, Provider},
};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  assay --keypair owner.json provider show
  assay provider show 9WzD… --record      what a delegator should know")]
pub struct Args {
    /// Owner of the provider: address or keypair file. Default: the wallet.
    owner: Option<AddressArg>,
    /// Also show what a delegator should know: commission, leverage, delegated stake, how often the provider failed and what that
    /// cost, as far as the server remembers.
    #[arg(long)]
    record: bool,
}

/// What a delegator should know before it trusts a provider.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Record {
    #[serde(flatten)]
    commission: CommissionReport,
    /// Active stake against the owner's own, in hundredths: 250 is two and a half times.
    leverage_hundredths: Option<u64>,
    /// Most collateral against the owner's own stake, times.
    leverage_limit: u64,
    /// Number of delegations with active stake.
    delegators: u32,
    /// Stake that delegators asked back and that still backs work.
    requested: TokenAmount,
    /// Stake of delegators that is unbonding.
    delegated_unbonding: TokenAmount,
    /// Results that were wrong and penalized. Each cost the owner's stake first.
    rejected_results: u64,
    missed_deadlines: u64,
    slashed: SlashReport,
    /// How often slashing wiped the delegators out.
    wipe_outs: u32,
    /// Time from which the provider may be closed, Unix seconds; `None` if it is not retiring.
    retires_at: Option<i64>,
}

/// What was slashed in the transactions that the server remembers.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct SlashReport {
    times: usize,
    from_owner: TokenAmount,
    from_delegators: TokenAmount,
    /// Number of transactions with the provider's stake whose log the server does not have. Some of them may be slashes.
    unread_transactions: usize,
}

impl SlashReport {
    fn of(slashes: &Slashes) -> Self {
        let assay = MintInfo::assay();
        let sum = |part: fn(&Slashed) -> u64| {
            let parts = slashes.found.iter().map(part);
            assay.amount(parts.fold(0, u64::saturating_add))
        };
        Self {
            times: slashes.found.len(),
            from_owner: sum(|slashed| slashed.from_own.get()),
            from_delegators: sum(|slashed| slashed.from_delegated.get()),
            unread_transactions: slashes.unread,
        }
    }
}

impl fmt::Display for SlashReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} times: {} of the owner, {} of delegators",
            self.times, self.from_owner, self.from_delegators
        )?;
        match self.unread_transactions {
            0 => Ok(()),
            unread => write!(f, "; {unread} transactions could not be read"),
        }
    }
}

impl Record {
    fn of(
        provider: &Provider,
        worker: Option<&Worker>,
        params: &Params,
        slashes: &Slashes,
        now: i64,
    ) -> Self {
        let assay = MintInfo::assay();
        let own = provider.own.active.get();
        let all = own.saturating_add(provider.active_tokens.get());
        let requested = provider.pool().value(provider.requested_shares.get());
        let unbonding = provider.buckets.iter().map(|bucket| bucket.tokens.get());
        let count = |field: fn(&Worker) -> u64| worker.map_or(0, field);
        Self {
            commission: CommissionReport::of(&provider.commission, now),
            leverage_hundredths: all.saturating_mul(100).checked_div(own),
            leverage_limit: params.leverage.get(),
            delegators: provider.holders.get(),
            requested: assay.amount(requested.unwrap_or(0)),
            delegated_unbonding: assay.amount(unbonding.fold(0, u64::saturating_add)),
            rejected_results: count(|worker| worker.rejected.get()),
            missed_deadlines: count(|worker| worker.missed.get()),
            slashed: SlashReport::of(slashes),
            wipe_outs: provider.generation.get(),
            retires_at: provider.is_retiring().then(|| provider.retires_at.get()),
        }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "commission  {}", self.commission)?;
        let leverage = match self.leverage_hundredths {
            Some(hundredths) => format!("{} times", format_amount(hundredths, 2)),
            None => "nothing of".to_owned(),
        };
        writeln!(
            f,
            "leverage    active stake is {leverage} the owner's own; at most {} times it may work",
            self.leverage_limit
        )?;
        writeln!(
            f,
            "delegators  {}; {} asked back, {} unbonding",
            self.delegators, self.requested, self.delegated_unbonding
        )?;
        write!(
            f,
            "record      {} wrong results penalized, {} deadlines missed, delegators wiped out {} times",
            self.rejected_results, self.missed_deadlines, self.wipe_outs
        )?;
        write!(f, "\nslashed     {}", self.slashed)?;
        match self.retires_at {
            Some(at) => write!(f, "\nRETIRES     at {}", format_time(at)),
            None => Ok(()),
        }
    }
}

#[derive(Serialize)]
struct ProviderReport {
    owner: String,
    provider: String,
    worker: String,
    node: String,
    cpu_cores: u16,
    memory_gib: u16,
    gpus: u16,
    region: u16,
    /// Receives pay and the owner's rewards.
    beneficiary: String,
    /// The owner's active stake.
    active: TokenAmount,
    /// The active stake of delegators.
    delegated: TokenAmount,
    /// Part of both that is collateral.
    allocated: TokenAmount,
    free_collateral: TokenAmount,
    /// Collateral that is bound in seats.
    locked_collateral: TokenAmount,
    /// Collateral that delegators asked back, or that the stake no longer supports, and that is still bound.
    owed_collateral: TokenAmount,
    /// Part of the free collateral that backs no first seat, because rounds about this worker's results are open.
    accused: TokenAmount,
    /// Unix time at which collateral was last added. Only jobs posted later admit the worker; `None` without collateral.
    funded_at: Option<i64>,
    /// `None` if there is no worker.
    #[serde(flatten)]
    settings: Option<SettingsReport>,
    /// Deadlines missed on the present day of UTC.
    missed_today: u32,
    accepted: u64,
    rejected: u64,
    missed: u64,
    /// The owner's stake that is unbonding.
    unbonding: Vec<UnbondingReport>,
    /// The owner's stake that can be withdrawn.
    matured: TokenAmount,
    /// Rewards of the owner that were not paid.
    owner_rewards: TokenAmount,
    /// Rewards that are still to come to owner and delegators.
    streaming: TokenAmount,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<Record>,
}

impl fmt::Display for ProviderReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "provider    {} of {}", self.provider, self.owner)?;
        writeln!(f, "worker      {}, node key {}", self.worker, self.node)?;
        writeln!(
            f,
            "machine     {} cores, {} GiB, {} GPUs, region {}",
            self.cpu_cores,
            self.memory_gib,
            self.gpus,
            Region::of_account(self.region).map_or("none".to_owned(), |region| region.to_string())
        )?;
        writeln!(
            f,
            "stake       {} active, and {} of delegators; {} of all are collateral",
            self.active, self.delegated, self.allocated
        )?;
        writeln!(
            f,
            "collateral  {} free, {} bound in seats",
            self.free_collateral, self.locked_collateral
        )?;
        if self.owed_collateral.units > 0 {
            writeln!(
                f,
                "owed        {} of the bound collateral, once it is free",
                self.owed_collateral
            )?;
        }
        if self.accused.units > 0 {
            writeln!(
                f,
                "accused     {} of the free collateral backs nothing until rounds are over",
                self.accused
            )?;
        }
        if let Some(settings) = &self.settings {
            writeln!(f, "{settings}")?;
        }
        writeln!(
            f,
            "rewards     {} of the owner, {} still to come to all stake",
            self.owner_rewards, self.streaming
        )?;
        write!(
            f,
            "results     {} accepted, {} rejected, {} missed",
            self.accepted, self.rejected, self.missed
        )?;
        for part in &self.unbonding {
            write!(f, "\nunbonding   {part}")?;
        }
        if self.matured.units > 0 {
            write!(
                f,
                "\nunbonded    {}, see `assay provider withdraw`",
                self.matured
            )?;
        }
        match &self.record {
            Some(record) => write!(f, "\n{record}"),
            None => Ok(()),
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let owner = session.owner(args.owner)?;
    let mut provider = find(session, &owner)?;
    let now = session.client.now()?;
    provider.own.roll(now).map_err(CliError::rule)?;
    provider.settle(now).map_err(CliError::rule)?;
    let address = staking::provider(&owner);
    let worker_address = market::worker(&address);
    let worker: Option<Worker> = session.client.try_fetch(&worker_address)?;
    let of_worker = |field: fn(&Worker) -> u64| worker.as_ref().map_or(0, field);
    let record = if args.record {
        let params: Params = session.client.fetch(&staking::params())?;
        let slashes = session.client.slashes(&address, &provider.stake_vault)?;
        let worker = worker.as_ref();
        Some(Record::of(&provider, worker, &params, &slashes, now))
    } else {
        None
    };
    let assay = MintInfo::assay();
    Report::new(&ProviderReport {
        owner: owner.to_string(),
        provider: address.to_string(),
        worker: worker_address.to_string(),
        node: provider.node.to_string(),
        cpu_cores: provider.cpu_cores.get(),
        memory_gib: provider.memory_gib.get(),
        gpus: provider.gpus.get(),
        region: provider.region.get(),
        beneficiary: provider.beneficiary.to_string(),
        active: assay.amount(provider.own.active.get()),
        delegated: assay.amount(provider.active_tokens.get()),
        allocated: assay.amount(provider.allocated.get()),
        free_collateral: assay.amount(of_worker(|worker| worker.free.get())),
        locked_collateral: assay.amount(of_worker(|worker| worker.locked.get())),
        owed_collateral: assay.amount(of_worker(|worker| worker.owed.get())),
        accused: assay.amount(of_worker(|worker| worker.accused.get())),
        funded_at: worker
            .as_ref()
            .map(|worker| worker.funded_at.get())
            .filter(|time| *time > 0),
        settings: worker.as_ref().map(SettingsReport::of),
        missed_today: missed_today(worker.as_ref(), now),
        accepted: of_worker(|worker| worker.accepted.get()),
        rejected: of_worker(|worker| worker.rejected.get()),
        missed: of_worker(|worker| worker.missed.get()),
        unbonding: unbonding(&provider.own),
        matured: assay.amount(provider.own.matured.get()),
        owner_rewards: assay.amount(provider.owner_rewards.get()),
        streaming: assay.amount(provider.stream.left.get()),
        record,
    })
}

/// Returns the deadlines that the worker missed on the day of `now` (Unix time).
fn missed_today(worker: Option<&Worker>, now: i64) -> u32 {
    let today = now.div_euclid(86_400);
    let worker = worker.filter(|worker| i64::from(worker.miss_day.get()) == today);
    worker.map_or(0, |worker| worker.missed_today.get())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable as _;

    #[test]
    fn a_record_tells_how_far_the_owner_stands_behind_the_stake() {
        let (mut provider, mut params) = (Provider::zeroed(), Params::zeroed());
        params.leverage = 5.into();
        provider.own.deposit(400).unwrap();
        provider.active_tokens = 600.into();
        provider.active_shares = 600.into();
        provider.requested_shares = 60.into();
        provider.holders = 2.into();
        let slash = |own: u64, delegated: u64| Slashed {
            from_own: own.into(),
            from_delegated: delegated.into(),
            ..Slashed::zeroed()
        };
        let mut slashes = Slashes {
            found: vec![slash(4, 0), slash(5, 7)],
            unread: 0,
        };
        let record = Record::of(&provider, None, &params, &slashes, 0);
        assert_eq!(record.leverage_hundredths, Some(250));
        assert_eq!((record.delegators, record.requested.units), (2, 60));
        let text = record.to_string();
        assert!(
            text.contains("active stake is 2.5 times the owner's own"),
            "{text}"
        );
        assert!(!text.contains("RETIRES"), "{text}");
        let slashed = &record.slashed;
        let parts = (slashed.from_owner.units, slashed.from_delegators.units);
        assert_eq!((slashed.times, parts), (2, (9, 7)));
        assert!(!text.contains("could not be read"), "{text}");

        slashes.unread = 3;
        provider.retires_at = 86_400.into();
        provider.own.active = 0.into();
        let text = Record::of(&provider, None, &params, &slashes, 0).to_string();
        assert!(text.contains("3 transactions could not be read"), "{text}");
        assert!(text.contains("nothing of the owner's own"), "{text}");
        assert!(text.contains("RETIRES     at 1970-01-02"), "{text}");
    }
}
