//! The node is killed once in every state of its pipeline and started again.

use crate::job;
use assay_client::{pda, Address};
use assay_market::{bytes::commitment, state::SeatState};
use assay_tests_e2e::{
    compiled, eventually, say, Assay, Journal, Network, Node, NodeSetup, Proxy, Swindler, ECHO,
    PONDER,
};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Counts so far that a slow machine, too, is caught while it does.
const LONG: &str = "1000000000";

/// A network with a provider `ada`, whose node is killed, and a requester.
struct Scene {
    network: Network,
    ada: Assay,
    provider: Address,
    rita: Assay,
    journal: Journal,
    quick: PathBuf,
    slow: PathBuf,
}

impl Scene {
    fn set() -> Self {
        let network = Network::start();
        let (ada, owner) = network.provider("ada");
        let (rita, _) = network.person("rita");
        let journal = Journal::of(&network, "ada");
        let quick = compiled(network.home(), "echo", ECHO);
        let slow = PONDER.replace("300000000", LONG);
        let slow = compiled(network.home(), "ponder", &slow);
        Self {
            provider: pda::staking::provider(&owner),
            network,
            ada,
            rita,
            journal,
            quick,
            slow,
        }
    }

    fn post(&self, module: &Path, name: &str, more: &[&str]) -> String {
        job::post(&self.rita, module, &[name], &self.network.blob_url, more)
    }

    /// Kills the node, which must be at `step` of the job by its journal; answers the result it had fixed.
    #[track_caller]
    fn kill(&self, node: Node, step: &str, job: &str) -> Option<Value> {
        self.journal.wait(step, job);
        node.kill();
        assert_eq!(self.journal.step(job).as_deref(), Some(step));
        say(&format!("killed at `{step}`, started again"));
        let mut results = self.journal.results(job);
        assert!(results.len() < 2, "{results:?}");
        results.pop()
    }

    /// The job was done by replicas that all agree, and ada's part with the only result that its journal ever had.
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
        let view = job::view(&self.network, job);
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

    /// Every task that ada took was accepted and paid for once, at half a dollar.
    #[track_caller]
    fn check_record(&self, accepted: u32, dollars: &str) {
        job::unblemished(&self.ada, accepted);
        let wallet = self.ada.ok(&["wallet", "show"]).to_string();
        assert!(wallet.contains(&format!("\"{dollars}\"")), "{wallet}");
    }
}

#[test]
fn a_node_killed_before_its_result_is_sent_goes_on_where_it_was() {
    let scene = Scene::set();

    say("claimed: it is still running the task");
    let job = scene.post(&scene.slow, "claimed", &[]);
    let node = Node::start(&scene.network, "ada");
    let result = scene.kill(node, "claimed", &job);
    assert_eq!(result, None);
    let node = Node::start(&scene.network, "ada");
    scene.check(&job, "claimed", 1, None);
    node.kill();

    say("executed: it cannot send its commitment");
    let job = scene.post(&scene.slow, "executed", &[]);
    let way = Proxy::before(&scene.network.rpc_url);
    let setup = NodeSetup {
        url: &way.url,
        ..NodeSetup::default()
    };
    let node = Node::start_as(&scene.network, "ada", &setup);
    scene.journal.wait("claimed", &job);
    way.stop_sends();
    let result = scene.kill(node, "executed", &job);
    assert!(result.is_some());
    let states: Vec<_> = job::view(&scene.network, &job).states(0).collect();
    assert_eq!(states, [SeatState::Claimed, SeatState::Untouched]);
    let _node = Node::start(&scene.network, "ada");
    scene.check(&job, "executed", 1, result);

    scene.check_record(2, "1001");
}

#[test]
fn a_node_killed_after_its_commitment_delivers_what_it_committed() {
    let scene = Scene::set();
    scene.network.provider("bob");
    let no_cranks = NodeSetup {
        more: &["--no-cranks"],
        ..NodeSetup::default()
    };

    say("committed: the other replica is missing");
    let job = scene.post(&scene.quick, "committed", &["--replicas", "2"]);
    let node = Node::start(&scene.network, "ada");
    let result = scene.kill(node, "committed", &job);
    let journaled = result.as_ref().expect("a result before its commitment");
    let hash = |field: &str| job::unhex(journaled[field].as_str().expect("a hash"));
    let worker = pda::market::worker(&scene.provider);
    let address: Address = job.parse().expect("an address");
    let opening = commitment(&address, 0, &worker, &hash("digest"), &hash("salt"));
    let view = job::view(&scene.network, &job);
    let committed = view.task(0).iter().find(|seat| seat.worker == worker);
    assert_eq!(committed.map(|seat| seat.value), Some(opening));
    let node = Node::start(&scene.network, "ada");
    let bob = Node::start(&scene.network, "bob");
    scene.check(&job, "committed", 2, result);
    node.kill();
    bob.kill();

    say("revealed: nobody settles");
    let job = scene.post(&scene.quick, "revealed", &[]);
    let node = Node::start_as(&scene.network, "ada", &no_cranks);
    let result = scene.kill(node, "revealed", &job);
    assert!(result.is_some());
    let states: Vec<_> = job::view(&scene.network, &job).states(0).collect();
    assert_eq!(states, [SeatState::Revealed, SeatState::Untouched]);
    let node = Node::start(&scene.network, "ada");
    scene.check(&job, "revealed", 1, result);

    say("collected: nothing is left to do");
    let result = scene.kill(node, "collected", &job);
    let _node = Node::start(&scene.network, "ada");
    let next = scene.post(&scene.quick, "next", &[]);
    scene.check(&next, "next", 1, None);
    scene.check(&job, "revealed", 1, result);

    scene.check_record(3, "1001.5");
}

#[test]
fn a_node_killed_after_the_verdict_uploads_its_result_and_is_paid() {
    let scene = Scene::set();
    scene.network.provider("bob");
    let bobs = Journal::of(&scene.network, "bob");

    say("accepted: its store takes nothing");
    let store = Swindler::start();
    let setup = NodeSetup {
        store: &store.url,
        ..NodeSetup::default()
    };
    let job = scene.post(&scene.slow, "accepted", &[]);
    let node = Node::start_as(&scene.network, "ada", &setup);
    scene.journal.wait("claimed", &job);
    store.fall_silent();
    eventually("the verdict", || {
        job::view(&scene.network, &job).accepted(0)
    });
    let result = scene.kill(node, "revealed", &job);
    assert!(result.is_some() && !scene.journal.is_published(&job));
    let node = Node::start(&scene.network, "ada");
    scene.check(&job, "accepted", 1, result);
    node.kill();

    say("uploaded: it cannot collect");
    let job = scene.post(&scene.quick, "uploaded", &["--replicas", "2"]);
    let no_cranks = NodeSetup {
        more: &["--no-cranks"],
        ..NodeSetup::default()
    };
    let way = Proxy::before(&scene.network.rpc_url);
    let setup = NodeSetup {
        url: &way.url,
        ..no_cranks
    };
    let node = Node::start_as(&scene.network, "ada", &setup);
    let bob = Node::start_as(&scene.network, "bob", &no_cranks);
    bobs.wait("revealed", &job);
    scene.journal.wait("revealed", &job);
    way.stop_sends();
    bob.kill();
    let _bob = Node::start(&scene.network, "bob");
    let uploaded = || scene.journal.is_published(&job).then_some(());
    eventually("the upload in the journal", uploaded);
    let result = scene.kill(node, "revealed", &job);
    let _node = Node::start(&scene.network, "ada");
    scene.check(&job, "uploaded", 2, result);

    scene.check_record(2, "1001");
}
