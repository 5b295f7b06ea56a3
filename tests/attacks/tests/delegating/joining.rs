//! Tokens that come at the right moment, or at a wrong price.

use crate::{
    activate, activate_own, address_of_delegation, allocate, ata, delegated, delegation, fine,
    join, leave, provider, set_aside, set_param, slash, staking_only, try_leave, unbond,
    wait_to_join, EXPOSURE, MIN_SELF_STAKE, OWN,
};
use assay_harness::{
    assert_fails,
    instruction::staking::{self, SlashAmounts},
    keypairs::provider_of,
    pda::staking as at,
    replace_account, ErrorCode, Signer, DAY,
};
use assay_staking::{
    error::StakingError,
    event::Slashed,
    state::{Param, JOIN_SLACK, JOIN_WINDOW},
};

/// Bob has lied, and knows it before anybody else. He promises newcomers a share of his rewards.
#[test]
fn dilutes_a_pending_penalty_with_newcomers() {
    // Loss if it worked: newcomers pay most of a penalty that was earned before they came.
    let mut context = delegated(&[("alice", 20_000)]);
    let lie = context.now();
    set_aside(&mut context, "carol", 100_000).unwrap();

    let result = activate(&mut context, "carol");

    assert_fails(result, StakingError::TooEarly);
    let amounts = SlashAmounts {
        infraction_time: lie,
        ..fine(&context, 20_000)
    };
    let slashed = slash(&mut context, amounts).event::<Slashed>();
    assert_eq!(slashed.from_delegated.get(), 20_000 - OWN);
    let (carol, wallet) = (context.actor("carol"), ata(&mut context, "carol"));
    let back = staking::withdraw_pending_to(carol.pubkey(), &provider_of("bob"), wallet);
    context.send(&[back], &[&carol]).unwrap();
    assert_eq!(context.balance(&wallet), 100_000);
}

/// A penalty stays where nobody sends it. Somebody sends it when carol has joined.
#[test]
fn makes_a_late_joiner_pay_for_an_old_lie() {
    // Loss if it worked: whoever joins pays for every lie that was found and not fined yet.
    let mut context = staking_only();
    let lie = context.now();
    join(&mut context, &[("carol", 30_000)]);

    let amounts = SlashAmounts {
        infraction_time: lie,
        ..fine(&context, 30_000)
    };
    let slashed = slash(&mut context, amounts).event::<Slashed>();

    assert_eq!(slashed.from_own.get(), OWN);
    assert_eq!(slashed.from_delegated.get(), 0);
    assert_eq!(provider(&context).active_tokens.get(), 30_000);
}

/// Dora's time to join has come, and she is away. Bob's node leaves her tokens where they are. Then bob lies, and knows it before
/// anybody else. Mallory is bob under another name.
#[test]
fn uses_tokens_that_wait_as_a_shield() {
    // Loss if it worked: dora pays most of a penalty for a lie that was told while her tokens were in no pool.
    let mut context = delegated(&[("mallory", 4_000)]);
    set_aside(&mut context, "dora", 40_000).unwrap();
    wait_to_join(&mut context, "dora");
    context.advance(JOIN_WINDOW);
    let lie = context.now();

    let result = activate(&mut context, "dora");

    assert_fails(result, StakingError::NotOwner);
    let amounts = SlashAmounts {
        infraction_time: lie,
        ..fine(&context, OWN + 3_000)
    };
    let slashed = slash(&mut context, amounts).event::<Slashed>();
    assert_eq!(slashed.from_delegated.get(), 3_000);
    assert_eq!(provider(&context).active_tokens.get(), 1_000);
    assert_eq!(delegation(&context, "dora").pending.get(), 40_000);
    activate_own(&mut context, "dora").unwrap();
}

/// Mallory is the first delegator and holds the smallest number of shares. A gift to the vault could make each expensive.
#[test]
fn buys_shares_cheaper_than_tokens() {
    // Loss if it worked: what rounding takes from whoever comes after the gift, or what a redemption rounds up.
    let mut context = staking_only();
    set_param(&mut context, Param::MinDelegation, 1);
    join(&mut context, &[("mallory", 3)]);
    let (mint, vault) = (context.stake_mint(), at::stake_vault(&provider_of("bob")));
    context.mint_to_account(&mint, &vault, 1_000_000);
    join(&mut context, &[("alice", 997)]);
    assert_eq!(delegation(&context, "alice").shares.get(), 997);
    let amounts = fine(&context, OWN + 500);
    slash(&mut context, amounts);
    assert_eq!(provider(&context).active_tokens.get(), 500);

    // A share is worth half a token now.
    let result = try_leave(&mut context, "mallory", 1);

    assert_fails(result, StakingError::SharesWorthNothing);
    leave(&mut context, "mallory", 3);
    assert_eq!(provider(&context).active_tokens.get(), 499);
}

/// After a slash that left almost nothing, a token buys millions of shares, and the remainder backs work of others.
#[test]
fn stakes_into_a_diluted_pool() {
    // Loss if it worked: sums of shares overflow, and nobody of the pool gets out.
    let mut context = delegated(&[("alice", 5_000_000)]);
    set_aside(&mut context, "carol", 1_000).unwrap();
    wait_to_join(&mut context, "carol");
    allocate(&mut context, 1).unwrap();
    let amounts = fine(&context, OWN + 4_999_999);
    slash(&mut context, amounts);
    assert_eq!(provider(&context).active_tokens.get(), 1);
    assert_eq!(provider(&context).active_shares.get(), 5_000_000);

    let joined = activate(&mut context, "carol");
    let aside = set_aside(&mut context, "dave", 1_000);

    assert_fails(joined, StakingError::PoolDiluted);
    assert_fails(aside, StakingError::PoolDiluted);
}

/// Each delegation waits from the last that came to it. Mallory adds dust to that of alice.
#[test]
fn resets_anothers_wait() {
    // Loss if it worked: alice never joins, and her tokens earn nothing.
    let mut context = staking_only();
    set_aside(&mut context, "alice", 20_000).unwrap();
    let from = delegation(&context, "alice").pending_from;
    context.advance(DAY);
    let (mallory, mint) = (context.actor("mallory"), context.stake_mint());
    let source = context.mint_tokens(&mint, &mallory.pubkey(), 1_000);
    let delegate = staking::delegate(mallory.pubkey(), &provider_of("bob"), source, 1_000);
    let dust = replace_account(
        delegate,
        &address_of_delegation("mallory"),
        &address_of_delegation("alice"),
    );

    let result = context.send(&[dust], &[&mallory]);

    let refused = (assay_staking::ID, ErrorCode::ConstraintSeeds);
    assert_fails(result, refused);
    assert_eq!(delegation(&context, "alice").pending_from, from);
}

/// The wait is as long as a lie can be found, and a day more, in which nobody could send a penalty.
#[test]
fn joins_in_an_outage() {
    // Loss if it worked: newcomers pay for lies of before, because no penalty could be sent for a day.
    let mut context = staking_only();
    let lie = context.now();
    set_aside(&mut context, "carol", 30_000).unwrap();
    context.advance(EXPOSURE + JOIN_SLACK - 1);

    let result = activate(&mut context, "carol");

    assert_fails(result, StakingError::TooEarly);
    let amounts = SlashAmounts {
        infraction_time: lie,
        ..fine(&context, 30_000)
    };
    let slashed = slash(&mut context, amounts).event::<Slashed>();
    assert_eq!(slashed.from_delegated.get(), 0);
    assert_eq!(delegation(&context, "carol").pending.get(), 30_000);
}

/// Whoever is an owner and a delegator has two stakes, each with a minimum of its own.
#[test]
fn meets_the_owners_minimum_as_a_delegator() {
    // Loss if it worked: an owner without stake of its own, which is first to be lost, decides about that of others.
    let mut context = delegated(&[("bob", 50_000)]);

    let result = unbond(&mut context, OWN - MIN_SELF_STAKE + 1);

    assert_fails(result, StakingError::BelowMinSelfStake);
    assert_eq!(provider(&context).own.active.get(), OWN);
}
