//! One `assay` command, run to its end.

use crate::process::{binary, Running, PATIENCE};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// How `assay` is called: from an empty home, so that no configuration of this machine takes part.
#[derive(Clone)]
pub struct Assay {
    pub home: PathBuf,
    pub url: Option<String>,
    pub keypair: Option<PathBuf>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Answer {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Assay {
    pub fn new(home: &Path) -> Self {
        Self {
            home: home.to_owned(),
            url: None,
            keypair: None,
        }
    }

    /// The command with the global options, ready to start.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.current_dir(&self.home).env("HOME", &self.home);
        command
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

    /// Runs a command to its end; panics when it takes too long.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Answer {
        let mut running = Running::start(&mut self.command(arguments));
        let child = &mut running.child;
        let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
        // Both pipes are emptied while the child runs, or a full one would stop it.
        let stdout = std::thread::spawn(move || read(&mut out));
        let stderr = std::thread::spawn(move || read(&mut err));
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child can be waited for") {
                break status;
            }
            let late = started.elapsed() > PATIENCE;
            assert!(!late, "`assay {}` did not end", arguments.join(" "));
            std::thread::sleep(Duration::from_millis(5));
        };
        Answer {
            code: status.code(),
            stdout: stdout.join().expect("stdout is read"),
            stderr: stderr.join().expect("stderr is read"),
        }
    }

    /// Runs a command that must succeed; answers its last JSON line.
    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> Value {
        let answer = self.run(arguments);
        let command = arguments.join(" ");
        assert_eq!(answer.code, Some(0), "assay {command}: {}", answer.stderr);
        let last = answer.stdout.lines().last().unwrap_or_default();
        serde_json::from_str(last)
            .unwrap_or_else(|e| panic!("assay {command} printed no JSON: {e}: {}", answer.stdout))
    }
}

fn read(pipe: &mut Option<impl std::io::Read>) -> String {
    let mut text = String::new();
    if let Some(pipe) = pipe {
        // A pipe that breaks ends the text; the exit code tells the rest.
        let _ = pipe.read_to_string(&mut text);
    }
    text
}
