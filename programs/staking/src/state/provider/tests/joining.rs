use super::*;
use crate::error::StakingError;

#[test]
fn tokens_wait_before_they_join_and_buy_shares_then() {
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    provider
        .set_aside(&mut delegation, 50, 0, &params())
        .unwrap();
    assert_eq!(
        (provider.pending_tokens.get(), provider.active_tokens.get()),
        (50, 0)
    );
    let early = activate(&mut provider.clone(), &mut delegation.clone(), WAIT - 1);
    assert_eq!(early, Err(StakingError::TooEarly));
    let joined = activate(&mut provider, &mut delegation, WAIT).unwrap();
    assert_eq!(
        (joined.tokens, joined.shares, provider.holders.get()),
        (50, 50, 1)
    );
    assert_eq!(
        (provider.pending_tokens.get(), delegation.pending_from.get()),
        (0, 0)
    );
    let again = activate(&mut provider, &mut delegation, WAIT);
    assert_eq!(again, Err(StakingError::ZeroAmount));
}

#[test]
fn after_a_day_only_the_delegator_lets_its_tokens_join() {
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    assert!(!delegation.is_open(0), "nothing waits");
    provider
        .set_aside(&mut delegation, 50, 0, &params())
        .unwrap();
    let end = WAIT + DAY;
    let open = [WAIT - 1, WAIT, end - 1, end].map(|now| delegation.is_open(now));
    assert_eq!(open, [false, true, true, false]);
    let stranger = activate(&mut provider.clone(), &mut delegation.clone(), end);
    assert_eq!(stranger, Err(StakingError::NotOwner));
    activate(&mut provider.clone(), &mut delegation.clone(), end - 1).unwrap();
    let early = provider
        .clone()
        .activate(&mut delegation.clone(), true, WAIT - 1);
    assert_eq!(early, Err(StakingError::TooEarly));
    provider.activate(&mut delegation, true, end).unwrap();
    assert_eq!(delegation.shares.get(), 50);
}

#[test]
fn further_tokens_make_all_of_them_wait_anew() {
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    provider
        .set_aside(&mut delegation, 50, 0, &params())
        .unwrap();
    provider
        .set_aside(&mut delegation, 1, DAY, &params())
        .unwrap();
    assert_eq!(delegation.pending_from.get(), DAY + WAIT);
    assert_eq!(delegation.pending.get(), 51);
}

#[test]
fn what_waits_reaches_the_minimum() {
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    let small = provider.set_aside(&mut delegation, 9, 0, &params());
    assert_eq!(small, Err(StakingError::DelegationTooSmall));
    provider
        .set_aside(&mut delegation, 10, 0, &params())
        .unwrap();
    provider
        .set_aside(&mut delegation, 1, 0, &params())
        .unwrap();
}

#[test]
fn what_waits_is_no_part_of_a_slash_and_comes_back_whole() {
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    provider
        .set_aside(&mut delegation, 50, 0, &params())
        .unwrap();
    assert_eq!(slash(&mut provider, u64::MAX, 0, DAY), (100, 0));
    assert_eq!(provider.take_pending(&mut delegation), Ok(50));
    assert_eq!(
        provider.take_pending(&mut delegation),
        Err(StakingError::ZeroAmount)
    );
    assert_eq!(provider.stake_balance(), Some(0));
}

#[test]
fn a_retiring_provider_takes_nobody() {
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    provider
        .set_aside(&mut delegation, 50, 0, &params())
        .unwrap();
    provider.begin_retirement(0, &params()).unwrap();
    let more = provider.set_aside(&mut delegation, 50, 0, &params());
    assert_eq!(more, Err(StakingError::Retiring));
    let joins = activate(&mut provider, &mut delegation, WAIT);
    assert_eq!(joins, Err(StakingError::Retiring));
}

#[test]
fn a_diluted_pool_takes_nobody() {
    let (mut provider, mut first) = (provider(100), Delegation::zeroed());
    let mut second = Delegation::zeroed();
    join(&mut provider, &mut first, 1 << 22, 0);
    provider.set_aside(&mut second, 50, 0, &params()).unwrap();
    // What backs work cannot be slashed, so that the generation cannot end either.
    provider.own.active = 0.into();
    provider.active_tokens = 3.into();
    provider.allocated = 3.into();
    let more = provider.set_aside(&mut second.clone(), 50, WAIT, &params());
    assert_eq!(more, Err(StakingError::PoolDiluted));
    let joins = activate(&mut provider, &mut second, WAIT);
    assert_eq!(joins, Err(StakingError::PoolDiluted));
}

#[test]
fn nobody_joins_before_the_generation_that_ended_is_settled() {
    let (mut provider, mut first) = (provider(100), Delegation::zeroed());
    let mut second = Delegation::zeroed();
    let now = join(&mut provider, &mut first, 1_000, 0);
    slash(&mut provider, u64::MAX, now, now);
    assert_eq!(
        (provider.generation.get(), provider.unsettled.get()),
        (1, 1)
    );
    provider.set_aside(&mut second, 50, now, &params()).unwrap();
    let joins = activate(&mut provider.clone(), &mut second.clone(), now + WAIT);
    assert_eq!(joins, Err(StakingError::GenerationUnsettled));
    provider.settle_position(&mut first).unwrap();
    assert_eq!(
        (
            first.shares.get(),
            first.generation.get(),
            provider.unsettled.get()
        ),
        (0, 1, 0)
    );
    activate(&mut provider, &mut second, now + WAIT).unwrap();
    assert_eq!(provider.holders.get(), 1);
}

#[test]
fn who_was_wiped_out_settles_by_joining_again() {
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    let now = join(&mut provider, &mut delegation, 1_000, 0);
    slash(&mut provider, u64::MAX, now, now);
    let now = join(&mut provider, &mut delegation, 40, now);
    assert_eq!(
        (delegation.shares.get(), provider.active_tokens.get()),
        (40, 40)
    );
    assert_eq!((provider.holders.get(), provider.unsettled.get()), (1, 0));
    assert!(now > 0 && delegation.is_alive(1));
}

#[test]
fn shares_cost_more_tokens_never_fewer_after_a_slash() {
    let (mut provider, mut first) = (provider(0), Delegation::zeroed());
    let mut second = Delegation::zeroed();
    let now = join(&mut provider, &mut first, 1_000, 0);
    slash(&mut provider, 500, now, now);
    let now = join(&mut provider, &mut second, 100, now);
    assert_eq!(
        (second.shares.get(), provider.pool().value(200)),
        (200, Some(100))
    );
    let left = leave(&mut provider, &mut second, 200, now).unwrap();
    assert_eq!(left.tokens, 100);
}
