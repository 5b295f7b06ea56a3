//! The `assay` command as a child process: what the demonstration does, a person could type.

use anyhow::{bail, Context, Result};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// How to call `assay` on one network.
pub struct Assay {
    binary: PathBuf,
    url: String,
}

impl Assay {
    pub fn new(binary: &Path, url: String) -> Self {
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
        let last = stdout.lines().last().unwrap_or("null");
        serde_json::from_str(last).with_context(|| format!("`{typed}` printed no JSON: {last}"))
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
        if !self.url.is_empty() {
            command.args(["--url", &self.url]);
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
