//! The byte formats that workers, requesters and the program share. They are written down here only.

use anchor_lang::prelude::Address;
use assay_shared::hash::sha256v;

const COMMIT_TAG: &[u8] = b"ASSAY-COMMIT-1";
const RESULT_TAG: &[u8] = b"ASSAY-RESULT-1";

/// First seed of the escrow authority's address, before the job's address.
pub const ESCROW_SEED: &[u8] = b"escrow";
/// Seed of the market's authority, which staking knows.
pub const AUTHORITY_SEED: &[u8] = b"authority";

/// Length of a result record in bytes: tag, exit code, hash of the output.
pub const RECORD_LEN: usize = RESULT_TAG.len() + 4 + 32;

/// Returns the record of a task's result, `tag ‖ exit code u32 LE ‖ sha256(output)`.
///
/// Its SHA-256 is the digest that workers reveal. In a store that names content by hash, the digest on chain leads to the
/// record and the record to the output.
pub fn result_record(exit_code: u32, output_hash: &[u8; 32]) -> [u8; RECORD_LEN] {
    let mut record = [0u8; RECORD_LEN];
    let exit_code = exit_code.to_le_bytes();
    let fields = RESULT_TAG
        .iter()
        .chain(&exit_code)
        .chain(output_hash)
        .copied();
    for (byte, field) in record.iter_mut().zip(fields) {
        *byte = field;
    }
    record
}

/// Reads exit code and hash of the output from a record. Returns `None` for any other bytes.
pub fn read_result_record(record: &[u8]) -> Option<(u32, [u8; 32])> {
    let fields = record.strip_prefix(RESULT_TAG)?;
    let (exit_code, output_hash) = fields.split_first_chunk::<4>()?;
    let output_hash = output_hash.try_into().ok()?;
    Some((u32::from_le_bytes(*exit_code), output_hash))
}

/// Returns the digest of a task's result: the SHA-256 of its record.
pub fn result_digest(exit_code: u32, output: &[u8]) -> [u8; 32] {
    let record = result_record(exit_code, &sha256v(&[output]));
    sha256v(&[&record])
}

/// Returns the commitment to a digest: `sha256(tag ‖ job ‖ task u32 LE ‖ worker ‖ digest ‖ salt)`.
///
/// It names one worker and one task, so that another worker that copies it cannot reveal it.
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

/// Length of the seed of a job's or an escrow's address: a letter and the nonce in 16 hexadecimal digits.
pub const SEED_LEN: usize = 17;

/// Returns the seed, under the requester, of the job with this nonce.
pub fn job_seed(nonce: u64) -> [u8; SEED_LEN] {
    seed(b'j', nonce)
}

/// Returns the address of the requester's job with this nonce: `sha256(requester ‖ seed ‖ market)`, as the system program
/// derives it.
pub fn job_address(requester: &Address, nonce: u64) -> Address {
    let parts: [&[u8]; 3] = [requester.as_ref(), &job_seed(nonce), crate::ID.as_ref()];
    Address::new_from_array(sha256v(&parts))
}

/// Returns the seed, under the requester, of the escrow of the job with this nonce.
pub fn escrow_seed(nonce: u64) -> [u8; SEED_LEN] {
    seed(b'e', nonce)
}

fn seed(kind: u8, nonce: u64) -> [u8; SEED_LEN] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = [kind; SEED_LEN];
    for (digit, nibble) in out.iter_mut().skip(1).zip((0..16u32).rev()) {
        let value = (nonce >> nibble.saturating_mul(4)) & 15;
        *digit = DIGITS[value as usize];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back_and_hashes_to_the_digest() {
        let output_hash = sha256v(&[b"7\n"]);
        let record = result_record(3, &output_hash);
        assert_eq!(read_result_record(&record), Some((3, output_hash)));
        assert_eq!(sha256v(&[&record]), result_digest(3, b"7\n"));
    }

    #[test]
    fn other_bytes_are_no_record() {
        let record = result_record(0, &[1; 32]);
        assert_eq!(read_result_record(&record[1..]), None);
        assert_eq!(read_result_record(&record[..RECORD_LEN - 1]), None);
        assert_eq!(read_result_record(&[&record[..], &[0]].concat()), None);
    }
}
