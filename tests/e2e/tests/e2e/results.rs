//! When results are published, and who can fetch them.

use crate::{job, liars::start_liar};
use assay_content::{ContentStore, StoreConfig};
use assay_harness::processes::{
    compile_module, log, wait_until, Cli, Journal, Localnet, MaliciousBlobServer, Node,
    NodeOptions, ECHO,
};
use assay_market::game::SeatState;
use std::path::Path;

/// Exit code of the command line for a job with tasks that were not accepted.
const UNFINISHED: i32 = 7;

#[test]
fn a_result_is_published_once_it_is_open_and_never_if_nothing_was_decided() {
    let localnet = Localnet::start();
    let (ada, _) = localnet.provider("ada");
    let (bobs_owner, _) = localnet.provider("bob");
    let (rita, _) = localnet.funded_wallet("rita");
    for owner in [&ada, &bobs_owner] {
        // Seats of rounds follow collateral alone: without a limit one of the two could decide for itself.
        owner.json(&["provider", "limits", "--all-bonds", "2.5"]);
    }
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let journal = Journal::of(&localnet, "ada");
    let _ada = Node::start(&localnet, "ada");
    let bob = start_liar(&localnet, "bob", &echo);

    log("an honest node and a liar disagree, and nobody is left to decide");
    let post = |text, more: &[&str]| job::post(&rita, &echo, &[text], &localnet.blob_url, more);
    let split = post("split", &["--checks", "1"]);
    for rounds in [1, 2] {
        wait_until("a round of five, then one of 45", || {
            let task = job::task(&rita, &split, 0);
            let opened = task["rounds"].as_array().map_or(0, Vec::len);
            (task["state"] == "disputed" && opened == rounds).then_some(())
        });
        // It takes nobody after 20 seconds, and ends a run window later.
        rita.json(&["localnet", "advance", "11m"]);
    }
    wait_for_undecided(&rita, &split);
    assert_eq!(job::seats(&localnet, &split), [SeatState::Accepted; 2]);
    assert_eq!(job::view(&localnet, &split).digest(0), None);
    bob.kill();

    log("the honest node alone is believed");
    let sole = post("sole", &[]);
    job::finished(&rita, &sole);
    job::assert_no_penalties(&ada, 2);

    let has_result = |job| {
        let digest = journal.results(job)[0]["digest"].clone();
        let digest = digest.as_str().expect("a digest").parse();
        let store = open_store(localnet.home(), &localnet.blob_url);
        let found = store.fetch("", digest.expect("a hash"), 1_000);
        found.is_ok()
    };
    assert!(has_result(&sole), "an open result was not published");
    assert!(!has_result(&split), "a result was published unopened");
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

/// Waits until the one task of a job has ended undecided: its workers are paid, and nothing is proven.
#[track_caller]
fn wait_for_undecided(requester: &Cli, job: &str) {
    let watched = requester.run(&["job", "watch", job, "--timeout", "100s"]);
    assert_eq!(watched.code, Some(UNFINISHED), "{}", watched.stderr);
    let stderr = watched.stderr;
    assert!(stderr.contains("1 unproven"), "{stderr}");
}

/// Opens a blob store as a stranger does, with an empty cache.
fn open_store(home: &Path, url: &str) -> ContentStore {
    let mut config = StoreConfig::new(home.join("stranger"));
    config.blob_stores = vec![url.to_owned()];
    ContentStore::open(config).expect("a writable directory")
}
