//! Pay of an owner whose token account was frozen by the token's issuer.

use crate::{
    by_hand::{self, send_signed},
    job,
};
use assay_client::{
    instruction::token::{freeze_account, thaw_account},
    pda, Address, Signer as _,
};
use assay_harness::processes::{compile_module, log, wait_until, Localnet, Node, ECHO};
use serde_json::Value;

/// Pay of the task: half a dollar.
const PRICE: u64 = 500_000;

#[test]
fn a_node_moves_held_pay_to_its_owner_once_the_account_is_free() {
    let localnet = Localnet::start();
    let (_, owner) = localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let issuer = by_hand::keypair(&localnet.faucet_file());
    let mint = localnet.tusd_mint;
    let account = pda::ata(&owner, &mint);
    let held = pda::ata(&by_hand::worker(&localnet, "ada"), &mint);
    let client = localnet.client();
    let balance = |account: &Address| client.token_balance(account).expect("a balance");
    let before = balance(&account);

    log("ada's dollars are frozen, so her worker's account takes the pay");
    let freeze = freeze_account(&account, &mint, &issuer.pubkey());
    send_signed(&localnet, &issuer, &[freeze]);
    let mut node = Node::start(&localnet, "ada");
    let job = job::post(&rita, &echo, &["one"], &localnet.blob_url, &[]);
    job::finished(&rita, &job);
    assert_eq!((balance(&account), balance(&held)), (before, PRICE));
    let is_moved = |line: &Value| line["event"] == "held_collected";
    assert!(!node.other_events().iter().any(is_moved));

    log("they are thawed, and her node moves the pay by itself");
    let thaw = thaw_account(&account, &mint, &issuer.pubkey());
    send_signed(&localnet, &issuer, &[thaw]);
    let moved = wait_until("the event `held_collected`", || {
        node.other_events().into_iter().find(is_moved)
    });
    assert_eq!(moved["mint"], mint.to_string());
    assert_eq!(moved["amount"], PRICE.to_string());
    assert_eq!((balance(&account), balance(&held)), (before + PRICE, 0));
}

#[test]
fn an_owner_moves_held_pay_itself() {
    let localnet = Localnet::start();
    let (ada, owner) = localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let issuer = by_hand::keypair(&localnet.faucet_file());
    let mint = localnet.tusd_mint;
    let account = pda::ata(&owner, &mint);
    let freeze = freeze_account(&account, &mint, &issuer.pubkey());
    send_signed(&localnet, &issuer, &[freeze]);
    let node = Node::start(&localnet, "ada");
    let job = job::post(&rita, &echo, &["one"], &localnet.blob_url, &[]);
    job::finished(&rita, &job);
    node.kill();

    log("it stays with the worker while the account is frozen");
    let collect = || ada.json(&["provider", "collect-held"])["amounts"][0].clone();
    let frozen = collect();
    assert_eq!(frozen["moved"], false, "{frozen}");

    log("and is moved when it is free");
    let thaw = thaw_account(&account, &mint, &issuer.pubkey());
    send_signed(&localnet, &issuer, &[thaw]);
    let moved = collect();
    let units = moved["amount"]["units"].as_str();
    let expected = (&Value::Bool(true), PRICE.to_string());
    assert_eq!(
        (&moved["moved"], units.unwrap_or_default().into()),
        expected
    );
    let again = ada.json(&["provider", "collect-held"]);
    assert_eq!(again["amounts"], serde_json::json!([]));
}
