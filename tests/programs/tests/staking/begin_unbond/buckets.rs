//! Which bucket a ticket joins, and how many buckets there can be.

use super::*;

#[test]
fn tickets_of_the_same_span_share_a_bucket_and_later_ones_do_not() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");

    // When
    let first = context.begin_unbond(&bob, 0, 100);
    context.advance(SPAN - 1);
    let second = context.begin_unbond(&bob, 1, 100);
    context.advance(1);
    let third = context.begin_unbond(&bob, 2, 100);

    // Then
    let [first, second, third] = [first, second, third].map(|t| context.account::<Ticket>(&t));
    assert_eq!(first.bucket, second.bucket);
    assert_eq!(first.matures_at, second.matures_at);
    assert_ne!(first.bucket, third.bucket);
    assert_eq!(third.matures_at.get() - first.matures_at.get(), SPAN as i64);
}

#[test]
fn a_later_parameter_change_does_not_move_the_maturity() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let address = context.begin_unbond(&bob, 0, 1_000);
    let before: Ticket = context.account(&address);
    set_period(&mut context, 100 * DAY);
    context.advance_to(before.matures_at.get());
    let (mint, owner) = (context.stake_mint(), bob.pubkey());
    let ata = context.ata(&mint, &owner);
    context
        .send(&[staking::withdraw_stake(owner, 0, &mint)], &[&bob])
        .unwrap();
    assert_eq!(context.balance(&ata), 1_000);
}

#[test]
fn a_bucket_opened_under_a_shorter_period_takes_no_more_tickets() {
    // Given a ticket, and then a vote
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let early = context.begin_unbond(&bob, 0, 1_000);
    set_period(&mut context, 2 * UNBONDING_PERIOD);

    // When
    let late = context.begin_unbond(&bob, 1, 1_000);

    // Then nothing that begins to unbond now matures before the new period is over
    let [early, late] = [early, late].map(|t| context.account::<Ticket>(&t));
    assert_ne!(early.bucket, late.bucket);
    let period = late.matures_at.get() - context.now();
    assert!(period >= (2 * UNBONDING_PERIOD) as i64);
}

#[test]
fn a_bucket_opened_under_a_longer_period_goes_on_collecting() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let early = context.begin_unbond(&bob, 0, 1_000);
    set_period(&mut context, UNBONDING_PERIOD / 2);
    let late = context.begin_unbond(&bob, 1, 1_000);
    let [early, late] = [early, late].map(|t| context.account::<Ticket>(&t));
    assert_eq!(early.bucket, late.bucket);
}

/// Sets the unbonding period, seconds, as the actor "governance".
fn set_period(context: &mut TestContext, seconds: u64) {
    let governance = context.actor("governance");
    let set = staking::set_params(governance.pubkey(), Param::UnbondingPeriod, seconds);
    context.send(&[set], &[&governance]).unwrap();
}

#[test]
fn a_full_queue_takes_no_more_tickets_until_a_matured_one_is_withdrawn() {
    // Given a ticket in every bucket
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    for nonce in 0..BUCKETS as u64 {
        context.begin_unbond(&bob, nonce, 100);
        context.advance(SPAN);
    }

    // When
    let next = staking::begin_unbond(bob.pubkey(), 99, 100);
    let result = context.send(std::slice::from_ref(&next), &[&bob]);

    // Then
    assert_fails(result, StakingError::UnbondingQueueFull);
    context.ata(&mint, &bob.pubkey());
    let withdraw = staking::withdraw_stake(bob.pubkey(), 0, &mint);
    context.send(&[withdraw, next], &[&bob]).unwrap();
}

#[test]
fn one_ticket_per_span_fills_the_queue_and_never_overfills_it() {
    // Given a period that six spans do not quite fill, so that one more bucket is immature
    let mut context = TestContext::new();
    context.init_staking();
    let period = UNBONDING_PERIOD + BUCKETS_PER_PERIOD - 1;
    set_period(&mut context, period);
    context.provider("bob", 100_000);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    context.ata(&mint, &bob.pubkey());
    let mut open = std::collections::VecDeque::new();
    let mut most = 0;
    for nonce in 0..20 {
        while let Some((oldest, matures_at)) = open.front().copied() {
            if context.now() < matures_at {
                break;
            }
            let withdraw = staking::withdraw_stake(bob.pubkey(), oldest, &mint);
            context.send(&[withdraw], &[&bob]).unwrap();
            open.pop_front();
        }
        let ticket = context.begin_unbond(&bob, nonce, 100);
        open.push_back((nonce, context.account::<Ticket>(&ticket).matures_at.get()));
        most = most.max(open.len());
        context.advance(period / BUCKETS_PER_PERIOD);
    }
    assert_eq!(most, BUCKETS);
}

#[test]
fn a_bucket_slashed_beyond_measure_does_not_block_new_tickets() {
    // Given a bucket that slashes halved twenty-one times
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 1 << 41);
    let bob = context.actor("bob");
    let diluted = context.begin_unbond(&bob, 0, 1 << 40);
    for round in 1..=21 {
        context.allocate(&bob, 1 << (41 - round));
        context.slash(&address, 1 << (41 - round));
    }
    let diluted: Ticket = context.account(&diluted);
    let bucket = context.account::<Provider>(&address).buckets[usize::from(diluted.bucket)];
    assert_eq!(bucket.tokens.get(), 1 << 19);

    // When
    let shares = context.account::<Provider>(&address).active_shares.get();
    let next = context.begin_unbond(&bob, 1, shares);

    // Then
    let next: Ticket = context.account(&next);
    assert_ne!(next.bucket, diluted.bucket);
}
