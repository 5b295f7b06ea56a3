//! What transactions of the past have done, as far as accounts forget it.

use super::{
    stake::{counted_stake, PAYMENTS},
    Facts,
};
use crate::{cast, raw::Program};
use assay_client::{pda, Address};
use std::collections::{BTreeMap, BTreeSet};

/// Sums and facts over the life of a cluster.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Tokens that strangers sent into token accounts, base units.
    pub donated: BTreeMap<Address, u64>,
    /// Tokens that generations of delegators left in a stake vault when they were wiped out, base units.
    pub wiped: BTreeMap<Address, u64>,
    /// Stake tokens burned, base units.
    pub burned: u128,
    /// Paid out of the pots of disputes, base units.
    pub awarded: BTreeMap<Address, u64>,
    /// Emission weight of workers by epoch.
    pub weight: BTreeMap<(Address, u64), u64>,
    /// Tallied weight by epoch and shard.
    pub tallied: BTreeMap<(u64, u64), u64>,
    /// Workers whose epoch was tallied.
    pub tallies: BTreeSet<(Address, u64)>,
    /// Providers that were paid for an epoch.
    pub claimed: BTreeSet<(Address, u64)>,
    /// Proposals that were executed.
    pub executed: BTreeSet<u64>,
    /// Unix time at which the treasury last paid by a vote, seconds.
    pub spent_at: Option<i64>,
    /// The newest proposal that was executed, by what it changed: kind, program, parameter and mint.
    pub decided: BTreeMap<(u8, u8, u8, Address), u64>,
    /// Minted by epochs, base units.
    pub minted: u128,
    /// Worth of the fees of the epochs that minted, base units of the stake mint.
    pub fees: u128,
    /// The wallets that signed for an instruction of the programs, and as what.
    pub parts: BTreeMap<Address, BTreeSet<Part>>,
    /// Tasks that were posted.
    pub tasks: u64,
    /// Tasks that reached a round.
    pub disputed: u64,
}

/// A part that a wallet plays in an episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Registers a provider, or backs work with its stake.
    Owner,
    /// Orders jobs.
    Requester,
    /// Delegates.
    Delegator,
    /// Locks tokens, or votes.
    Voter,
    /// Signs for something else.
    Other,
}

impl Part {
    /// Returns the part of whoever signs for an instruction.
    fn of(call: &str) -> Self {
        match call {
            "staking.register_provider" | "market.add_collateral" => Self::Owner,
            "market.post_job" | "market.extend_job" => Self::Requester,
            "staking.delegate" | "staking.request_undelegation" => Self::Delegator,
            "governance.lock_tokens" | "governance.cast_vote" | "governance.cast_secret_vote" => {
                Self::Voter
            }
            _ => Self::Other,
        }
    }

    /// Returns its name in a report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owners of providers",
            Self::Requester => "requesters",
            Self::Delegator => "delegators",
            Self::Voter => "voters",
            Self::Other => "others",
        }
    }
}

impl Ledger {
    /// Records what every check may ask for.
    pub fn record(&mut self, facts: &Facts<'_>) {
        for call in facts.calls {
            let signers = facts.signers.iter();
            for signer in signers.filter(|signer| call.accounts.contains(signer)) {
                if cast::number_of(signer).is_some() {
                    let parts = self.parts.entry(*signer).or_default();
                    parts.insert(Part::of(call.name));
                }
            }
        }
        for (address, before, after) in facts.change.holdings() {
            let amount = |holding: Option<crate::raw::Holding>| holding.map_or(0, |h| h.amount);
            match after {
                None => {
                    self.donated.remove(address);
                }
                Some(holding) => {
                    // Whoever is paid may have it sent into a vault, where nobody counts it.
                    let is_vault = !cast::has_key(&holding.authority);
                    let mut payments = PAYMENTS.iter().chain(&["governance.claim_grant"]);
                    if facts.is_outside || is_vault && payments.any(|name| facts.did(name)) {
                        let gain = amount(after).saturating_sub(amount(before));
                        *self.donated.entry(*address).or_default() += gain;
                    }
                }
            }
        }
        for (_, before, after) in facts.change.holdings() {
            let (Some(before), Some(after)) = (before, after) else {
                continue;
            };
            let authority = facts.mirror.record(&before.authority);
            if authority.is_some_and(|record| record.is("RoundHeader")) {
                let paid = before.amount.saturating_sub(after.amount);
                *self.awarded.entry(before.authority).or_default() += paid;
            }
        }
        for (address, _, after) in facts.change.records(Program::Market, "RoundHeader") {
            if after.is_none() {
                self.awarded.remove(address);
            }
        }
        for (address, before, after) in facts.change.records(Program::Staking, "Provider") {
            let vault = pda::staking::stake_vault(address);
            let Some((before, after)) = before.zip(after) else {
                self.wiped.remove(&vault);
                continue;
            };
            if before.u64("generation") < after.u64("generation") {
                // Tokens of a pool that no longer counts them: less than one for 2^20 shares.
                let counted = [before, after].map(|record| i128::try_from(counted_stake(&record)));
                let [Ok(old), Ok(new)] = counted else {
                    continue;
                };
                let left = old - new + facts.change.gain(&vault);
                let most = i128::from(before.u64("active_shares") >> 20);
                let left = if left <= most { left } else { 0 };
                *self.wiped.entry(vault).or_default() += u64::try_from(left).unwrap_or(0);
            }
        }
        let mint = cast::stake_mint();
        let supply = |account: Option<&solana_account::AccountSharedData>| {
            account
                .and_then(crate::raw::Supply::read)
                .map_or(0, |s| u128::from(s.amount))
        };
        if let Some(before) = facts.change.before(&mint) {
            let after = supply(facts.mirror.get(&mint));
            self.burned += supply(Some(before)).saturating_sub(after);
        }
        for (_, before, after) in facts.change.records(Program::Market, "Job") {
            let Some(after) = after else { continue };
            let same = before.filter(|before| before.hash("seed") == after.hash("seed"));
            let old = same.map_or(0, |before| before.u64("task_count"));
            self.tasks += after.u64("task_count").saturating_sub(old);
        }
        for (_, before, after) in facts.change.records(Program::Market, "RoundHeader") {
            if let (None, Some(after)) = (before, after) {
                self.disputed += u64::from(after.u8("kind") == super::books::kind::DISPUTE);
            }
        }
    }
}
