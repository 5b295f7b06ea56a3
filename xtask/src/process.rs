//! Runs other programs and tells the reader so.

use anyhow::{bail, Context, Result};
use std::{
    fmt::Display,
    io,
    process::{Command, ExitStatus, Stdio},
};

/// Prints to stderr what begins now.
pub fn announce(step: impl Display) {
    eprintln!("==> {step}");
}

/// Runs a command to its end. What it prints goes to stderr, because stdout is for the data of this program.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub fn run(command: &mut Command) -> Result<()> {
    command.stdout(Stdio::from(io::stderr()));
    run_showing_output(command)
}

/// Runs a command to its end. Its stdout is what the user asked for, and goes to stdout.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub fn run_showing_output(command: &mut Command) -> Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| cannot_start(command))?;
    succeeded(command, status)
}

/// Runs a command to its end and returns what it printed to stdout.
///
/// # Errors
/// When it cannot be started, does not succeed, or prints something that is not text.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| cannot_start(command))?;
    succeeded(command, output.status)?;
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` printed something that is not text", name(command)))
}

/// Returns whether a command can be started and succeeds. What it prints is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status})", name(command));
    }
    Ok(())
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start {}", command.get_program().to_string_lossy())
}

/// Returns the program and its first argument: enough to know what failed, short enough to read.
fn name(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(
        command
            .get_args()
            .next()
            .map(|argument| argument.to_string_lossy()),
    );
    words.join(" ")
}
