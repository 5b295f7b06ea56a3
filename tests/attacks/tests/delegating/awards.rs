//! An owner that is fined where friends receive the fine.

use crate::{allocate, ata, delegated, fine, slash, OWN};
use assay_harness::{
    five,
    instruction::{market::TaskSeat, staking::SlashAmounts},
    keypairs::provider_of,
    market::{terms, BOND, MISSED},
    seat_of, TestContext, HOUR, MEMBERS,
};
use assay_market::{
    event::{Awarded, Penalized},
    state::{Source, CHALLENGER},
};
use assay_staking::{event::Slashed, state::Provider};

/// Turns all but `own` base units of bob's active stake into that of delegators.
fn lend(context: &mut TestContext, own: u64) {
    context.edit_account::<Provider>(&provider_of("bob"), |provider| {
        let lent = provider.own.active.get() - own;
        provider.own.active = own.into();
        provider.active_tokens = lent.into();
        provider.active_shares = lent.into();
        provider.holders = 1.into();
    });
}

/// Bob lies to a requester who is his friend. The friend disputes it and receives the award.
#[test]
fn takes_delegated_stake_through_its_own_requester() {
    // Loss if it worked: the delegators' stake, in the wallet of the owner's friend.
    let mut context = delegated(&[("alice", 30_000)]);
    allocate(&mut context, 40_000).unwrap();
    let (friend, mint) = (ata(&mut context, "requester"), context.stake_mint());
    let supply = context.supply(&mint);
    let amounts = SlashAmounts {
        award: 30_000,
        release: 30_000,
        ..fine(&context, 30_000)
    };

    let result = slash(&mut context, amounts);

    let slashed = result.event::<Slashed>();
    assert_eq!(slashed.from_own.get(), OWN);
    assert_eq!(slashed.from_delegated.get(), 20_000);
    assert_eq!(context.balance(&friend), OWN);
    assert_eq!(supply - context.supply(&mint), 20_000);
}

/// A missed deadline is a fine without a verdict. Bob misses those of his own jobs, hoping that his delegators pay.
#[test]
fn fines_itself_to_leave_at_once() {
    // Loss if it worked: delegated stake burns for what the owner did, and his own leaves without unbonding.
    let mut context = TestContext::with_workers();
    let job = context.post("bob", terms());
    let seat = TaskSeat { task: 0, seat: 0 };
    context.claim("bob", &job, seat).unwrap();
    let half = context.account::<Provider>(&provider_of("bob")).own.active;
    lend(&mut context, half.get() / 2);
    let wallet = ata(&mut context, "bob");
    let (before, mint) = (context.balance(&wallet), context.stake_mint());
    let supply = context.supply(&mint);
    context.advance(2 * HOUR);

    let result = context.penalize_missed("bob", &job, seat).unwrap();

    let slashed = result.event::<Slashed>();
    assert_eq!(slashed.from_own.get(), MISSED);
    assert_eq!(slashed.from_delegated.get(), 0);
    assert_eq!(supply - context.supply(&mint), MISSED);
    assert_eq!(context.balance(&wallet), before);
}

/// Bob lies, his friend challenges, and friends sit in the round. The pot of the dispute is for them.
#[test]
fn takes_delegated_stake_through_its_own_round_members() {
    // Loss if it worked: the delegators' stake, in the wallets of the owner's friends.
    let (mut context, job) = TestContext::with_dispute("lie", "42");
    let members = five(["42"; 5]);
    context
        .play_round(&job, 0, Source::Dispute, &members, "42")
        .unwrap();
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();
    lend(&mut context, BOND);
    let mint = context.stake_mint();
    let before = context.supply(&mint);

    let result = context.penalize("bob", &job, seat_of(Source::Job, 0));

    let penalized = result.unwrap().event::<Penalized>();
    assert!(penalized.taken.get() > BOND);
    assert_eq!(penalized.awarded.get(), BOND);
    let mut awarded = 0;
    for (seat, name) in (0..).zip(MEMBERS).chain([(CHALLENGER, "carol")]) {
        let result = context.award(name, &job, seat_of(Source::Dispute, seat));
        awarded += result.unwrap().event::<Awarded>().amount.get();
    }
    context.close_round(&job, 0, Source::Dispute).unwrap();
    assert!(awarded <= BOND, "{awarded}");
    let burned = before - context.supply(&mint);
    assert_eq!(burned, penalized.taken.get() - awarded);
}
