//! How many transactions a node sends for each seat, counted on the network. They are what a seat costs it in fees.

use crate::job;
use assay_client::Address;
use assay_harness::processes::{compile_module, log, Cli, Localnet, Node, ECHO};

/// Tasks of each job.
const TASKS: usize = 36;
/// Most transactions a seat, in tenths.
const MOST_TENTHS: usize = 22;

#[test]
fn a_node_sends_few_transactions_for_each_seat() {
    let localnet = Localnet::start();
    localnet.provider("ada");
    localnet.provider("bob");
    let (rita, _) = localnet.funded_wallet("rita");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let names: Vec<String> = (0..TASKS).map(|task| task.to_string()).collect();
    let inputs: Vec<&str> = names.iter().map(String::as_str).collect();
    let keys = ["ada-node", "bob-node"].map(|name| address(&localnet.as_wallet(name)));
    let sent = || keys.iter().map(|key| sent_by(&localnet, key)).sum();
    let _nodes = ["ada", "bob"].map(|name| Node::start(&localnet, name));

    for checks in ["0", "15%", "1"] {
        let before: usize = sent();
        let more = ["--checks", checks];
        let job = job::post(&rita, &echo, &inputs, &localnet.blob_url, &more);
        job::finished(&rita, &job);
        let seats = paid_seats(&rita, &job);
        let sent: usize = sent() - before;

        log(&format!(
            "--checks {checks}: {sent} transactions for {seats} seats, {:.2} a seat",
            sent as f64 / seats as f64
        ));
        assert!(sent * 10 <= seats * MOST_TENTHS, "{sent} for {seats}");
    }
}

/// Returns the number of paid seats of a job, checks included.
fn paid_seats(rita: &Cli, job: &str) -> usize {
    let shown = rita.json(&["job", "show", job]);
    let tasks = shown["tasks"].as_array().expect("a list of tasks");
    let seats = tasks.iter().flat_map(|task| {
        let late = task["seats"].as_array().expect("a list of seats");
        late.iter().chain(Some(&task["check"]))
    });
    seats.filter(|seat| seat["state"] == "accepted").count()
}

/// Returns the number of transactions that a key signed or was sent money by.
fn sent_by(localnet: &Localnet, key: &Address) -> usize {
    let history = localnet.client().rpc().get_signatures_for_address(key);
    history.expect("a history").len()
}

fn address(wallet: &Cli) -> Address {
    let shown = wallet.json(&["wallet", "show"]);
    let address = shown["address"].as_str().expect("an address");
    address.parse().expect("an address")
}
