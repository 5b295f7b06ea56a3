//! Stake on its way out and back, through the command line.

use assay_tests_e2e::{say, Network};

/// Exit codes of the command line.
const INSUFFICIENT: i32 = 6;
const UNFINISHED: i32 = 7;

#[test]
fn stake_is_unbonded_taken_back_and_withdrawn() {
    let network = Network::start();
    let (ada, _) = network.provider("ada");
    let code = |command: &[&str]| ada.run(command).code;

    say("collateral first: what is behind work cannot unbond");
    assert_eq!(code(&["provider", "unbond", "1000"]), Some(INSUFFICIENT));
    let left = ada.ok(&["provider", "collateral", "remove", "2000"]);
    assert_eq!(
        (&left["moved"]["amount"], &left["free"]["amount"]),
        (&"2000".into(), &"3000".into())
    );

    say("a ticket, and back");
    let ticket = ada.ok(&["provider", "unbond", "1000"]);
    assert_eq!(
        (&ticket["ticket"], &ticket["amount"]["amount"]),
        (&"0".into(), &"1000".into())
    );
    let shown = ada.ok(&["provider", "show"]);
    assert_eq!(shown["active"]["amount"], "4000");
    assert_eq!(shown["unbonding"], serde_json::json!([ticket]));
    let back = ada.ok(&["provider", "cancel-unbond"]);
    assert_eq!(back["amount"], ticket["amount"]);
    let shown = ada.ok(&["provider", "show"]);
    assert_eq!(shown["active"]["amount"], "5000");
    assert_eq!(shown["unbonding"], serde_json::json!([]));

    say("another, to its end");
    ada.ok(&["provider", "unbond", "1000"]);
    assert_eq!(code(&["provider", "withdraw"]), Some(UNFINISHED));
    ada.ok(&["localnet", "advance", "15d"]);
    let paid = ada.ok(&["provider", "withdraw"]);
    assert_eq!(paid["amount"]["amount"], "1000");
    let wallet = ada.ok(&["wallet", "show"]);
    assert_eq!(wallet["assay"]["amount"], "6000");
    let shown = ada.ok(&["provider", "show"]);
    assert_eq!(shown["active"]["amount"], "4000");
}
