//! The whole story on real parts: a batch of science posted, run by five nodes of which one lies, verified, paid,
//! slashed, rewarded and voted on, through the `assay` command as anyone would type it.
//!
//! Every figure is compared with what the design's formulas say (`formulas`); the exit code is 0 only if all agree.

mod assay;
mod audit;
mod balances;
mod batch;
mod book;
mod cast;
mod check;
mod closing;
mod epoch;
mod formulas;
mod process;
mod report;
mod science;
mod stage;
mod verdicts;
mod vote;

use anyhow::{bail, Context, Result};
use clap::Parser;
use std::{path::PathBuf, process::ExitCode};

use audit::{audit, Findings, Present};
use balances::Balances;
use batch::Batch;
use report::Report;
use stage::Stage;
use verdicts::Verdicts;

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
    let mut stage = match Stage::set(&arguments.root, &arguments.assay) {
        Ok(stage) => stage,
        Err(error) => return failed(&error),
    };
    let told = play(&mut stage).and_then(|report| {
        report.print(arguments.json);
        match report.audit_ok {
            true => Ok(()),
            false => bail!("the audit found figures that do not agree, marked WRONG above"),
        }
    });
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            stage.explain();
            failed(&error)
        }
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("demo failed: {error:#}");
    ExitCode::FAILURE
}

fn play(stage: &mut Stage) -> Result<Report> {
    let science = science::Science::read(&stage.root)?;
    let cast = cast::Cast::assemble(stage)?;
    let stage = &*stage;
    let mut book = book::Book::open(&cast, &stage.formulas)?;
    let mut findings = Findings::default();
    let mut check_vaults = |book: &_, jobs, pots, votes| {
        let present = Present { jobs, pots, votes };
        audit(stage, &cast, book, &present, &mut findings)
    };

    let before = Balances::of(stage, &cast)?;
    let fee_bps = stage.formulas.cluster.market.fee_bps;
    let batch = Batch::post(stage, &cast, &science.inputs, fee_bps)?;
    let job = batch.watch(stage)?;
    let answer = science.answer(&batch.fetch(stage, &cast, &job)?)?;
    let verdicts = Verdicts::check(stage, &cast, &batch, (&job, &before), &mut book)?;
    check::holds("mallory was caught", verdicts.liar_rejected > 0)?;
    check_vaults(&book, 1, 0, 0)?;
    closing::close(
        stage,
        &cast,
        &batch,
        (&job, verdicts.honest_paid),
        &mut book,
    )?;
    let epoch = epoch::Epoch::finalize(stage, &cast, (&batch, &job), &mut book)?;
    check_vaults(&book, 0, 1, 0)?;
    let claimed = epoch.claim(stage, &cast, (&batch, &job))?;

    vote::change_the_fee(stage, &cast)?;
    let before = Balances::of(stage, &cast)?;
    let few = science.inputs.get(..2).context("fewer than two tasks")?;
    let cheaper = Batch::post(stage, &cast, few, vote::NEW_FEE_BPS)?;
    let second = cheaper.watch(stage)?;
    let later = Verdicts::check(stage, &cast, &cheaper, (&second, &before), &mut book)?;
    check_vaults(&book, 1, 1, 1)?;
    closing::close(
        stage,
        &cast,
        &cheaper,
        (&second, later.honest_paid),
        &mut book,
    )?;
    check_vaults(&book, 0, 1, 1)?;

    Ok(Report {
        tasks_accepted: job.header.accepted_tasks.get(),
        tasks_total: batch.tasks,
        replicas: job.header.replicas,
        honest_paid: verdicts.honest_paid,
        liar_slashed: verdicts.liar_slashed,
        liar_rejected: verdicts.liar_rejected,
        epoch_minted: epoch.minted,
        epoch_expected: epoch.expected.total,
        rewards_claimed: claimed,
        fee_before: job.header.fee.get(),
        fee_after: second.header.fee.get(),
        audit_ok: findings.is_clean(),
        audited: findings.compared,
        answer: answer.to_string(),
        seconds: stage.seconds(),
    })
}
