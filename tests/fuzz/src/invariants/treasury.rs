//! What votes decide beside parameters: payments of the treasury, grants, programs, and which decision stays.

use super::{ensure, Checked, Facts, Ledger};
use crate::{
    cast,
    raw::{Item, Program, Record},
};
use assay_client::{pda, Address};
use assay_shared::{deployer::UPGRADEABLE_LOADER, hash::sha256v};
use solana_account::{AccountSharedData, ReadableAccount};
use std::collections::BTreeMap;

/// Kinds of actions.
mod kind {
    pub const TRANSFER: u8 = 1;
    pub const GRANT: u8 = 2;
    pub const UPGRADE: u8 = 7;
}

/// Seconds after everything of a grant has vested in which nobody but its recipient ends it.
const GRANT_REST: i64 = 365 * 86_400;

/// Days from one proposal that spends to the next.
const REST_DAYS: i64 = 7;

/// A proposal that a transaction executed.
struct Executed<'a> {
    index: u64,
    actions: Vec<Item<'a>>,
}

/// Returns the actions of a proposal that count.
fn actions<'a>(proposal: &Record<'a>) -> Vec<Item<'a>> {
    let count = usize::from(proposal.u8("action_count"));
    proposal.items("actions").into_iter().take(count).collect()
}

/// Returns the proposals that a transaction executed.
fn executed<'a>(facts: &'a Facts<'_>) -> Vec<Executed<'a>> {
    let proposals = facts.change.records(Program::Governance, "Proposal");
    let done = proposals.filter_map(|(_, before, after)| {
        let (before, after) = (before?, after?);
        let is_new = before.i64("executed_at") == 0 && after.i64("executed_at") != 0;
        is_new.then(|| Executed {
            index: after.u64("index"),
            actions: actions(&after),
        })
    });
    done.collect()
}

fn spends(action: &Item<'_>) -> bool {
    matches!(action.u8("kind"), kind::TRANSFER | kind::GRANT)
}

/// The treasury pays exactly what a vote decided, to whom it named, one proposal in seven days, and no more than its share of what
/// there was.
pub fn the_treasury_pays_what_was_voted(facts: &Facts<'_>, ledger: &mut Ledger) -> Checked {
    let treasury = pda::rewards::treasury();
    let gain = facts.change.gain(&treasury);
    let all = executed(facts);
    if all.is_empty() {
        return ensure(facts.is_outside || gain >= 0, || {
            format!("the treasury lost {gain} without a vote")
        });
    }
    let spending: Vec<&Executed<'_>> = all
        .iter()
        .filter(|one| one.actions.iter().any(spends))
        .collect();
    let paid: i128 = all
        .iter()
        .flat_map(|one| &one.actions)
        .filter(|action| spends(action))
        .map(|action| i128::from(action.u64("value")))
        .sum();
    ensure(gain == -paid, || {
        format!("the treasury changed by {gain}, voted were {paid}")
    })?;
    if spending.is_empty() {
        return Ok(());
    }
    let day = |time: i64| time.div_euclid(86_400);
    let rested = ledger
        .spent_at
        .is_none_or(|at| day(at) + REST_DAYS <= day(facts.now));
    ensure(rested && spending.len() == 1, || {
        "the treasury paid twice in a week".to_owned()
    })?;
    ledger.spent_at = Some(facts.now);
    let params = facts.mirror.only(Program::Governance, "Params");
    let bps = params.map_or(0, |params| u128::from(params.u64("spend_bps")));
    let held = facts
        .mirror
        .holding(&treasury)
        .map_or(0, |held| held.amount);
    let had = i128::from(held) + paid;
    let most = u128::try_from(had).unwrap_or(0) * bps / 10_000;
    ensure(u128::try_from(paid).unwrap_or(0) <= most, || {
        format!("{paid} paid of {had}, at most {most}")
    })?;
    let mut due: BTreeMap<Address, i128> = BTreeMap::new();
    for proposal in &spending {
        for (place, action) in (0u8..).zip(&proposal.actions) {
            let to = match action.u8("kind") {
                kind::TRANSFER => cast::ata(&action.address("address"), &cast::stake_mint()),
                kind::GRANT => {
                    let grant = pda::governance::grant(proposal.index, place);
                    is_granted(facts, &grant, action)?;
                    pda::governance::grant_vault(&grant)
                }
                _ => continue,
            };
            *due.entry(to).or_default() += i128::from(action.u64("value"));
        }
    }
    for (account, amount) in due {
        let gain = facts.change.gain(&account);
        ensure(gain == amount, || {
            format!("{account} got {gain} of {amount}")
        })?;
    }
    Ok(())
}

/// Checks that a new grant says what the vote decided.
fn is_granted(facts: &Facts<'_>, grant: &Address, action: &Item<'_>) -> Checked {
    let record = facts.mirror.record(grant);
    let record = record.ok_or_else(|| format!("there is no grant {grant}"))?;
    let end = facts.now.saturating_add_unsigned(action.u64("extra"));
    let fits = record.address("recipient") == action.address("address")
        && record.u64("amount") == action.u64("value")
        && record.u64("paid") == 0
        && record.i64("starts_at") == facts.now
        && record.i64("ends_at") == end;
    ensure(fits, || format!("{grant} is not what was voted"))
}

/// Returns what of a grant has vested.
fn vested(grant: &Record<'_>, now: i64) -> u64 {
    let (start, end) = (grant.i64("starts_at"), grant.i64("ends_at"));
    let amount = grant.u64("amount");
    if now >= end {
        return amount;
    }
    let part = |from: i64, to: i64| u128::try_from(to - from).unwrap_or(0);
    let share = u128::from(amount) * part(start, now) / part(start, end).max(1);
    u64::try_from(share).unwrap_or(u64::MAX)
}

/// A grant is made by a vote alone. It pays what has vested to its recipient, and ends when everything is paid, or a year after
/// everything has vested; then the rest returns to the treasury.
pub fn a_grant_pays_what_has_vested(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Governance, "Grant") {
        let Some(before) = before else {
            let voted = facts.did("governance.execute_proposal");
            ensure(voted, || format!("{address} was made without a vote"))?;
            continue;
        };
        let vault = pda::governance::grant_vault(address);
        let left = -facts.change.gain(&vault);
        let Some(after) = after else {
            let all = before.u64("paid") == before.u64("amount");
            let over = facts.now >= before.i64("ends_at").saturating_add(GRANT_REST);
            ensure(all || over, || format!("{address} was ended early"))?;
            let back = facts.change.gain(&pda::rewards::treasury());
            ensure(back == left, || {
                format!("{address}: {back} of {left} came back")
            })?;
            continue;
        };
        let fields = before.kind.fields.keys().filter(|name| *name != "paid");
        for field in fields {
            ensure(before.bytes(field) == after.bytes(field), || {
                format!("{address}: {field} changed")
            })?;
        }
        let paid = i128::from(after.u64("paid")) - i128::from(before.u64("paid"));
        if paid == 0 || facts.is_outside {
            continue;
        }
        let due = vested(&before, facts.now);
        ensure(after.u64("paid") == due && left == paid, || {
            format!("{address}: {} paid, {due} vested", after.u64("paid"))
        })?;
        let recipient = before.address("recipient");
        let to = cast::ata(&recipient, &before.address("mint"));
        let gain = facts.change.gain(&to);
        let signed = facts.signers.contains(&recipient);
        ensure(signed || gain == paid, || {
            format!("{recipient} got {gain} of {paid}")
        })?;
    }
    Ok(())
}

/// Returns the authority over a program's bytes and the bytes, if the account holds a program's.
fn program_data(account: &Option<AccountSharedData>) -> Option<(&[u8], &[u8])> {
    let account = account.as_ref()?;
    let is_program = *account.owner() == UPGRADEABLE_LOADER && account.data().starts_with(&[3, 0]);
    let (head, bytes) = account.data().split_at_checked(45)?;
    is_program.then(|| (&head[12..], bytes))
}

/// The bytes of a program change by a vote alone, to those that it named. Who may change them changes by that one's signature, to
/// governance.
pub fn a_program_is_replaced_by_a_vote(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    let mut named: Vec<(Address, [u8; 32])> = Vec::new();
    for proposal in executed(facts) {
        for action in &proposal.actions {
            if action.u8("kind") == kind::UPGRADE {
                let target = cast::target(u64::from(action.u8("target")));
                let program = assay_governance::addresses::program(target);
                named.push((pda::program_data(&program), action.hash("address")));
            }
        }
    }
    for (address, before, after) in &facts.change.written {
        let Some((authority, old)) = program_data(before) else {
            continue;
        };
        let now = program_data(after);
        let (next, new) = now.ok_or_else(|| format!("{address} is gone"))?;
        if authority != next {
            let holder = authority
                .get(1..)
                .and_then(|key| Address::try_from(key).ok());
            let signed = holder.is_some_and(|holder| facts.signers.contains(&holder));
            let to_governance =
                next.get(1..) == Some(pda::governance::upgrade_authority().as_ref());
            ensure(signed && to_governance, || {
                format!("{address} has another authority")
            })?;
        }
        if old != new {
            let hash = named.iter().find(|(own, _)| own == address);
            // The loader leaves zeros where the old bytes were longer.
            let end = new
                .iter()
                .rposition(|byte| *byte != 0)
                .map_or(0, |at| at + 1);
            let fits = hash.is_some_and(|(_, hash)| {
                (end..=new.len()).any(|end| sha256v(&[&new[..end]]) == *hash)
            });
            ensure(fits, || format!("{address} was replaced without a vote"))?;
        }
    }
    Ok(())
}

/// Of decisions about the same thing the newest stays: no older one is executed after it.
pub fn the_newest_decision_stays(facts: &Facts<'_>, ledger: &mut Ledger) -> Checked {
    for proposal in executed(facts) {
        for action in &proposal.actions {
            let mint = match action.u8("kind") {
                kind::TRANSFER | kind::GRANT | 3 => continue,
                4 | 5 => action.address("address"),
                _ => Address::default(),
            };
            let thing = (
                action.u8("kind"),
                action.u8("target"),
                action.u8("param"),
                mint,
            );
            let newest = ledger.decided.get(&thing).copied();
            ensure(newest.is_none_or(|newest| newest < proposal.index), || {
                format!("proposal {} undid {newest:?}", proposal.index)
            })?;
            ledger.decided.insert(thing, proposal.index);
        }
    }
    Ok(())
}
