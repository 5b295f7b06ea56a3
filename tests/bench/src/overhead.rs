//! What a run costs that does nothing.

use crate::median;
use anyhow::{ensure, Result};
use assay_runner::{ChildRunner, ExitStatus, Limits, RunRequest, Runner};
use std::time::{Duration, Instant};

/// Memory of the larger of two empty programs, pages of 64 KiB.
const PAGES: u64 = 8_192;

/// The cost of a run beside the program's own work.
pub struct Overhead {
    /// Of starting a child and asking it, milliseconds.
    pub child_ms: f64,
    /// Of hashing the memory, with the reading of pages that were never written, milliseconds for each GiB.
    pub hashing_ms_per_gib: f64,
}

/// Runs empty programs with little and with much memory, in turn.
pub fn measure(node: &ChildRunner, rounds: usize) -> Result<Overhead> {
    let sizes = [1, PAGES];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (pages, times) in sizes.into_iter().zip(&mut times) {
            times.push(run_empty(node, pages)?);
        }
    }
    let [small, large] = times.map(|times| median(&times) * 1e3);
    let gib = PAGES as f64 / f64::from(1 << 14);
    Ok(Overhead {
        child_ms: small,
        hashing_ms_per_gib: (large - small) / gib,
    })
}

fn run_empty(node: &ChildRunner, pages: u64) -> Result<Duration> {
    let module = wat::parse_str(format!(
        r#"(module (memory (export "memory") {pages}) (func (export "_start")))"#
    ))?;
    node.prepare(&module, Duration::from_secs(60))?;
    let started = Instant::now();
    let result = node.run(&RunRequest {
        module: &module,
        input: b"",
        limits: Limits {
            fuel: 1_000,
            memory_bytes: pages << 16,
            output_bytes: 1,
        },
        memory_key: [7; 32],
        deadline: None,
    })?;
    ensure!(
        result.exit == ExitStatus::Code(0),
        "an empty program failed"
    );
    Ok(started.elapsed())
}
