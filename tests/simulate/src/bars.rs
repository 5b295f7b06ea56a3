//! What the game has to hold, figure by figure.

use crate::key::Key;
use crate::parameters::DEFAULTS;
use crate::report::FULL_TASKS;

/// A bound on a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What is bounded.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// The bound.
    pub bound: f64,
    /// Whether the figure must not be below the bound; else it must not be above.
    pub at_least: bool,
}

impl Bar {
    /// Returns whether the figure keeps the bound.
    pub fn holds(&self) -> bool {
        if self.at_least {
            self.value >= self.bound
        } else {
            self.value <= self.bound
        }
    }
}

/// Every bar. A quick run has few tasks, so its bars on rare events and standard deviations are wider.
pub fn bars(key: &Key, tasks: u64, quick: bool) -> Vec<Bar> {
    let mut bars = Vec::new();
    let mut at_least = |name: &str, value: f64, bound: f64| {
        bars.push(Bar {
            name: name.into(),
            value,
            bound,
            at_least: true,
        });
    };
    let slack = if quick { 0.7 } else { 1.0 };
    if !quick {
        at_least("tasks", tasks as f64, FULL_TASKS as f64);
    }
    at_least("prize_10", key.prize_10.cost.value, 10.0 * slack);
    at_least("prize_30", key.prize_30.cost.value, 8.0 * slack);
    at_least(
        "prize_10_two_seats",
        key.prize_10_two_seats.cost.value,
        100.0 * slack,
    );
    at_least("always_lying_loss_ratio", key.always.loss_ratio, 10.0);
    let single = key.griefing.iter().map(|(share, all)| ("", share, *all));
    let bursts = key
        .bursts
        .iter()
        .map(|(share, all)| ("burst_", share, *all));
    let appeals = key.appeals.iter();
    let appeals = appeals.map(|(share, hung)| ("appeal_", share, hung.griefing));
    for (how, share, griefing) in single.chain(bursts).chain(appeals) {
        at_least(
            &format!("griefing_{how}ratio_{}", share / 100),
            griefing.ratio(),
            10.0,
        );
    }
    at_least("collected_after_moving_out", key.collected, 1.0);
    let mut at_most = |name: &str, value: f64, bound: f64| {
        bars.push(Bar {
            name: name.into(),
            value,
            bound,
            at_least: false,
        });
    };
    at_most("runs_per_task", key.honest.runs.value, 1.2);
    let lucky = if quick { 4.0 } else { 1.0 };
    at_most(
        "wrong_final_10_always",
        key.always.wrong.value,
        1e-3 * lucky,
    );
    for (share, wrong, _) in &key.watched {
        at_most(
            &format!("watcher_wrong_final_{}", share / 100),
            *wrong as f64,
            0.0,
        );
    }
    at_most("honest_loss_percent", key.honest.loss_percent.value, 2.0);
    at_most("self_deal_ratio", key.self_dealing.of_fees, 0.999);
    for ((_, _, returned), worth) in key.splits.iter().zip(["half", "exact", "double"]) {
        at_most(&format!("self_deal_ratio_rate_{worth}"), *returned, 0.999);
    }
    let minted = key.decade.minted() as f64;
    at_most(
        "emission_over_fees",
        minted / key.decade.fees as f64,
        DEFAULTS.kappa_bps as f64 / 1e4,
    );
    at_most(
        "emission_over_schedule",
        minted / key.decade.scheduled as f64,
        1.0,
    );
    for (share, size, latency, seats) in &key.shares {
        let name = format!("seats_of_{}_percent_in_workers_of_{size}", share / 100);
        if *latency == 0 {
            at_most(&format!("{name}_sigmas"), seats.sigmas.abs(), 3.0);
        } else {
            at_most(
                &format!("{name}_late_ratio"),
                seats.ratio,
                if quick { 1.35 } else { 1.2 },
            );
        }
    }
    at_most("gain_of_lazy_work", key.laziness, 0.0);
    at_most("gain_of_lapsed_draws", key.lapsing, 0.0);
    at_most("gain_of_repudiation", key.repudiation, 0.0);
    at_most("gain_of_steering", key.steering, 0.0);
    bars
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_kept_from_its_side() {
        let mut bar = Bar {
            name: String::new(),
            value: 1.0,
            bound: 1.0,
            at_least: true,
        };
        assert!(bar.holds());
        bar.value = 0.9;
        assert!(!bar.holds());
        bar.at_least = false;
        assert!(bar.holds());
        bar.value = f64::NAN;
        assert!(!bar.holds());
    }
}
