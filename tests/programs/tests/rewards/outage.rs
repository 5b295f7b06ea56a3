//! The network stands still for a day, whenever it likes: nobody loses the rewards of an epoch.

use super::COLLATERAL;
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    keypairs::worker_of,
    market::terms,
    pda::{market as market_at, rewards as at},
    rewards::INITIAL_EMISSION,
    Signer, TestContext, DAY, HOUR,
};
use assay_market::{
    error::MarketError,
    instructions::MarketConfig,
    state::{JobTerms, Params},
};

/// What workers and stakers receive of an epoch together.
const PAID: u64 = INITIAL_EMISSION / 10 * 8;
/// As on mainnet, seconds.
const TALLY_WINDOW: u64 = 2 * DAY;

/// Returns a market with mainnet's calendar in which the results of bob and carol became final in epoch 0. Nothing is collected.
fn worked() -> (TestContext, JobAddresses) {
    let mut context = TestContext::new();
    let config = context.rewards_config();
    context.init_rewards_with(config);
    context.init_staking_for_market();
    let config = MarketConfig {
        tally_window: TALLY_WINDOW,
        ..context.market_config()
    };
    context.init_market_with(config);
    let payment = context.payment();
    context.allow_mint(payment);
    for name in ["bob", "carol"] {
        context.worker(name, COLLATERAL);
    }
    let job = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            price: 10_000,
            ..terms()
        },
    );
    for (task, name) in [(0, "bob"), (1, "carol")] {
        context.complete_task(&job, task, &[name], "42");
    }
    context.end_hold(&job);
    (context, job)
}

fn end_of_epoch_0(context: &TestContext) -> i64 {
    let params: Params = context.account(&market_at::params());
    params.epoch_end(0).unwrap()
}

/// Collects and tallies the work of bob and carol in epoch 0.
fn tally(context: &mut TestContext, job: &JobAddresses) {
    for (seat, name) in [(0, "bob"), (1, "carol")] {
        context.collect(name, job, &[seat]).unwrap();
        context.tally(name, 0).unwrap();
    }
}

/// Ends epoch 0 when its tally is over and pays both their halves.
fn finalize_and_claim(context: &mut TestContext) {
    let params: Params = context.account(&market_at::params());
    let end = params.tally_end(0).unwrap();
    if context.now() < end {
        context.advance_to(end);
    }
    context.finalize(0).unwrap();
    for name in ["bob", "carol"] {
        context.claim_reward(name, 0).unwrap();
        assert_eq!(context.rewards_of(name), PAID / 2, "{name}");
    }
    assert_eq!(context.balance(&at::pot()), 0);
}

#[test]
fn a_day_lost_at_any_time_of_the_tally_leaves_a_day_to_tally() {
    for begin in [0, HOUR, DAY / 2, DAY - 1] {
        // Given nobody was quick before the network stands still, so many seconds after the end of the epoch
        let (mut context, job) = worked();
        context.advance_to_epoch(1);
        context.advance(begin);

        // When
        context.advance(DAY);

        // Then
        tally(&mut context, &job);
        finalize_and_claim(&mut context);
    }
}

#[test]
fn a_day_lost_at_the_end_of_the_tally_follows_a_day_to_tally() {
    // Given: the network stands still after the first day
    let (mut context, job) = worked();
    context.advance_to_epoch(1);
    context.advance(DAY - 1);
    tally(&mut context, &job);

    // When
    context.advance(2 * DAY);

    // Then
    finalize_and_claim(&mut context);
}

#[test]
fn work_that_becomes_final_while_the_network_stands_still_counts_in_that_epoch() {
    // Given a result that stands in the last second of epoch 0
    let (mut context, _) = worked();
    context.advance_to(end_of_epoch_0(&context) - 1_000);
    let job = context.post(
        "alice",
        JobTerms {
            nonce: 1,
            price: 10_000,
            ..terms()
        },
    );
    context.complete_task(&job, 0, &["bob"], "42");

    // When
    context.advance(DAY);

    // Then: its hold ended in epoch 1
    context.collect("bob", &job, &[0]).unwrap();
    let worker = context.worker_account("bob");
    assert!(worker.work(0).is_none());
    assert_eq!(worker.work(1).unwrap().weight.get(), 1_000);
}

#[test]
fn a_day_lost_before_the_claims_takes_none_of_them() {
    // Given the first day on which epoch 0 can be finalized, and days without a crank until the last but one to do so
    let (mut context, job) = worked();
    context.advance_to_epoch(1);
    tally(&mut context, &job);
    context.advance_to_epoch(8);
    context.advance(DAY - 1);
    context.finalize(0).unwrap();

    // When
    context.advance(DAY);

    // Then
    for name in ["bob", "carol"] {
        context.claim_reward(name, 0).unwrap();
    }
    assert_eq!(context.balance(&at::pot()), 0);
}

/// Eight days without anybody who claims: what can still be claimed on the last day is claimed at once.
#[test]
fn a_worker_that_sleeps_through_all_claims_but_the_last_loses_nothing() {
    // Given epoch 0, which others tallied and finalized for it
    let (mut context, job) = worked();
    context.advance_to_epoch(1);
    tally(&mut context, &job);
    let params: Params = context.account(&market_at::params());
    context.advance_to(params.tally_end(0).unwrap());
    context.finalize(0).unwrap();

    // When it wakes in the last second
    context.advance_to(params.epoch_end(9).unwrap() - 1);
    context.claim_reward("bob", 0).unwrap();

    // Then
    assert_eq!(context.rewards_of("bob"), PAID / 2);
}

#[test]
fn anybody_tallies_for_a_worker_that_sleeps() {
    let (mut context, job) = worked();
    context.advance_to_epoch(1);
    context.collect("bob", &job, &[0]).unwrap();
    context.advance(TALLY_WINDOW - 1);
    let (stranger, worker) = (context.actor("stranger"), worker_of("bob"));
    let tally = market::tally_work(stranger.pubkey(), worker, 0);
    context.send(&[tally], &[&stranger]).unwrap();
    context.advance(1);
    context.finalize(0).unwrap();
    context.claim_reward("bob", 0).unwrap();
    assert_eq!(context.rewards_of("bob"), PAID);
}

#[test]
fn the_tally_ends_all_the_same() {
    let (mut context, job) = worked();
    context.advance_to_epoch(1);
    for (seat, name) in [(0, "bob"), (1, "carol")] {
        context.collect(name, &job, &[seat]).unwrap();
    }
    context.advance(TALLY_WINDOW - 1);
    context.tally("bob", 0).unwrap();
    context.advance(1);
    let late = context.tally("carol", 0);
    assert_fails(late, MarketError::OutsideTallyWindow);
}
