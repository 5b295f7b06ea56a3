//! The captured task: all its seats are held by the nodes of one owner, which never run anything and agree on a made-up
//! result. A watcher runs the task again and challenges it, and a round overturns it.
//!
//! A wallet has one worker, and a worker only one seat of a task, so the owner has two wallets.

use crate::{
    batch::{ADMISSION, LIE_LIMIT},
    check,
    environment::{log_step, Environment},
    order::{Order, Plan},
    participants::{Participants, Role},
    seats::JobSeats,
    waiting::wait,
};
use anyhow::{bail, Context, Result};
use assay_content::ContentHash;
use assay_harness::processes::{compile_module, ECHO};
use assay_market::{
    game::{Phase, Seat, SeatState},
    state::{Source, Worker, CHALLENGER},
};
use std::fs;

/// What the task's input is and its output should be: the module copies it.
const TRUTH: &str = "the sea rises by 3.7 mm a year\n";
/// What the owner of both seats says instead.
const FABRICATION: &str = "echo the sea does not rise";

/// A result that stands although nobody ran the task.
pub struct Captured {
    pub order: Order,
    /// The made-up digest, as it stood.
    digest: [u8; 32],
    module: String,
}

impl Captured {
    /// Posts the task while only the nodes of one owner run, and waits until their invention stands.
    pub fn stage(env: &mut Environment, participants: &Participants, fee_bps: u64) -> Result<Self> {
        let file = compile_module(env.localnet.home(), "echo", ECHO);
        let module = ContentHash::of(&fs::read(&file)?).to_string();
        log_step("starting two nodes of one owner, eve's and evan's, which never run anything");
        for colluder in participants.of(Role::Colluder) {
            let mut more = vec!["--runner-command", FABRICATION, "--module", &module];
            more.extend(LIE_LIMIT);
            env.start_node(colluder.name, &more)?;
        }
        let inputs = [TRUTH.into()];
        let name = "captured task";
        let plan = Plan::checked(name, (&file, &inputs), fee_bps);
        let mut order = Order::post(env, participants, &plan)?;
        order.is_doubtful = true;
        // First the one seat becomes free, then the other.
        let mut waits = [true; 2];
        let seats = wait(env, "the made-up result", || {
            let seats = JobSeats::read(env, &order.job)?;
            let [first, late] = seats.job.task(0) else {
                bail!("the captured task has not two seats");
            };
            let is_free = [
                first.state() == SeatState::Free,
                late.state() == SeatState::Free && late.until.get() != 0,
            ];
            for (waits, is_free) in waits.iter_mut().zip(is_free) {
                if *waits && is_free {
                    *waits = false;
                    env.advance_to(env.client.now()?.saturating_add(ADMISSION))?;
                }
            }
            Ok((seats.phase(0) == Phase::Standing).then_some(seats))
        })?;
        let digest = seats.job.digest(0).context("no result")?;
        let own = |seat: &&Seat| {
            let mut colluders = participants.of(Role::Colluder);
            let is_own = colluders.any(|one| one.worker == seat.worker);
            is_own && seat.state() == SeatState::Accepted
        };
        let accepted = seats.job.task(0).iter().filter(own).count();
        check::equal("seats of one owner whose invention stands", accepted, 2)?;
        Ok(Self {
            order,
            digest,
            module,
        })
    }

    /// Starts `assay node watch`, which has a worker of its own and looks at every result of the captured task's module.
    pub fn start_watcher(&self, env: &mut Environment, participants: &Participants) -> Result<()> {
        log_step("starting grace's watcher: it runs open results again");
        let watcher = participants.one(Role::Watcher)?;
        let more = ["--share", "100%", "--module", &self.module];
        env.start_watcher(watcher.name, &more)
    }

    /// Returns whether the chain says that the watcher was right and the round rejected everybody who had agreed.
    pub fn is_overturned(&self, participants: &Participants, seats: &JobSeats) -> Result<bool> {
        let watcher = participants.one(Role::Watcher)?.worker;
        let colluders: Vec<_> = participants
            .of(Role::Colluder)
            .map(|one| one.worker)
            .collect();
        let (mut rejected, mut challenged, mut members) = (0, false, 0);
        for placed in seats.seats(0) {
            let seat = placed.seat;
            match (placed.source, seat.state()) {
                (Source::Job, SeatState::Rejected) => {
                    rejected += usize::from(colluders.contains(&seat.worker));
                }
                (Source::Dispute, SeatState::Accepted) if placed.number == CHALLENGER => {
                    challenged = seat.worker == watcher;
                }
                (Source::Dispute, SeatState::Accepted) => members += 1,
                _ => {}
            }
        }
        let replaced = seats
            .job
            .digest(0)
            .is_some_and(|digest| digest != self.digest);
        let stands = seats.phase(0) == Phase::Standing && seats.job.rounds(0) == 1;
        eprintln!("  {rejected} colluders rejected by {members} members of the round");
        Ok(rejected == colluders.len() && challenged && members >= 3 && replaced && stands)
    }

    /// Checks what is left after the end: the true output, and penalties on record.
    pub fn check_end(&self, env: &Environment, participants: &Participants) -> Result<()> {
        let job = env.client.fetch_job(&self.order.job)?;
        let outputs = self.order.fetch(env, participants, &job)?;
        let outputs = outputs.iter().map(|of| String::from_utf8_lossy(of));
        let outputs: Vec<_> = outputs.collect();
        check::equal("output of the captured task", &outputs[..], &[TRUTH.into()])?;
        for colluder in participants.of(Role::Colluder) {
            let worker: Worker = env.client.fetch(&colluder.worker)?;
            let what = format!("lies of {} on record", colluder.name);
            check::equal(&what, worker.rejected.get(), 1)?;
        }
        Ok(())
    }
}
