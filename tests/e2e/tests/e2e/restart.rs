//! Kills the node once in every state of its pipeline and starts it again.

use crate::{job, liars::LiarSetup};
use assay_client::{pda, Address};
use assay_harness::processes::{
    compile_module, log, wait_until, Cli, FaultyRpc, Journal, Localnet, MaliciousBlobServer, Node,
    NodeOptions, ECHO, SLOW_LOOP,
};
use assay_market::game::{
    contribution::{blinded, Contribution},
    Seat, SeatState,
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// How far the slow module counts. It must still run when the test, on a slow machine, comes to kill the node.
const LONG: &str = "1000000000";

/// A network with the provider `ada`, whose node is killed, and the requester `rita`.
struct RestartSetup {
    localnet: Localnet,
    ada: Cli,
    /// The worker of `ada`.
    worker: Address,
    rita: Cli,
    journal: Journal,
    quick: PathBuf,
    slow: PathBuf,
}

impl RestartSetup {
    fn new() -> Self {
        let localnet = Localnet::start();
        let (ada, owner) = localnet.provider("ada");
        let (rita, _) = localnet.funded_wallet("rita");
        let journal = Journal::of(&localnet, "ada");
        let quick = compile_module(localnet.home(), "echo", ECHO);
        let slow = SLOW_LOOP.replace("300000000", LONG);
        let slow = compile_module(localnet.home(), "slow_loop", &slow);
        Self {
            worker: pda::market::worker(&pda::staking::provider(&owner)),
            localnet,
            ada,
            rita,
            journal,
            quick,
            slow,
        }
    }

    fn post(&self, module: &Path, name: &str, more: &[&str]) -> String {
        job::post(&self.rita, module, &[name], &self.localnet.blob_url, more)
    }

    /// Kills the node, which must be at `step` of the job by its journal. Returns the result that it had recorded.
    #[track_caller]
    fn kill(&self, node: Node, step: &str, job: &str) -> Option<Value> {
        self.journal.wait(step, job);
        node.kill();
        assert_eq!(self.journal.step(job).as_deref(), Some(step));
        log(&format!("killed at `{step}`, started again"));
        let mut results = self.journal.results(job);
        assert!(results.len() < 2, "{results:?}");
        results.pop()
    }

    /// Passes the hold and asserts that all seats agreed, and that ada's one has the only result that its journal ever had.
    #[track_caller]
    fn check(&self, job: &str, output: &str, before: Option<Value>) {
        job::finished(&self.rita, job);
        self.journal.wait("collected", job);
        let results = self.journal.results(job);
        assert_eq!(results.len(), 1, "{results:?}");
        assert!(
            before.is_none_or(|before| before == results[0]),
            "{results:?}"
        );
        let task = job::task(&self.rita, job, 0);
        assert_eq!(results[0]["digest"], task["accepted"], "{task}");
        let states = job::seats(&self.localnet, job);
        assert!(
            states.iter().all(|state| *state == SeatState::Accepted),
            "{states:?}"
        );
        let output = output.as_bytes().to_vec();
        assert_eq!(job::results(&self.rita, job), [(0, output)]);
    }

    /// Asserts that the seat of ada has the two hashes that follow from this result, of its journal.
    #[track_caller]
    fn check_contribution(&self, job: &str, result: &Value) {
        let digest = job::unhex(result["digest"].as_str().expect("a hash"));
        let view = job::view(&self.localnet, job);
        let expected = Contribution::new(&view.header.seed, 0, &self.worker, &digest);
        let seat = view.task(0).iter().find(|seat| seat.worker == self.worker);
        let seat = seat.expect("a seat of ada");
        assert_eq!(seat.contribution(), expected);
    }

    fn is_open(&self, job: &str) -> bool {
        job::view(&self.localnet, job).digest(0).is_some()
    }

    /// Asserts that every task that ada claimed was accepted and paid for once, at half a dollar.
    #[track_caller]
    fn check_record(&self, accepted: u32, dollars: &str) {
        job::assert_no_penalties(&self.ada, accepted);
        let wallet = self.ada.json(&["wallet", "show"]).to_string();
        assert!(wallet.contains(&format!("\"{dollars}\"")), "{wallet}");
    }
}

#[test]
fn a_node_killed_before_its_result_is_sent_goes_on_where_it_was() {
    let setup = RestartSetup::new();

    log("claimed: it is still running the task");
    let job = setup.post(&setup.slow, "claimed", &[]);
    let node = Node::start(&setup.localnet, "ada");
    let result = setup.kill(node, "claimed", &job);
    assert_eq!(result, None);
    let node = Node::start(&setup.localnet, "ada");
    setup.check(&job, "claimed", None);
    node.kill();

    log("executed: it cannot send its contribution");
    let job = setup.post(&setup.slow, "executed", &[]);
    let proxy = FaultyRpc::in_front_of(&setup.localnet.rpc_url);
    let options = NodeOptions {
        rpc_url: &proxy.url,
        ..NodeOptions::default()
    };
    let node = Node::start_with(&setup.localnet, "ada", &options);
    setup.journal.wait("claimed", &job);
    proxy.drop_sends();
    let result = setup.kill(node, "executed", &job);
    assert!(result.is_some());
    let states = job::seats(&setup.localnet, &job);
    assert_eq!(states, [SeatState::Claimed]);
    let _node = Node::start(&setup.localnet, "ada");
    setup.check(&job, "executed", result);

    setup.check_record(2, "1001");
}

#[test]
fn a_node_killed_after_its_contribution_opens_what_it_contributed() {
    let setup = RestartSetup::new();
    setup.localnet.provider("bob");

    log("contributed: the late seat is missing");
    let job = setup.post(&setup.quick, "late", &["--checks", "1"]);
    let node = Node::start(&setup.localnet, "ada");
    let result = setup.kill(node, "contributed", &job);
    setup.check_contribution(&job, result.as_ref().expect("a result"));
    assert!(!setup.is_open(&job));
    let node = Node::start(&setup.localnet, "ada");
    let bob = Node::start(&setup.localnet, "bob");
    setup.check(&job, "late", result);
    node.kill();
    bob.kill();

    log("contributed: a draw decides first whether there is a check, and it cannot send the opening");
    let job = setup.post(&setup.quick, "drawn", &["--checks", "0.01%"]);
    let proxy = FaultyRpc::in_front_of(&setup.localnet.rpc_url);
    let options = NodeOptions {
        rpc_url: &proxy.url,
        ..NodeOptions::default()
    };
    let node = Node::start_with(&setup.localnet, "ada", &options);
    setup.journal.wait("contributed", &job);
    proxy.drop_sends();
    let result = setup.kill(node, "contributed", &job);
    setup.check_contribution(&job, result.as_ref().expect("a result"));
    assert!(!setup.is_open(&job), "it was opened too fast for this test");
    let node = Node::start(&setup.localnet, "ada");
    setup.check(&job, "drawn", result);
    node.kill();

    log("contributed, and its journal is lost: another run finds the same result");
    let job = setup.post(&setup.quick, "lost", &["--checks", "1"]);
    let node = Node::start(&setup.localnet, "ada");
    let result = setup.kill(node, "contributed", &job);
    fs::remove_dir_all(setup.localnet.node_state("ada")).expect("the node's directory");
    let _node = Node::start(&setup.localnet, "ada");
    wait_until("another run", || setup.journal.results(&job).pop());
    let _bob = Node::start(&setup.localnet, "bob");
    job::finished(&setup.rita, &job);
    let task = job::task(&setup.rita, &job, 0);
    assert_eq!(result.expect("a result")["digest"], task["accepted"]);

    setup.check_record(3, "1001.5");
}

#[test]
fn a_node_killed_while_its_result_stands_uploads_it_and_is_paid_once() {
    let setup = RestartSetup::new();

    log("standing: its store takes nothing");
    let store = MaliciousBlobServer::start();
    let options = NodeOptions {
        blob_store: &store.url,
        ..NodeOptions::default()
    };
    let job = setup.post(&setup.slow, "standing", &[]);
    let node = Node::start_with(&setup.localnet, "ada", &options);
    setup.journal.wait("claimed", &job);
    store.hang();
    wait_until("the opening", || setup.is_open(&job).then_some(()));
    let result = setup.kill(node, "contributed", &job);
    assert!(result.is_some() && !setup.journal.is_published(&job));
    let node = Node::start(&setup.localnet, "ada");
    setup.check(&job, "standing", result);
    node.kill();

    log("uploaded, and the hold is over: it cannot collect");
    let job = setup.post(&setup.quick, "uploaded", &[]);
    let proxy = FaultyRpc::in_front_of(&setup.localnet.rpc_url);
    let options = NodeOptions {
        rpc_url: &proxy.url,
        ..NodeOptions::default()
    };
    let node = Node::start_with(&setup.localnet, "ada", &options);
    let uploaded = || setup.journal.is_published(&job).then_some(());
    wait_until("the upload in the journal", uploaded);
    proxy.drop_sends();
    job::pass_holds(&setup.rita, &job);
    job::wait_for(&setup.rita, &job, 0, "final");
    let result = setup.kill(node, "contributed", &job);
    let node = Node::start(&setup.localnet, "ada");
    setup.check(&job, "uploaded", result.clone());

    log("collected: nothing is left to do");
    assert_eq!(setup.kill(node, "collected", &job), result);
    let _node = Node::start(&setup.localnet, "ada");
    let next = setup.post(&setup.quick, "next", &[]);
    setup.check(&next, "next", None);
    setup.check(&job, "uploaded", result);

    setup.check_record(3, "1001.5");
}

#[test]
fn a_member_of_a_round_killed_before_its_contribution_sends_what_it_had_found() {
    // A second is long enough to keep the member from its contribution, and leaves it time to claim the other seats.
    let setup = LiarSetup::new(SLOW_LOOP, &["carol"]);
    let LiarSetup { localnet, rita, .. } = &setup;
    let journal = Journal::of(localnet, "carol");

    log("a lie stands, a watcher contradicts it");
    let job = setup.post("0");
    let _liar = setup.start_liar();
    job::delivered(rita, &job);
    let proxy = FaultyRpc::in_front_of(&localnet.rpc_url);
    let options = NodeOptions {
        rpc_url: &proxy.url,
        ..NodeOptions::default()
    };
    let node = Node::start_with(localnet, "carol", &options);
    let _watcher = setup.start_watcher();

    log("a member claims, runs twice, and cannot send its contributions");
    journal.wait("claimed", &job);
    proxy.drop_sends();
    let memory = wait_until("the memory hash in the journal", || {
        journal.memories(&job).pop()
    });
    node.kill();
    let result = journal.results(&job).pop().expect("a result");
    log("killed, started again");
    let _node = Node::start(localnet, "carol");
    let task = job::wait_for_verdict(rita, &job);
    assert_eq!(task["digest"], result["digest"]);

    assert_eq!(journal.results(&job), std::slice::from_ref(&result));
    assert_eq!(journal.memories(&job), std::slice::from_ref(&memory));
    let hash = |value: &Value| job::unhex(value.as_str().expect("a hash"));
    let value = blinded(&hash(&result["digest"]), &hash(&memory["memory"]));
    let client = localnet.client();
    let rounds = client.fetch_all_rounds().expect("the round");
    let seed = job::view(localnet, &job).header.seed;
    let contributed = rounds[0].seats.iter();
    let contributed = contributed.filter(|seat| seat.state() == SeatState::Accepted);
    let right =
        |seat: &Seat| seat.contribution() == Contribution::new(&seed, 0, &seat.worker, &value);
    let right: Vec<bool> = contributed.map(right).collect();
    assert!(
        right.len() >= 3 && right.iter().all(|right| *right),
        "{right:?}"
    );
    job::finished(rita, &job);
    assert_eq!(job::results(rita, &job), [(0, b"the truth".to_vec())]);
}
