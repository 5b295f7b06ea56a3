//! Data goes to stdout, as text or as one JSON object a line; prose goes to stderr.

use crate::Result;
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
    pub fn of<T: Serialize + Display>(report: &T) -> Self {
        Self {
            text: report.to_string(),
            json: serde_json::to_value(report).unwrap_or_default(),
        }
    }

    /// As a command answers it.
    pub fn ok<T: Serialize + Display>(report: &T) -> Result<Self> {
        Ok(Self::of(report))
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
    pub fn show<T: Serialize + Display>(&self, report: &T) {
        self.print(&Outcome::of(report));
    }

    pub(crate) fn print(&self, outcome: &Outcome) {
        let mut stdout = io::stdout().lock();
        // A reader that has gone away (`| head`) wants no more: not an error of the command.
        let _ = match self.format {
            Format::Text => writeln!(stdout, "{}", outcome.text.trim_end()),
            Format::Json => writeln!(stdout, "{}", outcome.json),
        };
        let _ = stdout.flush();
    }

    /// Tells people how it goes.
    pub fn note(&self, prose: impl Display) {
        let _ = writeln!(io::stderr().lock(), "{prose}");
    }
}
