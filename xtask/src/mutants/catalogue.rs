//! The mutants: `tests/attacks/mutants.toml`.

use crate::workspace::Workspace;
use anyhow::{ensure, Context, Result};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const FILE: &str = "tests/attacks/mutants.toml";
const TABLE: &str = "docs/security/attacks.md";
const TESTS: &str = "tests/attacks/tests";

/// One place of the source and what stands there instead.
#[derive(Debug)]
pub struct Edit {
    /// Path from the root of the repository.
    pub file: String,
    /// Text that the file holds exactly once.
    pub original: String,
    /// Its replacement.
    pub mutant: String,
}

/// A rule that is removed.
#[derive(Debug)]
pub struct Mutant {
    /// Short and unique.
    pub name: String,
    /// The rule, as a sentence.
    pub rule: String,
    /// What removes it.
    pub edits: Vec<Edit>,
    /// The tests that must fail: `target::path::of::the::test`.
    attacks: Vec<String>,
}

impl Mutant {
    /// Returns the tests that must fail.
    pub fn attacks(&self) -> impl Iterator<Item = &str> {
        self.attacks.iter().map(String::as_str)
    }

    /// Returns the folder under `programs/` of the program that is mutated.
    pub fn program(&self) -> &str {
        let file = self.edits.first().map_or("", |edit| edit.file.as_str());
        file.split('/').nth(1).unwrap_or_default()
    }
}

/// Every mutant, and the attacks that have none.
pub struct Catalogue {
    pub mutants: Vec<Mutant>,
    /// Attacks that no single rule of our programs stops, with the reason.
    pub without_mutant: BTreeMap<String, String>,
}

impl Catalogue {
    /// Reads the file.
    ///
    /// # Errors
    /// When it cannot be read, or an entry lacks a field.
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let path = workspace.root.join(FILE);
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {FILE}"))?;
        let table: toml::Table = text
            .parse()
            .with_context(|| format!("cannot parse {FILE}"))?;
        let mut mutants = Vec::new();
        for entry in array(&table, "mutant") {
            let name = string(entry, "name").with_context(|| format!("a mutant of {FILE}"))?;
            mutants.push(mutant(entry, &name).with_context(|| format!("mutant {name}"))?);
        }
        let mut without_mutant = BTreeMap::new();
        if let Some(toml::Value::Table(reasons)) = table.get("without_mutant") {
            for attack in reasons.keys() {
                without_mutant.insert(attack.clone(), string(reasons, attack)?);
            }
        }
        Ok(Self {
            mutants,
            without_mutant,
        })
    }

    /// Returns the mutants with these names, or with attacks of these test targets; all of them without a name.
    ///
    /// # Errors
    /// When nothing has one of the names.
    pub fn choose(&self, names: &[String]) -> Result<Vec<&Mutant>> {
        let has = |mutant: &Mutant, name: &String| {
            mutant.name == *name || mutant.attacks().any(|attack| target_of(attack) == name)
        };
        for name in names {
            ensure!(
                self.mutants.iter().any(|mutant| has(mutant, name)),
                "no mutant and no test target is named {name}"
            );
        }
        let is_chosen =
            |mutant: &&Mutant| names.is_empty() || names.iter().any(|name| has(mutant, name));
        Ok(self.mutants.iter().filter(is_chosen).collect())
    }

    /// Checks the catalogue against the sources: every edit has its one place, and every test exists.
    ///
    /// # Errors
    /// When one of this does not hold, with everything that is wrong.
    pub fn check(&self, workspace: &Workspace) -> Result<()> {
        let mut wrong = Vec::new();
        let tests = tests(workspace)?;
        let mut names = BTreeSet::new();
        for mutant in &self.mutants {
            let name = &mutant.name;
            if !names.insert(name) {
                wrong.push(format!("two mutants are named {name}"));
            }
            if mutant.attacks.is_empty() {
                wrong.push(format!("{name} names no attack"));
            }
            for edit in &mutant.edits {
                let source = fs::read_to_string(workspace.root.join(&edit.file));
                let places = source.map_or(0, |text| text.matches(&edit.original).count());
                if places != 1 {
                    wrong.push(format!("{name}: {places} places in {}", edit.file));
                }
                if edit.original == edit.mutant {
                    wrong.push(format!("{name} changes nothing"));
                }
                let program = edit.file.split('/').nth(1);
                if !edit.file.starts_with("programs/") || program != Some(mutant.program()) {
                    wrong.push(format!("{name} mutates something else than one program"));
                }
            }
            for attack in mutant.attacks().filter(|attack| !tests.contains(*attack)) {
                wrong.push(format!("{name}: there is no test {attack}"));
            }
        }
        ensure!(wrong.is_empty(), "{FILE}:\n{}", wrong.join("\n"));
        Ok(())
    }

    /// Checks that every attack has a mutant or a reason why not, and that the table names no other attacks.
    ///
    /// # Errors
    /// When one of this does not hold, with everything that is wrong.
    pub fn check_completeness(&self, workspace: &Workspace) -> Result<()> {
        let mut wrong = Vec::new();
        let tests = tests(workspace)?;
        let named: BTreeSet<&str> = self.mutants.iter().flat_map(Mutant::attacks).collect();
        for attack in self.without_mutant.keys() {
            if !tests.contains(attack) || named.contains(attack.as_str()) {
                wrong.push(format!("{attack} needs no reason to have no mutant"));
            }
        }
        for test in &tests {
            if !named.contains(test.as_str()) && !self.without_mutant.contains_key(test) {
                wrong.push(format!("{test} has no mutant"));
            }
        }
        for attack in table(workspace)? {
            if !tests.iter().any(|test| name_of(test) == attack) {
                wrong.push(format!("{TABLE} names {attack}, which no test carries out"));
            }
        }
        ensure!(wrong.is_empty(), "{FILE}:\n{}", wrong.join("\n"));
        Ok(())
    }
}

/// Returns the test target of `target::path::of::the::test`.
pub fn target_of(attack: &str) -> &str {
    attack.split("::").next().unwrap_or_default()
}

/// Returns the last part of `target::path::of::the::test`.
pub fn name_of(attack: &str) -> &str {
    attack.rsplit("::").next().unwrap_or_default()
}

/// Returns the source files of a test target.
///
/// # Errors
/// When the folder cannot be read.
pub fn sources_of(workspace: &Workspace, target: &str) -> Result<Vec<PathBuf>> {
    let file = workspace.root.join(TESTS).join(format!("{target}.rs"));
    if file.is_file() {
        return Ok(vec![file]);
    }
    rust_files(&workspace.root.join(TESTS).join(target))
}

/// Returns every test of an attack as `target::path::of::the::test`.
fn tests(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let folder = workspace.root.join(TESTS);
    for file in rust_files(&folder)? {
        let parts: Vec<String> = file
            .strip_prefix(&folder)?
            .with_extension("")
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .filter(|part| part != "main" && part != "mod")
            .collect();
        let text = fs::read_to_string(&file)?;
        let mut is_test = false;
        for line in text.lines() {
            let function = line
                .strip_prefix("fn ")
                .and_then(|rest| rest.split('(').next());
            if let (true, Some(name)) = (is_test, function) {
                found.insert(format!("{}::{name}", parts.join("::")));
                is_test = false;
            }
            is_test |= line == "#[test]";
        }
    }
    Ok(found)
}

/// Returns the names of the tests that the table of attacks links to.
fn table(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let text = fs::read_to_string(workspace.root.join(TABLE))
        .with_context(|| format!("cannot read {TABLE}"))?;
    let name = |line: &str| {
        let (name, rest) = line.strip_prefix("| [`")?.split_once("`](")?;
        rest.starts_with("../../tests/attacks/tests/")
            .then(|| name.to_owned())
    };
    Ok(text.lines().filter_map(name).collect())
}

/// Returns the Rust files of a folder and its folders, sorted.
///
/// # Errors
/// When it cannot be read.
pub fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn mutant(entry: &toml::Table, name: &str) -> Result<Mutant> {
    let mut edits = vec![edit(entry)?];
    for further in array(entry, "also") {
        edits.push(edit(further)?);
    }
    let attacks = entry.get("attacks").and_then(toml::Value::as_array);
    let attacks = attacks.context("needs `attacks`")?;
    let attacks = attacks.iter().filter_map(toml::Value::as_str);
    Ok(Mutant {
        name: name.to_owned(),
        rule: string(entry, "rule")?,
        edits,
        attacks: attacks.map(str::to_owned).collect(),
    })
}

fn edit(entry: &toml::Table) -> Result<Edit> {
    Ok(Edit {
        file: string(entry, "file")?,
        original: string(entry, "original")?,
        mutant: string(entry, "mutant")?,
    })
}

fn array<'a>(table: &'a toml::Table, key: &str) -> impl Iterator<Item = &'a toml::Table> {
    let entries = table.get(key).and_then(toml::Value::as_array);
    entries
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_table)
}

fn string(table: &toml::Table, key: &str) -> Result<String> {
    let value = table.get(key).and_then(toml::Value::as_str);
    Ok(value.with_context(|| format!("needs `{key}`"))?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attack_has_a_mutant_that_fits_the_sources() {
        let workspace = Workspace::locate().expect("this workspace");
        let catalogue = Catalogue::read(&workspace).expect("a catalogue");
        catalogue.check(&workspace).expect("edits that fit");
        let complete = catalogue.check_completeness(&workspace);
        complete.expect("every attack");
        assert!(catalogue.mutants.len() > 90);
    }

    #[test]
    fn an_attack_is_named_by_its_target_and_path() {
        let attack = "money::escrow::collects_a_seat_twice";
        assert_eq!(target_of(attack), "money");
        assert_eq!(name_of(attack), "collects_a_seat_twice");
    }
}
