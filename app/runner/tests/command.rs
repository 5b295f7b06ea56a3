//! The external command.
#![cfg(unix)]

use std::time::{Duration, Instant};

use assay_runner::{
    CommandRunner, ExitStatus, Limits, RunOutput, RunRequest, Runner, RunnerError, MACHINE_FAILED,
};

const LIMITS: Limits = Limits {
    fuel: 1,
    memory_bytes: 1,
    output_bytes: 1 << 10,
};

fn run_within(limit: Duration, argv: &[&str], input: &[u8]) -> Result<RunOutput, RunnerError> {
    let argv = argv.iter().map(|argument| argument.to_string()).collect();
    CommandRunner::new(argv, limit)?.run(&RunRequest {
        module: b"the module",
        input,
        limits: LIMITS,
        memory_key: [7; 32],
        deadline: None,
    })
}

fn run(argv: &[&str], input: &[u8]) -> Result<RunOutput, RunnerError> {
    run_within(Duration::from_secs(30), argv, input)
}

fn shell_result(script: &str) -> Result<RunOutput, RunnerError> {
    run(&["sh", "-c", script], b"")
}

fn shell(script: &str, input: &[u8]) -> RunOutput {
    run(&["sh", "-c", script], input).unwrap()
}

#[test]
fn a_command_reads_its_input_and_prints_its_output() {
    let result = run(&["cat"], b"hello").unwrap();
    let expected = RunOutput {
        exit: ExitStatus::Code(0),
        output: b"hello".to_vec(),
        fuel_used: 0,
        memory_hash: [0; 32],
        log: vec![],
    };
    assert_eq!(result, expected);
}

#[test]
fn a_command_is_given_the_path_of_the_module() {
    assert_eq!(
        run(&["cat", "{module}"], b"").unwrap().output,
        b"the module"
    );
}

#[test]
fn a_command_that_lies_is_believed_here_and_found_out_by_checks() {
    assert_eq!(shell("cat; echo lie", b"truth\n").output, b"truth\nlie\n");
}

#[test]
fn diagnostics_are_kept() {
    let result = shell("echo done; echo why >&2", b"");
    assert_eq!(
        (result.exit, &result.output[..], &result.log[..]),
        (ExitStatus::Code(0), &b"done\n"[..], &b"why\n"[..])
    );
}

/// As the interpreter of a script that is not there: Python ends with 2, and its output is empty.
#[test]
fn a_command_that_fails_has_no_result_and_says_why() {
    for code in [1, 2, 3, 75, 125, 126, 127, 255] {
        let failed = shell_result(&format!(
            "echo done; echo no such file >&2; echo >&2; exit {code}"
        ));
        let said = failed.unwrap_err().to_string();
        assert!(
            said.contains(&format!("exit code {code}"))
                && said.contains("(it said `no such file`)"),
            "{said}"
        );
    }
    assert!(matches!(
        shell_result("no-such-program"),
        Err(RunnerError::CommandFailed { code: 127, .. })
    ));
}

#[test]
fn an_exit_code_that_the_operator_names_is_a_result_and_one_of_a_failed_machine_cannot_be() {
    let runner = |script: &str| {
        let argv = ["sh", "-c", script].map(str::to_owned);
        CommandRunner::new(argv.to_vec(), Duration::from_secs(30)).unwrap()
    };
    let request = RunRequest {
        module: b"",
        input: b"",
        limits: LIMITS,
        memory_key: [7; 32],
        deadline: None,
    };
    let named = runner("echo no; exit 3").also_taking(&[3]).unwrap();
    let result = named.run(&request).unwrap();
    assert_eq!(
        (result.exit, &result.output[..]),
        (ExitStatus::Code(3), &b"no\n"[..])
    );
    let zero = runner("true").also_taking(&[3]).unwrap();
    assert_eq!(zero.run(&request).unwrap().exit, ExitStatus::Code(0));
    for code in MACHINE_FAILED {
        let refused = runner("true").also_taking(&[3, code]);
        assert!(matches!(refused, Err(RunnerError::NeverAResult { code: found }) if found == code));
        let any = runner(&format!("exit {code}")).taking_any();
        assert!(any.run(&request).is_err(), "{code}");
    }
    let any = runner("exit 9").taking_any();
    assert_eq!(any.run(&request).unwrap().exit, ExitStatus::Code(9));
}

#[test]
fn a_command_sees_no_environment_but_path_and_an_empty_directory() {
    let seen = String::from_utf8(shell("env; ls -A", b"").output).unwrap();
    // The shell sets PWD and the like itself.
    let own = ["PATH=", "PWD=", "OLDPWD=", "SHLVL=", "_="];
    assert!(
        seen.contains("PATH=")
            && seen
                .lines()
                .all(|line| own.iter().any(|name| line.starts_with(name))),
        "{seen}"
    );
}

#[test]
fn a_command_may_ignore_its_input() {
    assert_eq!(
        run(&["true"], &vec![7; 1 << 20]).unwrap().exit,
        ExitStatus::Code(0)
    );
}

#[test]
fn output_up_to_the_limit_is_kept_and_one_byte_more_is_not() {
    assert_eq!(shell("head -c 1024 /dev/zero", b"").output.len(), 1024);
    let result = shell("head -c 1025 /dev/zero", b"");
    assert_eq!(
        (result.exit, result.output),
        (ExitStatus::OutputLimit, vec![])
    );
}

#[test]
fn endless_printing_and_endless_diagnostics_are_stopped() {
    assert_eq!(run(&["yes"], b"").unwrap().exit, ExitStatus::OutputLimit);
    let noisy = run_within(Duration::from_millis(300), &["sh", "-c", "yes >&2"], b"");
    assert!(
        matches!(noisy, Err(RunnerError::LocalLimitExceeded { .. })),
        "{noisy:?}"
    );
}

#[test]
fn a_command_that_takes_too_long_is_killed_with_its_children() {
    let marker = tempfile::NamedTempFile::new().unwrap();
    // The child would survive if only its parent were killed.
    let script = format!(
        "(sleep 1; echo alive >> {}) & wait",
        marker.path().display()
    );
    let started = Instant::now();
    let stopped = run_within(Duration::from_millis(200), &["sh", "-c", &script], b"");
    assert!(
        matches!(stopped, Err(RunnerError::LocalLimitExceeded { limit }) if limit == Duration::from_millis(200)),
        "{stopped:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(1));
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(std::fs::read(marker.path()).unwrap(), b"");
}

#[test]
fn a_command_is_killed_when_its_outcome_is_of_no_use_any_more() {
    let argv = vec!["sleep".to_string(), "20".to_string()];
    let runner = CommandRunner::new(argv, Duration::from_secs(30)).unwrap();
    let started = Instant::now();
    let stopped = runner.run(&RunRequest {
        module: b"the module",
        input: b"",
        limits: LIMITS,
        memory_key: [7; 32],
        deadline: Some(started + Duration::from_millis(200)),
    });
    assert!(
        matches!(stopped, Err(RunnerError::DeadlineExceeded { .. })),
        "{stopped:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn children_left_behind_do_not_hold_up_the_outcome() {
    let started = Instant::now();
    assert_eq!(shell("sleep 20 & echo done", b"").output, b"done\n");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_command_that_closes_its_output_early_is_waited_for() {
    let ended = shell_result("echo done; exec >&- 2>&-; sleep 0.3; exit 4");
    assert!(
        matches!(ended, Err(RunnerError::CommandFailed { code: 4, .. })),
        "{ended:?}"
    );
}

#[test]
fn a_command_that_is_killed_has_no_outcome() {
    let killed = run(&["sh", "-c", "kill -9 $$"], b"");
    assert!(
        matches!(killed, Err(RunnerError::Killed { signal: 9, .. })),
        "{killed:?}"
    );
}

#[test]
fn a_limit_beyond_all_time_is_none() {
    let result = run_within(Duration::MAX, &["cat"], b"hello").unwrap();
    assert_eq!(result.output, b"hello");
}

#[test]
fn a_command_cannot_be_stopped_after_an_amount_of_fuel() {
    let argv = vec!["cat".to_string()];
    let runner = CommandRunner::new(argv, Duration::from_secs(30)).unwrap();
    let request = RunRequest {
        module: b"the module",
        input: b"",
        limits: LIMITS,
        memory_key: [7; 32],
        deadline: None,
    };
    assert!(matches!(
        runner.memory_hash_at(&request, 1),
        Err(RunnerError::NotMetered)
    ));
}

#[test]
fn a_missing_command_is_named() {
    let error = run(&["assay-no-such-command"], b"").unwrap_err();
    assert!(matches!(error, RunnerError::CannotStart { .. }));
    assert!(
        error
            .to_string()
            .starts_with("cannot start the command `assay-no-such-command`: No such file"),
        "{error}"
    );
}

#[test]
fn a_runner_without_a_command_is_refused() {
    for argv in [vec![], vec![String::new()]] {
        assert!(matches!(
            CommandRunner::new(argv, Duration::from_secs(1)),
            Err(RunnerError::EmptyCommand)
        ));
    }
}
