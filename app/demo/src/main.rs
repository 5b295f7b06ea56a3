//! The demonstration: jobs are posted, run by nodes of which some cheat, verified, paid, penalized, rewarded and voted on. It
//! runs real processes and the `assay` command as anyone would type it.
//!
//! Every figure is compared with the formulas of the design (`formulas`). The exit code is 0 only if all agree.

mod audit;
mod balances;
mod batch;
mod batch_inputs;
mod captured;
mod cheat;
mod check;
mod close;
mod copied;
mod dues;
mod environment;
mod epoch;
mod expected;
mod formulas;
mod order;
mod participants;
mod payouts;
mod pots;
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
use captured::Captured;
use cheat::Cheat;
use close::check_close;
use copied::Copied;
use dues::Dues;
use environment::{log_step, Environment};
use epoch::Epoch;
use expected::Expected;
use order::Order;
use participants::{Participants, Role};
use payouts::Payouts;
use report::Report;
use seats::JobSeats;
use waiting::{until_all_stand, until_settled};

/// Runs the demonstration on a local network of its own and checks every figure.
#[derive(Parser)]
#[command(
    name = "assay-demo",
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
struct Arguments {
    /// The workspace, with built programs and modules under target/.
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// The `assay` binary.
    #[arg(long, required = true)]
    assay: Option<PathBuf>,
    /// Print one JSON object with the figures as the last line.
    #[arg(long)]
    json: bool,
    /// What the demonstration starts its dishonest clients with.
    #[command(subcommand)]
    cheat: Option<Cheat>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(cheat) = &arguments.cheat {
        return match cheat.run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error),
        };
    }
    let assay = arguments.assay.unwrap_or_default();
    let mut env = match Environment::start(&arguments.root, &assay) {
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

/// The jobs of the first epoch.
struct Jobs {
    batch: Order,
    captured: Captured,
    copied: Copied,
}

impl Jobs {
    /// Posts the jobs while only those run that cheat in them, then starts everybody else.
    fn stage(
        env: &mut Environment,
        participants: &Participants,
        inputs: &[Vec<u8>],
        expected: &mut Expected,
    ) -> Result<Self> {
        let fee_bps = env.formulas.cluster.market.fee_bps;
        let captured = Captured::stage(env, participants, fee_bps)?;
        let first = inputs.first().context("no task")?;
        let mut copied = Copied::stage(env, participants, first, fee_bps)?;
        let module = batch::module(env);
        let batch = Order::post(env, participants, "batch", (&module, inputs), fee_bps)?;
        batch::start_liar(env, participants.one(Role::Liar)?, &batch)?;
        copied.start_lazy(env, participants, expected)?;
        log_step("starting the nodes of the other honest providers; ada takes further seats, too");
        batch::limit_bonds(participants.one(Role::Honest)?, 0)?;
        batch::start_honest(env, participants.of(Role::Honest).skip(1))?;
        captured.start_watcher(env, participants)?;
        let processes = env.node_count();
        check::equal(
            "processes of `assay node`, each with its own key",
            processes,
            9,
        )?;
        copied.let_them_cheat()?;
        Ok(Self {
            batch,
            captured,
            copied,
        })
    }

    fn orders(&self) -> [&Order; 3] {
        [&self.batch, &self.captured.order, &self.copied.order]
    }
}

/// What the chain says about those that cheated.
struct Caught {
    captured_overturned: bool,
    copier_caught: bool,
    lazy_seat_caught: bool,
}

impl Caught {
    fn read(participants: &Participants, jobs: &Jobs, seats: &[JobSeats]) -> Result<Self> {
        let [of_batch, of_captured, of_copied] = seats else {
            bail!("three jobs were asked for");
        };
        let lies = batch::caught_by_late_seats(of_batch, participants.one(Role::Liar)?);
        check::equal("lies of mallory that late seats caught", lies, batch::LIES)?;
        let caught = Self {
            captured_overturned: jobs.captured.is_overturned(participants, of_captured)?,
            copier_caught: jobs.copied.is_copier_caught(participants, of_copied)?,
            lazy_seat_caught: jobs.copied.is_lazy_caught(participants, of_copied)?,
        };
        check::holds(
            "the captured task is overturned",
            caught.captured_overturned,
        )?;
        check::holds("the copier is caught by its seal", caught.copier_caught)?;
        let what = "the lazy member of a round is caught by its memory";
        check::holds(what, caught.lazy_seat_caught)?;
        Ok(caught)
    }
}

fn run(env: &mut Environment) -> Result<Report> {
    let batch_inputs = BatchInputs::read(&env.localnet.workspace().root)?;
    let inputs = &batch_inputs.inputs[..];
    let participants = Participants::register(env)?;
    let mut expected = Expected::new(&participants, &env.formulas)?;
    let mut audit_report = AuditReport::default();
    let before = Balances::of(env, &participants)?;
    let jobs = Jobs::stage(env, &participants, inputs, &mut expected)?;

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
    let (orders, batch) = (jobs.orders(), &jobs.batch);
    let seats = until_all_stand(env, &orders)?;
    let all: Vec<_> = orders.into_iter().zip(&seats).collect();
    let dues = Dues::of(&all)?;
    let caught = Caught::read(&participants, &jobs, &seats)?;
    check_vaults(&expected, 3, dues.disputed, 0, 0)?;
    until_settled(env, &orders)?;
    let job = env.client.fetch_job(&batch.job)?;
    let answer = batch_inputs.answer(&batch.fetch(env, &participants, &job)?)?;
    let payouts = Payouts::check(env, &participants, &dues, &before, &mut expected)?;
    jobs.captured.check_end(env, &participants)?;
    jobs.copied.check_end(env, &participants, &mut expected)?;
    check_vaults(&expected, 3, 0, 0, 0)?;
    for job in all {
        check_close(env, &participants, job, &mut expected)?;
    }
    let epoch = Epoch::finalize(env, &participants, &dues, &mut expected)?;
    check_vaults(&expected, 0, 0, 1, 0)?;
    let claimed = epoch.claim(env, &participants, &dues)?;

    vote::change_the_fee(env, &participants)?;
    let before = Balances::of(env, &participants)?;
    let few = inputs.get(..2).context("fewer than two tasks")?;
    let tasks = (&*batch::module(env), few);
    let fee_bps = vote::NEW_FEE_BPS;
    let cheaper = Order::post(env, &participants, "cheaper batch", tasks, fee_bps)?;
    let second = until_all_stand(env, &[&cheaper])?;
    let second = second.first().context("no job")?;
    let later = Dues::of(&[(&cheaper, second)])?;
    until_settled(env, &[&cheaper])?;
    Payouts::check(env, &participants, &later, &before, &mut expected)?;
    check_vaults(&expected, 1, 0, 1, 1)?;
    check_close(env, &participants, (&cheaper, second), &mut expected)?;
    check_vaults(&expected, 0, 0, 1, 1)?;

    Ok(Report {
        tasks_accepted: job.header.proven_tasks.get(),
        tasks_total: batch.tasks,
        replicas: batch.task.seats,
        honest_paid: payouts.honest_paid,
        liar_slashed: payouts.liar_slashed,
        liar_rejected: payouts.liar_rejected,
        captured_overturned: caught.captured_overturned,
        copier_caught: caught.copier_caught,
        lazy_seat_caught: caught.lazy_seat_caught,
        epoch_minted: epoch.minted,
        epoch_expected: epoch.scheduled.total,
        rewards_claimed: claimed,
        fee_before: batch.task.fee,
        fee_after: cheaper.task.fee,
        audit_ok: audit_report.is_clean(),
        audited: audit_report.compared,
        answer: answer.to_string(),
        seconds: env.seconds(),
    })
}
