//! The demonstration: a batch of science is posted, run by five nodes of which one lies, verified, paid, slashed, rewarded
//! and voted on. It runs real processes and the `assay` command as anyone would type it.
//!
//! Every figure is compared with the formulas of the design (`formulas`). The exit code is 0 only if all agree.

mod audit;
mod balances;
mod batch;
mod batch_inputs;
mod check;
mod close;
mod environment;
mod epoch;
mod expected;
mod formulas;
mod participants;
mod payouts;
mod report;
mod vote;

use anyhow::{bail, Context, Result};
use clap::Parser;
use std::{path::PathBuf, process::ExitCode};

use audit::{audit, AuditReport, ExpectedCounts};
use balances::Balances;
use batch::Batch;
use batch_inputs::BatchInputs;
use close::check_close;
use environment::Environment;
use epoch::Epoch;
use expected::Expected;
use participants::Participants;
use payouts::Payouts;
use report::Report;

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
    let mut env = match Environment::start(&arguments.root, &arguments.assay) {
        Ok(env) => env,
        Err(error) => return failed(&error),
    };
    let outcome = run(&mut env).and_then(|report| {
        report.print(arguments.json);
        if !report.audit_ok {
            bail!("the audit found figures that do not agree, marked WRONG above");
        }
        Ok(())
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            env.explain_failure();
            failed(&error)
        }
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("demo failed: {error:#}");
    ExitCode::FAILURE
}

fn run(env: &mut Environment) -> Result<Report> {
    let batch_inputs = BatchInputs::read(&env.localnet.workspace().root)?;
    let participants = Participants::start(env)?;
    let env = &*env;
    let mut expected = Expected::new(&participants, &env.formulas)?;
    let mut audit_report = AuditReport::default();
    let mut check_vaults = |expected: &_, jobs, pots, votes| {
        let counts = ExpectedCounts { jobs, pots, votes };
        audit(env, &participants, expected, &counts, &mut audit_report)
    };

    let before = Balances::of(env, &participants)?;
    let fee_bps = env.formulas.cluster.market.fee_bps;
    let batch = Batch::post(env, &participants, &batch_inputs.inputs, fee_bps)?;
    let job = batch.watch(env)?;
    let answer = batch_inputs.answer(&batch.fetch(env, &participants, &job)?)?;
    let payouts = Payouts::check(env, &participants, &batch, (&job, &before), &mut expected)?;
    check::holds("mallory was caught", payouts.liar_rejected > 0)?;
    check_vaults(&expected, 1, 0, 0)?;
    check_close(
        env,
        &participants,
        &batch,
        (&job, payouts.honest_paid),
        &mut expected,
    )?;
    let epoch = Epoch::finalize(env, &participants, (&batch, &job), &mut expected)?;
    check_vaults(&expected, 0, 1, 0)?;
    let claimed = epoch.claim(env, &participants, (&batch, &job))?;

    vote::change_the_fee(env, &participants)?;
    let before = Balances::of(env, &participants)?;
    let few = batch_inputs
        .inputs
        .get(..2)
        .context("fewer than two tasks")?;
    let cheaper = Batch::post(env, &participants, few, vote::NEW_FEE_BPS)?;
    let second = cheaper.watch(env)?;
    let later = Payouts::check(
        env,
        &participants,
        &cheaper,
        (&second, &before),
        &mut expected,
    )?;
    check_vaults(&expected, 1, 1, 1)?;
    check_close(
        env,
        &participants,
        &cheaper,
        (&second, later.honest_paid),
        &mut expected,
    )?;
    check_vaults(&expected, 0, 1, 1)?;

    Ok(Report {
        tasks_accepted: job.header.accepted_tasks.get(),
        tasks_total: batch.tasks,
        replicas: job.header.replicas,
        honest_paid: payouts.honest_paid,
        liar_slashed: payouts.liar_slashed,
        liar_rejected: payouts.liar_rejected,
        epoch_minted: epoch.minted,
        epoch_expected: epoch.scheduled.total,
        rewards_claimed: claimed,
        fee_before: job.header.fee.get(),
        fee_after: second.header.fee.get(),
        audit_ok: audit_report.is_clean(),
        audited: audit_report.compared,
        answer: answer.to_string(),
        seconds: env.seconds(),
    })
}
