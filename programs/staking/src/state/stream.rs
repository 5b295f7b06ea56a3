use crate::error::{RuleResult, StakingError};
use anchor_lang::prelude::*;
use assay_shared::math::{div_wide, halves, mul_div_floor, wide_product};
use bytemuck::{Pod, Zeroable};

/// Rewards that reach owner and delegators second by second, at an even rate. Without a jump there is nothing to come for just
/// before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Stream {
    /// Rewards that are still to come, base units of the stake mint.
    pub left: PodU64,
    /// Unix time up to which rewards have come, seconds.
    pub updated_at: PodI64,
    /// Unix time at which the last has come, seconds.
    pub finish: PodI64,
}

impl Stream {
    /// Takes out what comes until the Unix time `now` and returns it, base units, rounded down. What rounding leaves comes later:
    /// any number of steps gives the same in the end.
    pub fn vest(&mut self, now: i64) -> u64 {
        let (updated_at, finish) = (self.updated_at.get(), self.finish.get());
        if now <= updated_at {
            return 0;
        }
        let (passed, whole) = (seconds(updated_at, now), seconds(updated_at, finish));
        let left = self.left.get();
        let vested = if passed >= whole {
            left
        } else {
            mul_div_floor(left, passed, whole).unwrap_or(0)
        };
        self.left = left.saturating_sub(vested).into();
        self.updated_at = now.into();
        vested
    }

    /// Lets the time until `now` pass without any reward, because nobody is there to receive it: the end moves on with the time.
    pub fn hold(&mut self, now: i64) {
        let updated_at = self.updated_at.get();
        if now <= updated_at {
            return;
        }
        let passed = seconds(updated_at, now);
        self.finish = self.finish.get().saturating_add_unsigned(passed).into();
        self.updated_at = now.into();
    }

    /// Adds `amount` base units that shall come over `period` seconds from the Unix time `now`, up to which all has come or was
    /// held. The rest and the new share one end: the mean of both remaining times, weighted by the amounts. So dust postpones
    /// nothing.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn add(&mut self, amount: u64, period: u64, now: i64) -> RuleResult<()> {
        let left = self.left.get();
        let sum = left.checked_add(amount).ok_or(StakingError::Overflow)?;
        if sum == 0 {
            return Ok(());
        }
        let weighted = wide_product(left, seconds(now, self.finish.get()))
            .checked_add(wide_product(amount, period))
            .ok_or(StakingError::Overflow)?;
        // A mean is not larger than the larger of two numbers of 64 bits.
        let (high, low) = halves(weighted);
        let (remaining, _) = div_wide(high, low, sum).ok_or(StakingError::Overflow)?;
        self.left = sum.into();
        self.updated_at = now.max(self.updated_at.get()).into();
        self.finish = now.saturating_add_unsigned(remaining.max(1)).into();
        Ok(())
    }

    /// Ends the stream and returns what was still to come, base units.
    pub fn end(&mut self) -> u64 {
        let left = self.left.get();
        self.left = 0.into();
        left
    }
}

/// Returns the seconds from one Unix time to a later one; 0 if it is not later.
fn seconds(from: i64, to: i64) -> u64 {
    if to <= from {
        return 0;
    }
    to.abs_diff(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn streaming(left: u64, updated_at: i64, finish: i64) -> Stream {
        Stream {
            left: left.into(),
            updated_at: updated_at.into(),
            finish: finish.into(),
        }
    }

    #[test]
    fn rewards_come_evenly_and_all_at_the_end() {
        let mut stream = streaming(1_000, 100, 200);
        assert_eq!(stream.vest(100), 0);
        assert_eq!(stream.vest(50), 0);
        assert_eq!(stream.vest(125), 250);
        assert_eq!(stream, streaming(750, 125, 200));
        assert_eq!(stream.vest(200), 750);
        assert_eq!(stream.vest(300), 0);
    }

    #[test]
    fn while_nobody_is_there_the_end_moves_on() {
        let mut stream = streaming(1_000, 100, 200);
        stream.hold(160);
        assert_eq!(stream, streaming(1_000, 160, 260));
        stream.hold(150);
        assert_eq!(stream.vest(210), 500);
    }

    #[test]
    fn dust_does_not_postpone_what_is_owed() {
        let mut stream = streaming(1_000_000, 0, 1_000);
        for now in 0..500 {
            stream.vest(now);
            stream.add(1, 1_000, now).unwrap();
        }
        assert!(stream.finish.get() <= 1_001, "{}", stream.finish.get());
    }

    #[test]
    fn two_equal_amounts_meet_in_the_middle() {
        let mut stream = streaming(100, 0, 1_000);
        stream.add(100, 2_000, 0).unwrap();
        assert_eq!(stream, streaming(200, 0, 1_500));
        let mut empty = Stream::default();
        empty.add(100, 2_000, 5_000).unwrap();
        assert_eq!(empty, streaming(100, 5_000, 7_000));
        empty.add(0, 2_000, 5_000).unwrap();
        assert_eq!(empty, streaming(100, 5_000, 7_000));
    }

    #[test]
    fn a_stream_that_ends_gives_out_its_rest() {
        let mut stream = streaming(1_000, 100, 200);
        stream.vest(150);
        assert_eq!(stream.end(), 500);
        assert_eq!(stream.vest(1_000), 0);
    }

    proptest! {
        #[test]
        fn any_steps_give_all_of_it_and_never_more_than_the_even_rate(
            left in 0u64..1 << 62, length in 1i64..1 << 30, steps in prop::collection::vec(0i64..1 << 28, 0..40),
        ) {
            let (mut stream, mut now, mut sum) = (streaming(left, 0, length), 0, 0u64);
            for step in steps {
                now += step;
                sum += stream.vest(now);
                let even = u128::from(left) * (now.min(length) as u128) / length as u128;
                prop_assert!(u128::from(sum) <= even);
                prop_assert_eq!(sum + stream.left.get(), left);
            }
            sum += stream.vest(now.max(length));
            prop_assert_eq!(sum, left);
        }

        #[test]
        fn an_addition_ends_between_both_ends(
            left in 0u64..1 << 62, remaining in 0i64..1 << 32, amount in 1u64..1 << 62, period in 1u64..1 << 32,
        ) {
            let mut stream = streaming(left, 10, 10 + remaining);
            stream.add(amount, period, 10).unwrap();
            let finish = stream.finish.get() - 10;
            let period = period as i64;
            prop_assert_eq!(stream.left.get(), left + amount);
            prop_assert!(finish >= 1 && finish >= remaining.min(period) - 1 && finish <= remaining.max(period));
        }
    }
}
