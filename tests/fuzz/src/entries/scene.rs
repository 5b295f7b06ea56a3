//! What proposals are made from: the jobs that there are, and how long a step may wait.

use crate::{cast, random::Random, world::World};
use assay_client::{instruction::market::JobAddresses, JobView};
use assay_harness::work;
use assay_market::{
    game::{contribution::agreement_hash, Phase, Seat},
    state::Worker,
};

/// What workers may answer; the first is the right one.
pub const ANSWERS: u64 = 4;

/// A job that is there.
pub struct Live {
    /// Its place.
    pub slot: u64,
    /// Its account.
    pub view: JobView,
}

impl Live {
    /// Returns the addresses that belong to the job.
    pub fn addresses(&self) -> JobAddresses {
        cast::job_of(self.slot, &self.view.header)
    }

    /// Returns where a task stands at `now`; a hold that is over has ended.
    pub fn phase(&self, task: u32, now: i64) -> Phase {
        self.view.phase(task, now)
    }

    /// Returns the first seat of a task.
    pub fn first(&self, task: u32) -> &Seat {
        &self.view.task(task)[0]
    }

    /// Returns the number of the answer that this agreement hash commits to, plain or blinded.
    pub fn answer_of(&self, task: u32, hash: &[u8; 32], blind: bool) -> Option<u64> {
        let seed = &self.view.header.seed;
        (0..ANSWERS).find(|answer| {
            let value = value_of(seed, *answer, blind);
            agreement_hash(seed, task, &value) == *hash
        })
    }

    /// Returns the number of the answer with this digest.
    pub fn answer_with(&self, digest: &[u8; 32]) -> Option<u64> {
        let seed = &self.view.header.seed;
        (0..ANSWERS).find(|answer| digest_of(seed, *answer) == *digest)
    }
}

/// Returns the digest of an answer in the posting with this seed.
pub fn digest_of(seed: &[u8; 32], answer: u64) -> [u8; 32] {
    work::digest_of(seed, &(answer % ANSWERS).to_string())
}

/// Returns the memory hash of whoever ran a task with this answer and stopped in between.
pub fn memory_of(seed: &[u8; 32], answer: u64) -> [u8; 32] {
    work::stopped_memory(seed, &(answer % ANSWERS).to_string())
}

/// Returns what a seat commits to for an answer.
pub fn value_of(seed: &[u8; 32], answer: u64, blind: bool) -> [u8; 32] {
    let digest = digest_of(seed, answer);
    if blind {
        assay_market::game::contribution::blinded(&digest, &memory_of(seed, answer))
    } else {
        digest
    }
}

/// What the world looks like while a step is chosen.
pub struct Scene<'a> {
    /// The world.
    pub world: &'a World,
    /// The jobs that there are, or the one that the search stays with.
    pub jobs: Vec<Live>,
    /// Unix time.
    pub now: i64,
    /// Most seconds that a step may wait.
    pub patience: u64,
}

impl<'a> Scene<'a> {
    /// Returns the scene of every job, or of one place for jobs.
    pub fn new(world: &'a World, focus: Option<u64>, patience: u64) -> Self {
        let slots = focus.map_or(0..cast::SLOTS, |slot| slot..slot + 1);
        let live = |slot| {
            let view = world.job(slot)?;
            Some(Live { slot, view })
        };
        Self {
            world,
            jobs: slots.filter_map(live).collect(),
            now: world.now,
            patience,
        }
    }

    /// Returns the seconds until a Unix time; `None` if that is longer than a step may wait.
    pub fn until(&self, time: i64) -> Option<u64> {
        let wait = u64::try_from(time.saturating_sub(self.now)).unwrap_or(0);
        (wait <= self.patience).then_some(wait)
    }

    /// Returns every task of every job, in random order.
    pub fn tasks(&self, random: &mut Random) -> Vec<(&Live, u32)> {
        let mut tasks: Vec<(&Live, u32)> = Vec::new();
        for live in &self.jobs {
            tasks.extend((0..live.view.header.task_count.get()).map(|task| (live, task)));
        }
        random.shuffle(&mut tasks);
        tasks
    }

    /// Returns the owners that have a worker, in random order.
    pub fn workers(&self, random: &mut Random) -> Vec<(u64, Worker)> {
        let mut workers: Vec<(u64, Worker)> = (0..cast::OWNERS)
            .filter_map(|owner| Some((owner, self.world.worker(owner)?)))
            .collect();
        random.shuffle(&mut workers);
        workers
    }
}
