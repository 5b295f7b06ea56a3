//! Content that lies, modules that never stop, jobs that nobody could do in time and stores that never answer.

use crate::job;
use assay_market::state::{SeatState, MIN_RUN_WINDOW};
use assay_runner::ExitStatus;
use assay_tests_e2e::{
    compiled, hostile, say, sha256_hex, Assay, Network, Node, NodeSetup, Swindler, ECHO,
};

/// The command line's exit code for arguments that cannot be right.
const USAGE: i32 = 2;

#[test]
fn content_with_another_hash_is_never_run() {
    let network = Network::start();
    network.provider("ada");
    let (rita, _) = network.person("rita");
    let module = compiled(network.home(), "echo", ECHO);
    // Each job has a module of its own: what a node has checked once, it may take from its cache.
    let open = ECHO.trim_end().strip_suffix(')').expect("a module");
    let twin = format!("{open} (global i32 (i32.const 0)))");
    let twin = compiled(network.home(), "twin", &twin);
    let other = compiled(
        network.home(),
        "print",
        "(module (func (export \"_start\")))",
    );
    let other = std::fs::read(other).expect("the compiled file");
    let binary = std::fs::read(&module).expect("the compiled file");

    say("one job's module is swapped, another's input");
    let (swindler, thief) = (Swindler::start(), Swindler::start());
    let swapped_module = job::post(&rita, &module, &["true"], &swindler.url, &[]);
    swindler.lie_about(&sha256_hex(&binary), &other);
    let swapped_input = job::post(&rita, &twin, &["honest"], &thief.url, &[]);
    thief.lie_about(&sha256_hex(b"honest"), b"forged");

    let mut node = Node::start(&network, "ada");
    for job in [&swapped_module, &swapped_input] {
        let avoided = node.wait("avoided", job);
        say(&format!("the node: {}", avoided["reason"]));
    }

    say("an honest job is done meanwhile");
    let honest = job::post(&rita, &module, &["true"], &network.blob_url, &[]);
    job::finished(&rita, &honest);
    assert_eq!(job::results(&rita, &honest), [(0, b"true".to_vec())]);
    for job in [&swapped_module, &swapped_input] {
        unclaimed(&network, job);
        let ran = |line: &serde_json::Value| line["event"] == "executed" && line["job"] == **job;
        assert!(!node.rest().iter().any(ran), "{job} was run");
    }
}

#[test]
fn endless_modules_are_stopped_and_the_node_goes_on() {
    let network = Network::start();
    network.provider("ada");
    let (rita, _) = network.person("rita");
    let _node = Node::start(&network, "ada");

    let cases = [
        ("spin", ["--fuel", "50000000"], ExitStatus::OutOfFuel),
        ("allocate", ["--memory", "16"], ExitStatus::OutOfMemory),
        ("print", ["--max-output", "4"], ExitStatus::OutputLimit),
    ];
    let posted = cases.map(|(name, limit, code)| {
        say(&format!("{name} under {}", limit.join(" ")));
        let module = hostile(network.home(), name);
        let job = job::post(&rita, &module, &["go"], &network.blob_url, &limit);
        (job, code)
    });
    let module = compiled(network.home(), "echo", ECHO);
    let honest = job::post(&rita, &module, &["still here"], &network.blob_url, &[]);
    for (job, code) in &posted {
        job::finished(&rita, job);
        assert_eq!(job::results(&rita, job), [(code.code().into(), Vec::new())]);
    }
    job::finished(&rita, &honest);
    assert_eq!(job::results(&rita, &honest), [(0, b"still here".to_vec())]);
}

#[test]
fn what_cannot_be_done_in_time_is_not_claimed() {
    let network = Network::start();
    let (ada, _) = network.provider("ada");
    let (rita, _) = network.person("rita");
    let spin = hostile(network.home(), "spin");
    let echo = compiled(network.home(), "echo", ECHO);
    let _node = Node::start(&network, "ada");

    say("fuel for days, to be burnt in a minute or in the least time that there is");
    let fuel = ["--fuel", "1000000000000000", "--run-window"];
    let least = format!("{MIN_RUN_WINDOW}s");
    let endless = ["1m", &least].map(|window| {
        let limits = [&fuel[..], &[window]].concat();
        job::post(&rita, &spin, &["go"], &network.blob_url, &limits)
    });
    say("a second from the claim to the commitment: no such job is taken");
    let module = echo.to_str().expect("a UTF-8 path");
    let store = &network.blob_url;
    let hasty = format!("job post --module {module} --price 1 --input input-0 --store {store}");
    let mut hasty: Vec<_> = hasty.split(' ').collect();
    hasty.extend(["--run-window", "1s"]);
    assert_eq!(rita.run(&hasty).code, Some(USAGE));

    honest_work_is_done(&network, &rita);
    for job in &endless {
        unclaimed(&network, job);
    }
    job::unblemished(&ada, 1);
}

#[test]
fn a_job_that_puts_too_much_at_stake_is_not_claimed() {
    let network = Network::start();
    let (ada, _) = network.provider("ada");
    let (rita, _) = network.person("rita");
    let echo = compiled(network.home(), "echo", ECHO);
    let _node = Node::start(&network, "ada");

    say("a bond of 1,275 for a provider with 5,000");
    let store = &network.blob_url;
    let bait = job::post(&rita, &echo, &["bait"], store, &["--price", "850"]);
    honest_work_is_done(&network, &rita);
    unclaimed(&network, &bait);

    say("a braver node takes it");
    let brave = NodeSetup {
        more: &["--max-bond", "26"],
        ..NodeSetup::default()
    };
    network.provider("bob");
    let _bob = Node::start_as(&network, "bob", &brave);
    job::finished(&rita, &bait);
    job::unblemished(&ada, 1);
}

#[test]
fn a_store_that_never_answers_holds_up_only_its_own_jobs() {
    let network = Network::start();
    let (ada, _) = network.provider("ada");
    let (rita, _) = network.person("rita");
    let echo = compiled(network.home(), "echo", ECHO);

    say("more tasks than a node looks at together, and none of their content to be had");
    let silent = Swindler::start();
    let inputs = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let stuck = job::post(&rita, &echo, &inputs, &silent.url, &[]);
    silent.fall_silent();
    let mut node = Node::start(&network, "ada");
    node.wait("avoided", &stuck);

    honest_work_is_done(&network, &rita);
    unclaimed(&network, &stuck);
    job::unblemished(&ada, 1);
}

#[track_caller]
fn honest_work_is_done(network: &Network, rita: &Assay) {
    say("an honest job is done meanwhile");
    let echo = compiled(network.home(), "echo", ECHO);
    let honest = job::post(rita, &echo, &["still here"], &network.blob_url, &[]);
    job::finished(rita, &honest);
    assert_eq!(job::results(rita, &honest), [(0, b"still here".to_vec())]);
}

/// No seat of the job was ever taken.
#[track_caller]
fn unclaimed(network: &Network, job: &str) {
    let view = job::view(network, job);
    let taken = |task| {
        let mut states = view.states(task);
        states.any(|state| !matches!(state, SeatState::Free | SeatState::Untouched))
    };
    let tasks = view.header.task_count.get();
    assert!(!(0..tasks).any(taken), "{job} was claimed");
}
