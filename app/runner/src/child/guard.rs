//! A process that ends what another has started and left behind.
//!
//! The kernel's own way, a signal at the parent's end, reaches one process. An external command may have started others.

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};

use rustix::process::{kill_process_group, Pid, Signal};

use super::process::cannot_start;
use super::ChildProgram;
use crate::RunnerError;

/// Last argument of a guard, followed by the number of a process group.
pub(super) const GUARD: &str = "--guard=";

/// A running guard. Dropping it ends it: its process group is dead then, or no longer its business.
pub(crate) struct Guard(Child);

impl Guard {
    /// Starts a process of `program` that kills the process group `group` as soon as this process has ended.
    ///
    /// # Errors
    /// [`RunnerError::CannotStart`].
    pub(crate) fn start(program: &ChildProgram, group: u32) -> Result<Self, RunnerError> {
        use std::os::unix::process::CommandExt;
        let guard = Command::new(&program.path)
            .args(&program.arguments)
            .arg(format!("{GUARD}{group}"))
            .env_clear()
            .current_dir("/")
            // The kernel closes it when this process ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C in a terminal reaches the node's group, not this one.
            .process_group(0)
            .spawn();
        guard
            .map(Self)
            .map_err(|reason| cannot_start(program, reason))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits for the end of whoever holds the other end of stdin, and kills the process group of this number.
pub(super) fn guard(group: &str) -> io::Result<()> {
    // Whoever watches may write nothing: the end of the pipe is the message.
    io::stdin().lock().read_to_end(&mut Vec::new())?;
    let group = group.parse::<i32>().ok().and_then(Pid::from_raw);
    let group = group.ok_or(io::ErrorKind::InvalidInput)?;
    // Fails if no process is left.
    let _ = kill_process_group(group, Signal::KILL);
    Ok(())
}
