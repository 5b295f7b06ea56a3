//! A run in parts, so that it can be cut off and goes on where it was, and is the same with any number of threads.

use crate::{
    episode::{Counts, Failure, Search},
    random::Random,
    report::{Found, Report},
    shrink,
};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        Mutex,
    },
    thread,
    time::Instant,
};

/// Transactions of a part.
pub const PART: u64 = 20_000;
/// Sequences that are played to shorten one.
const PLAYS: usize = 600;

/// What a run does.
#[derive(Clone, Debug)]
pub struct Options {
    /// Transactions to send, at least.
    pub steps: u64,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Parts at the same time.
    pub threads: usize,
    /// Ends with the first violation, and does not shorten it.
    pub until_violation: bool,
    /// The repository, where parts that are done are kept and sequences that fail go to; nothing is kept without it.
    pub root: Option<PathBuf>,
}

/// One part that is done.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Part {
    index: u64,
    counts: Counts,
    found: Option<Found>,
}

/// Runs the search and returns what it found.
///
/// # Errors
/// When something cannot be read or written.
pub fn run(options: &Options) -> Result<Report> {
    let started = Instant::now();
    let parts = options.steps.div_ceil(PART).max(1);
    let folder = match &options.root {
        Some(root) => Some(folder_of(root, options)?),
        None => None,
    };
    let mut done: BTreeMap<u64, Part> = match &folder {
        Some(folder) => read(folder)?,
        None => BTreeMap::new(),
    };
    let wanted = |index: u64| PART.min(options.steps.saturating_sub(index * PART));
    done.retain(|index, part| {
        let is_whole = part.found.is_some() || part.counts.steps >= wanted(*index);
        *index < parts && is_whole
    });
    let known = done.len();
    if known > 0 {
        eprintln!("{known} of {parts} parts are known");
    }
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let done = Mutex::new(done);
    let work = || -> Result<()> {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= parts {
                break;
            }
            if done.lock().is_ok_and(|done| done.contains_key(&index)) {
                continue;
            }
            let part = search(options, index, wanted(index));
            if part.found.is_some() && options.until_violation {
                stop.store(true, Ordering::Relaxed);
            }
            if let (Some(folder), false) = (&folder, options.until_violation) {
                keep(folder, &part)?;
            }
            if let Ok(mut done) = done.lock() {
                done.insert(index, part);
                let seconds = started.elapsed().as_secs();
                eprintln!("{} of {parts} parts, {seconds} s", done.len());
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..options.threads.max(1))
            .map(|_| scope.spawn(work))
            .collect();
        let ended = threads.into_iter().map(thread::ScopedJoinHandle::join);
        ended
            .map(|ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect::<Result<Vec<()>>>()
    })?;
    let done = done.into_inner().unwrap_or_default();
    let mut report = Report::new(options.seed);
    for part in done.into_values() {
        report.counts.add(&part.counts);
        report.found.extend(part.found);
    }
    if let Some(root) = &options.root {
        if !options.until_violation {
            for found in &report.found {
                found.keep(root)?;
            }
        }
    }
    Ok(report)
}

fn search(options: &Options, index: u64, steps: u64) -> Part {
    let mut search = Search::new(Random::new(options.seed, index));
    let failure = search.run(steps).err();
    let found = failure.map(|failure| {
        let Failure {
            violation,
            steps,
            in_wind_up,
        } = *failure;
        eprintln!("{violation} after {} steps", steps.len());
        let length = steps.len();
        let steps = if options.until_violation {
            steps
        } else {
            eprintln!("shortening {length} steps");
            shrink::shrink(&steps, violation.number, PLAYS)
        };
        Found {
            invariant: violation.number,
            name: violation.name.to_owned(),
            text: violation.text,
            seed: options.seed,
            part: index,
            after: search.counts.steps,
            length: length as u64,
            in_wind_up,
            steps,
        }
    });
    Part {
        index,
        counts: search.counts,
        found,
    }
}

/// Returns the folder of parts that were done with this seed, this program and this bytecode.
fn folder_of(root: &Path, options: &Options) -> Result<PathBuf> {
    let mut hash = Sha256::new().chain_update(options.seed.to_le_bytes());
    let own = env::current_exe().context("this program has no file")?;
    hash.update(fs::read(own)?);
    let bytecode =
        env::var_os("ASSAY_BYTECODE").map_or_else(|| root.join("target/deploy"), PathBuf::from);
    for program in ["governance", "market", "rewards", "staking"] {
        let file = bytecode.join(format!("assay_{program}.so"));
        hash.update(fs::read(&file).with_context(|| format!("no {}", file.display()))?);
    }
    let key: String = hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let folder = root.join("target/fuzz").join(key);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn read(folder: &Path) -> Result<BTreeMap<u64, Part>> {
    let mut parts = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let text = fs::read(&path)?;
            let part: Part = serde_json::from_slice(&text)
                .with_context(|| format!("{} is no part", path.display()))?;
            parts.insert(part.index, part);
        }
    }
    Ok(parts)
}

fn keep(folder: &Path, part: &Part) -> Result<()> {
    let new = folder.join(format!("{}.new", part.index));
    let mut file = fs::File::create(&new)?;
    file.write_all(&serde_json::to_vec(part)?)?;
    fs::rename(new, folder.join(format!("{}.json", part.index)))?;
    Ok(())
}
