//! The copied task: its late seat copies the hash of the first, and is caught by its seal. In the round that follows a lazy
//! member copies the digest, which is public by then, and is caught by the memory that it cannot know.

use crate::{
    batch::{self, limit_bonds, start_honest, ADMISSION},
    cheat::{COPIED_SEAT, MADE_UP_MEMORY, TASK},
    check,
    environment::{log_step, text, Environment},
    expected::Expected,
    order::{Order, Plan},
    participants::{Participants, Provider, Role},
    seats::JobSeats,
    waiting::wait,
};
use anyhow::{Context, Result};
use assay_harness::processes::Process;
use assay_market::{
    game::{
        contribution::{agreement_hash, blinded},
        SeatState,
    },
    state::{Source, Worker},
};
use std::{env::current_exe, fs, path::PathBuf, process::Command};

/// Whole ASSAY that the lazy member adds as collateral: so much that its rank is the first for some seat of the round.
pub const LAZY_BACKING: u64 = 1_000_000;

pub struct Copied {
    pub order: Order,
    copier: Process,
    /// The copier contributes once this file exists.
    go: PathBuf,
    lazy: Option<Process>,
}

impl Copied {
    /// Posts the task while one honest node runs, and waits until the copier holds the late seat.
    pub fn stage(
        env: &mut Environment,
        participants: &Participants,
        input: &[u8],
        fee_bps: u64,
    ) -> Result<Self> {
        log_step("starting the node of ada, which is honest");
        let first = participants.one(Role::Honest)?;
        start_honest(env, [first])?;
        let module = batch::module(env);
        let inputs = [input.to_vec()];
        let name = "copied task";
        let plan = Plan::checked(name, (&module, &inputs), fee_bps);
        let mut order = Order::post(env, participants, &plan)?;
        order.is_doubtful = true;
        // This seat and no other, until the seats of those that cheat are taken.
        limit_bonds(first, order.task.bond)?;
        log_step("trudy waits for the late seat of the task, to copy what ada contributes");
        let copier = participants.one(Role::Copier)?;
        let go = env.path("trudy may contribute");
        let more = ["--after", text(&go)?];
        let mut process = cheat(env, "copy", copier, &order, &more)?;
        wait(env, "ada's contribution", || {
            let job = env.client.fetch_job(&order.job)?;
            let first = job.task(TASK).first().context("no task")?;
            Ok((first.state() == SeatState::Contributed).then_some(()))
        })?;
        env.advance_to(env.client.now()?.saturating_add(ADMISSION))?;
        process.try_wait_for("claim of the copier", |line| line["event"] == "claimed")?;
        eprintln!("  trudy holds the late seat");
        Ok(Self {
            order,
            copier: process,
            go,
            lazy: None,
        })
    }

    /// Gives the lazy member its collateral and lets it wait for the round. The jobs are posted already: their ranks are
    /// measured against the collateral that was there before.
    pub fn start_lazy(
        &mut self,
        env: &Environment,
        participants: &Participants,
        expected: &mut Expected,
    ) -> Result<()> {
        log_step("larry waits for the round, to vote without running anything");
        let lazy = participants.one(Role::Lazy)?;
        let amount = LAZY_BACKING.to_string();
        let add = ["provider", "collateral", "add", &amount];
        lazy.owner.cli.try_json(&add)?;
        expected.add_collateral(lazy, LAZY_BACKING);
        participants.wait_for_age(env)?;
        self.lazy = Some(cheat(env, "laze", lazy, &self.order, &[])?);
        Ok(())
    }

    /// Lets the copier contribute, and waits until both have cheated.
    pub fn let_them_cheat(&mut self) -> Result<()> {
        fs::write(&self.go, "")?;
        let contributed = |line: &serde_json::Value| line["event"] == "contributed";
        self.copier
            .try_wait_for("contribution of the copier", contributed)?;
        eprintln!("  trudy has contributed ada's hash under a seal of her own");
        let lazy = self.lazy.as_mut().context("the lazy member does not run")?;
        lazy.try_wait_for("contribution of the lazy member", contributed)?;
        eprintln!("  larry has voted in the round with a made-up memory");
        Ok(())
    }

    /// Returns whether the chain says that the copier committed to the right hash, and was rejected.
    pub fn is_copier_caught(&self, participants: &Participants, seats: &JobSeats) -> Result<bool> {
        let copier = participants.one(Role::Copier)?;
        let task = seats.job.task(TASK);
        let late = task.get(usize::from(COPIED_SEAT)).context("no late seat")?;
        let digest = seats.job.digest(TASK).context("no digest")?;
        let right = agreement_hash(&seats.job.header.seed, TASK, &digest);
        let is_first_right = task.first().map(|first| first.state());
        Ok(late.worker == copier.worker
            && late.hash == right
            && late.state() == SeatState::Rejected
            && is_first_right == Some(SeatState::Accepted))
    }

    /// Returns whether the chain says that the lazy member voted for the right digest with the made-up memory, and was
    /// rejected by those who ran the task.
    pub fn is_lazy_caught(&self, participants: &Participants, seats: &JobSeats) -> Result<bool> {
        let lazy = participants.one(Role::Lazy)?;
        let digest = seats.job.digest(TASK).context("no digest")?;
        let value = blinded(&digest, &MADE_UP_MEMORY);
        let made_up = agreement_hash(&seats.job.header.seed, TASK, &value);
        let all = seats.seats(TASK);
        let of_round = || all.iter().filter(|placed| placed.source == Source::Dispute);
        let caught = of_round().any(|placed| {
            placed.seat.worker == lazy.worker
                && placed.seat.hash == made_up
                && placed.seat.state() == SeatState::Rejected
        });
        let right = of_round().filter(|placed| placed.seat.state() == SeatState::Accepted);
        Ok(caught && right.count() >= 3)
    }

    /// Checks the penalties on record after the end, and takes the lazy member's collateral back.
    pub fn check_end(
        &self,
        env: &Environment,
        participants: &Participants,
        expected: &mut Expected,
    ) -> Result<()> {
        for role in [Role::Copier, Role::Lazy] {
            let cheater = participants.one(role)?;
            let worker: Worker = env.client.fetch(&cheater.worker)?;
            let what = format!("lies of {} on record", cheater.name);
            check::equal(&what, worker.rejected.get(), 1)?;
        }
        let lazy = participants.one(Role::Lazy)?;
        let amount = LAZY_BACKING.to_string();
        let remove = ["provider", "collateral", "remove", &amount];
        lazy.owner.cli.try_json(&remove)?;
        expected.remove_collateral(lazy, LAZY_BACKING);
        Ok(())
    }
}

/// Starts the dishonest client of a provider, with the provider's node key.
pub fn cheat(
    env: &Environment,
    how: &str,
    provider: &Provider,
    order: &Order,
    more: &[&str],
) -> Result<Process> {
    let name = format!("{}-node", provider.name);
    let mut command = Command::new(current_exe()?);
    command
        .args([how, "--url", &env.localnet.rpc_url, "--node"])
        .arg(env.localnet.keypair_file(&name))
        .args(["--worker", &provider.worker.to_string()])
        .args(["--job", &order.job.to_string()])
        .args(more);
    Process::start(&name, &mut command, env.localnet.home())
}
