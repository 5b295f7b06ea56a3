//! A vote through the command line, from the lock to the withdrawal.

use assay_governance::state::Vote;
use assay_harness::processes::{log, Localnet};

/// Exit code of the command line.
const UNFINISHED: i32 = 7;

#[test]
fn a_vote_changes_a_parameter_and_everything_comes_back() {
    let localnet = Localnet::start();
    let (vera, _) = localnet.funded_wallet("vera");
    let wait = |time: &str| vera.json(&["localnet", "advance", time]);
    let unfinished = |command: &[&str]| {
        let output = vera.run(command);
        assert_eq!(output.code, Some(UNFINISHED), "{}", output.stderr);
    };

    log("locking, proposing, voting");
    let lock = vera.json(&["gov", "lock", "5000", "1h"]);
    assert_eq!(
        (&lock["lock"], &lock["amount"]["amount"], &lock["weight"]),
        (&"0".into(), &"5000".into(), &"5000000000000".into())
    );
    let set = "market.fee_bps=100";
    let proposed = vera.json(&["gov", "propose", "--title", "A lower fee", "--set", set]);
    assert_eq!(
        (&proposed["proposal"], &proposed["status"]),
        (&0.into(), &"voting".into())
    );
    let voted = vera.json(&["gov", "vote", "0", "yes"]);
    assert_eq!(voted["yes"], lock["weight"]);
    unfinished(&["gov", "unlock", "0"]);
    unfinished(&["gov", "execute", "0"]);
    unfinished(&["gov", "close", "0"]);

    log("past the vote and its hold-up");
    wait("2h");
    let executed = vera.json(&["gov", "execute", "0"]);
    assert_eq!(executed["status"], "executed");
    let listed = vera.json(&["gov", "list"]);
    assert_eq!(listed["proposals"][0], executed);
    let params = vera.json(&["params", "show"]);
    let params = params["parameters"].as_array().expect("a list");
    let fee = params.iter().find(|p| p["name"] == "market.fee_bps");
    assert_eq!(fee.expect("the fee")["value"], "100");

    log("unlocking, which closes the vote");
    let client = localnet.client();
    let votes = || client.fetch_all::<Vote>().expect("a list of votes").len();
    assert_eq!(votes(), 1);
    let unlocking = vera.json(&["gov", "unlock", "0"]);
    assert_eq!(unlocking["weight"], "0");
    assert_eq!(votes(), 0);
    unfinished(&["gov", "withdraw"]);
    wait("1h");
    let withdrawn = vera.json(&["gov", "withdraw"]);
    assert_eq!(withdrawn["amount"]["amount"], "5000");

    log("closing the proposal returns the deposit");
    let closed = vera.json(&["gov", "close", "0"]);
    assert_eq!(closed["forfeited"], false);
    let wallet = vera.json(&["wallet", "show"]);
    assert_eq!(wallet["assay"]["amount"], "10000");
    let listed = vera.json(&["gov", "list"]);
    assert_eq!(listed["proposals"], serde_json::json!([]));
}

#[test]
fn closing_a_proposal_returns_the_rent_of_its_votes_and_may_cost_the_deposit() {
    let localnet = Localnet::start();
    let (vera, _) = localnet.funded_wallet("vera");
    let (paul, _) = localnet.funded_wallet("paul");
    vera.json(&["gov", "lock", "5000", "1h"]);
    paul.json(&["gov", "lock", "1", "1h"]);
    let set = "market.fee_bps=100";
    paul.json(&["gov", "propose", "--title", "Mine alone", "--set", set]);
    paul.json(&["gov", "vote", "0", "yes"]);
    paul.json(&["localnet", "advance", "2h"]);

    let closed = paul.json(&["gov", "close", "0"]);

    assert_eq!(closed["forfeited"], true, "one of 5,001 is no quorum");
    let votes = localnet.client().fetch_all::<Vote>();
    assert!(votes.expect("a list of votes").is_empty());
    let wallet = paul.json(&["wallet", "show"]);
    assert_eq!(
        wallet["assay"]["amount"], "9989",
        "one locked, ten forfeited"
    );
}
