//! Providers: stake, shares, unbonding.

use super::{ensure, Books, Checked, Facts, Ledger};
use crate::{
    cast,
    raw::{Program, Record},
};
use assay_client::{pda, Address};
use std::collections::BTreeMap;

/// Tokens, or shares of a pool.
type Amounts = Vec<(u64, u64)>;

/// Returns the delegated pools of a provider: tokens and shares, the active one and every bucket with its maturity.
fn pools(provider: &Record<'_>) -> BTreeMap<i64, (u64, u64)> {
    let active = (provider.u64("active_tokens"), provider.u64("active_shares"));
    let buckets = provider.items("buckets").into_iter();
    let taken = buckets.filter(|bucket| bucket.u64("shares") > 0);
    let pools = taken.map(|bucket| {
        let pool = (bucket.u64("tokens"), bucket.u64("shares"));
        (bucket.i64("matures_at"), pool)
    });
    pools.chain([(0, active)]).collect()
}

/// Returns the tokens that a provider counts in its stake vault, base units.
pub fn counted_stake(provider: &Record<'_>) -> u128 {
    let fields = [
        "own.active",
        "own.matured",
        "active_tokens",
        "matured_tokens",
        "pending_tokens",
    ];
    let plain = fields.iter().map(|field| provider.u64(field));
    let own = provider.items("own.buckets").into_iter();
    let buckets = own.chain(provider.items("buckets"));
    let unbonding = buckets.map(|bucket| bucket.u64("tokens"));
    plain.chain(unbonding).map(u128::from).sum()
}

/// What a provider has allocated is active stake.
pub fn exposure_is_active_stake(books: &Books<'_>) -> Checked {
    for (address, provider) in &books.providers {
        let active = provider.u64("own.active") + provider.u64("active_tokens");
        let allocated = provider.u64("allocated");
        ensure(allocated <= active, || {
            format!("{address}: {allocated} of {active}")
        })?;
    }
    Ok(())
}

/// A stake vault holds all stake of owner and delegators, active, unbonding, matured or waiting, what strangers sent, and what
/// generations that were wiped out left behind.
pub fn a_vault_holds_its_stake(books: &Books<'_>) -> Checked {
    for (address, provider) in &books.providers {
        let vault = pda::staking::stake_vault(address);
        let held = books
            .mirror
            .holding(&vault)
            .map_or(0, |vault| u128::from(vault.amount));
        let of =
            |amounts: &BTreeMap<Address, u64>| amounts.get(&vault).copied().map_or(0, u128::from);
        let counted = counted_stake(provider) + of(&books.ledger.donated) + of(&books.ledger.wiped);
        ensure(held == counted, || {
            format!("{address}: {held} held, {counted} counted")
        })?;
    }
    Ok(())
}

/// A reward vault holds what is owed out of it: to the owner, to delegators, and what is still to be streamed.
pub fn a_reward_vault_holds_what_is_owed(books: &Books<'_>) -> Checked {
    let mut owed: BTreeMap<Address, u128> = BTreeMap::new();
    for (_, delegation) in books.mirror.records(Program::Staking, "Delegation") {
        let provider = delegation.address("provider");
        let Some(record) = books.providers.get(&provider) else {
            continue;
        };
        let grown = record
            .u128("accumulator.acc")
            .checked_sub(delegation.u128("paid"))
            .filter(|_| delegation.u64("shares") > 0);
        // Never more than 2^126: see the accumulator.
        let earned = grown.unwrap_or(0) * u128::from(delegation.u64("shares"))
            + u128::from(delegation.u64("fraction"));
        *owed.entry(provider).or_default() +=
            u128::from(delegation.u64("rewards")) + (earned >> 64);
    }
    for (address, provider) in &books.providers {
        let vault = pda::staking::reward_vault(address);
        let held = books.mirror.holding(&vault).map_or(0, |vault| vault.amount);
        let counted = provider.u64("rewards_held");
        ensure(held >= counted, || {
            format!("{address}: {held} held, {counted} counted")
        })?;
        let parts = u128::from(provider.u64("owner_rewards"))
            + u128::from(provider.u64("stream.left"))
            + owed.remove(address).unwrap_or(0);
        ensure(u128::from(counted) >= parts, || {
            format!("{address}: {counted} counted, {parts} owed")
        })?;
    }
    Ok(())
}

/// A provider counts the shares, requests, waiting tokens and accounts of its delegations, and its records.
pub fn shares_are_those_of_delegations(books: &Books<'_>) -> Checked {
    let fields = [
        "active_shares",
        "requested_shares",
        "pending_tokens",
        "holders",
        "unsettled",
        "delegations",
        "records",
        "matured_tokens",
    ];
    let mut sums: BTreeMap<Address, [u128; 8]> = BTreeMap::new();
    for (_, delegation) in books.mirror.records(Program::Staking, "Delegation") {
        let provider = delegation.address("provider");
        let generation = books.providers.get(&provider).map(|p| p.u64("generation"));
        let is_alive = generation == Some(delegation.u64("generation"));
        let shares = delegation.u64("shares");
        let of = |holds: bool, amount: u64| u128::from(if holds { amount } else { 0 });
        let own = [
            of(is_alive, shares),
            of(is_alive, delegation.u64("requested")),
            u128::from(delegation.u64("pending")),
            of(is_alive && shares > 0, 1),
            of(!is_alive && shares > 0, 1),
            1,
            0,
            0,
        ];
        let sum = sums.entry(provider).or_default();
        for (sum, own) in sum.iter_mut().zip(own) {
            *sum += own;
        }
    }
    for (_, record) in books.mirror.records(Program::Staking, "Matured") {
        let sum = sums.entry(record.address("provider")).or_default();
        sum[6] += 1;
        sum[7] += u128::from(record.u64("tokens"));
    }
    for (address, provider) in &books.providers {
        let sums = sums.remove(address).unwrap_or_default();
        for (field, sum) in fields.iter().zip(sums) {
            let kept = provider.u64(field);
            ensure(sum == u128::from(kept), || {
                format!("{address}: {field} is {kept}, the sum {sum}")
            })?;
        }
    }
    ensure(sums.is_empty(), || {
        "a delegation or a record has no provider".to_owned()
    })
}

/// The shares of an unbonding bucket, or of the record that it left for, are those of its tickets.
pub fn bucket_shares_are_those_of_tickets(books: &Books<'_>) -> Checked {
    let mut shares: BTreeMap<(Address, i64), u128> = BTreeMap::new();
    for (_, ticket) in books.mirror.records(Program::Staking, "Ticket") {
        let place = (ticket.address("provider"), ticket.i64("matures_at"));
        *shares.entry(place).or_default() += u128::from(ticket.u64("shares"));
    }
    let mut kept: Vec<((Address, i64), u64)> = Vec::new();
    for (address, provider) in &books.providers {
        for bucket in provider.items("buckets") {
            if bucket.u64("shares") > 0 {
                let place = (*address, bucket.i64("matures_at"));
                kept.push((place, bucket.u64("shares")));
            }
        }
    }
    for (_, record) in books.mirror.records(Program::Staking, "Matured") {
        let place = (record.address("provider"), record.i64("matures_at"));
        kept.push((place, record.u64("shares")));
    }
    for ((address, matures_at), kept) in kept {
        let sum = shares.remove(&(address, matures_at)).unwrap_or(0);
        ensure(sum == u128::from(kept), || {
            format!("{address} bucket {matures_at}: {kept} shares, {sum} held")
        })?;
    }
    ensure(shares.is_empty(), || "a ticket has no bucket".to_owned())
}

/// A pool without shares has no tokens, and no share is worth more than one.
pub fn no_tokens_without_shares(books: &Books<'_>) -> Checked {
    for (address, provider) in &books.providers {
        let mut all: Amounts = pools(provider).into_values().collect();
        let buckets = provider.items("buckets").into_iter();
        all.extend(buckets.map(|bucket| (bucket.u64("tokens"), bucket.u64("shares"))));
        for (tokens, shares) in all {
            ensure(tokens <= shares, || {
                format!("{address}: {tokens} tokens of {shares} shares")
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
    ensure(period >= own + 86_400, || {
        format!("{period} s of unbonding for {own} s")
    })
}

/// A ticket, and an owner's bucket, matures a whole unbonding period after its last stake came. A ticket is paid only then; its
/// shares came by the delegator's signature, at its request, or once the provider had retired and its stream had ended.
pub fn a_ticket_waits_for_the_whole_period(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Staking, "Ticket") {
        let Some(ticket) = after else {
            let matures_at = before.map_or(0, |ticket| ticket.i64("matures_at"));
            ensure(facts.now >= matures_at, || format!("{address} ended early"))?;
            continue;
        };
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
        let more = before.is_none_or(|before| {
            let fields = ["provider", "delegation", "owner", "payer"];
            let same = fields
                .iter()
                .all(|f| before.address(f) == ticket.address(f));
            same && before.u64("shares") < ticket.u64("shares")
        });
        ensure(more, || format!("{address} changed"))?;
    }
    for (address, before, after) in facts.change.records(Program::Staking, "Provider") {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        let maturities = |provider: &Record<'_>| -> Vec<i64> {
            let buckets = provider.items("own.buckets").into_iter();
            buckets.map(|bucket| bucket.i64("matures_at")).collect()
        };
        let old = maturities(&before);
        let period = facts.mirror.only(Program::Staking, "Params");
        let period = period.map_or(0, |params| params.u64("unbonding_period"));
        let due = facts.now.saturating_add_unsigned(period);
        for matures_at in maturities(&after) {
            ensure(old.contains(&matures_at) || matures_at >= due, || {
                format!("{address}: the owner's stake matures early")
            })?;
        }
    }
    for (address, before, after) in facts.change.records(Program::Staking, "Delegation") {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        let provider = facts.mirror.record(&after.address("provider"));
        let provider = provider.ok_or("no provider")?;
        let is_alive = before.u64("generation") == provider.u64("generation");
        let left = before.u64("shares").saturating_sub(after.u64("shares"));
        if left == 0 || !is_alive {
            continue;
        }
        let signed = facts.signers.contains(&before.address("owner"));
        let asked = left <= before.u64("requested");
        let retires_at = provider.i64("retires_at");
        let finish = provider.i64("stream.finish");
        let retired = retires_at != 0 && facts.now >= retires_at.max(finish);
        ensure(signed || asked || retired, || {
            format!("{address} was thrown out")
        })?;
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
        let later = pools(&after);
        for (maturity, (t0, s0)) in pools(&before) {
            let Some((t1, s1)) = later.get(&maturity).copied() else {
                continue;
            };
            let kept = u128::from(t1) * u128::from(s0) >= u128::from(t0) * u128::from(s1);
            ensure(s0 == 0 || s1 == 0 || kept, || {
                format!("{address}: from {t0}/{s0} to {t1}/{s1}")
            })?;
        }
    }
    Ok(())
}

/// Tokens join only once everything is judged that was committed before they came, and after another day only by the delegator's
/// signature.
pub fn tokens_wait_before_they_join(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    let params = facts.mirror.only(Program::Staking, "Params");
    let exposure = params.map_or(0, |params| params.u64("exposure"));
    for (address, before, after) in facts.change.records(Program::Staking, "Delegation") {
        let Some(after) = after else { continue };
        let pending = |record: &Record<'_>| record.u64("pending");
        let (old, new) = (before.as_ref().map_or(0, pending), pending(&after));
        if new > old {
            let due = facts.now.saturating_add_unsigned(exposure + 86_400);
            ensure(after.i64("pending_from") == due, || {
                format!("{address} waits too short")
            })?;
        }
        let Some(before) = before else { continue };
        let joined = after.u64("shares") > before.u64("shares");
        let from = before.i64("pending_from");
        ensure(!joined || facts.now >= from, || {
            format!("{address} joined too early")
        })?;
        let is_open = facts.now < from.saturating_add(86_400);
        let signed = facts.signers.contains(&before.address("owner"));
        ensure(!joined || is_open || signed, || {
            format!("{address} was made to join")
        })?;
    }
    Ok(())
}

/// What pays out of the vaults of a provider. Whoever it belongs to may have it sent anywhere.
pub const PAYMENTS: [&str; 5] = [
    "staking.withdraw_stake",
    "staking.withdraw_ticket",
    "staking.withdraw_pending",
    "staking.claim_rewards",
    "staking.claim_owner_rewards",
];

/// What leaves a provider's vaults goes to whom it belongs: to the owner, the beneficiary or the delegator, or where that one's
/// signature sends it.
pub fn stake_and_rewards_go_to_their_owners(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for call in facts.calls {
        if !PAYMENTS.contains(&call.name) {
            continue;
        }
        let owner = *call.accounts.get(1).ok_or("a payment without an owner")?;
        if facts.signers.contains(&owner) {
            continue;
        }
        let mut payee = owner;
        if call.name == "staking.claim_owner_rewards" {
            let provider = pda::staking::provider(&owner);
            let record = facts.mirror.record(&provider).ok_or("no provider")?;
            payee = record.address("beneficiary");
        }
        let due = cast::ata(&payee, &cast::stake_mint());
        for (address, before, after) in facts.change.holdings() {
            let amount = |holding: Option<crate::raw::Holding>| holding.map_or(0, |h| h.amount);
            let gained = amount(after) > amount(before);
            ensure(!gained || *address == due, || {
                format!("{} paid {address} instead of {due}", call.name)
            })?;
        }
    }
    Ok(())
}

/// A commission is at most half. It changes by its owner's signature, rises by at most five percent at a time, and holds only once
/// everybody can have left and every epoch before it is claimed.
pub fn a_commission_rises_slowly_and_late(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    let params = facts.mirror.only(Program::Staking, "Params");
    for (address, before, after) in facts.change.records(Program::Staking, "Provider") {
        let Some(after) = after else { continue };
        let of = |provider: &Record<'_>| {
            let number = |name: &str| provider.u64(&format!("commission.{name}"));
            let from = provider.i64("commission.next_from");
            (number("bps"), number("next_bps"), from)
        };
        let (now, next, from) = of(&after);
        ensure(now <= 5_000 && next <= 5_000, || {
            format!("{address}: a commission of {now} and {next}")
        })?;
        let Some(before) = before.filter(|before| of(before) != (now, next, from)) else {
            continue;
        };
        let (old, planned, old_from) = of(&before);
        let holds = |time: i64| {
            if old_from != 0 && time >= old_from {
                planned
            } else {
                old
            }
        };
        let params = params.ok_or("no parameters")?;
        let notice = params.u64("unbonding_period") + params.u64("claim_span");
        let due = facts.now.saturating_add_unsigned(notice);
        let kept = now == holds(facts.now) && from >= due && next <= now + 500;
        let settled = old_from == 0
            || facts.now >= old_from.saturating_add_unsigned(params.u64("claim_span"));
        let signed = facts.signers.contains(&after.address("owner"));
        ensure(kept && settled && signed, || {
            format!("{address}: from {old} to {next} too soon or by too much")
        })?;
    }
    Ok(())
}
