//! The tasks' outputs, added up.

use crate::outcome::Outcome;
use crate::trend::Trend;
use crate::Error;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The trend of the series and its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Least-squares growth rate in the middle of the record.
    pub trend: Trend,
    /// 2.5th percentile of the resampled trends.
    pub ci_low: Trend,
    /// 97.5th percentile of the resampled trends.
    pub ci_high: Trend,
    /// Resamples of all tasks.
    pub resamples: u64,
    /// Outputs combined.
    pub tasks: usize,
    /// Months with data in the series.
    pub months: u64,
    /// Block length, months.
    pub block: u32,
}

/// Combines the outputs of one batch's tasks, in any order. It cannot tell that a task is missing: compare
/// [`Answer::tasks`] and [`Answer::resamples`] with what was asked for.
///
/// # Errors
/// A malformed output, outputs of different batches, the same seed twice, or no output at all.
pub fn combine<O: AsRef<[u8]>>(outputs: &[O]) -> Result<Answer, Error> {
    let outcomes = outputs
        .iter()
        .map(|output| Outcome::parse(output.as_ref()))
        .collect::<Result<Vec<_>, _>>()?;
    let first = outcomes.first().ok_or(Error::NoOutputs)?;
    let mut seeds = BTreeSet::new();
    let mut histogram: BTreeMap<Trend, u64> = BTreeMap::new();
    for outcome in &outcomes {
        same_batch(first, outcome)?;
        if !seeds.insert(outcome.seed) {
            return Err(Error::RepeatedSeed(outcome.seed));
        }
        for (trend, count) in &outcome.histogram {
            *histogram.entry(*trend).or_default() += u64::from(*count);
        }
    }
    let resamples = histogram.values().sum();
    let percentile = |per_mille| {
        percentile(&histogram, resamples, per_mille).ok_or(Error::TooFewResamples {
            resamples: 0,
            tasks: outcomes.len(),
        })
    };
    Ok(Answer {
        trend: first.trend,
        ci_low: percentile(25)?,
        ci_high: percentile(975)?,
        resamples,
        tasks: outcomes.len(),
        months: first.months,
        block: first.block,
    })
}

fn same_batch(first: &Outcome, other: &Outcome) -> Result<(), Error> {
    let differs = [
        ("months", first.months != other.months),
        ("block", first.block != other.block),
        ("trend", first.trend != other.trend),
    ];
    match differs.into_iter().find(|(_, differs)| *differs) {
        Some((field, _)) => Err(Error::OtherBatch(field)),
        None => Ok(()),
    }
}

/// The smallest trend that at least `per_mille` thousandths of the resamples do not exceed; none of none.
fn percentile(histogram: &BTreeMap<Trend, u64>, resamples: u64, per_mille: u64) -> Option<Trend> {
    let rank = (u128::from(resamples) * u128::from(per_mille)).div_ceil(1000);
    let mut seen: u128 = 0;
    let reached = histogram.iter().find(|(_, count)| {
        seen += u128::from(**count);
        seen >= rank
    });
    reached.map(|(trend, _)| *trend)
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            trend,
            ci_low,
            ci_high,
            resamples,
            tasks,
            months,
            block,
        } = self;
        write!(
            f,
            "CO₂ trend {trend} ppm per decade, 95 % interval {ci_low} to {ci_high} \
             ({resamples} resamples in {tasks} tasks, {months} months, blocks of {block})"
        )
    }
}
