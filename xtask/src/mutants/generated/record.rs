//! What became of the mutants so far: a file that a later run goes on from.

use super::{list::Generated, sources::Sources};
use anyhow::{Context, Result};
use serde_json::{json, Value};
use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::Path,
};

/// What became of one mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A test failed: its name, as `target::path::of::the::test`, or the target alone where it gave no name.
    Killed(String),
    /// Every test passed.
    Survived,
    /// It does not compile, so it is no mutant.
    Unviable,
}

impl Verdict {
    fn word(&self) -> &'static str {
        match self {
            Verdict::Killed(_) => "killed",
            Verdict::Survived => "survived",
            Verdict::Unviable => "unviable",
        }
    }
}

/// One line of the record.
struct Entry {
    /// Hash of the mutant and of the code that it changes.
    mutant: String,
    /// Hash of the tests that decided: of the one that failed, or of all of them.
    tests: String,
    verdict: Verdict,
}

impl Entry {
    fn to_json(&self, name: &str) -> Value {
        let by = match &self.verdict {
            Verdict::Killed(test) => test.as_str(),
            _ => "",
        };
        json!({
            "name": name,
            "mutant": self.mutant,
            "tests": self.tests,
            "verdict": self.verdict.word(),
            "by": by,
        })
    }

    fn from_json(value: &Value) -> Option<Self> {
        let text = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
        Some(Self {
            mutant: text("mutant")?,
            tests: text("tests")?,
            verdict: match text("verdict")?.as_str() {
                "killed" => Verdict::Killed(text("by")?),
                "survived" => Verdict::Survived,
                "unviable" => Verdict::Unviable,
                _ => return None,
            },
        })
    }
}

/// The verdicts so far, one JSON object a line.
pub struct Record {
    entries: Vec<Entry>,
    file: File,
}

impl Record {
    /// Opens the file. A line that is cut off is left out.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).unwrap_or_default();
        let values = text.lines().filter_map(|l| serde_json::from_str(l).ok());
        let entries = values.filter_map(|v| Entry::from_json(&v)).collect();
        let file = OpenOptions::new().create(true).append(true).open(path);
        let mut file = file.with_context(|| format!("cannot open {}", path.display()))?;
        if !text.is_empty() && !text.ends_with('\n') {
            writeln!(file)?;
        }
        Ok(Self { entries, file })
    }

    /// Returns what is known about a mutant and still holds. That a test failed holds while that test is the same; that none
    /// did holds while all of them are.
    pub fn find(&self, mutant: &Generated, sources: &Sources) -> Option<Verdict> {
        let key = sources.key_of(mutant);
        let mut entries = self.entries.iter().rev();
        let entry = entries.find(|entry| {
            entry.mutant == key && entry.tests == sources.tests_behind(&entry.verdict)
        })?;
        Some(entry.verdict.clone())
    }

    /// Adds a verdict at once, so that a run that is cut short loses nothing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, mutant: &Generated, sources: &Sources, verdict: &Verdict) -> Result<()> {
        let entry = Entry {
            mutant: sources.key_of(mutant),
            tests: sources.tests_behind(verdict),
            verdict: verdict.clone(),
        };
        writeln!(self.file, "{}", entry.to_json(&mutant.name))?;
        self.entries.push(entry);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn sources(code: &str, first: &str, second: &str) -> Sources {
        let tests = format!("fn first() {{\n{first}\n}}\nfn second() {{\n{second}\n}}\n");
        Sources::of(code, &tests)
    }

    #[test]
    fn a_verdict_holds_while_what_it_follows_from_is_the_same() {
        let folder = std::env::temp_dir().join(format!("assay-record-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("verdicts.jsonl");
        let mutant = Generated {
            name: "m".to_owned(),
            package: String::new(),
            file: PathBuf::new(),
            function: String::new(),
            diff: "d".to_owned(),
        };
        let killed = Verdict::Killed("target::first".to_owned());
        let before = sources("code", "1", "2");
        let mut record = Record::open(&path).expect("a record");
        record.add(&mutant, &before, &killed).expect("a line");
        fs::write(&path, fs::read_to_string(&path).unwrap() + "{\"cut").expect("a cut line");

        let record = Record::open(&path).expect("a record");
        let find = |sources| record.find(&mutant, &sources);
        assert_eq!(find(before), Some(killed.clone()));
        assert_eq!(find(sources("code", "1", "other")), Some(killed));
        assert_eq!(find(sources("code", "other", "2")), None);
        assert_eq!(find(sources("other", "1", "2")), None);

        let mut record = record;
        let before = sources("code", "1", "2");
        let survived = Verdict::Survived;
        record.add(&mutant, &before, &survived).expect("a line");
        let record = Record::open(&path).expect("a record");
        assert_eq!(record.find(&mutant, &before), Some(survived));
        let more = sources("code", "1", "2\n3");
        assert_eq!(
            record.find(&mutant, &more),
            Some(Verdict::Killed("target::first".to_owned()))
        );
        fs::remove_dir_all(folder).expect("no folder");
    }
}
