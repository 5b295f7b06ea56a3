//! Nodes under attack: replaced content, endless modules, jobs that nobody can do in time, and blob stores that hang.

use crate::job;
use assay_harness::processes::{
    compile_hostile_module, compile_module, log, sha256_hex, Cli, Localnet, MaliciousBlobServer,
    Node, NodeOptions, ECHO,
};
use assay_market::{
    game::{Seat, SeatState},
    state::MIN_RUN_WINDOW,
};
use assay_runner::ExitStatus;

/// Exit code of the command line for invalid arguments.
const USAGE: i32 = 2;

#[test]
fn content_with_another_hash_is_never_run() {
    let localnet = Localnet::start();
    localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    let module = compile_module(localnet.home(), "echo", ECHO);
    // Each job has a module of its own, because a node may take from its cache what it has checked once.
    let open = ECHO.trim_end().strip_suffix(')').expect("a module");
    let twin = format!("{open} (global i32 (i32.const 0)))");
    let twin = compile_module(localnet.home(), "twin", &twin);
    let other = compile_module(
        localnet.home(),
        "print",
        "(module (func (export \"_start\")))",
    );
    let other = std::fs::read(other).expect("the compiled file");
    let binary = std::fs::read(&module).expect("the compiled file");

    log("one job's module is swapped, another's input");
    let (module_server, input_server) =
        (MaliciousBlobServer::start(), MaliciousBlobServer::start());
    let swapped_module = job::post(&rita, &module, &["true"], &module_server.url, &[]);
    module_server.corrupt(&sha256_hex(&binary), &other);
    let swapped_input = job::post(&rita, &twin, &["honest"], &input_server.url, &[]);
    input_server.corrupt(&sha256_hex(b"honest"), b"forged");

    let mut node = Node::start(&localnet, "ada");
    for job in [&swapped_module, &swapped_input] {
        let skipped = node.wait_for("task_skipped", job);
        log(&format!("the node: {}", skipped["reason"]));
    }

    log("an honest job is done meanwhile");
    let honest = job::post(&rita, &module, &["true"], &localnet.blob_url, &[]);
    job::finished(&rita, &honest);
    assert_eq!(job::results(&rita, &honest), [(0, b"true".to_vec())]);
    for job in [&swapped_module, &swapped_input] {
        assert_unclaimed(&localnet, job);
        let ran = |line: &serde_json::Value| line["event"] == "executed" && line["job"] == **job;
        assert!(!node.other_events().iter().any(ran), "{job} was run");
    }
}

#[test]
fn endless_modules_are_stopped_and_the_node_goes_on() {
    let localnet = Localnet::start();
    localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    let _node = Node::start(&localnet, "ada");

    let cases = [
        ("spin", ["--fuel", "50000000"], ExitStatus::OutOfFuel),
        ("allocate", ["--memory", "16"], ExitStatus::OutOfMemory),
        ("print", ["--max-output", "4"], ExitStatus::OutputLimit),
    ];
    let posted = cases.map(|(name, limit, code)| {
        log(&format!("{name} under {}", limit.join(" ")));
        let module = compile_hostile_module(localnet.home(), name);
        let job = job::post(&rita, &module, &["go"], &localnet.blob_url, &limit);
        (job, code)
    });
    let module = compile_module(localnet.home(), "echo", ECHO);
    let honest = job::post(&rita, &module, &["still here"], &localnet.blob_url, &[]);
    for (job, _) in &posted {
        job::delivered(&rita, job);
    }
    job::finished(&rita, &honest);
    for (job, code) in &posted {
        job::finished(&rita, job);
        assert_eq!(job::results(&rita, job), [(code.code().into(), Vec::new())]);
    }
    assert_eq!(job::results(&rita, &honest), [(0, b"still here".to_vec())]);
}

#[test]
fn what_cannot_be_done_in_time_is_not_claimed() {
    let localnet = Localnet::start();
    let (ada, _) = localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    let spin = compile_hostile_module(localnet.home(), "spin");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let _node = Node::start(&localnet, "ada");

    log("fuel for days, to be burnt in a minute or in the least time that there is");
    let fuel = ["--fuel", "1000000000000000", "--run-window"];
    let least = format!("{MIN_RUN_WINDOW}s");
    let endless = ["1m", &least].map(|window| {
        let limits = [&fuel[..], &[window]].concat();
        job::post(&rita, &spin, &["go"], &localnet.blob_url, &limits)
    });
    log("a second from the claim to the contribution: no such job is taken");
    let module = echo.to_str().expect("a UTF-8 path");
    let store = &localnet.blob_url;
    let hasty = format!("job post --module {module} --price 1 --input input-0 --store {store}");
    let mut hasty: Vec<_> = hasty.split(' ').collect();
    hasty.extend(["--run-window", "1s"]);
    assert_eq!(rita.run(&hasty).code, Some(USAGE));

    honest_work_is_done(&localnet, &rita);
    for job in &endless {
        assert_unclaimed(&localnet, job);
    }
    job::assert_no_penalties(&ada, 1);
}

/// As an interpreter that does not find its script. Its exit code would be a lie about the task.
#[test]
fn a_command_that_fails_gives_no_result_and_claims_nothing_more() {
    let localnet = Localnet::start();
    localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    let module = compile_module(localnet.home(), "echo", ECHO);
    let hash = sha256_hex(&std::fs::read(&module).expect("the compiled file"));
    let broken = NodeOptions {
        more: &[
            "--runner-command",
            "cat run.py",
            "--wall-limit",
            "1m",
            "--module",
            &hash,
        ],
        ..NodeOptions::default()
    };
    let mut node = Node::start_with(&localnet, "ada", &broken);

    let first = job::post(&rita, &module, &["one"], &localnet.blob_url, &[]);
    let skipped = node.wait_for("task_skipped", &first);
    let reason = skipped["reason"].as_str().unwrap_or_default();
    assert!(
        reason.contains("exit code 1, which is no result") && reason.contains("run.py"),
        "{reason}"
    );
    assert_eq!(job::seats(&localnet, &first)[0], SeatState::Claimed);

    log("a second job is left to another node");
    localnet.provider("bob");
    let second = job::post(&rita, &module, &["two"], &localnet.blob_url, &[]);
    let _bobs = Node::start(&localnet, "bob");
    job::finished(&rita, &second);
    assert_eq!(job::results(&rita, &second), [(0, b"two".to_vec())]);
    let claims = |line: &serde_json::Value| line["event"] == "claimed" && line["job"] == *second;
    assert!(!node.other_events().iter().any(claims));
}

#[test]
fn a_job_that_puts_too_much_at_stake_is_not_claimed() {
    let localnet = Localnet::start();
    let (ada, _) = localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let careful = NodeOptions {
        more: &["--max-bond-percent", "10"],
        ..NodeOptions::default()
    };
    let _node = Node::start_with(&localnet, "ada", &careful);
    // Its collateral has to be older than the job.
    localnet.provider("bob");

    log("a bond of 550 for a provider with 5,000 that risks a tenth of it");
    let store = &localnet.blob_url;
    let dear = ["--price", "110", "--lie-prices", "20"];
    let bait = job::post(&rita, &echo, &["bait"], store, &dear);
    honest_work_is_done(&localnet, &rita);
    assert_unclaimed(&localnet, &bait);

    log("a braver node takes it");
    let _bob = Node::start(&localnet, "bob");
    job::finished(&rita, &bait);
    job::assert_no_penalties(&ada, 1);
}

#[test]
fn a_store_that_never_answers_holds_up_only_its_own_jobs() {
    let localnet = Localnet::start();
    let (ada, _) = localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    let echo = compile_module(localnet.home(), "echo", ECHO);

    log("more tasks than a node looks at together, and none of their content to be had");
    let silent = MaliciousBlobServer::start();
    let inputs = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let stuck = job::post(&rita, &echo, &inputs, &silent.url, &[]);
    silent.hang();
    let mut node = Node::start(&localnet, "ada");
    node.wait_for("task_skipped", &stuck);

    honest_work_is_done(&localnet, &rita);
    assert_unclaimed(&localnet, &stuck);
    job::assert_no_penalties(&ada, 1);
}

#[track_caller]
fn honest_work_is_done(localnet: &Localnet, rita: &Cli) {
    log("an honest job is done meanwhile");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let honest = job::post(rita, &echo, &["still here"], &localnet.blob_url, &[]);
    job::finished(rita, &honest);
    assert_eq!(job::results(rita, &honest), [(0, b"still here".to_vec())]);
}

/// Asserts that no seat of the job was ever claimed.
#[track_caller]
fn assert_unclaimed(localnet: &Localnet, job: &str) {
    let view = job::view(localnet, job);
    let free = |seat: &Seat| seat.state() == SeatState::Free;
    assert!(view.seats.iter().all(free), "{job} was claimed");
}
