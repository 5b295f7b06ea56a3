//! The numbers that the checks compute with.

/// Returns values at which carries, signs and numbers of digits change.
pub fn extremes() -> Vec<u128> {
    let mut values = vec![
        0,
        1,
        2,
        3,
        9,
        10,
        255,
        9_999,
        10_000,
        10_001,
        u128::MAX,
        u128::MAX - 1,
        u128::MAX / 3,
    ];
    for bit in [31, 32, 33, 52, 62, 63, 64, 65, 95, 96, 126, 127] {
        let power = 1u128 << bit;
        values.extend([power - 1, power, power + 1, power.wrapping_neg()]);
    }
    values
}

/// A fixed pseudo-random sequence (SplitMix64), so that a failure can be repeated.
pub struct Sequence(u64);

impl Sequence {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns the next number. All lengths in bits are equally likely, so that small numbers occur.
    pub fn wide(&mut self) -> u128 {
        let value = u128::from(self.word()) << 64 | u128::from(self.word());
        value >> (self.word() % 128)
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.word() as u8).collect()
    }
}
