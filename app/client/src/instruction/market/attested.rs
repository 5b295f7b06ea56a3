//! Attested results: the signatures of attesters, and the instruction that takes them.

use crate::pda::market as at;
use anchor_lang::Address;
use assay_market::{
    accounts, instruction,
    instructions::AttestedResult,
    state::{Attestation, ED25519, INSTRUCTIONS, MESSAGE_LEN, SIGNED_HEADER, SIGNED_LEN},
};
use solana_instruction::Instruction;

/// The signature of one attester.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttesterSignature {
    /// The attester's Ed25519 key.
    pub key: [u8; 32],
    /// Its signature over [`Attestation::message`].
    pub signature: [u8; 64],
}

/// Most signatures of which a submission fits into one transaction, with a credential, too.
pub const MAX_SIGNATURES: u8 = 4;

/// Proves a signature over `message` to the programs of the same transaction, in the only form that the market takes.
pub fn verify_signature(proof: &AttesterSignature, message: &[u8; MESSAGE_LEN]) -> Instruction {
    let mut data = Vec::with_capacity(SIGNED_LEN);
    data.extend_from_slice(&SIGNED_HEADER);
    data.extend_from_slice(&proof.key);
    data.extend_from_slice(&proof.signature);
    data.extend_from_slice(message);
    Instruction {
        program_id: ED25519,
        accounts: Vec::new(),
        data,
    }
}

/// Submits an attested result. All instructions go into one transaction, in this order: one for each signature, sorted by
/// key, then `submit_attested`. `credential` is the worker's, if the job requires one. `node` signs.
pub fn submit_attested(
    node: Address,
    attestation: &Attestation,
    signatures: &[AttesterSignature],
    credential: Option<Address>,
) -> Vec<Instruction> {
    let message = attestation.message();
    let mut signatures = signatures.to_vec();
    signatures.sort_unstable_by_key(|proof| proof.key);
    let mut steps: Vec<_> = signatures
        .iter()
        .map(|proof| verify_signature(proof, &message))
        .collect();
    let args = instruction::SubmitAttested {
        task: attestation.task,
        seed: attestation.job_seed,
        result: AttestedResult {
            digest: attestation.digest,
            fuel_used: attestation.fuel_used,
            energy_mj: attestation.energy_mj,
            expires_at: attestation.expires_at,
        },
    };
    steps.push(args.to_instruction(accounts::SubmitAttested {
        node,
        params: at::params(),
        worker: attestation.worker,
        job: attestation.job,
        attesters: attestation.set,
        credential,
        instructions: INSTRUCTIONS,
    }));
    steps
}

#[cfg(all(test, feature = "rpc"))]
mod tests {
    use super::*;
    use crate::{transaction_size, MAX_TRANSACTION_SIZE};

    #[test]
    fn so_many_signatures_fit_into_a_transaction_and_no_more() {
        let other = |byte| Address::new_from_array([byte; 32]);
        let (node, credential) = (other(200), other(204));
        let attestation = Attestation {
            genesis_hash: [0; 32],
            job: other(201),
            job_seed: [0; 32],
            task: 0,
            worker: other(202),
            set: other(203),
            digest: [0; 32],
            fuel_used: 0,
            energy_mj: 0,
            expires_at: 0,
        };
        let fits = |count: u8| {
            let one = |key| AttesterSignature {
                key: [key; 32],
                signature: [0; 64],
            };
            let signatures: Vec<_> = (1..=count).map(one).collect();
            let submit = submit_attested(node, &attestation, &signatures, Some(credential));
            transaction_size(&submit, &node) <= MAX_TRANSACTION_SIZE
        };
        assert!(fits(MAX_SIGNATURES) && !fits(MAX_SIGNATURES + 1));
    }
}
