//! A node's journal, read from outside.

use crate::{eventually, network::Network};
use serde_json::Value;
use std::{fs, path::PathBuf};

/// The states of a seat of the node's own, in order.
const STEPS: [&str; 5] = ["claimed", "executed", "committed", "revealed", "collected"];

/// The journal of a provider's node, whether the node runs or not.
pub struct Journal {
    file: PathBuf,
}

impl Journal {
    pub fn of(network: &Network, provider: &str) -> Self {
        Self {
            file: network.state(provider).join("journal.jsonl"),
        }
    }

    /// The lines about a job's seats that are whole; a node may be writing the next. What was only going to be sent is not
    /// looked at.
    fn lines(&self, job: &str) -> Vec<Value> {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let lines = whole.lines().map(|line| {
            serde_json::from_str::<Value>(line).unwrap_or_else(|e| panic!("journal: {e}: {line}"))
        });
        let told = ["result", "reached", "published"];
        let tells = |line: &Value| told.contains(&line["record"].as_str().unwrap_or_default());
        lines
            .filter(|line| tells(line) && line["job"] == *job)
            .collect()
    }

    /// Where a job's seat stands by its last line: `claimed`, `executed`, `committed`, `revealed` or `collected`.
    pub fn step(&self, job: &str) -> Option<String> {
        let lines = self.lines(job);
        let last = lines.iter().rfind(|line| line["record"] != "published")?;
        let step = match last["record"].as_str() {
            Some("result") => "executed",
            _ => last["step"].as_str().expect("a step that was reached"),
        };
        Some(step.to_owned())
    }

    /// The results fixed for a job's seats.
    pub fn results(&self, job: &str) -> Vec<Value> {
        let lines = self.lines(job).into_iter();
        lines.filter(|line| line["record"] == "result").collect()
    }

    /// Whether the result of a job's seat is in every store of the node's.
    pub fn is_published(&self, job: &str) -> bool {
        self.lines(job)
            .iter()
            .any(|line| line["record"] == "published")
    }

    /// Waits until a job's seat has left `step` behind it.
    #[track_caller]
    pub fn wait_beyond(&self, step: &str, job: &str) {
        eventually(&format!("more than `{step}` in the journal"), || {
            let at = |step: &str| STEPS.iter().position(|other| *other == step);
            (at(&self.step(job)?) > at(step)).then_some(())
        });
    }

    /// Waits until a job's seat stands at `step`.
    #[track_caller]
    pub fn wait(&self, step: &str, job: &str) {
        eventually(&format!("`{step}` in the journal"), || {
            (self.step(job)? == step).then_some(())
        });
    }
}
