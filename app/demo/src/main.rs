//! The whole story on real parts: a batch of science posted, run by five nodes of which one lies, verified, paid,
//! slashed, rewarded and voted on, through the `assay` command as anyone would type it.
//!
//! Every figure is compared with what the programs' own formulas say; the exit code is 0 only if all agree.

mod assay;
mod audit;
mod batch;
mod cast;
mod check;
mod epoch;
mod report;
mod science;
mod stage;
mod verdicts;
mod vote;

use anyhow::Result;
use clap::Parser;
use std::{path::PathBuf, process::ExitCode};

/// Runs the demonstration on a local network of its own and checks every figure.
#[derive(Parser)]
#[command(name = "assay-demo")]
struct Arguments {
    /// The workspace, with built programs and modules under target/.
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// The `assay` binary.
    #[arg(long)]
    assay: PathBuf,
    /// Print one JSON object with the figures as the last line.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(report) => {
            report.print(arguments.json);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("demo failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<report::Report> {
    let mut stage = stage::Stage::set(&arguments.root, &arguments.assay)?;
    let cast = cast::Cast::assemble(&mut stage)?;

    let science = science::Science::read(&arguments.root)?;
    let before = audit::Balances::of(&stage, &cast)?;
    let batch = batch::Batch::post(&stage, &cast, &science.inputs)?;
    let finished = batch.watch(&stage)?;
    let answer = science.answer(&batch.fetch(&stage, &cast)?)?;
    let verdicts = verdicts::Verdicts::check(&stage, &cast, &finished, &before)?;
    let fee_before = batch.close(&stage, &cast, &finished)?;

    let epoch = epoch::Epoch::finalize_and_claim(&stage, &cast)?;
    let fee_after = vote::change_the_fee(&stage, &cast, &science)?;
    audit::audit(&stage)?;

    Ok(report::Report {
        tasks_accepted: finished.header.accepted_tasks.get(),
        tasks_total: finished.header.task_count.get(),
        replicas: finished.header.replicas,
        honest_paid: verdicts.honest_paid,
        liar_slashed: verdicts.liar_slashed,
        liar_rejected: verdicts.liar_rejected,
        epoch_minted: epoch.minted,
        epoch_expected: epoch.expected,
        rewards_claimed: epoch.claimed,
        fee_before,
        fee_after,
        audit_ok: true,
        answer: answer.to_string(),
        seconds: stage.seconds(),
    })
}
