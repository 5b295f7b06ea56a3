//! Locks, proposals, votes and parameters.

use super::{ensure, Books, Checked, Facts, Ledger};
use crate::{
    cast,
    raw::{Program, Record},
};
use assay_client::{pda, Address};
use std::collections::BTreeMap;

/// The weight of everybody is the sum over locks that are not unlocking, each one to four times its amount.
pub fn total_weight_is_that_of_locks(books: &Books<'_>) -> Checked {
    let Some(params) = books.mirror.only(Program::Governance, "Params") else {
        return Ok(());
    };
    let mut sum = 0u128;
    for (address, lock) in books.mirror.records(Program::Governance, "Lock") {
        let (weight, amount) = (
            u128::from(lock.u64("weight")),
            u128::from(lock.u64("amount")),
        );
        let unlocking = lock.i64("unlocks_at") != 0;
        let fits = if unlocking {
            weight == 0
        } else {
            (amount..=4 * amount).contains(&weight)
        };
        ensure(fits, || format!("{address}: {weight} for {amount}"))?;
        sum += weight;
    }
    let kept = params.u64("total_weight");
    ensure(u128::from(kept) == sum, || {
        format!("{kept} kept, {sum} locked")
    })
}

/// Vaults hold what is locked, deposited or granted, and what strangers sent.
pub fn locks_and_deposits_are_held(books: &Books<'_>) -> Checked {
    let vaults = [
        (
            "Lock",
            "amount",
            pda::governance::lock_vault as fn(&Address) -> Address,
        ),
        ("Proposal", "deposit", pda::governance::deposit_vault),
        ("Grant", "amount", pda::governance::grant_vault),
    ];
    for (name, amount, vault) in vaults {
        for (address, record) in books.mirror.records(Program::Governance, name) {
            let vault = vault(address);
            let held = books.mirror.holding(&vault).map_or(0, |vault| vault.amount);
            let given = books.ledger.donated.get(&vault).copied().unwrap_or(0);
            let paid = if record.has("paid") {
                record.u64("paid")
            } else {
                0
            };
            let due = record.u64(amount) - paid + given;
            ensure(held == due, || format!("{address}: {held} of {due}"))?;
        }
    }
    Ok(())
}

/// While a proposal can be voted on or votes be revealed, each side has the weight of the votes on it, and no more than all voted.
pub fn tallies_are_those_of_votes(books: &Books<'_>) -> Checked {
    let mut sides: BTreeMap<(Address, u8), u128> = BTreeMap::new();
    for (_, vote) in books.mirror.records(Program::Governance, "Vote") {
        // A secret vote counts as abstained until it is revealed.
        let place = (vote.address("proposal"), vote.u8("side").min(2));
        *sides.entry(place).or_default() += u128::from(vote.u64("weight"));
    }
    for (address, proposal) in books.mirror.records(Program::Governance, "Proposal") {
        // Before it opens nobody votes, and afterwards votes may be closed.
        if books.now >= proposal.i64("reveal_ends_at") && proposal.i64("opened_at") != 0 {
            continue;
        }
        let mut turnout = 0;
        for (side, name) in (0u8..).zip(["tally.yes", "tally.no", "tally.abstain"]) {
            let sum = sides.get(&(*address, side)).copied().unwrap_or(0);
            let kept = u128::from(proposal.u64(name));
            ensure(kept == sum, || {
                format!("{address}: {name} is {kept}, votes {sum}")
            })?;
            turnout += sum;
        }
        let total = u128::from(proposal.u64("total_weight"));
        ensure(turnout <= total, || {
            format!("{address}: {turnout} of {total} voted")
        })?;
    }
    Ok(())
}

/// A lock is paid to its owner, after its whole cooldown, which the owner begins, or anyone after half a year without a sign of it;
/// never while a vote of it counts.
pub fn a_lock_is_paid_after_its_cooldown(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Governance, "Lock") {
        let Some(before) = before else { continue };
        match after {
            None => {
                let unlocks = before.i64("unlocks_at");
                ensure(unlocks != 0 && facts.now >= unlocks, || {
                    format!("{address} was paid early")
                })?;
                let owner = before.address("owner");
                let gain = facts.change.gain(&cast::ata(&owner, &cast::stake_mint()));
                ensure(gain >= i128::from(before.u64("amount")), || {
                    format!("{owner} got {gain} of {}", before.u64("amount"))
                })?;
            }
            Some(after) if before.i64("unlocks_at") != after.i64("unlocks_at") => {
                let due = facts.now.saturating_add_unsigned(before.u64("duration"));
                let secret =
                    before.u64("unrevealed") > 0 && facts.now < before.i64("unrevealed_until");
                let bound = secret || facts.now < before.i64("bound_until");
                let owner = before.address("owner");
                let idle = before.u64("duration").max(180 * 86_400);
                let lapsed = facts.now >= before.i64("touched_at").saturating_add_unsigned(idle);
                let signed = facts.signers.contains(&owner);
                // A lock that is renewed is locked again.
                let fits = if after.i64("unlocks_at") == 0 {
                    signed
                } else {
                    after.i64("unlocks_at") == due && !bound && (signed || lapsed)
                };
                ensure(fits, || format!("{address} unlocks at the wrong time"))?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// A proposal is executed once, in its window, if it passed and was not vetoed. A closed one is over; its deposit goes to its
/// proposer, or is burned if hardly anybody cared or nearly all said no.
pub fn a_proposal_is_executed_once_in_its_window(
    facts: &Facts<'_>,
    ledger: &mut Ledger,
) -> Checked {
    for (address, before, after) in facts.change.records(Program::Governance, "Proposal") {
        let Some(before) = before else { continue };
        let side = |name: &str| u128::from(before.u64(name));
        let (yes, no) = (side("tally.yes"), side("tally.no"));
        let turnout = yes + no + side("tally.abstain");
        let quorum = side("quorum");
        let opened = before.i64("opened_at") != 0;
        let clear = before.u8("heavy") == 0 || yes >= 2 * no;
        let passed = opened
            && turnout >= quorum
            && yes > no
            && clear
            && yes >= side("threshold")
            && before.u8("vetoed") == 0;
        let executed = after.is_some_and(|after| after.i64("executed_at") != 0);
        if executed && before.i64("executed_at") == 0 {
            let window = before.i64("executable_at")..before.i64("expires_at");
            ensure(passed && window.contains(&facts.now), || {
                format!("{address} was executed and has not passed, or not now")
            })?;
            ensure(ledger.executed.insert(before.u64("index")), || {
                format!("{address} was executed twice")
            })?;
        }
        if after.is_none() {
            let lapsed = !opened && facts.now >= before.i64("open_until");
            let over = before.i64("executed_at") != 0
                || before.u8("vetoed") != 0
                || lapsed
                || opened && facts.now >= before.i64("expires_at")
                || opened && !passed && facts.now >= before.i64("reveal_ends_at");
            ensure(over, || format!("{address} was closed alive"))?;
            let burned = !opened || 4 * turnout < quorum || no > 0 && no >= 2 * yes;
            let proposer = before.address("proposer");
            let to = cast::ata(&proposer, &cast::stake_mint());
            let (gain, deposit) = (facts.change.gain(&to), i128::from(before.u64("deposit")));
            let signed = facts.signers.contains(&proposer);
            ensure(burned || signed || gain >= deposit, || {
                format!("{proposer} got {gain} of the deposit")
            })?;
            let vault = pda::governance::deposit_vault(address);
            let given = -facts.change.gain(&vault) - deposit;
            ensure(!burned || gain <= given, || {
                format!("{proposer} got {gain} of a deposit that is kept")
            })?;
        }
    }
    Ok(())
}

/// Returns the accounts that hold parameters, with the program of each.
const PARAMETERS: [(Program, &str); 4] = [
    (Program::Governance, "Params"),
    (Program::Market, "Params"),
    (Program::Staking, "Params"),
    (Program::Rewards, "Emission"),
];

/// Fields that change without a vote.
const COUNTERS: [&str; 8] = [
    "total_weight",
    "proposal_count",
    "opening_count",
    "spent_day",
    "marks",
    "exposure",
    "minted",
    "next_epoch",
];

/// Fields that the guardian changes.
const GUARDED: [&str; 5] = [
    "paused",
    "paused_until",
    "rest_from",
    "guardian",
    "offered_guardian",
];

/// Parameters change only by their authority's signature, or by a proposal; pauses by the guardian, too. An authority is accepted by
/// whom it was offered to.
pub fn parameters_change_by_their_authority(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    let governance = facts.change.records(Program::Governance, "Params").next();
    let params = match governance {
        Some((_, Some(before), _)) => Some(before),
        _ => facts.mirror.only(Program::Governance, "Params"),
    };
    let holds = |field: &str| {
        let holder = params.map(|params| params.address(field));
        holder.is_some_and(|holder| facts.signers.contains(&holder))
    };
    let guarded = holds("guardian") || holds("offered_guardian");
    for (program, name) in PARAMETERS {
        for (address, before, after) in facts.change.records(program, name) {
            let Some(before) = before else { continue };
            let after = after.ok_or_else(|| format!("{address} is gone"))?;
            let accepted = facts.did("market.accept_authority")
                && before.has("offered")
                && after.address("authority") == before.address("offered");
            let signs =
                before.has("authority") && facts.signers.contains(&before.address("authority"));
            let voted = facts.did("governance.execute_proposal");
            for field in before.kind.fields.keys() {
                let field = field.as_str();
                let counts =
                    COUNTERS.contains(&field) && program != Program::Staking || field == "exposure";
                if counts || before.bytes(field) == after.bytes(field) {
                    continue;
                }
                let handed = accepted && ["authority", "offered"].contains(&field);
                let paused = guarded && GUARDED.contains(&field);
                ensure(signs || voted || handed || paused, || {
                    format!("{} {name} {field} changed", program.name())
                })?;
            }
        }
    }
    Ok(())
}

/// The bounds of every parameter: program, account, field, least and largest value.
const BOUNDS: [(Program, &str, &str, u64, u64); 28] = [
    (Program::Market, "Params", "fee_bps", 1, 2_000),
    (Program::Market, "Params", "bond_bps", 10_000, 200_000),
    (Program::Market, "Params", "missed_bps", 100, 10_000),
    (Program::Market, "Params", "reserve", 1, 100),
    (Program::Market, "Params", "step", 1, 600),
    (Program::Market, "Params", "min_hold", 10, 604_800),
    (Program::Market, "Params", "open_window", 10, 86_400),
    (Program::Market, "Params", "max_claim_window", 60, 2_592_000),
    (Program::Market, "Params", "max_run_window", 60, 604_800),
    (Program::Market, "Params", "paused", 0, 15),
    (
        Program::Staking,
        "Params",
        "min_self_stake",
        1,
        1_000_000_000_000_000,
    ),
    (
        Program::Staking,
        "Params",
        "unbonding_period",
        86_400,
        15_552_000,
    ),
    (
        Program::Staking,
        "Params",
        "min_delegation",
        1,
        1_000_000_000_000,
    ),
    (Program::Staking, "Params", "leverage", 1, 20),
    (Program::Staking, "Params", "paused", 0, 7),
    (Program::Rewards, "Emission", "workers_bps", 3_000, 10_000),
    (Program::Rewards, "Emission", "stakers_bps", 0, 5_000),
    (Program::Rewards, "Emission", "kappa_bps", 0, 5_000),
    (Program::Governance, "Params", "quorum_bps", 1, 2_500),
    (
        Program::Governance,
        "Params",
        "threshold",
        1,
        400_000_000_000_000_000,
    ),
    (Program::Governance, "Params", "notice", 3_600, 2_592_000),
    (Program::Governance, "Params", "spend_bps", 1, 1_000),
    (
        Program::Governance,
        "Params",
        "voting_time",
        3_600,
        2_592_000,
    ),
    (Program::Governance, "Params", "hold_up", 3_600, 2_592_000),
    (
        Program::Governance,
        "Params",
        "execution_window",
        3_600,
        2_592_000,
    ),
    (
        Program::Governance,
        "Params",
        "proposal_deposit",
        1,
        10_000_000_000_000,
    ),
    (Program::Governance, "Params", "min_lock", 3_600, 2_592_000),
    (
        Program::Governance,
        "Params",
        "max_lock",
        5_184_000,
        126_144_000,
    ),
];

/// Every parameter lies within its hard bounds.
pub fn parameters_keep_their_bounds(books: &Books<'_>) -> Checked {
    let mut read: BTreeMap<(Program, &str), Record<'_>> = BTreeMap::new();
    for (program, name) in PARAMETERS {
        if let Some(record) = books.mirror.only(program, name) {
            read.insert((program, name), record);
        }
    }
    for (program, name, field, least, most) in BOUNDS {
        if let Some(record) = read.get(&(program, name)) {
            let value = record.u64(field);
            ensure((least..=most).contains(&value), || {
                format!("{} {field} is {value}", program.name())
            })?;
        }
    }
    Ok(())
}

/// A rate at most doubles or halves, at most once a day; a mint changes by the market's authority, or the guardian closes it.
pub fn a_payment_mint_changes_slowly(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Market, "PaymentMint") {
        let after = after.ok_or_else(|| format!("{address} is gone"))?;
        let params = facts
            .mirror
            .only(Program::Market, "Params")
            .ok_or("no parameters")?;
        let signed = facts.signers.contains(&params.address("authority"))
            || facts.did("governance.execute_proposal");
        let vault = facts.mirror.holding(&after.address("fee_vault"));
        let owner = after.address("fee_authority");
        let fits = vault
            .is_some_and(|vault| vault.authority == owner && vault.mint == after.address("mint"));
        let Some(before) = before else {
            ensure(signed && fits, || {
                format!("{address} was allowed by another")
            })?;
            continue;
        };
        let moved = before.address("fee_vault") != after.address("fee_vault");
        ensure(!moved || fits, || {
            format!("{address}: fees go to a foreign account")
        })?;
        let (old, new) = (
            u128::from(before.u64("stake_rate")),
            u128::from(after.u64("stake_rate")),
        );
        let (last, now) = (before.i64("rate_changed_at"), after.i64("rate_changed_at"));
        if last != now {
            let slow = facts.now >= last + 86_400 && now == facts.now;
            let small = new <= 2 * old && 2 * new >= old;
            ensure(slow && small, || {
                format!("{address}: from {old} to {new} too fast")
            })?;
        }
        ensure(last != now || old == new, || {
            format!("{address}: a rate without a date")
        })?;
        let closed = before.u8("admits") == 1 && after.u8("admits") == 0;
        let guarded = closed && facts.did("governance.close_mint");
        let changed = before.raw() != after.raw();
        ensure(!changed || signed || guarded, || {
            format!("{address} was changed by another")
        })?;
        for name in ["mint", "token_program"] {
            ensure(before.address(name) == after.address(name), || {
                format!("{address}: another {name}")
            })?;
        }
    }
    Ok(())
}
