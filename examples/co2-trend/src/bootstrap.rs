//! The moving-block bootstrap itself.

use crate::outcome::Outcome;
use crate::random::Random;
use crate::task::Task;
use crate::trend::Trend;
use std::collections::BTreeMap;

/// Refits the model to `task.resamples` series rebuilt from blocks of residuals, and counts the trends.
pub fn resample(task: &Task) -> Outcome {
    let mut random = Random::seeded(task.seed);
    let mut histogram = BTreeMap::new();
    for _ in 0..task.resamples {
        *histogram
            .entry(Trend::nearest(resampled_trend(task, &mut random)))
            .or_insert(0) += 1;
    }
    Outcome {
        seed: task.seed,
        months: task.model.residuals.len() as u64,
        block: task.block,
        trend: Trend::nearest(task.model.trend),
        histogram,
    }
}

/// The trend of one rebuilt series. The last block is cut where the series ends.
fn resampled_trend(task: &Task, random: &mut Random) -> f64 {
    let model = &task.model;
    let block = task.block as usize;
    let starts = model.residuals.len() - block + 1;
    model
        .weights
        .chunks(block)
        .fold(model.trend, |trend, weights| {
            let start = random.below(starts as u32) as usize;
            let residuals = &model.residuals[start..start + weights.len()];
            weights
                .iter()
                .zip(residuals)
                .fold(trend, |trend, (weight, residual)| trend + weight * residual)
        })
}
