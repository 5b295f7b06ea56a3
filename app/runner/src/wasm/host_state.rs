//! What one running program can reach.

use rand_chacha::rand_core::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use sha2::{Digest, Sha256};

use super::limiter::MemoryBudget;
use super::termination::Stop;
use super::ModuleHash;
use crate::{Limits, LOG_BYTES};

/// Keeps the seed apart from every other hash that Assay makes.
const RANDOM_TAG: &[u8] = b"assay-random-v1";

/// The three streams, the random numbers and the memory limit of one run.
pub(super) struct Guest {
    input: Vec<u8>,
    /// Bytes of `input` already read.
    read: usize,
    output: Vec<u8>,
    output_limit: u64,
    log: Vec<u8>,
    random: ChaCha20Rng,
    pub(super) memory: MemoryBudget,
}

impl Guest {
    pub(super) fn new(module: ModuleHash, input: &[u8], limits: Limits) -> Self {
        let seed = Sha256::new()
            .chain_update(RANDOM_TAG)
            .chain_update(module)
            .chain_update(Sha256::digest(input))
            .finalize();
        Self {
            input: input.to_vec(),
            read: 0,
            output: Vec::new(),
            output_limit: limits.output_bytes,
            log: Vec::new(),
            random: ChaCha20Rng::from_seed(seed.into()),
            memory: MemoryBudget::new(limits.memory_bytes),
        }
    }

    /// Bytes of input not read yet.
    pub(super) fn input_left(&self) -> usize {
        self.input.len() - self.read
    }

    /// Fills as much of `target` as there is input left, and says how much that was.
    pub(super) fn read(&mut self, target: &mut [u8]) -> usize {
        let count = target.len().min(self.input_left());
        target[..count].copy_from_slice(&self.input[self.read..self.read + count]);
        self.read += count;
        count
    }

    /// Fails unless `count` more bytes of output are allowed.
    pub(super) fn allow_output(&self, count: u64) -> Result<(), Stop> {
        match (self.output.len() as u64).checked_add(count) {
            Some(total) if total <= self.output_limit => Ok(()),
            _ => Err(Stop::OutputLimit),
        }
    }

    /// Appends output that [`allow_output`](Self::allow_output) has allowed.
    pub(super) fn print(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
    }

    pub(super) fn log(&mut self, bytes: &[u8]) {
        append_log(&mut self.log, bytes);
    }

    pub(super) fn fill_random(&mut self, target: &mut [u8]) {
        self.random.fill_bytes(target);
    }

    /// The output and the log.
    pub(super) fn into_streams(self) -> (Vec<u8>, Vec<u8>) {
        (self.output, self.log)
    }
}

/// Appends what fits.
pub(super) fn append_log(log: &mut Vec<u8>, bytes: &[u8]) {
    let room = LOG_BYTES.saturating_sub(log.len());
    log.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Part of the protocol: nodes of different releases must draw the same numbers, or they disagree on results.
    #[test]
    fn random_numbers_are_the_chacha20_stream_of_the_seed() {
        let limits = Limits {
            fuel: 0,
            memory_bytes: 0,
            output_bytes: 0,
        };
        let mut guest = Guest::new(Sha256::digest(b"module").into(), b"input", limits);
        let mut drawn = [0; 16];
        guest.fill_random(&mut drawn);
        // OpenSSL's chacha20 of 16 zero bytes, with the seed as the key and an all-zero counter and nonce.
        assert_eq!(hex::encode(drawn), "2e623fdc95cf74806c7f52f14d4c25a7");
    }
}
