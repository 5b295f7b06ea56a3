//! The demonstration: jobs are posted, run by nodes of which some cheat, verified, paid, penalized, rewarded and voted on. It
//! runs real processes and the `assay` command as anyone would type it.
//!
//! Every figure is compared with the formulas of the design (`formulas`). The exit code is 0 only if all agree.

mod audit;
mod balances;
mod batch;
mod batch_inputs;
mod check;
mod close;
mod dues;
mod environment;
mod epoch;
mod expected;
mod formulas;
mod order;
mod participants;
mod payouts;
mod report;
mod seats;
mod vote;
mod waiting;

use anyhow::{bail, Context, Result};
use clap::Parser;
use std::{path::PathBuf, process::ExitCode};

use audit::{audit, AuditReport, ExpectedCounts};
use balances::Balances;
use batch_inputs::BatchInputs;
use close::check_close;
use dues::Dues;
use environment::{log_step, Environment};
use epoch::Epoch;
use expected::Expected;
use order::Order;
use participants::{Participants, Role};
use payouts::Payouts;
use report::Report;
use waiting::{until_all_stand, until_settled};

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
    let participants = Participants::register(env)?;
    let mut expected = Expected::new(&participants, &env.formulas)?;
    let mut audit_report = AuditReport::default();
    let before = Balances::of(env, &participants)?;
    let fee_bps = env.formulas.cluster.market.fee_bps;

    let module = batch::module(env);
    let tasks = (module.as_path(), &batch_inputs.inputs[..]);
    let liar = participants.one(Role::Liar)?;
    let order = Order::post(env, &participants, "batch", tasks, fee_bps)?;
    batch::start_liar(env, &participants, order.task.bond)?;
    batch::wait_for_lies(env, &order, liar)?;
    log_step("starting the nodes of the honest");
    batch::start_honest(env, participants.of(Role::Honest))?;

    let env = &*env;
    let mut check_vaults = |expected: &_, jobs, disputes, pots, votes| {
        let counts = ExpectedCounts {
            jobs,
            disputes,
            pots,
            votes,
        };
        audit(env, &participants, expected, &counts, &mut audit_report)
    };
    let jobs = until_all_stand(env, &[&order])?;
    let [seats] = &jobs[..] else {
        bail!("one job was asked for");
    };
    let dues = Dues::of(&[(&order, seats)])?;
    let caught = batch::caught_by_late_seats(seats, liar);
    check::holds("mallory was caught by late seats", caught > 0)?;
    check_vaults(&expected, 1, dues.disputed, 0, 0)?;
    until_settled(env, &[&order])?;
    let job = env.client.fetch_job(&order.job)?;
    let answer = batch_inputs.answer(&order.fetch(env, &participants, &job)?)?;
    let payouts = Payouts::check(env, &participants, &dues, &before, &mut expected)?;
    check_vaults(&expected, 1, 0, 0, 0)?;
    check_close(env, &participants, (&order, seats), &mut expected)?;
    let epoch = Epoch::finalize(env, &participants, &dues, &mut expected)?;
    check_vaults(&expected, 0, 0, 1, 0)?;
    let claimed = epoch.claim(env, &participants, &dues)?;

    vote::change_the_fee(env, &participants)?;
    let before = Balances::of(env, &participants)?;
    let few = batch_inputs.inputs.get(..2);
    let few = few.context("fewer than two tasks")?;
    let tasks = (module.as_path(), few);
    let cheaper = Order::post(
        env,
        &participants,
        "cheaper batch",
        tasks,
        vote::NEW_FEE_BPS,
    )?;
    let second = until_all_stand(env, &[&cheaper])?;
    let [second] = &second[..] else {
        bail!("one job was asked for");
    };
    let later = Dues::of(&[(&cheaper, second)])?;
    until_settled(env, &[&cheaper])?;
    Payouts::check(env, &participants, &later, &before, &mut expected)?;
    check_vaults(&expected, 1, 0, 1, 1)?;
    check_close(env, &participants, (&cheaper, second), &mut expected)?;
    check_vaults(&expected, 0, 0, 1, 1)?;

    Ok(Report {
        tasks_accepted: job.header.proven_tasks.get(),
        tasks_total: order.tasks,
        replicas: order.task.seats,
        honest_paid: payouts.honest_paid,
        liar_slashed: payouts.liar_slashed,
        liar_rejected: payouts.liar_rejected,
        epoch_minted: epoch.minted,
        epoch_expected: epoch.scheduled.total,
        rewards_claimed: claimed,
        fee_before: order.task.fee,
        fee_after: cheaper.task.fee,
        audit_ok: audit_report.is_clean(),
        audited: audit_report.compared,
        answer: answer.to_string(),
        seconds: env.seconds(),
    })
}
