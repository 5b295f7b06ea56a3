//! Slashes: who pays, in which order, and how exactly.

use crate::{
    allocate, delegated, fine, fund, join, leave, provider, set_param, settle, slash, staking_only,
    unbond, wipe, withdraw, CLAIM_SPAN, MIN_SELF_STAKE, OWN,
};
use assay_harness::{
    assert_fails,
    instruction::{
        market::{SeatPlace, TaskSeat},
        staking::{self, SlashAmounts},
    },
    keypairs::provider_of,
    market::{batch_terms, terms, OPEN_WINDOW},
    pda::staking as at,
    seat_of, ProgramError, Signer, TestContext, DAY,
};
use assay_market::state::{JobTerms, Source};
use assay_staking::{
    error::StakingError,
    event::Slashed,
    state::{Param, Params, Provider, DELEGATED_PARTS},
};

/// Bob decided about the work. He has stake in the queue and active stake, and alice has lent him more than both.
#[test]
fn pays_from_delegated_before_own() {
    // Loss if it worked: delegators pay for the owner's lie while it keeps its stake.
    let mut context = delegated(&[("alice", 30_000)]);
    unbond(&mut context, OWN / 2).unwrap();

    let amounts = fine(&context, OWN + 1);
    let slashed = slash(&mut context, amounts).event::<Slashed>();

    let from_queue: u64 = slashed.own_buckets.iter().map(|cut| cut.get()).sum();
    assert_eq!((from_queue, slashed.own_active.get()), (OWN / 2, OWN / 2));
    assert_eq!(slashed.from_delegated.get(), 1);
}

/// Bob unbonds, waits until his bucket has closed, and lies while it matures.
#[test]
fn hides_own_stake_in_unbonding() {
    // Loss if it worked: delegators pay what the owner keeps in its queue.
    let mut context = delegated(&[("alice", 30_000)]);
    unbond(&mut context, OWN - MIN_SELF_STAKE).unwrap();
    let closes_at = provider(&context).own.buckets[0].closes_at.get();
    context.advance_to(closes_at);
    context.advance(DAY);

    let amounts = fine(&context, OWN);
    let slashed = slash(&mut context, amounts).event::<Slashed>();

    assert_eq!(slashed.from_own.get(), OWN);
    assert_eq!(slashed.from_delegated.get(), 0);
}

/// Bob lied in two tasks, and alice left between the two claims. Each is penalized by its own time.
#[test]
fn groups_slashes_to_spare_a_bucket() {
    // Loss if it worked: leavers pay for lies of after, or stay out of those of before.
    let mut context = TestContext::with_workers();
    join(&mut context, &[("alice", 1_000_000)]);
    let terms = JobTerms {
        claim_window: 2 * DAY as u32,
        ..batch_terms(2)
    };
    let job = context.post("carol", terms);
    let lie = |context: &mut TestContext, task: u32| {
        let place = TaskSeat { task, seat: 0 };
        context.claim("bob", &job, place).unwrap();
        let claimed_at = context.now();
        context.contribute("bob", &job, place, "lie").unwrap();
        claimed_at
    };
    let first = lie(&mut context, 0);
    leave(&mut context, "alice", 500_000);
    let params: Params = context.account(&at::params());
    context.advance(params.unbonding_period.get() / DELEGATED_PARTS);
    let second = lie(&mut context, 1);
    context.advance(OPEN_WINDOW);
    // What bob has himself is gone in other penalties.
    context.edit_account::<Provider>(&provider_of("bob"), |provider| {
        provider.own.active = 0.into();
    });

    for (task, claimed_at) in [(1, second), (0, first)] {
        context.expire(&job, task).unwrap();
        let place = SeatPlace {
            task,
            source: Source::Job,
            seat: 0,
        };
        let result = context.penalize("bob", &job, place).unwrap();
        let slashed = result.event::<Slashed>();
        assert_eq!(slashed.infraction_time.get(), claimed_at, "task {task}");
        let from_leavers: u64 = slashed.buckets.iter().map(|cut| cut.get()).sum();
        assert_eq!(from_leavers > 0, task == 0, "task {task}");
        assert!(slashed.active.get() > 0, "task {task}");
    }
}

/// A slash frees the collateral of one seat. The rest backs other work, of which nobody knows yet whether it is right.
#[test]
fn takes_collateral_that_backs_other_work() {
    // Loss if it worked: the next conviction finds nothing of what was promised to it.
    let mut context = delegated(&[("alice", 30_000)]);
    allocate(&mut context, 40_000).unwrap();

    let amounts = SlashAmounts {
        release: 15_000,
        ..fine(&context, 40_000)
    };
    let slashed = slash(&mut context, amounts).event::<Slashed>();

    assert_eq!(slashed.amount.get(), 15_000);
    let after = provider(&context);
    assert_eq!(after.allocated.get(), 25_000);
    let active = after.own.active.get() + after.active_tokens.get();
    assert_eq!(active, 25_000);
}

/// Alice has left a bucket that is small beside the active stake. The penalty comes in many parts, of which each rounds her share
/// down to nothing.
#[test]
fn splits_a_slash_to_round_down() {
    // Loss if it worked: leavers pay less than those who stay.
    let mut context = delegated(&[("alice", 1_000), ("carol", 9_000)]);
    let matures_at = leave(&mut context, "alice", 1_000);
    let amounts = fine(&context, OWN);
    slash(&mut context, amounts);
    assert_eq!(provider(&context).own.total(), Some(0));

    let mut taken = 0;
    for _ in 0..100 {
        let amounts = fine(&context, 5);
        let slashed = slash(&mut context, amounts).event::<Slashed>();
        taken += slashed.amount.get();
    }

    assert_eq!(taken, 500);
    context.advance_to(matures_at);
    let left = withdraw(&mut context, "alice", matures_at);
    assert!(left <= 950, "{left}");
}

/// Bob's lie wiped his delegators out. He stakes anew, and the stream still has what they would have earned.
#[test]
fn wipes_its_delegators_for_their_stream() {
    // Loss if it worked: an owner earns by the ruin of its delegators.
    let mut context = delegated(&[("alice", 9 * OWN)]);
    fund(&mut context, 0, CLAIM_SPAN);
    wipe(&mut context);
    let bob = context.actor("bob");
    context.stake(&bob, OWN);
    context.advance(CLAIM_SPAN);

    settle(&mut context, "alice");

    let after = provider(&context);
    assert_eq!(after.owner_rewards.get(), 0);
    assert_eq!((after.stream.left.get(), after.rewards_held.get()), (0, 0));
}

/// Stake of delegators that left matured. A lie of the time before is found only now: since they left, a vote has let work be
/// judged for longer, and stake unbond for longer.
#[test]
fn slashes_what_has_matured() {
    // Loss if it worked: stake is never safe, and leaving means nothing.
    let mut context = delegated(&[("alice", 20_000)]);
    let lie = context.now();
    let matures_at = leave(&mut context, "alice", 20_000);
    set_param(&mut context, Param::UnbondingPeriod, 30 * DAY);
    let market = context.actor("market");
    let expose = staking::set_exposure(market.pubkey(), 25 * DAY);
    context.send(&[expose], &[&market]).unwrap();
    context.advance_to(matures_at);

    let amounts = SlashAmounts {
        infraction_time: lie,
        ..fine(&context, 100_000)
    };
    let slashed = slash(&mut context, amounts).event::<Slashed>();

    assert_eq!(slashed.amount.get(), OWN);
    assert_eq!(withdraw(&mut context, "alice", matures_at), 20_000);
}

/// What has matured is out of reach. Bob leaves it there, and puts it back for as long as he earns with it.
#[test]
fn parks_matured_stake_beside_its_work() {
    // Loss if it worked: an owner has stake for its rewards that no slash reaches.
    let mut context = staking_only();
    unbond(&mut context, OWN - MIN_SELF_STAKE).unwrap();
    let matures_at = provider(&context).own.buckets[0].matures_at.get();
    context.advance_to(matures_at);
    let bob = context.actor("bob");

    let back = staking::cancel_unbond(bob.pubkey(), 1);
    let result = context.send(&[back], &[&bob]);

    assert_fails(result, StakingError::NotEnoughStake);
    assert_eq!(provider(&context).own.active.get(), MIN_SELF_STAKE);
}

/// Staking was upgraded to bytecode that takes nothing and returns nothing. Bob has lied, and his penalty is due.
#[test]
fn withholds_the_return_of_a_slash() {
    // Loss if it worked: the seat is settled and the bond free, without a penalty.
    let mut context = TestContext::with_workers();
    let job = context.post("carol", terms());
    context.fill_seats(&job, 0, &[("bob", "lie")]);
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();
    let before = context.worker_account("bob");
    context.replace_by_yes_man(&assay_staking::ID);

    let result = context.penalize("bob", &job, seat_of(Source::Job, 0));

    assert_fails(
        result,
        (assay_market::ID, ProgramError::InvalidInstructionData),
    );
    let after = context.worker_account("bob");
    assert_eq!(after.locked, before.locked);
    assert!(!context.seat(&job, 0).is_settled());
}
