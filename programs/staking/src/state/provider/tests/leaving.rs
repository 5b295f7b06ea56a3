use super::*;
use crate::{
    error::StakingError,
    state::{Matured, BUCKETS},
};

/// A provider with 100 of its owner and 1,000 of one delegation. Returns the time.
fn delegated() -> (Provider, Delegation, i64) {
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    let now = join(&mut provider, &mut delegation, 1_000, 0);
    (provider, delegation, now)
}

fn record(provider: &mut Provider, matures_at: i64, now: i64) -> RuleResult<Matured> {
    let bucket = provider.take_matured(matures_at, now)?;
    Ok(Matured {
        matures_at: bucket.matures_at,
        tokens: bucket.tokens,
        shares: bucket.shares,
        ..Matured::zeroed()
    })
}

#[test]
fn what_leaves_waits_in_the_bucket_of_its_span_and_is_paid() {
    let (mut provider, mut delegation, now) = delegated();
    let due = maturity(now);
    assert_eq!(
        leave(&mut provider, &mut delegation, 300, now)
            .unwrap()
            .tokens,
        300
    );
    assert_eq!(
        leave(&mut provider, &mut delegation, 700, now)
            .unwrap()
            .shares,
        700
    );
    assert_eq!((provider.holders.get(), delegation.shares.get()), (0, 0));
    let early = provider.redeem_ticket(1_000, due, None, due - 1);
    assert_eq!(early, Err(StakingError::NotMatured));
    assert_eq!(provider.redeem_ticket(1_000, due, None, due), Ok(1_000));
    assert_eq!(provider.stake_balance(), Some(100));
    assert!(provider.buckets.iter().all(|bucket| bucket.is_free()));
}

#[test]
fn the_time_of_maturity_is_that_of_the_span() {
    let (mut provider, mut delegation, now) = delegated();
    for wrong in [maturity(now) - 1, maturity(now) + DAY, 0] {
        let left = provider.undelegate(&mut delegation, 300, wrong, now, &params());
        assert_eq!(left, Err(StakingError::WrongBucket));
    }
}

#[test]
fn a_matured_bucket_makes_room_and_its_tickets_are_paid_from_the_record() {
    let (mut provider, mut delegation, now) = delegated();
    let due = maturity(now);
    leave(&mut provider, &mut delegation, 300, now).unwrap();
    let early = record(&mut provider, due, due - 1).err();
    assert_eq!(early, Some(StakingError::NotMatured));
    let wrong = record(&mut provider, due + 1, due).err();
    assert_eq!(wrong, Some(StakingError::WrongBucket));
    let mut matured = record(&mut provider, due, due).unwrap();
    assert_eq!(
        (provider.records.get(), provider.matured_tokens.get()),
        (1, 300)
    );
    let missing = provider.redeem_ticket(100, due, None, due);
    assert_eq!(missing, Err(StakingError::WrongBucket));
    let mut other = matured;
    other.matures_at = (due + DAY).into();
    let other = provider.redeem_ticket(100, due, Some(&mut other), due);
    assert_eq!(other, Err(StakingError::WrongBucket));
    assert_eq!(
        provider.redeem_ticket(100, due, Some(&mut matured), due),
        Ok(100)
    );
    assert_eq!(provider.records.get(), 1);
    assert_eq!(
        provider.redeem_ticket(200, due, Some(&mut matured), due),
        Ok(200)
    );
    assert_eq!(
        (provider.records.get(), provider.matured_tokens.get()),
        (0, 0)
    );
}

#[test]
fn sixteen_full_buckets_stop_nobody_for_longer_than_a_crank() {
    let (mut provider, mut delegation, mut now) = delegated();
    for bucket in &mut provider.buckets[..BUCKETS - 1] {
        bucket.matures_at = now.into();
        bucket.shares = 1.into();
    }
    leave(&mut provider, &mut delegation, 100, now).unwrap();
    now += 2 * DAY;
    let full = leave(&mut provider.clone(), &mut delegation.clone(), 100, now);
    assert_eq!(full, Err(StakingError::UnbondingQueueFull));
    let first = provider.buckets[0].matures_at.get();
    record(&mut provider, first, now).unwrap();
    leave(&mut provider, &mut delegation, 100, now).unwrap();
}

#[test]
fn a_part_that_leaves_or_stays_reaches_the_minimum() {
    let (mut provider, mut delegation, now) = delegated();
    for shares in [9, 991] {
        let left = leave(&mut provider.clone(), &mut delegation.clone(), shares, now);
        assert_eq!(left, Err(StakingError::DelegationTooSmall), "{shares}");
    }
    leave(&mut provider, &mut delegation, 990, now).unwrap();
    leave(&mut provider, &mut delegation, 10, now).unwrap();
}

#[test]
fn a_request_takes_capacity_away_and_is_completed_whole() {
    let (mut provider, mut delegation, now) = delegated();
    let mut params = params();
    params.leverage = 20.into();
    assert_eq!(provider.capacity(&params), Ok(1_100));
    provider.request(&mut delegation, 985, &params).unwrap();
    assert_eq!(
        (provider.requested_shares.get(), provider.capacity(&params)),
        (985, Ok(115))
    );
    let more = provider.request(&mut delegation, 16, &params);
    assert_eq!(more, Err(StakingError::NotEnoughShares));
    let dust = provider.request(&mut delegation, 6, &params);
    assert_eq!(dust, Err(StakingError::DelegationTooSmall));
    // A part below the minimum, by anybody.
    let cut = leave(&mut provider.clone(), &mut delegation.clone(), 9, now);
    assert_eq!(cut, Err(StakingError::DelegationTooSmall));
    leave(&mut provider, &mut delegation, 985, now).unwrap();
    assert_eq!(
        (provider.requested_shares.get(), delegation.requested.get()),
        (0, 0)
    );
}

#[test]
fn a_whole_request_leaves_even_if_a_slash_made_the_rest_small() {
    let (mut provider, mut delegation, now) = delegated();
    provider.request(&mut delegation, 985, &params()).unwrap();
    slash(&mut provider, 600, now, now);
    assert_eq!(provider.pool().value(15), Some(7));
    leave(&mut provider, &mut delegation, 985, now).unwrap();
    assert_eq!(delegation.shares.get(), 15);
}

#[test]
fn strangers_may_only_complete_a_request_or_show_out_after_the_notice() {
    let (mut provider, mut delegation, now) = delegated();
    let stranger = |provider: &Provider, delegation: &Delegation, shares, now| {
        provider.check_leave(delegation, shares, false, now)
    };
    let refused = Err(StakingError::NotOwner);
    assert_eq!(stranger(&provider, &delegation, 1, now), refused);
    provider.request(&mut delegation, 500, &params()).unwrap();
    assert_eq!(stranger(&provider, &delegation, 500, now), Ok(()));
    assert_eq!(stranger(&provider, &delegation, 501, now), refused);
    assert_eq!(provider.check_leave(&delegation, 501, true, now), Ok(()));
    provider.begin_retirement(now, &params()).unwrap();
    let end = provider.retires_at.get();
    assert_eq!(stranger(&provider, &delegation, 1_000, end - 1), refused);
    assert_eq!(stranger(&provider, &delegation, 1_000, end), Ok(()));
    assert_eq!(stranger(&provider, &delegation, 999, end), refused);
    // What attested work brought in the notice comes to all first.
    provider.settle(end - 1).unwrap();
    provider.fund(0, 1_000, SPAN, end - 1).unwrap();
    let finish = end - 1 + SPAN as i64;
    assert_eq!(stranger(&provider, &delegation, 1_000, finish - 1), refused);
    assert_eq!(stranger(&provider, &delegation, 1_000, finish), Ok(()));
}

#[test]
fn what_backs_work_or_others_asked_back_does_not_leave() {
    let (mut provider, mut first, _) = delegated();
    let mut second = Delegation::zeroed();
    let now = join(&mut provider, &mut second, 1_000, WAIT);
    provider.allocated = 500.into();
    provider.request(&mut second, 1_000, &params()).unwrap();
    // Of 2,100, 1,000 are asked back and 500 back work.
    let left = leave(&mut provider.clone(), &mut first.clone(), 610, now);
    assert_eq!(left, Err(StakingError::StakeAllocated));
    leave(&mut provider, &mut first, 600, now).unwrap();
    leave(&mut provider, &mut second, 1_000, now).unwrap();
    assert_eq!(
        provider.unbond_own(100, now, &params()),
        Err(StakingError::StakeAllocated)
    );
}

#[test]
fn worthless_shares_leave_only_all_at_once() {
    let (mut provider, mut delegation, now) = delegated();
    provider.active_shares = 1_000_000.into();
    delegation.shares = 900.into();
    let part = provider.undelegate(&mut delegation.clone(), 899, maturity(now), now, &params());
    assert_eq!(part, Err(StakingError::SharesWorthNothing));
    let left = provider.undelegate(&mut delegation, 900, maturity(now), now, &params());
    assert_eq!(
        left,
        Ok(Moved {
            tokens: 0,
            shares: 0
        })
    );
    assert!(provider.buckets.iter().all(|bucket| bucket.is_free()));
}

#[test]
fn shares_of_an_earlier_generation_do_not_leave() {
    let (mut provider, mut delegation, now) = delegated();
    slash(&mut provider, u64::MAX, now, now);
    let asked = provider.request(&mut delegation, 10, &params());
    assert_eq!(asked, Err(StakingError::PositionWipedOut));
    let left = provider.undelegate(&mut delegation, 10, maturity(now), now, &params());
    assert_eq!(left, Err(StakingError::PositionWipedOut));
    assert_eq!(
        provider.request(&mut delegation, 0, &params()),
        Err(StakingError::ZeroAmount)
    );
}
