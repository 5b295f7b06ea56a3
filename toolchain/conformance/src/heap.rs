//! The allocator, and collections that grow.

extern crate alloc;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::output::Output;

/// Input: any bytes. They are counted, sorted and joined in growing allocations.
#[inline(never)]
pub fn run(input: &[u8], output: &mut Output) {
    let mut counts = BTreeMap::new();
    for byte in input {
        *counts.entry(byte % 16).or_insert(0u64) += 1;
    }
    for (byte, count) in &counts {
        output.put_u64(u64::from(*byte) << 32 | count);
    }
    let mut sorted: Vec<u64> = Vec::new();
    for (index, byte) in input.iter().enumerate() {
        sorted.push(u64::from(*byte) << 8 | index as u64);
    }
    sorted.sort_unstable();
    let parts: Vec<Vec<u64>> = sorted.chunks(5).map(<[u64]>::to_vec).collect();
    output.put_u64(parts.concat().iter().fold(1, |sum: u64, number| {
        sum.wrapping_mul(31).wrapping_add(*number)
    }));
}
