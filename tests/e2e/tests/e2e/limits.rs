//! A node does not claim beyond what its owner allows, whatever its key could sign.

use crate::job;
use assay_harness::processes::{
    compile_module, json_units, log, wait_until, Cli, Journal, Localnet, Node, NodeOptions, ECHO,
    SLOW_LOOP,
};
use assay_market::game::SeatState;
use std::{path::PathBuf, thread, time::Duration};

/// A network with the provider `ada`, whose owner sets limits, and the requester `rita`.
struct LimitSetup {
    localnet: Localnet,
    ada: Cli,
    rita: Cli,
    echo: PathBuf,
}

impl LimitSetup {
    fn new(limits: &[&str]) -> Self {
        let localnet = Localnet::start();
        let (ada, _) = localnet.provider("ada");
        let (rita, _) = localnet.funded_wallet("rita");
        ada.json(&[&["provider", "limits"], limits].concat());
        let echo = compile_module(localnet.home(), "echo", ECHO);
        Self {
            localnet,
            ada,
            rita,
            echo,
        }
    }

    fn post(&self, input: &[&str], more: &[&str]) -> String {
        job::post(&self.rita, &self.echo, input, &self.localnet.blob_url, more)
    }

    fn states(&self, job: &str) -> Vec<SeatState> {
        let view = job::view(&self.localnet, job);
        view.seats.iter().map(|seat| seat.state()).collect()
    }

    /// Moves the clock until every rank admits its worker, and gives the node the time of several ticks.
    fn let_it_claim(&self) {
        self.ada.json(&["localnet", "advance", "1m"]);
        thread::sleep(Duration::from_secs(2));
    }
}

#[test]
fn a_seat_with_too_high_a_bond_is_not_claimed() {
    // The bond is five prices.
    let setup = LimitSetup::new(&["--seat-bond", "2.5"]);
    let LimitSetup { ada, rita, .. } = &setup;
    let _node = Node::start(&setup.localnet, "ada");

    log("a bond of 3 and one of 2.5");
    let dear = setup.post(&["dear"], &["--price", "0.6"]);
    let cheap = setup.post(&["cheap"], &[]);
    job::finished(rita, &cheap);
    setup.let_it_claim();
    assert_eq!(setup.states(&dear), [SeatState::Free]);

    log("the owner allows it");
    ada.json(&["provider", "limits", "--seat-bond", "3"]);
    job::finished(rita, &dear);
    job::assert_no_penalties(ada, 2);
}

#[test]
fn no_more_bonds_are_bound_than_the_owner_allows() {
    let setup = LimitSetup::new(&["--all-bonds", "5"]);
    let LimitSetup { ada, rita, .. } = &setup;
    let _node = Node::start(&setup.localnet, "ada");

    log("three tasks with a bond of 2.5 each: the third waits until a bond is free");
    let job = setup.post(&["one", "two", "three"], &[]);
    let count = |wanted| {
        let states = setup.states(&job);
        states.iter().filter(|state| **state == wanted).count()
    };
    wait_until("two results", || {
        (count(SeatState::Accepted) == 2).then_some(())
    });
    setup.let_it_claim();
    assert_eq!(count(SeatState::Free), 1);
    let shown = ada.json(&["provider", "show"]);
    assert_eq!(shown["locked_collateral"]["amount"], "5");

    log("the holds pass, two bonds return");
    job::pass_holds(rita, &job);
    job::finished(rita, &job);
    job::assert_no_penalties(ada, 3);
    let shown = ada.json(&["provider", "show"]);
    assert_eq!(json_units(&shown, "locked_collateral").ok(), Some(0));
}

#[test]
fn a_job_that_pays_too_little_is_skipped_with_a_reason() {
    let setup = LimitSetup::new(&["--daily-misses", "3"]);
    let LimitSetup {
        ada,
        rita,
        localnet,
        ..
    } = &setup;
    let asked = "--min-price-per-gigafuel";
    let options = NodeOptions {
        more: &[asked, "0.1"],
        ..NodeOptions::default()
    };
    let mut node = Node::start_with(localnet, "ada", &options);

    log("a hundredth for the seat, a fifth for two gigafuel");
    let fuel = ["--fuel", "2000000000"];
    let cheap = setup.post(&["cheap"], &[&["--price", "0.209999"], &fuel[..]].concat());
    let enough = setup.post(&["enough"], &[&["--price", "0.21"], &fuel[..]].concat());
    job::finished(rita, &enough);
    let skipped = node.wait_for("job_skipped", &cheap);
    let reason = skipped["reason"].as_str().expect("a reason");
    assert!(
        reason.contains("0.209999") && reason.contains("0.21:") && reason.contains(asked),
        "{reason}"
    );
    setup.let_it_claim();
    assert_eq!(setup.states(&cheap), [SeatState::Free]);
    let again = |line: &serde_json::Value| line["event"] == "job_skipped";
    assert!(!node.other_events().iter().any(again), "reported twice");

    log("the owner asks for less");
    node.kill();
    let _node = Node::start(localnet, "ada");
    job::finished(rita, &cheap);
    job::assert_no_penalties(ada, 2);
}

#[test]
fn after_as_many_misses_as_the_owner_allows_nothing_is_claimed_that_day() {
    let setup = LimitSetup::new(&["--daily-misses", "1"]);
    let LimitSetup {
        ada,
        rita,
        localnet,
        ..
    } = &setup;
    let slow = SLOW_LOOP.replace("300000000", "1000000000");
    let slow = compile_module(localnet.home(), "slow_loop", &slow);

    log("the node dies with a seat in its hands, and misses the deadline");
    let missed = job::post(rita, &slow, &["missed"], &localnet.blob_url, &[]);
    let node = Node::start(localnet, "ada");
    Journal::of(localnet, "ada").wait("claimed", &missed);
    node.kill();
    ada.json(&["localnet", "advance", "11m"]);
    let _node = Node::start(localnet, "ada");
    wait_until("the penalty", || {
        let shown = ada.json(&["provider", "show"]);
        (shown["missed"] == 1).then_some(())
    });

    log("today it claims nothing more, tomorrow it does");
    let next = setup.post(&["next"], &["--claim-window", "2d"]);
    setup.let_it_claim();
    assert_eq!(setup.states(&next), [SeatState::Free]);
    ada.json(&["localnet", "advance", "1d"]);
    job::delivered(rita, &next);
    let shown = ada.json(&["provider", "show"]);
    assert_eq!(
        (&shown["missed"], &shown["missed_today"]),
        (&1.into(), &0.into())
    );
}
