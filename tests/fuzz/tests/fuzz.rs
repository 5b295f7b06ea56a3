//! What the test suite runs of the search: every kept sequence, and 20,000 steps of three seeds.

use assay_fuzz::{
    episode,
    invariants::{When, ALL},
    report::Found,
    run::{run, Options},
};
use std::path::Path;

/// Steps of a seed. A full run has a million.
const STEPS: u64 = 20_000;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn options(seed: u64, steps: u64) -> Options {
    Options {
        steps,
        seed,
        threads: 1,
        until_violation: false,
        root: None,
    }
}

/// Runs a seed, and says what it found.
fn holds(seed: u64) {
    let report = run(&options(seed, STEPS)).expect("nothing is read or written");
    assert!(report.found.is_empty(), "{report}");
    let summary = report.summary();
    // A search whose steps fail, or whose tasks meet no round, proves little.
    assert!(summary.steps >= STEPS, "{} steps", summary.steps);
    assert!(summary.succeeded_percent >= 30.0, "{report}");
    assert!(summary.disputed_percent >= 5.0, "{report}");
    assert!(summary.holders_percent >= 30.0, "{report}");
}

#[test]
fn kept_sequences_break_nothing() {
    for (path, found) in Found::all(root()).expect("sequences can be read") {
        let violation = episode::replay(&found.steps, &mut |_, _| {});
        assert_eq!(violation, None, "{}", path.display());
    }
}

#[test]
fn the_first_seed_breaks_nothing() {
    holds(1);
}

#[test]
fn the_second_seed_breaks_nothing() {
    holds(2);
}

#[test]
fn the_third_seed_breaks_nothing() {
    holds(3);
}

#[test]
fn a_seed_repeats_itself() {
    let counts = |seed| {
        run(&options(seed, 400))
            .expect("nothing is read or written")
            .counts
    };
    assert_eq!(counts(7), counts(7));
    assert_ne!(counts(7), counts(8));
}

#[test]
fn every_invariant_is_documented() {
    let list = include_str!("../../../docs/security/invariants.md");
    let rows = list.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [number, _, when, name] = cells[..] else {
            return None;
        };
        Some((number.parse::<u8>().ok()?, when, name.trim_matches('`')))
    });
    let checked = ALL.iter().map(|invariant| {
        let when = match invariant.when {
            When::Step(_) => "each",
            When::Whole(_) => "all",
            When::End(_) => "end",
        };
        (invariant.number, when, invariant.name)
    });
    assert_eq!(rows.collect::<Vec<_>>(), checked.collect::<Vec<_>>());
}

#[test]
fn invariants_are_numbered() {
    let numbers = ALL.iter().map(|invariant| invariant.number);
    assert!(numbers.eq((1..).take(ALL.len())));
}
