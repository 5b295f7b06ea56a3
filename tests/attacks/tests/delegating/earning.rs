//! Rewards that others earned.

use crate::{
    activate, activate_own, address_of_delegation, ata, claim, claim_owner, delegated, delegation,
    fund, join, leave, provider, set_aside, set_param, settle, staking_only, unbond, wait_to_join,
    wipe, Sent, CLAIM_SPAN, OWN,
};
use assay_harness::{
    assert_fails, instruction::staking, keypairs::provider_of, pda::staking as at, replace_account,
    Signer, TestContext, DAY, HOUR,
};
use assay_staking::{
    error::StakingError,
    state::{Delegation, Param},
};

/// One base unit a second.
const STREAMED: u64 = CLAIM_SPAN;

/// Records rewards of bob's provider that nobody transferred, base units of the stake mint.
fn record(context: &mut TestContext, direct: u64, streamed: u64) -> Sent {
    let rewards = context.actor("rewards");
    let fund = staking::fund_rewards(rewards.pubkey(), &provider_of("bob"), direct, streamed);
    context.send(&[fund], &[&rewards])
}

/// Asserts that a delegator received what is due, but for the fraction of a base unit that rounding keeps until later.
#[track_caller]
fn assert_near(received: u64, due: u64) {
    assert!(
        received == due || received + 1 == due,
        "{received} of {due}"
    );
}

/// Mallory has joined before eight epochs are claimed for bob's provider, and leaves after.
#[test]
fn delegates_just_before_the_credit() {
    // Loss if it worked: the rewards of eight epochs, for one minute of risk.
    let mut context = delegated(&[("alice", 30_000), ("mallory", 30_000)]);
    fund(&mut context, 0, STREAMED);
    context.advance(60);

    leave(&mut context, "mallory", 30_000);

    let earned = claim(&mut context, "mallory");
    assert!((25..=26).contains(&earned), "{earned}");
}

/// The owner decides when epochs are claimed. Bob adds stake of his own for that moment.
#[test]
fn adds_own_stake_just_before_the_claim() {
    // Loss if it worked: the delegators' part of up to ten epochs.
    let mut context = delegated(&[("alice", OWN)]);
    let bob = context.actor("bob");
    context.stake(&bob, 99 * OWN);
    fund(&mut context, 0, STREAMED);
    context.advance(60);
    unbond(&mut context, 99 * OWN).unwrap();
    context.advance(CLAIM_SPAN);

    let earned = claim(&mut context, "alice");

    assert!(earned >= (STREAMED - 60) / 2, "{earned}");
}

/// Bob claims nothing for days, until his accomplice has joined, and then everything at once.
#[test]
fn hoards_claims_for_an_accomplice() {
    // Loss if it worked: what delegators earned before the accomplice came.
    let mut context = delegated(&[("alice", 30_000), ("mallory", 40_000)]);
    // A stream that is about to end must not carry the new rewards with it.
    fund(&mut context, 0, 10);
    context.advance(CLAIM_SPAN - HOUR);
    fund(&mut context, 0, 8 * STREAMED);
    context.advance(DAY);

    leave(&mut context, "mallory", 40_000);

    let earned = claim(&mut context, "mallory");
    let due = 8 * DAY / 2;
    assert!(earned <= due + due / 100, "{earned}");
}

/// Every claim makes the stream longer. Bob claims the smallest epochs one by one.
#[test]
fn stretches_the_stream_with_dust() {
    // Loss if it worked: whoever leaves in the meantime, leaves without what it has earned.
    let mut context = delegated(&[("alice", 30_000)]);
    fund(&mut context, 0, STREAMED);
    for _ in 1..10 {
        context.advance(DAY);
        fund(&mut context, 0, 1);
    }
    context.advance(DAY);

    settle(&mut context, "alice");

    let left = provider(&context).stream.left.get();
    assert!(left < STREAMED / 1_000, "{left}");
}

/// Anyone may settle any delegation, at any time. Mallory does it every hour, so that little comes each time and rounding takes
/// a part of it.
#[test]
fn drains_rounding_by_settling_every_second() {
    // Loss if it worked: the rewards of small delegators.
    let mut calm = delegated(&[("alice", 7_001), ("carol", 3_001)]);
    unbond(&mut calm, OWN).unwrap();
    fund(&mut calm, 0, 1_000);
    let mut hasty = calm.clone();

    calm.advance(CLAIM_SPAN);
    for _ in 0..CLAIM_SPAN / HOUR {
        hasty.advance(HOUR);
        settle(&mut hasty, "alice");
    }

    let (due, earned) = (claim(&mut calm, "alice"), claim(&mut hasty, "alice"));
    assert_eq!(due, 1_000 * 7_001 / 10_002);
    assert!(earned + 1 >= due, "{earned} of {due}");
    let rest = claim(&mut hasty, "carol");
    assert!(earned + rest <= 1_000 && earned + rest >= 999);
}

/// Slashing wiped mallory out, and she settles nothing. New delegators come to the provider.
#[test]
fn claims_with_the_shares_of_a_wiped_generation() {
    // Loss if it worked: the rewards of whoever comes next.
    let mut context = delegated(&[("mallory", 10_000)]);
    wipe(&mut context);
    set_aside(&mut context, "alice", 10_000).unwrap();
    wait_to_join(&mut context, "alice");

    let result = activate(&mut context, "alice");

    assert_fails(result, StakingError::GenerationUnsettled);
    settle(&mut context, "mallory");
    activate(&mut context, "alice").unwrap();
    fund(&mut context, 0, STREAMED);
    context.advance(CLAIM_SPAN);
    assert_eq!(claim(&mut context, "mallory"), 0);
    assert!(claim(&mut context, "alice") >= STREAMED - 1);
}

/// Alice earned for days before bob lied. Her stake is gone, but not what it earned.
#[test]
fn loses_earned_rewards_in_a_wipe() {
    // Loss if it worked: rewards of all delegators, which nobody can claim any more.
    let mut context = delegated(&[("alice", OWN)]);
    fund(&mut context, 0, STREAMED);
    context.advance(CLAIM_SPAN / 2);

    wipe(&mut context);

    assert_near(claim(&mut context, "alice"), STREAMED / 4);
}

/// A single share earns everything, so that the accumulator grows as fast as it can. Then alice comes with many shares.
#[test]
fn overflows_the_accumulator_with_one_share() {
    // Loss if it worked: nobody of the provider can settle, and so nobody can leave.
    let most = 1 << 60;
    let mut context = staking_only();
    set_param(&mut context, Param::MinDelegation, 1);
    join(&mut context, &[("mallory", 1)]);
    unbond(&mut context, OWN).unwrap();
    set_aside(&mut context, "alice", most).unwrap();
    fund(&mut context, 0, most);
    context.advance(CLAIM_SPAN);

    activate_own(&mut context, "alice").unwrap();
    fund(&mut context, 0, most);
    context.advance(CLAIM_SPAN);

    let (first, second) = (claim(&mut context, "mallory"), claim(&mut context, "alice"));
    assert!(first == most || first == most + 1, "{first}");
    assert!(second == most - 1 || second == most, "{second}");
}

/// What a stream brought belongs to the shares of that time. Mallory buys many when it has flowed and nobody has settled.
#[test]
fn changes_shares_without_settling() {
    // Loss if it worked: what the stream has brought to others.
    let mut context = delegated(&[("mallory", 1_000), ("alice", 20_000)]);
    set_aside(&mut context, "mallory", 50_000).unwrap();
    wait_to_join(&mut context, "mallory");
    fund(&mut context, 0, STREAMED);
    context.advance(CLAIM_SPAN / 2);

    activate_own(&mut context, "mallory").unwrap();

    let due = STREAMED / 2 * 1_000 / 31_000;
    let earned = claim(&mut context, "mallory");
    assert!(earned <= due + 1, "{earned}");
}

/// Anyone may send tokens to a reward vault, so that it holds more than it owes.
#[test]
fn gives_to_the_reward_vault_to_break_it() {
    // Loss if it worked: for one base unit, a provider can never be paid again.
    let mut context = delegated(&[("alice", OWN)]);
    let (mint, vault) = (context.stake_mint(), at::reward_vault(&provider_of("bob")));
    context.mint_to_account(&mint, &vault, 5);

    fund(&mut context, 100, STREAMED);

    context.advance(CLAIM_SPAN);
    assert_near(claim(&mut context, "alice"), STREAMED / 2);
    assert_eq!(claim_owner(&mut context), 100 + STREAMED / 2);
    assert!((5..=6).contains(&context.balance(&vault)));
}

/// A version of rewards with a fault records more than it transferred.
#[test]
fn funds_rewards_without_tokens() {
    // Loss if it worked: who claims last finds an empty vault.
    let mut context = delegated(&[("alice", OWN)]);
    fund(&mut context, 0, STREAMED);

    let direct = record(&mut context, 1, 0);
    let streamed = record(&mut context, 0, 1);

    assert_fails(direct, StakingError::VaultShort);
    assert_fails(streamed, StakingError::VaultShort);
    assert_eq!(provider(&context).rewards_held.get(), STREAMED);
}

/// Nobody but the owner of a delegation receives its rewards; mallory names her own delegation as that of alice.
#[test]
fn claims_the_rewards_of_another() {
    // Loss if it worked: the rewards of every delegator.
    let mut context = delegated(&[("alice", OWN), ("mallory", OWN)]);
    fund(&mut context, 0, STREAMED);
    context.advance(CLAIM_SPAN);
    let (mallory, mint) = (context.actor("mallory"), context.stake_mint());
    ata(&mut context, "mallory");
    let claim_own = staking::claim_rewards(&mallory.pubkey(), &provider_of("bob"), &mint);
    let (hers, alices) = (
        address_of_delegation("mallory"),
        address_of_delegation("alice"),
    );

    let result = context.crank(replace_account(claim_own, &hers, &alices));

    assert_fails(result, StakingError::NotOwner);
    let alice: Delegation = delegation(&context, "alice");
    assert_eq!(alice.rewards.get(), 0);
    assert_near(claim(&mut context, "alice"), STREAMED / 3);
}
