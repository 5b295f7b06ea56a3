//! Memory: each address is known only when the one before was read.

/// Follows a cycle through this many MiB, a power of two, two million steps.
pub fn chase(mebibytes: usize) -> u64 {
    const STEPS: usize = 2_000_000;
    let length = mebibytes << 18;
    // A linear congruential generator visits every place once (Hull and Dobell 1962, *SIAM Rev.* 4:230), far from the last.
    let next: Vec<u32> = (0..length as u32)
        .map(|place| place.wrapping_mul(0x9e37_79b5).wrapping_add(1) & (length as u32 - 1))
        .collect();
    let mut place = 0;
    for _ in 0..STEPS {
        place = next[place] as usize;
    }
    place as u64
}
