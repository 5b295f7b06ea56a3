//! The host's side of a run: all that the program can reach.

use rand_chacha::rand_core::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use sha2::{Digest, Sha256};

use super::limiter::MemoryLimiter;
use super::termination::GuestExit;
use crate::{Limits, ModuleHash, LOG_BYTES};

/// Domain tag of the seed: keeps it apart from every other hash that Assay makes. Part of the protocol.
const RANDOM_TAG: &[u8] = b"assay-random-v1";

/// The streams, the random numbers and the memory limit of one run.
pub(super) struct HostState {
    input: Vec<u8>,
    /// Bytes of `input` that the program has read.
    read: usize,
    output: Vec<u8>,
    /// Most bytes of `output`.
    output_limit: u64,
    log: Vec<u8>,
    random: ChaCha20Rng,
    pub(super) limiter: MemoryLimiter,
}

impl HostState {
    /// Creates the state of a run of `module` on `input`. The random numbers are those of ChaCha20 with the key
    /// `sha256(tag ‖ sha256(module) ‖ sha256(input))`, so that every worker draws the same.
    pub(super) fn new(module_hash: ModuleHash, input: &[u8], limits: Limits) -> Self {
        let seed = Sha256::new()
            .chain_update(RANDOM_TAG)
            .chain_update(module_hash)
            .chain_update(Sha256::digest(input))
            .finalize();
        Self {
            input: input.to_vec(),
            read: 0,
            output: Vec::new(),
            output_limit: limits.output_bytes,
            log: Vec::new(),
            random: ChaCha20Rng::from_seed(seed.into()),
            limiter: MemoryLimiter::new(limits.memory_bytes),
        }
    }

    /// Returns the number of bytes of input that the program has not read.
    pub(super) fn input_left(&self) -> usize {
        self.input.len() - self.read
    }

    /// Copies the next input into `target` and returns how many bytes there were.
    pub(super) fn read(&mut self, target: &mut [u8]) -> usize {
        let count = target.len().min(self.input_left());
        target[..count].copy_from_slice(&self.input[self.read..self.read + count]);
        self.read += count;
        count
    }

    /// Checks that the program may print `count` more bytes.
    ///
    /// # Errors
    /// [`GuestExit::OutputLimit`].
    pub(super) fn allow_output(&self, count: u64) -> Result<(), GuestExit> {
        match (self.output.len() as u64).checked_add(count) {
            Some(total) if total <= self.output_limit => Ok(()),
            _ => Err(GuestExit::OutputLimit),
        }
    }

    /// Appends output that [`allow_output`](Self::allow_output) has allowed.
    pub(super) fn print(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
    }

    /// Appends to the log, up to its limit.
    pub(super) fn log(&mut self, bytes: &[u8]) {
        append_log(&mut self.log, bytes);
    }

    /// Fills `target` with the next random bytes.
    pub(super) fn fill_random(&mut self, target: &mut [u8]) {
        self.random.fill_bytes(target);
    }

    /// Returns the output and the log.
    pub(super) fn into_streams(self) -> (Vec<u8>, Vec<u8>) {
        (self.output, self.log)
    }
}

/// Appends to a log as much as fits into [`LOG_BYTES`].
pub(super) fn append_log(log: &mut Vec<u8>, bytes: &[u8]) {
    let room = LOG_BYTES.saturating_sub(log.len());
    log.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes of different releases must draw the same numbers, or they disagree on results.
    #[test]
    fn random_numbers_are_the_chacha20_stream_of_the_seed() {
        let limits = Limits {
            fuel: 0,
            memory_bytes: 0,
            output_bytes: 0,
        };
        let mut state = HostState::new(Sha256::digest(b"module").into(), b"input", limits);
        let mut drawn = [0; 16];
        state.fill_random(&mut drawn);
        // OpenSSL's chacha20 of 16 zero bytes, with the seed as the key and an all-zero counter and nonce.
        assert_eq!(hex::encode(drawn), "2e623fdc95cf74806c7f52f14d4c25a7");
    }
}
