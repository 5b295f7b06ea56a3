//! The event loop: posts jobs, passes events on in the order of time, and closes the books.

use crate::ledger::Ledger;
use crate::market::{
    Job, Place, Posting, Scenario, Side, TaskId, TaskRun, Worker, WorkerId, World, SLOT_MS,
};
use crate::outcome::Outcome;
use crate::parameters::{PRICE, VALUE};
use crate::random::Random;
use crate::strategy::Answer;
use anchor_lang::prelude::Address;
use assay_market::game::task::Task;
use assay_market::game::Seat;
use assay_market::state::SEGMENTS;
use assay_shared::hash::sha256v;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

/// When episodes begin, ms: not 0, so that everything can lie before it.
const BEGIN: u64 = 1_000_000;
/// How often a requester posts anew until its coalition has the first rank.
const MOST_POSTINGS: u32 = 4_096;

/// Something that happens at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    /// The next job is posted.
    Post,
    /// The next claim for a free place lands.
    Claim(TaskId, u32, u32),
    /// A worker's contribution to a place lands.
    Deliver(TaskId, u32, u32, WorkerId),
    /// Somebody looks whether a task can be moved on.
    Look(TaskId),
    /// A worker contradicts the result that has stood since so many rounds.
    Challenge(TaskId, usize, WorkerId),
    /// The requester asks for the unspent check.
    RequestCheck(TaskId),
    /// The coalition moves its collateral.
    Move(WorkerId),
    /// A requester of the coalition acts on what the ranks of a job say.
    Steer(usize),
}

/// Events that are still to come.
#[derive(Default)]
pub(crate) struct Queue {
    heap: BinaryHeap<Reverse<(u64, u64, Event)>>,
    count: u64,
}

impl Queue {
    pub(crate) fn push(&mut self, at: u64, event: Event) {
        self.count += 1;
        self.heap.push(Reverse((at, self.count, event)));
    }

    fn pop(&mut self) -> Option<(u64, Event)> {
        let Reverse((at, _, event)) = self.heap.pop()?;
        Some((at, event))
    }
}

/// A place as two numbers, which events can be ordered by.
pub(crate) fn code(place: Place) -> (u32, u32) {
    let (kind, index) = match place {
        Place::Seat(seat) => (0, seat),
        Place::Check => (1, 0),
        Place::Challenger(round) => (2, round),
        Place::Round(round, seat) => (3 + round, seat),
    };
    (kind as u32, index as u32)
}

/// The place of two numbers.
pub(crate) fn place(kind: u32, index: u32) -> Place {
    match kind {
        0 => Place::Seat(index as usize),
        1 => Place::Check,
        2 => Place::Challenger(index as usize),
        round => Place::Round(round as usize - 3, index as usize),
    }
}

/// Plays one episode to its end.
///
/// # Panics
/// When money does not add up, or a rule refuses what the agents take for allowed.
pub fn play(scenario: &Scenario, seed: u64, stream: u64, episode: u64) -> Outcome {
    let mut world = World::new(scenario, Random::new(seed, stream, episode));
    world.run();
    world.outcome
}

impl<'a> World<'a> {
    /// Returns the market before the first posting.
    ///
    /// # Panics
    /// When the population has more than 128 workers.
    pub fn new(scenario: &'a Scenario, mut random: Random) -> Self {
        let population = &scenario.population;
        let coalition = population.collateral * population.coalition_bps / 10_000;
        let honest = population.collateral - coalition;
        let mut ledger = Ledger::default();
        let mut workers = Vec::new();
        let mut add = |side, count: u64, size: u64, random: &mut Random| {
            for _ in 0..count {
                let latency = match side {
                    Side::Coalition => 0,
                    _ => random.between(scenario.nodes.latency_ms.0, scenario.nodes.latency_ms.1),
                };
                ledger.open_account(size * VALUE);
                workers.push(Worker {
                    address: Address::new_from_array(random.bytes()),
                    side,
                    latency,
                });
            }
        };
        add(
            Side::Coalition,
            coalition / population.coalition_size,
            population.coalition_size,
            &mut random,
        );
        add(
            Side::Honest,
            honest / population.honest_size,
            population.honest_size,
            &mut random,
        );
        if population.watched_bps > 0 {
            // Enough for every challenge of an episode; it takes no seats, so it does not count in ranks.
            add(Side::Watcher, 1, 1_000_000, &mut random);
        }
        assert!(workers.len() <= 128, "the bits of a task's awake workers");
        Self {
            scenario,
            now: BEGIN,
            workers,
            jobs: Vec::new(),
            tasks: Vec::new(),
            ledger,
            outcome: Outcome::default(),
            salt: random.bytes(),
            random,
            queue: Queue::default(),
        }
    }

    /// Plays until nothing is left to come, and closes the books.
    ///
    /// # Panics
    /// When money does not add up, or a task has no end.
    pub fn run(&mut self) {
        let strategy = self.scenario.strategy.clone();
        strategy.begins(self);
        self.queue.push(self.now, Event::Post);
        while let Some((at, event)) = self.queue.pop() {
            self.now = at;
            match event {
                Event::Post => self.post_next(),
                Event::Claim(task, kind, index) => self.claim(task, place(kind, index)),
                Event::Deliver(task, kind, index, worker) => {
                    self.deliver(task, place(kind, index), worker);
                }
                Event::Look(task) if self.tasks[task].wake_at == at => self.look(task),
                Event::Look(_) => {}
                Event::Challenge(task, rounds, worker) => self.challenge(task, rounds, worker),
                Event::RequestCheck(task) => self.request_check(task),
                Event::Move(worker) => strategy.moves(self, worker),
                Event::Steer(job) => strategy.steers(self, job),
            }
        }
        for task in &self.tasks {
            assert!(task.settled, "a task has no end: {:?}", task.phase());
        }
        self.ledger.audit();
        self.close_books();
    }

    fn post_next(&mut self) {
        let scenario = self.scenario;
        let index = self.jobs.len();
        if index >= scenario.demand.jobs || self.now > BEGIN + scenario.demand.horizon_ms {
            return;
        }
        self.queue
            .push(self.now + scenario.demand.gap_ms.max(1), Event::Post);
        if let Some(posting) = scenario.strategy.posts(self, index) {
            self.post(posting);
        }
    }

    /// Posts a job.
    pub(crate) fn post(&mut self, posting: Posting) {
        let scenario = self.scenario;
        let total = (0..self.workers.len())
            .filter(|worker| self.workers[*worker].side != Side::Watcher)
            .map(|worker| self.ledger.account(worker).collateral())
            .sum();
        let rules =
            scenario
                .parameters
                .rules(posting.checks_bps, scenario.demand.run_window, total);
        let quote = scenario.parameters.quote(posting.checks_bps);
        let mut job = Job {
            seed: self.random.bytes(),
            posted_at: self.now / 1_000,
            posted_slot: self.now / SLOT_MS,
            rules,
            quote,
            posting,
            segments: 1,
            tasks: Vec::new(),
        };
        if posting.chosen {
            // Taking back a task that nobody has claimed costs nothing.
            for _ in 0..MOST_POSTINGS {
                if self.first_rank_is_ours(&job, 0) {
                    break;
                }
                job.seed = sha256v(&[b"again", &job.seed]);
            }
        }
        let number = self.jobs.len();
        self.jobs.push(job);
        for task in self.add_tasks(number, scenario.demand.tasks) {
            self.look(task);
        }
        scenario.strategy.has_posted(self, number);
    }

    /// Lets a requester of the coalition look at its job after so many ms.
    pub(crate) fn plan_steering(&mut self, job: usize, after: u64) {
        self.queue.push(self.now + after, Event::Steer(job));
    }

    /// Adds tasks to a job, which nobody has looked at yet.
    fn add_tasks(&mut self, job: usize, count: u32) -> Range<TaskId> {
        let begin = self.tasks.len();
        let added_at = self.moment(&self.jobs[job]).time;
        for _ in 0..count {
            let number = self.jobs[job].tasks.len() as u32;
            self.jobs[job].tasks.push(self.tasks.len());
            let escrow = self.ledger.fund(self.jobs[job].quote.escrow);
            let mut awake = 0u128;
            for worker in 0..self.workers.len() {
                let bit = u128::from(self.random.chance(self.scenario.nodes.awake_bps));
                awake |= bit << worker;
            }
            let filler = self.jobs[job].posting.filler;
            self.outcome.tasks += u64::from(!filler);
            self.outcome.fillers += u64::from(filler);
            self.tasks.push(TaskRun {
                job,
                number,
                added_at,
                seats: vec![Seat::default(); usize::from(self.jobs[job].rules.late_seats) + 1],
                check: None,
                check_seed: [0; 32],
                rounds: Vec::new(),
                holdings: Vec::new(),
                offers: Vec::new(),
                awake,
                escrow,
                ready_at: 0,
                wake_at: 0,
                settled: false,
                paid_to: Vec::new(),
            });
        }
        begin..self.tasks.len()
    }

    /// A requester adds tasks to its job under another manifest, and cancels in the same transaction those that `keeps`
    /// refuses. Returns whether the job had room for the manifest and time for claims.
    pub(crate) fn extend(
        &mut self,
        job: usize,
        count: u32,
        keeps: impl Fn(&World, TaskId) -> bool,
    ) -> bool {
        let now = self.moment(&self.jobs[job]).time;
        if self.jobs[job].segments == SEGMENTS || now >= self.jobs[job].rules.claim_until {
            return false;
        }
        self.jobs[job].segments += 1;
        for task in self.add_tasks(job, count) {
            if keeps(self, task) || !self.cancel(task) {
                self.look(task);
            }
        }
        true
    }

    /// A requester takes a task back. Returns whether the rules let it: nobody may have claimed it.
    pub(crate) fn cancel(&mut self, task: TaskId) -> bool {
        let mut rules = Task {
            seats: &mut self.tasks[task].seats,
        };
        let done = rules.cancel().is_ok();
        if done {
            self.look(task);
        }
        done
    }

    /// Looks at a task now or later; an earlier appointment that is still to come is dropped.
    pub(crate) fn wake(&mut self, task: TaskId, at: u64) {
        let at = at.max(self.now + 1);
        self.tasks[task].wake_at = at;
        self.queue.push(at, Event::Look(task));
    }

    /// Plans a contribution.
    pub(crate) fn plan_delivery(&mut self, task: TaskId, place: Place, worker: WorkerId, at: u64) {
        let (kind, index) = code(place);
        self.queue
            .push(at, Event::Deliver(task, kind, index, worker));
    }

    /// Plans the next claim for a free place.
    pub(crate) fn plan_claim(&mut self, task: TaskId, place: Place, at: u64) {
        let (kind, index) = code(place);
        self.queue.push(at, Event::Claim(task, kind, index));
    }

    /// Notes what a worker contributed in a place.
    pub(crate) fn note_answer(&mut self, task: TaskId, place: Place, answer: Answer) {
        let holdings = &mut self.tasks[task].holdings;
        if let Some(held) = holdings.iter_mut().rev().find(|held| held.place == place) {
            held.answer = Some(answer);
        }
    }

    fn close_books(&mut self) {
        use crate::outcome::{pay_prices, stake_prices};
        for (worker, account) in self.workers.iter().zip(self.ledger.accounts()) {
            let money = match worker.side {
                Side::Honest => &mut self.outcome.honest,
                Side::Coalition => &mut self.outcome.coalition,
                Side::Watcher => &mut self.outcome.watcher,
            };
            money.pay += pay_prices(account.pay);
            money.rewards += stake_prices(account.rewards);
            money.penalties += stake_prices(account.penalties);
            money.missed += stake_prices(account.missed);
            money.unpaid_penalties += stake_prices(account.unpaid_penalties);
        }
        for task in &self.tasks {
            let job = &self.jobs[task.job];
            let escrow = self.ledger.escrow(task.escrow);
            self.outcome.fees += pay_prices(escrow.fee);
            if escrow.fee > 0 {
                self.outcome.weight += stake_prices(job.quote.weight);
            }
            if job.posting.requester == Side::Coalition {
                self.outcome.coalition.spent += pay_prices(escrow.fee + self.paid_to_others(task));
            }
        }
    }

    fn paid_to_others(&self, task: &TaskRun) -> u64 {
        task.paid_to
            .iter()
            .filter(|worker| self.workers[**worker].side != Side::Coalition)
            .count() as u64
            * PRICE
    }
}
