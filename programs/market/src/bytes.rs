//! The byte formats that workers, requesters and the program share. They are written down here only.

use anchor_lang::prelude::Address;
use assay_shared::hash::sha256v;

const RESULT_TAG: &[u8] = b"ASSAY-RESULT-2";

/// First seed of the escrow authority's address, before the job's address.
pub const ESCROW_SEED: &[u8] = b"escrow";
/// Seed of the market's authority, which staking knows.
pub const AUTHORITY_SEED: &[u8] = b"authority";

/// Length of a result record in bytes.
pub const RECORD_LEN: usize = RESULT_TAG.len() + 4 + 8 + 32 + 32;

/// What a run of a task leaves behind.
///
/// Its record is `tag ‖ exit code u32 LE ‖ fuel used u64 LE ‖ sha256(output) ‖ memory hash`. In a store that names content
/// by hash, the digest on chain leads to the record and the record to the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultRecord {
    /// Exit code of the program; what the runtime reports where the program did not end by itself.
    pub exit_code: u32,
    /// Fuel that the run used; zero of a run that is not metered.
    pub fuel_used: u64,
    /// SHA-256 of the output.
    pub output: [u8; 32],
    /// BLAKE3, keyed with the job's seed, of the linear memory at the end; zero of a run without one.
    ///
    /// With it a digest cannot be guessed from a small set of outputs, nor taken from an earlier posting.
    pub memory: [u8; 32],
}

impl ResultRecord {
    /// Returns the bytes of the record.
    pub fn encode(&self) -> [u8; RECORD_LEN] {
        let mut record = [0u8; RECORD_LEN];
        let (exit_code, fuel) = (self.exit_code.to_le_bytes(), self.fuel_used.to_le_bytes());
        let fields = RESULT_TAG
            .iter()
            .chain(&exit_code)
            .chain(&fuel)
            .chain(&self.output)
            .chain(&self.memory)
            .copied();
        for (byte, field) in record.iter_mut().zip(fields) {
            *byte = field;
        }
        record
    }

    /// Reads a record. Returns `None` for any other bytes.
    pub fn decode(record: &[u8]) -> Option<Self> {
        let fields = record.strip_prefix(RESULT_TAG)?;
        let (exit_code, fields) = fields.split_first_chunk::<4>()?;
        let (fuel_used, fields) = fields.split_first_chunk::<8>()?;
        let (output, memory) = fields.split_first_chunk::<32>()?;
        Some(Self {
            exit_code: u32::from_le_bytes(*exit_code),
            fuel_used: u64::from_le_bytes(*fuel_used),
            output: *output,
            memory: memory.try_into().ok()?,
        })
    }

    /// Returns the digest `D` that workers contribute: the SHA-256 of the record.
    pub fn digest(&self) -> [u8; 32] {
        let (exit_code, fuel) = (self.exit_code.to_le_bytes(), self.fuel_used.to_le_bytes());
        sha256v(&[RESULT_TAG, &exit_code, &fuel, &self.output, &self.memory])
    }
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

    const RECORD: ResultRecord = ResultRecord {
        exit_code: 3,
        fuel_used: 77,
        output: [1; 32],
        memory: [2; 32],
    };

    #[test]
    fn a_record_reads_back_and_hashes_to_the_digest() {
        let record = RECORD.encode();
        assert_eq!(ResultRecord::decode(&record), Some(RECORD));
        assert_eq!(sha256v(&[&record]), RECORD.digest());
    }

    #[test]
    fn every_field_changes_the_digest() {
        let others = [
            ResultRecord {
                exit_code: 4,
                ..RECORD
            },
            ResultRecord {
                fuel_used: 78,
                ..RECORD
            },
            ResultRecord {
                output: [3; 32],
                ..RECORD
            },
            ResultRecord {
                memory: [3; 32],
                ..RECORD
            },
        ];
        assert!(others.iter().all(|other| other.digest() != RECORD.digest()));
    }

    #[test]
    fn other_bytes_are_no_record() {
        let record = RECORD.encode();
        assert_eq!(ResultRecord::decode(&record[1..]), None);
        assert_eq!(ResultRecord::decode(&record[..RECORD_LEN - 1]), None);
        assert_eq!(ResultRecord::decode(&[&record[..], &[0]].concat()), None);
    }
}
