//! Integers: hashing and sorting.

use sha2::{Digest, Sha256};

use crate::Random;

/// Hashes this many bytes.
pub fn sha256(bytes: usize) -> u64 {
    let block: Vec<u8> = (0..=u8::MAX).cycle().take(1 << 16).collect();
    let mut hash = Sha256::new();
    let mut left = bytes;
    while left > 0 {
        let part = left.min(block.len());
        hash.update(&block[..part]);
        left -= part;
    }
    let digest = hash.finalize();
    digest
        .iter()
        .fold(0, |sum: u64, byte| sum.rotate_left(8) ^ u64::from(*byte))
}

/// Sorts this many random numbers.
pub fn sort(count: usize) -> u64 {
    let mut random = Random(7);
    let mut numbers: Vec<u32> = (0..count).map(|_| random.next() as u32).collect();
    numbers.sort_unstable();
    let weighed = numbers.iter().zip(1..);
    weighed.fold(0, |sum: u64, (number, place): (&u32, u64)| {
        sum.wrapping_add(u64::from(*number).wrapping_mul(place))
    })
}
