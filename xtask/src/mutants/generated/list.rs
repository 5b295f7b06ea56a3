//! The mutants that cargo-mutants makes up, and a draw among them.

use super::patch;
use crate::{crates, mutants::catalogue::rust_files, process, workspace::Workspace};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
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
    parse(&process::output(&mut list)?, &result_aliases(root)?)
}

/// Returns the names that the programs give to `Result` with an error of their own.
fn result_aliases(root: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for file in rust_files(&root.join("programs"))? {
        names.extend(aliases_of(&fs::read_to_string(file)?));
    }
    Ok(names)
}

/// Returns the names in `type NAME<T> = core::result::Result<T, …>`.
fn aliases_of(source: &str) -> impl Iterator<Item = String> + '_ {
    source.lines().filter_map(|line| {
        let (_, definition) = line.split_once("type ")?;
        let (name, _) = definition.split_once("<T> = core::result::Result<T,")?;
        Some(name.to_owned())
    })
}

/// Writes a change as it would be without aliases of `Result`. cargo-mutants does not know them: it tries `RuleResult::new(x)`,
/// which never compiles, and does not try `Ok(x)`. Returns `None` for what has no such meaning.
fn without_aliases(mutant: Generated, aliases: &BTreeSet<String>) -> Option<Generated> {
    let mut changed = mutant;
    for alias in aliases {
        let added = changed.diff.lines().filter(|line| line.starts_with('+'));
        let calls = ["from(", "from_iter(", "new()"].map(|call| format!("{alias}::{call}"));
        if added
            .into_iter()
            .any(|line| calls.iter().any(|call| names(line, call)))
        {
            return None;
        }
        let call = format!("{alias}::new(");
        // `Rule` is also the end of other names.
        for start in [" ", "(", "+"] {
            for text in [&mut changed.name, &mut changed.diff] {
                *text = text.replace(&format!("{start}{call}"), &format!("{start}Ok("));
            }
        }
    }
    Some(changed)
}

/// Returns whether a line has the call, and not as the end of another name.
fn names(line: &str, call: &str) -> bool {
    line.match_indices(call).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    })
}

fn parse(json: &str, aliases: &BTreeSet<String>) -> Result<Vec<Generated>> {
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
        .filter_map(|mutant| match mutant {
            Ok(mutant) => without_aliases(mutant, aliases).map(Ok),
            Err(error) => Some(Err(error)),
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
        let list = parse(json, &BTreeSet::new()).expect("a list");
        assert_eq!(list.len(), 2);
        assert_eq!(
            (list[0].name.as_str(), list[0].function.as_str()),
            ("a.rs:1: x", "f")
        );
        assert!(parse("[{}]", &BTreeSet::new()).is_err());
    }

    #[test]
    fn aliases_of_result_are_seen_through() {
        let source = "pub type RuleResult<T> = core::result::Result<T, E>;\ntype Rule<T> = core::result::Result<T, E>;";
        let aliases: BTreeSet<String> = aliases_of(source).collect();
        assert_eq!(aliases.len(), 2);
        let changed = |value: &str| {
            let mutant = Generated {
                name: format!("a.rs:1:2: replace f -> RuleResult<u64> with {value}"),
                diff: format!("@@ -1 +1 @@\n-x\n+    {value} /* ~ */\n"),
                ..mutants(1).remove(0)
            };
            without_aliases(mutant, &aliases).map(|mutant| (mutant.name, mutant.diff))
        };
        let (name, diff) = changed("RuleResult::new(1)").expect("a mutant");
        assert_eq!(name, "a.rs:1:2: replace f -> RuleResult<u64> with Ok(1)");
        assert_eq!(diff, "@@ -1 +1 @@\n-x\n+    Ok(1) /* ~ */\n");
        let (name, _) = changed("Some(Rule::new(2))").expect("a mutant");
        assert!(name.ends_with("with Some(Ok(2))"), "{name}");
        assert_eq!(changed("RuleResult::from_iter([1])"), None);
        assert_eq!(changed("Rule::new()"), None);
        assert!(changed("OtherRule::from(1)").is_some());
    }
}
