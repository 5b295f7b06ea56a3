//! Output of commands. Data goes to stdout, as text or as one JSON object a line; prose goes to stderr.

use crate::{CliError, Result};
use clap::ValueEnum;
use serde::Serialize;
use std::{
    fmt::Display,
    io::{self, Write as _},
    time::{Duration, SystemTime},
};

/// The format of the data on stdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// The result of a command, in both formats.
pub struct Report {
    text: String,
    json: serde_json::Value,
}

impl Report {
    /// Returns the report of the value.
    ///
    /// # Errors
    /// If the value cannot be written as JSON.
    pub fn new<T: Serialize + Display>(value: &T) -> Result<Self> {
        let json = serde_json::to_value(value).map_err(|error| {
            CliError::failed(format!("the report cannot be written as JSON: {error}"))
        })?;
        let text = value.to_string();
        Ok(Self { text, json })
    }
}

/// Writes to stdout and stderr. Nothing else in this crate does.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    format: Format,
}

impl Printer {
    pub fn new(format: Format) -> Self {
        Self { format }
    }

    /// Prints one of several reports of a command. Flushes stdout, so that the reader of a pipe gets it at once.
    pub fn show<T: Serialize + Display>(&self, value: &T) -> Result<()> {
        self.print(&Report::new(value)?)
    }

    pub(crate) fn print(&self, report: &Report) -> Result<()> {
        let mut stdout = io::stdout().lock();
        let written = match self.format {
            Format::Text => writeln!(stdout, "{}", report.text.trim_end()),
            Format::Json => writeln!(stdout, "{}", report.json),
        };
        ignore_broken_pipe(written.and_then(|()| stdout.flush()))
    }

    /// Prints a line about the progress of a command to stderr.
    pub fn status(&self, line: impl Display) {
        // If stderr is closed, the line has no reader.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }
}

/// Turns the result of a write to stdout into that of the command. A broken pipe is not an error, because the reader has
/// all that it wants (`| head`); a full disk is.
pub(crate) fn ignore_broken_pipe(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::failed(format!(
            "cannot write the output: {error}"
        ))),
        _ => Ok(()),
    }
}

/// Writes a Unix time in seconds as `2026-01-02T03:04:05Z`, or as a number if it is before 1970 or after the year 9999.
pub fn format_time(unix: i64) -> String {
    const YEAR_10000: i64 = 253_402_300_800;
    let since_1970 = u64::try_from(unix).ok().map(Duration::from_secs);
    match since_1970.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since)) {
        Some(time) if unix < YEAR_10000 => humantime::format_rfc3339_seconds(time).to_string(),
        _ => unix.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExitCode;

    #[test]
    fn a_broken_pipe_is_no_error_and_a_full_disk_is() {
        assert!(ignore_broken_pipe(Err(io::ErrorKind::BrokenPipe.into())).is_ok());
        let full = ignore_broken_pipe(Err(io::ErrorKind::StorageFull.into())).unwrap_err();
        assert_eq!(full.exit_code, ExitCode::Failed);
    }

    #[test]
    fn a_time_outside_the_calendar_is_a_number() {
        assert_eq!(format_time(1_767_323_045), "2026-01-02T03:04:05Z");
        assert_eq!(format_time(253_402_300_799), "9999-12-31T23:59:59Z");
        for unix in [-1, 253_402_300_800, i64::MAX] {
            assert_eq!(format_time(unix), unix.to_string());
        }
    }
}
