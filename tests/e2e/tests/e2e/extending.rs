//! Jobs that their requesters extend, and the list of open jobs.

use crate::job;
use assay_harness::processes::{compile_module, log, Cli, Localnet, Node, ECHO};
use serde_json::Value;
use std::fs;

/// Returns the addresses in a list of jobs.
fn listed(cli: &Cli, more: &[&str]) -> Vec<Value> {
    let list = cli.json(&[&["job", "list"], more].concat());
    let jobs = list["jobs"].as_array().expect("a list").iter();
    jobs.map(|row| row["job"].clone()).collect()
}

#[test]
fn a_job_is_extended_and_listed_until_it_is_closed() {
    let localnet = Localnet::start();
    localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    let (paul, _) = localnet.funded_wallet("paul");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    assert!(listed(&rita, &[]).is_empty());

    log("two requesters post, and one adds a task");
    let job = job::post(&rita, &echo, &["one"], &localnet.blob_url, &[]);
    let other = job::post(&paul, &echo, &["other"], &localnet.blob_url, &[]);
    fs::write(rita.home.join("more"), "two").expect("a writable directory");
    let extended = rita.json(&["job", "extend", &job, "--input", "more"]);
    let (first, tasks) = (&extended["first_task"], &extended["tasks"]);
    assert_eq!((first, tasks), (&1.into(), &1.into()));
    assert_eq!(listed(&paul, &[]).len(), 2);
    let own = listed(&paul, &["--requester", "rita.json"]);
    assert_eq!(own, [Value::from(job.as_str())]);

    log("both tasks are run");
    let _node = Node::start(&localnet, "ada");
    job::finished(&rita, &job);
    let results = job::results(&rita, &job);
    assert_eq!(results, [(0, b"one".to_vec()), (0, b"two".to_vec())]);
    rita.json(&["job", "close", &job]);
    assert_eq!(listed(&rita, &[]), [Value::from(other)]);
}
