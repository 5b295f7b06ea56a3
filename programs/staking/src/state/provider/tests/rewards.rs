use super::*;
use crate::{error::StakingError, state::Settled};

/// A provider with 100 of its owner and 300 of one delegation, and 1,000 to stream. Returns the time.
fn funded() -> (Provider, Delegation, i64) {
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    let now = join(&mut provider, &mut delegation, 300, 0);
    provider.fund(50, 1_000, SPAN, now).unwrap();
    (provider, delegation, now)
}

#[test]
fn a_stream_is_divided_by_active_stake_second_by_second() {
    let (mut provider, mut delegation, now) = funded();
    assert_eq!(
        (provider.owner_rewards.get(), provider.rewards_held.get()),
        (50, 1_050)
    );
    let half = now + SPAN as i64 / 2;
    assert_eq!(
        provider.settle(half),
        Ok(Settled {
            vested: 500,
            own: 125
        })
    );
    provider.settle_position(&mut delegation).unwrap();
    assert_eq!(
        (delegation.rewards.get(), provider.owner_rewards.get()),
        (375, 175)
    );
    provider.settle(half + SPAN as i64).unwrap();
    provider.settle_position(&mut delegation).unwrap();
    assert_eq!(
        (delegation.take_rewards(), provider.owner_rewards.get()),
        (750, 300)
    );
    provider.pay_rewards(750).unwrap();
    assert_eq!(provider.take_owner_rewards(), Ok(300));
    assert_eq!(provider.rewards_held.get(), 0);
    assert_eq!(provider.pay_rewards(1), Err(StakingError::Overflow));
}

#[test]
fn without_delegators_all_is_the_owners_and_without_stake_it_waits() {
    let mut alone = provider(100);
    alone.fund(0, 1_000, SPAN, 0).unwrap();
    let vested = alone.settle(SPAN as i64 / 4);
    assert_eq!(
        vested,
        Ok(Settled {
            vested: 250,
            own: 250
        })
    );
    let mut empty = provider(0);
    empty.fund(0, 1_000, SPAN, 0).unwrap();
    assert_eq!(empty.settle(SPAN as i64 / 4), Ok(Settled::default()));
    assert_eq!(empty.stream.finish.get(), SPAN as i64 + SPAN as i64 / 4);
}

#[test]
fn who_joins_earns_from_then_on_only() {
    let (mut provider, mut first, now) = funded();
    let mut second = Delegation::zeroed();
    let joined = join(&mut provider, &mut second, 600, now);
    let end = now + SPAN as i64;
    provider.settle(end).unwrap();
    provider.settle_position(&mut first).unwrap();
    provider.settle_position(&mut second).unwrap();
    let before = 1_000 * (joined - now) as u64 / SPAN;
    // 400 were active before and 1,000 after. Of each a fraction of a unit is kept for the next time.
    let expected = (before * 3 / 4) + (1_000 - before) * 3 / 10;
    assert!((expected - 1..=expected).contains(&first.rewards.get()));
    let expected = (1_000 - before) * 6 / 10;
    assert!((expected - 1..=expected).contains(&second.rewards.get()));
    assert!(before == 400 && provider.owner_rewards.get() == 50 + 100 + 60);
}

#[test]
fn what_was_earned_before_a_wipe_is_paid_after_it() {
    let (mut provider, mut delegation, now) = funded();
    let half = now + SPAN as i64 / 2;
    slash(&mut provider, u64::MAX, half, half);
    assert_eq!(provider.unsettled.get(), 1);
    // The owner comes back and earns; the accumulator stands still.
    provider.own.deposit(100).unwrap();
    provider.fund(0, 1_000, SPAN, half).unwrap();
    provider.settle(half + SPAN as i64).unwrap();
    provider.settle_position(&mut delegation).unwrap();
    assert_eq!(
        (delegation.rewards.get(), delegation.shares.get()),
        (375, 0)
    );
    assert_eq!(provider.unsettled.get(), 0);
    // Settled again, nothing comes twice.
    provider.settle_position(&mut delegation).unwrap();
    assert_eq!(
        (delegation.rewards.get(), provider.unsettled.get()),
        (375, 0)
    );
}

#[test]
fn an_empty_delegation_may_be_closed() {
    let (provider, mut delegation, _) = funded();
    assert!(!delegation.is_empty());
    delegation.shares = 0.into();
    assert!(delegation.is_empty());
    let set: [fn(&mut Delegation); 2] = [|d| d.pending = 1.into(), |d| d.rewards = 1.into()];
    for change in set {
        let mut left = delegation;
        change(&mut left);
        assert!(!left.is_empty());
    }
    assert_eq!(provider.delegations.get(), 1);
}
