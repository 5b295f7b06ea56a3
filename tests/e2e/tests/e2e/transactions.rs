//! How many transactions a node sends for each seat, counted on the network. They are what a seat costs it in fees.

use crate::job;
use assay_client::Address;
use assay_harness::processes::{compile_module, log, Cli, Localnet, Node, ECHO};

/// Tasks of each job.
const TASKS: usize = 36;
/// Most transactions a seat, in tenths.
const MOST_TENTHS: u64 = 22;

#[test]
fn a_node_sends_few_transactions_for_each_seat() {
    let localnet = Localnet::start();
    let owners = ["ada", "bob"].map(|name| localnet.provider(name).0);
    let (rita, _) = localnet.funded_wallet("rita");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let names: Vec<String> = (0..TASKS).map(|task| task.to_string()).collect();
    let inputs: Vec<&str> = names.iter().map(String::as_str).collect();
    let keys = ["ada-node", "bob-node"].map(|name| address(&localnet.as_wallet(name)));
    let sent = || keys.iter().map(|key| sent_by(&localnet, key)).sum();
    let paid = || owners.iter().map(paid_seats).sum();
    let _nodes = ["ada", "bob"].map(|name| Node::start(&localnet, name));

    for checks in ["0", "15%", "1"] {
        let before: (usize, u64) = (sent(), paid());
        let more = ["--checks", checks];
        let job = job::post(&rita, &echo, &inputs, &localnet.blob_url, &more);
        job::finished(&rita, &job);
        let (sent, seats): (usize, u64) = (sent() - before.0, paid() - before.1);

        log(&format!(
            "--checks {checks}: {sent} transactions for {seats} seats, {:.2} a seat",
            sent as f64 / seats as f64
        ));
        assert!(seats >= TASKS as u64 && sent as u64 * 10 <= seats * MOST_TENTHS);
    }
}

/// Returns the number of seats, checks included, that a provider was paid for.
fn paid_seats(owner: &Cli) -> u64 {
    let shown = owner.json(&["provider", "show"]);
    shown["accepted"].as_u64().expect("a number")
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
