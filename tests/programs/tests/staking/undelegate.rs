use crate::fixtures::{
    await_retirement, begin_retirement, equal_stakes, wiped_out, with_delegation, DELEGATED, EQUAL,
    OWN,
};
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, staking::MIN_DELEGATION,
    staking::UNBONDING_PERIOD, ErrorCode, Signer, DAY,
};
use assay_staking::{
    error::StakingError,
    event::Undelegated,
    state::{Bucket, Provider, Ticket, BUCKETS, DELEGATED_PARTS},
};

#[test]
fn shares_become_a_ticket_for_the_bucket_of_the_span() {
    // Given
    let (mut context, address) = with_delegation();
    let matures_at = context.delegated_maturity();

    // When
    let result = context.undelegate("alice", &address, 4_000).unwrap();

    // Then
    let alice = context.address_of("alice");
    let delegation = at::delegation(&address, &alice);
    let ticket: Ticket = context.account(&at::ticket(&delegation, matures_at));
    assert_eq!((ticket.provider, ticket.delegation), (address, delegation));
    assert_eq!((ticket.owner, ticket.payer), (alice, alice));
    assert_eq!(ticket.matures_at.get(), matures_at);
    assert_eq!(ticket.shares.get(), 4_000);
    let span = (UNBONDING_PERIOD / DELEGATED_PARTS) as i64;
    let now = context.now();
    let closes_at = matures_at - UNBONDING_PERIOD as i64;
    assert!(now < closes_at && closes_at <= now + span);
    let provider = context.provider_of("bob");
    let bucket = Bucket {
        closes_at: closes_at.into(),
        matures_at: matures_at.into(),
        tokens: 4_000.into(),
        shares: 4_000.into(),
    };
    assert_eq!(provider.buckets[0], bucket);
    assert_eq!(provider.active_tokens.get(), 2_000);
    assert_eq!(
        (provider.active_shares.get(), provider.holders.get()),
        (2_000, 1)
    );
    assert_eq!(provider.stake_balance(), Some(OWN + DELEGATED));
    let event = result.event::<Undelegated>();
    assert_eq!((event.provider, event.delegation), (address, delegation));
    assert_eq!((event.shares.get(), event.tokens.get()), (4_000, 4_000));
    assert_eq!(event.bucket_shares.get(), 4_000);
    assert_eq!(event.matures_at.get(), matures_at);
}

#[test]
fn more_of_the_same_span_joins_the_ticket() {
    let (mut context, provider) = with_delegation();
    let matures_at = context.delegated_maturity();
    context.undelegate("alice", &provider, 1_000).unwrap();
    context.undelegate("alice", &provider, 2_000).unwrap();
    let delegation = at::delegation(&provider, &context.address_of("alice"));
    let ticket: Ticket = context.account(&at::ticket(&delegation, matures_at));
    assert_eq!(ticket.shares.get(), 3_000);
    assert_eq!(context.provider_of("bob").buckets[1], Bucket::default());
}

#[test]
fn anyone_completes_a_request_whole() {
    // Given
    let (mut context, provider) = with_delegation();
    context.ask_back("alice", &provider, 4_000).unwrap();

    // When
    let too_much = context.undelegate_as("anyone", "alice", &provider, 4_001);
    let dust = context.undelegate_as("anyone", "alice", &provider, MIN_DELEGATION - 1);
    context
        .undelegate_as("anyone", "alice", &provider, 4_000)
        .unwrap();

    // Then
    assert_fails(too_much, StakingError::NotOwner);
    assert_fails(dust, StakingError::DelegationTooSmall);
    let alice = context.delegation_of("alice", &provider);
    assert_eq!((alice.shares.get(), alice.requested.get()), (2_000, 0));
    assert_eq!(context.provider_of("bob").requested_shares.get(), 0);
}

#[test]
fn anyone_shows_out_all_of_a_delegation_when_the_notice_is_over() {
    let (mut context, provider) = with_delegation();
    begin_retirement(&mut context);
    let retires_at = context.provider_of("bob").retires_at.get();
    context.advance_to(retires_at - 1);
    let early = context.undelegate_as("anyone", "alice", &provider, DELEGATED);
    context.advance(1);
    let part = context.undelegate_as("anyone", "alice", &provider, DELEGATED - 1);
    context
        .undelegate_as("anyone", "alice", &provider, DELEGATED)
        .unwrap();
    assert_fails(early, StakingError::NotOwner);
    assert_fails(part, StakingError::NotOwner);
    assert_eq!(context.provider_of("bob").holders.get(), 0);
}

#[test]
fn a_stranger_undelegates_nothing_that_was_not_asked_back() {
    let (mut context, provider) = with_delegation();
    let result = context.undelegate_as("mallory", "alice", &provider, DELEGATED);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn undelegating_nothing_is_refused() {
    let (mut context, provider) = with_delegation();
    let result = context.undelegate("alice", &provider, 0);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn shares_that_were_wiped_out_do_not_leave() {
    let (mut context, provider) = wiped_out();
    let result = context.undelegate("alice", &provider, DELEGATED);
    assert_fails(result, StakingError::PositionWipedOut);
}

#[test]
fn nobody_undelegates_more_shares_than_it_has() {
    let (mut context, provider) = with_delegation();
    context.join("carol", &provider, 5_000);
    let result = context.undelegate("alice", &provider, DELEGATED + 1);
    assert_fails(result, StakingError::NotEnoughShares);
}

#[test]
fn a_part_that_is_worth_nothing_does_not_leave() {
    // Given two shares a token
    let (mut context, provider) = with_delegation();
    context.edit_account::<Provider>(&provider, |provider| {
        provider.active_tokens = (DELEGATED / 2).into();
    });
    let result = context.undelegate("alice", &provider, 1);
    assert_fails(result, StakingError::SharesWorthNothing);
}

#[test]
fn all_that_is_worth_nothing_leaves_without_a_ticket() {
    // Given a pool of no tokens, which a slash leaves while the rest backs work
    let (mut context, provider) = with_delegation();
    context.edit_account::<Provider>(&provider, |provider| provider.active_tokens = 0.into());
    let matures_at = context.delegated_maturity();
    context.undelegate("alice", &provider, DELEGATED).unwrap();
    let delegation = at::delegation(&provider, &context.address_of("alice"));
    assert!(!context.exists(&at::ticket(&delegation, matures_at)));
    let bob = context.provider_of("bob");
    assert_eq!((bob.holders.get(), bob.active_shares.get()), (0, 0));
    assert_eq!(bob.buckets[0], Bucket::default());
}

#[test]
fn what_leaves_and_what_stays_reach_the_minimum() {
    let (mut context, provider) = with_delegation();
    let leaves = context.undelegate("alice", &provider, MIN_DELEGATION - 1);
    assert_fails(leaves, StakingError::DelegationTooSmall);
    let stays = context.undelegate("alice", &provider, DELEGATED - MIN_DELEGATION + 1);
    assert_fails(stays, StakingError::DelegationTooSmall);
    context
        .undelegate("alice", &provider, DELEGATED - MIN_DELEGATION)
        .unwrap();
}

#[test]
fn stake_that_backs_work_does_not_leave() {
    let (mut context, provider) = with_delegation();
    let bob = context.actor("bob");
    context.allocate(&bob, OWN + 2_000);
    let result = context.undelegate("alice", &provider, 4_001);
    assert_fails(result, StakingError::StakeAllocated);
    context.undelegate("alice", &provider, 4_000).unwrap();
}

#[test]
fn nobody_takes_what_others_asked_back_before() {
    // Given 2,000 that are free and that carol waits for
    let (mut context, provider) = with_delegation();
    context.join("carol", &provider, 2_000);
    let bob = context.actor("bob");
    context.allocate(&bob, OWN + DELEGATED);
    context.ask_back("carol", &provider, 2_000).unwrap();

    // When
    let result = context.undelegate("alice", &provider, 2_000);

    // Then
    assert_fails(result, StakingError::StakeAllocated);
    context.undelegate("carol", &provider, 2_000).unwrap();
}

#[test]
fn the_bucket_is_that_of_the_running_span() {
    let (mut context, provider) = with_delegation();
    let alice = context.actor("alice");
    let span = (UNBONDING_PERIOD / DELEGATED_PARTS) as i64;
    for other in [-span, span, 1] {
        let matures_at = context.delegated_maturity() + other;
        let undelegate = staking::undelegate(
            alice.pubkey(),
            &alice.pubkey(),
            &provider,
            1_000,
            matures_at,
        );
        let result = context.send(&[undelegate], &[&alice]);
        assert_fails(result, StakingError::WrongBucket);
    }
}

#[test]
fn a_bucket_must_be_free_or_that_of_the_span() {
    // Given sixteen buckets with tickets that nobody has withdrawn
    let (mut context, provider) = with_delegation();
    context.advance(30 * DAY);
    let now = context.now();
    context.edit_account::<Provider>(&provider, |provider| {
        for (number, bucket) in (1..).zip(&mut provider.buckets) {
            *bucket = Bucket {
                closes_at: (now - 2 * number).into(),
                matures_at: (now - number).into(),
                tokens: 1.into(),
                shares: 1.into(),
            };
        }
    });

    // When
    let result = context.undelegate("alice", &provider, 1_000);
    context.mature(&provider, now - BUCKETS as i64).unwrap();
    context.undelegate("alice", &provider, 1_000).unwrap();

    // Then
    assert_fails(result, StakingError::UnbondingQueueFull);
}

#[test]
fn nothing_joins_a_bucket_that_slashing_diluted() {
    let (mut context, provider) = with_delegation();
    let matures_at = context.delegated_maturity();
    context.edit_account::<Provider>(&provider, |provider| {
        provider.buckets[3] = Bucket {
            closes_at: (matures_at - UNBONDING_PERIOD as i64).into(),
            matures_at: matures_at.into(),
            tokens: 0.into(),
            shares: 1.into(),
        };
    });
    let result = context.undelegate("alice", &provider, 1_000);
    assert_fails(result, StakingError::PoolDiluted);
    context.advance(UNBONDING_PERIOD / DELEGATED_PARTS);
    context.undelegate("alice", &provider, 1_000).unwrap();
}

#[test]
fn what_leaves_has_earned_until_then_and_earns_no_more() {
    // Given a day of a stream for equal stakes
    let (mut context, provider) = equal_stakes();
    context.fund_stream(&provider, 0, 10_000);
    context.advance(DAY);

    // When
    context.undelegate("alice", &provider, EQUAL).unwrap();
    context.advance(DAY);

    // Then
    context.settle("alice", &provider);
    let alice = context.delegation_of("alice", &provider);
    assert_eq!(alice.rewards.get(), 500);
    assert_eq!(context.provider_of("bob").owner_rewards.get(), 1_500);
}

#[test]
fn a_delegation_of_another_provider_is_refused() {
    let (mut context, bobs) = with_delegation();
    let carols = context.provider("carol", OWN);
    let alice = context.actor("alice");
    let matures_at = context.delegated_maturity();
    let undelegate = staking::undelegate(alice.pubkey(), &alice.pubkey(), &bobs, 1_000, matures_at);
    let forged = assay_harness::replace_account(undelegate, &bobs, &carols);
    let result = context.send(&[forged], &[&alice]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
}

#[test]
fn retirement_takes_no_ones_choice_before_its_end() {
    // The delegator itself leaves whenever it likes.
    let (mut context, provider) = with_delegation();
    begin_retirement(&mut context);
    context.undelegate("alice", &provider, 1_000).unwrap();
    await_retirement(&mut context);
    context.undelegate("alice", &provider, 1_000).unwrap();
}
