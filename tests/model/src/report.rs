//! What `cargo xtask model` runs and prints.

use std::collections::BTreeMap;
use std::fmt;
use std::thread;

use assay_market::game::task::Phase;
use serde::Serialize;

use crate::explore::{explore, Findings, Setup};
use crate::property::Property;
use crate::round;

/// Which searches are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// What the test suite has time for: rounds of three.
    Quick,
    /// Everything.
    Full,
}

/// The result of all searches.
#[derive(Debug, Serialize)]
pub struct Report {
    /// States that differ, of all searches.
    pub states: u64,
    /// Allowed actions from all states.
    pub transitions: u64,
    /// Ends by phase.
    pub ends: Ends,
    /// States from which time and cranks alone lead to no end.
    pub stuck: u64,
    /// States in which a seat could be settled before the end of its task, or twice.
    pub paid_early: u64,
    /// Final results that the deciding round, or else the seats, have not contributed.
    pub final_against_majority: u64,
    /// Violations of each property.
    pub violations: BTreeMap<Property, u64>,
    /// States of the round by itself.
    pub round_states: u64,
    /// Each search.
    pub searches: Vec<Search>,
    /// How the first violation of each property is reached.
    pub counterexamples: Vec<String>,
}

/// Ends by phase.
#[derive(Debug, Default, Serialize)]
#[allow(missing_docs)]
pub struct Ends {
    pub r#final: u64,
    pub unproven: u64,
    pub refunded: u64,
    pub cancelled: u64,
}

/// One search.
#[derive(Debug, Serialize)]
pub struct Search {
    /// What was explored.
    #[serde(flatten)]
    pub setup: Setup,
    /// States that differ.
    pub states: u64,
    /// Allowed actions from all states.
    pub transitions: u64,
    /// Longest time from the claim of the first seat to the end, seconds; where measured.
    pub longest_life: Option<u64>,
    /// What `Rules::exposure` promises, seconds.
    pub promised_life: Option<u64>,
}

fn setups(effort: Effort) -> Vec<Setup> {
    let setup = |late_seats, check, members, witnesses| Setup {
        late_seats,
        check,
        members,
        witnesses,
        measured: !witnesses,
    };
    if effort == Effort::Quick {
        return vec![
            setup(0, true, [3, 1], false),
            setup(1, false, [3, 1], false),
            setup(0, false, [3, 1], true),
        ];
    }
    // The longest first.
    vec![
        setup(0, false, [5, 5], true),
        setup(2, true, [5, 3], false),
        setup(1, false, [5, 3], true),
        setup(0, true, [3, 1], true),
        setup(1, true, [5, 3], false),
        setup(2, false, [5, 3], false),
        setup(0, true, [5, 3], false),
        setup(1, false, [5, 3], false),
        setup(0, false, [5, 3], false),
    ]
}

/// Runs the searches on `threads` threads.
pub fn run(effort: Effort, threads: usize) -> Report {
    let setups = setups(effort);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut done: Vec<(usize, Findings)> = thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(setup) = setups.get(at) else {
                    return done;
                };
                done.push((at, explore(setup)));
            }
        };
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let joined = workers.into_iter().map(|worker| worker.join());
        joined
            .flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    done.sort_by_key(|(at, _)| *at);
    let mut all = Findings::default();
    let mut searches = Vec::new();
    for (at, findings) in done {
        searches.push(Search {
            setup: setups[at],
            states: findings.states,
            transitions: findings.transitions,
            longest_life: findings.longest_life.map(|life| life[0]),
            promised_life: findings.longest_life.map(|life| life[1]),
        });
        all.add(findings);
    }
    let ends = Ends {
        r#final: all.ended(Phase::Final),
        unproven: all.ended(Phase::Unproven),
        refunded: all.ended(Phase::Refunded),
        cancelled: all.ended(Phase::Cancelled),
    };
    let alone = round::explore(&setups[0].rules());
    let round_states = alone.states;
    all.add(alone);
    Report::new(&all, ends, round_states, searches)
}

impl Report {
    fn new(all: &Findings, ends: Ends, round_states: u64, searches: Vec<Search>) -> Self {
        Self {
            states: all.states,
            transitions: all.transitions,
            ends,
            stuck: all.count(Property::Stuck),
            paid_early: all.count(Property::PaidEarly),
            final_against_majority: all.count(Property::FinalAgainstMajority)
                + all.count(Property::FinalWithoutRound),
            violations: Property::ALL.map(|p| (p, all.count(p))).into(),
            round_states,
            searches,
            counterexamples: all
                .counterexamples
                .iter()
                .map(|found| format!("{:?}:\n  {}", found.property, found.trace.join("\n  ")))
                .collect(),
        }
    }

    /// Returns whether no property is violated.
    pub fn holds(&self) -> bool {
        self.violations.values().all(|count| *count == 0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "late seats  check  rounds  followed      states  transitions  longest life of promised, s")?;
        for search in &self.searches {
            let setup = &search.setup;
            let [dispute, appeal] = setup.members;
            let life = match (search.longest_life, search.promised_life) {
                (Some(life), Some(promised)) => format!("{life} of {promised}"),
                _ => "-".into(),
            };
            writeln!(
                f,
                "{:>10}  {:>5}  {:>6}  {:>8}  {:>10}  {:>11}  {life:>28}",
                setup.late_seats,
                if setup.check { "yes" } else { "no" },
                format!("{dispute}, {appeal}"),
                if setup.witnesses {
                    "members"
                } else {
                    "verdict"
                },
                search.states,
                search.transitions,
            )?;
        }
        writeln!(f, "a round by itself: {} states", self.round_states)?;
        writeln!(
            f,
            "in all {} states and {} transitions; ends: {} final, {} unproven, {} refunded, {} cancelled",
            self.states,
            self.transitions,
            self.ends.r#final,
            self.ends.unproven,
            self.ends.refunded,
            self.ends.cancelled,
        )?;
        for (property, count) in &self.violations {
            writeln!(f, "{count:>8}  {}", property.name())?;
        }
        for counterexample in &self.counterexamples {
            writeln!(f, "\n{counterexample}")?;
        }
        Ok(())
    }
}
