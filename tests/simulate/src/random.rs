//! Reproducible random numbers.

use rand_chacha::rand_core::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A source of random numbers that a seed determines.
pub struct Random(ChaCha8Rng);

impl Random {
    /// The source of one episode: `stream` separates scenarios, `episode` their repetitions.
    pub fn new(seed: u64, stream: u64, episode: u64) -> Self {
        let mut key = [0u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&stream.to_le_bytes());
        key[16..24].copy_from_slice(&episode.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// 32 random bytes.
    pub fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// An integer from `low` to `high`, both included; the bias is below 2⁻³⁰ for ranges below 2³⁴.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.0.next_u64() % (high - low + 1)
    }

    /// True with a chance in basis points.
    pub fn chance(&mut self, bps: u64) -> bool {
        self.between(0, 9_999) < bps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_episodes_differ() {
        assert_eq!(Random::new(1, 2, 3).bytes(), Random::new(1, 2, 3).bytes());
        assert_ne!(Random::new(1, 2, 3).bytes(), Random::new(1, 2, 4).bytes());
        assert_ne!(Random::new(1, 2, 3).bytes(), Random::new(1, 3, 3).bytes());
    }

    #[test]
    fn a_chance_comes_true_as_often_as_it_says() {
        let mut random = Random::new(7, 0, 0);
        let hits = (0..40_000).filter(|_| random.chance(1_500)).count();
        assert!((5_700..6_300).contains(&hits), "{hits}");
        assert!(!random.chance(0));
        assert!(random.chance(10_000));
    }
}
