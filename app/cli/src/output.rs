//! Data goes to stdout, as text or as one JSON object a line; prose goes to stderr.

use crate::{Exit, Failure, Result};
use clap::ValueEnum;
use serde::Serialize;
use std::{
    fmt::Display,
    io::{self, Write as _},
};

/// What stdout looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One object a line, for programs.
    Json,
}

/// What a command found out or did, in both formats.
pub struct Outcome {
    text: String,
    json: serde_json::Value,
}

impl Outcome {
    /// As a command answers it.
    pub fn ok<T: Serialize + Display>(report: &T) -> Result<Self> {
        let json = serde_json::to_value(report).map_err(|error| {
            Failure::new(
                Exit::Failed,
                format!("the report cannot be written as JSON: {error}"),
            )
        })?;
        let text = report.to_string();
        Ok(Self { text, json })
    }
}

/// The only way to stdout and stderr.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    format: Format,
}

impl Printer {
    pub fn new(format: Format) -> Self {
        Self { format }
    }

    /// Shows one report of a command that has several; whoever reads a pipe gets it at once.
    pub fn show<T: Serialize + Display>(&self, report: &T) -> Result<()> {
        self.print(&Outcome::ok(report)?)
    }

    pub(crate) fn print(&self, outcome: &Outcome) -> Result<()> {
        let mut stdout = io::stdout().lock();
        let written = match self.format {
            Format::Text => writeln!(stdout, "{}", outcome.text.trim_end()),
            Format::Json => writeln!(stdout, "{}", outcome.json),
        };
        heard(written.and_then(|()| stdout.flush()))
    }

    /// Tells people how it goes.
    pub fn note(&self, prose: impl Display) {
        // Without a stderr there is nobody to complain to.
        let _ = writeln!(io::stderr().lock(), "{prose}");
    }
}

/// A reader that has gone away (`| head`) wants no more, which is no failure of the command; a full disk is.
pub(crate) fn heard(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(
            Exit::Failed,
            format!("cannot write the output: {error}"),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_reader_that_has_gone_away_is_no_failure() {
        assert!(heard(Err(io::ErrorKind::BrokenPipe.into())).is_ok());
        let full = heard(Err(io::ErrorKind::StorageFull.into())).unwrap_err();
        assert_eq!(full.exit, Exit::Failed);
    }
}
