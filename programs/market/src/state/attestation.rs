//! The bytes that attesters sign, and the signatures that stand before an instruction.

use crate::error::{MarketError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::hash::sha256v;
pub use pinocchio::sysvars::instructions::INSTRUCTIONS_ID as INSTRUCTIONS;
use pinocchio::{address::address_eq, sysvars::instructions::Instructions};

/// Bytes of the message: prefix, SHA-256 of the body.
pub const MESSAGE_LEN: usize = 46;
/// Prefix of every signed message: a tag of 13 bytes, and the version. No transaction begins with its first byte.
pub const ATTEST_PREFIX: [u8; MESSAGE_LEN - 32] = *b"\xffASSAY-ATTEST\x01";

/// The Ed25519 program, `Ed25519SigVerify111111111111111111111111111`.
pub const ED25519: Address = Address::new_from_array([
    3, 125, 70, 214, 124, 147, 251, 190, 18, 249, 66, 143, 131, 141, 64, 255, 5, 112, 116, 73, 39,
    244, 138, 100, 252, 202, 112, 68, 128, 0, 0, 0,
]);

const KEY_AT: usize = 16;
const SIGNATURE_AT: usize = 48;
const MESSAGE_AT: usize = 112;
/// Bytes of an Ed25519 instruction over one message in canonical form: header, key, signature, message.
pub const SIGNED_LEN: usize = MESSAGE_AT + MESSAGE_LEN;

/// The first 16 bytes of an Ed25519 instruction in canonical form: one signature, padding zero, then the offsets of
/// signature, key and message with the index 0xFFFF, which means this very instruction (layout of the Ed25519 program).
pub const SIGNED_HEADER: [u8; KEY_AT] = [
    1, 0, 48, 0, 0xff, 0xff, 16, 0, 0xff, 0xff, 112, 0, 46, 0, 0xff, 0xff,
];
const _: () = assert!(SIGNATURE_AT == 48 && KEY_AT == 16 && MESSAGE_AT == 112 && MESSAGE_LEN == 46);

/// What attesters vouch for: that `worker` ran this task of this posting, with this result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// Hash of the cluster's genesis, as the market's parameters have it.
    pub genesis_hash: [u8; 32],
    /// The job.
    pub job: Address,
    /// Names the posting of the job.
    pub job_seed: [u8; 32],
    /// Index of the task in the job.
    pub task: u32,
    /// The worker that is to be paid.
    pub worker: Address,
    /// The attester set's account.
    pub set: Address,
    /// Digest of the result's record.
    pub digest: [u8; 32],
    /// Fuel that the run used.
    pub fuel_used: u64,
    /// Energy that the run took, millijoules; 0 when not measured.
    pub energy_mj: u64,
    /// Unix time from which the attestation is worth nothing, seconds.
    pub expires_at: i64,
}

impl Attestation {
    /// Returns the SHA-256 of the body: market program, genesis hash, job, its seed, task, worker, set, digest, fuel, energy,
    /// expiry; numbers with the least byte first.
    pub fn body_hash(&self) -> [u8; 32] {
        sha256v(&[
            crate::ID.as_ref(),
            &self.genesis_hash,
            self.job.as_ref(),
            &self.job_seed,
            &self.task.to_le_bytes(),
            self.worker.as_ref(),
            self.set.as_ref(),
            &self.digest,
            &self.fuel_used.to_le_bytes(),
            &self.energy_mj.to_le_bytes(),
            &self.expires_at.to_le_bytes(),
        ])
    }

    /// Returns the message that attesters sign.
    pub fn message(&self) -> [u8; MESSAGE_LEN] {
        let mut message = [0; MESSAGE_LEN];
        let hash = self.body_hash();
        for (to, from) in message.iter_mut().zip(ATTEST_PREFIX.iter().chain(&hash)) {
            *to = *from;
        }
        message
    }
}

/// Returns the key whose signature over the message with this hash of the body an Ed25519 instruction in canonical form proves;
/// `None` for any other instruction.
///
/// Another form could point at a key, a signature or a message that stands elsewhere in the transaction.
#[inline(always)]
fn signer_of<'a>(program: &Address, data: &'a [u8], body: &[u8; 32]) -> Option<&'a [u8; 32]> {
    let data: &[u8; SIGNED_LEN] = data.try_into().ok()?;
    let (header, rest) = data.split_first_chunk::<KEY_AT>()?;
    let (key, rest) = rest.split_first_chunk::<{ SIGNATURE_AT - KEY_AT }>()?;
    let (_, message) = rest.split_first_chunk::<{ MESSAGE_AT - SIGNATURE_AT }>()?;
    let (prefix, signed) = message.split_first_chunk::<{ MESSAGE_LEN - 32 }>()?;
    let signed: &[u8; 32] = signed.try_into().ok()?;
    let is_canonical = *program == ED25519 && *header == SIGNED_HEADER && *prefix == ATTEST_PREFIX;
    (is_canonical && signed == body).then_some(key)
}

/// Checks that `count` of `keys` have signed the message with this hash of the body in the instructions directly before this
/// one, in the order of the keys, each once. The runtime has verified every signature before any instruction runs.
///
/// # Errors
/// `BadAttestation`.
#[inline(never)]
pub fn check_signatures(
    instructions: &UncheckedAccount,
    keys: &[[u8; 32]],
    count: u8,
    body: &[u8; 32],
) -> RuleResult<()> {
    let bad = MarketError::BadAttestation;
    let instructions = Instructions::try_from(instructions.account()).map_err(|_| bad)?;
    let mut keys = keys.iter();
    for before in (1..=i64::from(count)).rev() {
        let instruction = instructions.get_instruction_relative(before.wrapping_neg());
        let instruction = instruction.map_err(|_| MarketError::BadAttestation)?;
        let data = instruction.get_instruction_data();
        let key = signer_of(instruction.get_program_id(), data, body);
        let key = Address::new_from_array(*key.ok_or(MarketError::BadAttestation)?);
        // Each key is looked for behind the one before: nobody counts twice.
        if !keys.any(|known| address_eq(&Address::new_from_array(*known), &key)) {
            return Err(MarketError::BadAttestation);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: [u8; 32] = [5; 32];

    fn signed() -> [u8; SIGNED_LEN] {
        let mut data = [0; SIGNED_LEN];
        data[..KEY_AT].copy_from_slice(&SIGNED_HEADER);
        data[KEY_AT..SIGNATURE_AT].fill(3);
        data[SIGNATURE_AT..MESSAGE_AT].fill(4);
        data[MESSAGE_AT..SIGNED_LEN - 32].copy_from_slice(&ATTEST_PREFIX);
        data[SIGNED_LEN - 32..].copy_from_slice(&BODY);
        data
    }

    #[test]
    fn the_canonical_form_names_its_key() {
        assert_eq!(signer_of(&ED25519, &signed(), &BODY), Some(&[3; 32]));
    }

    #[test]
    fn every_other_form_names_nobody() {
        for byte in (0..KEY_AT).chain(MESSAGE_AT..SIGNED_LEN) {
            let mut data = signed();
            data[byte] ^= 1;
            assert_eq!(signer_of(&ED25519, &data, &BODY), None, "byte {byte}");
        }
        let data = signed();
        let other = Address::new_from_array([1; 32]);
        assert_eq!(signer_of(&other, &data, &BODY), None);
        assert_eq!(signer_of(&ED25519, &data[1..], &BODY), None);
        let longer = [&data[..], &[0]].concat();
        assert_eq!(signer_of(&ED25519, &longer, &BODY), None);
    }

    #[test]
    fn every_field_changes_the_message() {
        let one = Attestation {
            genesis_hash: [1; 32],
            job: Address::new_from_array([2; 32]),
            job_seed: [3; 32],
            task: 4,
            worker: Address::new_from_array([5; 32]),
            set: Address::new_from_array([6; 32]),
            digest: [7; 32],
            fuel_used: 8,
            energy_mj: 9,
            expires_at: 10,
        };
        let other = Address::new_from_array([99; 32]);
        let changed = [
            Attestation {
                genesis_hash: [0; 32],
                ..one
            },
            Attestation { job: other, ..one },
            Attestation {
                job_seed: [0; 32],
                ..one
            },
            Attestation { task: 0, ..one },
            Attestation {
                worker: other,
                ..one
            },
            Attestation { set: other, ..one },
            Attestation {
                digest: [0; 32],
                ..one
            },
            Attestation {
                fuel_used: 0,
                ..one
            },
            Attestation {
                energy_mj: 0,
                ..one
            },
            Attestation {
                expires_at: 0,
                ..one
            },
        ];
        assert!(changed.iter().all(|c| c.message() != one.message()));
        assert_eq!(&one.message()[..14], b"\xffASSAY-ATTEST\x01");
        assert_eq!(one.message()[14..], one.body_hash());
    }
}
