//! `cargo xtask determinism`: many random programs, whose NaNs this repository and Cranelift make canonical, each in its way.

use crate::{
    mutants::rust_files,
    process,
    workspace::{replace_file, Workspace},
};
use anyhow::{ensure, Context, Result};
use clap::Args;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fs, path::PathBuf};

const PACKAGE: &str = "assay-canonical-nan";
/// Where its sources and its tests are.
const FOLDER: &str = "app/canonical-nan";
/// Programs of each kind that one process compares, and after which the result is kept.
const PART: u64 = 5_000;

#[derive(Args)]
pub struct Arguments {
    /// Programs of each of two kinds: every construct, and many floats
    #[arg(long, default_value_t = 100_000)]
    programs: u64,
    /// Write docs/results/determinism.*
    #[arg(long)]
    write: bool,
}

/// What was seen of programs of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    programs: u64,
    /// Programs that show other NaNs if nobody makes them canonical.
    changed: u64,
    returned: u64,
    trapped: u64,
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.programs += other.programs;
        self.changed += other.changed;
        self.returned += other.returned;
        self.trapped += other.trapped;
    }

    /// Reads a line of the test.
    fn parse(line: &str) -> Option<Self> {
        let numbers: Vec<u64> = line
            .split(|letter: char| !letter.is_ascii_digit())
            .filter(|digits| !digits.is_empty())
            .map(|digits| digits.parse().ok())
            .collect::<Option<_>>()?;
        let [programs, changed, returned, trapped] = numbers[..] else {
            return None;
        };
        line.contains(" calls return, ").then_some(Self {
            programs,
            changed,
            returned,
            trapped,
        })
    }
}

/// Compares programs part by part, and goes on where an earlier run stopped.
///
/// # Errors
/// When a program differs.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let commit = workspace.commit()?;
    let folder = workspace.scratch.join("determinism").join(key(workspace)?);
    fs::create_dir_all(&folder)?;
    let mut sums = [Seen::default(); 2];
    let parts = arguments.programs.div_ceil(PART);
    for part in 0..parts {
        let file = folder.join(format!("{part}.json"));
        let seen: [Seen; 2] = match fs::read(&file) {
            Ok(known) => serde_json::from_slice(&known)?,
            Err(_) => {
                process::announce(format!("part {} of {parts}", part + 1));
                let seen = compare(workspace, part * PART)?;
                replace_file(&file, &serde_json::to_vec(&seen)?)?;
                seen
            }
        };
        for (sum, seen) in sums.iter_mut().zip(seen) {
            sum.add(seen);
        }
    }
    let text = report(&sums, arguments, &commit);
    println!("{text}");
    if arguments.write {
        let results = workspace.root.join("docs/results");
        replace_file(&results.join("determinism.md"), text.as_bytes())?;
        let json = serde_json::json!({
            "command": command(arguments),
            "commit": commit,
            "every_construct": sums[0],
            "many_floats": sums[1],
        });
        let json = serde_json::to_string_pretty(&json)? + "\n";
        replace_file(&results.join("determinism.json"), json.as_bytes())?;
    }
    Ok(())
}

fn command(arguments: &Arguments) -> String {
    format!(
        "cargo xtask determinism --programs {} --write",
        arguments.programs
    )
}

/// Compares one part of each kind.
fn compare(workspace: &Workspace, first: u64) -> Result<[Seen; 2]> {
    let mut cargo = workspace.cargo();
    cargo
        .args(["test", "--locked", "--ignore-rust-version", "--quiet"])
        .args(["--package", PACKAGE, "--test", "differential"])
        .args(["--", "--nocapture", "--test-threads=1"])
        .env("ASSAY_FIRST_PROGRAM", first.to_string())
        .env("ASSAY_PROGRAMS", PART.to_string());
    let printed = process::output(&mut cargo)
        .with_context(|| format!("a program from number {first} on differs"))?;
    let seen: Vec<Seen> = printed.lines().filter_map(Seen::parse).collect();
    let [every, floats] = seen[..] else {
        anyhow::bail!("the test printed no figures: {printed}");
    };
    ensure!(
        every.programs == PART && floats.programs == PART,
        "the test compared other programs than it was asked to"
    );
    Ok([every, floats])
}

/// Returns the name of all that the figures follow from.
fn key(workspace: &Workspace) -> Result<String> {
    let mut hash = Sha256::new();
    let mut files: Vec<PathBuf> = rust_files(&workspace.root.join(FOLDER))?;
    files.push(workspace.root.join("Cargo.lock"));
    files.sort();
    for file in files {
        hash.update(fs::read(file)?);
    }
    Ok(format!("{:x}", hash.finalize()).chars().take(16).collect())
}

fn report(sums: &[Seen; 2], arguments: &Arguments, commit: &str) -> String {
    let row = |name: &str, seen: &Seen| {
        format!(
            "| {name} | {} | 0 | {} | {} | {} |\n",
            seen.programs, seen.changed, seen.returned, seen.trapped
        )
    };
    format!(
        "# Canonical NaNs\n\n\
         `{}` at commit {commit}. Random programs are run with Cranelift's setting for NaNs, and rewritten by\n\
         [our pass](../decisions/0055-canonical-nans-by-a-pass.md) without it. Results, traps, memory and globals are compared bit by\n\
         bit; the command ends at the first difference.\n\n\
         | Programs | number | that differ | that show other NaNs if nobody makes them canonical | calls that return | that trap |\n\
         |---|--:|--:|--:|--:|--:|\n{}{}",
        command(arguments),
        row("of every construct", &sums[0]),
        row("with many floats", &sums[1]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_test_is_read_and_no_other() {
        let line = "5000 programs, 61 of which show other NaNs if nobody makes them canonical; 70 calls return, 8 trap";
        let seen = Seen {
            programs: 5_000,
            changed: 61,
            returned: 70,
            trapped: 8,
        };
        assert_eq!(Seen::parse(line), Some(seen));
        assert_eq!(Seen::parse("running 2 tests"), None);
        assert_eq!(
            Seen::parse("test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured"),
            None
        );
    }
}
