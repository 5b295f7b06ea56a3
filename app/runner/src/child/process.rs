//! The parent's side: starts a child, gives it one request, reads the answer, kills it.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{poll, PollFd, PollFlags, Timespec};
use rustix::io::ioctl_fionbio;
use rustix::process::Signal;

use super::protect::Protections;
use super::protocol::{
    read_reply, reply_limit, Answer, Garbage, Part, Request, Start, READY_BYTES,
};
use crate::process_group::ProcessGroup;
use crate::RunnerError;

/// Interval between checks whether the node stops.
const STOP_INTERVAL: Duration = Duration::from_millis(50);
/// Bytes read at once.
const CHUNK: usize = 64 << 10;
/// Bytes of its complaints that are kept.
const COMPLAINT_BYTES: usize = 4 << 10;
/// What Rust prints when memory is refused.
const OUT_OF_MEMORY: &str = "memory allocation of";

/// The program that serves as a child, and the arguments that make it one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildProgram {
    /// Path of the program.
    pub path: PathBuf,
    /// Its first arguments. It passes what follows its name to [`serve_child`](super::serve_child).
    pub arguments: Vec<OsString>,
}

/// Until when a child may work, and who may end it before.
#[derive(Clone, Copy)]
pub(super) struct Until<'a> {
    pub(super) time: Option<Instant>,
    pub(super) stop: &'a AtomicBool,
}

/// Why there is no answer.
pub(super) enum NoAnswer {
    /// The time was up.
    TimedOut,
    Failed(RunnerError),
}

impl From<io::Error> for NoAnswer {
    fn from(error: io::Error) -> Self {
        Self::Failed(RunnerError::HostError(error.to_string()))
    }
}

impl ChildProgram {
    /// Starts a child, gives it `request`, and returns its answer. Nothing of the child is left when this returns.
    ///
    /// # Errors
    /// [`NoAnswer`]. In it [`RunnerError::CannotStart`] if the child said nothing, [`RunnerError::ChildOutOfMemory`],
    /// [`RunnerError::ChildOutOfTime`] and [`RunnerError::ChildDied`] if it was ended, [`RunnerError::ChildMisbehaved`] if it
    /// gave no right answer, [`RunnerError::HostError`] if it could not do its work.
    pub(super) fn ask(
        &self,
        start: &Start,
        request: &Request<&[u8]>,
        until: Until<'_>,
    ) -> Result<(Protections, Answer), NoAnswer> {
        let began = Instant::now();
        let mut group = self.spawn().map_err(NoAnswer::Failed)?;
        let (Some(stdin), Some(stdout), Some(stderr)) = group.take_pipes() else {
            return Err(io::Error::from(ErrorKind::BrokenPipe).into());
        };
        let mut talk = Talk {
            stdin: Some(stdin),
            stdout,
            stderr: Some(stderr),
            reply: Vec::new(),
            complaint: Vec::new(),
        };
        let mut parts = vec![Part::Own(start.to_bytes())];
        parts.extend(request.to_parts());
        let talked = talk.run(&parts, reply_limit(request), until);
        let status = group.kill()?;
        match talked? {
            Heard::All => {}
            Heard::TooMuch => {
                return Err(misbehaved("it said more than the job allows"));
            }
        }
        if status.code() != Some(0) {
            let death = Death {
                status,
                reply: &talk.reply,
                complaint: &String::from_utf8_lossy(&talk.complaint),
                took: began.elapsed(),
            };
            return Err(NoAnswer::Failed(death.error(self, start)));
        }
        match read_reply(talk.reply, request) {
            Ok((_, Answer::Failed(reason))) => {
                Err(NoAnswer::Failed(RunnerError::HostError(reason)))
            }
            Ok(answer) => Ok(answer),
            Err(Garbage(reason)) => Err(misbehaved(reason)),
        }
    }

    fn spawn(&self) -> Result<ProcessGroup, RunnerError> {
        let child = Command::new(&self.path)
            .args(&self.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn();
        child
            .map(ProcessGroup::new)
            .map_err(|reason| cannot_start(self, reason))
    }
}

pub(super) fn cannot_start(program: &ChildProgram, reason: io::Error) -> RunnerError {
    RunnerError::CannotStart {
        program: program.path.to_string_lossy().into_owned(),
        reason,
    }
}

fn misbehaved(reason: &'static str) -> NoAnswer {
    NoAnswer::Failed(RunnerError::ChildMisbehaved(reason))
}

/// How much a child has said.
enum Heard {
    All,
    /// More than the limit; it was not read to the end.
    TooMuch,
}

/// The pipes to a child. One thread serves all three, so that none can block another.
struct Talk {
    /// `None` when the request is written.
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    /// `None` when it is closed.
    stderr: Option<ChildStderr>,
    reply: Vec<u8>,
    complaint: Vec<u8>,
}

impl Talk {
    /// Writes the request and reads up to `limit` bytes, until the child closes its stdout.
    fn run(
        &mut self,
        parts: &[Part<'_>],
        limit: usize,
        until: Until<'_>,
    ) -> Result<Heard, NoAnswer> {
        if let Some(stdin) = &self.stdin {
            ioctl_fionbio(stdin, true).map_err(io::Error::from)?;
        }
        ioctl_fionbio(&self.stdout, true).map_err(io::Error::from)?;
        if let Some(stderr) = &self.stderr {
            ioctl_fionbio(stderr, true).map_err(io::Error::from)?;
        }
        let mut left = parts.iter().map(Part::bytes).collect::<Vec<_>>();
        left.reverse();
        let mut chunk = vec![0; CHUNK];
        loop {
            self.wait(until)?;
            self.write(&mut left)?;
            self.listen(&mut chunk);
            loop {
                match self.stdout.read(&mut chunk) {
                    Ok(0) => {
                        // What it complained of before it ended is in the pipe.
                        self.listen(&mut chunk);
                        return Ok(Heard::All);
                    }
                    Ok(count) => self.reply.extend_from_slice(&chunk[..count]),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(error.into()),
                }
                if self.reply.len() > limit {
                    return Ok(Heard::TooMuch);
                }
            }
        }
    }

    /// Waits until a pipe can be served.
    fn wait(&self, until: Until<'_>) -> Result<(), NoAnswer> {
        if until.stop.load(Ordering::Relaxed) {
            return Err(NoAnswer::Failed(RunnerError::Stopped));
        }
        let left = until
            .time
            .map(|time| time.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(NoAnswer::TimedOut);
        }
        let wait = left.map_or(STOP_INTERVAL, |left| left.min(STOP_INTERVAL));
        let wait = Timespec::try_from(wait).unwrap_or_default();
        let mut pipes = vec![PollFd::new(&self.stdout, PollFlags::IN)];
        if let Some(stdin) = &self.stdin {
            pipes.push(PollFd::new(stdin, PollFlags::OUT));
        }
        if let Some(stderr) = &self.stderr {
            pipes.push(PollFd::new(stderr, PollFlags::IN));
        }
        match poll(&mut pipes, Some(&wait)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(io::Error::from(error).into()),
        }
    }

    /// Writes as much of `left`, whose first part comes last, as the pipe takes.
    fn write(&mut self, left: &mut Vec<&[u8]>) -> Result<(), NoAnswer> {
        let Some(stdin) = &mut self.stdin else {
            return Ok(());
        };
        while let Some(part) = left.last_mut() {
            if part.is_empty() {
                left.pop();
                continue;
            }
            match stdin.write(part) {
                Ok(count) => *part = part.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // It ended, or it knows its answer already. What it says tells which.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
                Err(error) => return Err(error.into()),
            }
        }
        self.stdin = None;
        Ok(())
    }

    /// Reads what the child complains about, and keeps the first part of it.
    fn listen(&mut self, chunk: &mut [u8]) {
        let Some(stderr) = &mut self.stderr else {
            return;
        };
        match stderr.read(chunk) {
            Ok(0) => self.stderr = None,
            Ok(count) => {
                let room = COMPLAINT_BYTES.saturating_sub(self.complaint.len());
                self.complaint.extend_from_slice(&chunk[..count.min(room)]);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => self.stderr = None,
        }
    }
}

/// A child that did not end as it should.
struct Death<'a> {
    status: ExitStatus,
    reply: &'a [u8],
    complaint: &'a str,
    took: Duration,
}

impl Death<'_> {
    /// Returns what the death means.
    fn error(&self, program: &ChildProgram, start: &Start) -> RunnerError {
        if self.reply.len() < READY_BYTES {
            let reason = match self.complaint.trim() {
                "" => format!("it ended before it was ready: {}", self.status),
                complaint => complaint.to_owned(),
            };
            return cannot_start(program, io::Error::other(reason));
        }
        if self.complaint.contains(OUT_OF_MEMORY) {
            return RunnerError::ChildOutOfMemory {
                limit_bytes: start.data_bytes,
            };
        }
        let signal = self.signal();
        // The kernel sends the second one to a process that ignores the first, as the first process of a namespace does.
        let had_its_time = self.took >= Duration::from_secs(start.cpu_seconds);
        let is_time = signal == Some(Signal::XCPU.as_raw())
            || (signal == Some(Signal::KILL.as_raw()) && had_its_time);
        if is_time {
            return RunnerError::ChildOutOfTime {
                limit: Duration::from_secs(start.cpu_seconds),
            };
        }
        let how = match signal {
            Some(signal) => format!("signal {signal}"),
            None => format!("exit code {}", self.status.code().unwrap_or_default()),
        };
        let complaint = self.complaint.lines().next().unwrap_or_default();
        RunnerError::ChildDied(match complaint {
            "" => how,
            complaint => format!("{how}, {complaint}"),
        })
    }

    /// Returns the number of the signal that ended the child, or its own child.
    fn signal(&self) -> Option<i32> {
        let of_its_child = self.status.code().and_then(|code| code.checked_sub(128));
        self.status
            .signal()
            .or(of_its_child.filter(|signal| *signal > 0))
    }
}
