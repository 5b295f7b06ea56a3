//! Rewards through the command line, while no node helps: tallied by a stranger, claimed by owner and delegator.

use crate::job;
use assay_client::pda;
use assay_harness::processes::{compile_module, json_units, log, Cli, Localnet, Node, ECHO};
use serde_json::Value;

/// Longer than delegated tokens wait before they join.
const LONG: &str = "9d";
/// Length of an epoch and of the tally window.
const EPOCH: &str = "1h";

fn units(report: &Value, name: &str) -> u64 {
    json_units(report, name).expect("an amount")
}

/// Returns what a wallet holds of ASSAY, base units.
fn held(wallet: &Cli) -> u64 {
    units(&wallet.json(&["wallet", "show"]), "assay")
}

#[test]
fn a_stranger_tallies_and_owner_and_delegator_claim_everything() {
    let localnet = Localnet::start();
    let (ada, owner) = localnet.provider("ada");
    let (dora, delegator) = localnet.funded_wallet("dora");
    let (rita, _) = localnet.funded_wallet("rita");
    let owner = owner.to_string();
    let wait = |time: &str| rita.json(&["localnet", "advance", time]);
    dora.json(&["delegate", "add", &owner, "5000"]);
    wait(LONG);
    dora.json(&["delegate", "activate", &owner]);

    log("work is done, and its node goes away");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let node = Node::start(&localnet, "ada");
    let job = job::post(&rita, &echo, &["one", "two"], &localnet.blob_url, &[]);
    job::finished(&rita, &job);
    node.kill();

    log("a stranger tallies it in the window after the epoch, once");
    let early = rita.json(&["rewards", "tally"]);
    assert_eq!(early["tallied"], serde_json::json!([]), "the epoch runs");
    wait(EPOCH);
    let tallied = rita.json(&["rewards", "tally"])["tallied"].clone();
    let worker = pda::market::worker(&pda::staking::provider(&owner.parse().expect("an address")));
    assert_eq!(tallied[0]["worker"], worker.to_string());
    assert_ne!(tallied[0]["weight"], "0");
    assert_eq!(tallied.as_array().map(Vec::len), Some(1), "{tallied}");
    let again = rita.json(&["rewards", "tally", "--owner", &owner]);
    assert_eq!(again["tallied"], serde_json::json!([]));

    log("the owner claims: its work at once, what the stake earned later");
    wait(EPOCH);
    let before = held(&ada);
    let claimed = ada.json(&["rewards", "claim", "--all"]);
    let epoch = &tallied[0]["epoch"];
    assert_eq!(&claimed["epochs"][0]["epoch"], epoch, "{claimed}");
    let (all, paid) = (units(&claimed, "claimed"), units(&claimed, "paid"));
    let streaming = units(&claimed, "streaming");
    // Two parts of three are for the work.
    assert!(paid >= all / 3 * 2 && streaming <= all / 3, "{claimed}");
    assert_eq!(held(&ada) - before, paid);

    log("the delegator, who is no provider, claims half of the rest after the stream");
    wait("10h");
    let before = held(&dora);
    let claimed = dora.json(&["rewards", "claim", "--all"]);
    let earned = units(&claimed["delegations"][0], "amount");
    assert_eq!(units(&claimed, "claimed"), 0);
    assert_eq!(held(&dora) - before, earned);
    assert!(
        earned.abs_diff(streaming / 2) < 1_000,
        "{earned} of {streaming}"
    );

    log("the owner names another account, and nobody else may");
    let account = pda::ata(&delegator, &pda::rewards::mint()).to_string();
    let before = held(&dora);
    let claimed = ada.json(&["rewards", "claim", "--all", "--to", &account]);
    let paid = units(&claimed, "paid");
    assert!(paid.abs_diff(streaming - earned) < 1_000, "{claimed}");
    assert_eq!(held(&dora) - before, paid);
    let stranger = ["rewards", "claim", "--owner", &owner, "--to", &account];
    let refused = rita.run(&stranger);
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
}
