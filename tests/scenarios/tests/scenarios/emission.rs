//! Verified work of an epoch becomes reward tokens, at most half as many as its fees are worth.

use super::{ata_balance, STAKE};
use assay_harness::{
    account_exists, assert_fails,
    instruction::rewards,
    market::{terms, TALLY_WINDOW},
    pda::{market, rewards as at},
    Signer, TestContext, TransactionFailure, TransactionResult, DEPLOYER,
};
use assay_market::state::{shard_of, EpochWork, JobTerms};
use assay_rewards::{
    error::RewardsError,
    instructions::RewardsConfig,
    state::{Emission, Minted},
};

const TEAM: [&str; 3] = ["bob", "carol", "dave"];
const WORKERS_BPS: u64 = 7_000;

fn initialize_rewards(context: &mut TestContext) {
    let config = RewardsConfig {
        authority: context.address_of("governance"),
        genesis_holder: context.address_of("treasury"),
        cap: 1_000_000_000,
        genesis_supply: 100_000_000,
        initial_emission: 1_000_003,
        halving_epochs: 100,
        workers_bps: WORKERS_BPS,
        kappa_bps: 5_000,
    };
    let deployer = context.actor(DEPLOYER);
    context
        .send(
            &[rewards::initialize(deployer.pubkey(), config)],
            &[&deployer],
        )
        .expect("rewards initialize");
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

fn claim(
    context: &mut TestContext,
    name: &str,
    epoch: u64,
) -> Result<TransactionResult, TransactionFailure> {
    let (anyone, owner) = (context.actor("anyone"), context.address_of(name));
    context.ata(&at::mint(), &owner);
    let claim = rewards::claim_epoch(anyone.pubkey(), &owner, epoch);
    context.send(&[claim], &[&anyone])
}

#[test]
fn an_epoch_of_work_is_tallied_minted_once_and_shared_by_weight() {
    // Given
    let mut context = TestContext::new();
    context.init_market();
    initialize_rewards(&mut context);
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
        claim(&mut context, name, 0).unwrap();
    }

    // Then
    assert_fails(early, RewardsError::TallyOpen);
    let emission: Emission = context.account(&at::emission());
    let expected = 4 * context.quote(&terms()).weight / 2;
    assert_eq!(emission.minted.get(), expected);
    let shares = Minted::divide(expected, WORKERS_BPS).unwrap();
    let mint = at::mint();
    let claimed = TEAM.map(|name| ata_balance(&mut context, &mint, name));
    assert_eq!(claimed[0], shares.workers / 2);
    assert!(claimed[1].abs_diff(shares.workers / 4) <= 1);
    assert_eq!(
        claimed.iter().sum::<u64>(),
        shares.workers,
        "not a unit is lost"
    );
    assert_eq!(context.balance(&at::pot(0)), 0);
    assert_eq!(context.balance(&at::treasury()), shares.treasury);

    context.advance(1);
    let again = finalize(&mut context, 0);
    assert_fails(again, account_exists());
    let again = claim(&mut context, "bob", 0);
    assert_fails(again, RewardsError::AlreadyClaimed);
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
