//! Nodes that lie: caught by a late check, or, where nobody was drawn to check, by a watcher. A round decides.

use crate::job;
use assay_harness::processes::{
    compile_module, json_units, log, sha256_hex, wait_until, Cli, Localnet, Node, NodeOptions, ECHO,
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Exit code of the command line for a job whose results are not all final.
const UNFINISHED: i32 = 7;
/// Honest providers: one for a late seat and enough for a round. Together they have so much of the collateral that they take
/// practically every seat of a round in its 20 seconds.
pub const HONEST: [&str; 4] = ["carol", "dave", "erin", "frank"];
/// The penalty of a lie at half a dollar: a bond of five prices, and a hundred prices.
const PENALTY: u64 = 52_500_000_000;

/// A network with the liar `bob`, the watcher `will`, honest providers whose nodes do not run yet, and the requester `rita`.
pub struct LiarSetup {
    pub localnet: Localnet,
    pub rita: Cli,
    bob: Cli,
    will: Cli,
    module: PathBuf,
}

impl LiarSetup {
    /// Starts the network. Liar and watcher have a fiftieth of the collateral of every `honest` provider.
    pub fn new(module: &str, honest: &[&str]) -> Self {
        let localnet = Localnet::start();
        let [bob, will] = ["bob", "will"].map(|name| {
            let (owner, _) = localnet.provider(name);
            owner.json(&["provider", "collateral", "remove", "4900"]);
            owner
        });
        for name in honest {
            localnet.provider(name);
        }
        let (rita, _) = localnet.funded_wallet("rita");
        let module = compile_module(localnet.home(), "module", module);
        Self {
            localnet,
            rita,
            bob,
            will,
            module,
        }
    }

    /// Starts bob's node, which lies.
    pub fn start_liar(&self) -> Node {
        start_liar(&self.localnet, "bob", &self.module)
    }

    /// Starts will's watcher, which runs every open result again.
    pub fn start_watcher(&self) -> Node {
        let options = NodeOptions {
            more: &["--share", "100%"],
            ..NodeOptions::default()
        };
        Node::watch(&self.localnet, "will", &options)
    }

    /// Posts a job with one task, whose right output is `the truth`.
    pub fn post(&self, checks: &str) -> String {
        let (store, more) = (&self.localnet.blob_url, ["--checks", checks]);
        job::post(&self.rita, &self.module, &["the truth"], store, &more)
    }

    /// Returns the collateral of a provider, base units.
    fn collateral(&self, owner: &Cli) -> u64 {
        let shown = owner.json(&["provider", "show"]);
        let units = |field| json_units(&shown, field).expect("an amount");
        units("free_collateral") + units("locked_collateral")
    }
}

/// Starts the node of a provider that prints `a lie` for every task of this module and runs none.
#[track_caller]
pub fn start_liar(localnet: &Localnet, provider: &str, module: &Path) -> Node {
    let module = fs::read(module).expect("the compiled file");
    let module = sha256_hex(&module);
    // A command may take as long as the wall limit, which has to fit the run window of the jobs.
    let lie = [
        "--runner-command",
        "echo a lie",
        "--wall-limit",
        "1m",
        "--module",
        &module,
    ];
    let options = NodeOptions {
        more: &lie,
        ..NodeOptions::default()
    };
    Node::start_with(localnet, provider, &options)
}

/// Returns the states of the seats in a list.
fn states(seats: &Value) -> Vec<&str> {
    let seats = seats.as_array().expect("a list of seats");
    let states = seats.iter().filter_map(|seat| seat["state"].as_str());
    states.collect()
}

#[test]
fn a_lie_is_caught_by_a_late_check_and_a_round() {
    let setup = LiarSetup::new(ECHO, &HONEST);
    let LiarSetup { rita, bob, .. } = &setup;
    let before = setup.collateral(bob);
    // Seats of rounds follow collateral alone: without a limit the liar could be drawn for some.
    bob.json(&["provider", "limits", "--all-bonds", "2.5"]);

    log("the liar has the first seat, an honest node the late one");
    let job = setup.post("1");
    let _liar = setup.start_liar();
    job::wait_for(rita, &job, 0, "contributed");
    let _honest = HONEST.map(|name| Node::start(&setup.localnet, name));

    log("they disagree, and a round decides");
    job::wait_for(rita, &job, 0, "disputed");
    job::wait_for_verdict(rita, &job);
    job::finished(rita, &job);
    assert_eq!(job::results(rita, &job), [(0, b"the truth".to_vec())]);
    let task = job::task(rita, &job, 0);
    assert_eq!(states(&task["seats"]), ["rejected", "accepted"], "{task}");
    let shown = bob.json(&["provider", "show", "--record"]);
    assert_eq!(shown["rejected"], 1, "{shown}");
    assert_eq!(setup.collateral(bob), before - PENALTY);
    let slashed = &shown["record"]["slashed"];
    assert_eq!(slashed["times"], 1, "{slashed}");
    let taken = |from| json_units(slashed, from).ok();
    assert_eq!(taken("from_owner"), Some(PENALTY));
    assert_eq!(taken("from_delegators"), Some(0));
}

#[test]
fn a_watcher_challenges_a_lie_that_stands_and_a_round_overturns_it() {
    let setup = LiarSetup::new(ECHO, &HONEST);
    let LiarSetup {
        rita, bob, will, ..
    } = &setup;
    let (liars, wills) = (setup.collateral(bob), setup.collateral(will));

    log("nobody checks: the lie stands, and can be fetched as a result that is not final");
    let job = setup.post("0");
    let _liar = setup.start_liar();
    let standing = job::wait_for(rita, &job, 0, "standing");
    let fetch = ["job", "fetch", &job, "--out", "early"];
    let early = rita.home.join("early/task-00000.out");
    let early = wait_until("the upload of the lie", || {
        let fetched = rita.run(&fetch);
        let written = fs::read(&early).ok()?;
        Some((fetched.code, fetched.stderr, written))
    });
    assert_eq!(
        (early.0, early.2.as_slice()),
        (Some(UNFINISHED), &b"a lie\n"[..])
    );
    assert!(early.1.contains("1 stand"), "{}", early.1);

    // They find no seat until there is a round, which takes members for 20 seconds only.
    let _honest = HONEST.map(|name| Node::start(&setup.localnet, name));

    log("a watcher runs it again and contradicts it");
    let mut watcher = setup.start_watcher();
    let checked = watcher.wait_for("task_checked", &job);
    assert_eq!(checked["agrees"], false);
    assert_ne!(checked["digest"], standing["digest"]);
    let challenge = watcher.wait_for("challenge_sent", &job);
    assert_eq!(challenge["digest"], checked["digest"]);

    log("a round runs it and overturns the lie");
    job::wait_for(rita, &job, 0, "disputed");
    let overturned = job::wait_for_verdict(rita, &job);
    assert_eq!(overturned["digest"], checked["digest"]);
    let round = &overturned["rounds"][0];
    assert_eq!(
        (&round["kind"], &round["state"]),
        (&"dispute".into(), &"majority".into())
    );
    let members = states(&round["seats"]);
    let right = members.iter().filter(|state| **state == "accepted");
    // The other seats, if there are any, found nobody in time.
    assert!(
        right.count() >= 3 && !members.contains(&"rejected"),
        "{round}"
    );
    job::finished(rita, &job);
    assert_eq!(job::results(rita, &job), [(0, b"the truth".to_vec())]);

    log("the liar pays, the watcher is paid");
    assert_eq!(states(&job::task(rita, &job, 0)["seats"]), ["rejected"]);
    assert_eq!(setup.collateral(bob), liars - PENALTY);
    let award = watcher.wait_for("awarded", &job);
    assert_eq!(award["seat"], 255);
    assert_eq!(setup.collateral(will), wills, "its bond is free again");
    let wallet = will.json(&["wallet", "show"]);
    let held = json_units(&wallet, "assay").expect("an amount");
    assert!(held > 5_000_000_000_000, "{wallet}");
}

#[test]
fn a_watcher_leaves_right_results_alone() {
    let setup = LiarSetup::new(ECHO, &HONEST[..1]);
    let LiarSetup { rita, localnet, .. } = &setup;
    let _honest = Node::start(localnet, "carol");
    let job = setup.post("0");
    job::delivered(rita, &job);

    let mut watcher = setup.start_watcher();
    let checked = watcher.wait_for("task_checked", &job);

    assert_eq!(checked["agrees"], true);
    job::finished(rita, &job);
    assert_eq!(job::task(rita, &job, 0)["rounds"], Value::Array(Vec::new()));
    let challenges = |line: &Value| line["event"] == "challenge_sent";
    assert!(!watcher.other_events().iter().any(challenges));
}
