//! The batch: a real computation, in which a liar is caught by the late seats.

use crate::{
    check,
    environment::{log_step, Environment},
    order::Order,
    participants::Provider,
    seats::JobSeats,
    waiting::wait,
};
use anyhow::{Context as _, Result};
use assay_client::format::format_amount;
use assay_content::ContentHash;
use assay_market::game::SeatState;
use assay_rewards::instructions::DECIMALS;
use std::{fs, path::PathBuf};

/// Name of the module that every task runs.
const MODULE: &str = "co2-trend";
/// Seats that the liar's owner allows it to hold at a time.
pub const LIES: usize = 2;
/// Fuel a second that honest nodes count on, so that their start need not measure it. Far below what any machine does.
pub const HONEST: [&str; 2] = ["--fuel-per-second", "100000000"];

/// How long a command may run that replaces the module.
pub const LIE_LIMIT: [&str; 2] = ["--wall-limit", "30s"];

/// Seconds after which the ranks of small workers admit them to first and late seats.
pub const ADMISSION: i64 = 15;

/// Returns the file of the batch's module.
pub fn module(env: &Environment) -> PathBuf {
    env.localnet.workspace().module(MODULE)
}

/// Starts the node of the liar and waits until it holds as many first seats as its owner allows. Nobody else may take seats
/// meanwhile. An external command replaces the module: it never reads the task and always replies the same.
pub fn start_liar(env: &mut Environment, liar: &Provider, order: &Order) -> Result<()> {
    let name = liar.name;
    log_step(&format!("starting the node of {name}, which lies"));
    limit_bonds(liar, LIES as u64 * order.task.bond)?;
    let module = ContentHash::of(&fs::read(module(env))?).to_string();
    let lie = "echo the trend is whatever you like";
    let mut more = vec!["--runner-command", lie, "--module", &module];
    more.extend(LIE_LIMIT);
    env.start_node(name, &more)?;
    env.advance_to(env.client.now()?.saturating_add(ADMISSION))?;
    let held = wait(env, "claims of the liar", || {
        let seats = JobSeats::read(env, &order.job)?;
        let held = held_by(&seats, liar);
        Ok((held >= LIES).then_some(held))
    })?;
    check::equal(
        "first seats that mallory's owner allows it to hold",
        held,
        LIES,
    )
}

/// Sets the owner's limit on all bonds of a provider, base units of ASSAY; 0 for none.
pub fn limit_bonds(provider: &Provider, units: u64) -> Result<()> {
    let bonds = format_amount(units, DECIMALS);
    let limits = ["provider", "limits", "--all-bonds", &bonds];
    provider.owner.cli.try_json(&limits).map(drop)
}

/// Returns how many seats in the account of a job a provider holds or held.
fn held_by(seats: &JobSeats, provider: &Provider) -> usize {
    let all = seats.job.seats.iter();
    all.filter(|seat| seat.worker == provider.worker).count()
}

/// Returns how many of the liar's first seats a late seat contradicted and a round rejected.
pub fn caught_by_late_seats(seats: &JobSeats, liar: &Provider) -> usize {
    let caught = |task: &u32| {
        let [first, late] = seats.job.task(*task) else {
            return false;
        };
        first.worker == liar.worker
            && first.state() == SeatState::Rejected
            && late.state() == SeatState::Accepted
            && seats.job.rounds(*task) > 0
    };
    seats.tasks().filter(caught).count()
}

/// Starts the nodes of these providers, which do what `assay node run` does.
pub fn start_honest<'a>(
    env: &mut Environment,
    providers: impl IntoIterator<Item = &'a Provider>,
) -> Result<()> {
    for provider in providers {
        let name = provider.name;
        env.start_node(name, &HONEST)
            .with_context(|| format!("cannot start the node of {name}"))?;
    }
    env.check_running()
}
