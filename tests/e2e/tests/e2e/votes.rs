//! Governance through the command line: every command is typed once.

use crate::by_hand;
use assay_client::{
    instruction::token::transfer,
    pda::{ata, rewards},
    Address,
};
use assay_governance::state::Vote;
use assay_harness::processes::{
    log, try_next_version, try_upload, wait_until, Cli, Localnet, Workspace,
};
use serde_json::Value;
use std::fs;

/// Exit codes of the command line.
const USAGE: i32 = 2;
const REJECTED: i32 = 5;
const UNFINISHED: i32 = 7;
/// More than a vote needs: 20,000 ASSAY in the longest lock.
const ENOUGH: [&str; 2] = ["30000", "1460d"];

/// Starts a network on which vera holds a lock that passes votes alone.
fn network() -> (Localnet, Cli) {
    let localnet = Localnet::start();
    localnet.new_wallet("vera");
    localnet.fund("vera", &["--sol=10", "--assay=60000"]);
    let vera = localnet.as_wallet("vera");
    vera.json(&["gov", "lock", ENOUGH[0], ENOUGH[1]]);
    (localnet, vera)
}

/// Returns the guardian, who is the faucet on a local network.
fn guardian(localnet: &Localnet) -> Cli {
    Cli {
        keypair: Some(localnet.faucet_file()),
        ..localnet.cli()
    }
}

/// Sends a command that proposes, opens the vote, votes yes, and waits until the proposal can be executed. Returns its number.
fn pass(vera: &Cli, propose: &[&str]) -> String {
    let number = publish(vera, propose);
    vera.json(&["localnet", "advance", "1h"]);
    vera.json(&["gov", "open", &number]);
    vera.json(&["gov", "vote", &number, "yes"]);
    vera.json(&["localnet", "advance", "2h"]);
    number
}

/// Sends a command that proposes something. Returns the number of the proposal.
fn publish(vera: &Cli, propose: &[&str]) -> String {
    let proposed = vera.json(&[propose, &["--title", "A test"]].concat());
    assert_eq!(proposed["status"], "notice", "{proposed}");
    proposed["proposal"].to_string()
}

/// Executes a proposal that passed.
fn execute(vera: &Cli, number: &str) -> Value {
    let executed = vera.json(&["gov", "execute", number]);
    assert_eq!(executed["status"], "executed");
    executed
}

/// Returns the value of a parameter.
fn param(cli: &Cli, name: &str) -> Value {
    let shown = cli.json(&["params", "show"]);
    let params = shown["parameters"].as_array().expect("a list");
    let found = params.iter().find(|param| param["name"] == name);
    found.expect("a parameter")["value"].clone()
}

#[test]
fn a_vote_changes_a_parameter_and_everything_comes_back() {
    let (localnet, vera) = network();
    let wait = |time: &str| vera.json(&["localnet", "advance", time]);
    let unfinished = |command: &[&str]| {
        let output = vera.run(command);
        assert_eq!(output.code, Some(UNFINISHED), "{}", output.stderr);
    };

    log("locking, proposing, opening, voting");
    let lock = vera.json(&["gov", "lock", "5000", "1h"]);
    assert_eq!(
        (&lock["lock"], &lock["amount"]["amount"], &lock["weight"]),
        (&"1".into(), &"5000".into(), &"5000000000000".into())
    );
    publish(
        &vera,
        &["gov", "propose", "param", "--set", "market.fee_bps=100"],
    );
    unfinished(&["gov", "open", "0"]);
    unfinished(&["gov", "vote", "0", "yes"]);
    wait("1h");
    assert_eq!(vera.json(&["gov", "open", "0"])["status"], "voting");
    let voted = vera.json(&["gov", "vote", "0", "yes"]);
    assert_eq!(voted["yes"], "125000000000000", "both locks");
    unfinished(&["gov", "unlock", "1"]);
    unfinished(&["gov", "execute", "0"]);
    unfinished(&["gov", "close", "0"]);

    log("past the vote and its hold-up");
    wait("2h");
    let executed = execute(&vera, "0");
    let listed = vera.json(&["gov", "list"]);
    assert_eq!(listed["proposals"][0], executed);
    assert_eq!(param(&vera, "market.fee_bps"), "100");

    log("unlocking, once the yes no longer binds, closes the votes");
    let client = localnet.client();
    let votes = || client.fetch_all::<Vote>().expect("a list of votes").len();
    assert_eq!(votes(), 2);
    unfinished(&["gov", "unlock", "1"]);
    wait("1d");
    let unlocking = vera.json(&["gov", "unlock", "1"]);
    assert_eq!(unlocking["weight"], "0");
    assert_eq!(votes(), 0);
    unfinished(&["gov", "withdraw"]);
    wait("1h");
    let withdrawn = vera.json(&["gov", "withdraw"]);
    assert_eq!(withdrawn["amount"]["amount"], "5000");

    log("closing the proposal returns the deposit");
    let closed = vera.json(&["gov", "close", "0"]);
    assert_eq!(closed["burned"], false);
    let wallet = vera.json(&["wallet", "show"]);
    assert_eq!(wallet["assay"]["amount"], "30000");
    let listed = vera.json(&["gov", "list"]);
    assert_eq!(listed["proposals"], serde_json::json!([]));
}

#[test]
fn hardly_anybody_votes_and_the_deposit_is_burned() {
    let (localnet, vera) = network();
    let (paul, _) = localnet.funded_wallet("paul");
    paul.json(&["gov", "lock", "1", "1h"]);
    publish(
        &paul,
        &["gov", "propose", "param", "--set", "market.fee_bps=100"],
    );
    paul.json(&["localnet", "advance", "1h"]);
    paul.json(&["gov", "open", "0"]);
    paul.json(&["gov", "vote", "0", "yes"]);
    paul.json(&["localnet", "advance", "2h"]);

    let closed = paul.json(&["gov", "close", "0"]);

    assert_eq!(closed["burned"], true, "one of 120,001 is no quorum");
    let votes = localnet.client().fetch_all::<Vote>();
    assert!(votes.expect("a list of votes").is_empty());
    let wallet = paul.json(&["wallet", "show"]);
    assert_eq!(wallet["assay"]["amount"], "9989", "one locked, ten burned");
    drop(vera);
}

#[test]
fn a_secret_vote_is_counted_when_it_is_revealed() {
    let (_localnet, vera) = network();
    publish(
        &vera,
        &[
            "gov",
            "propose",
            "param",
            "--set",
            "rewards.kappa_bps=4000",
            "--secret",
        ],
    );
    vera.json(&["localnet", "advance", "1h"]);
    vera.json(&["gov", "open", "0"]);
    let voted = vera.json(&["gov", "vote", "0", "no", "--secret"]);
    let hidden = (&voted["no"], &voted["abstain"]);
    assert_eq!(hidden, (&"0".into(), &"120000000000000".into()));
    let voted = vera.json(&["gov", "vote", "0", "yes", "--secret"]);
    assert_eq!(voted["abstain"], "120000000000000", "it replaces the first");
    assert_eq!(vera.run(&["gov", "reveal", "0"]).code, Some(UNFINISHED));
    assert_eq!(vera.run(&["gov", "unlock", "0"]).code, Some(UNFINISHED));

    vera.json(&["localnet", "advance", "1h"]);
    let revealed = vera.json(&["gov", "reveal", "0"]);

    assert_eq!(revealed["status"], "revealing");
    assert_eq!(revealed["yes"], "120000000000000");
    vera.json(&["localnet", "advance", "2h"]);
    execute(&vera, "0");
    assert_eq!(param(&vera, "rewards.kappa_bps"), "4000");
    let late = vera.run(&["gov", "reveal", "0"]);
    assert_eq!(late.code, Some(USAGE), "{}", late.stderr);
}

#[test]
fn payment_mints_are_repriced_closed_and_opened_by_vote() {
    let (localnet, vera) = network();
    let mint = localnet.tusd_mint.to_string();
    let shown = || vera.json(&["params", "mints"])["mints"][0].clone();
    let units = |shown: Value| shown["worth"]["units"].clone();
    assert_eq!(units(shown()), "1000000000000");

    log("a rate, within a half and the double, a day after the last change");
    vera.json(&["localnet", "advance", "1d"]);
    let rate = pass(
        &vera,
        &["gov", "propose", "mint", "rate", &mint, "1500000000000"],
    );
    execute(&vera, &rate);
    assert_eq!(units(shown()), "1500000000000");

    log("the guardian closes it at once, a vote opens it again");
    guardian(&localnet).json(&["gov", "close-mint", &mint]);
    assert_eq!(shown()["admits"], false);
    let admit = pass(&vera, &["gov", "propose", "mint", "admit", &mint]);
    execute(&vera, &admit);
    assert_eq!(shown()["admits"], true);

    log("another token is allowed: ASSAY itself");
    let assay = rewards::mint().to_string();
    let allow = pass(
        &vera,
        &["gov", "propose", "mint", "allow", &assay, "1000000000"],
    );
    execute(&vera, &allow);
    let all = vera.json(&["params", "mints"]);
    assert_eq!(all["mints"].as_array().map(Vec::len), Some(2));
}

#[test]
fn the_guardian_pauses_vetoes_and_is_replaced() {
    let (localnet, vera) = network();
    let keeper = guardian(&localnet);
    let (gus, _) = localnet.funded_wallet("gus");

    log("a pause, which ends by itself; a second one must wait");
    keeper.json(&["gov", "pause", "market", "1", "2d"]);
    let pauses = vera.json(&["params", "show"])["pauses"].clone();
    assert_eq!(
        (&pauses[0]["program"], &pauses[0]["bits"]),
        (&"market".into(), &1.into())
    );
    keeper.json(&["gov", "lift", "market"]);
    assert_eq!(
        vera.json(&["params", "show"])["pauses"],
        serde_json::json!([])
    );
    let soon = keeper.run(&["gov", "pause", "market", "1", "1h"]);
    assert_eq!(soon.code, Some(REJECTED), "{}", soon.stderr);
    assert!(soon.stderr.contains("too little time"), "{}", soon.stderr);
    let stranger = vera.run(&["gov", "pause", "staking", "1", "1h"]);
    assert_eq!(stranger.code, Some(USAGE), "{}", stranger.stderr);

    log("a pause of staking, which a vote ends");
    keeper.json(&["gov", "pause", "staking", "7", "7d"]);
    let number = pass(&vera, &["gov", "propose", "unpause", "staking"]);
    execute(&vera, &number);
    assert_eq!(
        vera.json(&["params", "show"])["pauses"],
        serde_json::json!([])
    );

    log("a veto in the hold-up");
    publish(
        &vera,
        &["gov", "propose", "param", "--set", "market.fee_bps=100"],
    );
    vera.json(&["localnet", "advance", "1h"]);
    vera.json(&["gov", "open", "1"]);
    vera.json(&["gov", "vote", "1", "yes"]);
    assert_eq!(keeper.run(&["gov", "veto", "1"]).code, Some(USAGE));
    vera.json(&["localnet", "advance", "1h"]);
    assert_eq!(keeper.json(&["gov", "veto", "1"])["status"], "vetoed");

    log("a vote replaces the guardian, who cannot stop that");
    let gus_is = localnet.as_wallet("gus").json(&["wallet", "show"])["address"].clone();
    let number = pass(
        &vera,
        &[
            "gov",
            "propose",
            "guardian",
            gus_is.as_str().expect("an address"),
        ],
    );
    execute(&vera, &number);
    assert_eq!(
        keeper.run(&["gov", "pause", "staking", "1", "1h"]).code,
        Some(USAGE)
    );
    gus.json(&["gov", "accept"]);
    gus.json(&["localnet", "advance", "40d"]);
    gus.json(&["gov", "pause", "staking", "1", "1h"]);
    let number = pass(&vera, &["gov", "propose", "guardian", "--nobody"]);
    execute(&vera, &number);
    assert_eq!(gus.run(&["gov", "lift", "staking"]).code, Some(USAGE));
}

#[test]
fn a_lock_is_renewed_or_lapses() {
    let (localnet, vera) = network();
    let (paul, owner) = localnet.funded_wallet("paul");
    let owner = owner.to_string();
    paul.json(&["gov", "lock", "100", "1h"]);
    let early = vera.run(&["gov", "lapse", &owner, "0"]);
    assert_eq!(early.code, Some(UNFINISHED), "{}", early.stderr);
    vera.json(&["localnet", "advance", "181d"]);
    let lapsed = vera.json(&["gov", "lapse", &owner, "0"]);
    assert_eq!(lapsed["weight"], "0");
    let renewed = paul.json(&["gov", "renew", "0"]);
    assert_eq!(renewed["weight"], "100000000000");
    let locks = paul.json(&["gov", "locks"]);
    assert_eq!(locks["locks"][0], renewed);
}

#[test]
fn an_upgrade_is_executed_out_of_its_buffer() {
    let (localnet, vera) = network();
    let version = || vera.json(&["params", "versions"])["rewards"].clone();
    assert_eq!(version(), 1);
    let programs = Workspace::of_test().programs();
    let bytecode = fs::read(programs.join("assay_rewards.so")).expect("the built program");
    let next = try_next_version(&bytecode).expect("bytecode with a version");
    fs::write(vera.home.join("next.so"), &next).expect("a writable directory");

    log("the vote is about the hash of a file, which anybody can build");
    let number = pass(&vera, &["gov", "propose", "upgrade", "rewards", "next.so"]);
    let without = vera.run(&["gov", "execute", &number]);
    assert_eq!(without.code, Some(USAGE), "{}", without.stderr);
    assert!(without.stderr.contains("--buffer"), "{}", without.stderr);

    log("somebody uploads it, and its rent returns to the wallet that was voted");
    let (client, payer) = (localnet.client(), by_hand::wallet(&localnet, "vera"));
    let other = try_upload(&client, &payer, &next[1..]).expect("a buffer");
    let wrong = vera.run(&["gov", "execute", &number, "--buffer", &other.to_string()]);
    assert_eq!(wrong.code, Some(REJECTED), "{}", wrong.stderr);
    let buffer = try_upload(&client, &payer, &next).expect("a buffer");
    let executed = vera.json(&["gov", "execute", &number, "--buffer", &buffer.to_string()]);
    assert_eq!(executed["status"], "executed");
    // The network runs the new bytecode from the next slot on.
    wait_until("the next version", || (version() == 2).then_some(()));
    assert!(client.account(&buffer).expect("an answer").is_none());
}

#[test]
fn the_treasury_pays_and_grants_what_a_vote_decides() {
    let (localnet, vera) = network();
    let recipient = localnet.new_wallet("gilda").to_string();
    // Anyone may give to the treasury.
    let owner = address(&vera);
    let (from, to) = (ata(&owner, &rewards::mint()), rewards::treasury());
    let give = transfer(&from, &to, &owner, 1_000_000_000_000);
    by_hand::send(&localnet, "vera", &[give]);

    log("a grant over ten days, to a wallet without a token account");
    let grant = pass(
        &vera,
        &["gov", "propose", "grant", &recipient, "50", "--over", "10d"],
    );
    execute(&vera, &grant);
    vera.json(&["localnet", "advance", "5d"]);
    let shown = vera.json(&["gov", "grant", "show", &recipient]);
    assert_eq!(shown["grants"][0]["amount"]["amount"], "50");
    vera.json(&["gov", "grant", "claim", &recipient]);
    let gilda = localnet.as_wallet("gilda");
    let held = || gilda.json(&["wallet", "show"])["assay"]["units"].clone();
    let half: u64 = held().as_str().expect("units").parse().expect("a number");
    assert!((25_000_000_000..25_100_000_000).contains(&half), "{half}");

    log("a transfer: a week lies between two payments");
    vera.json(&["localnet", "advance", "7d"]);
    let pay = pass(&vera, &["gov", "propose", "transfer", &recipient, "20"]);
    execute(&vera, &pay);
    let paid: u64 = held().as_str().expect("units").parse().expect("a number");
    assert_eq!(paid, half + 20_000_000_000);

    log("the rest of the grant");
    vera.json(&["localnet", "advance", "10d"]);
    vera.json(&["gov", "grant", "claim", &recipient]);
    assert_eq!(held(), "70000000000");
    let shown = vera.json(&["gov", "grant", "show", &recipient]);
    assert_eq!(shown["grants"], serde_json::json!([]));
}

fn address(cli: &Cli) -> Address {
    let shown = cli.json(&["wallet", "show"]);
    let address = shown["address"].as_str().expect("an address");
    address.parse().expect("an address")
}
