//! A dishonest client, a process of its own: what somebody would run who wants pay without work. It sends the transactions
//! that `assay node` never would.

use anyhow::{Context, Result};
use assay_client::{
    cranks::is_lost_race,
    instruction::market::{self, TaskSeat},
    pda, Address, Client, Instruction, Keypair, RoundView, Signer as _,
};
use assay_market::{
    game::{
        contribution::{blinded, seal, Contribution},
        SeatState,
    },
    state::Source,
};
use clap::{Args, Subcommand};
use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// What the lazy member says that the memory in the middle of the run was.
pub const MADE_UP_MEMORY: [u8; 32] = [0x51; 32];
/// What the silent worker says that its result was.
const MADE_UP_DIGEST: [u8; 32] = [0x0c; 32];
/// The only task of the job that is cheated in.
pub const TASK: u32 = 0;
/// The seat that the copier takes: the late one.
pub const COPIED_SEAT: u8 = 1;
const POLL: Duration = Duration::from_millis(100);

#[derive(Subcommand)]
pub enum Cheat {
    /// Takes the late seat of a task, copies the agreement hash of the first and makes a seal up.
    #[command(hide = true)]
    Copy {
        #[command(flatten)]
        cheater: Cheater,
        /// Contribute once this file exists.
        #[arg(long)]
        after: PathBuf,
    },
    /// Takes the first seat of a task, makes a result up and never opens it.
    #[command(hide = true)]
    StaySilent {
        #[command(flatten)]
        cheater: Cheater,
    },
    /// Takes a seat of the task's round, copies the public digest and makes up the memory that the round asks for.
    #[command(hide = true)]
    Laze {
        #[command(flatten)]
        cheater: Cheater,
    },
}

/// Who cheats, and where.
#[derive(Args)]
pub struct Cheater {
    /// RPC address of the network.
    #[arg(long)]
    url: String,
    /// Keypair file of the node key.
    #[arg(long)]
    node: PathBuf,
    /// The cheater's worker.
    #[arg(long)]
    worker: Address,
    /// The job.
    #[arg(long)]
    job: Address,
}

impl Cheat {
    /// Cheats once. Prints a JSON line after each step.
    pub fn run(&self) -> Result<()> {
        match self {
            Self::Copy { cheater, after } => Session::new(cheater)?.copy(after),
            Self::StaySilent { cheater } => Session::new(cheater)?.stay_silent(),
            Self::Laze { cheater } => Session::new(cheater)?.laze(),
        }
    }
}

struct Session {
    client: Client,
    node: Keypair,
    worker: Address,
    job: Address,
}

impl Session {
    fn new(cheater: &Cheater) -> Result<Self> {
        let bytes: Vec<u8> = serde_json::from_slice(&fs::read(&cheater.node)?)?;
        let node = Keypair::try_from(&bytes[..]).context("the node key does not decode")?;
        Ok(Self {
            client: Client::new(&cheater.url),
            node,
            worker: cheater.worker,
            job: cheater.job,
        })
    }

    fn copy(&self, after: &Path) -> Result<()> {
        let (node, worker, task) = (self.node.pubkey(), self.worker, TASK);
        let place = TaskSeat {
            task,
            seat: COPIED_SEAT,
        };
        let first = loop {
            let job = self.client.fetch_job(&self.job)?;
            let seed = job.header.seed;
            let first = job.task(task).first().copied().context("no such task")?;
            let is_next = first.state() == SeatState::Contributed;
            let claim = || market::claim_task(node, worker, self.job, seed, place, None);
            if is_next && self.try_send(claim())? {
                break first;
            }
            thread::sleep(POLL);
        };
        say("claimed");
        while !after.exists() {
            thread::sleep(POLL);
        }
        let seed = self.client.fetch_job(&self.job)?.header.seed;
        // Everybody sees the hash of the first seat; the seal needs the digest, which nobody has shown.
        let stolen = Contribution {
            hash: first.hash,
            seal: seal(&seed, task, &worker, &[0; 32]),
        };
        let contribute = market::contribute(node, worker, self.job, place, &stolen);
        self.client
            .sign_send_confirm(&[contribute], &[&self.node])?;
        say("contributed");
        Ok(())
    }

    fn stay_silent(&self) -> Result<()> {
        let (node, worker, task) = (self.node.pubkey(), self.worker, TASK);
        let place = TaskSeat { task, seat: 0 };
        let seed = self.client.fetch_job(&self.job)?.header.seed;
        let claim = || market::claim_task(node, worker, self.job, seed, place, None);
        while !self.try_send(claim())? {
            thread::sleep(POLL);
        }
        say("claimed");
        let made_up = Contribution::new(&seed, task, &worker, &MADE_UP_DIGEST);
        let contribute = market::contribute(node, worker, self.job, place, &made_up);
        self.client
            .sign_send_confirm(&[contribute], &[&self.node])?;
        say("contributed");
        Ok(())
    }

    fn laze(&self) -> Result<()> {
        let (node, worker) = (self.node.pubkey(), self.worker);
        let round = pda::market::round(&self.job, TASK, Source::Dispute);
        let seat = loop {
            if let Some(seat) = self.claim_a_seat(round)? {
                break seat;
            }
            thread::sleep(POLL);
        };
        say("claimed");
        let job = self.client.fetch_job(&self.job)?;
        let digest = job.digest(TASK).context("the result is not public")?;
        let value = blinded(&digest, &MADE_UP_MEMORY);
        let lazy = Contribution::new(&job.header.seed, TASK, &worker, &value);
        let contribute = market::contribute_round(node, worker, self.job, round, seat, &lazy);
        self.client
            .sign_send_confirm(&[contribute], &[&self.node])?;
        say("contributed");
        Ok(())
    }

    /// Claims any seat of the round that the worker's rank admits it to.
    fn claim_a_seat(&self, round: Address) -> Result<Option<u8>> {
        let Some(account) = self.client.account(&round)? else {
            return Ok(None);
        };
        let view = RoundView::read(round, &account.data).context("not a round")?;
        for (number, seat) in (0u8..).zip(&view.seats) {
            let (node, worker) = (self.node.pubkey(), self.worker);
            let claim = market::claim_round(node, worker, self.job, round, number);
            if seat.state() == SeatState::Free && self.try_send(claim)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// Returns whether the instruction was executed; false if it is too early or somebody else was faster.
    fn try_send(&self, instruction: Instruction) -> Result<bool> {
        match self.client.sign_send_confirm(&[instruction], &[&self.node]) {
            Ok(_) => Ok(true),
            Err(error) if is_lost_race(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// Prints a step as a JSON line.
fn say(event: &str) {
    println!("{}", serde_json::json!({ "event": event }));
}
