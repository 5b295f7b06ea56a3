//! The engine: reproducible, and an honest market as one expects it.

#![allow(
    clippy::float_cmp,
    reason = "amounts are whole numbers of half prices, which f64 holds exactly"
)]

use assay_simulate::engine::play;
use assay_simulate::market::Scenario;
use assay_simulate::parameters::DEFAULTS;
use assay_simulate::sample::{Effort, Sample};
use assay_simulate::scenarios::Cell;
use assay_simulate::strategy::honest::Honest;
use assay_simulate::strategy::lie::{Defence, LiesAlways};

fn honest(checks_bps: u32, jobs: usize) -> Scenario {
    Cell::awake(checks_bps, 1_000)
        .scenario(&DEFAULTS, 500, Honest)
        .posting(jobs, 3_000, 3_000 * jobs as u64)
}

#[test]
fn the_same_seed_gives_the_same_sample_on_any_number_of_threads() {
    let lies = LiesAlways {
        defence: Defence::Capture,
    };
    let scenario = Cell::awake(10_000, 3_000)
        .scenario(&DEFAULTS, 500, lies)
        .posting(10, 4_000, 40_000);
    let one = Sample::play(
        &scenario,
        Effort {
            seed: 9,
            threads: 1,
        },
        5,
        6,
    );
    let two = Sample::play(
        &scenario,
        Effort {
            seed: 9,
            threads: 2,
        },
        5,
        6,
    );
    assert_eq!(one.episodes, two.episodes);
    let other = Sample::play(
        &scenario,
        Effort {
            seed: 10,
            threads: 2,
        },
        5,
        6,
    );
    assert_ne!(one.episodes, other.episodes);
}

#[test]
fn honest_results_become_final_and_every_seat_is_paid() {
    let outcome = play(&honest(10_000, 40), 1, 0, 0);
    assert_eq!((outcome.final_right, outcome.tasks), (40, 40));
    assert_eq!(outcome.runs, 80);
    assert_eq!(outcome.honest.pay + outcome.coalition.pay, 80.0);
    assert_eq!(outcome.honest.loss() + outcome.coalition.loss(), 0.0);
    // 2.5 % of two seats for each task, which is its weight as well.
    assert!((outcome.fees - 40.0 * 0.05).abs() < 1e-9);
    assert!((outcome.weight - outcome.fees).abs() < 1e-6);
}

#[test]
fn one_check_in_seven_tasks() {
    let outcome = play(&honest(1_500, 400), 2, 0, 0);
    assert_eq!(outcome.final_right, 400);
    assert!((40..80).contains(&outcome.checks), "{}", outcome.checks);
    assert_eq!(outcome.runs, 400 + outcome.checks);
}

#[test]
fn a_missed_deadline_costs_half_a_price_and_the_task_still_ends() {
    let scenario = honest(1_500, 60).with(|scenario| scenario.nodes.fail_bps = 2_000);
    let outcome = play(&scenario, 3, 0, 0);
    assert_eq!(outcome.final_right, 60);
    assert!(outcome.misses > 5);
    assert_eq!(
        outcome.honest.missed + outcome.coalition.missed,
        0.5 * outcome.misses as f64
    );
}

#[test]
fn without_anybody_awake_nothing_is_claimed_and_the_requester_gets_all_back() {
    let scenario = honest(1_500, 3).with(|scenario| {
        scenario.nodes.awake_bps = 0;
        scenario.population.coalition_bps = 0;
    });
    let outcome = play(&scenario, 4, 0, 0);
    assert_eq!(outcome.refunded, 3);
    assert_eq!(outcome.honest.pay, 0.0);
}

#[test]
fn a_late_seat_that_nobody_takes_leaves_the_task_unproven() {
    // One worker: nobody else can take the late seat.
    let scenario = honest(10_000, 2).with(|scenario| {
        scenario.population.coalition_bps = 0;
        scenario.population.honest_size = scenario.population.collateral;
    });
    let outcome = play(&scenario, 5, 0, 0);
    assert_eq!(outcome.unproven_right, 2);
    assert_eq!(
        (outcome.honest.pay, outcome.fees, outcome.weight),
        (2.0, 0.0, 0.0)
    );
}

/// Shares of first and later seats within three standard deviations of the stake, in workers of three sizes.
#[test]
fn seats_follow_the_stake_whatever_the_size_of_workers() {
    for (share_bps, size) in [(2_000, 4_000), (2_000, 400), (2_000, 125)] {
        let scenario = Cell::awake(0, share_bps).scenario(&DEFAULTS, size, Honest);
        let scenario = scenario.with(|scenario| scenario.nodes.latency_ms = (0, 0));
        let sample = Sample::play(
            &scenario,
            Effort {
                seed: 6,
                threads: 2,
            },
            0,
            1_500,
        );
        let share = share_bps as f64 / 1e4;
        let (n, taken) = (1_500.0, sample.total.coalition_first as f64);
        let sigma = (n * share * (1.0 - share)).sqrt();
        assert!(
            (taken - n * share).abs() < 3.0 * sigma,
            "{taken} in workers of {size}"
        );
    }
}
