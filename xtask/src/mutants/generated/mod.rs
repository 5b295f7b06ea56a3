//! Mutants that cargo-mutants makes up. Its own runs cannot use tests that read bytecode of another toolchain, so only its
//! changes are taken.

mod list;
mod native;
mod patch;
mod record;
mod result;
mod sources;
mod suites;

use super::sandbox::Sandbox;
use crate::{
    process,
    sbf::{Program, Route},
    workspace::Workspace,
};
use anyhow::{ensure, Result};
use list::Generated;
use native::UnitTests;
use record::{Record, Verdict};
use result::{Heading, Tried};
use sources::Sources;
use std::time::Instant;
use suites::Suites;

/// The least share of the mutants that a test must notice, in basis points.
const LEAST_KILLED_BPS: usize = 9_500;

/// Which mutants to try.
pub struct Selection {
    /// How many that compile; all if `None`.
    pub sample: Option<usize>,
    /// Seed of the order in which they are tried.
    pub seed: u64,
    /// Text that the names of those to try contain.
    pub matching: Option<String>,
}

impl Selection {
    /// Returns the chosen mutants in the order in which they are tried.
    fn choose(&self, mut mutants: Vec<Generated>) -> Result<Vec<Generated>> {
        if let Some(text) = &self.matching {
            mutants.retain(|mutant| mutant.name.contains(text.as_str()));
        }
        ensure!(!mutants.is_empty(), "there is no such mutant");
        if self.sample.is_some() {
            list::shuffle(&mut mutants, self.seed);
        }
        Ok(mutants)
    }

    /// Returns the options of the command line that choose the same.
    fn options(&self) -> String {
        match self.sample {
            Some(sample) => format!(" --sample {sample} --seed {}", self.seed),
            None => String::new(),
        }
    }
}

/// Changes a program, and runs suites and attacks on its bytecode; then, if none of them notices, its unit tests.
///
/// # Errors
/// When a test fails without a mutant, or too many mutants survive.
pub fn run_on_bytecode(
    workspace: &Workspace,
    route: Route,
    program: &Program,
    selection: &Selection,
) -> Result<()> {
    let commit = workspace.commit()?;
    let sandbox = Sandbox::prepare(workspace, route, "workspace")?;
    let mutants = list::list(workspace, sandbox.root(), &[program.package], &[])?;
    let total = mutants.len();
    let mutants = selection.choose(mutants)?;
    let mut suites = Suites::build(workspace)?;
    process::announce("building the programs without a mutant");
    sandbox.build_all()?;
    let sources = Sources::read(sandbox.root(), &suites.sources()?)?;
    let times = workspace.scratch.join("mutants").join("suites.json");
    suites.measure(sandbox.bytecode(), &sources.key(), &times)?;
    let unit_tests = UnitTests::new(workspace, &sandbox);
    check_unit_tests(&unit_tests, &[program.package])?;

    let name = format!("mutants-{}", program.folder);
    let tried = attempt_all(workspace, &name, &sources, mutants, selection, |mutant| {
        let files = mutant.apply(sandbox.root())?;
        let Ok(bytecode) = sandbox.build_changed(program, &files) else {
            return Ok(Verdict::Unviable);
        };
        let topics = suites::topics(&mutant.file, &mutant.function);
        let mut failed = suites.first_failure(bytecode, &topics)?;
        if failed.is_none() {
            failed = unit_tests.first_failure_of(mutant)?;
        }
        Ok(failed.map_or(Verdict::Survived, Verdict::Killed))
    })?;
    let left_out = suites::LEFT_OUT.map(|(name, reason)| format!("`{name}` ({reason})"));
    let heading = Heading {
        title: "Mutants of a program",
        command: format!(
            "cargo xtask mutants --program {}{}",
            program.folder,
            selection.options()
        ),
        commit,
        method: format!(
            "cargo-mutants makes up {total} single changes of `{}`. Those that were\n\
             drawn are compiled to bytecode one by one. The suites and attacks run on it until a test fails, those with the\n\
             name of the changed file first; a mutant that they do not notice is also given to the unit tests. Left out:\n{}.",
            program.package,
            left_out.join(",\n")
        ),
    };
    conclude(workspace, &name, &heading, &tried, selection)
}

/// Changes the pure functions, and runs the unit tests of their packages.
///
/// # Errors
/// When a test fails without a mutant, or too many mutants survive.
pub fn run_natively(workspace: &Workspace, route: Route, selection: &Selection) -> Result<()> {
    let commit = workspace.commit()?;
    let sandbox = Sandbox::prepare(workspace, route, "native-workspace")?;
    let mutants = list::list(workspace, sandbox.root(), &native::PACKAGES, &native::FILES)?;
    let mutants = selection.choose(mutants)?;
    let unit_tests = UnitTests::new(workspace, &sandbox);
    check_unit_tests(&unit_tests, &native::PACKAGES)?;
    let sources = Sources::read(sandbox.root(), &[])?;

    let name = "mutants-native";
    let tried = attempt_all(workspace, name, &sources, mutants, selection, |mutant| {
        Ok(match unit_tests.first_failure_of(mutant) {
            Ok(Some(test)) => Verdict::Killed(test),
            Ok(None) => Verdict::Survived,
            // Everything built without the mutant.
            Err(_) => Verdict::Unviable,
        })
    })?;
    let files = native::FILES.map(|file| format!("`{file}`"));
    let heading = Heading {
        title: "Mutants of the pure functions",
        command: format!("cargo xtask mutants --native{}", selection.options()),
        commit,
        method: format!(
            "Single changes that cargo-mutants makes up in the functions that only compute:\n{}.\n\
             Each is compiled natively, and the unit tests of its package run; of `assay-shared`, those of the market, too.",
            files.join(", ")
        ),
    };
    conclude(workspace, name, &heading, &tried, selection)
}

/// Checks that the unit tests pass without a mutant.
fn check_unit_tests(unit_tests: &UnitTests, packages: &[&str]) -> Result<()> {
    for package in packages {
        process::announce(format!(
            "running the unit tests of {package} without a mutant"
        ));
        let failed = unit_tests.first_failure(package)?;
        ensure!(
            failed.is_none(),
            "{} fails without a mutant",
            failed.unwrap_or_default()
        );
    }
    Ok(())
}

/// Tries mutants until enough of them compiled, and records each verdict at once.
fn attempt_all(
    workspace: &Workspace,
    name: &str,
    sources: &Sources,
    mutants: Vec<Generated>,
    selection: &Selection,
    attempt: impl Fn(&Generated) -> Result<Verdict>,
) -> Result<Tried> {
    let folder = workspace.scratch.join("mutants");
    let mut record = Record::open(&folder.join(format!("{name}.jsonl")))?;
    let wanted = selection.sample.unwrap_or(mutants.len());
    let mut outcomes = Vec::new();
    let mut viable = 0;
    for mutant in mutants {
        if viable == wanted {
            break;
        }
        let progress = format!("{} of {wanted}: {}", viable + 1, mutant.name);
        let verdict = match record.find(&mutant, sources) {
            Some(known) => {
                process::announce(format!("{progress} (known)"));
                known
            }
            None => {
                process::announce(&progress);
                let started = Instant::now();
                let verdict = attempt(&mutant)?;
                record.add(&mutant, sources, &verdict)?;
                let seconds = started.elapsed().as_secs();
                process::announce(format!("{} ({seconds} s)", sentence(&verdict)));
                verdict
            }
        };
        viable += usize::from(verdict != Verdict::Unviable);
        outcomes.push((mutant, verdict));
    }
    Ok(Tried { outcomes })
}

fn sentence(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Killed(test) => format!("killed by {test}"),
        Verdict::Survived => "SURVIVED".to_owned(),
        Verdict::Unviable => "does not compile".to_owned(),
    }
}

/// Prints the result, writes it unless it was narrowed by a name, and judges it.
fn conclude(
    workspace: &Workspace,
    name: &str,
    heading: &Heading,
    tried: &Tried,
    selection: &Selection,
) -> Result<()> {
    let reasons = result::reasons(workspace)?;
    if selection.matching.is_none() {
        result::write(workspace, name, heading, tried, &reasons)?;
    }
    let counts = tried.counts();
    for mutant in tried.survivors() {
        println!("survived: {}", mutant.name);
    }
    println!(
        "{} mutants, {} killed ({} %), {} survived, {} do not compile",
        counts.killed + counts.survived,
        counts.killed,
        counts.killed_percent(),
        counts.survived,
        counts.unviable
    );
    ensure!(
        counts.killed_bps() >= LEAST_KILLED_BPS,
        "fewer than 95 % of the mutants are noticed by a test"
    );
    let unexplained = tried
        .survivors()
        .map(|mutant| result::stable_name(&mutant.name));
    let unexplained: Vec<String> = unexplained
        .filter(|name| !reasons.contains_key(name))
        .collect();
    ensure!(
        unexplained.is_empty(),
        "{} does not say why these survive: {unexplained:#?}",
        result::REASONS
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(name: &str) -> Generated {
        Generated {
            name: name.to_owned(),
            package: String::new(),
            file: "f".into(),
            function: String::new(),
            diff: name.to_owned(),
        }
    }

    #[test]
    fn a_sample_counts_the_mutants_that_compile() {
        let workspace = Workspace {
            root: std::env::temp_dir(),
            scratch: std::env::temp_dir().join(format!("assay-mutants-{}", std::process::id())),
            cache: std::env::temp_dir(),
        };
        std::fs::create_dir_all(workspace.scratch.join("mutants")).expect("a folder");
        let selection = Selection {
            sample: Some(2),
            seed: 1,
            matching: None,
        };
        let mutants = vec![mutant("a"), mutant("b"), mutant("c"), mutant("d")];
        let sources = Sources::of("code", "tests");
        let run = |may_try: bool| {
            let attempt = |mutant: &Generated| {
                assert!(may_try, "{} is known", mutant.name);
                Ok(match mutant.name.as_str() {
                    "a" => Verdict::Unviable,
                    "b" => Verdict::Survived,
                    _ => Verdict::Killed("t".to_owned()),
                })
            };
            let mutants = mutants.clone();
            let tried = attempt_all(&workspace, "m", &sources, mutants, &selection, attempt);
            tried.expect("verdicts").counts()
        };
        let counts = run(true);
        assert_eq!((counts.killed, counts.survived, counts.unviable), (1, 1, 1));
        assert_eq!(run(false), counts);
        std::fs::remove_dir_all(&workspace.scratch).expect("no folder");
    }
}
