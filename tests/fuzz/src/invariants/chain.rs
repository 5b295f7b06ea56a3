//! What the rules compute from hashes, computed once more by their documentation.

use super::{books::JobBook, Facts};
use assay_client::Address;
use sha2::{Digest, Sha256};

/// Returns the SHA-256 of the parts, one behind the other.
pub fn sha(parts: &[&[u8]]) -> [u8; 32] {
    let hash = parts
        .iter()
        .fold(Sha256::new(), |hash, part| hash.chain_update(part));
    hash.finalize().into()
}

fn bytes(task: u64) -> [u8; 4] {
    u32::try_from(task).unwrap_or(u32::MAX).to_le_bytes()
}

/// Returns the agreement hash of a digest.
pub fn agreement(seed: &[u8; 32], task: u64, digest: &[u8]) -> [u8; 32] {
    sha(&[b"H", seed, &bytes(task), digest])
}

/// Returns the seal of a worker on a digest.
pub fn seal(seed: &[u8; 32], task: u64, worker: &Address, digest: &[u8]) -> [u8; 32] {
    sha(&[b"S", seed, &bytes(task), worker.as_ref(), digest])
}

/// Returns the hash of the first slot after one that the job counts; `None` if the cluster has not come to it or has
/// forgotten it.
pub fn hash_after(facts: &Facts<'_>, job: &JobBook<'_>, slot: u64) -> Option<[u8; 32]> {
    let slot = job.header.u64("posted_slot") + slot;
    let hashes = facts.context.slot_hashes();
    let (first, hash) = hashes.into_iter().rev().find(|(own, _)| *own > slot)?;
    // Every slot has a block here.
    (first == slot + 1).then_some(hash)
}

/// Returns the seed that the first slot after one that the job counts draws.
pub fn draw(
    facts: &Facts<'_>,
    job: &JobBook<'_>,
    slot: u64,
    task: u64,
    (purpose, seat): (u8, u8),
) -> Option<[u8; 32]> {
    let hash = hash_after(facts, job, slot)?;
    let seed = job.header.hash("seed");
    Some(sha(&[b"D", &hash, &seed, &bytes(task), &[purpose, seat]]))
}

/// Returns whether a drawn seed makes a check due that has this chance, basis points.
pub fn is_due(seed: &[u8; 32], chance: u64) -> bool {
    let mut last = [0; 8];
    last.copy_from_slice(&seed[24..]);
    let scaled = (u128::from(u64::from_le_bytes(last)) * 10_000) >> 64;
    scaled < u128::from(chance)
}

/// Returns the ticket of a worker for a seat, `−log₂` of a number between 0 and 1.
pub fn ticket(seed: &[u8; 32], worker: &Address, seat: u64, misses: u8) -> f64 {
    let hash = sha(&[seed, worker.as_ref(), &bytes(seat), &[misses]]);
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    let number = u64::from_le_bytes(first);
    #[expect(clippy::cast_precision_loss, reason = "compared with a tolerance")]
    let ticket = 64.0 - (number as f64 + 1.0).log2();
    ticket
}

/// Returns whether a ticket admits a worker with a part of the market's collateral so many seconds after a seat became
/// free. A little more than the rule allows, because the program rounds.
pub fn is_admitted(ticket: f64, collateral: u64, total: u64, elapsed: u64, step: u64) -> bool {
    let (step, elapsed) = (step.max(1), elapsed);
    let doublings = i32::try_from((elapsed / step).min(1_000)).unwrap_or(1_000);
    #[expect(clippy::cast_precision_loss, reason = "compared with a tolerance")]
    let (rest, share) = (
        (elapsed % step) as f64 / step as f64,
        total as f64 / collateral as f64,
    );
    (ticket - 1.0 / 256.0) * share <= 0.25 * 2f64.powi(doublings) * (1.0 + rest) * 1.001
}
