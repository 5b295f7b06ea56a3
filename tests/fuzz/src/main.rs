//! `assay-fuzz`: sends random sequences of every instruction to the programs, and checks the invariants after each step.

use anyhow::{Context, Result};
use assay_fuzz::{
    episode,
    report::{Found, Report},
    run::{run, Options},
};
use clap::Parser;
use std::{fs, path::PathBuf, process::ExitCode, thread};

/// Least share of wallets that delegate, lock tokens or vote, among those that take part in an episode, percent.
const LEAST_HOLDERS: f64 = 30.0;

#[derive(Parser)]
#[command(
    name = "assay-fuzz",
    about = "Searches for sequences of transactions that break an invariant"
)]
struct Arguments {
    /// Transactions to send
    #[arg(long, default_value_t = 100_000)]
    steps: u64,

    /// Seed of all random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Parts at the same time; as many as there are processors if not given
    #[arg(long)]
    threads: Option<usize>,

    /// End with one JSON object
    #[arg(long)]
    json: bool,

    /// End with the first violation
    #[arg(long)]
    until_violation: bool,

    /// The repository: where parts that are done are kept, and sequences that fail
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,

    /// Write docs/results/fuzz.* there; the first sentence says by which command and at which commit
    #[arg(long, value_name = "SENTENCE", requires = "root")]
    write: Option<String>,

    /// Play the sequence of a file and print what becomes of each step
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,

    /// Write the sequences that were found to this file, one a line
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// What earlier runs found of the planted bugs, a JSON array
    #[arg(long, value_name = "FILE")]
    planted: Option<PathBuf>,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    if let Some(file) = &arguments.replay {
        return replay(file);
    }
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let options = Options {
        steps: arguments.steps,
        seed: arguments.seed,
        threads: arguments.threads.unwrap_or(threads),
        until_violation: arguments.until_violation,
        root: arguments.root.clone(),
    };
    let mut report = run(&options)?;
    if let Some(file) = &arguments.planted {
        let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        report.planted = serde_json::from_slice(&text)?;
    }
    if let Some(file) = &arguments.save {
        let lines: Result<Vec<String>, _> =
            report.found.iter().map(serde_json::to_string).collect();
        fs::write(file, lines?.join("\n"))?;
    }
    if let Some(root) = &arguments.root {
        report.find_tests(root)?;
    }
    let summary = serde_json::to_string(&report.summary())?;
    if let Some(made_by) = &arguments.write {
        let root = arguments.root.as_ref().context("no folder")?;
        write(&report, &summary, made_by, root)?;
    }
    if arguments.json {
        eprint!("{report}");
        println!("{summary}");
    } else {
        print!("{report}");
    }
    if !report.found.is_empty() {
        eprintln!("error: an invariant is broken");
        return Ok(ExitCode::FAILURE);
    }
    if report.counts.episodes > 0 && report.summary().holders_percent < LEAST_HOLDERS {
        eprintln!("error: too few of those that take part delegate or vote");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Plays a kept sequence and says what becomes of each step.
fn replay(file: &std::path::Path) -> Result<ExitCode> {
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let found: Found = serde_json::from_slice(&text)?;
    let violation = episode::replay(&found.steps, &mut |step, outcome| {
        let step = serde_json::to_string(step).unwrap_or_default();
        println!("{step} {outcome}");
    });
    let Some((violation, _)) = violation else {
        println!("every invariant holds");
        return Ok(ExitCode::SUCCESS);
    };
    println!("{violation}");
    Ok(ExitCode::FAILURE)
}

fn write(report: &Report, summary: &str, made_by: &str, root: &std::path::Path) -> Result<()> {
    let folder = root.join("docs/results");
    let text = format!(
        "# Random sequences\n\n{made_by}. What is checked: \
         [the invariants](../security/invariants.md).\n\n{report}"
    );
    fs::write(folder.join("fuzz.md"), text)?;
    fs::write(folder.join("fuzz.json"), format!("{summary}\n"))?;
    Ok(())
}
