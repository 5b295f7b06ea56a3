//! The demonstration: jobs are posted, run by nodes of which some cheat, verified, paid, penalized, rewarded and voted on. It
//! runs real processes and the `assay` command as anyone would type it.
//!
//! Every figure is compared with the formulas of the design (`formulas`). The exit code is 0 only if all agree.

mod after_vote;
mod attested;
mod audit;
mod balances;
mod batch;
mod batch_inputs;
mod books;
mod captured;
mod cheat;
mod check;
mod close;
mod copied;
mod decision;
mod delegated;
mod dues;
mod environment;
mod epoch;
mod expected;
mod first_epoch;
mod formulas;
mod frozen;
mod grant;
mod insured;
mod order;
mod participants;
mod pausing;
mod payouts;
mod pots;
mod report;
mod royalty;
mod seats;
mod upgrade;
mod vote;
mod waiting;

use after_vote::AfterVote;
use anyhow::{bail, Result};
use batch_inputs::BatchInputs;
use books::Books;
use cheat::Cheat;
use clap::Parser;
use environment::Environment;
use first_epoch::FirstEpoch;
use grant::Granted;
use report::Report;
use std::{path::PathBuf, process::ExitCode};

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

fn run(env: &mut Environment) -> Result<Report> {
    let batch_inputs = BatchInputs::read(&env.localnet.workspace().root)?;
    let mut books = Books::open(env)?;
    let first = FirstEpoch::run(env, &mut books, &batch_inputs)?;
    let weight = decision::lock(env, &books.participants)?;
    vote::change_the_fee(env, &books.participants, weight)?;
    let (participants, expected) = (&books.participants, &mut books.expected);
    let granted = Granted::by_secret_ballot(env, participants, weight, expected)?;
    pausing::for_a_day(env, participants, &first.delegated, expected)?;
    let upgraded = upgrade::by_vote(env, participants, weight)?;
    let second = AfterVote::run(env, &mut books, &batch_inputs.inputs)?;
    let pause_expired = pausing::has_expired(env)?;
    check::holds("jobs were posted after the pause", pause_expired)?;
    let (caught, audits) = (&first.caught, &books.audits);
    Ok(Report {
        tasks_accepted: first.proven,
        tasks_total: first.batch.tasks,
        replicas: first.batch.task.seats,
        honest_paid: first.payouts.honest_paid,
        liar_slashed: first.payouts.liar_slashed,
        liar_rejected: first.payouts.liar_rejected,
        captured_overturned: caught.captured_overturned,
        copier_caught: caught.copier_caught,
        lazy_seat_caught: caught.lazy_seat_caught,
        epoch_minted: first.epoch.minted,
        epoch_expected: first.epoch.scheduled.total,
        mint_over_fees: first.epoch.over_fees,
        rewards_claimed: first.claimed,
        fee_before: first.batch.task.fee,
        fee_after: second.fee,
        attested_accepted: second.attested,
        receipt_paid: second.settled.paid,
        weak_receipt_refused: second.settled.weak_refused,
        royalty_paid: second.royalty_paid,
        delegator_earned: first.delegator_earned,
        treasury_granted: granted.amount,
        pause_expired,
        secret_ballot: granted.secret_yes,
        upgraded_by_vote: upgraded,
        audit_ok: audits.is_clean(),
        audited: audits.compared,
        answer: first.answer,
        seconds: env.seconds(),
    })
}
