//! What a run of the tests did: each step and suite with its time and its number of tests.

use anyhow::Result;
use std::{
    fmt,
    time::{Duration, Instant},
};

/// Tests passed, failed and ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub ignored: u64,
}

impl Counts {
    /// Adds one of libtest's closing lines: `test result: ok. 5 passed; 0 failed; 1 ignored; …`. Other lines add nothing.
    pub fn add_line(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else {
            return;
        };
        for part in rest.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(what)) = (words.next(), words.next()) else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }

    fn total(self) -> u64 {
        self.passed + self.failed
    }
}

/// One line of the table.
struct Row {
    name: String,
    time: Duration,
    counts: Counts,
}

/// A table of what was done, in the order in which it was done.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Runs a step that is no test suite and records its time, also when it fails.
    pub fn step<T>(&mut self, name: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        let started = Instant::now();
        let outcome = step();
        self.add(name, started.elapsed(), Counts::default());
        outcome
    }

    /// Records a step or a suite that is over.
    pub fn add(&mut self, name: impl Into<String>, time: Duration, counts: Counts) {
        self.rows.push(Row {
            name: name.into(),
            time,
            counts,
        });
    }

    /// Returns the sum of all suites.
    pub fn counts(&self) -> Counts {
        self.rows.iter().fold(Counts::default(), |sum, row| Counts {
            passed: sum.passed + row.counts.passed,
            failed: sum.failed + row.counts.failed,
            ignored: sum.ignored + row.counts.ignored,
        })
    }
}

/// The table, without the suites that are empty and took no time.
impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        writeln!(out, "{:<32} {:>8} {:>6}", "step", "seconds", "tests")?;
        for row in &self.rows {
            let (seconds, tests) = (row.time.as_secs_f64(), row.counts.total());
            if tests == 0 && seconds < 1.0 {
                continue;
            }
            write!(out, "{:<32} {seconds:>8.0} ", row.name)?;
            if tests == 0 {
                writeln!(out, "{:>6}", "-")?;
            } else {
                writeln!(out, "{tests:>6}")?;
            }
        }
        let time: Duration = self.rows.iter().map(|row| row.time).sum();
        let tests = self.counts().total();
        writeln!(
            out,
            "{:<32} {:>8.0} {tests:>6}",
            "total",
            time.as_secs_f64()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn closing_lines_are_added_up_and_others_are_not() {
        let mut counts = Counts::default();
        counts.add_line("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.10s");
        counts.add_line("test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.5s");
        counts.add_line("test staking::stake ... 9 passed");
        assert_eq!((counts.passed, counts.failed, counts.ignored), (7, 3, 1));
    }

    #[test]
    fn the_table_has_steps_and_suites_and_their_sum() {
        let mut report = Report::default();
        let failed: Result<()> = report.step("broken", || bail!("no"));
        assert!(failed.is_err());
        let counts = Counts {
            passed: 40,
            failed: 1,
            ignored: 2,
        };
        report.add("bytecode", Duration::from_secs(61), Counts::default());
        report.add("market", Duration::from_millis(8_600), counts);
        report.add("empty", Duration::from_millis(3), Counts::default());
        let table = "\
step                              seconds  tests
bytecode                               61      -
market                                  9     41
total                                  70     41
";
        assert_eq!(report.to_string(), table);
        assert_eq!(report.counts(), counts);
    }
}
