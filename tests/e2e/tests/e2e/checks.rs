//! Checks in accounts of their own: drawn by chance, and asked for by the requester.

use crate::job;
use assay_harness::processes::{
    compile_module, log, wait_until, Cli, Journal, Localnet, Node, ECHO,
};
use std::path::PathBuf;

/// A network with two providers, whose nodes do not run yet, and the requester `rita`.
struct CheckSetup {
    localnet: Localnet,
    owners: [Cli; 2],
    rita: Cli,
    echo: PathBuf,
}

impl CheckSetup {
    fn new() -> Self {
        let localnet = Localnet::start();
        let owners = ["ada", "bob"].map(|name| localnet.provider(name).0);
        let (rita, _) = localnet.funded_wallet("rita");
        let echo = compile_module(localnet.home(), "echo", ECHO);
        Self {
            localnet,
            owners,
            rita,
            echo,
        }
    }

    fn post(&self, checks: &str) -> String {
        let (store, more) = (&self.localnet.blob_url, ["--checks", checks]);
        job::post(&self.rita, &self.echo, &["checked"], store, &more)
    }

    /// Passes the hold and asserts that first seat and check were paid.
    #[track_caller]
    fn pay(&self, job: &str) {
        let Self { rita, owners, .. } = self;
        job::finished(rita, job);
        assert_eq!(job::results(rita, job), [(0, b"checked".to_vec())]);
        let task = job::task(rita, job, 0);
        assert_eq!(task["state"], "final");
        for owner in owners {
            job::assert_no_penalties(owner, 1);
        }
    }

    /// Closes the job and asserts what is left of the requester's 1,000 dollars.
    #[track_caller]
    fn close(&self, job: &str, left: &str) {
        self.rita.json(&["job", "close", job]);
        let wallet = self.rita.json(&["wallet", "show"]);
        assert_eq!(wallet["payments"][0]["balance"]["amount"], left);
    }
}

#[test]
fn a_check_that_is_drawn_by_chance_is_taken_by_another_node() {
    let setup = CheckSetup::new();
    let _nodes = ["ada", "bob"].map(|name| Node::start(&setup.localnet, name));

    // One draw in ten thousand asks for none.
    let job = setup.post("99.99%");

    job::delivered(&setup.rita, &job);
    let task = job::task(&setup.rita, &job, 0);
    assert_eq!(task["check"]["state"], "accepted", "{task}");
    assert_ne!(task["check"]["worker"], task["seats"][0]["worker"]);
    setup.pay(&job);
    wait_until("whoever opened the check to close its account", || {
        let view = job::view(&setup.localnet, &job);
        (view.header.open_rounds.get() == 0).then_some(())
    });
    // Two seats were paid, and 2.5 per cent of the 1.9999 seats that were to be expected.
    setup.close(&job, "998.975001");
}

#[test]
fn a_requester_has_a_standing_result_checked_by_a_node_that_cannot_copy_it() {
    let setup = CheckSetup::new();
    let CheckSetup { rita, localnet, .. } = &setup;

    log("a result that no draw asked to check");
    let job = setup.post("0.01%");
    let _ada = Node::start(localnet, "ada");
    job::delivered(rita, &job);

    log("the requester asks for a check; the holder of the first seat cannot take it");
    let asked = rita.json(&["job", "check", &job, "0"]);
    assert_eq!(asked["price"]["amount"], "0.5");
    let task = job::task(rita, &job, 0);
    assert_eq!(task["state"], "rechecking");
    let again = rita.run(&["job", "check", &job, "0"]);
    assert_eq!(again.code, Some(2), "{}", again.stderr);

    log("another node runs it twice and confirms it");
    let _bob = Node::start(localnet, "bob");
    job::wait_for(rita, &job, 0, "standing");
    let bobs = Journal::of(localnet, "bob");
    assert_eq!(bobs.memories(&job).len(), 1);
    setup.pay(&job);
    // This also closes the check, which the requester opened. The fee is that of 1.0001 seats.
    setup.close(&job, "998.987498");
}
