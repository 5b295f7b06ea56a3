//! Checks who was paid and who was slashed, by the job's seats and the formulas.

use crate::{
    balances::Balances,
    batch::{Batch, QUORUM},
    check,
    environment::{log_step, Environment},
    expected::Expected,
    participants::{Participants, Provider},
};
use anyhow::Result;
use assay_client::JobView;
use assay_market::state::{Seat, SeatState};

pub struct Payouts {
    /// Base units of tUSD paid to the honest providers.
    pub honest_paid: u64,
    /// Base units of ASSAY taken from the liar.
    pub liar_slashed: u64,
    /// Number of the liar's rejected replicas.
    pub liar_rejected: u64,
}

impl Payouts {
    /// Compares everyone's balances with those from `before` the job was posted.
    pub fn check(
        env: &Environment,
        participants: &Participants,
        batch: &Batch,
        (job, before): (&JobView, &Balances),
        expected: &mut Expected,
    ) -> Result<Self> {
        log_step("checking who was paid and who was slashed");
        check_terms(batch, job)?;
        check_seats(batch, job)?;
        let after = Balances::of(env, participants)?;
        let mut honest_paid = 0;
        for provider in participants.honest() {
            let accepted = count(job, provider, SeatState::Accepted);
            let rejected = count(job, provider, SeatState::Rejected);
            let name = provider.name;
            eprintln!("  {name}: {accepted} replicas accepted, {rejected} rejected");
            check::equal(&format!("{name}'s rejected replicas"), rejected, 0)?;
            let due = accepted * batch.task.price;
            after.check(before, provider, due, 0)?;
            honest_paid += due;
        }
        let liar = participants.liar();
        let accepted = count(job, liar, SeatState::Accepted);
        let rejected = count(job, liar, SeatState::Rejected);
        check::equal("mallory's accepted replicas", accepted, 0)?;
        eprintln!("  mallory: {rejected} replicas rejected");
        let slashed = rejected * batch.task.reject_cut;
        after.check(before, liar, 0, slashed)?;
        after.check_treasury(before, slashed)?;
        expected.slashed += slashed;
        Ok(Self {
            honest_paid,
            liar_slashed: slashed,
            liar_rejected: rejected,
        })
    }
}

/// Checks the amounts that were fixed when the job was posted.
fn check_terms(batch: &Batch, job: &JobView) -> Result<()> {
    let (header, task) = (&job.header, &batch.task);
    for (what, found, expected) in [
        ("price of a replica", header.price.get(), task.price),
        ("fee of a task", header.fee.get(), task.fee),
        (
            "emission weight of a task",
            header.weight.get(),
            task.weight,
        ),
        ("bond of a replica", header.bond.get(), task.bond),
        ("cut of a lie", header.reject_cut.get(), task.reject_cut),
    ] {
        check::equal(what, found, expected)?;
    }
    check::equal("replicas", header.replicas, task.replicas)
}

/// Checks that every task has a quorum, and that every claimed replica was revealed and decided.
fn check_seats(batch: &Batch, job: &JobView) -> Result<()> {
    let with_quorum = (0..batch.tasks)
        .filter(|task| winners(job, *task) >= QUORUM as u64)
        .count();
    check::equal("tasks with a quorum", with_quorum, batch.tasks as usize)?;
    let accepted = job.header.accepted_tasks.get();
    check::equal("tasks accepted", accepted, batch.tasks)?;
    let undecided = job.seats.iter().filter(|seat| {
        let state = seat.state();
        state == SeatState::Missed || state == SeatState::Void
    });
    check::equal("replicas claimed but not decided", undecided.count(), 0)
}

/// Returns the number of accepted replicas of one task.
pub fn winners(job: &JobView, task: u32) -> u64 {
    let states = job.states(task);
    states.filter(|state| *state == SeatState::Accepted).count() as u64
}

fn count(job: &JobView, provider: &Provider, state: SeatState) -> u64 {
    let of = |seat: &&Seat| seat.worker == provider.worker && seat.state() == state;
    job.seats.iter().filter(of).count() as u64
}
