//! Where tasks are brought and run: knows which tasks can be run here, and which are running.

use crate::{
    assignment::{Assignment, AssignmentError},
    crew::Crew,
    error::NodeError,
    slot_id::{JobId, SlotId},
    step::Claimed,
};
use assay_runner::{ContentStore, Outcome, Runner, RunnerError};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

/// Tasks whose content is fetched at the same time.
const SCOUTS: usize = 4;

type TaskId = (JobId, u32);

#[derive(Clone, Copy, Debug)]
enum Fitness {
    /// Its content is being fetched.
    Asked,
    /// Its content is here.
    Ready,
    AvoidUntil(Instant),
}

/// A run that has ended.
pub struct Ran {
    pub claimed: Claimed,
    pub outcome: Result<Outcome, AssignmentError>,
    pub took: Duration,
}

pub struct Workshop {
    scouts: Crew<(TaskId, Assignment), (TaskId, Result<(), AssignmentError>)>,
    runners: Crew<(Claimed, Assignment), Ran>,
    tasks: HashMap<TaskId, Fitness>,
    running: HashSet<SlotId>,
    /// Longest run of each job so far.
    longest: HashMap<JobId, Duration>,
    /// Jobs with a task that ran into this machine's time limit.
    too_slow: HashSet<JobId>,
}

impl Workshop {
    /// Runs `concurrency` tasks at a time.
    pub fn start(store: Arc<ContentStore>, runner: Arc<dyn Runner>, concurrency: usize) -> Self {
        let cellar = store.clone();
        let scout = move |(task, assignment): (TaskId, Assignment)| {
            (task, assignment.fetch(&cellar).map(|_| ()))
        };
        let run = move |(claimed, assignment): (Claimed, Assignment)| {
            let begun = Instant::now();
            let outcome = assignment.run(&store, runner.as_ref());
            let took = begun.elapsed();
            Ran {
                claimed,
                outcome,
                took,
            }
        };
        Self {
            scouts: Crew::start(SCOUTS, scout),
            runners: Crew::start(concurrency, run),
            tasks: HashMap::new(),
            running: HashSet::new(),
            longest: HashMap::new(),
            too_slow: HashSet::new(),
        }
    }

    /// Whether a task's content is here and nothing speaks against running it.
    pub fn is_ready(&self, task: TaskId) -> bool {
        matches!(self.tasks.get(&task), Some(Fitness::Ready)) && !self.too_slow.contains(&task.0)
    }

    /// Whether nothing is known about a task, or what was known against it is old.
    pub fn is_unknown(&self, task: TaskId) -> bool {
        match self.tasks.get(&task) {
            None => !self.too_slow.contains(&task.0),
            Some(Fitness::AvoidUntil(until)) => *until <= Instant::now(),
            Some(_) => false,
        }
    }

    /// How many tasks can be looked at now.
    pub fn idle_scouts(&self) -> usize {
        self.scouts.idle()
    }

    /// Longest run of a job's task so far; zero when none ran.
    pub fn longest(&self, job: &JobId) -> Duration {
        self.longest.get(job).copied().unwrap_or_default()
    }

    /// Begins to fetch a task's content.
    pub fn scout(&mut self, task: TaskId, assignment: Assignment) -> Result<(), NodeError> {
        self.tasks.insert(task, Fitness::Asked);
        self.scouts.give((task, assignment))
    }

    /// Tasks whose content could not be had since the last question.
    pub fn scouted(&mut self) -> Result<Vec<(TaskId, AssignmentError)>, NodeError> {
        let mut failures = Vec::new();
        while let Some((task, fetched)) = self.scouts.take(Duration::ZERO)? {
            match fetched {
                Ok(()) => {
                    self.tasks.insert(task, Fitness::Ready);
                }
                Err(error) => {
                    self.avoid(task, error.pause());
                    failures.push((task, error));
                }
            }
        }
        Ok(failures)
    }

    /// Runs a claimed slot if a thread is idle and the slot neither runs nor failed just now.
    pub fn run(&mut self, claimed: Claimed, assignment: Assignment) -> Result<(), NodeError> {
        let slot = claimed.slot();
        let avoided = match self.tasks.get(&(slot.job, slot.task)) {
            Some(Fitness::AvoidUntil(until)) => *until > Instant::now(),
            _ => false,
        };
        if avoided || self.runners.idle() == 0 || !self.running.insert(slot) {
            return Ok(());
        }
        self.runners.give((claimed, assignment))
    }

    /// The next run that ends within `patience`.
    pub fn finished(&mut self, patience: Duration) -> Result<Option<Ran>, NodeError> {
        let Some(ran) = self.runners.take(patience)? else {
            return Ok(None);
        };
        let slot = ran.claimed.slot();
        self.running.remove(&slot);
        match &ran.outcome {
            Ok(_) => {
                let longest = self.longest.entry(slot.job).or_default();
                *longest = ran.took.max(*longest);
            }
            Err(error) => {
                if matches!(error, AssignmentError::Runner(RunnerError::TooSlow { .. })) {
                    self.too_slow.insert(slot.job);
                }
                self.avoid((slot.job, slot.task), error.pause());
            }
        }
        Ok(Some(ran))
    }

    fn avoid(&mut self, task: TaskId, pause: Duration) {
        let now = Instant::now();
        let until = now.checked_add(pause).unwrap_or(now);
        self.tasks.insert(task, Fitness::AvoidUntil(until));
    }

    /// Forgets the tasks of jobs that `lives` does not know.
    pub fn forget_jobs(&mut self, lives: impl Fn(&JobId) -> bool) {
        self.tasks.retain(|(job, _), _| lives(job));
        self.longest.retain(|job, _| lives(job));
        self.too_slow.retain(|job| lives(job));
    }
}
