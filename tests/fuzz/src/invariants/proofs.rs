//! Attestations, requirements, receipts, attester sets, credentials and modules.

use super::{
    books::{flag, phase, state},
    chain, ensure,
    seats::first_of,
    Checked, Facts, Ledger,
};
use crate::raw::{Program, Record};
use assay_client::Address;
use std::collections::BTreeSet;

/// The Ed25519 program.
const ED25519: Address = Address::from_str_const("Ed25519SigVerify111111111111111111111111111");

/// Returns the credential that a job asks of a worker, if it is there.
fn credential<'a>(
    facts: &'a Facts<'_>,
    job: &Record<'_>,
    worker: &Record<'_>,
) -> Option<Record<'a>> {
    let set = job.address("credential_set");
    let at = assay_client::pda::staking::credential(&set, &worker.address("provider"));
    facts
        .mirror
        .record(&at)
        .filter(|record| record.is("Credential"))
}

/// A result of an attested job has the signatures of so many keys of its set over exactly this result, in time; and no seat
/// of such a job is ever claimed.
pub fn an_attested_result_has_its_signatures(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for seat in facts.seats.iter().filter(|seat| seat.source == 0) {
        let job = facts.job(&seat.job).ok_or("a seat without a job")?;
        if job.header.u8("policy") != 1 {
            continue;
        }
        let name = format!("{} task {}", seat.job, seat.task);
        ensure(seat.state() != state::CLAIMED, || {
            format!("{name} was claimed")
        })?;
        if seat.state() != state::ACCEPTED || seat.state_before() == state::ACCEPTED {
            continue;
        }
        let ends = job.time(job.header.u64("claim_window"));
        ensure(facts.now < ends, || format!("{name} came too late"))?;
        let call = facts
            .calls
            .iter()
            .find(|call| call.name == "market.submit_attested");
        let call = call.ok_or_else(|| format!("{name} was accepted by nobody"))?;
        let sets = call
            .accounts
            .iter()
            .filter_map(|at| Some((at, facts.mirror.record(at)?)));
        let mut sets = sets.filter(|(_, record)| record.is("AttesterSet"));
        let (address, set) = sets.next().ok_or("no attester set")?;
        ensure(set.hash("identity") == job.header.hash("attesters"), || {
            format!("{name}: another set")
        })?;
        let count = usize::from(set.u8("count"));
        let known: Vec<&[u8]> = set.bytes("keys").chunks(32).take(count).collect();
        // Arguments: task 4, seed 32, digest 32, fuel 8, energy 8, expiry 8.
        let data = call.data.get(..92).ok_or("short arguments")?;
        let params = facts
            .mirror
            .only(Program::Market, "Params")
            .ok_or("no parameters")?;
        let worker = seat.after.address("worker");
        let body = chain::sha(&[
            assay_market::ID.as_ref(),
            params.bytes("genesis_hash"),
            seat.job.as_ref(),
            job.header.bytes("seed"),
            &data[..4],
            worker.as_ref(),
            address.as_ref(),
            &data[36..68],
            &data[68..76],
            &data[76..84],
            &data[84..92],
        ]);
        let message = [b"\xffASSAY-ATTEST\x01".as_slice(), &body].concat();
        let mut signed: BTreeSet<&[u8]> = BTreeSet::new();
        for proof in facts
            .instructions
            .iter()
            .filter(|proof| proof.program_id == ED25519)
        {
            let over = proof.data.get(112..158).ok_or("a short proof")?;
            if over == message.as_slice() && proof.data.len() == 158 {
                signed.extend(proof.data.get(16..48).filter(|key| known.contains(key)));
            }
        }
        let asked = usize::from(job.header.u8("attestations"));
        ensure(signed.len() >= asked, || {
            format!("{name}: {} of {asked} signatures", signed.len())
        })?;
        let mut expiry = [0; 8];
        expiry.copy_from_slice(&data[84..92]);
        ensure(facts.now < i64::from_le_bytes(expiry), || {
            format!("{name} was expired")
        })?;
        ensure(seat.after.bytes("hash") == &data[36..68], || {
            format!("{name}: another digest")
        })?;
        let node = facts
            .mirror
            .record(&worker)
            .map(|worker| worker.address("node"));
        let own = node.is_some_and(|node| facts.signers.contains(&node));
        ensure(own, || format!("{name} was submitted by another key"))?;
    }
    Ok(())
}

/// Whoever takes a seat that the requirements bind, or submits an attested result, meets them.
pub fn requirements_are_met(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for seat in facts.seats.iter().filter(|seat| seat.source == 0) {
        let claimed = seat.state() == state::CLAIMED && seat.state_before() == state::FREE;
        let attested = seat.state() == state::ACCEPTED && seat.state_before() == state::FREE;
        if !claimed && !attested {
            continue;
        }
        let job = facts.job(&seat.job).ok_or("a seat without a job")?;
        let header = &job.header;
        if seat.index > 0 && header.u8("gate") == 1 {
            continue;
        }
        let address = seat.after.address("worker");
        let worker = facts
            .mirror
            .record(&address)
            .ok_or("a seat without a worker")?;
        let whole = worker.u64("free") + worker.u64("locked");
        let name = format!("{} task {}", seat.job, seat.task);
        ensure(whole >= header.u64("least_collateral"), || {
            format!("{name}: {whole} is too little")
        })?;
        let mut region = worker.u64("region");
        if header.address("credential_set") != Address::default() {
            let own = credential(facts, header, &worker).ok_or("no credential")?;
            ensure(facts.now < own.i64("expires_at"), || {
                format!("{name}: an expired credential")
            })?;
            region = own.u64("region");
        }
        let asked = header.u64("region");
        ensure(asked == 0 || asked == region, || {
            format!("{name}: region {region}")
        })?;
    }
    Ok(())
}

/// A receipt is written for a final result alone, and says what the job and the task say.
pub fn a_receipt_says_what_was_proven(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Rewards, "Receipt") {
        let (None, Some(receipt)) = (before, after) else {
            continue;
        };
        let job = facts
            .job(&receipt.address("job"))
            .ok_or("a receipt without a job")?;
        let first = first_of(&job, receipt.u64("task")).ok_or("a receipt without a task")?;
        let flags = first.u8("flags");
        // A standing result whose hold is over is final although no instruction has written so yet.
        let held = first.u8("phase") == phase::STANDING
            && facts.now >= job.time(first.u64("until"))
            && (flags & flag::CHECKED != 0 || flags & flag::UNMANNED == 0);
        let proven = first.u8("phase") == phase::FINAL || held;
        ensure(proven && flags & flag::OPEN != 0, || {
            format!("{address}: not proven")
        })?;
        ensure(receipt.hash("digest") == first.hash("hash"), || {
            format!("{address}: a digest")
        })?;
        let header = &job.header;
        ensure(receipt.hash("job_seed") == header.hash("seed"), || {
            format!("{address}: a posting")
        })?;
        let same = [
            "requester",
            "module",
            "mint",
            "credential_set",
            "attesters",
            "author",
            "price",
            "bond",
            "lie",
            "least_collateral",
            "policy",
            "gate",
            "region",
        ];
        for name in same {
            ensure(receipt.bytes(name) == header.bytes(name), || {
                format!("{address}: {name}")
            })?;
        }
        let agreed = if header.u8("policy") == 1 {
            header.u8("attestations")
        } else {
            first.u8("winners")
        };
        let checked = u8::from(first.u8("flags") & flag::CHECKED != 0);
        let says = (
            receipt.u8("agreed"),
            receipt.u8("rounds"),
            receipt.u8("checked"),
        );
        ensure(says == (agreed, first.u8("rounds"), checked), || {
            format!("{address}: {says:?} stood behind it")
        })?;
        let life = receipt.i64("closes_at") - facts.now;
        ensure((7 * 86_400..=3_650 * 86_400).contains(&life), || {
            format!("{address}: {life} s")
        })?;
        let until = job.time(first.u64("until"));
        ensure(receipt.i64("finalized_at") == until, || {
            format!("{address}: another time")
        })?;
    }
    Ok(())
}

/// A receipt never changes, and is closed only after its lifetime.
pub fn a_receipt_stays_for_its_lifetime(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Rewards, "Receipt") {
        let Some(before) = before else { continue };
        match after {
            Some(after) => ensure(before.raw() == after.raw(), || format!("{address} changed"))?,
            None => ensure(facts.now >= before.i64("closes_at"), || {
                format!("{address} was closed early")
            })?,
        }
    }
    Ok(())
}

/// Sets and credentials are made, and ended before their time, by their authority alone; they never change.
pub fn a_set_and_a_credential_are_those_of_their_authority(
    facts: &Facts<'_>,
    _: &mut Ledger,
) -> Checked {
    for name in ["AttesterSet", "Credential"] {
        for (address, before, after) in facts.change.records(Program::Staking, name) {
            let record = before.or(after).ok_or("nothing")?;
            let signed = facts.signers.contains(&record.address("authority"));
            let over = name == "Credential" && facts.now >= record.i64("expires_at");
            match (before, after) {
                (Some(before), Some(after)) => {
                    ensure(before.raw() == after.raw(), || format!("{address} changed"))?;
                }
                (None, _) => ensure(signed && !over, || format!("{address} was made by another"))?,
                (_, None) => ensure(signed || over, || format!("{address} was ended by another"))?,
            }
            if let (None, Some(set), "AttesterSet") = (before, after, name) {
                let count = usize::from(set.u8("count"));
                let keys: Vec<&[u8]> = set.bytes("keys").chunks(32).collect();
                let ordered = keys[..count].windows(2).all(|pair| pair[0] < pair[1]);
                let identity = chain::sha(&[address.as_ref(), &set.bytes("keys")[..32 * count]]);
                let fits = ordered && count > 0 && set.hash("identity") == identity;
                ensure(fits, || format!("{address} has other keys"))?;
            }
        }
    }
    Ok(())
}

/// A module keeps hash and royalty; its author changes only to whoever it is offered to, by that wallet's signature.
pub fn an_author_passes_on_what_is_offered(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Rewards, "Module") {
        let (Some(before), Some(after)) = (before, after) else {
            let record = before.or(after).ok_or("nothing")?;
            let signed = facts.signers.contains(&record.address("author"));
            ensure(signed, || format!("{address} was made or ended by another"))?;
            continue;
        };
        for name in ["hash", "royalty_bps", "payer", "uri"] {
            ensure(before.bytes(name) == after.bytes(name), || {
                format!("{address}: {name} changed")
            })?;
        }
        let (old, new) = (before.address("author"), after.address("author"));
        let passed = before.address("offered_to") == new && facts.signers.contains(&new);
        ensure(old == new || passed, || format!("{address} was taken"))?;
        let offered = before.address("offered_to") != after.address("offered_to");
        let own = facts.signers.contains(&old) || old != new;
        ensure(!offered || own, || {
            format!("{address} was offered by another")
        })?;
    }
    Ok(())
}
