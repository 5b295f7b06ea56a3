//! Measures a node's engine against Wasmtime as it comes: `cargo xtask bench node`.
//!
//! Each kernel is run in turn in every way, so that what disturbs the machine disturbs all. Medians count.

mod kernels;
mod overhead;
mod plain;

use anyhow::{ensure, Context, Result};
use assay_runner::{
    ChildConfig, ChildProgram, ChildRunner, ExitStatus, Limits, NoAttemptLog, RunRequest, Runner,
};
use clap::Parser;
use kernels::Kernel;
use plain::{Part, Plain};
use serde_json::{json, Map, Value};
use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

#[derive(Parser)]
struct Arguments {
    /// Folder of the repository
    #[arg(long)]
    root: PathBuf,
    /// Folder of the modules
    #[arg(long)]
    modules: PathBuf,
    /// Program that serves as a child
    #[arg(long)]
    child: PathBuf,
    /// Rounds, each of which runs every kernel in every way
    #[arg(long, default_value_t = 31)]
    rounds: usize,
    /// End with one JSON object
    #[arg(long)]
    json: bool,
}

/// A kernel in every way, with the times of its runs.
struct Measured {
    kernel: Kernel,
    plain: Plain,
    fuel: Plain,
    nan_pass: Plain,
    module: Vec<u8>,
    times: [Vec<Duration>; 4],
}

/// What the times are called, in their order.
const WAYS: [&str; 4] = ["plain", "with fuel", "with NaN pass", "node"];

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let program = ChildProgram {
        path: arguments.child.clone(),
        arguments: Vec::new(),
    };
    let limit = Duration::from_secs(600);
    let config = ChildConfig::new(program, folder.path().join("code"), limit);
    let node = ChildRunner::new(config, Box::new(NoAttemptLog))?;
    let mut measured = Vec::new();
    for kernel in kernels::all(&arguments.root)? {
        let path = arguments.modules.join(kernel.module);
        let module = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        node.prepare(&module, limit)?;
        measured.push(Measured {
            plain: Plain::compile(&module, Part::Nothing).map_err(engine_error)?,
            fuel: Plain::compile(&module, Part::Fuel).map_err(engine_error)?,
            nan_pass: Plain::compile(&module, Part::NanPass).map_err(engine_error)?,
            times: Default::default(),
            kernel,
            module,
        });
    }
    for round in 0..arguments.rounds {
        eprintln!("round {} of {}", round + 1, arguments.rounds);
        for one in &mut measured {
            one.run(&node)?;
        }
    }
    let overhead = overhead::measure(&node, arguments.rounds)?;
    report(&measured, &overhead, arguments)
}

impl Measured {
    /// Runs the kernel once in each way, and checks that all say the same.
    fn run(&mut self, node: &ChildRunner) -> Result<()> {
        let input = &self.kernel.input;
        let mut outputs = Vec::new();
        for (engine, times) in [&self.plain, &self.fuel, &self.nan_pass]
            .into_iter()
            .zip(&mut self.times)
        {
            let (output, took) = engine.run(input).map_err(engine_error)?;
            outputs.push(output);
            times.push(took);
        }
        let started = Instant::now();
        let result = node.run(&RunRequest {
            module: &self.module,
            input,
            limits: Limits {
                fuel: u64::MAX,
                memory_bytes: self.kernel.memory_bytes,
                output_bytes: 1 << 20,
            },
            memory_key: [7; 32],
            deadline: None,
        })?;
        self.times[3].push(started.elapsed());
        let name = self.kernel.name;
        ensure!(
            result.exit == ExitStatus::Code(0),
            "{name} ended with {:?}: {}",
            result.exit,
            String::from_utf8_lossy(&result.log)
        );
        outputs.push(result.output);
        ensure!(
            outputs.iter().all(|output| *output == outputs[0]),
            "{name} has different outputs"
        );
        Ok(())
    }

    /// Returns the median time of each way, seconds.
    fn medians(&self) -> [f64; 4] {
        [0, 1, 2, 3].map(|way: usize| median(&self.times[way]))
    }
}

/// Returns the median, seconds.
pub fn median(times: &[Duration]) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    times
        .get(times.len() / 2)
        .map_or(0.0, Duration::as_secs_f64)
}

fn report(
    measured: &[Measured],
    overhead: &overhead::Overhead,
    arguments: &Arguments,
) -> Result<()> {
    print!("{:<12}", "kernel");
    for way in WAYS {
        print!(" {way:>16}");
    }
    println!("   of plain");
    // Kernels of one ratio are one program that does both.
    let mut sums: BTreeMap<&str, [f64; 4]> = BTreeMap::new();
    for one in measured {
        let medians = one.medians();
        print!("{:<12}", one.kernel.name);
        for seconds in medians {
            print!(" {:>13.1} ms", seconds * 1e3);
        }
        println!("   {:.2}", medians[3] / medians[0]);
        let sum = sums.entry(one.kernel.ratio).or_default();
        for (sum, seconds) in sum.iter_mut().zip(medians) {
            *sum += seconds;
        }
    }
    println!(
        "a child: {:.1} ms a run; hashing: {:.0} ms a GiB of memory",
        overhead.child_ms, overhead.hashing_ms_per_gib
    );
    let ratio = |sum: &[f64; 4], way: usize| round(sum[way] / sum[0]);
    let mut figures: Map<String, Value> = sums
        .iter()
        .map(|(name, sum)| ((*name).to_owned(), json!(ratio(sum, 3))))
        .collect();
    let float = sums.get("ratio_float").copied().unwrap_or_default();
    // The geometric mean, so that no kernel counts for more because it takes longer.
    let logarithms = sums.values().map(|sum| (sum[1] / sum[0]).ln());
    let fuel = (logarithms.sum::<f64>() / sums.len() as f64).exp();
    figures.insert("nan_pass".into(), json!(ratio(&float, 2)));
    figures.insert("fuel".into(), json!(round(fuel)));
    figures.insert("child".into(), json!(round(overhead.child_ms)));
    figures.insert("hashing".into(), json!(round(overhead.hashing_ms_per_gib)));
    figures.insert("rounds".into(), json!(arguments.rounds));
    for (name, value) in &figures {
        println!("{name}: {value}");
    }
    if arguments.json {
        println!("{}", Value::Object(figures));
    }
    Ok(())
}

/// Wasmtime's errors are not those of the standard library.
fn engine_error(error: wasmtime::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}

/// Rounds to two places.
fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
