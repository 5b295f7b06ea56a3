//! Fetches and runs tasks in threads, and knows which tasks can run here and which are running.

use crate::{
    content_stores::ContentStores,
    error::NodeError,
    prefetch::{PrefetchCandidate, PrefetchState},
    retry::retry_after,
    seat_id::{JobId, SeatAccount, SeatId, TaskId},
    task_spec::{TaskError, TaskSpec},
    worker_pool::WorkerPool,
};
use assay_runner::{RunOutput, Runner, RunnerError};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

/// Tasks whose content is fetched at the same time.
const PREFETCHERS: usize = 8;
/// Longest time that a stop waits for runs to end. One may hang in a download.
const STOP_TIME: Duration = Duration::from_secs(5);

/// What a run is to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Goal {
    /// The result of the task.
    Result,
    /// The memory hash `Q` for a check or round on a public result, after so much fuel.
    Memory {
        account: SeatAccount,
        stop_fuel: u64,
    },
}

/// What a run found.
#[derive(Debug)]
pub enum Found {
    Result(RunOutput),
    Memory([u8; 32]),
}

/// What a run found, and how long it took.
type RunResult = (Result<Found, TaskError>, Duration);

/// Whether a task can run here. A task that is not known can be fetched.
#[derive(Clone, Copy, Debug)]
enum Readiness {
    /// Its content is being fetched.
    Fetching,
    /// Its content is here and its module is compiled.
    Ready,
    /// Fetching or running it failed: skip it until then.
    BackoffUntil(Instant),
}

/// A run to start.
pub struct Run {
    /// The seat that needs it.
    pub seat: SeatId,
    pub goal: Goal,
    pub spec: TaskSpec,
    /// When the run is worth nothing any more.
    pub deadline: Instant,
    /// Longest time that the run is expected to take.
    pub max_runtime: Duration,
}

/// A run that has ended.
pub struct FinishedRun {
    pub seat: SeatId,
    pub goal: Goal,
    pub found: Result<Found, TaskError>,
    pub took: Duration,
}

/// The threads that fetch and run tasks, and what is known of the tasks.
pub struct Executor {
    stores: Arc<ContentStores>,
    runner: Arc<dyn Runner>,
    /// The key also says whether workers of the task give out its content.
    prefetch_pool: WorkerPool<(TaskId, bool), TaskSpec, Result<(), TaskError>>,
    run_pool: WorkerPool<(SeatId, Goal), Run, RunResult>,
    tasks: HashMap<TaskId, Readiness>,
    prefetches: PrefetchState,
    /// Start of each run that has not ended.
    running: HashMap<(TaskId, Goal), Instant>,
    /// Longest run of each job so far.
    longest_runs: HashMap<JobId, Duration>,
    /// Jobs with a task that took too long on this machine. No further task of them is prefetched or claimed.
    too_slow: HashSet<JobId>,
}

impl Executor {
    /// Starts the threads. Up to `concurrency` tasks run at a time. A module that takes longer than `wall_limit` to compile
    /// counts as a failed prefetch.
    pub fn start(
        stores: Arc<ContentStores>,
        runner: Arc<dyn Runner>,
        concurrency: usize,
        wall_limit: Duration,
    ) -> Self {
        let prefetch = {
            let (stores, runner) = (stores.clone(), runner.clone());
            move |spec: TaskSpec| spec.prepare(&stores, runner.as_ref(), wall_limit)
        };
        let run = {
            let (stores, runner) = (stores.clone(), runner.clone());
            move |run: Run| {
                let start = Instant::now();
                let left = run.deadline.saturating_duration_since(start);
                let found = match find(&run, &stores, runner.as_ref()) {
                    // The run had less time than it may need, so this does not show that the job is too slow.
                    Err(TaskError::Runner(RunnerError::DeadlineExceeded { .. }))
                        if left < run.max_runtime =>
                    {
                        Err(TaskError::StartedLate { left })
                    }
                    found => found,
                };
                (found, start.elapsed())
            }
        };
        Self {
            stores,
            runner,
            prefetch_pool: WorkerPool::start(PREFETCHERS, prefetch),
            run_pool: WorkerPool::start(concurrency, run),
            tasks: HashMap::new(),
            prefetches: PrefetchState::default(),
            running: HashMap::new(),
            longest_runs: HashMap::new(),
            too_slow: HashSet::new(),
        }
    }

    /// Returns true if a task was prefetched and its job is not too slow for this machine.
    pub fn is_ready(&self, task: TaskId) -> bool {
        matches!(self.tasks.get(&task), Some(Readiness::Ready))
            && !self.too_slow.contains(&task.job)
    }

    /// Returns true if the content of a ready task is still in the cache, and its module compiled: both evict the oldest files
    /// when they are full. If not, the task can be prefetched again.
    pub fn is_cached(&mut self, task: TaskId, spec: &TaskSpec) -> bool {
        let is_cached = spec.is_cached(&self.stores, self.runner.as_ref());
        if !is_cached {
            self.tasks.remove(&task);
        }
        is_cached
    }

    /// Returns true if a task may be prefetched now: it is neither ready nor being fetched, no backoff of the task or of its
    /// job applies, and a task that was never tried belongs to no job that is too slow.
    ///
    /// The backoff of the job does not concern a task whose content workers give out (`has_holders`): the job's store may be
    /// dead on purpose.
    pub fn may_prefetch(&self, task: TaskId, has_holders: bool) -> bool {
        let now = Instant::now();
        let is_open = match self.tasks.get(&task) {
            None => !self.too_slow.contains(&task.job),
            Some(Readiness::BackoffUntil(time)) => *time <= now,
            Some(Readiness::Fetching | Readiness::Ready) => false,
        };
        is_open && (has_holders || self.prefetches.ready(&task.job, now))
    }

    /// Returns how many further prefetches would begin at once.
    pub fn idle_prefetchers(&self) -> usize {
        self.prefetch_pool.idle_threads()
    }

    /// Returns `tasks` of a job as a candidate for prefetching.
    pub fn prefetch_candidate(&self, job: JobId, tasks: Vec<u32>) -> PrefetchCandidate {
        let is_fetching = |readiness: &&Readiness| matches!(readiness, Readiness::Fetching);
        let of_job = self.tasks.iter().filter(|(task, _)| task.job == job);
        let of_job = of_job.map(|(_, readiness)| readiness);
        let in_progress = of_job.filter(is_fetching).count();
        self.prefetches.candidate(job, tasks, in_progress)
    }

    /// Keeps the compiled code of these modules, and of no others, until the next call.
    pub fn keep_prepared(&self, modules: &HashSet<[u8; 32]>) {
        self.runner.keep_prepared(modules);
    }

    /// Ends the runs in progress and waits until they have ended, [`STOP_TIME`] at most.
    pub fn stop(&mut self) {
        self.runner.stop();
        let start = Instant::now();
        while !self.running.is_empty() {
            let left = STOP_TIME.saturating_sub(start.elapsed());
            match self.next_finished_run(left) {
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return,
            }
        }
    }

    /// Returns the longest run of a job's tasks so far, or `None` if none has run here.
    pub fn longest_run(&self, job: &JobId) -> Option<Duration> {
        self.longest_runs.get(job).copied()
    }

    /// Returns how long a task has been running for a goal, or `None` if it is not running.
    pub fn running_for(&self, task: TaskId, goal: Goal) -> Option<Duration> {
        self.running.get(&(task, goal)).map(Instant::elapsed)
    }

    /// Returns true if no run is in progress.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// Returns how many further runs would begin at once.
    pub fn idle_runners(&self) -> usize {
        self.run_pool.idle_threads()
    }

    /// Starts to fetch the content of a task and to compile its module.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn prefetch(&mut self, task: TaskId, spec: TaskSpec) -> Result<(), NodeError> {
        self.tasks.insert(task, Readiness::Fetching);
        self.prefetches.record_start(task.job);
        let has_holders = spec.has_holders();
        self.prefetch_pool.submit((task, has_holders), spec)
    }

    /// Records the prefetches that finished since the last call, and returns those that failed.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn finished_prefetches(&mut self) -> Result<Vec<(TaskId, TaskError)>, NodeError> {
        let mut failures = Vec::new();
        while let Some(((task, has_holders), result)) = self.prefetch_pool.poll(Duration::ZERO)? {
            match result.unwrap_or_else(|| Err(TaskError::panicked())) {
                Ok(()) => {
                    self.prefetches.record_success(&task.job);
                    self.tasks.insert(task, Readiness::Ready);
                }
                Err(error) => {
                    self.prefetches.record_failure(task.job, Instant::now());
                    self.back_off(task, retry_after(&error, has_holders));
                    failures.push((task, error));
                }
            }
        }
        Ok(failures)
    }

    /// Starts a run. Does nothing if no thread is idle, if the task is running for the same goal, or if the task is in
    /// backoff. Returns true if the run was started.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn start_run(&mut self, run: Run) -> Result<bool, NodeError> {
        let (task, seat, goal) = (run.seat.task_id(), run.seat, run.goal);
        let in_backoff = match self.tasks.get(&task) {
            Some(Readiness::BackoffUntil(time)) => *time > Instant::now(),
            _ => false,
        };
        let is_running = self.running.contains_key(&(task, goal));
        if in_backoff || self.run_pool.idle_threads() == 0 || is_running {
            return Ok(false);
        }
        self.running.insert((task, goal), Instant::now());
        self.run_pool.submit((seat, goal), run)?;
        Ok(true)
    }

    /// Takes the next run that has ended, waiting up to `timeout` for one.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn next_finished_run(
        &mut self,
        timeout: Duration,
    ) -> Result<Option<FinishedRun>, NodeError> {
        let Some(((seat, goal), run)) = self.run_pool.poll(timeout)? else {
            return Ok(None);
        };
        let task = seat.task_id();
        self.running.remove(&(task, goal));
        let panicked = || (Err(TaskError::panicked()), Duration::ZERO);
        let (found, took) = run.unwrap_or_else(panicked);
        match &found {
            Ok(_) => {
                let longest = self.longest_runs.entry(seat.job).or_default();
                *longest = took.max(*longest);
            }
            Err(error) => {
                if error.is_too_slow() {
                    self.too_slow.insert(seat.job);
                }
                // Its content was here when its seat was claimed, or it is open, and whoever ran it gives it out.
                self.back_off(task, retry_after(error, true));
            }
        }
        Ok(Some(FinishedRun {
            seat,
            goal,
            found,
            took,
        }))
    }

    fn back_off(&mut self, task: TaskId, wait: Duration) {
        let now = Instant::now();
        let until = now.checked_add(wait).unwrap_or(now);
        self.tasks.insert(task, Readiness::BackoffUntil(until));
    }

    /// Forgets the tasks of jobs for which `is_live` returns false.
    pub fn forget_jobs(&mut self, is_live: impl Fn(&JobId) -> bool) {
        self.tasks.retain(|task, _| is_live(&task.job));
        self.prefetches.forget_jobs(&is_live);
        self.longest_runs.retain(|job, _| is_live(job));
        self.too_slow.retain(|job| is_live(job));
    }
}

fn find(run: &Run, stores: &ContentStores, runner: &dyn Runner) -> Result<Found, TaskError> {
    let (spec, deadline) = (&run.spec, run.deadline);
    match run.goal {
        Goal::Result => spec.run(stores, runner, deadline).map(Found::Result),
        Goal::Memory { stop_fuel, .. } => spec
            .memory_hash_at(stores, runner, deadline, stop_fuel)
            .map(Found::Memory),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        posting::Posting,
        test_support::{address, keep, posting, seat, stores},
    };
    use assay_content::Manifest;
    use assay_runner::WasmRunner;
    use std::path::Path;

    const LONG: Duration = Duration::from_secs(10);

    const ENDLESS: &str =
        r#"(module (memory (export "memory") 1) (func (export "_start") (loop $on (br $on))))"#;

    /// Returns a job whose tasks never end, with its content in the cache at `dir`.
    fn endless(dir: &Path) -> Posting {
        let keep = |content: &[u8]| keep(dir, content);
        let mut posting = posting(1);
        let job = &mut posting.job;
        let manifest = Manifest::new(vec![keep(b"input"); 1]).unwrap();
        job.header.module = keep(&wat::parse_str(ENDLESS).unwrap()).bytes();
        job.header.segments[0].manifest = keep(&manifest.encode()).bytes();
        job.header.segments[0].inputs = manifest.root();
        job.header.fuel = u64::MAX.into();
        job.header.memory_bytes = (1 << 20).into();
        posting
    }

    /// Runs an endless task that was expected to take `max_runtime`, and stops it at its deadline, soon after it began.
    /// Returns its error, and whether other tasks of its job may still be prefetched.
    fn stopped(max_runtime: Duration) -> (TaskError, bool) {
        let dir = tempfile::tempdir().unwrap();
        let stores = Arc::new(stores(dir.path(), Vec::new()));
        let posting = endless(dir.path());
        let runner = Arc::new(WasmRunner::new(LONG).unwrap());
        let mut executor = Executor::start(stores, runner, 1, LONG);
        let seat = seat(0, 0);
        let run = Run {
            seat,
            goal: Goal::Result,
            spec: TaskSpec::of(&posting, seat.task, &address(1)).unwrap(),
            deadline: Instant::now() + Duration::from_millis(500),
            max_runtime,
        };
        assert!(executor.start_run(run).unwrap());
        let finished = executor.next_finished_run(LONG).unwrap().unwrap();
        let goes_on = executor.may_prefetch(seat.job.task(seat.task + 1), false);
        (finished.found.unwrap_err(), goes_on)
    }

    #[test]
    fn a_run_ends_at_its_deadline_and_a_job_that_had_its_time_is_skipped() {
        let (error, goes_on) = stopped(Duration::ZERO);
        assert!(error.is_too_slow() && !goes_on, "{error}");
    }

    #[test]
    fn a_run_that_began_late_says_nothing_about_its_job() {
        let (error, goes_on) = stopped(LONG);
        let is_late = matches!(error, TaskError::StartedLate { .. });
        assert!(is_late && goes_on, "{error}");
    }
}
