//! The mutants of `tests/attacks/mutants.toml`: each removes one rule, and then its attacks must succeed.
//!
//! A test of an attack that passes shows that the program refuses something, not that the rule named beside it is why. So
//! each entry takes one rule out of a copy of the programs. The bytecode of that copy must make the tests of the entry fail:
//! the attack succeeds.

use super::{
    catalogue::{Catalogue, Mutant},
    outcome::{self, Outcome, Record, Sources},
    sandbox::Sandbox,
    trial::Tests,
};
use crate::{process, sbf::Route, workspace::Workspace};
use anyhow::{ensure, Result};
use std::collections::BTreeSet;

/// Tries every mutant, or the named ones. What was tried before with the same sources is not tried again. A run of all of
/// them writes `docs/results/mutants-attacks.*`.
///
/// # Errors
/// When a test fails without a mutant, a mutant does not build, or an attack fails although its rule is gone.
pub fn run(workspace: &Workspace, route: Route, only: &[String]) -> Result<()> {
    let catalogue = Catalogue::read(workspace)?;
    catalogue.check(workspace)?;
    let is_whole = only.is_empty();
    if is_whole {
        catalogue.check_completeness(workspace)?;
    }
    let chosen = catalogue.choose(only)?;
    let commit = workspace.commit()?;
    let sandbox = Sandbox::prepare(workspace, route, "workspace")?;
    let tests = Tests::build(workspace)?;
    let named: BTreeSet<&str> = chosen.iter().flat_map(|mutant| mutant.attacks()).collect();
    let sources = Sources::read(workspace, sandbox.root(), &named)?;
    let mut record = Record::open(workspace)?;

    process::announce("building the programs without a mutant");
    sandbox.build_all()?;
    let key = sources.key(None, &named);
    if record.find(&key).is_none() {
        process::announce(format!("running {} tests without a mutant", named.len()));
        let unmutated = tests.run(sandbox.bytecode(), &named)?;
        ensure!(
            unmutated.failed.is_empty(),
            "these tests fail without a mutant: {:#?}",
            unmutated.failed
        );
        record.add(Outcome::unmutated(key))?;
    }

    let mut outcomes = Vec::new();
    for (index, mutant) in chosen.iter().enumerate() {
        let progress = format!("{} of {}: {}", index + 1, chosen.len(), mutant.name);
        outcomes.push(attempt(
            &sources,
            &sandbox,
            &tests,
            &mut record,
            mutant,
            &progress,
        )?);
    }
    let attacks = outcome::Attacks::of(&outcomes);
    if is_whole {
        outcome::write(workspace, &catalogue, &commit, &outcomes, &attacks)?;
    }
    println!(
        "{} mutants, {} attacks succeed without their rule, {} fail all the same",
        outcomes.len(),
        attacks.succeeded.len(),
        attacks.failed.len()
    );
    let survivors: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| !outcome.is_killed())
        .map(|outcome| outcome.name.as_str())
        .collect();
    ensure!(
        survivors.is_empty() && attacks.failed.is_empty(),
        "no test notices these mutants: {survivors:?}; these attacks fail without their rule: {:?}",
        attacks.failed
    );
    Ok(())
}

/// Tries one mutant, unless the record has it.
fn attempt(
    sources: &Sources,
    sandbox: &Sandbox,
    tests: &Tests,
    record: &mut Record,
    mutant: &Mutant,
    progress: &str,
) -> Result<Outcome> {
    let named: BTreeSet<&str> = mutant.attacks().collect();
    let key = sources.key(Some(mutant), &named);
    if let Some(known) = record.find(&key) {
        process::announce(format!("{progress} (known)"));
        return Ok(known.clone());
    }
    process::announce(progress);
    let bytecode = sandbox.build_mutant(mutant)?;
    let results = tests.run(bytecode, &named)?;
    let outcome = Outcome::new(key, mutant, results);
    process::announce(format!(
        "{}: {}",
        if outcome.is_killed() {
            "killed"
        } else {
            "SURVIVED"
        },
        outcome.summary()
    ));
    record.add(outcome.clone())?;
    Ok(outcome)
}
