//! Whether a result is right: the attester runs the task again, or asks a command. One run or check at a time.

use super::{config::Verification, AttesterConfig, Refused};
use crate::{
    attested::{AttestRequest, RefusalCode},
    calibrate::measure_fuel_rate,
    content_stores::ContentStores,
    error::NodeError,
    policy::{is_runtime_known, max_runtime},
    posting::Posting,
    seat_id::TaskId,
    task_spec::{TaskContent, TaskError, TaskSpec},
};
use assay_content::ContentHash;
use assay_market::bytes::ResultRecord;
use assay_runner::{
    ChildProgram, CommandRunner, ExitStatus, Limits, RunOutput, RunRequest, Runner, RunnerError,
};
use std::{
    collections::{HashMap, VecDeque},
    fs,
    path::Path,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Mutex, MutexGuard, PoisonError,
    },
    time::{Duration, Instant},
};

/// Results that are remembered, so that a task is run again only once for all who ask.
const MAX_FOUND: usize = 10_000;
/// Bytes that a command may print. It answers by its exit code.
const MAX_PRINTED: u64 = 1 << 20;
/// How soon a client may ask again when too many runs wait.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// How results are verified.
enum Method {
    Rerun {
        runner: Box<dyn Runner>,
        fuel_per_second: u64,
    },
    Command(Vec<String>),
}

/// Verifies results, one at a time.
pub struct Verifier {
    method: Method,
    stores: ContentStores,
    modules: Vec<ContentHash>,
    child: ChildProgram,
    wall_limit: Duration,
    max_memory_bytes: u64,
    max_output_bytes: u64,
    queue: RunQueue,
    found: Mutex<FoundDigests>,
}

impl Verifier {
    /// Prepares the runner, which is started only if the configuration names no command, and measures this machine if the
    /// configuration does not say how fast it is.
    ///
    /// # Errors
    /// [`NodeError::Runner`].
    pub fn start(
        config: &AttesterConfig,
        start_runner: impl FnOnce() -> Result<Box<dyn Runner>, NodeError>,
        stores: ContentStores,
    ) -> Result<Self, NodeError> {
        let method = match &config.verification {
            Verification::Command(argv) => {
                // An empty command is found now, not at the first request.
                CommandRunner::new(argv.clone(), config.wall_limit)?;
                Method::Command(argv.clone())
            }
            Verification::Rerun => {
                let runner = start_runner()?;
                let fuel_per_second = match config.fuel_per_second {
                    Some(rate) => rate,
                    None => measure_fuel_rate(runner.as_ref())?,
                };
                Method::Rerun {
                    runner,
                    fuel_per_second,
                }
            }
        };
        Ok(Self {
            method,
            stores,
            modules: config.modules.clone(),
            child: config.child.clone(),
            wall_limit: config.wall_limit,
            max_memory_bytes: config.max_memory_bytes,
            max_output_bytes: config.max_output_bytes,
            queue: RunQueue::new(config.max_waiting),
            found: Mutex::default(),
        })
    }

    /// Returns the fuel per second that a task is expected to burn here; `None` if a command checks.
    pub fn fuel_per_second(&self) -> Option<u64> {
        match &self.method {
            Method::Rerun {
                fuel_per_second, ..
            } => Some(*fuel_per_second),
            Method::Command(_) => None,
        }
    }

    /// Returns whether a digest that was found right is right for every energy: a run again measures none, but a command may
    /// look at it.
    pub fn ignores_energy(&self) -> bool {
        matches!(self.method, Method::Rerun { .. })
    }

    /// Checks that the attester takes a job like this one, and a request like this one, at all. Runs nothing.
    ///
    /// # Errors
    /// `BeyondLimits`, `EnergyNotMeasured`, `OutputNeeded`, `BadRequest`.
    pub fn admit(&self, posting: &Posting, request: &AttestRequest) -> Result<(), Refused> {
        let header = &posting.job.header;
        let beyond = |what| Err(Refused::new(RefusalCode::BeyondLimits, what));
        if !self.modules.is_empty() && !self.modules.contains(&header.module.into()) {
            return beyond("this attester does not take the job's module");
        }
        if header.output_bytes.get() > self.max_output_bytes {
            return beyond("the job allows a larger output than this attester takes");
        }
        match &self.method {
            Method::Rerun {
                fuel_per_second, ..
            } => {
                if request.energy_mj != 0 {
                    let reason = "this attester runs tasks again and cannot tell how much energy your run took: say 0";
                    return Err(Refused::new(RefusalCode::EnergyNotMeasured, reason));
                }
                if !is_runtime_known(&header.runtime_id) {
                    return beyond("this attester does not have the job's runtime");
                }
                if header.memory_bytes.get() > self.max_memory_bytes {
                    return beyond("the job allows more memory than this attester has");
                }
                let (fuel, rate) = (header.fuel.get(), Some(*fuel_per_second));
                match max_runtime(fuel, rate, None, self.wall_limit) {
                    Some(_) => Ok(()),
                    None => beyond("the job allows more fuel than this attester burns in time"),
                }
            }
            Method::Command(_) => match &request.output {
                None => Err(Refused::new(
                    RefusalCode::OutputNeeded,
                    "this attester checks by a command, so send the output, too",
                )),
                Some(output) if ContentHash::of(output).bytes() != request.record.output => {
                    let reason = "the output is not that of the record";
                    Err(Refused::new(RefusalCode::BadRequest, reason))
                }
                Some(_) => Ok(()),
            },
        }
    }

    /// Verifies a result that [`Self::admit`] let through. Waits until it is its turn. Returns how long the run or the check
    /// took; zero if the attester had run the task before, or if there is nothing to run.
    ///
    /// If the job names no input for the task, its only result follows from the job alone. The attester signs that one and no
    /// other, also if a command checks: there is no input to show to the command.
    ///
    /// # Errors
    /// `WrongResult`, `CheckRefused`; `EnergyNotMeasured` for energy of a task without input; `Busy` if too many wait;
    /// `Unavailable`, `BeyondLimits`, `Failed` if there is no answer.
    pub fn verify(
        &self,
        task: TaskId,
        posting: &Posting,
        request: &AttestRequest,
    ) -> Result<Duration, Refused> {
        let Some(place) = self.queue.enter() else {
            let busy = Refused::new(RefusalCode::Busy, "too many runs wait: ask again later");
            return Err(busy.retry_after(BUSY_WAIT));
        };
        let spec = TaskSpec::of(posting, task.task, &request.worker);
        let unknown = || Refused::new(RefusalCode::UnknownTask, "the job has no such task");
        let spec = spec.ok_or_else(unknown)?;
        // Before the turn: a store that sends one byte a second then delays nobody else.
        let (module, input) = match spec.fetch(&self.stores)? {
            TaskContent::Run { module, input } => (module, input),
            TaskContent::NoInput(_) => return verify_without_input(&spec, request),
        };
        let _turn = place.wait_for_turn();
        let start = Instant::now();
        let deadline = start.checked_add(self.wall_limit).unwrap_or(start);
        match &self.method {
            Method::Rerun { runner, .. } => {
                let known = lock(&self.found).get(&task);
                let digest = match known {
                    Some(digest) => digest,
                    None => {
                        let run = spec.run(&self.stores, runner.as_ref(), deadline)?;
                        let digest = record_of(&run).digest();
                        lock(&self.found).insert(task, digest);
                        digest
                    }
                };
                compare(&digest, request)?;
                Ok(known.map_or_else(|| start.elapsed(), |_| Duration::ZERO))
            }
            Method::Command(argv) => {
                let run = self.check(argv, &module, &input, request, deadline)?;
                match run.exit {
                    ExitStatus::Code(0) => Ok(start.elapsed()),
                    _ => Err(Refused::new(
                        RefusalCode::CheckRefused,
                        "the check of this attester says no",
                    )),
                }
            }
        }
    }

    /// Runs the command that checks results.
    fn check(
        &self,
        argv: &[String],
        module: &[u8],
        input: &[u8],
        request: &AttestRequest,
        deadline: Instant,
    ) -> Result<RunOutput, Refused> {
        let host_error = |error: std::io::Error| RunnerError::HostError(error.to_string());
        let dir = tempfile::tempdir().map_err(host_error)?;
        let (input_file, output_file) = (dir.path().join("input"), dir.path().join("output"));
        fs::write(&input_file, input).map_err(host_error)?;
        let output = request.output.as_deref().unwrap_or_default();
        fs::write(&output_file, output).map_err(host_error)?;
        let path = |file: &Path| file.to_string_lossy().into_owned();
        let record = &request.record;
        let places = [
            ("{input}", path(&input_file)),
            ("{output}", path(&output_file)),
            ("{exit_code}", record.exit_code.to_string()),
            ("{fuel}", record.fuel_used.to_string()),
            ("{energy_mj}", request.energy_mj.to_string()),
        ];
        let fill = |argument: &String| {
            let places = places.iter();
            places.fold(argument.clone(), |text, (place, value)| {
                text.replace(place, value)
            })
        };
        let argv = argv.iter().map(fill).collect();
        let runner = CommandRunner::new(argv, self.wall_limit)?
            .taking_any()
            .guarded_by(self.child.clone());
        let limits = Limits {
            fuel: u64::MAX,
            memory_bytes: u64::MAX,
            output_bytes: MAX_PRINTED,
        };
        let request = RunRequest {
            module,
            input,
            limits,
            memory_key: [0; 32],
            deadline: Some(deadline),
        };
        Ok(runner.run(&request)?)
    }
}

/// Verifies a result of a task for which the job names no input. Nothing is run.
fn verify_without_input(spec: &TaskSpec, request: &AttestRequest) -> Result<Duration, Refused> {
    if request.energy_mj != 0 {
        let reason =
            "the job names no input for the task, so nothing is run and no energy used: say 0";
        return Err(Refused::new(RefusalCode::EnergyNotMeasured, reason));
    }
    compare(&record_of(&spec.result_without_input()).digest(), request)?;
    Ok(Duration::ZERO)
}

/// Checks that the record of a request has the right digest.
fn compare(digest: &[u8; 32], request: &AttestRequest) -> Result<(), Refused> {
    if *digest != request.record.digest() {
        // The right digest is not told: whoever does not know it has not run the task.
        let reason = "this attester got another result";
        return Err(Refused::new(RefusalCode::WrongResult, reason));
    }
    Ok(())
}

/// Returns the record of a run, whose hash is the digest.
pub(super) fn record_of(run: &RunOutput) -> ResultRecord {
    ResultRecord {
        exit_code: run.exit.code(),
        fuel_used: run.fuel_used,
        output: ContentHash::of(&run.output).bytes(),
        memory: run.memory_hash,
    }
}

impl From<RunnerError> for Refused {
    fn from(error: RunnerError) -> Self {
        TaskError::from(error).into()
    }
}

impl From<TaskError> for Refused {
    fn from(error: TaskError) -> Self {
        let reason = error.to_string();
        let code = match &error {
            TaskError::Fetch(_) => RefusalCode::Unavailable,
            TaskError::Runner(_) if error.is_too_slow() => RefusalCode::BeyondLimits,
            TaskError::Runner(_) | TaskError::StartedLate { .. } => RefusalCode::Failed,
        };
        Self::new(code, reason)
    }
}

/// Lets one thread run at a time, and only so many wait.
struct RunQueue {
    running: Mutex<()>,
    /// Threads that fetch content, wait or run.
    inside: AtomicUsize,
    max_waiting: usize,
}

/// The place of a thread in the queue, which it leaves when this is dropped.
struct Place<'a>(&'a RunQueue);

impl RunQueue {
    fn new(max_waiting: usize) -> Self {
        Self {
            running: Mutex::new(()),
            inside: AtomicUsize::new(0),
            max_waiting,
        }
    }

    /// Enters the queue. Returns `None` if too many wait.
    fn enter(&self) -> Option<Place<'_>> {
        let others = self.inside.fetch_add(1, Ordering::SeqCst);
        let place = Place(self);
        (others <= self.max_waiting).then_some(place)
    }
}

impl Place<'_> {
    /// Waits until nobody else runs. The turn ends when the guard is dropped.
    fn wait_for_turn(&self) -> MutexGuard<'_, ()> {
        lock(&self.0.running)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The digests that runs found lately.
#[derive(Default)]
struct FoundDigests {
    digests: HashMap<TaskId, [u8; 32]>,
    /// The same tasks, the oldest first.
    order: VecDeque<TaskId>,
}

impl FoundDigests {
    fn get(&self, task: &TaskId) -> Option<[u8; 32]> {
        self.digests.get(task).copied()
    }

    fn insert(&mut self, task: TaskId, digest: [u8; 32]) {
        if self.digests.insert(task, digest).is_none() {
            self.order.push_back(task);
        }
        if self.order.len() > MAX_FOUND {
            if let Some(oldest) = self.order.pop_front() {
                self.digests.remove(&oldest);
            }
        }
    }
}

/// Locks a mutex whose content is whole after every panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::task;
    use std::{sync::Arc, thread};

    #[test]
    fn one_runs_at_a_time_and_only_so_many_wait() {
        let queue = Arc::new(RunQueue::new(1));
        let first = queue.enter().unwrap();
        let turn = first.wait_for_turn();
        let waiting = queue.clone();
        let second = thread::spawn(move || {
            let place = waiting.enter().unwrap();
            drop(place.wait_for_turn());
        });
        while queue.inside.load(Ordering::SeqCst) < 2 {
            thread::yield_now();
        }
        assert!(queue.enter().is_none(), "one runs and one waits");
        assert!(!second.is_finished());
        drop(turn);
        drop(first);
        second.join().unwrap();
        assert_eq!(queue.inside.load(Ordering::SeqCst), 0);
        assert!(queue.enter().is_some());
    }

    #[test]
    fn the_oldest_digests_are_forgotten() {
        let mut found = FoundDigests::default();
        for number in 0..=MAX_FOUND as u32 {
            found.insert(task(number), [1; 32]);
        }
        found.insert(task(1), [1; 32]);
        assert_eq!(found.get(&task(0)), None);
        assert_eq!(found.get(&task(1)), Some([1; 32]));
        assert_eq!(found.digests.len(), MAX_FOUND);
    }
}
