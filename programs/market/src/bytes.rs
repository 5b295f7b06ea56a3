//! The byte formats that workers, requesters and the program agree on. Written here and nowhere else.

use anchor_lang::prelude::Address;
use assay_ledger::hash::sha256v;

const COMMIT_TAG: &[u8] = b"ASSAY-COMMIT-1";
const RESULT_TAG: &[u8] = b"ASSAY-RESULT-1";

/// Seed of the escrow authority PDA, before the job's address.
pub const ESCROW_SEED: &[u8] = b"escrow";
/// Seed of the market's authority PDA, known to staking.
pub const AUTHORITY_SEED: &[u8] = b"authority";

/// Digest of a task's result: `sha256(tag ‖ exit code u32 LE ‖ sha256(output))`.
pub fn result_digest(exit_code: u32, output: &[u8]) -> [u8; 32] {
    let output = sha256v(&[output]);
    sha256v(&[RESULT_TAG, &exit_code.to_le_bytes(), &output])
}

/// Commitment to a digest: `sha256(tag ‖ job ‖ task u32 LE ‖ worker ‖ digest ‖ salt)`. Bound to one worker and one
/// task, so that a copied commitment cannot be opened by the copier.
pub fn commitment(
    job: &Address,
    task: u32,
    worker: &Address,
    digest: &[u8; 32],
    salt: &[u8; 32],
) -> [u8; 32] {
    sha256v(&[
        COMMIT_TAG,
        job.as_ref(),
        &task.to_le_bytes(),
        worker.as_ref(),
        digest,
        salt,
    ])
}

/// Seed string length of a job or escrow address: a letter and the nonce in 16 hexadecimal digits.
pub const SEED_LEN: usize = 17;

/// Seed, under the requester, of the job with this nonce.
pub fn job_seed(nonce: u64) -> [u8; SEED_LEN] {
    seed(b'j', nonce)
}

/// Seed, under the requester, of the escrow of the job with this nonce.
pub fn escrow_seed(nonce: u64) -> [u8; SEED_LEN] {
    seed(b'e', nonce)
}

fn seed(kind: u8, nonce: u64) -> [u8; SEED_LEN] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = [kind; SEED_LEN];
    for (i, digit) in out.iter_mut().skip(1).enumerate() {
        let shift = 60u32.saturating_sub(4u32.saturating_mul(i as u32));
        let nibble = (nonce >> shift) & 15;
        *digit = DIGITS[nibble as usize];
    }
    out
}
