//! Looks for the cheapest parameters that keep the bars.

use crate::corruption::{cost_of, Attack};
use crate::figures::{honest_market, Player};
use crate::parameters::{Parameters, DEFAULTS};
use crate::sample::Effort;
use crate::scenarios::{Cell, RUN_WINDOW};
use std::fmt::Write;

/// Parameters and what they bring and cost.
struct Candidate {
    parameters: Parameters,
    prize_10: f64,
    prize_30: f64,
    prize_10_two_seats: f64,
    griefing: f64,
    runs: f64,
    honest_loss: f64,
}

impl Candidate {
    fn holds(&self) -> bool {
        self.prize_10 >= 10.0
            && self.prize_30 >= 8.0
            && self.prize_10_two_seats >= 100.0
            && self.griefing >= 10.0
            && self.runs <= 1.2
            && self.honest_loss <= 2.0
    }

    /// What a task costs a requester in runs, and then what a first seat costs a worker in collateral and time.
    fn cost(&self) -> (f64, f64) {
        (self.runs_cost(), collateral_hours(&self.parameters))
    }

    fn runs_cost(&self) -> f64 {
        1.0 + f64::from(self.parameters.checks_bps) / 1e4
    }
}

/// Collateral that a first seat keeps from other first seats, prices, times the hours that it does.
fn collateral_hours(parameters: &Parameters) -> f64 {
    let hold = parameters.hold_floor.max(parameters.hold_runs * RUN_WINDOW);
    let hours = f64::from(hold + RUN_WINDOW) / 3_600.0;
    (parameters.bond_prices() * parameters.reserve) as f64 * hours
}

/// Every set that is tried: all combinations of what the cost of corruption depends on, then one change at a time.
fn candidates() -> Vec<Parameters> {
    let mut all = vec![DEFAULTS];
    for checks_bps in [1_000, 1_500, 2_000] {
        for lie_prices in [50, 100, 200] {
            for reserve in [3, 5, 8] {
                all.push(Parameters {
                    checks_bps,
                    lie_prices,
                    reserve,
                    ..DEFAULTS
                });
            }
        }
    }
    let single: [fn(&mut Parameters); 11] = [
        |p| p.bond_bps = 30_000,
        |p| p.bond_bps = 80_000,
        |p| p.step = 4,
        |p| p.step = 16,
        |p| (p.hold_runs, p.hold_floor) = (1, 300),
        |p| p.hold_runs = 4,
        |p| p.missed_bps = 2_500,
        |p| p.missed_bps = 10_000,
        |p| p.bounty_prices = 5,
        |p| p.bounty_prices = 20,
        |p| p.checks_bps = 1_250,
    ];
    for change in single {
        let mut parameters = DEFAULTS;
        change(&mut parameters);
        all.push(parameters);
    }
    all.dedup();
    all
}

fn measure(parameters: Parameters, effort: Effort, tasks: u64) -> Candidate {
    let mut player = Player::new(effort, tasks as f64 / 10_000.0, 1 << 53);
    let prize = |checks_bps: u32, share_bps: u64| {
        let cell = Cell::awake(checks_bps, share_bps);
        [
            Attack::Wave,
            Attack::HalfWave,
            Attack::Endless,
            Attack::Busy,
        ]
        .map(|attack| cost_of(&attack.try_on(&cell, &parameters, effort, 1 << 43, tasks)))
        .iter()
        .map(|cost| {
            if cost.value.is_finite() {
                cost.value
            } else {
                cost.low
            }
        })
        .fold(f64::INFINITY, f64::min)
    };
    let cell = Cell::awake(parameters.checks_bps, 1_000);
    let honest = honest_market(&mut player, &parameters, &cell);
    let contradict = Attack::Contradict
        .try_on(
            &Cell::awake(1_500, 3_000),
            &parameters,
            effort,
            1 << 43,
            tasks,
        )
        .total;
    let harm = contradict.honest.loss() + contradict.honest.unpaid_runs;
    let lost = contradict.coalition.loss();
    Candidate {
        parameters,
        prize_10: prize(parameters.checks_bps, 1_000),
        prize_30: prize(parameters.checks_bps, 3_000),
        prize_10_two_seats: prize(10_000, 1_000),
        griefing: if harm <= lost / 1e3 { 1e3 } else { lost / harm },
        runs: honest.runs.value,
        honest_loss: honest.loss_percent.value,
    }
}

/// Tries every set with a part of about `tasks` tasks and returns a table, the cheapest sets that keep the bars first.
pub fn find(effort: Effort, tasks: u64, say: &dyn Fn(&str)) -> String {
    let all = candidates();
    let each = (tasks / (all.len() as u64 * 16)).max(200);
    let mut measured = Vec::new();
    for (number, parameters) in all.iter().enumerate() {
        say(&format!("set {} of {}", number + 1, all.len()));
        measured.push(measure(*parameters, effort, each));
    }
    measured.sort_by(|a, b| {
        let holds = b.holds().cmp(&a.holds());
        let (a, b) = (a.cost(), b.cost());
        holds.then(a.0.total_cmp(&b.0)).then(a.1.total_cmp(&b.1))
    });
    table(&measured)
}

fn table(measured: &[Candidate]) -> String {
    let mut text = String::from(
        "Cheapest first; what fails a bar stands last. Prices; collateral times hours of a first seat.\n\n\
         | bars | checks | b | L | reserve | step | hold | missed | bounty | collateral·h | prize 10 % | 30 % | two seats, 10 % \
         | griefing | runs | honest loss % |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for candidate in measured {
        let p = &candidate.parameters;
        let _ = writeln!(
            text,
            "| {}{} | {} % | {} | {} | {} | {} | {}·run | {} | {} | {:.1} | {:.1} | {:.1} | {:.0} | {:.0} | {:.2} | {:.2} |",
            if candidate.holds() { "hold" } else { "fail" },
            if *p == DEFAULTS { ", default" } else { "" },
            f64::from(p.checks_bps) / 100.0,
            p.bond_prices(),
            p.lie_prices,
            p.reserve,
            p.step,
            p.hold_runs,
            p.missed_bps as f64 / 1e4,
            p.bounty_prices,
            collateral_hours(p),
            candidate.prize_10,
            candidate.prize_30,
            candidate.prize_10_two_seats,
            candidate.griefing,
            candidate.runs,
            candidate.honest_loss
        );
    }
    text
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "these are whole numbers or exact halves")]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_among_the_candidates_once() {
        let all = candidates();
        assert_eq!(all.iter().filter(|p| **p == DEFAULTS).count(), 2);
        assert!(all.len() > 30);
    }

    #[test]
    fn a_first_seat_keeps_25_prices_for_half_an_hour() {
        assert_eq!(collateral_hours(&DEFAULTS), 12.5);
    }
}
