//! An owner's stake through the command line: unbonded, taken back and withdrawn; and what the owner decides about its provider,
//! until it closes it.

use assay_client::pda;
use assay_harness::processes::{log, Localnet};
use assay_staking::state::Provider;

/// Exit codes of the command line.
const USAGE: i32 = 2;
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

    log("it unbonds, and back");
    let begun = ada.json(&["provider", "unbond", "1000"]);
    assert_eq!(begun["amount"]["amount"], "1000");
    let shown = ada.json(&["provider", "show"]);
    assert_eq!(shown["active"]["amount"], "4000");
    assert_eq!(shown["unbonding"], begun["unbonding"]);
    assert_eq!(shown["unbonding"][0]["matures_at"], begun["matures_at"]);
    let back = ada.json(&["provider", "cancel-unbond", "400"]);
    assert_eq!(back["active"]["amount"], "4400");
    assert_eq!(back["unbonding"][0]["amount"]["amount"], "600");
    ada.json(&["provider", "cancel-unbond"]);
    let shown = ada.json(&["provider", "show"]);
    assert_eq!(shown["active"]["amount"], "5000");
    assert_eq!(shown["unbonding"], serde_json::json!([]));

    log("again, to its end");
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

#[test]
fn an_owner_changes_its_terms_and_retires() {
    let localnet = Localnet::start();
    let (ada, owner) = localnet.provider("ada");
    let payee = localnet.new_wallet("payee").to_string();
    let code = |command: &[&str]| ada.run(command).code;

    log("the commission changes after a notice, by five percent at most");
    assert_eq!(code(&["provider", "commission", "20%"]), Some(USAGE));
    let set = ada.json(&["provider", "commission", "10%"]);
    let bps = (&set["commission_bps"], &set["next_commission_bps"]);
    assert_eq!(bps, (&500.into(), &1_000.into()));
    let again = code(&["provider", "commission", "3%"]);
    assert_eq!(again, Some(UNFINISHED), "one change at a time");

    log("pay goes to another wallet");
    ada.json(&["provider", "beneficiary", &payee]);
    let shown = ada.json(&["provider", "show", "--record"]);
    assert_eq!(shown["beneficiary"], payee.as_str());
    let record = &shown["record"];
    assert_eq!(record["next_commission_bps"], 1_000);
    assert_eq!(record["leverage_hundredths"], 100);

    log("retirement: collateral first, then a notice");
    assert_eq!(code(&["provider", "retire"]), Some(INSUFFICIENT));
    ada.json(&["provider", "collateral", "remove", "5000"]);
    let announced = ada.json(&["provider", "retire"]);
    assert_eq!(announced["state"], "announced");
    assert_eq!(code(&["provider", "stake", "1"]), Some(USAGE));
    ada.json(&["provider", "unbond", "5000"]);
    ada.json(&["localnet", "advance", "1h"]);
    assert_eq!(ada.json(&["provider", "retire"])["state"], "announced");

    log("after it everything is paid out, and the provider is gone");
    ada.json(&["localnet", "advance", "15d"]);
    assert_eq!(ada.json(&["provider", "retire"])["state"], "closed");
    let wallet = ada.json(&["wallet", "show"]);
    assert_eq!(wallet["assay"]["amount"], "10000");
    let client = localnet.client();
    let provider = pda::staking::provider(&owner);
    let gone: Option<Provider> = client.try_fetch(&provider).expect("an answer");
    assert!(gone.is_none());
    let vault = pda::staking::stake_vault(&provider);
    assert!(client.account(&vault).expect("an answer").is_none());
}
