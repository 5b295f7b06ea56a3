//! A requester that takes module and inputs back once an honest worker has contributed: others get them from that worker.

use crate::job;
use assay_harness::processes::{
    compile_module, log, sha256_hex, Cli, Localnet, MaliciousBlobServer, Node, NodeOptions, ECHO,
};
use serde_json::Value;
use std::{fs, path::PathBuf};

/// Honest providers that hold so much of the collateral that they take practically every seat of a round.
const HONEST: [&str; 4] = ["carol", "dave", "erin", "frank"];

/// A network on which every node has a blob store of its own, which only `ada` and `bob` let others read. Rita's store takes
/// its content back; bob lies and names a read URL that never answers.
struct Withdrawal {
    localnet: Localnet,
    ada: Cli,
    bob: Cli,
    rita: Cli,
    ritas: MaliciousBlobServer,
    adas: MaliciousBlobServer,
    module: PathBuf,
}

impl Withdrawal {
    fn new() -> Self {
        let localnet = Localnet::start();
        let [ada, bob] = ["ada", "bob"].map(|name| {
            let (owner, _) = localnet.provider(name);
            owner.json(&["provider", "collateral", "remove", "4900"]);
            owner
        });
        for name in HONEST {
            localnet.provider(name);
        }
        let (rita, _) = localnet.funded_wallet("rita");
        let (adas, silent) = (MaliciousBlobServer::start(), MaliciousBlobServer::start());
        silent.hang();
        ada.json(&["provider", "limits", "--read-url", &adas.url]);
        bob.json(&["provider", "limits", "--read-url", &silent.url]);
        let module = compile_module(localnet.home(), "echo", ECHO);
        Self {
            localnet,
            ada,
            bob,
            rita,
            ritas: MaliciousBlobServer::start(),
            adas,
            module,
        }
    }

    /// Starts a node with a store of its own, in which nobody else looks.
    fn start_node(&self, name: &str, more: &[&str]) -> Node {
        let store = MaliciousBlobServer::start();
        let options = NodeOptions {
            blob_store: &store.url,
            more,
            ..NodeOptions::default()
        };
        Node::start_with(&self.localnet, name, &options)
    }

    /// Posts a task with one late seat and lets ada take the first. Then rita takes everything back, and ada's machine goes.
    fn post_and_withdraw(&self, input: &str) -> String {
        let checks = ["--checks", "1"];
        let job = job::post(&self.rita, &self.module, &[input], &self.ritas.url, &checks);
        let mut ada = self.start_ada();
        ada.wait_for("contributed", &job);
        self.ritas.withdraw();
        ada.kill();
        job
    }

    fn start_ada(&self) -> Node {
        let options = NodeOptions {
            blob_store: &self.adas.url,
            ..NodeOptions::default()
        };
        Node::start_with(&self.localnet, "ada", &options)
    }

    /// Starts bob's node. It holds its seat for ten seconds before it contributes a lie.
    fn start_liar(&self) -> Node {
        let module = fs::read(&self.module).expect("the compiled file");
        let module = sha256_hex(&module);
        let command = "sh -c 'sleep 10; echo a lie'";
        let mut options = vec!["--runner-command", command, "--wall-limit", "1m"];
        options.extend(["--module", &module]);
        self.start_node("bob", &options)
    }

    /// Returns how many nodes downloaded an input from ada's store.
    fn downloads(&self, input: &str) -> usize {
        self.adas.downloads(&sha256_hex(input.as_bytes()))
    }
}

/// Returns the states of the seats of a task.
fn states(task: &Value) -> Vec<&str> {
    let seats = task["seats"].as_array().expect("a list of seats");
    let states = seats.iter().filter_map(|seat| seat["state"].as_str());
    states.collect()
}

#[test]
fn a_requester_that_takes_its_inputs_back_convicts_nobody() {
    let setup = Withdrawal::new();
    let Withdrawal { ada, bob, rita, .. } = &setup;

    log("a late check finds the input at the first worker");
    let checked = setup.post_and_withdraw("checked");
    let carol = setup.start_node("carol", &[]);
    let standing = job::wait_for(rita, &checked, 0, "standing");
    assert_eq!(states(&standing), ["accepted", "accepted"]);
    assert_eq!(setup.downloads("checked"), 1);
    carol.kill();

    log("a liar has the late seat, and a round finds the input at the first worker");
    let disputed = setup.post_and_withdraw("disputed");
    let mut liar = setup.start_liar();
    liar.wait_for("claimed", &disputed);
    let _honest = HONEST.map(|name| setup.start_node(name, &[]));
    job::wait_for(rita, &disputed, 0, "disputed");
    let task = job::wait_for_verdict(rita, &disputed);
    assert_eq!(task["rounds"][0]["state"], "majority", "{task}");
    // The liar's node was the first to fetch it.
    assert!(setup.downloads("disputed") >= 3);

    log("the first worker comes back and is paid, the liar pays");
    let _ada = setup.start_ada();
    job::finished(rita, &disputed);
    let task = job::task(rita, &disputed, 0);
    assert_eq!(states(&task), ["accepted", "rejected"], "{task}");
    assert_eq!(ada.json(&["provider", "show"])["rejected"], 0);
    // The round may have cost it further seats.
    assert_ne!(bob.json(&["provider", "show"])["rejected"], 0);
}

#[test]
fn without_a_read_url_a_round_cannot_clear_an_honest_worker() {
    let setup = Withdrawal::new();
    let Withdrawal { ada, rita, .. } = &setup;
    ada.json(&["provider", "limits", "--read-url", "none"]);
    let options = NodeOptions::default();

    log("the liar has fetched the task before rita takes it back");
    let checks = ["--checks", "1"];
    let job = job::post(rita, &setup.module, &["hidden"], &setup.ritas.url, &checks);
    let mut node = Node::start_with(&setup.localnet, "ada", &options);
    node.wait_for("contributed", &job);
    let mut liar = setup.start_liar();
    liar.wait_for("claimed", &job);
    setup.ritas.withdraw();
    node.kill();

    let mut carol = setup.start_node("carol", &[]);
    job::wait_for(rita, &job, 0, "disputed");
    let skipped = carol.wait_for("task_skipped", &job);
    log(&format!("a member to be: {}", skipped["reason"]));
    let task = job::wait_for_verdict(rita, &job);
    assert_ne!(task["rounds"][0]["state"], "majority", "{task}");
}
