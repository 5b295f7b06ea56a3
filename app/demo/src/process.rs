//! A process that ends with its owner and whose log can be read when it ends too early.

use anyhow::{bail, Context, Result};
use std::{
    cell::RefCell,
    fs,
    path::PathBuf,
    process::{Child, ChildStdout, ExitStatus},
};

/// Lines of a log that are shown after a failure.
const SHOWN: usize = 12;

pub struct Process {
    name: String,
    child: RefCell<Child>,
    log: PathBuf,
}

impl Process {
    pub fn new(name: &str, child: Child, log: PathBuf) -> Self {
        Self {
            name: name.to_owned(),
            child: RefCell::new(child),
            log,
        }
    }

    /// Fails when the process has ended: nobody asked it to.
    pub fn check(&self) -> Result<()> {
        match self.ended()? {
            None => Ok(()),
            Some(status) => bail!("{} has ended ({status})", self.name),
        }
    }

    /// Takes the process's standard output, if it is piped and was not taken yet.
    pub fn stdout(&self) -> Result<ChildStdout> {
        self.child.borrow_mut().stdout.take().context("no output")
    }

    /// What it is, whether it runs, and the last lines of its log.
    pub fn describe(&self) -> String {
        let state = match self.ended() {
            Ok(None) => "runs".to_owned(),
            Ok(Some(status)) => format!("has ended, {status}"),
            Err(error) => format!("is lost: {error}"),
        };
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        let shown = lines[lines.len().saturating_sub(SHOWN)..].join("\n    ");
        format!("{} {state}; its log ends:\n    {shown}", self.name)
    }

    fn ended(&self) -> Result<Option<ExitStatus>> {
        let status = self.child.borrow_mut().try_wait();
        status.with_context(|| format!("cannot ask whether {} runs", self.name))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let child = self.child.get_mut();
        let _ = child.kill();
        let _ = child.wait();
    }
}
