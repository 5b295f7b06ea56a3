//! Child processes that never outlive their owner, with a log file and the JSON lines that they print.

use super::WAIT_TIMEOUT;
use anyhow::{bail, Context, Result};
use serde_json::Value;
use std::{
    cell::RefCell,
    collections::VecDeque,
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::mpsc::{channel, Receiver},
    time::Instant,
};

/// Lines at the end of a log that are shown after a failure.
const SHOWN_LINES: usize = 20;

/// A child that is killed when dropped.
pub(super) struct KillOnDrop(pub Child);

impl KillOnDrop {
    /// Sends SIGKILL, so that no handler of the child runs, and waits for the end.
    fn kill(&mut self) {
        // Both fail only if the child has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A process that runs until it is dropped.
pub struct Process {
    name: String,
    child: RefCell<KillOnDrop>,
    log: PathBuf,
    /// JSON lines as the process prints them.
    incoming: Receiver<Value>,
    /// JSON lines that came while another one was waited for.
    unclaimed: VecDeque<Value>,
}

impl Process {
    /// Starts the command with nothing on stdin. Everything that it prints is appended to `<name>.log` in `directory`.
    ///
    /// # Errors
    /// If the log cannot be written or the command cannot be started.
    pub fn start(name: &str, command: &mut Command, directory: &Path) -> Result<Self> {
        let log = directory.join(format!("{name}.log"));
        let file = File::options().append(true).create(true).open(&log);
        let file = file.with_context(|| format!("cannot write {}", log.display()))?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file.try_clone()?);
        let child = command.spawn();
        let mut child = child.with_context(|| format!("cannot start {name}: {command:?}"))?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        Ok(Self {
            name: name.to_owned(),
            child: RefCell::new(KillOnDrop(child)),
            log,
            incoming: json_lines(stdout, file),
            unclaimed: VecDeque::new(),
        })
    }

    /// Returns the next JSON line that `wanted` accepts, or one that came earlier and nobody took.
    ///
    /// # Errors
    /// If none comes in time or the process ends first.
    pub fn try_wait_for(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        let position = self.unclaimed.iter().position(&wanted);
        if let Some(line) = position.and_then(|at| self.unclaimed.remove(at)) {
            return Ok(line);
        }
        let started = Instant::now();
        loop {
            let left = WAIT_TIMEOUT.saturating_sub(started.elapsed());
            match self.incoming.recv_timeout(left) {
                Ok(line) if wanted(&line) => return Ok(line),
                Ok(line) => self.unclaimed.push_back(line),
                Err(_) => bail!("no {what} came; {}", self.describe()),
            }
        }
    }

    /// Returns every JSON line that nobody took.
    pub fn unclaimed(&mut self) -> Vec<Value> {
        self.unclaimed.extend(self.incoming.try_iter());
        self.unclaimed.iter().cloned().collect()
    }

    /// # Errors
    /// If the process has ended.
    pub fn check_running(&self) -> Result<()> {
        match self.ended()? {
            None => Ok(()),
            Some(status) => bail!("{} has ended ({status})", self.name),
        }
    }

    /// Returns the name of the process, whether it runs, and the last lines of its log.
    pub fn describe(&self) -> String {
        let state = match self.ended() {
            Ok(None) => "runs".to_owned(),
            Ok(Some(status)) => format!("has ended ({status})"),
            Err(error) => format!("is in an unknown state ({error})"),
        };
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        let shown = lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n    ");
        format!("{} {state}; its log ends:\n    {shown}", self.name)
    }

    /// Ends the process as a power cut would.
    pub fn kill(self) {
        self.child.borrow_mut().kill();
    }

    fn ended(&self) -> Result<Option<ExitStatus>> {
        let status = self.child.borrow_mut().0.try_wait();
        status.with_context(|| format!("cannot ask whether {} runs", self.name))
    }
}

/// Copies the lines of `stdout` to `log` and returns those that are JSON, until the stream ends.
fn json_lines(stdout: ChildStdout, mut log: File) -> Receiver<Value> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // A log that cannot be written must not stop the process; neither must an owner that no longer listens.
            let _ = writeln!(log, "{line}");
            if let Ok(line) = serde_json::from_str(&line) {
                let _ = send.send(line);
            }
        }
    });
    receive
}
