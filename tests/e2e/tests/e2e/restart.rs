//! Kills the node once in every state of its pipeline and starts it again.

use crate::job;
use assay_client::{pda, Address};
use assay_harness::processes::{
    compile_module, log, wait_until, Cli, FaultyRpc, Journal, Localnet, MaliciousBlobServer, Node,
    NodeOptions, ECHO, SLOW_LOOP,
};
use assay_market::{bytes::commitment, state::SeatState};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// How far the slow module counts. It must still run when the test, on a slow machine, comes to kill the node.
const LONG: &str = "1000000000";

/// A network with the provider `ada`, whose node is killed, and the requester `rita`.
struct RestartSetup {
    localnet: Localnet,
    ada: Cli,
    provider: Address,
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
            provider: pda::staking::provider(&owner),
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

    /// Asserts that `replicas` replicas agreed, and that ada's one has the only result that its journal ever had.
    #[track_caller]
    fn check(&self, job: &str, output: &str, replicas: usize, before: Option<Value>) {
        job::finished(&self.rita, job);
        self.journal.wait("collected", job);
        let results = self.journal.results(job);
        assert_eq!(results.len(), 1, "{results:?}");
        assert!(
            before.is_none_or(|before| before == results[0]),
            "{results:?}"
        );
        let view = job::view(&self.localnet, job);
        let accepted = view.accepted(0).map(|digest| job::hex(&digest));
        assert_eq!(results[0]["digest"].as_str(), accepted.as_deref());
        let states: Vec<_> = view.states(0).collect();
        let (done, rest) = states.split_at(replicas);
        assert!(
            done.iter().all(|state| *state == SeatState::Accepted),
            "{states:?}"
        );
        assert!(
            rest.iter().all(|state| *state == SeatState::Untouched),
            "{states:?}"
        );
        let output = output.as_bytes().to_vec();
        assert_eq!(job::results(&self.rita, job), [(0, output)]);
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
    setup.check(&job, "claimed", 1, None);
    node.kill();

    log("executed: it cannot send its commitment");
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
    let states: Vec<_> = job::view(&setup.localnet, &job).states(0).collect();
    assert_eq!(states, [SeatState::Claimed, SeatState::Untouched]);
    let _node = Node::start(&setup.localnet, "ada");
    setup.check(&job, "executed", 1, result);

    setup.check_record(2, "1001");
}

#[test]
fn a_node_killed_after_its_commitment_delivers_what_it_committed() {
    let setup = RestartSetup::new();
    setup.localnet.provider("bob");
    let no_cranks = NodeOptions {
        more: &["--no-cranks"],
        ..NodeOptions::default()
    };

    log("committed: the other replica is missing");
    let job = setup.post(&setup.quick, "committed", &["--replicas", "2"]);
    let node = Node::start(&setup.localnet, "ada");
    let result = setup.kill(node, "committed", &job);
    let journaled = result.as_ref().expect("a result before its commitment");
    let hash = |field: &str| job::unhex(journaled[field].as_str().expect("a hash"));
    let worker = pda::market::worker(&setup.provider);
    let address: Address = job.parse().expect("an address");
    let opening = commitment(&address, 0, &worker, &hash("digest"), &hash("salt"));
    let view = job::view(&setup.localnet, &job);
    let committed = view.task(0).iter().find(|seat| seat.worker == worker);
    assert_eq!(committed.map(|seat| seat.value), Some(opening));
    let node = Node::start(&setup.localnet, "ada");
    let bob = Node::start(&setup.localnet, "bob");
    setup.check(&job, "committed", 2, result);
    node.kill();
    bob.kill();

    log("revealed: nobody settles");
    let job = setup.post(&setup.quick, "revealed", &[]);
    let node = Node::start_with(&setup.localnet, "ada", &no_cranks);
    let result = setup.kill(node, "revealed", &job);
    assert!(result.is_some());
    let states: Vec<_> = job::view(&setup.localnet, &job).states(0).collect();
    assert_eq!(states, [SeatState::Revealed, SeatState::Untouched]);
    let node = Node::start(&setup.localnet, "ada");
    setup.check(&job, "revealed", 1, result);

    log("collected: nothing is left to do");
    let result = setup.kill(node, "collected", &job);
    let _node = Node::start(&setup.localnet, "ada");
    let next = setup.post(&setup.quick, "next", &[]);
    setup.check(&next, "next", 1, None);
    setup.check(&job, "revealed", 1, result);

    setup.check_record(3, "1001.5");
}

#[test]
fn a_node_killed_after_the_verdict_uploads_its_result_and_is_paid() {
    let setup = RestartSetup::new();
    setup.localnet.provider("bob");
    let bobs = Journal::of(&setup.localnet, "bob");

    log("accepted: its store takes nothing");
    let store = MaliciousBlobServer::start();
    let options = NodeOptions {
        blob_store: &store.url,
        ..NodeOptions::default()
    };
    let job = setup.post(&setup.slow, "accepted", &[]);
    let node = Node::start_with(&setup.localnet, "ada", &options);
    setup.journal.wait("claimed", &job);
    store.hang();
    wait_until("the verdict", || {
        job::view(&setup.localnet, &job).accepted(0)
    });
    let result = setup.kill(node, "revealed", &job);
    assert!(result.is_some() && !setup.journal.is_published(&job));
    let node = Node::start(&setup.localnet, "ada");
    setup.check(&job, "accepted", 1, result);
    node.kill();

    log("uploaded: it cannot collect");
    let job = setup.post(&setup.quick, "uploaded", &["--replicas", "2"]);
    let no_cranks = NodeOptions {
        more: &["--no-cranks"],
        ..NodeOptions::default()
    };
    let proxy = FaultyRpc::in_front_of(&setup.localnet.rpc_url);
    let options = NodeOptions {
        rpc_url: &proxy.url,
        ..no_cranks
    };
    let node = Node::start_with(&setup.localnet, "ada", &options);
    let bob = Node::start_with(&setup.localnet, "bob", &no_cranks);
    bobs.wait("revealed", &job);
    setup.journal.wait("revealed", &job);
    proxy.drop_sends();
    bob.kill();
    let _bob = Node::start(&setup.localnet, "bob");
    let uploaded = || setup.journal.is_published(&job).then_some(());
    wait_until("the upload in the journal", uploaded);
    let result = setup.kill(node, "revealed", &job);
    let _node = Node::start(&setup.localnet, "ada");
    setup.check(&job, "uploaded", 2, result);

    setup.check_record(2, "1001");
}
