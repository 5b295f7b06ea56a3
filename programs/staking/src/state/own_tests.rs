use super::{own::*, span_end, OWN_PARTS};
use crate::error::StakingError;
use proptest::prelude::*;

const PERIOD: u64 = 6_000;

fn staked(active: u64) -> OwnStake {
    let mut own = OwnStake::default();
    own.deposit(active).unwrap();
    own
}

fn in_buckets(own: &OwnStake) -> Vec<u64> {
    let used = own.buckets.iter().filter(|b| b.matures_at.get() != 0);
    used.map(|b| b.tokens.get()).collect()
}

#[test]
fn stake_of_one_span_shares_a_bucket_and_matures_a_period_after_its_close() {
    let mut own = staked(100);
    let first = own.unbond(10, 5, PERIOD).unwrap();
    let second = own.unbond(5, 999, PERIOD).unwrap();
    assert_eq!(
        (first.closes_at.get(), first.matures_at.get()),
        (1_000, 7_000)
    );
    assert_eq!((second.tokens.get(), second.matures_at.get()), (15, 7_000));
    own.unbond(1, 1_000, PERIOD).unwrap();
    assert_eq!(in_buckets(&own), [15, 1]);
    assert_eq!(own.withdraw(6_999), Err(StakingError::NotMatured));
    assert_eq!(own.withdraw(7_000), Ok(15));
    assert_eq!(own.withdraw(7_999), Err(StakingError::NotMatured));
    assert_eq!(own.withdraw(8_000), Ok(1));
    assert_eq!(own, staked(84));
}

#[test]
fn more_than_the_active_stake_is_not_unbonded() {
    let mut own = staked(10);
    assert_eq!(own.unbond(11, 0, PERIOD), Err(StakingError::NotEnoughStake));
    assert_eq!(own, staked(10));
}

#[test]
fn restaking_takes_what_matures_last_first() {
    let mut own = staked(100);
    for now in [0, 1_000, 2_000] {
        own.unbond(10, now, PERIOD).unwrap();
    }
    own.restake(15, 2_500).unwrap();
    assert_eq!((own.active.get(), in_buckets(&own)), (85, vec![10, 5]));
    let before = own;
    assert_eq!(own.restake(16, 2_500), Err(StakingError::NotEnoughStake));
    own = before;
    own.restake(15, 2_500).unwrap();
    assert_eq!(own, staked(100));
}

#[test]
fn matured_stake_cannot_come_back() {
    let mut own = staked(100);
    own.unbond(40, 0, PERIOD).unwrap();
    own.unbond(10, 1_000, PERIOD).unwrap();
    assert_eq!(own.restake(11, 7_000), Err(StakingError::NotEnoughStake));
    let mut own = staked(100);
    own.unbond(40, 0, PERIOD).unwrap();
    assert_eq!(own.restake(1, 7_000), Err(StakingError::NotEnoughStake));
}

#[test]
fn a_longer_period_opens_a_bucket_of_its_own_and_a_shorter_one_joins() {
    let mut own = staked(100);
    own.unbond(1, 0, PERIOD).unwrap();
    let longer = own.unbond(1, 10, 2 * PERIOD).unwrap();
    assert_eq!(longer.matures_at.get(), 14_000);
    assert_eq!(in_buckets(&own), [1, 1]);
    // The longer bucket still collects.
    let joined = own.unbond(1, 20, PERIOD).unwrap();
    assert_eq!((joined.matures_at.get(), joined.tokens.get()), (14_000, 2));
    // After it closed, a shorter period opens a bucket that matures before it.
    let shorter = own.unbond(1, 2_000, PERIOD).unwrap();
    assert_eq!(shorter.matures_at.get(), 9_000);
    assert_eq!(in_buckets(&own), [1, 1, 2]);
}

#[test]
fn a_full_queue_waits_for_the_first_to_mature() {
    let mut own = staked(100);
    // A period that grows with every vote keeps opening buckets.
    for n in 0..8u64 {
        own.unbond(1, 0, (n + 1) * 100_000).unwrap();
    }
    let full = own;
    assert_eq!(
        own.unbond(1, 0, 900_000),
        Err(StakingError::UnbondingQueueFull)
    );
    own = full;
    let shorter = own.unbond(1, 100_000, 1_000);
    assert_eq!(
        shorter,
        Ok(full.buckets[7]).map(|mut b| {
            b.tokens = 2.into();
            b
        })
    );
    let first = full.buckets[0].matures_at.get();
    let mut own = full;
    own.unbond(1, first, 900_000).unwrap();
    assert_eq!(own.matured.get(), 1);
}

proptest! {
    #[test]
    fn no_token_is_lost_or_made_and_the_buckets_stay_in_order(
        steps in prop::collection::vec((0u8..4, 0u64..200, 0i64..2_000, 1u64..5), 1..60),
    ) {
        let (mut own, mut outside, mut now) = (OwnStake::default(), 0u64, 0i64);
        for (kind, amount, pause, period) in steps {
            now += pause;
            let before = own;
            let done = match kind {
                0 => own.deposit(amount).map(|()| outside += 0),
                1 => own.unbond(amount, now, period * PERIOD).map(|_| ()),
                2 => own.restake(amount, now),
                _ => own.withdraw(now).map(|paid| outside += paid),
            };
            match done {
                // The transaction fails and changes nothing.
                Err(_) => own = before,
                Ok(()) => {
                    let deposited = if kind == 0 { amount } else { 0 };
                    let paid = before.total().unwrap() + deposited - own.total().unwrap();
                    prop_assert_eq!(kind == 3, paid > 0);
                }
            }
            let used = in_buckets(&own).len();
            let times: Vec<i64> = own.buckets[..used].iter().map(|b| b.matures_at.get()).collect();
            prop_assert!(times.is_sorted());
            prop_assert!(own.buckets[used..].iter().all(|b| *b == OwnBucket::default()));
        }
    }

    #[test]
    fn an_owner_waits_at_least_a_period(
        unbonds in prop::collection::vec((1u64..10, 0i64..900), 1..40), period in 6u64..10_000,
    ) {
        let (mut own, mut now) = (staked(1_000), 0i64);
        for (amount, pause) in unbonds {
            now += pause;
            let Ok(bucket) = own.unbond(amount, now, period) else { continue };
            prop_assert!(bucket.matures_at.get() > now + period as i64);
            let (_, latest) = span_end(now, period, OWN_PARTS).unwrap();
            prop_assert!(bucket.matures_at.get() <= latest);
        }
    }
}
