//! Where tasks are brought and run: knows which tasks can be run here, and which are running.

use crate::{
    assignment::{Assignment, AssignmentError},
    crew::Crew,
    error::NodeError,
    plan::Prospect,
    scouting::Scouting,
    seat_id::{JobId, SeatId},
    step::Claimed,
};
use assay_content::ContentStore;
use assay_runner::{RunOutput, Runner, RunnerError};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

/// Tasks whose content is fetched at the same time.
const SCOUTS: usize = 8;

pub type TaskId = (JobId, u32);
/// What came of a run, and how long it took.
type Lap = (Result<RunOutput, AssignmentError>, Duration);

#[derive(Clone, Copy, Debug)]
enum Fitness {
    /// Its content is being fetched.
    Asked,
    /// Its content is here.
    Ready,
    AvoidUntil(Instant),
}

/// A seat to be run.
pub struct Order {
    pub claimed: Claimed,
    pub assignment: Assignment,
    /// Its deadline.
    pub until: Instant,
    /// Longest that it is thought to take.
    pub takes: Duration,
}

/// A run that has ended.
pub struct Ran {
    pub claimed: Claimed,
    pub outcome: Result<RunOutput, AssignmentError>,
    pub took: Duration,
}

/// Where content is found.
pub struct Shelves {
    pub store: ContentStore,
    /// The same cache, without a way to fetch what is missing.
    pub cache: ContentStore,
}

pub struct Workshop {
    shelves: Arc<Shelves>,
    scouts: Crew<TaskId, Assignment, Result<(), AssignmentError>>,
    lanes: Crew<Claimed, (Assignment, Instant, Duration), Lap>,
    tasks: HashMap<TaskId, Fitness>,
    scouting: Scouting,
    running: HashMap<SeatId, Instant>,
    /// Longest run of each job so far.
    longest: HashMap<JobId, Duration>,
    /// Jobs with a task that took too long on this machine.
    too_slow: HashSet<JobId>,
}

impl Workshop {
    /// Runs `concurrency` tasks at a time; a module that takes longer than `wall_limit` to compile is left alone.
    pub fn start(
        shelves: Shelves,
        runner: Arc<dyn Runner>,
        concurrency: usize,
        wall_limit: Duration,
    ) -> Self {
        let shelves = Arc::new(shelves);
        let (cellar, compiler) = (shelves.clone(), runner.clone());
        let scout = move |assignment: Assignment| {
            assignment.prepare(&cellar.store, compiler.as_ref(), wall_limit)
        };
        let cellar = shelves.clone();
        let run = move |(assignment, until, takes): (Assignment, Instant, Duration)| {
            let begun = Instant::now();
            let left = until.saturating_duration_since(begun);
            let outcome = match assignment.run(&cellar.store, runner.as_ref(), until) {
                // That says nothing of how long it takes.
                Err(AssignmentError::Runner(RunnerError::DeadlineExceeded { .. }))
                    if left < takes =>
                {
                    Err(AssignmentError::StartedLate { left })
                }
                ran => ran,
            };
            (outcome, begun.elapsed())
        };
        Self {
            shelves,
            scouts: Crew::start(SCOUTS, scout),
            lanes: Crew::start(concurrency, run),
            tasks: HashMap::new(),
            scouting: Scouting::default(),
            running: HashMap::new(),
            longest: HashMap::new(),
            too_slow: HashSet::new(),
        }
    }

    /// Whether a task's content was fetched and nothing speaks against running it.
    pub fn is_ready(&self, task: TaskId) -> bool {
        matches!(self.tasks.get(&task), Some(Fitness::Ready)) && !self.too_slow.contains(&task.0)
    }

    /// Whether a ready task's content is still here: the cache forgets the oldest when others need the room. If not, it
    /// is fetched again.
    pub fn is_stocked(&mut self, task: TaskId, assignment: &Assignment) -> bool {
        let is_here = assignment.fetch(&self.shelves.cache).is_ok();
        if !is_here {
            self.tasks.remove(&task);
        }
        is_here
    }

    /// Whether nothing is known about a task, or what was known against it or its job is old.
    pub fn is_unknown(&self, task: TaskId) -> bool {
        let now = Instant::now();
        let is_open = match self.tasks.get(&task) {
            None => !self.too_slow.contains(&task.0),
            Some(Fitness::AvoidUntil(until)) => *until <= now,
            Some(_) => false,
        };
        is_open && self.scouting.is_over(&task.0, now)
    }

    /// How many tasks can be looked at now.
    pub fn idle_scouts(&self) -> usize {
        self.scouts.idle()
    }

    /// These tasks of a job, of which nothing is known, as scouting sees them.
    pub fn prospect(&self, job: JobId, tasks: Vec<u32>) -> Prospect {
        let is_asked = |fitness: &&Fitness| matches!(fitness, Fitness::Asked);
        let of_job = self.tasks.iter().filter(|((other, _), _)| *other == job);
        let scouts = of_job.map(|(_, fitness)| fitness).filter(is_asked).count();
        self.scouting.prospect(job, tasks, scouts)
    }

    /// Longest run of a job's task so far, if any ran.
    pub fn longest(&self, job: &JobId) -> Option<Duration> {
        self.longest.get(job).copied()
    }

    /// How long a seat has been running, if it is.
    pub fn running_for(&self, seat: &SeatId) -> Option<Duration> {
        self.running.get(seat).map(Instant::elapsed)
    }

    /// Begins to fetch a task's content.
    pub fn scout(&mut self, task: TaskId, assignment: Assignment) -> Result<(), NodeError> {
        self.tasks.insert(task, Fitness::Asked);
        self.scouting.sent(task.0);
        self.scouts.give(task, assignment)
    }

    /// Tasks whose content could not be had since the last question.
    pub fn scouted(&mut self) -> Result<Vec<(TaskId, AssignmentError)>, NodeError> {
        let mut failures = Vec::new();
        while let Some((task, fetched)) = self.scouts.take(Duration::ZERO)? {
            match fetched.unwrap_or_else(|| Err(AssignmentError::crashed())) {
                Ok(()) => {
                    self.scouting.succeeded(&task.0);
                    self.tasks.insert(task, Fitness::Ready);
                }
                Err(error) => {
                    self.scouting.failed(task.0, Instant::now());
                    self.avoid(task, error.pause());
                    failures.push((task, error));
                }
            }
        }
        Ok(failures)
    }

    /// Runs a claimed seat, up to its deadline, if a thread is idle and the seat neither runs nor failed just now.
    pub fn run(&mut self, order: Order) -> Result<(), NodeError> {
        let Order {
            claimed,
            assignment,
            until,
            takes,
        } = order;
        let seat = claimed.seat();
        let avoided = match self.tasks.get(&(seat.job, seat.task)) {
            Some(Fitness::AvoidUntil(until)) => *until > Instant::now(),
            _ => false,
        };
        if avoided || self.lanes.idle() == 0 || self.running.contains_key(&seat) {
            return Ok(());
        }
        self.running.insert(seat, Instant::now());
        self.lanes.give(claimed, (assignment, until, takes))
    }

    /// The next run that ends within `patience`.
    pub fn finished(&mut self, patience: Duration) -> Result<Option<Ran>, NodeError> {
        let Some((claimed, ran)) = self.lanes.take(patience)? else {
            return Ok(None);
        };
        let seat = claimed.seat();
        self.running.remove(&seat);
        let crashed = || (Err(AssignmentError::crashed()), Duration::ZERO);
        let (outcome, took) = ran.unwrap_or_else(crashed);
        match &outcome {
            Ok(_) => {
                let longest = self.longest.entry(seat.job).or_default();
                *longest = took.max(*longest);
            }
            Err(error) => {
                if error.is_slowness() {
                    self.too_slow.insert(seat.job);
                }
                self.avoid((seat.job, seat.task), error.pause());
            }
        }
        Ok(Some(Ran {
            claimed,
            outcome,
            took,
        }))
    }

    fn avoid(&mut self, task: TaskId, pause: Duration) {
        let now = Instant::now();
        let until = now.checked_add(pause).unwrap_or(now);
        self.tasks.insert(task, Fitness::AvoidUntil(until));
    }

    /// Forgets the tasks of jobs that `lives` does not know.
    pub fn forget_jobs(&mut self, lives: impl Fn(&JobId) -> bool) {
        self.tasks.retain(|(job, _), _| lives(job));
        self.scouting.forget_jobs(&lives);
        self.longest.retain(|job, _| lives(job));
        self.too_slow.retain(|job| lives(job));
    }
}

#[cfg(test)]
mod tests;
