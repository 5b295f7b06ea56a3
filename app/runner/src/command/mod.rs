//! Runs an external command in place of Wasmtime, for native and GPU jobs.

mod pipes;
mod process_group;

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Exit, Outcome, Runner, RunnerError, Work, LOG_BYTES};
use pipes::{drain, feed, Stream};
use process_group::Group;

/// Stands for the path of the module in a command's arguments.
const MODULE_ARGUMENT: &str = "{module}";
/// How often a running command is looked at.
const POLL: Duration = Duration::from_millis(5);

/// Runs a command of the operator's choice: the input on stdin, the output on stdout, the exit status as the exit code.
///
/// It gets no environment but `PATH`, an empty working directory that is removed afterwards, and a process group that is
/// killed afterwards. That is order, not a sandbox: the command can do what the node can do. Whether its output is the
/// same everywhere is the command's business; `fuel` and `memory_bytes` are not enforced, and no fuel is measured.
#[derive(Debug, Clone)]
pub struct CommandRunner {
    argv: Vec<String>,
    wall_limit: Duration,
}

impl CommandRunner {
    /// A runner of `argv`, where `{module}` in an argument becomes the path of the module's file. A command that takes
    /// longer than `wall_limit` is killed ([`RunnerError::TooSlow`]).
    ///
    /// # Errors
    /// [`RunnerError::EmptyCommand`].
    pub fn new(argv: Vec<String>, wall_limit: Duration) -> Result<Self, RunnerError> {
        match argv.first() {
            Some(program) if !program.is_empty() => Ok(Self { argv, wall_limit }),
            _ => Err(RunnerError::EmptyCommand),
        }
    }

    fn start(&self, module: &[u8], directory: &Path) -> Result<Group, RunnerError> {
        let path = directory.join("module");
        std::fs::write(&path, module).map_err(host)?;
        let work_dir = directory.join("work");
        std::fs::create_dir(&work_dir).map_err(host)?;
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
            Ok(child) => Ok(Group::new(child)),
            Err(reason) => Err(RunnerError::CannotStart {
                program: self.argv[0].clone(),
                reason,
            }),
        }
    }

    /// Waits until the command has exited, printed too much or taken too long, and ends its group. The output is
    /// returned too if it was over by then.
    fn wait(
        &self,
        mut group: Group,
        output: &Receiver<Stream>,
        started: Instant,
        patience: Duration,
    ) -> Result<(ExitStatus, Option<Stream>), RunnerError> {
        let mut closed = None;
        while !group.has_exited().map_err(host)? {
            if started.elapsed() >= patience {
                return Err(RunnerError::stopped(patience, self.wall_limit));
            }
            match output.recv_timeout(POLL) {
                Ok(stream) if stream.overflowed => {
                    closed = Some(stream);
                    break;
                }
                Ok(stream) => closed = Some(stream),
                Err(RecvTimeoutError::Disconnected) => thread::sleep(POLL),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        Ok((group.end().map_err(host)?, closed))
    }
}

impl Runner for CommandRunner {
    fn run(&self, work: &Work<'_>) -> Result<Outcome, RunnerError> {
        let (started, patience) = (Instant::now(), work.patience(self.wall_limit));
        let directory = tempfile::tempdir().map_err(host)?;
        let mut group = self.start(work.module, directory.path())?;
        let (stdin, stdout, stderr) = group.streams();
        feed(stdin, work.input.to_vec()).map_err(host)?;
        let output = drain(stdout, work.limits.output_bytes).map_err(host)?;
        let log = drain(stderr, LOG_BYTES as u64).map_err(host)?;
        let (status, closed) = self.wait(group, &output, started, patience)?;
        // The group is dead, so its ends of the pipes are closed; a process that left the group may hold one open.
        let rest = |stream: &Receiver<Stream>| {
            let left = patience.saturating_sub(started.elapsed()).max(POLL);
            let late = |_| RunnerError::stopped(patience, self.wall_limit);
            stream.recv_timeout(left).map_err(late)
        };
        let output = closed.map_or_else(|| rest(&output), Ok)?;
        let log = rest(&log)?.kept;
        let (exit, output) = match status.code() {
            _ if output.overflowed => (Exit::OutputLimit, Vec::new()),
            Some(code) => (
                Exit::Code(u8::try_from(code).unwrap_or(u8::MAX)),
                output.kept,
            ),
            None => {
                let signal = status.signal().unwrap_or_default();
                return Err(RunnerError::Killed {
                    program: self.argv[0].clone(),
                    signal,
                });
            }
        };
        Ok(Outcome {
            exit,
            output,
            fuel_used: 0,
            log,
        })
    }
}

fn host(error: io::Error) -> RunnerError {
    RunnerError::Host(error.to_string())
}
