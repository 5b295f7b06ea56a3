//! Who gets a result, and when.

use crate::job;
use assay_content::{ContentStore, StoreConfig};
use assay_market::state::SeatState;
use assay_tests_e2e::{
    compiled, say, sha256_hex, Assay, Journal, Network, Node, NodeSetup, Swindler, ECHO,
};
use std::{fs, path::Path};

/// The command line's exit code for a job that was not accepted as a whole.
const UNFINISHED: i32 = 7;

#[test]
fn a_task_that_is_refunded_gives_nobody_its_output() {
    let network = Network::start();
    let (ada, _) = network.provider("ada");
    network.provider("bob");
    let (rita, _) = network.person("rita");
    let echo = compiled(network.home(), "echo", ECHO);
    let name = sha256_hex(&fs::read(&echo).expect("the compiled file"));
    let liar = NodeSetup {
        more: &["--runner-command", "echo a lie", "--module", &name],
        ..NodeSetup::default()
    };
    let journal = Journal::of(&network, "ada");
    let _ada = Node::start(&network, "ada");
    let bob = Node::start_as(&network, "bob", &liar);

    say("an honest node and a liar disagree, and both must agree");
    let post = |text, more: &[&str]| job::post(&rita, &echo, &[text], &network.blob_url, more);
    let split = post(
        "split",
        &["--replicas", "2", "--quorum", "2", "--spares", "0"],
    );
    refunded(&rita, &split);
    let states: Vec<_> = job::view(&network, &split).states(0).collect();
    assert_eq!(states, [SeatState::Void; 2]);
    bob.kill();

    say("the honest node alone is believed");
    let sole = post("sole", &[]);
    job::finished(&rita, &sole);
    job::unblemished(&ada, 1);

    let has_result = |job| {
        let digest = journal.results(job)[0]["digest"].clone();
        let digest = digest.as_str().expect("a digest").parse();
        let store = stores(network.home(), &network.blob_url);
        let found = store.fetch("", digest.expect("a hash"), 1_000);
        found.is_ok()
    };
    assert!(has_result(&sole), "an accepted result was not published");
    assert!(!has_result(&split), "a refunded result was published");
}

#[test]
fn a_store_that_takes_no_results_does_not_keep_a_worker_from_its_pay() {
    let network = Network::start();
    let (ada, _) = network.provider("ada");
    let (rita, _) = network.person("rita");
    let echo = compiled(network.home(), "echo", ECHO);
    let silent = Swindler::start();
    silent.fall_silent();
    let setup = NodeSetup {
        more: &["--store", &silent.url],
        ..NodeSetup::default()
    };
    let _node = Node::start_as(&network, "ada", &setup);
    let journal = Journal::of(&network, "ada");

    say("two jobs, the second posted while results of the first one are being uploaded");
    let post = |texts: &[&str]| job::post(&rita, &echo, texts, &network.blob_url, &[]);
    let inputs = ["one", "two", "three", "four", "five"];
    let first = post(&inputs);
    journal.wait_beyond("committed", &first);
    let second = post(&["six"]);
    for (job, inputs) in [(&first, &inputs[..]), (&second, &["six"])] {
        job::finished(&rita, job);
        let outputs = inputs.iter().map(|text| (0, text.as_bytes().to_vec()));
        assert_eq!(job::results(&rita, job), outputs.collect::<Vec<_>>());
    }
    job::unblemished(&ada, 6);
}

/// Follows a job to its end, which is that its one task is refunded.
#[track_caller]
fn refunded(requester: &Assay, job: &str) {
    let watched = requester.run(&["job", "watch", job, "--timeout", "100s"]);
    assert_eq!(watched.code, Some(UNFINISHED), "{}", watched.stderr);
    let said = watched.stderr;
    assert!(said.contains("1 tasks found no quorum"), "{said}");
}

/// What a stranger finds in a blob store.
fn stores(home: &Path, url: &str) -> ContentStore {
    let mut config = StoreConfig::new(home.join("stranger"));
    config.blob_stores = vec![url.to_owned()];
    ContentStore::open(config).expect("a writable directory")
}
