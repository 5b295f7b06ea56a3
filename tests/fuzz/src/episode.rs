//! One episode: a deployment, many steps, and a wind-up.

use crate::{
    cast, entries,
    invariants::{Ledger, Part, Violation},
    plan::Plan,
    random::Random,
    raw::Program,
    step::Step,
    windup,
    world::{Outcome, World},
};
use assay_client::pda;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

/// Worlds that a search goes back to.
const CORPUS: usize = 24;

/// What a search has counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Transactions sent.
    pub steps: u64,
    /// Transactions accepted.
    pub accepted: u64,
    /// Tasks posted.
    pub tasks: u64,
    /// Tasks that reached a round.
    pub disputed: u64,
    /// Episodes that were wound up.
    pub episodes: u64,
    /// States and outcomes that were new.
    pub novelties: u64,
    /// Wallets that signed for an instruction of the programs, summed over episodes.
    pub actors: u64,
    /// Those among them that delegate, lock tokens or vote.
    pub holders: u64,
    /// How many of them play each part; one may play several.
    pub parts: BTreeMap<String, u64>,
    /// Executed instructions, inner ones included.
    pub instructions: BTreeMap<String, u64>,
    /// Refusals by the name of the error.
    pub errors: BTreeMap<String, u64>,
}

impl Counts {
    /// Adds what another search has counted.
    pub fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.accepted += other.accepted;
        self.tasks += other.tasks;
        self.disputed += other.disputed;
        self.episodes += other.episodes;
        self.novelties += other.novelties;
        self.actors += other.actors;
        self.holders += other.holders;
        for (name, count) in &other.parts {
            *self.parts.entry(name.clone()).or_default() += count;
        }
        for (name, count) in &other.instructions {
            *self.instructions.entry(name.clone()).or_default() += count;
        }
        for (name, count) in &other.errors {
            *self.errors.entry(name.clone()).or_default() += count;
        }
    }

    /// Counts who took part in an episode.
    fn count_actors(&mut self, ledger: &Ledger) {
        for parts in ledger.parts.values() {
            self.actors += 1;
            let holds = parts.contains(&Part::Delegator) || parts.contains(&Part::Voter);
            self.holders += u64::from(holds);
            for part in parts {
                *self.parts.entry(part.name().to_owned()).or_default() += 1;
            }
        }
    }

    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Nothing => return,
            Outcome::Accepted(calls) => {
                self.accepted += 1;
                for call in calls {
                    *self.instructions.entry(call.name.to_owned()).or_default() += 1;
                }
            }
            Outcome::Refused(refusal) => {
                let name = refusal.name().to_owned();
                *self.errors.entry(name).or_default() += 1;
            }
        }
        self.steps += 1;
    }
}

/// A sequence that broke an invariant.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The invariant.
    pub violation: Violation,
    /// From the deployment to the violation.
    pub steps: Vec<Step>,
    /// Whether it showed only in the wind-up that follows the steps.
    pub in_wind_up: bool,
}

/// A search with one source of chance.
pub struct Search {
    random: Random,
    corpus: Vec<(World, Vec<Step>)>,
    seen: HashSet<u64>,
    wins: HashMap<&'static str, u64>,
    /// What it has counted.
    pub counts: Counts,
}

impl Search {
    /// Returns a search.
    pub fn new(random: Random) -> Self {
        Self {
            random,
            corpus: Vec::new(),
            seen: HashSet::new(),
            wins: HashMap::new(),
            counts: Counts::default(),
        }
    }

    /// Plays episodes until so many transactions were sent.
    ///
    /// # Errors
    /// The first sequence that breaks an invariant.
    pub fn run(&mut self, steps: u64) -> Result<(), Box<Failure>> {
        while self.counts.steps < steps {
            self.episode(steps)?;
        }
        Ok(())
    }

    fn episode(&mut self, steps: u64) -> Result<(), Box<Failure>> {
        let (mut world, mut taken) = self.begin()?;
        let (tasks, disputed) = (world.ledger.tasks, world.ledger.disputed);
        let wins = std::mem::take(&mut self.wins);
        let stream = self.random.any();
        let mut plan = Plan::new(Random::new(stream, 0), wins);
        for _ in 0..self.random.between(300, 1_200) {
            if self.counts.steps >= steps {
                break;
            }
            let step = plan.next(&world);
            let before = feature(&world, &step);
            let outcome = self.take(&mut world, &mut taken, step)?;
            let step = &taken[taken.len() - 1];
            plan.learn(step, &outcome);
            self.keep_if_new(before, &outcome, &world, &taken);
        }
        self.wins = plan.into_wins();
        if self.random.percent(30) {
            let pause = Step::call("market.set_pause", vec![15, 1 << 33, cast::ADMIN]);
            self.take(&mut world, &mut taken, pause)?;
        }
        let wound = windup::wind_up(&mut world, &mut |_, outcome| self.counts.count(outcome));
        self.counts.tasks += world.ledger.tasks - tasks;
        self.counts.disputed += world.ledger.disputed - disputed;
        self.counts.episodes += 1;
        self.counts.count_actors(&world.ledger);
        wound.map_err(|violation| {
            Box::new(Failure {
                violation,
                steps: taken,
                in_wind_up: true,
            })
        })
    }

    /// Deploys, or goes back to a world that was new.
    fn begin(&mut self) -> Result<(World, Vec<Step>), Box<Failure>> {
        if !self.corpus.is_empty() && self.random.percent(55) {
            let place = self.random.below(self.corpus.len() as u64);
            let kept = usize::try_from(place)
                .ok()
                .and_then(|at| self.corpus.get(at));
            if let Some((world, steps)) = kept {
                return Ok((world.clone(), steps.clone()));
            }
        }
        let (mut world, mut taken) = (World::new(), Vec::new());
        for step in entries::opening(&mut self.random) {
            self.take(&mut world, &mut taken, step)?;
        }
        Ok((world, taken))
    }

    fn take(
        &mut self,
        world: &mut World,
        taken: &mut Vec<Step>,
        step: Step,
    ) -> Result<Outcome, Box<Failure>> {
        let outcome = world.take(&step);
        taken.push(step);
        match outcome {
            Ok(outcome) => {
                self.counts.count(&outcome);
                Ok(outcome)
            }
            Err(violation) => Err(Box::new(Failure {
                violation,
                steps: std::mem::take(taken),
                in_wind_up: false,
            })),
        }
    }

    /// Keeps a world whose last step led to an outcome that it had never led to from such a state.
    fn keep_if_new(&mut self, before: u64, outcome: &Outcome, world: &World, taken: &[Step]) {
        let mut hasher = DefaultHasher::new();
        before.hash(&mut hasher);
        match outcome {
            Outcome::Nothing => return,
            Outcome::Accepted(_) => 0.hash(&mut hasher),
            Outcome::Refused(refusal) => refusal.name().hash(&mut hasher),
        }
        if !self.seen.insert(hasher.finish()) {
            return;
        }
        self.counts.novelties += 1;
        // What was refused changed nothing: only accepted steps lead on.
        if !matches!(outcome, Outcome::Accepted(_)) || taken.len() > 3_000 {
            return;
        }
        let kept = (world.clone(), taken.to_vec());
        if self.corpus.len() < CORPUS {
            self.corpus.push(kept);
        } else if let Ok(place) = usize::try_from(self.random.below(CORPUS as u64)) {
            self.corpus[place] = kept;
        }
    }
}

/// Steps that bring rewards.
const EPOCHS: [&str; 3] = [
    "market.tally_work",
    "rewards.finalize_epoch",
    "rewards.claim_epochs",
];

/// Returns what a step is and the state that it meets: the task's phase, rounds and flags; of an epoch's steps, how many epochs
/// are open, and which of them the provider has claimed.
fn feature(world: &World, step: &Step) -> u64 {
    let mut hasher = DefaultHasher::new();
    step.call.hash(&mut hasher);
    let number = |place: usize| step.with.get(place).copied().unwrap_or(0);
    if EPOCHS.contains(&&*step.call) {
        let epochs = world.mirror.records(Program::Rewards, "EpochRewards");
        epochs.count().min(4).hash(&mut hasher);
        let record = pda::rewards::claim_record(&cast::provider(number(0) % cast::OWNERS));
        let claims = world.mirror.record(&record);
        claims.map(|claims| claims.u64("bitmap")).hash(&mut hasher);
    } else if step.call.starts_with("market.") {
        if let Some(job) = world.job(number(0)) {
            let task = u32::try_from(number(1)).unwrap_or(0);
            if let Some(first) = job.task(task).first() {
                let state = (first.phase, first.rounds, first.flags, first.state);
                (state, job.header.late_seats.min(2)).hash(&mut hasher);
            }
        }
    }
    hasher.finish()
}

/// Plays a sequence and winds up. Returns the invariant that it breaks. `show` is told of each step and its outcome.
pub fn replay(steps: &[Step], show: &mut dyn FnMut(&Step, &Outcome)) -> Option<(Violation, bool)> {
    let mut world = World::new();
    for step in steps {
        match world.take(step) {
            Ok(outcome) => show(step, &outcome),
            Err(violation) => return Some((violation, false)),
        }
    }
    let wound = windup::wind_up(&mut world, show);
    wound.err().map(|violation| (violation, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The search goes on from worlds in which something happened for the first time.
    #[test]
    fn worlds_whose_last_step_was_new_are_gone_back_to() {
        let mut search = Search::new(Random::new(1, 0));
        search.run(500).unwrap();
        assert!(search.counts.novelties > 0);
        let kept = search.corpus.len();
        assert!(kept > 0 && kept <= CORPUS);
        let deployed = entries::opening(&mut Random::new(1, 0)).len();
        let begun = (0..20).map(|_| search.begin().unwrap().1.len());
        assert!(begun.max() > Some(2 * deployed));

        // The same step in the same state is new once.
        let (world, steps) = search.corpus[0].clone();
        let novelties = search.counts.novelties;
        let accepted = Outcome::Accepted(Vec::new());
        search.keep_if_new(7, &accepted, &world, &steps);
        search.keep_if_new(7, &accepted, &world, &steps);
        assert_eq!(search.counts.novelties, novelties + 1);
    }
}
