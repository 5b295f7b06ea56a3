//! `assay-simulate`: plays the game, prints what a wrong result costs, and fails when a bar does not hold.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use assay_simulate::bars::Bar;
use assay_simulate::report::{report, Options, Report, FULL_TASKS};
use assay_simulate::sample::Effort;
use assay_simulate::{find, governance, print};
use clap::Parser;

#[derive(Parser)]
#[command(
    name = "assay-simulate",
    about = "Plays the market's game over the programs' own rules"
)]
struct Arguments {
    /// End with one JSON object
    #[arg(long)]
    json: bool,

    /// How many tasks to play, roughly
    #[arg(long, default_value_t = FULL_TASKS)]
    tasks: u64,

    /// Seed of all random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Threads; as many as there are processors if not given
    #[arg(long)]
    threads: Option<usize>,

    /// Only what the bars ask for, with few tasks and wider bars
    #[arg(long)]
    quick: bool,

    /// Try other parameters, and print the cheapest that keep the bars
    #[arg(long, conflicts_with_all = ["quick", "write"])]
    find: bool,

    /// Only what attacks on stake and votes bring, and the supply of ten years
    #[arg(long, conflicts_with_all = ["quick", "find", "write"])]
    governance: bool,

    /// Write the results and the table of worth into this repository
    #[arg(long, conflicts_with = "quick", value_name = "REPOSITORY")]
    write: Option<PathBuf>,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let threads = arguments
        .threads
        .or_else(|| std::thread::available_parallelism().ok().map(usize::from))
        .unwrap_or(1);
    let effort = Effort {
        seed: arguments.seed,
        threads,
    };
    if arguments.governance {
        return Ok(play_governance(arguments.json));
    }
    let begun = Instant::now();
    let say = |what: &str| eprintln!("[{:4} s] {what}", begun.elapsed().as_secs());
    if arguments.find {
        print!("{}", find::find(effort, arguments.tasks, &say));
        return Ok(ExitCode::SUCCESS);
    }
    let tasks = if arguments.quick {
        arguments.tasks.min(FULL_TASKS / 20)
    } else {
        arguments.tasks
    };
    let report = report(
        Options {
            tasks,
            effort,
            quick: arguments.quick,
        },
        &say,
    );
    print!("{}", print::markdown(&report));
    if let Some(root) = &arguments.write {
        write(root, &report)?;
    }
    if arguments.json {
        println!("{}", print::json(&report));
    }
    Ok(check(&report.bars))
}

/// Prints what attacks on stake and votes bring, and the supply of ten years.
fn play_governance(json: bool) -> ExitCode {
    let report = governance::report();
    print!("{}", governance::print::markdown(&report));
    if json {
        println!("{}", governance::print::json(&report));
    }
    check(&governance::bars::bars(&report))
}

/// Reports every bar that fails.
fn check(bars: &[Bar]) -> ExitCode {
    let failed: Vec<_> = bars.iter().filter(|bar| !bar.holds()).collect();
    for bar in &failed {
        eprintln!(
            "a bar fails: {} is {}, bound {}",
            bar.name, bar.value, bar.bound
        );
    }
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn write(root: &std::path::Path, report: &Report) -> Result<()> {
    let results = root.join("docs/results");
    fs::create_dir_all(&results).context("cannot make docs/results")?;
    let json = serde_json::to_string_pretty(&print::json(report))?;
    fs::write(results.join("simulate.json"), json + "\n").context("cannot write the results")?;
    fs::write(results.join("simulate.md"), print::markdown(report))
        .context("cannot write the results")?;
    if let Some(worth) = &report.worth {
        let table = serde_json::to_string_pretty(worth)?;
        fs::write(root.join("tests/simulate/worth.json"), table + "\n")
            .context("cannot write the table of worth")?;
    }
    Ok(())
}
