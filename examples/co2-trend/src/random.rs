//! Seeded random numbers: xoshiro256++, its state filled by splitmix64 as its authors advise.
//!
//! Blackman & Vigna 2021, "Scrambled linear pseudorandom number generators", *ACM Trans. Math. Softw.* 47(4):36.

pub struct Random([u64; 4]);

impl Random {
    pub fn seeded(seed: u64) -> Self {
        let mut splitmix = seed;
        Self([(); 4].map(|()| {
            splitmix = splitmix.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (splitmix ^ (splitmix >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        }))
    }

    /// A number below `bound`, all equally likely to within 2⁻³² (multiply and shift: no division, no retries).
    pub fn below(&mut self, bound: u32) -> u32 {
        (((self.next() >> 32) * u64::from(bound)) >> 32) as u32
    }

    fn next(&mut self) -> u64 {
        let s = &mut self.0;
        let drawn = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_seed_is_spread_by_splitmix64() {
        let published = [
            0xe220_a839_7b1d_cdaf,
            0x6e78_9e6a_a1b9_65f4,
            0x06c4_5d18_8009_454f,
            0xf88b_b8a8_724c_81ec,
        ];
        assert_eq!(Random::seeded(0).0, published);
    }

    #[test]
    fn the_stream_is_xoshiro256_plus_plus() {
        let mut random = Random([1, 2, 3, 4]);
        let published = [
            41_943_041,
            58_720_359,
            3_588_806_011_781_223,
            3_591_011_842_654_386,
        ];
        assert_eq!([(); 4].map(|()| random.next()), published);
    }

    #[test]
    fn draws_stay_below_the_bound_and_reach_both_ends() {
        let mut random = Random::seeded(7);
        let mut seen = [0; 5];
        (0..1000).for_each(|_| seen[random.below(5) as usize] += 1);
        assert!(
            seen.iter().all(|times| (150..250).contains(times)),
            "{seen:?}"
        );
    }
}
