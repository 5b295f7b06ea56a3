use crate::error::{RuleResult, StakingError};

/// Spans in an unbonding period of stake that the owner unbonds.
pub const OWN_PARTS: u64 = 6;
/// Spans in an unbonding period of stake that delegators take back. Whoever leaves answers for lies of at most one span after.
pub const DELEGATED_PARTS: u64 = 12;

/// Returns the Unix times at which the unbonding bucket that collects at `now` closes and matures.
///
/// Time is cut into spans of `period / parts` seconds, counted from the Unix epoch, not from the first who comes: so a client knows
/// the times before it sends, and equal spans never make two buckets. At most `parts + 2` buckets are immature at once.
///
/// # Errors
/// `Overflow`.
pub fn span_end(now: i64, period: u64, parts: u64) -> RuleResult<(i64, i64)> {
    let end = || {
        let now = u64::try_from(now).ok()?;
        let span = period.checked_div(parts)?.max(1);
        let into = now.checked_rem(span)?;
        let closes_at = now.checked_sub(into)?.checked_add(span)?;
        let matures_at = closes_at.checked_add(period)?;
        Some((
            i64::try_from(closes_at).ok()?,
            i64::try_from(matures_at).ok()?,
        ))
    };
    end().ok_or(StakingError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_bucket_closes_within_a_span_and_matures_a_period_later(
            now in 0i64..1 << 40, period in 1u64..1 << 30, parts in 1u64..16,
        ) {
            let span = (period / parts).max(1) as i64;
            let (closes_at, matures_at) = span_end(now, period, parts).unwrap();
            prop_assert!(closes_at > now && closes_at <= now + span);
            prop_assert_eq!(closes_at % span, 0);
            prop_assert_eq!(matures_at, closes_at + period as i64);
        }

        #[test]
        fn a_span_has_one_end(now in 0i64..1 << 40, period in 1u64..1 << 30, later in 0i64..1 << 30) {
            let (closes_at, matures_at) = span_end(now, period, DELEGATED_PARTS).unwrap();
            let later = span_end((now + later).min(closes_at - 1), period, DELEGATED_PARTS);
            prop_assert_eq!(later, Ok((closes_at, matures_at)));
        }

        #[test]
        fn few_buckets_are_immature_at_once(now in 0i64..1 << 40, period in 86_400u64..1 << 24) {
            for (parts, most) in [(OWN_PARTS, 8), (DELEGATED_PARTS, 14)] {
                let mut ends: Vec<_> = (0..period as i64 + 86_400)
                    .step_by((period / parts / 7) as usize)
                    .map(|ago| span_end(now - ago, period, parts).unwrap().1)
                    .filter(|matures_at| *matures_at > now)
                    .collect();
                ends.dedup();
                prop_assert!(ends.len() <= most, "{}", ends.len());
            }
        }
    }

    #[test]
    fn what_no_clock_shows_is_an_overflow() {
        for (now, period) in [(i64::MAX, 86_400), (0, u64::MAX), (0, i64::MAX as u64)] {
            assert_eq!(span_end(now, period, 1), Err(StakingError::Overflow));
        }
    }
}
