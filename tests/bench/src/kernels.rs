//! What is run: a module and its input.

use anyhow::{Context, Result};
use std::{fs, path::Path};

/// A program and what it computes.
pub struct Kernel {
    /// The ratio that it counts for.
    pub ratio: &'static str,
    pub name: &'static str,
    /// File of the module.
    pub module: &'static str,
    pub input: Vec<u8>,
    /// Memory that it needs, bytes.
    pub memory_bytes: u64,
}

/// Resamples of the scientific task: a twentieth of a second of a fast machine, as small as a task should be.
const RESAMPLES: u32 = 160_000;

/// Returns the kernels. `root` is the folder of the repository.
///
/// # Errors
/// When the data of the scientific job cannot be read.
pub fn all(root: &Path) -> Result<Vec<Kernel>> {
    let series = root.join("examples/data/mauna-loa-co2/co2.csv");
    let series =
        fs::read_to_string(&series).with_context(|| format!("cannot read {}", series.display()))?;
    let tasks = co2_trend::inputs(&series, 1, RESAMPLES, co2_trend::BLOCK_MONTHS)?;
    let task = tasks.into_iter().next().context("the batch has no task")?;
    let bench = |ratio, name, size: u32, mebibytes: u64| Kernel {
        ratio,
        name,
        module: "bench-kernels.wasm",
        input: format!("{name} {size}\n").into_bytes(),
        memory_bytes: mebibytes << 20,
    };
    Ok(vec![
        Kernel {
            ratio: "ratio_science",
            name: "co2-trend",
            module: "co2-trend.wasm",
            input: task,
            memory_bytes: 64 << 20,
        },
        bench("ratio_integer", "sha256", 64 << 20, 16),
        bench("ratio_integer", "sort", 10_000_000, 128),
        bench("ratio_float", "n-body", 1_000_000, 16),
        bench("ratio_float", "axpy", 20, 32),
        bench("ratio_memory", "chase", 256, 512),
        bench("ratio_calls", "fib", 36, 16),
    ])
}
