//! One small scenario for every strategy: what it is caught at, and what it costs.

#![allow(
    clippy::float_cmp,
    reason = "amounts are whole numbers of half prices, which f64 holds exactly"
)]

use assay_simulate::market::Scenario;
use assay_simulate::outcome::Outcome;
use assay_simulate::parameters::DEFAULTS;
use assay_simulate::sample::{Effort, Sample};
use assay_simulate::scenarios::Cell;
use assay_simulate::strategy::collateral::{MovesOut, SelfFine, Shifts};
use assay_simulate::strategy::griefing::{Contradictor, FalseAlarm, Misser, Withholder};
use assay_simulate::strategy::lazy::{Lapser, Laziness, Lazy};
use assay_simulate::strategy::lie::{Defence, Liar, LiesAlways, Pace};
use assay_simulate::strategy::requester::{Repudiator, Saturator, SelfDealer, Withheld};
use assay_simulate::strategy::steering::{Steerer, Way};
use assay_simulate::strategy::Strategy;

/// Jobs of one task, one every four seconds; the coalition in workers of 500 prices.
fn scenario(cell: Cell, strategy: impl Strategy + 'static, jobs: usize) -> Scenario {
    let horizon = 4_000 * jobs as u64;
    cell.scenario(&DEFAULTS, 500, strategy)
        .posting(jobs, 4_000, horizon)
}

fn play(scenario: &Scenario, episodes: u64) -> Outcome {
    Sample::play(
        scenario,
        Effort {
            seed: 4,
            threads: 2,
        },
        0,
        episodes,
    )
    .total
}

fn one(cell: Cell, strategy: impl Strategy + 'static, episodes: u64) -> Outcome {
    play(&scenario(cell, strategy, 1), episodes)
}

fn many(cell: Cell, strategy: impl Strategy + 'static) -> Outcome {
    play(&scenario(cell, strategy, 20), 6)
}

fn liar(pace: Pace, defence: Defence) -> Liar {
    Liar {
        pace,
        defence,
        chosen: true,
        appeals: false,
        lying_every: 1,
    }
}

const PENALTY: f64 = 105.0;

#[test]
fn a_lie_beside_an_honest_late_seat_costs_the_penalty() {
    let outcome = one(
        Cell::awake(10_000, 1_000),
        liar(Pace::One, Defence::GiveUp),
        100,
    );
    let caught = outcome.lies - outcome.final_wrong;
    assert_eq!(outcome.final_right, caught);
    assert_eq!(outcome.coalition.penalties, PENALTY * caught as f64);
    // The checker is paid the bounty, the five members their price.
    assert!(outcome.honest.rewards <= 15.0 * caught as f64);
    assert!(outcome.honest.rewards > 14.9 * caught as f64);
}

#[test]
fn what_a_check_does_not_see_becomes_final() {
    let outcome = one(Cell::awake(0, 1_000), liar(Pace::One, Defence::GiveUp), 20);
    assert_eq!(
        (outcome.final_wrong, outcome.coalition.penalties),
        (20, 0.0)
    );
}

#[test]
fn three_seats_of_five_do_not_save_a_liar() {
    let cell = Cell::awake(10_000, 3_000);
    let given_up = one(cell, liar(Pace::One, Defence::GiveUp), 150);
    let hung = one(cell, liar(Pace::One, Defence::Stall), 150);
    assert!(hung.hung_rounds > 5);
    assert_eq!(hung.final_wrong, given_up.final_wrong);
    // Who voted apart pays as well.
    assert!(hung.coalition.penalties > given_up.coalition.penalties);
    assert_eq!(hung.unproven_right + hung.unproven_wrong, 0);
}

#[test]
fn a_captured_dispute_is_overturned_on_appeal() {
    let outcome = one(
        Cell::awake(10_000, 3_000),
        liar(Pace::One, Defence::Capture),
        150,
    );
    let appeals = outcome.rounds - (outcome.lies - outcome.final_wrong);
    assert!(appeals > 5);
    assert_eq!(outcome.honest.penalties, 0.0);
}

#[test]
fn who_lies_without_end_spends_its_collateral() {
    let scenario = Cell::awake(10_000, 1_000)
        .scenario(
            &DEFAULTS,
            DEFAULTS.least_size(),
            liar(Pace::Always, Defence::GiveUp),
        )
        .posting(5_000, 5_000, 3 * 3_600_000);
    let outcome = play(&scenario, 1);
    // Sixteen workers of 125, and the few prices that no lie is left for.
    assert!(outcome.coalition.penalties > 16.0 * 100.0);
    assert!(outcome.lies < 200);
}

#[test]
fn a_wave_of_lies_in_big_and_in_small_workers() {
    let wave = |size| {
        let scenario = Cell::awake(10_000, 1_000)
            .scenario(&DEFAULTS, size, liar(Pace::Wave, Defence::GiveUp))
            .posting(500, 500, 60_000);
        play(&scenario, 1)
    };
    for size in [125, 500] {
        let outcome = wave(size);
        let caught = (outcome.lies - outcome.final_wrong) as f64;
        // All of the collateral behind them, 25 prices a lie, is lost.
        assert_eq!(outcome.lies, 80);
        assert!((outcome.coalition.penalties / caught - 25.0).abs() < 6.0);
    }
}

#[test]
fn who_always_lies_loses_more_than_it_wins() {
    let lies = LiesAlways {
        defence: Defence::GiveUp,
    };
    let outcome = many(Cell::awake(20_000, 1_000), lies);
    assert!(outcome.coalition.loss() > 100.0 * outcome.coalition.pay.max(1.0));
    assert_eq!(outcome.final_right + outcome.final_wrong, outcome.tasks);
}

#[test]
fn a_watcher_undoes_every_lie() {
    let lies = LiesAlways {
        defence: Defence::Capture,
    };
    let watched =
        scenario(Cell::awake(0, 2_000), lies, 20).with(|s| s.population.watched_bps = 10_000);
    let outcome = play(&watched, 6);
    assert!(outcome.lies > 10);
    assert_eq!(outcome.final_wrong, 0);
    assert!(outcome.watcher.rewards > 0.0);
}

#[test]
fn lazy_work_is_penalized() {
    for laziness in [Laziness::Guess, Laziness::CopiedCheck] {
        let outcome = many(Cell::awake(10_000, 1_000), Lazy(laziness));
        let seats = outcome.coalition_first + outcome.coalition_later;
        assert!(seats > 0);
        assert_eq!(
            outcome.coalition.penalties,
            PENALTY * seats as f64,
            "{laziness:?}"
        );
        assert_eq!(outcome.final_wrong, 0);
    }
    for laziness in [Laziness::MadeUp, Laziness::Replay] {
        let outcome = many(Cell::awake(10_000, 1_000), Lazy(laziness));
        assert_eq!(
            outcome.coalition.penalties,
            PENALTY * outcome.coalition_first as f64,
            "{laziness:?}"
        );
        assert_eq!(outcome.final_wrong, 0);
    }
}

#[test]
fn lazy_round_seats_are_rejected() {
    for laziness in [Laziness::PublicInRound, Laziness::CopiedInRound] {
        let outcome = one(Cell::awake(1_500, 1_000), Lazy(laziness), 40);
        assert!(outcome.votes_rejected > 5, "{laziness:?}");
        assert_eq!(outcome.votes_accepted, 0);
    }
}

/// Known limit: nobody compares what a requested check adds to the public digest.
#[test]
fn a_lazy_check_that_the_requester_asked_for_is_paid() {
    let outcome = many(
        Cell::awake(1_500, 1_000),
        Lazy(Laziness::PublicInRequestedCheck),
    );
    assert!(outcome.coalition_later > 0);
    assert_eq!(outcome.coalition.pay, outcome.coalition_later as f64);
}

#[test]
fn a_lapsed_draw_is_paid_by_who_let_it_lapse() {
    let outcome = many(Cell::awake(1_500, 1_000), Lapser);
    assert!(outcome.coalition_first > 0);
    assert!(outcome.checks >= outcome.coalition_first);
    assert!(outcome.coalition.pay < outcome.coalition_first as f64);
    assert_eq!(outcome.final_right, outcome.tasks);
}

#[test]
fn a_result_that_nobody_opens_is_rejected_where_no_check_is_left() {
    let outcome = many(Cell::awake(0, 1_000), Withholder);
    assert!(outcome.coalition_first > 0);
    assert_eq!(outcome.refunded, outcome.coalition_first);
    assert_eq!(
        outcome.coalition.penalties,
        PENALTY * outcome.coalition_first as f64
    );
}

#[test]
fn a_late_seat_opens_what_the_first_withholds() {
    let outcome = many(Cell::awake(10_000, 1_000), Withholder);
    assert_eq!(outcome.final_right, outcome.tasks);
    assert_eq!(outcome.coalition.penalties, 0.0);
}

#[test]
fn contradicting_what_is_right_costs_the_penalty() {
    let contradictor = Contradictor {
        defence: Defence::GiveUp,
        appeal: Defence::GiveUp,
        appeals: false,
    };
    let outcome = one(Cell::awake(1_500, 1_000), contradictor, 30);
    assert_eq!(outcome.coalition.penalties, 30.0 * PENALTY);
    assert_eq!(outcome.final_right, 30);
    assert!(outcome.honest.rewards > 0.0);
}

#[test]
fn challenges_and_appeals_by_the_hundred_pay_for_their_rounds() {
    let contradictor = Contradictor {
        defence: Defence::GiveUp,
        appeal: Defence::GiveUp,
        appeals: true,
    };
    let burst = scenario(Cell::awake(1_500, 1_000), contradictor, 1).posting(150, 100, 15_000);
    let outcome = play(&burst, 1);
    assert!(outcome.rounds > 150);
    assert_eq!(outcome.final_right, 150);
    // Members are paid in full, although the challengers' collateral is spent in all these rounds at once.
    assert_eq!(outcome.honest.unpaid_runs, 0.0);
    assert!(outcome.honest.rewards >= 0.99 * outcome.round_runs as f64);
}

#[test]
fn a_false_alarm_costs_the_penalty_and_the_honest_gain() {
    let outcome = many(Cell::awake(10_000, 1_000), FalseAlarm);
    assert!(outcome.coalition_later > 0);
    assert_eq!(
        outcome.coalition.penalties,
        PENALTY * outcome.coalition_later as f64
    );
    assert_eq!(outcome.honest.penalties, 0.0);
    assert_eq!(outcome.final_right, outcome.tasks);
}

#[test]
fn seats_that_are_left_cost_half_a_price_and_nobody_is_compensated() {
    for late in [false, true] {
        let outcome = many(Cell::awake(10_000, 2_000), Misser { late });
        assert!(outcome.misses > 0);
        assert_eq!(outcome.coalition.missed, 0.5 * outcome.misses as f64);
        assert_eq!(outcome.coalition.rewards + outcome.honest.rewards, 0.0);
    }
    let outcome = many(Cell::awake(0, 1_000), SelfFine);
    assert!(outcome.coalition.missed > 0.0);
    assert_eq!(outcome.coalition.rewards, 0.0);
}

#[test]
fn collateral_that_was_moved_out_is_reached() {
    let outcome = many(Cell::awake(10_000, 1_000), MovesOut);
    assert!(outcome.coalition.penalties > 0.0);
    assert_eq!(outcome.coalition.unpaid_penalties, 0.0);
}

#[test]
fn collateral_that_was_moved_takes_no_more_late_seats() {
    for at_posting in [true, false] {
        let shifts = Shifts {
            extra: 500,
            at_posting,
        };
        let outcome = one(Cell::awake(10_000, 2_000), shifts, 300);
        let share = outcome.coalition_later as f64 / 300.0;
        let fair = if at_posting { 0.2 } else { 1.0 / 3.0 };
        assert!(share < 1.4 * fair, "{share}");
    }
}

/// Known limit: what nobody honest holds, nobody can check.
#[test]
fn withheld_input_lets_every_lie_through() {
    for until_delivered in [false, true] {
        let outcome = many(Cell::awake(10_000, 1_000), Withheld { until_delivered });
        assert_eq!(outcome.final_wrong, outcome.tasks);
    }
}

#[test]
fn a_requester_that_contradicts_its_own_results_pays_for_them() {
    let outcome = many(
        Cell::awake(1_500, 1_000),
        Repudiator {
            defence: Defence::Stall,
            served: false,
        },
    );
    // Members cannot run what was withdrawn: no majority, and who contradicts has the burden of proof.
    assert!(outcome.hung_rounds > 0);
    assert!(outcome.honest.pay > 0.0);
    assert_eq!(outcome.honest.penalties, 0.0);
    assert!(outcome.coalition.spent + outcome.coalition.loss() >= outcome.tasks as f64);
}

#[test]
fn an_honest_worker_is_convicted_only_if_nobody_gives_out_the_input() {
    let framed = |served| {
        let defence = Defence::Capture;
        many(Cell::awake(1_500, 1_000), Repudiator { defence, served })
    };
    assert!(framed(false).honest.penalties > 0.0);
    assert_eq!(framed(true).honest.penalties, 0.0);
}

#[test]
fn a_round_finds_its_members_when_one_node_in_ten_is_awake() {
    let cell = Cell {
        awake_bps: 1_000,
        ..Cell::awake(1_500, 500)
    };
    let contradictor = Contradictor {
        defence: Defence::GiveUp,
        appeal: Defence::GiveUp,
        appeals: true,
    };
    let outcome = one(cell, contradictor, 100);
    assert!(outcome.hung_rounds <= 10, "{}", outcome.hung_rounds);
}

fn steered(way: Way, latency_ms: u64, liar: Option<Liar>) -> Outcome {
    let tasks = if way == Way::Cancels { 20 } else { 1 };
    let scenario = scenario(Cell::awake(1_500, 1_000), Steerer { way, liar }, 5);
    play(
        &scenario.with(|scenario| {
            // Re-postings are jobs, too: the time limits them.
            scenario.demand.jobs = usize::MAX;
            scenario.demand.tasks = tasks;
            scenario.nodes.latency_ms = (latency_ms, latency_ms);
        }),
        20,
    )
}

/// Part of the first seats that the coalition takes.
fn firsts(outcome: &Outcome) -> f64 {
    let ours = outcome.coalition_first as f64;
    ours / (ours + outcome.honest_first as f64)
}

/// What first seats are worth to a requester that chooses who has them: nothing, and nobody is harmed.
fn assert_nothing_gained(outcome: &Outcome) {
    assert_eq!(outcome.final_right, outcome.tasks);
    assert!(outcome.cost() > 0.5 * outcome.fees);
    assert_eq!(outcome.honest.loss() + outcome.honest.unpaid_runs, 0.0);
}

#[test]
fn who_reposts_is_first_unless_somebody_claims_before() {
    let outcome = steered(Way::Reposts, 1_500, None);
    assert!(firsts(&outcome) > 0.9, "{}", firsts(&outcome));
    // One posting in ten is its own.
    assert!((6..14).contains(&(outcome.cancelled / outcome.tasks)));
    assert_nothing_gained(&outcome);
    // Who can claim at once does so before the next transaction of the requester.
    let beside_fast = steered(Way::Reposts, 0, None);
    assert!(firsts(&beside_fast) < 0.7, "{}", firsts(&beside_fast));
    assert_nothing_gained(&beside_fast);
}

#[test]
fn who_cancels_what_strangers_would_take_keeps_its_share() {
    let outcome = steered(Way::Cancels, 1_500, None);
    assert!(firsts(&outcome) > 0.9, "{}", firsts(&outcome));
    assert_eq!(outcome.tasks + outcome.cancelled, 20 * 6 * 20);
    assert_nothing_gained(&outcome);
    let beside_fast = steered(Way::Cancels, 0, None);
    assert!(firsts(&beside_fast) < 0.7, "{}", firsts(&beside_fast));
}

#[test]
fn who_extends_a_known_seed_has_the_first_seats_and_no_late_ones() {
    let outcome = steered(Way::Extends(20), 1_500, None);
    assert!(firsts(&outcome) > 0.9, "{}", firsts(&outcome));
    // A first task and three extensions.
    assert_eq!(outcome.tasks + outcome.cancelled, 20 * 6 * (1 + 3 * 20));
    // Late seats are drawn from slots that came later.
    let late = (outcome.coalition_later + outcome.honest_later) as f64;
    assert!((outcome.coalition_later as f64) < 0.25 * late);
    assert_nothing_gained(&outcome);
}

#[test]
fn steered_lies_are_caught_as_often_as_others() {
    for way in [Way::Reposts, Way::Cancels, Way::Extends(20)] {
        let outcome = steered(way, 1_500, Some(liar(Pace::Always, Defence::GiveUp)));
        assert!(outcome.lies >= 50, "{way:?}: {}", outcome.lies);
        let caught = (outcome.lies - outcome.final_wrong) as f64 / outcome.lies as f64;
        assert!((0.04..0.26).contains(&caught), "{way:?}: {caught}");
        assert!(outcome.cost() > 4.0 * outcome.lies as f64, "{way:?}");
    }
}

#[test]
fn working_for_oneself_earns_half_the_fees() {
    let outcome = many(Cell::awake(1_500, 1_000), SelfDealer);
    assert!(outcome.fees > 0.0);
    let emission = outcome.weight * DEFAULTS.kappa_bps as f64 / 1e4;
    assert!(emission <= 0.5 * outcome.fees + 1e-9);
}

#[test]
fn full_first_seats_leave_the_checks_to_honest_nodes() {
    let cell = Cell::awake(10_000, 1_000);
    let saturator = Saturator {
        fillers: DEFAULTS.seats_of(cell.honest()) as usize,
        filler_checks_bps: 0,
        liar: liar(Pace::Wave, Defence::GiveUp),
        after_ms: 300_000,
    };
    let scenario = cell
        .scenario(&DEFAULTS, 130, saturator)
        .posting(1_200, 100, 360_000);
    let outcome = play(&scenario, 1);
    assert!(outcome.fillers > 700);
    assert!(outcome.lies > 50);
    assert!(
        outcome.final_wrong * 4 < outcome.lies,
        "{} of {}",
        outcome.final_wrong,
        outcome.lies
    );
}

#[test]
fn honest_nodes_that_expect_to_lose_do_not_contradict() {
    let cell = Cell::awake(10_000, 5_000);
    let rational = one(cell, liar(Pace::One, Defence::GiveUp), 40);
    assert_eq!(rational.final_wrong + rational.unproven_wrong, 40);
    assert!(rational.final_wrong > 30);
    let stubborn = Cell {
        rational: false,
        ..cell
    };
    let stubborn = one(stubborn, liar(Pace::One, Defence::GiveUp), 40);
    assert!(stubborn.final_wrong < 35);
}
