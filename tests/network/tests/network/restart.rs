//! The node is killed once in every state of its pipeline and started again.

use crate::job;
use anchor_lang::Discriminator as _;
use assay_client::{Address, JobView};
use assay_market::{instruction::CommitResult, state::SlotState};
use assay_tests_network::{compiled, say, Network, Node, PONDER};
use serde_json::{json, Value};
use solana_rpc_client::rpc_client::RpcClient;
use solana_rpc_client_api::request::RpcRequest;
use std::collections::BTreeMap;

/// After each of these events the node is killed. `settled` leaves the result accepted and uncollected.
const KILLED_AT: [&str; 5] = ["claimed", "executed", "committed", "revealed", "settled"];

#[test]
fn a_killed_node_goes_on_where_it_was() {
    let network = Network::start();
    let (ada, _) = network.provider("ada");
    let (rita, _) = network.person("rita");
    let module = compiled(network.home(), "ponder", PONDER);

    for (killed_before, event) in KILLED_AT.iter().enumerate() {
        let job = job::post(&rita, &module, &[event], &network.blob_url, &[]);
        let mut node = Node::start(&network, "ada");
        node.wait(event, &job);
        node.kill();
        let states: Vec<_> = job::view(&network, &job).states(0).collect();
        say(&format!(
            "killed at `{event}`, slots {states:?}; started again"
        ));

        let _again = Node::start(&network, "ada");
        job::finished(&rita, &job);

        assert_eq!(job::results(&rita, &job), [(0, event.as_bytes().to_vec())]);
        check(&network, &job::view(&network, &job));
        let record = ada.ok(&["provider", "show"]);
        assert_eq!(record["accepted"], killed_before + 1);
        assert_eq!(
            (&record["missed"], &record["rejected"]),
            (&0.into(), &0.into())
        );
    }
    let wallet = ada.ok(&["wallet", "show"]).to_string();
    assert!(
        wallet.contains("\"1002.5\""),
        "five tasks at half a dollar: {wallet}"
    );
}

/// One slot was claimed and accepted, and one commitment was ever sent for it, whether it succeeded or not.
fn check(network: &Network, job: &JobView) {
    let states: Vec<_> = job.states(0).collect();
    assert_eq!(states, [SlotState::Accepted, SlotState::Untouched]);
    let rpc = RpcClient::new(network.rpc_url.clone());
    let sent = commitments(&rpc, &job.address);
    let distinct: BTreeMap<_, _> = sent.iter().map(|data| (data.clone(), ())).collect();
    assert_eq!(distinct.len(), 1, "commitments sent: {sent:?}");
}

/// Arguments of every `commit_result` that names the job.
fn commitments(rpc: &RpcClient, job: &Address) -> Vec<Vec<u8>> {
    let history = rpc.get_signatures_for_address(job).expect("a history");
    assert!(
        history.len() >= 5,
        "posting, claim, commitment, reveal, verdict: {history:?}"
    );
    let transactions = history
        .iter()
        .map(|entry| transaction(rpc, &entry.signature));
    transactions.flat_map(|sent| commits_of(&sent)).collect()
}

fn transaction(rpc: &RpcClient, signature: &str) -> Value {
    let options =
        json!({"encoding": "json", "maxSupportedTransactionVersion": 0, "commitment": "confirmed"});
    let asked = json!([signature, options]);
    rpc.send(RpcRequest::GetTransaction, asked)
        .expect("a transaction of the history")
}

fn commits_of(transaction: &Value) -> Vec<Vec<u8>> {
    let instructions = &transaction["transaction"]["message"]["instructions"];
    let data = |instruction: &Value| {
        let text = instruction["data"]
            .as_str()
            .expect("an instruction has data");
        bs58::decode(text).into_vec().expect("base58")
    };
    let all = instructions
        .as_array()
        .expect("a list of instructions")
        .iter();
    all.map(data)
        .filter(|data| data.starts_with(CommitResult::DISCRIMINATOR))
        .collect()
}
