use super::{BUCKETS, OWN_BUCKETS};
use assay_shared::math::{mul_div_ceil, mul_div_floor};

/// The stake of a provider that one slash may take, base units of the stake mint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Liable {
    /// The owner's unbonding stake, the earliest first.
    pub own_buckets: [u64; OWN_BUCKETS],
    /// The owner's active stake.
    pub own_active: u64,
    /// Unbonding stake of delegators.
    pub buckets: [u64; BUCKETS],
    /// Active stake of delegators.
    pub active: u64,
    /// Active stake of both that backs no other work.
    pub free_active: u64,
}

/// The parts of one slash, base units of the stake mint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlashCuts {
    /// Taken from the owner's unbonding stake.
    pub own_buckets: [u64; OWN_BUCKETS],
    /// Taken from the owner's active stake.
    pub own_active: u64,
    /// Taken from unbonding stake of delegators.
    pub buckets: [u64; BUCKETS],
    /// Taken from active stake of delegators.
    pub active: u64,
}

impl SlashCuts {
    /// Returns what is taken from the owner, base units.
    pub fn own(&self) -> u64 {
        sum(self.own_active, &self.own_buckets)
    }

    /// Returns what is taken from delegators, base units.
    pub fn delegated(&self) -> u64 {
        sum(self.active, &self.buckets)
    }

    /// Returns what is taken in all, base units.
    pub fn total(&self) -> u64 {
        self.own().saturating_add(self.delegated())
    }
}

fn sum(first: u64, rest: &[u64]) -> u64 {
    rest.iter().fold(first, |sum, cut| sum.saturating_add(*cut))
}

/// Splits `amount`, or what there is if that is less: first over the owner's stake, which decided about the work, unbonding
/// before active; what is left over the delegators'.
///
/// Delegated stake gives `part`, at most what unbonds and the free part of what is active. Shares go by all of it, also by active
/// stake that backs other work: who leaves pays like who stays. The active stake gives `min(floor(part·active/sum), free)`. Buckets
/// give the `rest`, each `ceil(rest·bucket/buckets)` until it is reached. So unbonding stake together never gives less than its
/// share, and more than its share, rounded up, only where the free active stake is used up. The parts sum to exactly what is taken.
/// Returns `None` if the sum of all stake does not fit 64 bits.
pub fn slash(amount: u64, liable: &Liable) -> Option<SlashCuts> {
    let mut cuts = SlashCuts::default();
    let mut left = amount;
    for (cut, tokens) in cuts.own_buckets.iter_mut().zip(&liable.own_buckets) {
        *cut = left.min(*tokens);
        left = left.wrapping_sub(*cut);
    }
    cuts.own_active = left.min(liable.own_active).min(liable.free_active);
    left = left.wrapping_sub(cuts.own_active);
    if left == 0 {
        return Some(cuts);
    }
    let free = liable.free_active.wrapping_sub(cuts.own_active);
    let mut buckets = 0u64;
    for tokens in &liable.buckets {
        buckets = buckets.checked_add(*tokens)?;
    }
    let whole = buckets.checked_add(liable.active)?;
    let part = left.min(buckets.checked_add(liable.active.min(free))?);
    if part == 0 {
        return Some(cuts);
    }
    cuts.active = mul_div_floor(part, liable.active, whole)?.min(free);
    let rest = part.wrapping_sub(cuts.active);
    left = rest;
    for (cut, tokens) in cuts.buckets.iter_mut().zip(&liable.buckets) {
        if left > 0 && *tokens > 0 {
            *cut = mul_div_ceil(rest, *tokens, buckets)?.min(left);
            left = left.wrapping_sub(*cut);
        }
    }
    Some(cuts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn liable() -> Liable {
        Liable {
            own_buckets: [10, 20, 0, 0, 0, 0, 0, 0],
            own_active: 100,
            buckets: [30, 0, 70, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            active: 200,
            free_active: 250,
        }
    }

    #[test]
    fn of_nothing_nothing_is_taken() {
        let cuts = slash(5, &Liable::default()).unwrap();
        assert_eq!((cuts.total(), cuts.buckets), (0, [0; BUCKETS]));
    }

    #[test]
    fn the_owner_pays_first_and_unbonding_before_active() {
        let cuts = slash(25, &liable()).unwrap();
        assert_eq!(
            (cuts.own_buckets[..2].to_vec(), cuts.own_active),
            (vec![10, 15], 0)
        );
        let cuts = slash(130, &liable()).unwrap();
        assert_eq!(
            (cuts.own(), cuts.own_active, cuts.delegated()),
            (130, 100, 0)
        );
    }

    #[test]
    fn delegators_pay_in_proportion_what_the_owner_cannot() {
        let cuts = slash(230, &liable()).unwrap();
        assert_eq!((cuts.own(), cuts.delegated()), (130, 100));
        // Of 30 + 70 in buckets and 200 active, of which 150 are free, 100 are taken: 66 of the active, 34 of the buckets.
        assert_eq!(
            (cuts.buckets[0], cuts.buckets[2], cuts.active),
            (11, 23, 66)
        );
    }

    #[test]
    fn what_backs_other_work_stays() {
        let cuts = slash(
            u64::MAX,
            &Liable {
                free_active: 40,
                ..liable()
            },
        )
        .unwrap();
        assert_eq!(
            (cuts.own_active, cuts.active, cuts.total()),
            (40, 0, 30 + 40 + 100)
        );
        let cuts = slash(u64::MAX, &liable()).unwrap();
        assert_eq!(
            (cuts.own_active, cuts.active, cuts.total()),
            (100, 150, 30 + 250 + 100)
        );
    }

    #[test]
    fn who_leaves_never_gives_less_than_its_share() {
        let mut stake = Liable {
            free_active: 99,
            active: 99,
            ..Liable::default()
        };
        stake.buckets[5] = 1;
        let cuts = slash(1, &stake).unwrap();
        assert_eq!((cuts.buckets[5], cuts.active), (1, 0));
    }

    #[test]
    fn active_stake_that_backs_other_work_counts_among_the_shares() {
        // Of 300 delegated, 150 are taken. The active 200 have to give 100, and can give 40.
        let mut stake = Liable {
            own_active: 0,
            own_buckets: [0; OWN_BUCKETS],
            ..liable()
        };
        let cuts = slash(150, &stake).unwrap();
        assert_eq!(
            (cuts.active, cuts.buckets[0], cuts.buckets[2]),
            (100, 15, 35)
        );
        stake.free_active = 40;
        let cuts = slash(60, &stake).unwrap();
        assert_eq!((cuts.active, cuts.buckets[0], cuts.buckets[2]), (40, 6, 14));
        let cuts = slash(150, &stake).unwrap();
        assert_eq!(
            (cuts.active, cuts.buckets[0], cuts.buckets[2]),
            (40, 30, 70)
        );
    }

    prop_compose! {
        fn any_liable()(
            own_buckets in prop::array::uniform8(0u64..1 << 50), own_active in 0u64..1 << 50,
            buckets in prop::array::uniform16(0u64..1 << 50), active in 0u64..1 << 50, free in 0u64..=100,
        ) -> Liable {
            let free_active = (own_active + active) / 100 * free;
            Liable { own_buckets, own_active, buckets, active, free_active }
        }
    }

    proptest! {
        #[test]
        fn cuts_sum_to_what_is_taken_and_fit_each_part(stake in any_liable(), share in 0u64..=12_000) {
            let own_free = stake.own_active.min(stake.free_active);
            let own = stake.own_buckets.iter().sum::<u64>() + own_free;
            let delegated = stake.buckets.iter().sum::<u64>() + stake.active.min(stake.free_active - own_free);
            let amount = (u128::from(own + delegated) * u128::from(share) / 10_000) as u64;
            let cuts = slash(amount, &stake).unwrap();
            prop_assert_eq!(cuts.total(), amount.min(own + delegated));
            prop_assert_eq!(cuts.own(), amount.min(own));
            prop_assert!(cuts.own_active <= stake.own_active && cuts.active <= stake.active);
            prop_assert!(cuts.own_active + cuts.active <= stake.free_active);
            for (cut, tokens) in cuts.own_buckets.iter().zip(&stake.own_buckets) {
                prop_assert!(cut <= tokens);
            }
            for (cut, tokens) in cuts.buckets.iter().zip(&stake.buckets) {
                prop_assert!(cut <= tokens);
            }
            // Owner before delegators, unbonding before active.
            prop_assert!(cuts.delegated() == 0 || cuts.own() == own);
            prop_assert!(cuts.own_active == 0 || cuts.own_buckets == stake.own_buckets);
        }

        #[test]
        fn who_leaves_gives_its_share_and_more_only_where_nothing_else_is_free(stake in any_liable(), share in 0u64..=12_000) {
            let own = stake.own_buckets.iter().sum::<u64>() + stake.own_active;
            let buckets = u128::from(stake.buckets.iter().sum::<u64>());
            let whole = buckets + u128::from(stake.active);
            let amount = (whole + u128::from(own)) * u128::from(share) / 10_000;
            let cuts = slash(amount as u64, &stake).unwrap();
            let part = u128::from(cuts.delegated());
            prop_assume!(part > 0);
            let left = u128::from(cuts.delegated() - cuts.active);
            prop_assert!(left >= (part * buckets).div_ceil(whole));
            if cuts.active == stake.active.min(stake.free_active - cuts.own_active) {
                return Ok(());
            }
            prop_assert_eq!(left, (part * buckets).div_ceil(whole));
            for (cut, tokens) in cuts.buckets.iter().zip(&stake.buckets) {
                // Rounded up twice: all buckets together, and each of them.
                prop_assert!(u128::from(*cut) <= (part * u128::from(*tokens)).div_ceil(whole) + 1);
            }
        }

        #[test]
        fn many_small_slashes_take_as_much_as_one(stake in any_liable(), parts in prop::collection::vec(1u64..1 << 20, 1..30)) {
            let mut left = stake;
            let mut taken = 0;
            for part in &parts {
                let cuts = slash(*part, &left).unwrap();
                taken += cuts.total();
                for (tokens, cut) in left.own_buckets.iter_mut().zip(cuts.own_buckets) { *tokens -= cut; }
                for (tokens, cut) in left.buckets.iter_mut().zip(cuts.buckets) { *tokens -= cut; }
                left.own_active -= cuts.own_active;
                left.active -= cuts.active;
                left.free_active -= cuts.own_active + cuts.active;
            }
            let once = slash(parts.iter().sum(), &stake).unwrap();
            prop_assert_eq!(taken, once.total());
        }
    }
}
