use super::*;
use crate::{
    error::StakingError,
    state::{SlashCuts, YieldOutcome},
};

/// A provider with 100 of its owner and 1,000 of one delegation. Returns the time.
fn delegated() -> (Provider, Delegation, i64) {
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    let now = join(&mut provider, &mut delegation, 1_000, 0);
    (provider, delegation, now)
}

#[test]
fn delegators_pay_what_the_owner_cannot() {
    let (mut provider, _, now) = delegated();
    assert_eq!(slash(&mut provider, 60, now, now), (60, 0));
    assert_eq!(slash(&mut provider, 60, now, now), (40, 20));
    assert_eq!(
        (provider.own.active.get(), provider.active_tokens.get()),
        (0, 980)
    );
}

#[test]
fn the_owners_unbonding_stake_pays_whatever_the_time() {
    let (mut provider, _, now) = delegated();
    provider.unbond_own(100, now, &params()).unwrap();
    // The lie came long after the bucket closed.
    let later = now + 5 * DAY;
    assert_eq!(slash(&mut provider, 60, later, later), (60, 0));
    let matured = now + 15 * DAY;
    assert_eq!(slash(&mut provider, 60, matured, matured), (0, 60));
    assert_eq!(provider.own.matured.get(), 40);
}

#[test]
fn who_left_before_the_lie_does_not_pay() {
    let (mut provider, mut delegation, now) = delegated();
    leave(&mut provider, &mut delegation, 500, now).unwrap();
    let closes_at = maturity(now) - UNBONDING as i64;
    let mut early = provider;
    assert_eq!(slash(&mut early, 300, closes_at - 1, closes_at), (100, 200));
    assert_eq!(early.buckets[0].tokens.get(), 400);
    assert_eq!(slash(&mut provider, 300, closes_at, closes_at), (100, 200));
    assert_eq!(
        (
            provider.buckets[0].tokens.get(),
            provider.active_tokens.get()
        ),
        (500, 300)
    );
}

#[test]
fn a_late_crank_takes_from_the_owner_only() {
    let (provider, _, now) = delegated();
    let mut in_time = provider;
    assert_eq!(slash(&mut in_time, 300, now, now + WAIT - 1), (100, 200));
    let mut late = provider;
    assert_eq!(slash(&mut late, 300, now, now + WAIT), (100, 0));
}

#[test]
fn nobody_pays_for_a_lie_from_before_it_came() {
    // Whatever the crank does: a lie at `t` takes from delegators until `t + WAIT`, and who set tokens aside after `t` joins later.
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    let lie = 1_000;
    provider
        .set_aside(&mut delegation, 500, lie, &params())
        .unwrap();
    let joins_at = delegation.pending_from.get();
    activate(&mut provider, &mut delegation, joins_at).unwrap();
    assert_eq!(slash(&mut provider, u64::MAX, lie, joins_at), (100, 0));
}

#[test]
fn what_backs_other_work_is_not_taken() {
    let (mut provider, _, now) = delegated();
    provider.allocate(400, &params()).unwrap();
    let cuts = provider.slash(u64::MAX, 100, now, now, &params()).unwrap();
    assert_eq!((cuts.own(), cuts.delegated()), (100, 700));
    assert_eq!(
        (provider.allocated.get(), provider.active_tokens.get()),
        (300, 300)
    );
    let more = provider.slash(1, 301, now, now, &params());
    assert_eq!(more, Err(StakingError::MoreThanAllocated));
    assert_eq!(
        provider.slash(1, 0, now, now, &params()),
        Ok(SlashCuts::default())
    );
}

#[test]
fn a_slash_of_the_owner_takes_the_leverage_away() {
    let (mut provider, _, now) = delegated();
    provider.allocate(500, &params()).unwrap();
    let more = provider.clone().allocate(1, &params());
    assert_eq!(more, Err(StakingError::StakeAllocated));
    provider.slash(60, 60, now, now, &params()).unwrap();
    // 40 times 5 support 200 of the 440 that are still allocated.
    let outcome = provider.yield_free(100, &params()).unwrap();
    assert_eq!(
        outcome,
        YieldOutcome {
            yielded: 100,
            owed: 140
        }
    );
    let outcome = provider.yield_free(1_000, &params()).unwrap();
    assert_eq!(
        outcome,
        YieldOutcome {
            yielded: 140,
            owed: 0
        }
    );
    assert_eq!(
        provider.yield_free(1_000, &params()),
        Ok(YieldOutcome::default())
    );
    assert_eq!(
        provider.allocate(1, &params()),
        Err(StakingError::BelowMinSelfStake)
    );
}

#[test]
fn a_wiped_pool_ends_with_its_stream() {
    let (mut provider, _, now) = delegated();
    provider.fund(0, 1_000, SPAN, now).unwrap();
    slash(&mut provider, u64::MAX, now, now + DAY);
    assert_eq!(
        (provider.generation.get(), provider.active_shares.get()),
        (1, 0)
    );
    assert_eq!(
        (provider.stream.left.get(), provider.rewards_held.get()),
        (0, 100)
    );
    assert_eq!((provider.holders.get(), provider.unsettled.get()), (0, 1));
}

#[test]
fn a_diluted_pool_that_is_worth_something_stays_the_delegators() {
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    join(&mut provider, &mut delegation, 1 << 35, 0);
    let least = params().min_delegation.get();
    provider.active_tokens = least.into();
    assert!(provider.pool().is_diluted());
    assert_eq!(provider.end_diluted(&params()), Ok(None));
    assert_eq!(provider.active_tokens.get(), least);
    provider.active_tokens = (least - 1).into();
    let ended = provider.end_diluted(&params()).unwrap().unwrap();
    assert_eq!(ended.left, Some(least - 1));
}

#[test]
fn a_remainder_that_backs_work_keeps_the_generation_but_not_the_stream() {
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    let now = join(&mut provider, &mut delegation, 1 << 30, 0);
    let mut generous = params();
    generous.min_delegation = 101.into();
    provider.fund(0, 1_000, SPAN, now).unwrap();
    provider.active_tokens = 100.into();
    provider.allocated = 150.into();
    let ended = provider.end_diluted(&generous).unwrap().unwrap();
    assert_eq!((ended.unvested, ended.left), (1_000, None));
    assert_eq!(
        (provider.generation.get(), provider.active_tokens.get()),
        (0, 100)
    );
    provider.deallocate(50).unwrap();
    let ended = provider.end_diluted(&generous).unwrap().unwrap();
    assert_eq!((ended.unvested, ended.left), (0, Some(100)));
    assert_eq!(
        (
            provider.active_tokens.get(),
            provider.requested_shares.get()
        ),
        (0, 0)
    );
    assert_eq!(provider.end_diluted(&generous), Ok(None));
}

#[test]
fn a_pool_that_was_wiped_out_backs_nothing() {
    // A slash left 5 tokens of many shares, which back a seat. If they counted, the owner could bind them beside its own stake,
    // and the generation would never end.
    let (mut provider, mut delegation) = (provider(100), Delegation::zeroed());
    join(&mut provider, &mut delegation, 1 << 30, 0);
    provider.active_tokens = 5.into();
    provider.own.active = 0.into();
    provider.allocated = 5.into();
    provider.end_diluted(&params()).unwrap();
    provider.deposit_own(200, &params()).unwrap();
    assert_eq!(provider.capacity(&params()), Ok(200));
    provider.allocate(195, &params()).unwrap();
    let more = provider.clone().allocate(1, &params());
    assert_eq!(more, Err(StakingError::StakeAllocated));
    let ended = provider.end_diluted(&params()).unwrap().unwrap();
    assert_eq!(ended.left, Some(5));
}

#[test]
fn leavers_do_not_answer_for_what_should_be_judged_already() {
    let (mut provider, mut delegation, now) = delegated();
    leave(&mut provider, &mut delegation, 500, now).unwrap();
    let mut in_time = provider;
    assert_eq!(slash(&mut in_time, 300, now, now + WAIT - 1), (100, 200));
    assert_eq!(in_time.buckets[0].tokens.get(), 400);
    assert_eq!(slash(&mut provider, 300, now, now + WAIT), (100, 0));
    assert_eq!(provider.buckets[0].tokens.get(), 500);
}

#[test]
fn a_retired_provider_is_empty() {
    let (mut provider, mut delegation, now) = delegated();
    assert_eq!(
        provider.check_retired(i64::MAX),
        Err(StakingError::NotRetired)
    );
    provider.allocated = 1.into();
    let busy = provider.begin_retirement(now, &params());
    assert_eq!(busy, Err(StakingError::StakeAllocated));
    provider.allocated = 0.into();
    provider.begin_retirement(now, &params()).unwrap();
    assert_eq!(
        provider.begin_retirement(now, &params()),
        Err(StakingError::Retiring)
    );
    let end = now + 2 * SPAN as i64;
    assert_eq!(provider.retires_at.get(), end);
    assert_eq!(
        provider.check_retired(end - 1),
        Err(StakingError::NotRetired)
    );
    let full = Err(StakingError::ProviderNotEmpty);
    assert_eq!(provider.check_retired(end), full);
    leave(&mut provider, &mut delegation, 1_000, now).unwrap();
    provider.unbond_own(100, now, &params()).unwrap();
    let due = maturity(now);
    provider.redeem_ticket(1_000, due, None, due).unwrap();
    assert_eq!(provider.check_retired(end), full);
    provider.own.withdraw(end).unwrap();
    assert_eq!(provider.check_retired(end), full);
    provider.close_delegation();
    assert_eq!(provider.check_retired(end), Ok(()));
    for change in 0..5 {
        let mut left = provider;
        match change {
            0 => left.owner_rewards = 1.into(),
            1 => left.records = 1.into(),
            2 => left.pending_tokens = 1.into(),
            3 => left.buckets[3].shares = 1.into(),
            _ => left.active_shares = 1.into(),
        }
        assert_eq!(left.check_retired(end), full, "{change}");
    }
}
