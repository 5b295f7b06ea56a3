//! The `assay` command as a child process: what the demonstration does, a person could type.

use anyhow::{bail, Context, Result};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// How to call `assay`.
pub struct Assay {
    binary: PathBuf,
    /// The network, where there is one already.
    url: Option<String>,
}

impl Assay {
    pub fn new(binary: &Path, url: Option<String>) -> Self {
        Self {
            binary: binary.to_owned(),
            url,
        }
    }

    /// Runs a command as the wallet in `keypair` and answers the object that it prints.
    pub fn call(&self, keypair: Option<&Path>, arguments: &[&str]) -> Result<Value> {
        let mut command = self.command(keypair, arguments);
        let typed = typed(arguments);
        let output = command
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot run {}", self.binary.display()))?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            bail!("`{typed}` failed ({}): {}", output.status, stderr.trim());
        }
        let stdout = String::from_utf8_lossy(&output.stdout);
        let last = stdout.lines().last().unwrap_or_default();
        serde_json::from_str(last).with_context(|| format!("`{typed}` printed no JSON: `{last}`"))
    }

    /// Starts a command that goes on; its output goes where the caller says.
    pub fn spawn(
        &self,
        keypair: Option<&Path>,
        arguments: &[&str],
        (stdout, stderr): (Stdio, Stdio),
    ) -> Result<Child> {
        self.command(keypair, arguments)
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .with_context(|| format!("cannot start `{}`", typed(arguments)))
    }

    fn command(&self, keypair: Option<&Path>, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(["--output", "json"]);
        if let Some(url) = &self.url {
            command.args(["--url", url]);
        }
        if let Some(keypair) = keypair {
            command.arg("--keypair").arg(keypair);
        }
        command.args(arguments);
        command
    }
}

fn typed(arguments: &[&str]) -> String {
    format!("assay {}", arguments.join(" "))
}

/// The text in a field of what a command printed.
pub fn field(object: &Value, name: &str) -> Result<String> {
    match object[name].as_str() {
        Some(text) => Ok(text.to_owned()),
        None => bail!("no text `{name}` in {object}"),
    }
}

/// Base units of an amount that a command printed.
pub fn units(object: &Value, name: &str) -> Result<u64> {
    whole(&object[name]["units"]).with_context(|| format!("no amount `{name}` in {object}"))
}

/// A whole number, written as text where a reader of JSON numbers could lose digits.
pub fn whole(value: &Value) -> Result<u64> {
    match value {
        Value::String(digits) => Ok(digits.parse()?),
        other => other
            .as_u64()
            .with_context(|| format!("{other} is no whole number")),
    }
}
