//! When results are published, and who can fetch them.

use crate::job;
use assay_content::{ContentStore, StoreConfig};
use assay_harness::processes::{
    compile_module, log, sha256_hex, Cli, Journal, Localnet, MaliciousBlobServer, Node,
    NodeOptions, ECHO,
};
use assay_market::game::SeatState;
use std::{fs, path::Path};

/// Exit code of the command line for a job with tasks that were not accepted.
const UNFINISHED: i32 = 7;

#[test]
fn a_task_that_is_refunded_gives_nobody_its_output() {
    let localnet = Localnet::start();
    let (ada, _) = localnet.provider("ada");
    localnet.provider("bob");
    let (rita, _) = localnet.funded_wallet("rita");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let name = sha256_hex(&fs::read(&echo).expect("the compiled file"));
    let liar = NodeOptions {
        more: &["--runner-command", "echo a lie", "--module", &name],
        ..NodeOptions::default()
    };
    let journal = Journal::of(&localnet, "ada");
    let _ada = Node::start(&localnet, "ada");
    let bob = Node::start_with(&localnet, "bob", &liar);

    log("an honest node and a liar disagree, and nobody is left to decide");
    let post = |text, more: &[&str]| job::post(&rita, &echo, &[text], &localnet.blob_url, more);
    let split = post("split", &["--checks", "1"]);
    job::wait_for(&rita, &split, 0, "disputed");
    // The round takes nobody after 20 seconds, and ends a run window later.
    rita.json(&["localnet", "advance", "11m"]);
    wait_for_refund(&rita, &split);
    assert_eq!(job::seats(&localnet, &split), [SeatState::Void; 2]);
    bob.kill();

    log("the honest node alone is believed");
    let sole = post("sole", &[]);
    job::finished(&rita, &sole);
    job::assert_no_penalties(&ada, 1);

    let has_result = |job| {
        let digest = journal.results(job)[0]["digest"].clone();
        let digest = digest.as_str().expect("a digest").parse();
        let store = open_store(localnet.home(), &localnet.blob_url);
        let found = store.fetch("", digest.expect("a hash"), 1_000);
        found.is_ok()
    };
    assert!(has_result(&sole), "an accepted result was not published");
    assert!(!has_result(&split), "a refunded result was published");
}

#[test]
fn a_store_that_takes_no_results_does_not_keep_a_worker_from_its_pay() {
    let localnet = Localnet::start();
    let (ada, _) = localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let silent = MaliciousBlobServer::start();
    silent.hang();
    let setup = NodeOptions {
        blob_store: &localnet.blob_url,
        more: &["--store", &silent.url],
        ..NodeOptions::default()
    };
    let _node = Node::start_with(&localnet, "ada", &setup);
    let journal = Journal::of(&localnet, "ada");

    log("two jobs, the second posted while results of the first one are being uploaded");
    let post = |texts: &[&str]| job::post(&rita, &echo, texts, &localnet.blob_url, &[]);
    let inputs = ["one", "two", "three", "four", "five"];
    let first = post(&inputs);
    journal.wait_beyond("executed", &first);
    let second = post(&["six"]);
    job::delivered(&rita, &first);
    job::delivered(&rita, &second);
    for (job, inputs) in [(&first, &inputs[..]), (&second, &["six"])] {
        job::finished(&rita, job);
        let outputs = inputs.iter().map(|text| (0, text.as_bytes().to_vec()));
        assert_eq!(job::results(&rita, job), outputs.collect::<Vec<_>>());
    }
    job::assert_no_penalties(&ada, 6);
}

/// Waits until the one task of a job is refunded.
#[track_caller]
fn wait_for_refund(requester: &Cli, job: &str) {
    let watched = requester.run(&["job", "watch", job, "--timeout", "100s"]);
    assert_eq!(watched.code, Some(UNFINISHED), "{}", watched.stderr);
    let stderr = watched.stderr;
    assert!(stderr.contains("1 refunded"), "{stderr}");
}

/// Opens a blob store as a stranger does, with an empty cache.
fn open_store(home: &Path, url: &str) -> ContentStore {
    let mut config = StoreConfig::new(home.join("stranger"));
    config.blob_stores = vec![url.to_owned()];
    ContentStore::open(config).expect("a writable directory")
}
