//! Children that end otherwise than they should, and parents that do.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use assay_runner::{ChildProgram, CommandRunner, Limits, RunRequest, Runner, RunnerError};
use rustix::process::{kill_process, Pid, Signal};

use crate::programs::command;
use crate::{descendants, Setup, KEY, LIMITS, LONG};

const ENDLESS: Limits = Limits {
    fuel: u64::MAX,
    ..LIMITS
};

fn endless() -> String {
    command("(loop $again (br $again))")
}

fn wait_for<T>(what: &str, mut find: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = find() {
            return found;
        }
        assert!(started.elapsed() < LONG, "waited for {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

fn kill(pid: u32) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
}

fn is_alive(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let state = status.lines().find(|line| line.starts_with("State:"));
    state.is_some_and(|state| !state.contains('Z'))
}

/// Runs the test of this name again in a process of its own. Returns its process number and its lines, or `None` in that process.
fn in_a_process_of_its_own(
    test: &str,
) -> Option<(std::process::Child, impl Iterator<Item = String>)> {
    const OWN: &str = "ASSAY_TEST_OWN_PROCESS";
    if env::var_os(OWN).is_some() {
        return None;
    }
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(OWN, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    Some((child, lines.map_while(Result::ok)))
}

/// Killing any of its processes from outside, as an operator or the kernel does that is short of memory.
#[test]
fn a_child_that_is_killed_has_no_result_and_the_next_one_runs() {
    let test = "ending::a_child_that_is_killed_has_no_result_and_the_next_one_runs";
    // Other tests have children of their own.
    if let Some((mut own, lines)) = in_a_process_of_its_own(test) {
        assert!(
            own.wait().unwrap().success(),
            "{:?}",
            lines.collect::<Vec<_>>()
        );
        return;
    }
    let setup = Setup::new();
    let module = wat::parse_str(endless()).unwrap();
    setup.runner.prepare(&module, LONG).unwrap();
    for which in 0..2 {
        thread::scope(|scope| {
            let run = scope.spawn(|| setup.run(&endless(), b"", ENDLESS));
            let children = wait_for("both processes of the child", || {
                let children = descendants();
                (children.len() == 2).then_some(children)
            });
            thread::sleep(Duration::from_millis(200));
            kill(children[which]);
            let ended = run.join().unwrap();
            assert!(matches!(ended, Err(RunnerError::ChildDied(_))), "{ended:?}");
            wait_for("the other process to end", || {
                descendants().is_empty().then_some(())
            });
        });
    }
    setup.assert_works();
}

/// Reads the numbers of processes that a process has named.
fn named_children(lines: &mut impl Iterator<Item = String>) -> Vec<u32> {
    let line = lines.find(|line| line.starts_with("children "));
    let line = line.expect("the parent names its children");
    let numbers = line.trim_start_matches("children [").trim_end_matches(']');
    numbers
        .split(", ")
        .map(|pid| pid.parse().unwrap())
        .collect()
}

#[test]
fn a_child_does_not_outlive_its_parent() {
    let test = "ending::a_child_does_not_outlive_its_parent";
    let Some((mut parent, mut lines)) = in_a_process_of_its_own(test) else {
        let setup = Setup::new();
        thread::scope(|scope| {
            scope.spawn(|| setup.run(&endless(), b"", ENDLESS));
            let children = wait_for("a child that runs", || {
                let children = descendants();
                let burns = |pid: &u32| {
                    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
                    let ticks = stat.split_whitespace().nth(13).map(str::parse::<u64>);
                    matches!(ticks, Some(Ok(ticks)) if ticks > 20)
                };
                children.iter().any(burns).then_some(children)
            });
            println!("\nchildren {children:?}");
        });
        return;
    };
    let children = named_children(&mut lines);
    assert!(!children.is_empty() && children.iter().all(|pid| is_alive(*pid)));
    assert_end_with(&mut parent, &children);
}

/// Kills a process and waits until the others have ended, too.
fn assert_end_with(parent: &mut std::process::Child, children: &[u32]) {
    kill(parent.id());
    parent.wait().unwrap();
    wait_for("the children to end", || {
        (!children.iter().any(|pid| is_alive(*pid))).then_some(())
    });
}

#[test]
fn a_child_that_is_left_before_it_began_ends_at_once() {
    let mut child = Command::new(crate::program().path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Nobody reads any more, as after the parent's end.
    drop(child.stdout.take());
    let _stdin = child.stdin.take();
    let ended = wait_for("the child to end", || child.try_wait().unwrap());
    assert!(!ended.success());
}

/// Returns a runner whose child is this script.
fn scripted(dir: &Path, script: &str) -> Setup {
    let path = dir.join("child.sh");
    fs::write(&path, script).unwrap();
    let arguments = vec![path.into_os_string()];
    Setup::with(
        |config| {
            config.program = ChildProgram {
                path: PathBuf::from("/bin/sh"),
                arguments,
            };
        },
        Box::new(assay_runner::NoAttemptLog),
    )
}

#[test]
fn a_child_that_says_nonsense_or_too_much_has_no_result() {
    let dir = tempfile::tempdir().unwrap();
    let greeting = r"printf 'assay\0c1\0\0\0\0'";
    for (script, reason) in [
        (
            format!("{greeting}; printf '\\011nonsense'"),
            "another question",
        ),
        (greeting.to_owned(), "ended in the middle"),
        (
            "printf 'assay\\0c9\\0\\0\\0\\0\\1no'".into(),
            "another release",
        ),
    ] {
        let setup = scripted(dir.path(), &script);
        let ended = setup.runner.prepare(b"module", LONG);
        let Err(RunnerError::ChildMisbehaved(found)) = ended else {
            panic!("{script}: {ended:?}");
        };
        assert!(found.contains(reason), "{script}: {found}");
    }
    // It compiles, and then prints for ever.
    let mark = dir.path().join("mark").display().to_string();
    let script =
        format!("[ -e {mark} ] && exec cat /dev/zero; : > {mark}; {greeting}; printf '\\0code'");
    let ended = scripted(dir.path(), &script).run(&endless(), b"", LIMITS);
    assert!(
        matches!(ended, Err(RunnerError::ChildMisbehaved(found)) if found.contains("more than")),
        "{ended:?}"
    );
}

#[test]
fn a_program_that_is_no_child_cannot_be_started_and_says_why() {
    let dir = tempfile::tempdir().unwrap();
    for (script, reason) in [
        ("echo 'no such key' >&2; exit 1", "no such key"),
        ("exit 9", "9"),
    ] {
        let setup = scripted(dir.path(), script);
        let ended = setup.runner.prepare(b"module", LONG);
        let Err(error @ RunnerError::CannotStart { .. }) = ended else {
            panic!("{script}: {ended:?}");
        };
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn an_external_command_and_what_it_started_do_not_outlive_their_parent() {
    let test = "ending::an_external_command_and_what_it_started_do_not_outlive_their_parent";
    let Some((mut parent, mut lines)) = in_a_process_of_its_own(test) else {
        let argv = ["sh", "-c", "sleep 600 & sleep 600"].map(str::to_owned);
        let runner = CommandRunner::new(argv.to_vec(), LONG).unwrap();
        let runner = runner.guarded_by(crate::program());
        thread::scope(|scope| {
            scope.spawn(|| {
                runner.run(&RunRequest {
                    module: b"module",
                    input: b"",
                    limits: LIMITS,
                    memory_key: KEY,
                    deadline: None,
                })
            });
            // The shell, what it started, and the guard.
            let children = wait_for("the command", || {
                let children = descendants();
                (children.len() == 4).then_some(children)
            });
            println!("\nchildren {children:?}");
        });
        return;
    };
    let children = named_children(&mut lines);
    assert_eq!(children.len(), 4);
    assert_end_with(&mut parent, &children);
}

#[test]
fn a_runner_that_stops_ends_its_command() {
    let argv = ["sleep", "600"].map(str::to_owned);
    let runner = CommandRunner::new(argv.to_vec(), LONG).unwrap();
    let started = Instant::now();
    thread::scope(|scope| {
        let run = scope.spawn(|| {
            runner.run(&RunRequest {
                module: b"module",
                input: b"",
                limits: LIMITS,
                memory_key: KEY,
                deadline: None,
            })
        });
        thread::sleep(Duration::from_millis(100));
        runner.stop();
        assert!(matches!(run.join().unwrap(), Err(RunnerError::Stopped)));
    });
    assert!(started.elapsed() < Duration::from_secs(10));
}
