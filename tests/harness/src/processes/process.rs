//! Child processes that never outlive a test, and their output line by line.

use serde_json::Value;
use std::{
    collections::VecDeque,
    io::{BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{channel, Receiver},
    time::{Duration, Instant},
};

/// Longest wait for anything.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where the built programs lie.
pub fn deploy_dir() -> PathBuf {
    repository().join("target/deploy")
}

/// The `assay` binary beside this test's own; panics when it was not built.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("tests lie in <profile>/deps");
    let assay = profile.join(format!("assay{}", std::env::consts::EXE_SUFFIX));
    assert!(
        assay.is_file(),
        "{} is missing; run `cargo build --ignore-rust-version -p assay-cli` first",
        assay.display()
    );
    assay
}

/// A running child; killed when dropped.
pub(crate) struct Running {
    pub child: Child,
}

impl Running {
    /// Starts the command with both outputs piped and nothing on stdin.
    pub fn start(command: &mut Command) -> Self {
        let piped = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = piped.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
        Self { child }
    }

    /// SIGKILL: no handler of the child runs.
    pub fn kill(&mut self) {
        // Fails only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// JSON lines of a child's stdout as they come, and its stderr, kept for messages.
pub struct Lines {
    incoming: Receiver<Value>,
    seen: VecDeque<Value>,
    stderr: Receiver<String>,
}

impl Lines {
    pub(crate) fn of(child: &mut Child) -> Self {
        let stdout = child.stdout.take().expect("stdout is piped");
        let stderr = child.stderr.take().expect("stderr is piped");
        Self {
            incoming: lines(stdout, |line| serde_json::from_str(&line).ok()),
            seen: VecDeque::new(),
            stderr: lines(stderr, Some),
        }
    }

    /// The next line that `wanted` admits, among those already seen too; panics when none comes in time.
    #[track_caller]
    pub fn wait(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.seen.iter().position(&wanted) {
            return self.seen.remove(at).expect("the position was found");
        }
        let started = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(started.elapsed());
            match self.incoming.recv_timeout(left) {
                Ok(line) if wanted(&line) => return line,
                Ok(line) => self.seen.push_back(line),
                Err(_) => {
                    let said: Vec<_> = self.stderr.try_iter().collect();
                    let seen = &self.seen;
                    panic!(
                        "no {what} came; stdout: {seen:?}; stderr:\n{}",
                        said.join("\n")
                    );
                }
            }
        }
    }

    /// Everything that came and nobody waited for.
    pub fn rest(&mut self) -> Vec<Value> {
        self.seen.extend(self.incoming.try_iter());
        self.seen.iter().cloned().collect()
    }
}

fn lines<T: Send + 'static>(
    from: impl Read + Send + 'static,
    read: impl Fn(String) -> Option<T> + Send + 'static,
) -> Receiver<T> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let Some(line) = read(line) else { continue };
            if send.send(line).is_err() {
                break;
            }
        }
    });
    receive
}
