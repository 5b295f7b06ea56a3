//! The mutants that cargo-mutants makes up, and a draw among them.

use super::patch;
use crate::{crates, process, workspace::Workspace};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// One change of one file.
#[derive(Clone, Debug)]
pub struct Generated {
    /// File, place, and what changes, in the words of cargo-mutants.
    pub name: String,
    /// The Cargo package.
    pub package: String,
    /// Path from the root of the repository.
    pub file: PathBuf,
    /// The function that is changed, as a path; empty outside of functions.
    pub function: String,
    /// The change as a unified diff of one file.
    pub diff: String,
}

impl Generated {
    /// Returns the changed file with its text. `root` is the folder of the sources.
    ///
    /// # Errors
    /// When the source is not the one that the change was made for.
    pub fn apply(&self, root: &Path) -> Result<BTreeMap<PathBuf, String>> {
        let path = root.join(&self.file);
        let source =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let changed = patch::apply(&source, &self.diff)
            .with_context(|| format!("the change does not fit: {}", self.name))?;
        Ok(BTreeMap::from([(self.file.clone(), changed)]))
    }
}

/// Returns every mutant of some packages, sorted by name. `globs` narrow the files; none of them means all.
///
/// # Errors
/// When cargo-mutants cannot be installed or does not understand the sources.
pub fn list(
    workspace: &Workspace,
    root: &Path,
    packages: &[&str],
    globs: &[&str],
) -> Result<Vec<Generated>> {
    let program = {
        let _only_one_sets_up = workspace.lock_cache()?;
        crates::ensure(workspace, "cargo-mutants", &[])?
    };
    let mut list = Command::new(program);
    list.current_dir(root)
        .args(["mutants", "--list", "--json", "--diff", "--no-config"]);
    for package in packages {
        list.args(["--package", package]);
    }
    for glob in globs {
        list.args(["--file", glob]);
    }
    parse(&process::output(&mut list)?)
}

fn parse(json: &str) -> Result<Vec<Generated>> {
    let mutants: Value = serde_json::from_str(json)?;
    let mutants = mutants.as_array().context("cargo-mutants prints no list")?;
    let mut found = mutants
        .iter()
        .map(|mutant| {
            let text = |value: &Value, key: &str| {
                let text = value.get(key).and_then(Value::as_str);
                text.map(str::to_owned)
                    .with_context(|| format!("cargo-mutants prints no {key}"))
            };
            let function = mutant.get("function").filter(|value| !value.is_null());
            Ok(Generated {
                name: text(mutant, "name")?,
                package: text(mutant, "package")?,
                file: PathBuf::from(text(mutant, "file")?),
                function: function
                    .map_or(Ok(String::new()), |value| text(value, "function_name"))?,
                diff: text(mutant, "diff")?,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    found.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(found)
}

/// Puts mutants into a random order, which is the same on every machine.
pub fn shuffle(mutants: &mut [Generated], seed: u64) {
    let mut state = seed;
    for last in (1..mutants.len()).rev() {
        let choices = last as u64 + 1;
        let chosen = next_random(&mut state) % choices;
        mutants.swap(last, usize::try_from(chosen).unwrap_or_default());
    }
}

/// SplitMix64, by Steele, Lea and Flood (2014). A bias of the remainder below 2^-50 does not matter here.
fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutants(count: usize) -> Vec<Generated> {
        let mutant = |index: usize| Generated {
            name: format!("{index:03}"),
            package: String::new(),
            file: PathBuf::new(),
            function: String::new(),
            diff: String::new(),
        };
        (0..count).map(mutant).collect()
    }

    #[test]
    fn a_seed_gives_one_order_of_all_mutants() {
        let order = |seed| {
            let mut mutants = mutants(100);
            shuffle(&mut mutants, seed);
            mutants.into_iter().map(|m| m.name).collect::<Vec<_>>()
        };
        assert_eq!(order(1), order(1));
        assert_ne!(order(1), order(2));
        let mut sorted = order(1);
        sorted.sort();
        let original: Vec<_> = mutants(100).into_iter().map(|m| m.name).collect();
        assert_eq!(sorted, original);
    }

    #[test]
    fn the_random_numbers_are_those_of_the_paper() {
        let mut state = 1_234_567;
        assert_eq!(next_random(&mut state), 6_457_827_717_110_365_317);
        assert_eq!(next_random(&mut state), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_list_is_read_and_sorted() {
        let json = r#"[
            {"name": "b.rs:1: x", "package": "p", "file": "b.rs", "function": null, "diff": "d"},
            {"name": "a.rs:1: x", "package": "p", "file": "a.rs", "function": {"function_name": "f"}, "diff": "d"}
        ]"#;
        let list = parse(json).expect("a list");
        assert_eq!(list.len(), 2);
        assert_eq!(
            (list[0].name.as_str(), list[0].function.as_str()),
            ("a.rs:1: x", "f")
        );
        assert!(parse("[{}]").is_err());
    }
}
