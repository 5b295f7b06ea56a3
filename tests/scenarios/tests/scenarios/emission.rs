//! Verified work of an epoch becomes reward tokens, at most half as many as its fees are worth.

use super::STAKE;
use assay_harness::{
    account_exists, assert_fails,
    instruction::rewards,
    market::{terms, TALLY_WINDOW},
    pda::{market, rewards as at},
    Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::state::{shard_of, EpochWork, JobTerms};
use assay_rewards::{
    error::RewardsError,
    instructions::RewardsConfig,
    state::{Emission, Minted},
};

const TEAM: [&str; 3] = ["bob", "carol", "dave"];
const WORKERS_BPS: u64 = 5_000;
const STAKERS_BPS: u64 = 2_000;

fn initialize_rewards(context: &mut TestContext) {
    let config = RewardsConfig {
        initial_emission: 1_000_003,
        halving_epochs: 100,
        workers_bps: WORKERS_BPS,
        stakers_bps: STAKERS_BPS,
        ..context.rewards_config()
    };
    context.init_rewards_with(config);
}

/// Posts and completes a batch in which bob does two tasks, carol one and dave one.
fn work(context: &mut TestContext) {
    for name in TEAM {
        context.worker(name, STAKE);
    }
    let batch = JobTerms {
        task_count: 4,
        ..terms()
    };
    let job = context.post("alice", batch);
    let workers = ["bob", "carol", "dave", "bob"];
    for (task, name) in (0..).zip(workers) {
        context.complete_task(&job, task, &[name], "42");
    }
    context.end_hold(&job);
    for (task, name) in (0..).zip(workers) {
        context.collect(name, &job, &[task]).unwrap();
    }
}

fn finalize(
    context: &mut TestContext,
    epoch: u64,
) -> Result<TransactionResult, TransactionFailure> {
    let anyone = context.actor("anyone");
    context.send(
        &[rewards::finalize_epoch(anyone.pubkey(), epoch)],
        &[&anyone],
    )
}

#[test]
fn an_epoch_of_work_is_tallied_minted_once_and_shared_by_weight() {
    // Given
    let mut context = TestContext::new();
    initialize_rewards(&mut context);
    context.init_market();
    work(&mut context);
    context.advance_to_epoch(1);

    // When
    for name in TEAM {
        context.tally(name, 0).unwrap();
    }
    let early = finalize(&mut context, 0);
    context.advance(TALLY_WINDOW);
    finalize(&mut context, 0).unwrap();
    for name in TEAM {
        context.claim_reward(name, 0).unwrap();
    }

    // Then
    assert_fails(early, RewardsError::TallyOpen);
    let emission: Emission = context.account(&at::emission());
    let expected = 4 * context.quote(&terms()).weight / 2;
    assert_eq!(emission.minted.get(), expected);
    let minted = Minted::divide(expected, WORKERS_BPS, STAKERS_BPS).unwrap();
    let pot = minted.pot().unwrap();
    let claimed = TEAM.map(|name| context.rewards_of(name));
    assert_eq!(claimed[0], pot / 2);
    assert!(claimed[1].abs_diff(pot / 4) <= 1);
    assert_eq!(claimed.iter().sum::<u64>(), pot, "not a unit is lost");
    assert_eq!(context.balance(&at::pot()), 0);
    assert_eq!(context.balance(&at::treasury()), minted.treasury);

    context.advance(1);
    let again = finalize(&mut context, 0);
    assert_fails(again, account_exists());
    let again = context.claim_reward("bob", 0);
    assert_fails(again, RewardsError::NothingToClaim);
}

#[test]
fn the_shards_sum_to_the_fees_of_the_epoch() {
    let mut context = TestContext::new();
    context.init_market();
    work(&mut context);
    context.advance_to_epoch(1);
    let mut shards: Vec<u8> = Vec::new();
    for name in TEAM {
        context.tally(name, 0).unwrap();
        shards.push(shard_of(&context.worker_of(name)));
    }
    shards.sort_unstable();
    shards.dedup();
    let sums = shards.iter().map(|shard| {
        let sum: EpochWork = context.account(&market::epoch_work(0, *shard));
        sum.weight.get()
    });
    let total: u64 = sums.sum();
    assert_eq!(total, 4 * context.quote(&terms()).weight);
}
