//! What a node pays for its place in a block when a deadline is near.

use crate::{by_hand, job};
use assay_client::{Signer as _, LAMPORTS_PER_SIGNATURE};
use assay_harness::processes::{
    compile_module, log, FaultyRpc, Journal, Localnet, Node, NodeOptions, SLOW_LOOP,
};

/// What `--max-priority-fee` is in this test, lamports.
const HIGHEST: u64 = 40_000;

#[test]
fn a_contribution_just_before_its_deadline_pays_the_highest_fee() {
    let localnet = Localnet::start();
    let (ada, _) = localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    // It runs long enough for the test to cut the node off before it sends its result.
    let slow = SLOW_LOOP.replace("300000000", "1000000000");
    let slow = compile_module(localnet.home(), "slow_loop", &slow);
    let journal = Journal::of(&localnet, "ada");
    let node_key = by_hand::wallet(&localnet, "ada-node").pubkey();
    let held = || localnet.client().lamports(&node_key).expect("a balance");

    for (seconds, limit, least) in [(60, HIGHEST, HIGHEST - 2), (60, 0, 0), (360, HIGHEST, 0)] {
        log(&format!(
            "the result is found {seconds} s before the deadline, the highest fee is {limit}"
        ));
        let job = job::post(&rita, &slow, &["late"], &localnet.blob_url, &[]);
        let proxy = FaultyRpc::in_front_of(&localnet.rpc_url);
        let limit_text = limit.to_string();
        let more = ["--no-cranks", "--max-priority-fee", &limit_text];
        let late = NodeOptions {
            rpc_url: &proxy.url,
            more: &more,
            ..NodeOptions::default()
        };
        let node = Node::start_with(&localnet, "ada", &late);
        journal.wait("claimed", &job);
        proxy.drop_sends();
        journal.wait("executed", &job);
        node.kill();
        let before = held();
        // The run window is ten minutes.
        localnet.try_advance(600 - seconds).expect("a later time");
        let usual = NodeOptions {
            more: &more,
            ..NodeOptions::default()
        };
        let node = Node::start_with(&localnet, "ada", &usual);
        job::delivered(&rita, &job);
        let priority = before - held() - LAMPORTS_PER_SIGNATURE;
        let most = if least == 0 { 0 } else { limit };
        assert!((least..=most).contains(&priority), "{priority} lamports");
        job::finished(&rita, &job);
        node.kill();
    }
    job::assert_no_penalties(&ada, 3);
}
