//! The form of accounts, and the lamports in them.

use super::{ensure, Books, Checked, Facts, Ledger};
use crate::raw::{is_token_program, Program, Record};
use assay_client::Address;
use solana_account::{AccountSharedData, ReadableAccount};
use std::collections::BTreeSet;

/// Every account of the programs is of a known type, of version 1 where it has one, with zeros in reserve, and exempt from
/// rent.
pub fn accounts_are_well_formed_and_pay_rent(books: &Books<'_>) -> Checked {
    for (address, account) in books.mirror.all() {
        let least = (128 + account.data().len() as u64) * 5_080;
        ensure(account.lamports() >= least, || {
            format!("{address}: {} of {least} lamports", account.lamports())
        })?;
        if is_token_program(account.owner()) {
            continue;
        }
        let record = Record::read(account.owner(), account.data());
        let record = record.ok_or_else(|| format!("{address} is of no known type"))?;
        let version = !record.has("version") || record.u8("version") == 1;
        ensure(version, || format!("{address}: another version"))?;
        let zeros =
            !record.has("reserved") || record.bytes("reserved").iter().all(|byte| *byte == 0);
        ensure(zeros, || format!("{address}: its reserve is used"))?;
    }
    Ok(())
}

/// Returns who gets the rent of an account back.
fn receiver(record: &Record<'_>) -> Option<Address> {
    let field = match record.kind.name.as_str() {
        "Job" => "requester",
        "RoundHeader" | "EpochWork" | "EpochRewards" | "ClaimRecord" | "Module" | "Receipt"
        | "AttesterSet" | "Credential" | "Ticket" | "Matured" | "Grant" => "payer",
        "Provider" | "Delegation" | "Lock" | "Vote" => "owner",
        "Proposal" => "proposer",
        _ => return None,
    };
    Some(record.address(field))
}

fn is_wallet(account: &AccountSharedData) -> bool {
    *account.owner() == Address::default() && account.data().is_empty()
}

/// The rent of a closed account returns to the wallet on record; no other wallet gains by it.
pub fn rent_returns_to_whoever_paid_it(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    let mut due: BTreeSet<Address> = BTreeSet::new();
    for (address, before, after) in &facts.change.written {
        let Some(before) = before else { continue };
        let gone = after
            .as_ref()
            .is_none_or(|after| after.owner() != before.owner());
        if gone && Program::at(before.owner()).is_some() {
            let record = Record::read(before.owner(), before.data());
            let receiver = record.and_then(|record| receiver(&record));
            let receiver = receiver.ok_or_else(|| format!("{address} must not be closed"))?;
            due.insert(receiver);
        }
        // A job that is finished gives the rent of its seats back at once.
        let less = after
            .as_ref()
            .is_some_and(|after| after.lamports() < before.lamports());
        if let Some(job) = Record::read(before.owner(), before.data()).filter(|_| less) {
            if job.is("Job") {
                due.insert(job.address("requester"));
            }
        }
    }
    if facts.is_outside {
        return Ok(());
    }
    for call in facts
        .calls
        .iter()
        .filter(|call| call.name == "market.collect_held")
    {
        due.extend(call.accounts.first());
    }
    // A buffer that is used up pays its rent to the wallet that was voted on.
    if facts.did("governance.execute_upgrade") {
        let proposals = facts.change.records(Program::Governance, "Proposal");
        let after = proposals.filter_map(|(_, _, after)| after);
        due.extend(
            after
                .flat_map(|p| p.items("actions"))
                .map(|a| a.address("other")),
        );
    }
    for (address, before, after) in &facts.change.written {
        let lamports = |account: &Option<AccountSharedData>| {
            account.as_ref().map_or(0, ReadableAccount::lamports)
        };
        let gained = lamports(after) > lamports(before);
        let wallet = after.as_ref().is_some_and(is_wallet);
        ensure(!(gained && wallet) || due.contains(address), || {
            format!("{address} gained lamports that are not its own")
        })?;
    }
    Ok(())
}

/// A wallet loses lamports only when it signs.
pub fn a_wallet_pays_only_by_its_signature(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in &facts.change.written {
        let Some(before) = before.as_ref().filter(|before| is_wallet(before)) else {
            continue;
        };
        let left = after.as_ref().map_or(0, ReadableAccount::lamports);
        let signed = facts.signers.contains(address);
        let created = after.as_ref().is_some_and(|after| !is_wallet(after));
        ensure(signed || created || left >= before.lamports(), || {
            format!("{address} paid without signing")
        })?;
    }
    Ok(())
}

/// Longest time that a wind-up waits for a credential that its authority does not revoke, seconds: fifty years.
const LONGEST: i64 = 50 * 365 * 86_400;

/// Returns whether an account of this type ends without its owner's help, seen from the Unix time `now`.
pub fn must_end(record: &Record<'_>, now: i64) -> bool {
    if record.is("Credential") {
        return record.i64("expires_at") < now.saturating_add(LONGEST);
    }
    !matches!(
        record.kind.name.as_str(),
        "Params"
            | "Totals"
            | "PaymentMint"
            | "Emission"
            | "Provider"
            | "Delegation"
            | "Worker"
            | "AttesterSet"
            | "Module"
    )
}

/// When everybody has done what anybody may do, no job, check, round, lock, vote, proposal, grant, epoch or record is left, nothing
/// is bound, and what is matured is paid.
pub fn everything_ends(books: &Books<'_>) -> Checked {
    for (address, account) in books.mirror.all() {
        let Some(record) = Record::read(account.owner(), account.data()) else {
            continue;
        };
        ensure(!must_end(&record, books.now), || {
            format!("a {} is left: {address}", record.kind.name)
        })?;
    }
    for (address, worker) in &books.workers {
        let bound = worker.u64("locked") + worker.u64("accused");
        ensure(bound == 0, || format!("{address}: {bound} is still bound"))?;
    }
    Ok(())
}
