//! What a run found: counts, errors and sequences that fail.

use crate::{episode::Counts, invariants, raw::instruction_names, refusal, step::Step};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::{Path, PathBuf},
};

/// Where sequences that failed are kept.
pub const FAILURES: &str = "tests/fuzz/failures";

/// A sequence that broke an invariant, shortened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Number of the invariant.
    pub invariant: u8,
    /// Its function.
    pub name: String,
    /// How it was broken.
    pub text: String,
    /// Seed of the run.
    pub seed: u64,
    /// Part of the run.
    pub part: u64,
    /// Transactions that the part had sent by then.
    pub after: u64,
    /// Steps before they were shortened.
    pub length: u64,
    /// Whether it showed only in the wind-up that follows the steps.
    pub in_wind_up: bool,
    /// The steps.
    pub steps: Vec<Step>,
}

impl Found {
    /// Writes the sequence to the failures of the repository.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, root: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        let hash = Sha256::digest(serde_json::to_vec(&self.steps)?);
        let key: String = hash
            .iter()
            .take(4)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let folder = root.join(FAILURES);
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{:02}-{key}.json", self.invariant));
        fs::write(&path, format!("{text}\n"))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Reads every kept sequence, by file name.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn all(root: &Path) -> Result<Vec<(PathBuf, Self)>> {
        let folder = root.join(FAILURES);
        let mut found = Vec::new();
        for entry in fs::read_dir(&folder).with_context(|| format!("no {}", folder.display()))? {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                let text = fs::read(&path)?;
                let one = serde_json::from_slice(&text)
                    .with_context(|| format!("{} is no sequence", path.display()))?;
                found.push((path, one));
            }
        }
        found.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(found)
    }
}

/// A bug that was put into a copy of the programs, and what found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planted {
    /// Its name.
    pub bug: String,
    /// What is lost by it.
    pub loss: String,
    /// The function of the invariant that it broke.
    pub invariant: Option<String>,
    /// Transactions that the search had sent by then.
    pub steps: Option<u64>,
}

/// What a run found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Seed of the run.
    pub seed: u64,
    /// What it counted.
    pub counts: Counts,
    /// What it found.
    pub found: Vec<Found>,
    /// Planted bugs, which earlier runs searched for.
    pub planted: Vec<Planted>,
    /// Rules that no step broke: the test that asserts each, if one does.
    pub asserted: BTreeMap<String, Option<String>>,
}

/// The object that a run ends with.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Transactions sent.
    pub steps: u64,
    /// Sequences that break an invariant.
    pub violations: u64,
    /// Accepted transactions in a hundred.
    pub succeeded_percent: f64,
    /// Tasks in a hundred that reached a round.
    pub disputed_percent: f64,
    /// Wallets in a hundred that delegate, lock tokens or vote, of those that take part in an episode.
    pub holders_percent: f64,
    /// Instructions that succeeded a hundred times, or once in ten thousand steps if that is less.
    pub instructions_hit: u64,
    /// Instructions of the four programs.
    pub instructions: u64,
    /// Error variants that a step hit or a named test asserts.
    pub errors_hit: u64,
    /// Error variants of the four programs.
    pub errors: u64,
    /// Planted bugs that were found.
    pub planted_found: u64,
    /// Episodes that were wound up.
    pub episodes: u64,
    /// Invariants that were checked.
    pub invariants: u64,
    /// Seed of the run.
    pub seed: u64,
}

#[expect(clippy::cast_precision_loss, reason = "a percentage for people")]
fn percent(part: u64, of: u64) -> f64 {
    (10_000.0 * part as f64 / of.max(1) as f64).round() / 100.0
}

impl Report {
    /// Returns a report of nothing yet.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            counts: Counts::default(),
            found: Vec::new(),
            planted: Vec::new(),
            asserted: BTreeMap::new(),
        }
    }

    /// How often an instruction must have succeeded to count.
    pub fn least(&self) -> u64 {
        (self.counts.steps / 10_000).clamp(1, 100)
    }

    /// Returns how often an instruction succeeded.
    fn successes(&self, name: &str) -> u64 {
        self.counts.instructions.get(name).copied().unwrap_or(0)
    }

    /// Looks for the tests that assert the errors that no step hit.
    ///
    /// # Errors
    /// When the sources cannot be read.
    pub fn find_tests(&mut self, root: &Path) -> Result<()> {
        let mut sources = Vec::new();
        for folder in ["tests", "programs"] {
            rust_files(&root.join(folder), &mut sources)?;
        }
        let mut texts = Vec::new();
        for path in sources {
            let text = fs::read_to_string(&path)?;
            let is_test =
                path.starts_with(root.join("tests")) && !path.starts_with(root.join("tests/fuzz"));
            // In a program, its unit tests.
            let tests = if is_test || path.to_string_lossy().contains("_tests.rs") {
                text
            } else {
                text.split_once("mod tests {")
                    .map_or(String::new(), |(_, tests)| tests.to_owned())
            };
            texts.push((path, tests));
        }
        for rule in refusal::rules().values() {
            if self.counts.errors.contains_key(rule) {
                continue;
            }
            let mut tests = texts.iter().filter_map(|(path, text)| {
                let test = test_around(text, rule)?;
                let path = path.strip_prefix(root).unwrap_or(path);
                Some(format!("{}: {test}", path.display()))
            });
            self.asserted.insert(rule.clone(), tests.next());
        }
        Ok(())
    }

    /// Returns the numbers of the run.
    pub fn summary(&self) -> Summary {
        let names = instruction_names();
        let hit = names
            .iter()
            .filter(|name| self.successes(name) >= self.least())
            .count();
        let rules = refusal::rules();
        let own = rules
            .values()
            .filter(|rule| self.counts.errors.contains_key(*rule))
            .count();
        let asserted = self.asserted.values().flatten().count();
        Summary {
            steps: self.counts.steps,
            violations: self.found.len() as u64,
            succeeded_percent: percent(self.counts.accepted, self.counts.steps),
            disputed_percent: percent(self.counts.disputed, self.counts.tasks),
            holders_percent: percent(self.counts.holders, self.counts.actors),
            instructions_hit: hit as u64,
            instructions: names.len() as u64,
            errors_hit: (own + asserted) as u64,
            errors: rules.len() as u64,
            planted_found: self
                .planted
                .iter()
                .filter(|bug| bug.invariant.is_some())
                .count() as u64,
            episodes: self.counts.episodes,
            invariants: invariants::ALL.len() as u64,
            seed: self.seed,
        }
    }
}

/// Returns the name of the test that names a rule.
fn test_around(text: &str, rule: &str) -> Option<String> {
    let place = text.match_indices(rule).find_map(|(place, _)| {
        let next = text[place + rule.len()..].chars().next();
        let ends = next.is_none_or(|next| !next.is_alphanumeric());
        ends.then_some(place)
    })?;
    let before = &text[..place];
    let (_, test) = before.rsplit_once("fn ")?;
    Some(test.split('(').next().unwrap_or_default().to_owned())
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            rust_files(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(())
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let summary = self.summary();
        writeln!(f, "| | |\n|---|--:|")?;
        writeln!(f, "| seed | {} |", self.seed)?;
        writeln!(f, "| transactions | {} |", summary.steps)?;
        writeln!(f, "| accepted | {} % |", summary.succeeded_percent)?;
        writeln!(f, "| tasks | {} |", self.counts.tasks)?;
        writeln!(
            f,
            "| that reached a round | {} % |",
            summary.disputed_percent
        )?;
        writeln!(f, "| episodes, each wound up | {} |", summary.episodes)?;
        writeln!(
            f,
            "| wallets that delegate or vote, of those that take part in an episode | {} % |",
            summary.holders_percent
        )?;
        writeln!(
            f,
            "| new pairs of state and outcome | {} |",
            self.counts.novelties
        )?;
        writeln!(f, "| invariants | {} |", summary.invariants)?;
        writeln!(f, "| violations | {} |", summary.violations)?;
        writeln!(
            f,
            "| planted bugs found | {} of {} |",
            summary.planted_found,
            self.planted.len()
        )?;
        writeln!(
            f,
            "\n| Wallets, one in several rows | of {} |\n|---|--:|",
            self.counts.actors
        )?;
        for (part, wallets) in &self.counts.parts {
            let share = percent(*wallets, self.counts.actors);
            writeln!(f, "| {part} | {share} % |")?;
        }
        writeln!(f, "\n| Instruction | succeeded |\n|---|--:|")?;
        for name in instruction_names() {
            writeln!(f, "| `{name}` | {} |", self.successes(name))?;
        }
        writeln!(f, "\n| Error | times | else asserted by |\n|---|--:|---|")?;
        for rule in refusal::rules().values() {
            let times = self.counts.errors.get(rule).copied().unwrap_or(0);
            let test = self.asserted.get(rule).cloned().flatten();
            let test = test.unwrap_or_else(|| {
                if times > 0 {
                    String::new()
                } else {
                    "nobody".to_owned()
                }
            });
            writeln!(f, "| `{rule}` | {times} | {test} |")?;
        }
        let rules: BTreeSet<&String> = refusal::rules().values().collect();
        let other = self
            .counts
            .errors
            .iter()
            .filter(|(name, _)| !rules.contains(name));
        writeln!(
            f,
            "\n| Error of the runtime or another program | times |\n|---|--:|"
        )?;
        for (name, times) in other {
            writeln!(f, "| `{name}` | {times} |")?;
        }
        if !self.planted.is_empty() {
            writeln!(
                f,
                "\n| Planted bug | what is lost | found by | after |\n|---|---|---|--:|"
            )?;
        }
        for bug in &self.planted {
            let found = bug.invariant.as_deref().unwrap_or("nothing");
            let steps = bug.steps.map_or(String::new(), |steps| steps.to_string());
            writeln!(f, "| {} | {} | `{found}` | {steps} |", bug.bug, bug.loss)?;
        }
        for found in &self.found {
            writeln!(
                f,
                "\ninvariant {} ({}): {}; part {}, {} of {} steps left",
                found.invariant,
                found.name,
                found.text,
                found.part,
                found.steps.len(),
                found.length
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
    }

    fn with_successes(steps: u64, successes: u64) -> Report {
        let mut report = Report::new(1);
        report.counts.steps = steps;
        let names = instruction_names().into_iter();
        report.counts.instructions = names.map(|name| (name.to_owned(), successes)).collect();
        report
    }

    #[test]
    fn the_object_at_the_end_has_the_promised_keys() {
        let object = serde_json::to_value(Report::new(1).summary()).unwrap();
        for key in [
            "steps",
            "violations",
            "succeeded_percent",
            "disputed_percent",
            "holders_percent",
            "instructions_hit",
            "instructions",
            "errors_hit",
            "errors",
            "planted_found",
        ] {
            assert!(object[key].is_number(), "{key}");
        }
    }

    #[test]
    fn in_a_million_steps_an_instruction_counts_from_a_hundred_successes_on() {
        let all = with_successes(1_000_000, 100).summary();
        assert_eq!(all.instructions_hit, all.instructions);
        let none = with_successes(1_000_000, 99).summary();
        assert_eq!(none.instructions_hit, 0);
    }

    /// A variant that no search hits and no test asserts is dead, and is to be deleted.
    #[test]
    fn a_test_asserts_every_error_variant_that_no_step_hits() {
        let mut report = Report::new(1);
        report.find_tests(root()).unwrap();
        let unasserted: Vec<&String> = report
            .asserted
            .iter()
            .filter_map(|(rule, test)| test.is_none().then_some(rule))
            .collect();
        assert!(unasserted.is_empty(), "{unasserted:?}");
        let summary = report.summary();
        assert_eq!(summary.errors_hit, summary.errors);
    }
}
