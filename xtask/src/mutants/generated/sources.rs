//! What a verdict follows from: the code of the programs, and the tests.

use super::{list::Generated, record::Verdict};
use crate::mutants::catalogue::rust_files;
use anyhow::Result;
use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

/// How a module of tests at the end of a file begins.
const UNIT_TESTS: &str = "#[cfg(test)]\nmod tests {";

/// The code and the tests, as they were when the run began.
pub struct Sources {
    /// Hash of the programs without their unit tests.
    code: u64,
    /// The text of all tests that are run.
    tests: String,
}

impl Sources {
    /// Reads the programs in `root`, and the files of the test targets.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn read(root: &Path, test_files: &[PathBuf]) -> Result<Self> {
        let mut code = String::new();
        let mut tests = String::new();
        for file in rust_files(&root.join("programs"))? {
            let text = fs::read_to_string(&file)?;
            if is_test_file(&file) {
                tests += &text;
                continue;
            }
            let (own, unit_tests) = match text.find(UNIT_TESTS) {
                Some(start) => text.split_at(start),
                None => (text.as_str(), ""),
            };
            code += own;
            tests += unit_tests;
        }
        for file in test_files {
            tests += &fs::read_to_string(file)?;
        }
        Ok(Self::of(&code, &tests))
    }

    /// Returns sources with these texts.
    pub fn of(code: &str, tests: &str) -> Self {
        Self {
            code: hash(&code),
            tests: tests.to_owned(),
        }
    }

    /// Returns a hash of all code and all tests.
    pub fn key(&self) -> String {
        format!("{:016x}", hash(&(self.code, &self.tests)))
    }

    /// Returns a hash of a mutant and of the code that it changes.
    pub fn key_of(&self, mutant: &Generated) -> String {
        format!("{:016x}", hash(&(self.code, &mutant.file, &mutant.diff)))
    }

    /// Returns a hash of the tests that a verdict follows from: of the one that failed, without what it calls, or of all.
    pub fn tests_behind(&self, verdict: &Verdict) -> String {
        let hash = match verdict {
            Verdict::Killed(test) => {
                let name = test.rsplit("::").next().unwrap_or_default();
                match functions(&self.tests, name) {
                    found if found.is_empty() => hash(&self.tests),
                    found => hash(&found),
                }
            }
            Verdict::Survived => hash(&self.tests),
            // The compiler decides, and no test.
            Verdict::Unviable => 0,
        };
        format!("{hash:016x}")
    }
}

/// Returns whether a file of the programs holds tests, or what tests begin from, and nothing else.
fn is_test_file(file: &Path) -> bool {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    stem == "tests" || stem == "fixtures" || stem.ends_with("_tests")
}

/// Returns the texts of the functions of a name, each up to the bracket that stands below its first letter.
fn functions<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let starts = text
        .match_indices(&format!("fn {name}("))
        .map(|(at, _)| at)
        .collect::<Vec<_>>();
    starts
        .into_iter()
        .filter_map(|at| {
            let line_start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
            let from_line = text.get(line_start..)?;
            let indentation: String = from_line
                .chars()
                .take_while(|letter| *letter == ' ')
                .collect();
            let end = from_line.find(&format!("\n{indentation}}}"))?;
            from_line.get(..end)
        })
        .collect()
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_cut_out_whole() {
        let text = "mod a {\n    fn b() {\n        if c {\n        }\n    }\n    fn d() {}\n}\n";
        assert_eq!(
            functions(text, "b"),
            ["    fn b() {\n        if c {\n        }"]
        );
        assert!(functions(text, "x").is_empty());
    }

    #[test]
    fn files_of_tests_are_no_code() {
        assert!(is_test_file(Path::new("game/seat_tests.rs")));
        assert!(is_test_file(Path::new("game/fixtures.rs")));
        assert!(!is_test_file(Path::new("game/seat.rs")));
    }
}
