//! Repeats a scenario and keeps what is needed for intervals.

use crate::engine::play;
use crate::market::Scenario;
use crate::outcome::Outcome;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Two-sided 95 % quantile of the normal distribution.
pub const Z95: f64 = 1.96;

/// Where random numbers come from, and how many threads play.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Seed of the whole run.
    pub seed: u64,
    /// Threads.
    pub threads: usize,
}

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Estimate {
    /// The figure in another unit.
    pub fn times(&self, factor: f64) -> Self {
        Self {
            value: self.value * factor,
            low: self.low * factor,
            high: self.high * factor,
        }
    }
}

/// Repetitions of a scenario.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// What happened in each episode.
    pub episodes: Vec<Outcome>,
    /// What happened in all.
    pub total: Outcome,
}

impl Sample {
    /// Plays `episodes` repetitions. The same seed and stream give the same sample, whatever the number of threads.
    ///
    /// # Panics
    /// When an episode does.
    pub fn play(scenario: &Scenario, effort: Effort, stream: u64, episodes: u64) -> Self {
        let next = AtomicU64::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let episode = next.fetch_add(1, Ordering::Relaxed);
                if episode >= episodes {
                    return done;
                }
                done.push((episode, play(scenario, effort.seed, stream, episode)));
            }
        };
        let mut parts: Vec<(u64, Outcome)> = thread::scope(|scope| {
            let workers: Vec<_> = (0..effort.threads.max(1))
                .map(|_| scope.spawn(work))
                .collect();
            workers
                .into_iter()
                .flat_map(|worker| worker.join().expect("an episode that plays to its end"))
                .collect()
        });
        parts.sort_unstable_by_key(|(episode, _)| *episode);
        let episodes: Vec<Outcome> = parts.into_iter().map(|(_, outcome)| outcome).collect();
        let mut total = Outcome::default();
        for outcome in &episodes {
            total += outcome;
        }
        Self { episodes, total }
    }

    /// The ratio of two sums over episodes, with an interval by linearization (Cochran 1977, §6.4). Without any
    /// denominator the ratio is infinite, and its lower end counts three and a half of it as not seen by chance.
    pub fn ratio(
        &self,
        above: impl Fn(&Outcome) -> f64,
        below: impl Fn(&Outcome) -> f64,
    ) -> Estimate {
        let (a, b) = self.episodes.iter().fold((0.0, 0.0), |(a, b), outcome| {
            (a + above(outcome), b + below(outcome))
        });
        if b <= 0.0 {
            return Estimate {
                value: f64::INFINITY,
                low: a / 3.5,
                high: f64::INFINITY,
            };
        }
        let value = a / b;
        let n = self.episodes.len() as f64;
        let squares: f64 = self
            .episodes
            .iter()
            .map(|outcome| (above(outcome) - value * below(outcome)).powi(2))
            .sum();
        let error = Z95 * (squares * n / (n - 1.0).max(1.0)).sqrt() / b;
        Estimate {
            value,
            low: value - error,
            high: value + error,
        }
    }

    /// The share of tasks in which something happened, with Wilson's interval (1927): `hits` counts tasks.
    pub fn share(&self, hits: u64, tasks: u64) -> Estimate {
        let n = tasks as f64;
        if tasks == 0 {
            return Estimate::default();
        }
        let p = hits as f64 / n;
        let z = Z95 * Z95;
        let centre = (p + z / (2.0 * n)) / (1.0 + z / n);
        let half = Z95 * (p * (1.0 - p) / n + z / (4.0 * n * n)).sqrt() / (1.0 + z / n);
        Estimate {
            value: p,
            low: if hits == 0 { 0.0 } else { centre - half },
            high: centre + half,
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "these are whole numbers or exact halves")]
mod tests {
    use super::*;

    fn sample(points: &[(f64, u64)]) -> Sample {
        let mut sample = Sample::default();
        for (fees, final_wrong) in points {
            sample.episodes.push(Outcome {
                fees: *fees,
                final_wrong: *final_wrong,
                ..Outcome::default()
            });
        }
        sample
    }

    #[test]
    fn a_ratio_lies_in_its_interval() {
        let sample = sample(&[(10.0, 1), (12.0, 1), (9.0, 1), (11.0, 1)]);
        let ratio = sample.ratio(|outcome| outcome.fees, |outcome| outcome.final_wrong as f64);
        assert_eq!(ratio.value, 10.5);
        // Standard error of the mean of 10, 12, 9, 11: 0.6455.
        assert!((ratio.high - 10.5 - 1.96 * 0.6455).abs() < 1e-3);
        assert!((10.5 - ratio.low - 1.96 * 0.6455).abs() < 1e-3);
    }

    #[test]
    fn what_never_happened_has_a_lower_bound() {
        let ratio =
            sample(&[(7.0, 0)]).ratio(|outcome| outcome.fees, |outcome| outcome.final_wrong as f64);
        assert!(ratio.value.is_infinite());
        assert_eq!(ratio.low, 2.0);
    }

    #[test]
    fn wilson_s_interval_of_one_in_ten() {
        let share = Sample::default().share(10, 100);
        assert!((share.low - 0.0552).abs() < 1e-3 && (share.high - 0.1744).abs() < 1e-3);
        assert_eq!(Sample::default().share(0, 100).low, 0.0);
    }
}
