//! A command and its descendants.

use std::io;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, ExitStatus};

use rustix::process::{kill_process_group, waitid, Pid, Signal, WaitId, WaitIdOptions};

/// A process group and its leader; dropping it kills them all.
pub(super) struct Group {
    leader: Child,
    reaped: bool,
}

impl Group {
    /// `leader` was started in a group of its own.
    pub(super) fn new(leader: Child) -> Self {
        Self {
            leader,
            reaped: false,
        }
    }

    pub(super) fn streams(
        &mut self,
    ) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        (
            self.leader.stdin.take(),
            self.leader.stdout.take(),
            self.leader.stderr.take(),
        )
    }

    /// Looks without reaping: while the leader is a zombie, its number cannot pass to a stranger, who would be killed in
    /// its place.
    pub(super) fn has_exited(&self) -> io::Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        Ok(waitid(WaitId::Pid(Pid::from_child(&self.leader)), options)?.is_some())
    }

    /// Kills whoever is left and returns how the leader ended.
    pub(super) fn end(&mut self) -> io::Result<ExitStatus> {
        if !self.reaped {
            // Fails only when nobody is left to kill.
            let _ = kill_process_group(Pid::from_child(&self.leader), Signal::KILL);
        }
        self.reaped = true;
        self.leader.wait()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = self.end();
    }
}
