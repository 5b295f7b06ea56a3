//! A node's journal, read while the node runs or after it was killed.

use super::{wait_until, Localnet};
use serde_json::Value;
use std::{fs, path::PathBuf};

/// The states of a seat that the node holds, in order.
const STEPS: [&str; 4] = ["claimed", "executed", "contributed", "collected"];

/// The journal of a provider's node.
pub struct Journal {
    file: PathBuf,
}

impl Journal {
    pub fn of(localnet: &Localnet, provider: &str) -> Self {
        Self {
            file: localnet.node_state(provider).join("journal.jsonl"),
        }
    }

    /// Returns the complete lines about a job; the node may be writing another one.
    fn all_lines(&self, job: &str) -> Vec<Value> {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let lines = whole.lines().map(|line| {
            serde_json::from_str::<Value>(line).unwrap_or_else(|e| panic!("journal: {e}: {line}"))
        });
        lines.filter(|line| line["job"] == *job).collect()
    }

    /// Returns the complete lines about a job's seats. Leaves out transactions that the node was only going to send, and
    /// what only watchers and members of rounds write.
    fn lines(&self, job: &str) -> Vec<Value> {
        let kinds = ["result", "reached", "published"];
        let has_kind = |line: &Value| kinds.contains(&line["record"].as_str().unwrap_or_default());
        let lines = self.all_lines(job).into_iter();
        lines.filter(has_kind).collect()
    }

    /// Returns the state of a job's seat by its last line: `claimed`, `executed`, `contributed` or `collected`.
    pub fn step(&self, job: &str) -> Option<String> {
        let lines = self.lines(job);
        let last = lines.iter().rfind(|line| line["record"] != "published")?;
        let step = match last["record"].as_str() {
            Some("result") => "executed",
            _ => last["step"].as_str().expect("a step that was reached"),
        };
        Some(step.to_owned())
    }

    /// Returns the results recorded for a job's seats.
    pub fn results(&self, job: &str) -> Vec<Value> {
        let lines = self.lines(job).into_iter();
        lines.filter(|line| line["record"] == "result").collect()
    }

    /// Returns the memory hashes recorded for seats of checks and rounds, by which their contributions are blinded.
    pub fn memories(&self, job: &str) -> Vec<Value> {
        let lines = self.all_lines(job).into_iter();
        lines.filter(|line| line["record"] == "memory").collect()
    }

    /// Returns true if the result of a job's seat is in every blob store of the node.
    pub fn is_published(&self, job: &str) -> bool {
        self.lines(job)
            .iter()
            .any(|line| line["record"] == "published")
    }

    /// Waits until a job's seat is past `step`.
    #[track_caller]
    pub fn wait_beyond(&self, step: &str, job: &str) {
        wait_until(&format!("a step after `{step}` in the journal"), || {
            let at = |step: &str| STEPS.iter().position(|other| *other == step);
            (at(&self.step(job)?) > at(step)).then_some(())
        });
    }

    /// Waits until a job's seat is at `step`.
    #[track_caller]
    pub fn wait(&self, step: &str, job: &str) {
        wait_until(&format!("`{step}` in the journal"), || {
            (self.step(job)? == step).then_some(())
        });
    }
}
