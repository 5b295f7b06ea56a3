//! Delegators that leave: at the cost of others, or kept from it.

use crate::{
    address_of_delegation, allocate, ata, delegated, delegation, fine, leave, provider, request,
    show_out, slash, ticket, try_leave, unbond, withdraw, yield_stake, OWN, SPAN,
};
use assay_harness::{
    assert_fails,
    instruction::staking::{self, MaturedRecord, SlashAmounts, TicketAccounts},
    keypairs::provider_of,
    pda::staking as at,
    Signer,
};
use assay_staking::{
    error::StakingError,
    event::Slashed,
    state::{Ticket, BUCKETS},
};
use solana_system_interface::instruction::transfer;

/// Alice waits for stake that backs work. As soon as some of it is free, another takes it away: a delegator, or the owner.
#[test]
fn takes_what_another_delegator_waits_for() {
    // Loss if it worked: whoever asks first leaves last, or never.
    let mut context = delegated(&[("alice", 20_000), ("mallory", 10_000)]);
    allocate(&mut context, 40_000).unwrap();
    request(&mut context, "alice", 20_000).unwrap();
    yield_stake(&mut context, 20_000);
    assert_eq!(provider(&context).allocated.get(), 20_000);

    let by_a_delegator = try_leave(&mut context, "mallory", 10_000);
    let by_the_owner = unbond(&mut context, 1);

    assert_fails(by_a_delegator, StakingError::StakeAllocated);
    assert_fails(by_the_owner, StakingError::StakeAllocated);
    leave(&mut context, "alice", 20_000);
}

/// What is asked back may back no work. Mallory asks for hers again and again, and means to stay.
#[test]
fn asks_back_and_stays_to_strip_a_provider() {
    // Loss if it worked: a small delegator takes the collateral of a provider away, as often as it likes.
    let mut context = delegated(&[("mallory", 10_000), ("alice", 20_000)]);
    allocate(&mut context, 40_000).unwrap();
    request(&mut context, "mallory", 10_000).unwrap();

    let again = request(&mut context, "mallory", 10_000);

    assert_fails(again, StakingError::NotEnoughShares);
    yield_stake(&mut context, 40_000);
    assert_eq!(provider(&context).allocated.get(), 30_000);
    // No instruction takes a request back.
    show_out(&mut context, "mallory", 10_000).unwrap();
    assert_eq!(delegation(&context, "mallory").shares.get(), 0);
}

/// Requested stake backs no work and earns like the rest. Mallory does not fetch it.
#[test]
fn leaves_a_request_open_to_block_collateral() {
    // Loss if it worked: others pay with their risk for what mallory earns without one.
    let mut context = delegated(&[("mallory", 10_000), ("alice", 20_000)]);
    request(&mut context, "mallory", 10_000).unwrap();

    show_out(&mut context, "mallory", 10_000).unwrap();

    let after = provider(&context);
    assert_eq!(after.active_shares.get(), 20_000);
    assert_eq!(after.requested_shares.get(), 0);
}

/// Anyone may complete a request. Mallory does it for alice, one base unit at a time, each in another ticket.
#[test]
fn cuts_a_request_into_dust_tickets() {
    // Loss if it worked: alice pays more for the transactions that withdraw her stake than it is worth.
    let mut context = delegated(&[("alice", 20_000)]);
    request(&mut context, "alice", 10_000).unwrap();

    let result = show_out(&mut context, "alice", 1);

    assert_fails(result, StakingError::DelegationTooSmall);
    assert_eq!(delegation(&context, "alice").shares.get(), 20_000);
    show_out(&mut context, "alice", 10_000).unwrap();
}

/// What nobody asked back only its delegator may undelegate.
#[test]
fn throws_a_delegator_out() {
    // Loss if it worked: the rewards of a whole unbonding period, again and again.
    let mut context = delegated(&[("alice", 20_000)]);
    request(&mut context, "alice", 5_000).unwrap();

    let result = show_out(&mut context, "alice", 5_001);

    assert_fails(result, StakingError::NotOwner);
    assert_eq!(delegation(&context, "alice").shares.get(), 20_000);
}

/// Alice sees the lie before the penalty comes and leaves.
#[test]
fn leaves_before_the_slash() {
    // Loss if it worked: those who look away pay for those who do not.
    let mut context = delegated(&[("alice", 30_000)]);
    allocate(&mut context, 20_000).unwrap();
    let lie = context.now();
    context.advance(1);
    let matures_at = leave(&mut context, "alice", 20_000);

    let amounts = SlashAmounts {
        release: 15_000,
        infraction_time: lie,
        ..fine(&context, 15_000)
    };
    let slashed = slash(&mut context, amounts).event::<Slashed>();

    // The owner pays all of its 10,000. Of the other 5,000, two thirds are for the 20,000 that left, of 30,000.
    assert_eq!(slashed.from_own.get(), OWN);
    let from_leavers: u64 = slashed.buckets.iter().map(|cut| cut.get()).sum();
    assert_eq!((from_leavers, slashed.active.get()), (3_334, 1_666));
    context.advance_to(matures_at);
    assert_eq!(withdraw(&mut context, "alice", matures_at), 16_666);
}

/// Mallory, who is bob, has delegated to herself, and what she has backs other seats. Alice has left since the lie.
#[test]
fn keeps_its_own_delegation_behind_other_seats() {
    // Loss if it worked: leavers pay up to twice their share, and whoever stays with the liar less.
    let mut context = delegated(&[("mallory", 36_000), ("alice", 4_000)]);
    allocate(&mut context, 40_000).unwrap();
    let lie = context.now();
    let matures_at = leave(&mut context, "alice", 4_000);

    let amounts = SlashAmounts {
        release: OWN + 4_000,
        infraction_time: lie,
        ..fine(&context, OWN + 4_000)
    };
    let slashed = slash(&mut context, amounts).event::<Slashed>();

    // A tenth of what delegators lose, and not 4,000 of the 14,000 that are in no other seat.
    assert_eq!((slashed.from_own.get(), slashed.active.get()), (OWN, 3_600));
    context.advance_to(matures_at);
    assert_eq!(withdraw(&mut context, "alice", matures_at), 4_000 - 400);
}

/// Alice has left. Bob lies afterwards.
#[test]
fn makes_leavers_pay_for_later_lies() {
    // Loss if it worked: nobody can leave, because the unbonding period is as dangerous as the time before.
    let mut context = delegated(&[("alice", 20_000), ("carol", 10_000)]);
    let matures_at = leave(&mut context, "alice", 20_000);
    context.advance(SPAN);

    let amounts = fine(&context, 15_000);
    let slashed = slash(&mut context, amounts).event::<Slashed>();

    assert!(slashed.buckets.iter().all(|cut| cut.get() == 0));
    assert_eq!(slashed.active.get(), 15_000 - OWN);
    context.advance_to(matures_at);
    assert_eq!(withdraw(&mut context, "alice", matures_at), 20_000);
}

/// Mallory puts a dust ticket into each bucket and never withdraws one.
#[test]
fn blocks_the_queue_with_dust_tickets() {
    // Loss if it worked: no delegator of the provider ever leaves.
    let mut context = delegated(&[("mallory", 5_000), ("alice", 20_000)]);
    let first = leave(&mut context, "mallory", 100);
    for _ in 1..BUCKETS {
        context.advance(SPAN);
        leave(&mut context, "mallory", 100);
    }
    context.advance(SPAN);
    let blocked = try_leave(&mut context, "alice", 20_000);
    assert_fails(blocked, StakingError::UnbondingQueueFull);

    context.mature(&provider_of("bob"), first).unwrap();

    leave(&mut context, "alice", 20_000);
    assert_eq!(withdraw(&mut context, "mallory", first), 100);
}

/// Whoever makes room in the queue pays the rent of a record until its last ticket is gone. Slashing has left the ticket of
/// mallory worthless, so that she has no reason to come.
#[test]
fn locks_rent_in_records() {
    // Loss if it worked: the rent of a record for each bucket that somebody clears.
    let mut context = delegated(&[("mallory", 5_000)]);
    let matures_at = leave(&mut context, "mallory", 5_000);
    let amounts = fine(&context, OWN + 5_000);
    slash(&mut context, amounts);
    context.advance_to(matures_at);
    context.mature(&provider_of("bob"), matures_at).unwrap();
    let record = at::matured(&provider_of("bob"), matures_at);
    let (anyone, rent) = (context.address_of("anyone"), context.lamports(&record));
    let before = context.lamports(&anyone);
    assert!(rent > 0);

    assert_eq!(withdraw(&mut context, "mallory", matures_at), 0);

    assert!(context.lamports(&anyone) > before);
    assert!(!context.exists(&record));
    assert_eq!(provider(&context).records.get(), 0);
}

/// Mallory withdraws her ticket, sends rent to its address and withdraws it again, in one transaction. Alice has a ticket of the
/// same bucket.
#[test]
fn reopens_an_account_that_was_closed() {
    // Loss if it worked: the stake of everybody who left in the same span.
    let mut context = delegated(&[("mallory", 10_000), ("alice", 10_000)]);
    let matures_at = leave(&mut context, "mallory", 10_000);
    assert_eq!(leave(&mut context, "alice", 10_000), matures_at);
    context.advance_to(matures_at);
    let (mallory, mint) = (context.actor("mallory"), context.stake_mint());
    ata(&mut context, "mallory");
    let withdraw_again = staking::withdraw_ticket(ticket(&context, "mallory", matures_at), &mint);
    let address = at::ticket(&address_of_delegation("mallory"), matures_at);
    let revive = transfer(&mallory.pubkey(), &address, context.rent(500));

    let both = [withdraw_again.clone(), revive, withdraw_again];
    let result = context.send(&both, &[&mallory]);

    assert!(result.is_err());
    assert_eq!(withdraw(&mut context, "mallory", matures_at), 10_000);
    assert_eq!(withdraw(&mut context, "alice", matures_at), 10_000);
}

/// A ticket names its bucket by its maturity. Mallory withdraws hers from a record of another bucket, which was not slashed.
#[test]
fn withdraws_from_the_record_of_others() {
    // Loss if it worked: the stake of delegators who left before the lie.
    let mut context = delegated(&[("mallory", 20_000), ("alice", 10_000)]);
    let before = leave(&mut context, "alice", 10_000);
    context.advance(SPAN);
    let matures_at = leave(&mut context, "mallory", 20_000);
    let amounts = fine(&context, OWN + 20_000);
    slash(&mut context, amounts);
    context.advance_to(matures_at);
    let bobs = provider_of("bob");
    for at in [before, matures_at] {
        context.mature(&bobs, at).unwrap();
    }
    ata(&mut context, "mallory");
    let (mint, honest) = (
        context.stake_mint(),
        ticket(&context, "mallory", matures_at),
    );
    let forged = TicketAccounts {
        record: honest.record.map(|record| MaturedRecord {
            address: at::matured(&bobs, before),
            ..record
        }),
        ..honest
    };

    let result = context.crank(staking::withdraw_ticket(forged, &mint));

    assert_fails(result, StakingError::WrongBucket);
    let tickets = at::ticket(&address_of_delegation("alice"), before);
    assert_eq!(context.account::<Ticket>(&tickets).shares.get(), 10_000);
}

/// Mallory withdraws what may still be slashed.
#[test]
fn withdraws_before_its_time() {
    // Loss if it worked: stake out of reach of slashing.
    let mut context = delegated(&[("mallory", 10_000)]);
    let matures_at = leave(&mut context, "mallory", 10_000);
    context.advance_to(matures_at - 1);
    ata(&mut context, "mallory");
    let mint = context.stake_mint();

    let early = staking::withdraw_ticket(ticket(&context, "mallory", matures_at), &mint);
    let result = context.crank(early);

    assert_fails(result, StakingError::NotMatured);
    context.advance(1);
    assert_eq!(withdraw(&mut context, "mallory", matures_at), 10_000);
}
