//! The batch: how fast CO₂ rises at Mauna Loa, with its uncertainty, cut into tasks.

use crate::check;
use anyhow::{Context, Result};
use co2_trend::{combine, inputs, Answer, BLOCK_MONTHS};
use std::{fs, path::Path};

const TASKS: u32 = 12;
const RESAMPLES: u32 = 3_000_000;
/// Trend and 95 % interval in thousandths of a ppm per decade, as examples/README.md states them. The seeds are fixed, so the
/// answer is too.
const KNOWN: [i64; 3] = [13_405, 13_148, 13_658];

pub struct BatchInputs {
    /// One input per task.
    pub inputs: Vec<Vec<u8>>,
}

impl BatchInputs {
    pub fn read(root: &Path) -> Result<Self> {
        let file = root.join("examples/data/mauna-loa-co2/co2.csv");
        let series =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let inputs = inputs(&series, TASKS, RESAMPLES, BLOCK_MONTHS)?;
        Ok(Self { inputs })
    }

    /// Combines the verified outputs, and checks that they give the known answer and that a run of the same code on this
    /// machine gives the same first output.
    pub fn answer(&self, outputs: &[Vec<u8>]) -> Result<Answer> {
        let answer = combine(outputs)?;
        eprintln!("  {answer}");
        check::equal("tasks in the answer", answer.tasks, self.inputs.len())?;
        let resamples = u64::from(RESAMPLES);
        check::equal("resamples in the answer", answer.resamples, resamples)?;
        let found = [answer.trend.0, answer.ci_low.0, answer.ci_high.0];
        check::equal("trend and interval, 10⁻³ ppm per decade", found, KNOWN)?;
        let first = self.inputs.first().zip(outputs.first());
        let (input, output) = first.context("no task")?;
        let native = co2_trend::run(input)?;
        let same = native == *output;
        check::holds("a native run of task 0 gives the verified bytes", same)?;
        Ok(answer)
    }
}
