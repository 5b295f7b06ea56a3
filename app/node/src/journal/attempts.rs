//! Attempts to compile and to run modules. Each is on disk before it begins: a module that ends the whole machine is found out
//! by the attempts that it left open.
//!
//! The file is apart from the journal of results, because the threads that run tasks write it.

use super::{lines::LineFile, JournalError};
use crate::serde_ext;
use assay_runner::{AttemptEnd, AttemptLog, ModuleHash, RunnerError};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Failed attempts in a row after which a module is not tried again.
const MAX_FAILURES: u32 = 2;
/// How long a failure counts, seconds: 30 days.
const MEMORY: u64 = 30 * 86_400;
/// Lines after which the file is rewritten.
const COMPACT_AFTER: usize = 2_000;

/// A line of the file. Times are those of this machine's clock, Unix seconds: no chain is needed to compile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
enum AttemptRecord {
    /// A module is about to be compiled or run.
    Begun {
        #[serde(with = "serde_ext::hash")]
        module: ModuleHash,
        at: u64,
    },
    /// It succeeded, so failures before do not count any more.
    Succeeded {
        #[serde(with = "serde_ext::hash")]
        module: ModuleHash,
    },
    /// The module ended its process.
    Failed {
        #[serde(with = "serde_ext::hash")]
        module: ModuleHash,
        at: u64,
    },
    /// It ended for a reason of this machine.
    Undecided {
        #[serde(with = "serde_ext::hash")]
        module: ModuleHash,
    },
    /// What the lines before a rewriting said.
    Strikes {
        #[serde(with = "serde_ext::hash")]
        module: ModuleHash,
        failures: u32,
        at: u64,
    },
}

/// The attempts with one module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Attempts {
    /// Begun and not ended.
    open: u32,
    /// Failed since the last one that succeeded.
    failures: u32,
    /// When the last one failed, or began.
    at: u64,
}

#[derive(Debug)]
struct AttemptFile {
    file: LineFile,
    lines: usize,
    modules: HashMap<ModuleHash, Attempts>,
}

/// The file of attempts. Its copies share it.
#[derive(Clone, Debug)]
pub struct AttemptJournal {
    file: Arc<Mutex<AttemptFile>>,
}

impl AttemptJournal {
    /// Opens the file in the directory `dir`, which is its own, and creates both if they are missing. An attempt that was not
    /// ended before counts as failed, once a module however many there were: the node was ended once.
    ///
    /// # Errors
    /// [`JournalError::InUse`], [`JournalError::Damaged`], [`JournalError::Disk`].
    pub fn open(dir: &Path) -> Result<Self, JournalError> {
        let mut modules = HashMap::new();
        let file = LineFile::open(dir, "attempts.jsonl", |record| {
            apply(&mut modules, record);
            Ok(())
        })?;
        for attempts in modules.values_mut().filter(|module| module.open > 0) {
            attempts.failures = attempts.failures.saturating_add(1);
            attempts.open = 0;
        }
        let mut file = AttemptFile {
            file,
            lines: 0,
            modules,
        };
        file.compact(now())?;
        Ok(Self {
            file: Arc::new(Mutex::new(file)),
        })
    }

    /// Returns how often a module has failed and how long it is not tried any more, or `None` if it may be tried.
    pub fn struck(&self, module: &ModuleHash) -> Option<(u32, Duration)> {
        self.lock().struck(module, now())
    }

    fn lock(&self) -> MutexGuard<'_, AttemptFile> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AttemptFile {
    fn struck(&self, module: &ModuleHash, now: u64) -> Option<(u32, Duration)> {
        let attempts = self.modules.get(module)?;
        let left = attempts.at.saturating_add(MEMORY).saturating_sub(now);
        let is_struck = attempts.failures >= MAX_FAILURES && left > 0;
        is_struck.then_some((attempts.failures, Duration::from_secs(left)))
    }

    /// Appends a line, and rewrites the file now and then.
    fn append(&mut self, record: &AttemptRecord, now: u64) -> Result<(), JournalError> {
        self.file.append(record)?;
        apply(&mut self.modules, record);
        self.lines = self.lines.saturating_add(1);
        if self.lines >= COMPACT_AFTER {
            self.compact(now)?;
        }
        Ok(())
    }

    /// Rewrites the file without modules that have nothing to tell, and without failures that count no more.
    fn compact(&mut self, now: u64) -> Result<(), JournalError> {
        self.modules.retain(|_, attempts| {
            let counts = attempts.failures > 0 && attempts.at.saturating_add(MEMORY) > now;
            attempts.open > 0 || counts
        });
        let mut records = Vec::new();
        for (module, attempts) in &self.modules {
            let (module, at) = (*module, attempts.at);
            if attempts.failures > 0 {
                let failures = attempts.failures;
                records.push(AttemptRecord::Strikes {
                    module,
                    failures,
                    at,
                });
            }
            let open = (0..attempts.open).map(|_| AttemptRecord::Begun { module, at });
            records.extend(open);
        }
        self.file.replace(&records)?;
        self.lines = 0;
        Ok(())
    }
}

fn apply(modules: &mut HashMap<ModuleHash, Attempts>, record: &AttemptRecord) {
    match *record {
        AttemptRecord::Begun { module, at } => {
            let attempts = modules.entry(module).or_default();
            attempts.open = attempts.open.saturating_add(1);
            attempts.at = at;
        }
        AttemptRecord::Succeeded { module } => {
            let attempts = modules.entry(module).or_default();
            attempts.open = attempts.open.saturating_sub(1);
            attempts.failures = 0;
        }
        AttemptRecord::Failed { module, at } => {
            let attempts = modules.entry(module).or_default();
            attempts.open = attempts.open.saturating_sub(1);
            attempts.failures = attempts.failures.saturating_add(1);
            attempts.at = at;
        }
        AttemptRecord::Undecided { module } => {
            let attempts = modules.entry(module).or_default();
            attempts.open = attempts.open.saturating_sub(1);
        }
        AttemptRecord::Strikes {
            module,
            failures,
            at,
        } => {
            let attempts = modules.entry(module).or_default();
            (attempts.failures, attempts.at) = (failures, at);
        }
    }
}

impl AttemptLog for AttemptJournal {
    fn begin(&self, module: &ModuleHash) -> Result<(), RunnerError> {
        let (mut file, now) = (self.lock(), now());
        if let Some((failures, retry_after)) = file.struck(module, now) {
            return Err(RunnerError::ModuleStruck {
                failures,
                retry_after,
            });
        }
        let begun = AttemptRecord::Begun {
            module: *module,
            at: now,
        };
        file.append(&begun, now)
            .map_err(|error| RunnerError::HostError(error.to_string()))
    }

    fn end(&self, module: &ModuleHash, end: AttemptEnd) {
        let (mut file, now) = (self.lock(), now());
        let module = *module;
        let record = match end {
            AttemptEnd::Succeeded => AttemptRecord::Succeeded { module },
            AttemptEnd::Failed => AttemptRecord::Failed { module, at: now },
            AttemptEnd::Undecided => AttemptRecord::Undecided { module },
        };
        // With a full disk the attempt stays open, and nothing new begins.
        let _ = file.append(&record, now);
    }
}

/// Returns this machine's time, Unix seconds.
fn now() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: ModuleHash = [1; 32];

    fn open(dir: &Path) -> AttemptJournal {
        AttemptJournal::open(dir).unwrap()
    }

    /// Begins an attempt and ends it.
    fn attempt(journal: &AttemptJournal, end: AttemptEnd) {
        journal.begin(&MODULE).unwrap();
        journal.end(&MODULE, end);
    }

    fn failures(journal: &AttemptJournal) -> u32 {
        let file = journal.lock();
        file.modules
            .get(&MODULE)
            .map_or(0, |module| module.failures)
    }

    #[test]
    fn a_module_that_ended_its_process_twice_is_not_tried_again_also_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let journal = open(dir.path());
        attempt(&journal, AttemptEnd::Failed);
        assert_eq!(journal.struck(&MODULE), None);
        attempt(&journal, AttemptEnd::Failed);
        let struck = |journal: &AttemptJournal| {
            let refused = journal.begin(&MODULE);
            assert!(matches!(
                refused,
                Err(RunnerError::ModuleStruck { failures: 2, .. })
            ));
            let (_, left) = journal.struck(&MODULE).unwrap();
            assert!(left > Duration::from_secs(MEMORY - 60));
        };
        struck(&journal);
        assert_eq!(journal.begin(&[2; 32]).ok(), Some(()), "another module");
        drop(journal);
        struck(&open(dir.path()));
        struck(&open(dir.path()));
    }

    #[test]
    fn an_attempt_that_a_kill_left_open_counts_once_however_many_there_were() {
        let dir = tempfile::tempdir().unwrap();
        for crashes in 1..=2 {
            let journal = open(dir.path());
            for _ in 0..3 {
                journal.begin(&MODULE).unwrap();
            }
            drop(journal);
            assert_eq!(failures(&open(dir.path())), crashes);
        }
        assert!(open(dir.path()).struck(&MODULE).is_some());
    }

    #[test]
    fn a_success_forgives_and_what_the_machine_stopped_says_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let journal = open(dir.path());
        for _ in 0..5 {
            attempt(&journal, AttemptEnd::Failed);
            attempt(&journal, AttemptEnd::Undecided);
            attempt(&journal, AttemptEnd::Undecided);
            assert_eq!(failures(&journal), 1);
            attempt(&journal, AttemptEnd::Succeeded);
        }
        drop(journal);
        let journal = open(dir.path());
        assert_eq!(failures(&journal), 0);
        let file = journal.lock();
        assert!(file.modules.is_empty(), "nothing is left to tell");
    }

    #[test]
    fn failures_count_for_30_days_and_the_file_stays_small() {
        let dir = tempfile::tempdir().unwrap();
        let journal = open(dir.path());
        attempt(&journal, AttemptEnd::Failed);
        attempt(&journal, AttemptEnd::Failed);
        let mut file = journal.lock();
        let failed = file.modules.get(&MODULE).unwrap().at;
        file.compact(failed + MEMORY - 1).unwrap();
        assert!(file.struck(&MODULE, failed + MEMORY - 1).is_some());
        assert_eq!(file.struck(&MODULE, failed + MEMORY), None);
        for _ in 0..COMPACT_AFTER {
            let undecided = AttemptRecord::Undecided { module: [3; 32] };
            file.append(&undecided, failed + MEMORY).unwrap();
        }
        assert!(file.modules.is_empty());
        let bytes = std::fs::read(file.file.path()).unwrap();
        assert!(bytes.is_empty(), "{} bytes", bytes.len());
    }
}
