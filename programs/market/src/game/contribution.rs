//! How a worker commits to a result that nobody else can read yet.
//!
//! A contribution is two hashes over the digest `D` of the result's record, without a salt. Equal agreement hashes show
//! that two workers have the same `D` while nobody can read it; the seal shows that this very worker knew `D`. `D` covers
//! the final memory, keyed with the job's seed, so it cannot be guessed from a small set of outputs, nor taken from an
//! earlier posting of the same job.

use anchor_lang::prelude::Address;
use assay_shared::hash::sha256v;

/// What a seat carries once its worker has contributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The agreement hash `h`, the same for all who have the same digest.
    pub hash: [u8; 32],
    /// The seal `s`, different for every worker.
    pub seal: [u8; 32],
}

impl Contribution {
    /// The contribution of `worker` to `task` of the posting `seed`, for a result with this digest.
    #[inline(never)]
    pub fn new(seed: &[u8; 32], task: u32, worker: &Address, digest: &[u8; 32]) -> Self {
        Self {
            hash: agreement_hash(seed, task, digest),
            seal: seal(seed, task, worker, digest),
        }
    }
}

/// As [`TaskHashes::agreement_hash`].
#[inline(never)]
pub fn agreement_hash(seed: &[u8; 32], task: u32, digest: &[u8; 32]) -> [u8; 32] {
    TaskHashes::new(seed, task).agreement_hash(digest)
}

/// As [`TaskHashes::seal`].
#[inline(never)]
pub fn seal(seed: &[u8; 32], task: u32, worker: &Address, digest: &[u8; 32]) -> [u8; 32] {
    TaskHashes::new(seed, task).seal(worker, digest)
}

/// The hashes of one task. They begin with `tag ‖ seed ‖ task u32 LE`, which is kept as one part, because a hash costs more
/// for every part than for the bytes in it.
pub struct TaskHashes {
    prefix: [u8; 37],
}

impl TaskHashes {
    /// Those of `task` of the posting `seed`.
    #[inline(always)]
    pub fn new(seed: &[u8; 32], task: u32) -> Self {
        let mut prefix = [0; 37];
        prefix[1..33].copy_from_slice(seed);
        prefix[33..].copy_from_slice(&task.to_le_bytes());
        Self { prefix }
    }

    /// `h = sha256("H" ‖ seed ‖ task u32 LE ‖ D)`.
    #[inline(always)]
    pub fn agreement_hash(&mut self, digest: &[u8; 32]) -> [u8; 32] {
        self.prefix[0] = b'H';
        sha256v(&[&self.prefix, digest])
    }

    /// `s = sha256("S" ‖ seed ‖ task u32 LE ‖ worker ‖ D)`.
    #[inline(always)]
    pub fn seal(&mut self, worker: &Address, digest: &[u8; 32]) -> [u8; 32] {
        self.prefix[0] = b'S';
        sha256v(&[&self.prefix, worker.as_ref(), digest])
    }
}

/// What is contributed instead of `D` once `D` is public: `sha256(D ‖ Q)`.
///
/// `Q` is the hash of the linear memory when the run is stopped after an amount of fuel that the round's seed decides
/// ([`super::draw::stop_fuel`]), so that only who runs the task can contribute.
pub fn blinded(digest: &[u8; 32], memory: &[u8; 32]) -> [u8; 32] {
    sha256v(&[digest, memory])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: [u8; 32] = [1; 32];
    const ALICE: Address = Address::new_from_array([2; 32]);
    const BOB: Address = Address::new_from_array([3; 32]);

    #[test]
    fn equal_digests_agree_and_every_worker_seals_for_itself() {
        let alice = Contribution::new(&SEED, 7, &ALICE, &[9; 32]);
        let bob = Contribution::new(&SEED, 7, &BOB, &[9; 32]);
        assert_eq!(alice.hash, bob.hash);
        assert_ne!(alice.seal, bob.seal);
    }

    #[test]
    fn a_contribution_is_bound_to_posting_task_and_digest() {
        let one = Contribution::new(&SEED, 7, &ALICE, &[9; 32]);
        for other in [
            Contribution::new(&[4; 32], 7, &ALICE, &[9; 32]),
            Contribution::new(&SEED, 8, &ALICE, &[9; 32]),
            Contribution::new(&SEED, 7, &ALICE, &[8; 32]),
        ] {
            assert_ne!(one.hash, other.hash);
            assert_ne!(one.seal, other.seal);
        }
    }

    #[test]
    fn a_blinded_digest_depends_on_both_halves() {
        let both = blinded(&[1; 32], &[2; 32]);
        assert_ne!(both, blinded(&[1; 32], &[3; 32]));
        assert_ne!(both, blinded(&[3; 32], &[2; 32]));
    }
}
