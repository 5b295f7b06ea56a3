//! The batch: how fast CO₂ rises at Mauna Loa, with its uncertainty, cut into tasks.

use crate::check;
use anyhow::{Context, Result};
use co2_trend::{combine, inputs, Answer, BLOCK_MONTHS};
use std::{fs, path::Path};

const TASKS: u32 = 12;
const RESAMPLES: u32 = 3_000_000;

pub struct Science {
    /// One input per task.
    pub inputs: Vec<Vec<u8>>,
}

impl Science {
    pub fn read(root: &Path) -> Result<Self> {
        let file = root.join("examples/data/mauna-loa-co2/co2.csv");
        let series =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let inputs = inputs(&series, TASKS, RESAMPLES, BLOCK_MONTHS)?;
        Ok(Self { inputs })
    }

    /// Combines the verified outputs, and checks one of them against a run of the same code on this machine.
    pub fn answer(&self, outputs: &[Vec<u8>]) -> Result<Answer> {
        let answer = combine(outputs)?;
        eprintln!("  {answer}");
        check::equal("tasks in the answer", answer.tasks, self.inputs.len())?;
        check::equal(
            "resamples in the answer",
            answer.resamples,
            u64::from(RESAMPLES),
        )?;
        let (input, output) = self
            .inputs
            .first()
            .zip(outputs.first())
            .context("no task")?;
        let native = co2_trend::run(input)?;
        check::holds(
            "a native run of task 0 gives the verified bytes",
            native == *output,
        )?;
        Ok(answer)
    }
}
