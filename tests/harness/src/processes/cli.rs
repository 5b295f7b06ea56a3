//! The `assay` command, run to its end.

use super::{or_panic, process::KillOnDrop, WAIT_TIMEOUT};
use anyhow::{bail, ensure, Context, Result};
use serde_json::Value;
use std::{
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How `assay` is called. It runs in a home directory of the test's own, so that no configuration of this machine applies.
#[derive(Clone)]
pub struct Cli {
    /// The `assay` binary.
    pub binary: PathBuf,
    /// The home and the current directory of every command.
    pub home: PathBuf,
    /// RPC address of the network.
    pub url: Option<String>,
    /// Keypair file of the wallet that signs and pays.
    pub keypair: Option<PathBuf>,
}

/// How a command ended.
#[derive(Debug)]
pub struct CliOutput {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Cli {
    pub fn new(binary: &Path, home: &Path) -> Self {
        Self {
            binary: binary.to_owned(),
            home: home.to_owned(),
            url: None,
            keypair: None,
        }
    }

    /// Returns the command with the global options, ready to start.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .current_dir(&self.home)
            .env("HOME", &self.home)
            .env_remove("XDG_CONFIG_HOME")
            .args(["--output", "json"]);
        if let Some(url) = &self.url {
            command.args(["--url", url]);
        }
        if let Some(keypair) = &self.keypair {
            command.arg("--keypair").arg(keypair);
        }
        command.args(arguments);
        command
    }

    /// Runs a command to its end, whatever its exit code is.
    ///
    /// # Errors
    /// If the command cannot be started or does not end in time.
    pub fn try_run(&self, arguments: &[&str]) -> Result<CliOutput> {
        let mut command = self.command(arguments);
        let piped = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = piped.spawn();
        let child = child.with_context(|| format!("cannot run {}", self.binary.display()))?;
        let mut child = KillOnDrop(child);
        // Both pipes are emptied while the child runs: a full one would stop it.
        let (stdout, stderr) = (read(child.0.stdout.take()), read(child.0.stderr.take()));
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.0.try_wait()? {
                break status;
            }
            let late = started.elapsed() > WAIT_TIMEOUT;
            ensure!(!late, "`{}` did not end in time", typed(arguments));
            thread::sleep(Duration::from_millis(5));
        };
        let text = |reader: thread::JoinHandle<String>| reader.join().unwrap_or_default();
        Ok(CliOutput {
            code: status.code(),
            stdout: text(stdout),
            stderr: text(stderr),
        })
    }

    /// Runs a command to its end, whatever its exit code is.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> CliOutput {
        or_panic(self.try_run(arguments))
    }

    /// Runs a command that must succeed and returns its last line, which is JSON.
    ///
    /// # Errors
    /// If the command fails, does not end in time or prints no JSON.
    pub fn try_json(&self, arguments: &[&str]) -> Result<Value> {
        let output = self.try_run(arguments)?;
        let typed = typed(arguments);
        if output.code != Some(0) {
            let code = output
                .code
                .map_or("a signal".to_owned(), |code| code.to_string());
            bail!("`{typed}` failed with {code}: {}", output.stderr.trim());
        }
        let last = output.stdout.lines().last().unwrap_or_default();
        serde_json::from_str(last).with_context(|| format!("`{typed}` printed no JSON: `{last}`"))
    }

    /// Runs a command that must succeed and returns its last line, which is JSON.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        or_panic(self.try_json(arguments))
    }
}

fn typed(arguments: &[&str]) -> String {
    format!("assay {}", arguments.join(" "))
}

fn read(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut pipe) = pipe {
            // A broken pipe ends the text; the exit code says the rest.
            let _ = pipe.read_to_end(&mut text);
        }
        String::from_utf8_lossy(&text).into_owned()
    })
}

/// Returns the text in a field of what a command printed.
///
/// # Errors
/// If there is no text of this name.
pub fn json_text(object: &Value, name: &str) -> Result<String> {
    match object[name].as_str() {
        Some(text) => Ok(text.to_owned()),
        None => bail!("no text `{name}` in {object}"),
    }
}

/// Returns the base units of an amount in a field of what a command printed.
///
/// # Errors
/// If there is no amount of this name.
pub fn json_units(object: &Value, name: &str) -> Result<u64> {
    json_whole(&object[name]["units"]).with_context(|| format!("no amount `{name}` in {object}"))
}

/// Reads a whole number. Commands print large ones as text, because readers of JSON numbers can lose digits.
///
/// # Errors
/// If it is no whole number of 64 bits.
pub fn json_whole(value: &Value) -> Result<u64> {
    match value {
        Value::String(digits) => Ok(digits.parse()?),
        other => other
            .as_u64()
            .with_context(|| format!("{other} is no whole number")),
    }
}
