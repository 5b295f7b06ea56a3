//! `assay-model`: explores every state of a task and prints what was found.

use std::process::ExitCode;

use assay_model::report::{run, Effort};
use clap::Parser;

#[derive(Parser)]
#[command(
    name = "assay-model",
    about = "Explores every state that a task can come to, by the program's own rules"
)]
struct Arguments {
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,

    /// Only what the test suite runs
    #[arg(long)]
    quick: bool,

    /// Searches that run at the same time
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let effort = if arguments.quick {
        Effort::Quick
    } else {
        Effort::Full
    };
    let report = run(effort, arguments.threads);
    if arguments.json {
        eprint!("{report}");
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print!("{report}");
    }
    if report.holds() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("error: a property is violated; the traces above show how");
    Ok(ExitCode::FAILURE)
}
