//! A program that was started, and its descendants.

use std::io;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, ExitStatus};

use rustix::process::{kill_process_group, waitid, Pid, Signal, WaitId, WaitIdOptions};

/// A process group and its leader. Dropping it kills all its processes.
pub(crate) struct ProcessGroup {
    leader: Child,
    /// Whether the leader's exit status was collected. Afterwards the operating system may give its number to another
    /// process.
    reaped: bool,
}

impl ProcessGroup {
    /// Takes over `leader`, which the caller started in a group of its own.
    pub(crate) fn new(leader: Child) -> Self {
        Self {
            leader,
            reaped: false,
        }
    }

    /// Returns the number of the group, which is its leader's.
    pub(crate) fn id(&self) -> u32 {
        self.leader.id()
    }

    /// Takes the leader's stdin, stdout and stderr, in this order.
    pub(crate) fn take_pipes(
        &mut self,
    ) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        (
            self.leader.stdin.take(),
            self.leader.stdout.take(),
            self.leader.stderr.take(),
        )
    }

    /// Returns whether the leader has exited. Does not reap it: while it is a zombie, no other process can get its number
    /// and be killed in its place.
    pub(crate) fn has_exited(&self) -> io::Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        Ok(waitid(WaitId::Pid(Pid::from_child(&self.leader)), options)?.is_some())
    }

    /// Kills the processes that are left and returns the leader's exit status.
    pub(crate) fn kill(&mut self) -> io::Result<ExitStatus> {
        if !self.reaped {
            // Fails only if no process is left.
            let _ = kill_process_group(Pid::from_child(&self.leader), Signal::KILL);
        }
        self.reaped = true;
        self.leader.wait()
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
