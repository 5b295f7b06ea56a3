//! Work on seats: results and the instructions of the nodes. A seat is named by its task and replica.

use crate::{
    instruction::market::{self, JobAddresses},
    keypairs::{address_of, node_of, worker_of},
    Instruction,
};
use assay_market::bytes;
use sha2::{Digest, Sha256};

/// Returns the digest of a result whose output is `answer` and whose exit code is 0.
pub fn digest_of(answer: &str) -> [u8; 32] {
    bytes::result_digest(0, answer.as_bytes())
}

/// Returns the salt of the actor's commitments.
pub fn salt_of(name: &str) -> [u8; 32] {
    Sha256::digest(name).into()
}

/// Returns the instruction with which the actor's node claims a seat, in the posting of the job that `seed` names.
pub fn claim(name: &str, job: &JobAddresses, seed: [u8; 32], seat: (u32, u8)) -> Instruction {
    let node = address_of(&node_of(name));
    market::claim_task(node, worker_of(name), job.address, seed, seat)
}

/// Returns the instruction with which the actor's node commits to an answer.
pub fn commit(name: &str, job: &JobAddresses, seat: (u32, u8), answer: &str) -> Instruction {
    let (node, worker) = (address_of(&node_of(name)), worker_of(name));
    let (digest, salt) = (digest_of(answer), salt_of(name));
    let commitment = bytes::commitment(&job.address, seat.0, &worker, &digest, &salt);
    market::commit_result(node, worker, job.address, seat, commitment)
}

/// Returns the instruction with which the actor's node reveals an answer.
pub fn reveal(name: &str, job: &JobAddresses, seat: (u32, u8), answer: &str) -> Instruction {
    let (node, worker) = (address_of(&node_of(name)), worker_of(name));
    let (digest, salt) = (digest_of(answer), salt_of(name));
    market::reveal_result(node, worker, job.address, seat, digest, salt)
}
