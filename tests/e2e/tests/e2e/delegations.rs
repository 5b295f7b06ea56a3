//! Delegated stake through the command line, from the first token to the last.

use assay_harness::processes::{json_units, log, Localnet};
use serde_json::Value;

/// Exit codes of the command line.
const USAGE: i32 = 2;
const NOT_FOUND: i32 = 3;
const UNFINISHED: i32 = 7;
/// Longer than the tokens wait that join, and than an unbonding takes.
const LONG: &str = "9d";

#[test]
fn a_delegation_joins_leaves_and_is_closed() {
    let localnet = Localnet::start();
    let (ada, owner) = localnet.provider("ada");
    let (dora, _) = localnet.funded_wallet("dora");
    let owner = owner.to_string();
    let code = |command: &[&str]| dora.run(command).code;
    let listed = || dora.json(&["delegate", "list"]);

    log("tokens wait before they join, and can be taken back");
    let little = code(&["delegate", "add", &owner, "0.5"]);
    assert_eq!(little, Some(USAGE), "a delegation takes at least one ASSAY");
    let added = dora.json(&["delegate", "add", &owner, "3000"]);
    assert_eq!(added["pending"]["amount"], "3000");
    let early = code(&["delegate", "activate", &owner]);
    assert_eq!(early, Some(UNFINISHED));
    let back = dora.json(&["delegate", "withdraw", "--pending", &owner]);
    assert_eq!(back["amount"]["amount"], "3000");
    dora.json(&["delegate", "add", &owner, "2000"]);
    dora.json(&["localnet", "advance", LONG]);
    let joined = dora.json(&["delegate", "activate", &owner]);
    assert_eq!(joined["joined"]["amount"], "2000");
    assert_eq!(listed()["delegations"][0]["stake"]["amount"], "2000");
    let shown = ada.json(&["provider", "show"]);
    assert_eq!(shown["delegated"]["amount"], "2000");

    log("it becomes collateral beside the owner's, and is asked back");
    ada.json(&["provider", "collateral", "add", "2000"]);
    let some = dora.json(&["delegate", "undelegate", &owner, "500"]);
    assert_eq!(
        some["unbonding"]["amount"], "500",
        "free collateral is freed"
    );
    let shown = ada.json(&["provider", "show"]);
    assert_eq!(shown["free_collateral"]["amount"], "6500");
    let nothing = code(&["delegate", "undelegate", &owner]);
    assert_eq!(nothing, Some(USAGE), "nothing is asked back");
    let rest = dora.json(&["delegate", "undelegate", &owner, "--all"]);
    assert_eq!(rest["unbonding"]["amount"], "1500");

    log("it matures, is withdrawn, and the delegation is closed");
    assert_eq!(code(&["delegate", "withdraw"]), Some(UNFINISHED));
    let unbonding = listed()["unbonding"].as_array().map(Vec::len);
    assert_eq!(unbonding, Some(1), "one ticket a span");
    dora.json(&["localnet", "advance", LONG]);
    let paid = dora.json(&["delegate", "withdraw"]);
    assert_eq!(paid["amount"]["amount"], "2000");
    let earned = dora.json(&["delegate", "claim"]);
    assert_eq!(units(&earned, "paid"), 0, "nobody worked");
    dora.json(&["delegate", "close", &owner]);
    assert_eq!(listed()["delegations"], serde_json::json!([]));
    assert_eq!(code(&["delegate", "claim"]), Some(NOT_FOUND));
    let wallet = dora.json(&["wallet", "show"]);
    assert_eq!(wallet["assay"]["amount"], "10000");
}

#[test]
fn a_retired_provider_shows_its_delegators_out() {
    let localnet = Localnet::start();
    let (ada, owner) = localnet.provider("ada");
    let (dora, _) = localnet.funded_wallet("dora");
    let (paul, _) = localnet.funded_wallet("paul");
    let owner = owner.to_string();
    dora.json(&["delegate", "add", &owner, "2000"]);
    dora.json(&["localnet", "advance", LONG]);
    dora.json(&["delegate", "activate", &owner]);
    paul.json(&["delegate", "add", &owner, "100"]);
    ada.json(&["provider", "collateral", "remove", "5000"]);
    ada.json(&["provider", "retire"]);
    ada.json(&["provider", "unbond", "5000"]);

    log("after the notice the owner shows everybody out; dora's stake unbonds once more");
    ada.json(&["localnet", "advance", LONG]);
    let waiting = ada.json(&["provider", "retire"]);
    let left = (&waiting["state"], &waiting["delegations"]);
    assert_eq!(left, (&"waiting".into(), &0.into()));
    let wallet = paul.json(&["wallet", "show"]);
    assert_eq!(
        wallet["assay"]["amount"], "10000",
        "what waits returns at once"
    );
    ada.json(&["localnet", "advance", LONG]);
    assert_eq!(ada.json(&["provider", "retire"])["state"], "closed");
    let wallet = dora.json(&["wallet", "show"]);
    assert_eq!(wallet["assay"]["amount"], "10000");
}

fn units(report: &Value, name: &str) -> u64 {
    json_units(report, name).expect("an amount")
}
