//! Providers: stake, shares, unbonding.

use super::{ensure, Books, Checked, Facts, Ledger};
use crate::raw::{Program, Record};
use assay_client::{pda, Address};
use std::collections::BTreeMap;

/// What a provider has allocated is active stake.
pub fn exposure_is_active_stake(books: &Books<'_>) -> Checked {
    for (address, provider) in &books.providers {
        let (allocated, active) = (provider.u64("allocated"), provider.u64("active_tokens"));
        ensure(allocated <= active, || {
            format!("{address}: {allocated} of {active}")
        })?;
    }
    Ok(())
}

/// A stake vault holds the active stake, every bucket, and what strangers sent.
pub fn a_vault_holds_its_stake(books: &Books<'_>) -> Checked {
    for (address, provider) in &books.providers {
        let vault = pda::staking::stake_vault(address);
        let held = books
            .mirror
            .holding(&vault)
            .map_or(0, |vault| u128::from(vault.amount));
        let given = books.ledger.donated.get(&vault).copied().unwrap_or(0);
        let buckets = provider.items("buckets");
        let counted = u128::from(provider.u64("active_tokens"))
            + buckets
                .iter()
                .map(|b| u128::from(b.u64("tokens")))
                .sum::<u128>()
            + u128::from(given);
        ensure(held == counted, || {
            format!("{address}: {held} held, {counted} counted")
        })?;
    }
    Ok(())
}

/// The active shares of a provider are those of its delegations of the same generation.
pub fn shares_are_those_of_delegations(books: &Books<'_>) -> Checked {
    let mut shares: BTreeMap<Address, u128> = BTreeMap::new();
    for (_, delegation) in books.mirror.records(Program::Staking, "Delegation") {
        let provider = delegation.address("provider");
        let generation = books.providers.get(&provider).map(|p| p.u64("generation"));
        if generation == Some(delegation.u64("generation")) {
            *shares.entry(provider).or_default() += u128::from(delegation.u64("shares"));
        }
    }
    for (address, provider) in &books.providers {
        let (sum, kept) = (
            shares.remove(address).unwrap_or(0),
            provider.u64("active_shares"),
        );
        ensure(sum == u128::from(kept), || {
            format!("{address}: {kept} shares, {sum} held")
        })?;
    }
    Ok(())
}

/// The shares of an unbonding bucket are those of its tickets.
pub fn bucket_shares_are_those_of_tickets(books: &Books<'_>) -> Checked {
    let mut shares: BTreeMap<(Address, u64), u128> = BTreeMap::new();
    for (_, ticket) in books.mirror.records(Program::Staking, "Ticket") {
        let place = (ticket.address("provider"), ticket.u64("bucket"));
        *shares.entry(place).or_default() += u128::from(ticket.u64("shares"));
    }
    for (address, provider) in &books.providers {
        for (index, bucket) in (0u64..).zip(provider.items("buckets")) {
            let sum = shares.remove(&(*address, index)).unwrap_or(0);
            let kept = bucket.u64("shares");
            ensure(sum == u128::from(kept), || {
                format!("{address} bucket {index}: {kept} shares, {sum} held")
            })?;
        }
    }
    ensure(shares.is_empty(), || "a ticket has no bucket".to_owned())
}

/// A pool without shares has no tokens.
pub fn no_tokens_without_shares(books: &Books<'_>) -> Checked {
    for (address, provider) in &books.providers {
        let active = (provider.u64("active_shares"), provider.u64("active_tokens"));
        let buckets = provider.items("buckets");
        let pools = buckets
            .iter()
            .map(|bucket| (bucket.u64("shares"), bucket.u64("tokens")));
        for (shares, tokens) in pools.chain([active]) {
            ensure(shares > 0 || tokens == 0, || {
                format!("{address}: {tokens} nobody's tokens")
            })?;
        }
    }
    Ok(())
}

/// Returns the longest time from a claim to its verdict, by the documentation of the exposure.
fn exposure(params: &Record<'_>) -> u64 {
    let number = |name| params.u64(name);
    let (run, open, step) = (
        number("max_run_window"),
        number("open_window"),
        number("step"),
    );
    let hold = number("min_hold").max(2 * run);
    let late = 2 * (32 * step + run) + run;
    let round = 32 * step + run + open;
    run + 2 * late + 3 * open + 2 * hold + 2 * round
}

/// Unbonding stake stays liable for longer than any verdict can take.
pub fn stake_outlasts_every_verdict(books: &Books<'_>) -> Checked {
    let staking = books.mirror.only(Program::Staking, "Params");
    let market = books.mirror.only(Program::Market, "Params");
    let (Some(staking), Some(market)) = (staking, market) else {
        return Ok(());
    };
    let (kept, own) = (staking.u64("exposure"), exposure(&market));
    ensure(kept == own, || {
        format!("the exposure is {kept}, the windows take {own}")
    })?;
    let period = staking.u64("unbonding_period");
    ensure(period >= own + 3_600, || {
        format!("{period} s of unbonding for {own} s")
    })
}

/// A ticket matures a whole unbonding period after it was made, is withdrawn only then, and cancelled only before.
pub fn a_ticket_waits_for_the_whole_period(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Staking, "Ticket") {
        match (before, after) {
            (None, Some(ticket)) => {
                let params = facts
                    .mirror
                    .only(Program::Staking, "Params")
                    .ok_or("no parameters")?;
                let due = facts
                    .now
                    .saturating_add_unsigned(params.u64("unbonding_period"));
                ensure(ticket.i64("matures_at") >= due, || {
                    format!("{address} matures early")
                })?;
            }
            (Some(ticket), None) => {
                let is_mature = facts.now >= ticket.i64("matures_at");
                let cancelled = facts.did("staking.cancel_unbond");
                ensure(is_mature != cancelled, || {
                    format!("{address} ended at the wrong time")
                })?;
                let owner = ticket.address("owner");
                let signed = facts.signers.contains(&owner);
                ensure(!cancelled || signed, || {
                    format!("{address} was cancelled by another")
                })?;
            }
            (Some(before), Some(after)) => {
                let same = before.raw() == after.raw();
                ensure(same, || format!("{address} changed"))?;
            }
            (None, None) => {}
        }
    }
    Ok(())
}

/// A share of a pool is worth less afterwards only by a penalty.
pub fn a_share_loses_worth_only_by_a_penalty(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    if facts.did("staking.slash_stake") {
        return Ok(());
    }
    for (address, before, after) in facts.change.records(Program::Staking, "Provider") {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        let pools = |provider: &Record<'_>| {
            let mut pools = vec![(provider.u64("active_tokens"), provider.u64("active_shares"))];
            let buckets = provider.items("buckets");
            pools.extend(buckets.iter().map(|b| (b.u64("tokens"), b.u64("shares"))));
            pools
        };
        for ((t0, s0), (t1, s1)) in pools(&before).into_iter().zip(pools(&after)) {
            let kept = u128::from(t1) * u128::from(s0) >= u128::from(t0) * u128::from(s1);
            ensure(s0 == 0 || s1 == 0 || kept, || {
                format!("{address}: from {t0}/{s0} to {t1}/{s1}")
            })?;
        }
    }
    Ok(())
}
