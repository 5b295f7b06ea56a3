//! Runs an external command in place of Wasmtime, for native and GPU jobs.

mod pipes;

use std::collections::BTreeSet;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{self, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::child::{ChildProgram, Guard};
use crate::process_group::ProcessGroup;
use crate::{ExitStatus, RunOutput, RunRequest, Runner, RunnerError, LOG_BYTES};
use pipes::{read_output, write_stdin, CapturedOutput};

/// Placeholder in a command's arguments for the path of the module.
const MODULE_ARGUMENT: &str = "{module}";
/// Interval between checks of a running command.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Exit codes that always say that this machine failed: `EX_TEMPFAIL` of sysexits.h, and those by which shells and container
/// tools say that they could not start the program.
pub const MACHINE_FAILED: [u8; 4] = [75, 125, 126, 127];

/// The exit codes of a command that are results. Every other one says that this machine failed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Results {
    /// These.
    Listed(BTreeSet<u8>),
    /// All but [`MACHINE_FAILED`].
    Any,
}

/// Runs a command of the operator's choice: the input on stdin, the output on stdout, the exit status as the exit code.
///
/// Only the exit code 0 is a result, and those that [`also_taking`](Self::also_taking) names. An interpreter that does not find its
/// script, a missing library and a GPU without memory end with a code, too: as a result they would cost the bond.
///
/// The command gets no environment but `PATH`, an empty working directory that is removed afterwards, and a process group
/// that is killed afterwards. This is no sandbox: the command can do what the node can do. Whether its output is the same
/// on every machine is the command's business. `fuel` and `memory_bytes` are not enforced. No fuel is measured and no
/// memory is hashed, so nothing but the output shows that the command ran.
#[derive(Debug, Clone)]
pub struct CommandRunner {
    argv: Vec<String>,
    wall_limit: Duration,
    guard: Option<ChildProgram>,
    results: Results,
    /// Shared by all copies.
    stop: Arc<AtomicBool>,
}

impl CommandRunner {
    /// Creates a runner of `argv`, in which `{module}` becomes the path of the module's file. A command that takes longer
    /// than `wall_limit` is killed ([`RunnerError::LocalLimitExceeded`]).
    ///
    /// # Errors
    /// [`RunnerError::EmptyCommand`].
    pub fn new(argv: Vec<String>, wall_limit: Duration) -> Result<Self, RunnerError> {
        match argv.first() {
            Some(program) if !program.is_empty() => Ok(Self {
                argv,
                wall_limit,
                guard: None,
                results: Results::Listed(BTreeSet::from([0])),
                stop: Arc::default(),
            }),
            _ => Err(RunnerError::EmptyCommand),
        }
    }

    /// Returns the runner with a guard: a process of this program, which kills the command's group when this process ends,
    /// however that ends.
    #[must_use]
    pub fn guarded_by(self, program: ChildProgram) -> Self {
        Self {
            guard: Some(program),
            ..self
        }
    }

    /// Returns the runner that takes these exit codes for results, too.
    ///
    /// # Errors
    /// [`RunnerError::NeverAResult`] for one of [`MACHINE_FAILED`].
    pub fn also_taking(self, codes: &[u8]) -> Result<Self, RunnerError> {
        if let Some(code) = codes.iter().find(|code| MACHINE_FAILED.contains(code)) {
            return Err(RunnerError::NeverAResult { code: *code });
        }
        let mut taken = BTreeSet::from([0]);
        taken.extend(codes);
        Ok(Self {
            results: Results::Listed(taken),
            ..self
        })
    }

    /// Returns the runner that takes every exit code for a result but [`MACHINE_FAILED`]: for a command whose exit code is its
    /// answer.
    #[must_use]
    pub fn taking_any(self) -> Self {
        Self {
            results: Results::Any,
            ..self
        }
    }

    /// Returns the exit code of a command if it is a result.
    fn result_code(&self, code: i32, log: &[u8]) -> Result<u8, RunnerError> {
        let is_result = |code: u8| match &self.results {
            Results::Listed(codes) => codes.contains(&code),
            Results::Any => !MACHINE_FAILED.contains(&code),
        };
        let code = u8::try_from(code).unwrap_or(u8::MAX);
        if is_result(code) {
            return Ok(code);
        }
        Err(RunnerError::CommandFailed {
            program: self.argv[0].clone(),
            code,
            said: last_line(log),
        })
    }

    fn start(&self, module: &[u8], directory: &Path) -> Result<ProcessGroup, RunnerError> {
        let path = directory.join("module");
        std::fs::write(&path, module).map_err(host_error)?;
        let work_dir = directory.join("work");
        std::fs::create_dir(&work_dir).map_err(host_error)?;
        let path = path.to_string_lossy();
        let mut command = Command::new(&self.argv[0]);
        command
            .args(
                self.argv[1..]
                    .iter()
                    .map(|argument| argument.replace(MODULE_ARGUMENT, &path)),
            )
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .current_dir(work_dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        match command.spawn() {
            Ok(child) => Ok(ProcessGroup::new(child)),
            Err(reason) => Err(RunnerError::CannotStart {
                program: self.argv[0].clone(),
                reason,
            }),
        }
    }

    /// Waits until the command exits, prints too much, reaches `timeout` after `started` or the runner is stopped, and kills
    /// its group. Returns
    /// the output, too, if it was complete before the command exited.
    fn wait(
        &self,
        mut group: ProcessGroup,
        stdout: &Receiver<CapturedOutput>,
        started: Instant,
        timeout: Duration,
    ) -> Result<(process::ExitStatus, Option<CapturedOutput>), RunnerError> {
        let mut complete = None;
        while !group.has_exited().map_err(host_error)? {
            if self.stop.load(Ordering::Relaxed) {
                return Err(RunnerError::Stopped);
            }
            if started.elapsed() >= timeout {
                return Err(RunnerError::timed_out(timeout, self.wall_limit));
            }
            match stdout.recv_timeout(POLL_INTERVAL) {
                Ok(output) => {
                    let overflowed = output.overflowed;
                    complete = Some(output);
                    if overflowed {
                        break;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => thread::sleep(POLL_INTERVAL),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        Ok((group.kill().map_err(host_error)?, complete))
    }
}

impl Runner for CommandRunner {
    fn run(&self, request: &RunRequest<'_>) -> Result<RunOutput, RunnerError> {
        let (started, timeout) = (Instant::now(), request.timeout(self.wall_limit));
        let directory = tempfile::tempdir().map_err(host_error)?;
        let mut group = self.start(request.module, directory.path())?;
        // Dropped after the group, which is dead then.
        let _guard = match &self.guard {
            Some(program) => Some(Guard::start(program, group.id())?),
            None => None,
        };
        let (stdin, stdout, stderr) = group.take_pipes();
        write_stdin(stdin, request.input.to_vec()).map_err(host_error)?;
        let stdout = read_output(stdout, request.limits.output_bytes).map_err(host_error)?;
        let stderr = read_output(stderr, LOG_BYTES as u64).map_err(host_error)?;
        let (status, complete) = self.wait(group, &stdout, started, timeout)?;
        // The group is dead and its ends of the pipes are closed, but a process that left the group may hold one open.
        let receive = |pipe: &Receiver<CapturedOutput>| {
            let left = timeout.saturating_sub(started.elapsed()).max(POLL_INTERVAL);
            pipe.recv_timeout(left)
                .map_err(|_| RunnerError::timed_out(timeout, self.wall_limit))
        };
        let output = complete.map_or_else(|| receive(&stdout), Ok)?;
        let log = receive(&stderr)?.bytes;
        let (exit, output) = match status.code() {
            _ if output.overflowed => (ExitStatus::OutputLimit, Vec::new()),
            Some(code) => (
                ExitStatus::Code(self.result_code(code, &log)?),
                output.bytes,
            ),
            None => {
                let signal = status.signal().unwrap_or_default();
                return Err(RunnerError::Killed {
                    program: self.argv[0].clone(),
                    signal,
                });
            }
        };
        Ok(RunOutput {
            exit,
            output,
            fuel_used: 0,
            memory_hash: [0; 32],
            log,
        })
    }

    fn memory_hash_at(
        &self,
        _request: &RunRequest<'_>,
        _stop_fuel: u64,
    ) -> Result<[u8; 32], RunnerError> {
        Err(RunnerError::NotMetered)
    }

    fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Returns the last line of a log that is not blank, at most 200 characters of it.
fn last_line(log: &[u8]) -> String {
    const MOST: usize = 200;
    let log = String::from_utf8_lossy(log);
    let line = log.lines().map(str::trim).rfind(|line| !line.is_empty());
    line.unwrap_or_default().chars().take(MOST).collect()
}

fn host_error(error: io::Error) -> RunnerError {
    RunnerError::HostError(error.to_string())
}
