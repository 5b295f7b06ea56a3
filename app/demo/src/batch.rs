//! The batch: a real computation, in which a liar is caught by the late seats.

use crate::{
    environment::{log_step, Environment},
    order::Order,
    participants::{Participants, Provider, Role},
    seats::JobSeats,
    waiting::wait,
};
use anyhow::{ensure, Context as _, Result};
use assay_client::format::format_amount;
use assay_content::ContentHash;
use assay_market::game::SeatState;
use assay_rewards::instructions::DECIMALS;
use std::{fs, path::PathBuf};

/// Name of the module that every task runs.
const MODULE: &str = "co2-trend";
/// Seats that the liar may hold at a time: its owner's limit on all bonds.
pub const LIES: usize = 2;
/// Fuel a second that honest nodes count on, so that their start need not measure it. Far below what any machine does.
pub const HONEST: [&str; 2] = ["--fuel-per-second", "100000000"];

/// How long a command may run that replaces the module.
pub const LIE_LIMIT: [&str; 2] = ["--wall-limit", "30s"];

/// Returns the file of the batch's module.
pub fn module(env: &Environment) -> PathBuf {
    env.localnet.workspace().module(MODULE)
}

/// Starts the node of the liar. An external command replaces the module: it never reads the task and always replies the
/// same.
pub fn start_liar(env: &mut Environment, participants: &Participants, bond: u64) -> Result<()> {
    log_step("starting the node of mallory, which lies");
    let liar = participants.one(Role::Liar)?;
    let bonds = format_amount(LIES as u64 * bond, DECIMALS);
    let limits = ["provider", "limits", "--all-bonds", &bonds];
    liar.owner.cli.try_json(&limits)?;
    let module = ContentHash::of(&fs::read(module(env))?).to_string();
    let lie = "echo the trend is whatever you like";
    let mut more = vec!["--runner-command", lie, "--module", &module];
    more.extend(LIE_LIMIT);
    env.start_node(liar.name, &more)
}

/// Waits until the liar holds as many seats as its owner allows, before the honest could take them all.
pub fn wait_for_lies(env: &Environment, order: &Order, liar: &Provider) -> Result<()> {
    let held = wait(env, "claims of the liar", || {
        let seats = JobSeats::read(env, &order.job)?;
        let held = held_by(&seats, liar);
        Ok((held >= LIES).then_some(held))
    })?;
    ensure!(
        held == LIES,
        "the liar holds {held} seats, more than its owner allows"
    );
    eprintln!("  {} holds {held} first seats", liar.name);
    Ok(())
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
