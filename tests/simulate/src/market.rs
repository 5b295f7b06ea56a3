//! The simulated market: who is there, what was posted, and where every task stands.

use crate::ledger::{AccountId, EscrowId, Ledger};
use crate::outcome::Outcome;
use crate::parameters::Parameters;
use crate::random::Random;
use crate::strategy::{Answer, Strategy};
use anchor_lang::prelude::Address;
use assay_market::game::contribution::{agreement_hash, blinded, Contribution};
use assay_market::game::draw::stop_fuel;
use assay_market::game::money::Quote;
use assay_market::game::round::{Round, RoundKind};
use assay_market::game::task::{flag, Phase};
use assay_market::game::{Moment, Rules, Seat, Task};
use assay_shared::hash::sha256v;
use std::sync::Arc;

/// Length of a slot, ms.
pub const SLOT_MS: u64 = 400;
/// How many slots the chain remembers the hashes of.
pub const REMEMBERED_SLOTS: u64 = 512;
/// Fuel that a right run of every task uses.
pub const FUEL: u64 = 20_000_000_000;

/// Index of a worker, which is also the index of its stake account.
pub type WorkerId = AccountId;
/// Index of a task.
pub type TaskId = usize;

/// Whom a worker or a requester belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Runs every task and tells what came out.
    Honest,
    /// Follows the scenario's strategy; all its members share what they know.
    Coalition,
    /// Takes no seats, runs standing tasks again and challenges what is wrong.
    Watcher,
}

/// Who stands in the market, and how the collateral is divided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Population {
    /// Whole collateral of workers that take seats, prices.
    pub collateral: u64,
    /// The coalition's part of it, basis points.
    pub coalition_bps: u64,
    /// Collateral of every honest worker, prices.
    pub honest_size: u64,
    /// Collateral of every worker of the coalition, prices.
    pub coalition_size: u64,
    /// Of how many standing results a watcher runs the task again, basis points; 0 for no watcher.
    pub watched_bps: u64,
}

/// How honest nodes work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nodes {
    /// Chance that a node has room for a given task, basis points.
    pub awake_bps: u64,
    /// Time from the moment a node may act to the moment its transaction lands, ms: least and most.
    pub latency_ms: (u64, u64),
    /// Chance that a node misses a deadline, basis points.
    pub fail_bps: u64,
    /// Whether nodes contradict another result only where they expect to gain by it.
    pub rational: bool,
    /// Length of one run, ms: least and most.
    pub run_ms: (u64, u64),
}

/// What is posted, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Jobs posted in one episode.
    pub jobs: usize,
    /// Tasks of each job.
    pub tasks: u32,
    /// Time between two postings, ms.
    pub gap_ms: u64,
    /// After that nothing is posted any more, ms.
    pub horizon_ms: u64,
    /// Late seats, basis points.
    pub checks_bps: u32,
    /// From a claim to its deadline, seconds.
    pub run_window: u32,
}

/// One market and one strategy against it.
#[derive(Clone)]
pub struct Scenario {
    /// Parameters of the game.
    pub parameters: Parameters,
    /// Workers.
    pub population: Population,
    /// Honest nodes.
    pub nodes: Nodes,
    /// Jobs.
    pub demand: Demand,
    /// What the coalition does.
    pub strategy: Arc<dyn Strategy>,
}

/// A worker of the market.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Its address.
    pub address: Address,
    /// Whom it belongs to.
    pub side: Side,
    /// Time until a transaction of it lands, ms.
    pub latency: u64,
}

/// What a requester posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Late seats, basis points.
    pub checks_bps: u32,
    /// Who pays.
    pub requester: Side,
    /// Whether it was posted anew, for nothing, until a worker of the coalition had the first rank.
    pub chosen: bool,
    /// Whether honest nodes get the input.
    pub content: Content,
    /// Whether the job only serves to keep honest nodes busy; the coalition takes no seat of it.
    pub filler: bool,
}

/// Who has the input of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Everybody.
    Public,
    /// The coalition only.
    Withheld,
    /// Everybody until the first seat has contributed; then the coalition only.
    Withdrawn,
    /// As `Withdrawn`, but honest nodes give the input that they have run to whoever asks, until the task's end, as the node
    /// does (decision 0021).
    Served,
}

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its seed.
    pub seed: [u8; 32],
    /// When it was posted, seconds.
    pub posted_at: u64,
    /// In which slot it was posted.
    pub posted_slot: u64,
    /// Its rules.
    pub rules: Rules,
    /// Its amounts.
    pub quote: Quote,
    /// What its requester asked for.
    pub posting: Posting,
    /// Its manifests: the first and one for every extension.
    pub segments: usize,
    /// Its tasks, by number.
    pub tasks: Vec<TaskId>,
}

/// A place that a worker can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A seat in the account of the job: the first or a late one.
    Seat(usize),
    /// The drawn or requested check.
    Check,
    /// A seat of a round: index of the round, index of the seat.
    Round(usize, usize),
    /// Who contradicted a standing result and so opened the round of this index.
    Challenger(usize),
}

/// Who holds or held a place, and what it contributed there.
#[derive(Clone, Copy, Debug)]
pub struct Holding {
    /// The place.
    pub place: Place,
    /// The worker.
    pub worker: WorkerId,
    /// What it contributed; `None` before.
    pub answer: Option<Answer>,
}

/// Workers that can take a free place, in the order in which they come.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The place.
    pub place: Place,
    /// When each worker's claim lands, ms; the next one last.
    pub candidates: Vec<(u64, WorkerId)>,
    /// How often the place was offered before.
    pub tries: u32,
}

/// A round and its seats.
#[derive(Clone, Debug)]
pub struct RoundRun {
    /// Dispute or appeal.
    pub kind: RoundKind,
    /// Its state.
    pub round: Round,
    /// Its seats.
    pub seats: Vec<Seat>,
}

/// A task as it runs.
#[derive(Clone, Debug)]
pub struct TaskRun {
    /// Its job.
    pub job: usize,
    /// Its number in the job.
    pub number: u32,
    /// When it was added to the job, seconds of the job: 0 unless the requester extended it.
    pub added_at: u32,
    /// Its seats in the job's account.
    pub seats: Vec<Seat>,
    /// Its drawn or requested check.
    pub check: Option<Seat>,
    /// The seed that drew the check; where the run of a requested check stops depends on it.
    pub check_seed: [u8; 32],
    /// Its rounds.
    pub rounds: Vec<RoundRun>,
    /// Everything that was ever held in it.
    pub holdings: Vec<Holding>,
    /// Its free places.
    pub offers: Vec<Offer>,
    /// Bit of every worker that has room for this task.
    pub awake: u128,
    /// Its escrow.
    pub escrow: EscrowId,
    /// Since when a result waits for its opening, ms.
    pub ready_at: u64,
    /// When somebody looks at it next, ms.
    pub wake_at: u64,
    /// Whether everybody was paid or penalized.
    pub settled: bool,
    /// Who was paid the price from its escrow.
    pub paid_to: Vec<WorkerId>,
}

/// The market of one episode.
pub struct World<'a> {
    /// What is played.
    pub scenario: &'a Scenario,
    /// Time, ms.
    pub now: u64,
    /// Workers, in the order of their stake accounts.
    pub workers: Vec<Worker>,
    /// Jobs posted so far.
    pub jobs: Vec<Job>,
    /// Tasks posted so far.
    pub tasks: Vec<TaskRun>,
    /// All money.
    pub ledger: Ledger,
    /// What happened so far.
    pub outcome: Outcome,
    pub(crate) random: Random,
    pub(crate) queue: crate::engine::Queue,
    pub(crate) salt: [u8; 32],
}

impl Place {
    /// Returns whether the result was or may have been public when the place was taken, by kind alone.
    pub fn is_round(self) -> bool {
        matches!(self, Place::Round(..))
    }
}

impl TaskRun {
    /// Returns the phase.
    pub fn phase(&self) -> Phase {
        self.view(|task| task.phase())
    }

    /// Returns whether a flag of the task is set.
    pub fn has(&self, flag: u8) -> bool {
        self.view(|task| task.has(flag))
    }

    /// Asks the rules about the task.
    pub fn view<T>(&self, ask: impl FnOnce(&Task) -> T) -> T {
        // The rules take the seats mutably; a copy of at most a few seats is cheap.
        let mut seats = self.seats.clone();
        ask(&Task { seats: &mut seats })
    }

    /// Returns the seat of a place.
    pub fn seat(&self, place: Place) -> Option<&Seat> {
        match place {
            Place::Seat(seat) => self.seats.get(seat),
            Place::Check => self.check.as_ref(),
            Place::Round(round, seat) => self.rounds.get(round)?.seats.get(seat),
            Place::Challenger(round) => Some(&self.rounds.get(round)?.round.challenger),
        }
    }

    /// Returns who holds a place, or held it last.
    pub fn holding(&self, place: Place) -> Option<&Holding> {
        self.holdings.iter().rev().find(|held| held.place == place)
    }

    /// Returns what was contributed in a place.
    pub fn answer(&self, place: Place) -> Option<Answer> {
        self.holding(place)?.answer
    }

    /// Returns the result that is public, once one is.
    pub fn public_digest(&self) -> Option<[u8; 32]> {
        let first = self.seats.first()?;
        self.has(flag::OPEN).then_some(first.hash)
    }

    /// Returns the agreement hash that the first seat contributed.
    pub fn first_hash(&self, seed: &[u8; 32]) -> [u8; 32] {
        if let Some(last) = self.rounds.last() {
            return last.round.first_hash;
        }
        match self.public_digest() {
            Some(digest) => agreement_hash(seed, self.number, &digest),
            None => self.seats[0].hash,
        }
    }
}

/// Digest of an answer's record; `None` where nobody knows one.
pub fn digest(seed: &[u8; 32], number: u32, answer: Answer) -> Option<[u8; 32]> {
    let number = number.to_le_bytes();
    Some(match answer {
        Answer::Right => sha256v(&[b"right", seed, &number]),
        Answer::Wrong(which) => sha256v(&[b"wrong", seed, &number, &[which]]),
        // The memory hash is keyed with the seed, so the record of another posting has another digest.
        Answer::Replayed => sha256v(&[b"right", &sha256v(&[b"earlier", seed]), &number]),
        Answer::Public(digest) => digest,
        Answer::Copied | Answer::Guess | Answer::Nothing => return None,
    })
}

/// Hash of the linear memory when the run of an answer is stopped where the seed says. A worker that did not run the
/// task guesses it.
pub fn memory(digest: &[u8; 32], answer: Answer, seed: &[u8; 32], worker: &Address) -> [u8; 32] {
    let stop = stop_fuel(seed, FUEL).to_le_bytes();
    match answer {
        Answer::Public(_) => sha256v(&[b"guess", worker.as_ref(), &stop]),
        _ => sha256v(&[b"memory", digest, &stop]),
    }
}

/// What a worker contributes. `blind` is the seed that decides where the run stops, once a result is public; `other` the
/// agreement hash that a copier takes.
pub fn contribution(
    seed: &[u8; 32],
    number: u32,
    worker: &Address,
    answer: Answer,
    blind: Option<&[u8; 32]>,
    other: [u8; 32],
) -> Contribution {
    match (digest(seed, number, answer), answer) {
        (Some(digest), _) => {
            let value = match blind {
                Some(stop) => blinded(&digest, &memory(&digest, answer, stop, worker)),
                None => digest,
            };
            Contribution::new(seed, number, worker, &value)
        }
        (None, Answer::Copied) => Contribution {
            hash: other,
            seal: sha256v(&[b"made up", worker.as_ref()]),
        },
        (None, _) => Contribution {
            hash: sha256v(&[b"random", seed, worker.as_ref()]),
            seal: sha256v(&[b"made up", worker.as_ref()]),
        },
    }
}

impl World<'_> {
    /// Returns the time since a job's posting.
    pub fn moment(&self, job: &Job) -> Moment {
        let time = self.now / 1_000 - job.posted_at;
        let slot = self.now / SLOT_MS - job.posted_slot;
        Moment {
            time: u32::try_from(time).expect("episodes are short"),
            slot: u32::try_from(slot).expect("episodes are short"),
        }
    }

    /// Returns when a second of a job begins, ms.
    pub fn second(&self, job: &Job, time: u32) -> u64 {
        (job.posted_at + u64::from(time)) * 1_000
    }

    /// Returns the hash of a slot.
    pub fn slot_hash(&self, slot: u64) -> [u8; 32] {
        sha256v(&[b"slot", &self.salt, &slot.to_le_bytes()])
    }

    /// Returns the job of a task.
    pub fn job_of(&self, task: TaskId) -> &Job {
        &self.jobs[self.tasks[task].job]
    }

    /// Returns whether a worker has room for a task and the input it needs.
    pub fn is_ready(&self, task: TaskId, worker: WorkerId) -> bool {
        let run = &self.tasks[task];
        match self.workers[worker].side {
            Side::Watcher => false,
            Side::Coalition => true,
            Side::Honest => {
                let delivered = run.seats[0].has_contributed() || run.has(flag::OPEN);
                let has_content = match self.jobs[run.job].posting.content {
                    Content::Public => true,
                    Content::Withheld => false,
                    Content::Withdrawn => !delivered,
                    Content::Served => !delivered || self.honest_holds(task),
                };
                has_content && run.awake >> worker & 1 == 1
            }
        }
    }

    /// Returns whether an honest worker has run a task.
    fn honest_holds(&self, task: TaskId) -> bool {
        self.tasks[task].holdings.iter().any(|held| {
            held.answer == Some(Answer::Right) && self.workers[held.worker].side == Side::Honest
        })
    }

    /// Returns the share of the collateral that is awake which belongs to the coalition.
    pub fn awake_share(&self) -> f64 {
        let share = self.scenario.population.coalition_bps as f64 / 1e4;
        let awake = self.scenario.nodes.awake_bps as f64 / 1e4;
        share / (share + awake * (1.0 - share))
    }

    /// Returns how many seats of the last round the coalition holds.
    pub fn coalition_members(&self, task: TaskId) -> usize {
        let run = &self.tasks[task];
        let last = run.rounds.len().wrapping_sub(1);
        let ours = |held: &&Holding| {
            matches!(held.place, Place::Round(round, _) if round == last)
                && self.workers[held.worker].side == Side::Coalition
        };
        run.holdings.iter().filter(ours).count()
    }
}
