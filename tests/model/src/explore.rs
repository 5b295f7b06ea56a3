//! Breadth-first search over every state, with a trace to the first state that violates a property.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use assay_market::game::{task::Phase, Rules};
use serde::Serialize;

use crate::action::Action;
use crate::key::Key;
use crate::property::Property;
use crate::world::World;

/// What is explored.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Setup {
    /// Late seats in the account of the job beside the first.
    pub late_seats: u8,
    /// Whether the job has one more check, drawn or asked for.
    pub check: bool,
    /// Seats of the dispute and of the appeal.
    pub members: [usize; 2],
    /// Whether challengers and members of decided rounds are followed, each kind in a state of its own. Else every
    /// challenge is one answer, and of decided rounds only the verdict is kept.
    pub witnesses: bool,
    /// Whether the longest life is measured. The clock then also stops a second before a round must be opened.
    pub measured: bool,
}

impl Setup {
    /// Returns the rules: short windows that no sum makes equal.
    pub fn rules(&self) -> Rules {
        Rules {
            late_seats: self.late_seats,
            check_bps: if self.check { 1_500 } else { 0 },
            run_window: 100,
            hold: 221,
            open_window: 71,
            step: 1,
            claim_until: 150,
            total_collateral: 1,
        }
    }

    fn most_late(&self) -> u32 {
        u32::from(self.late_seats) + u32::from(self.check)
    }
}

/// How a violated property was reached.
#[derive(Clone, Debug, Serialize)]
pub struct Counterexample {
    /// Which property.
    pub property: Property,
    /// Each action and the state that it led to.
    pub trace: Vec<String>,
}

/// What a search has found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Findings {
    /// States that differ.
    pub states: u64,
    /// Allowed actions from all states.
    pub transitions: u64,
    /// Ends by phase.
    pub ends: BTreeMap<String, u64>,
    /// States that violate each property.
    pub violations: BTreeMap<Property, u64>,
    /// The shortest way to the first violation of each property.
    pub counterexamples: Vec<Counterexample>,
    /// Longest time from the claim of the first seat to the end, and what the rules promise, seconds; where measured.
    pub longest_life: Option<[u64; 2]>,
}

struct Node {
    key: Key,
    parent: u32,
    /// Where time and cranks lead from here.
    passive: u32,
}

struct Search {
    setup: Setup,
    rules: Rules,
    index: HashMap<Key, u32>,
    nodes: Vec<Node>,
    /// From, to, seconds; only where the longest life is measured.
    edges: Vec<(u32, u32, u16)>,
    findings: Findings,
}

/// Explores everything that can happen to a task.
pub fn explore(setup: &Setup) -> Findings {
    let mut search = Search {
        setup: *setup,
        rules: setup.rules(),
        index: HashMap::new(),
        nodes: Vec::new(),
        edges: Vec::new(),
        findings: Findings::default(),
    };
    search.add(&World::new(search.rules, setup.members), u32::MAX);
    let mut at = 0;
    while at < search.nodes.len() {
        search.expand(at);
        at += 1;
    }
    search.find_stuck();
    if setup.measured {
        search.measure();
    }
    search.findings.states = search.nodes.len() as u64;
    search.findings
}

impl Search {
    fn add(&mut self, world: &World, parent: u32) -> u32 {
        let key = Key::of(world);
        let next = self.nodes.len() as u32;
        match self.index.entry(key) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                free.insert(next);
                self.nodes.push(Node {
                    key,
                    parent,
                    passive: u32::MAX,
                });
                next
            }
        }
    }

    fn world(&self, at: usize) -> World {
        let world = self.nodes[at].key.world(&self.rules, self.setup.members);
        debug_assert_eq!(Key::of(&world), self.nodes[at].key, "a key is lossless");
        world
    }

    fn expand(&mut self, at: usize) {
        let world = self.world(at);
        for property in world.violations() {
            self.report(property, at, None);
        }
        if let Some(phase) = self.nodes[at].key.end() {
            let ends = self
                .findings
                .ends
                .entry(format!("{phase:?}").to_lowercase());
            *ends.or_default() += 1;
        }
        // Cranks are listed first, then waits.
        let mut overdue = false;
        let mut challenged = false;
        for action in world.attempts(self.setup.measured) {
            let challenges = matches!(action, Action::Challenge { .. });
            if challenges && challenged && !self.setup.witnesses {
                continue;
            }
            let mut after = world.clone();
            if after.apply(&action).is_err() {
                continue;
            }
            challenged |= challenges;
            self.findings.transitions += 1;
            let (back, moved) = (after.progress() < world.progress(), after.phase());
            let stays = after.progress() == world.progress() && moved != world.phase();
            let elapsed = after.time - world.time;
            let next = self.reach(&after, at, &action);
            if back || stays || world.phase().is_end() {
                self.report(Property::WentBack, at, Some(&action));
            }
            overdue |= action.is_crank();
            let idle = is_idle(&action);
            if action.is_crank() || (idle && !overdue) {
                self.nodes[at].passive = next;
            }
            // Cranks are free for all, so time does not pass while one is due.
            if self.setup.measured && !(idle && overdue) {
                self.edges.push((at as u32, next, elapsed as u16));
            }
        }
    }

    /// Adds the state after an action, reduced when it decided a round. What is dropped then is checked before.
    fn reach(&mut self, after: &World, at: usize, action: &Action) -> u32 {
        let mut next = u32::MAX;
        let reduced = after.reduce(self.setup.witnesses);
        if reduced.is_empty() {
            return self.add(after, at as u32);
        }
        for property in after.violations() {
            self.report(property, at, Some(action));
        }
        for world in reduced {
            next = self.add(&world, at as u32);
        }
        next
    }

    fn report(&mut self, property: Property, at: usize, action: Option<&Action>) {
        let count = self.findings.violations.entry(property).or_default();
        *count += 1;
        if *count == 1 {
            let mut trace = self.trace(at);
            trace.extend(action.map(|action| format!("{action:?}")));
            let counterexample = Counterexample { property, trace };
            self.findings.counterexamples.push(counterexample);
        }
    }

    fn trace(&self, at: usize) -> Vec<String> {
        let mut path = vec![at];
        while self.nodes[path[path.len() - 1]].parent != u32::MAX {
            path.push(self.nodes[path[path.len() - 1]].parent as usize);
        }
        path.reverse();
        path.windows(2)
            .map(|pair| {
                let (from, to) = (self.world(pair[0]), &self.nodes[pair[1]].key);
                let action = from.attempts(true).into_iter().find(|action| {
                    let mut after = from.clone();
                    let done = after.apply(action).is_ok();
                    let reduced = after.reduce(self.setup.witnesses);
                    done && (Key::of(&after) == *to || reduced.iter().any(|w| Key::of(w) == *to))
                });
                let action = action.map_or_else(|| "?".into(), |action| format!("{action:?}"));
                format!(
                    "{action} -> {}",
                    to.describe(&self.rules, self.setup.members)
                )
            })
            .collect()
    }

    /// Follows time and cranks from every state: whoever comes to an end ends.
    fn find_stuck(&mut self) {
        const UNKNOWN: u8 = 0;
        const ENDS: u8 = 1;
        const OPEN: u8 = 2;
        const STUCK: u8 = 3;
        let mut marks = vec![UNKNOWN; self.nodes.len()];
        for start in 0..self.nodes.len() {
            let (mut at, mut path) = (start, Vec::new());
            let mark = loop {
                match marks[at] {
                    UNKNOWN => {}
                    OPEN => break STUCK,
                    known => break known,
                }
                if self.nodes[at].key.is_end() {
                    path.push(at);
                    break ENDS;
                }
                marks[at] = OPEN;
                path.push(at);
                match self.nodes[at].passive {
                    u32::MAX => break STUCK,
                    next => at = next as usize,
                }
            };
            for at in path {
                marks[at] = mark;
            }
        }
        for (at, mark) in marks.into_iter().enumerate() {
            if mark == STUCK {
                self.report(Property::Stuck, at, None);
            }
        }
    }

    /// Measures the longest time from the claim of the first seat to the end, when cranks are prompt.
    fn measure(&mut self) {
        let mut heads = vec![0u32; self.nodes.len() + 1];
        self.edges.sort_unstable();
        for (from, _, _) in &self.edges {
            heads[*from as usize + 1] += 1;
        }
        for at in 1..heads.len() {
            heads[at] += heads[at - 1];
        }
        let mut longest = vec![None::<u64>; self.nodes.len()];
        let mut open = vec![false; self.nodes.len()];
        let mut stack = vec![(0u32, heads[0])];
        let mut circles = false;
        while let Some((at, edge)) = stack.pop() {
            let node = at as usize;
            if edge < heads[node + 1] {
                stack.push((at, edge + 1));
                let (_, to, _) = self.edges[edge as usize];
                open[node] = true;
                // Whoever can come back to where it was can go on for ever.
                circles |= to != at && open[to as usize];
                if !open[to as usize] && longest[to as usize].is_none() {
                    stack.push((to, heads[to as usize]));
                }
                continue;
            }
            open[node] = false;
            let out = heads[node] as usize..heads[node + 1] as usize;
            let most = self.edges[out].iter().filter(|edge| edge.1 != at);
            let most = most
                .map(|(_, to, elapsed)| u64::from(*elapsed) + longest[*to as usize].unwrap_or(0));
            longest[node] = Some(most.max().unwrap_or(0));
        }
        let contributed = |at: &usize| self.nodes[*at].key.has_first();
        let from_contribution = (0..self.nodes.len())
            .filter(contributed)
            .filter_map(|at| longest[at])
            .max();
        let life = u64::from(self.rules.run_window) + from_contribution.unwrap_or(0);
        let promised = self.rules.exposure(self.setup.most_late());
        self.findings.longest_life = Some([life, promised]);
        if circles || life > promised {
            self.report(Property::ExposureExceeded, 0, None);
        }
    }
}

/// Returns whether nobody does anything: time passes, and nobody takes a seat of a round.
fn is_idle(action: &Action) -> bool {
    use crate::world::Place;
    match action {
        Action::Wait { .. } => true,
        Action::Fill { places } => places.iter().all(|place| *place == Place::Empty),
        _ => false,
    }
}

impl Findings {
    /// Adds what another search has found.
    pub fn add(&mut self, other: Self) {
        self.states += other.states;
        self.transitions += other.transitions;
        for (phase, count) in other.ends {
            *self.ends.entry(phase).or_default() += count;
        }
        for (property, count) in other.violations {
            *self.violations.entry(property).or_default() += count;
        }
        self.counterexamples.extend(other.counterexamples);
    }

    /// Returns how many states violate the property.
    pub fn count(&self, property: Property) -> u64 {
        self.violations.get(&property).copied().unwrap_or(0)
    }

    /// Returns how many ends are in this phase.
    pub fn ended(&self, phase: Phase) -> u64 {
        let name = format!("{phase:?}").to_lowercase();
        self.ends.get(&name).copied().unwrap_or(0)
    }
}
