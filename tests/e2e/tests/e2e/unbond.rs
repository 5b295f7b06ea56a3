//! Stake through the command line: unbonded, taken back and withdrawn.

use assay_harness::processes::{log, Localnet};

/// Exit codes of the command line.
const INSUFFICIENT: i32 = 6;
const UNFINISHED: i32 = 7;

#[test]
fn stake_is_unbonded_taken_back_and_withdrawn() {
    let localnet = Localnet::start();
    let (ada, _) = localnet.provider("ada");
    let code = |command: &[&str]| ada.run(command).code;

    log("collateral first: what is behind work cannot unbond");
    assert_eq!(code(&["provider", "unbond", "1000"]), Some(INSUFFICIENT));
    let left = ada.json(&["provider", "collateral", "remove", "2000"]);
    assert_eq!(
        (&left["moved"]["amount"], &left["free"]["amount"]),
        (&"2000".into(), &"3000".into())
    );

    log("a ticket, and back");
    let ticket = ada.json(&["provider", "unbond", "1000"]);
    assert_eq!(
        (&ticket["ticket"], &ticket["amount"]["amount"]),
        (&"0".into(), &"1000".into())
    );
    let shown = ada.json(&["provider", "show"]);
    assert_eq!(shown["active"]["amount"], "4000");
    assert_eq!(shown["unbonding"], serde_json::json!([ticket]));
    let back = ada.json(&["provider", "cancel-unbond"]);
    assert_eq!(back["amount"], ticket["amount"]);
    let shown = ada.json(&["provider", "show"]);
    assert_eq!(shown["active"]["amount"], "5000");
    assert_eq!(shown["unbonding"], serde_json::json!([]));

    log("another, to its end");
    ada.json(&["provider", "unbond", "1000"]);
    assert_eq!(code(&["provider", "withdraw"]), Some(UNFINISHED));
    ada.json(&["localnet", "advance", "15d"]);
    let paid = ada.json(&["provider", "withdraw"]);
    assert_eq!(paid["amount"]["amount"], "1000");
    let wallet = ada.json(&["wallet", "show"]);
    assert_eq!(wallet["assay"]["amount"], "6000");
    let shown = ada.json(&["provider", "show"]);
    assert_eq!(shown["active"]["amount"], "4000");
}
