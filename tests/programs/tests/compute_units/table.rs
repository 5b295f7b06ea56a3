//! `docs/compute-units.md`: prose, then one table line per instruction.

use crate::Cost;
use std::{collections::BTreeMap, fs, path::PathBuf};

/// Of the hot path, from issue 2: a whole transaction, account creation included.
const AIMS: &[(&str, u64)] = &[
    ("market post_job", 6_000),
    ("market claim_task", 2_500),
    ("market commit_result", 1_000),
    ("market reveal_result", 1_500),
    ("market settle_task", 3_000),
    ("market collect", 4_000),
];
const PROSE: &str = "\
# Compute units

What one transaction of each instruction costs, measured on the built bytecode in LiteSVM with the upstream toolchain, and
what it may cost at most. `post_job` and `extend_job` include the instructions that create and fund the accounts;
every other line is the instruction alone. Keys are deterministic, so the figures repeat exactly. `widest` is the dearest
call for a task of 32 seats whose workers all disagree; the other lines are for three replicas and a spare.

`cargo xtask cu` prints the figures and fails when an instruction grows past its budget or the table is off by more than a
twentieth, as does `cargo xtask test`; `cargo xtask cu --update` writes the measured column anew and gives new instructions a
budget a tenth above their cost. Budgets in bold are the aims of issue 2. Bytecode of the official toolchain is held to the
budgets only, because its figures differ by some percent.

| Program | Instruction | Compute units | Budget |
|---|---|--:|--:|
";

/// Measured cost and budget by program and instruction.
pub struct Table {
    lines: BTreeMap<(String, String), (u64, u64)>,
}

impl Table {
    pub fn read() -> Self {
        let text = fs::read_to_string(file()).unwrap_or_default();
        let lines = text.lines().filter_map(parse).collect();
        Self { lines }
    }

    /// The table with these costs, each under its budget of before.
    pub fn with(&self, costs: &[Cost]) -> Self {
        let line = |cost: &Cost| {
            let key = key(cost);
            let known = self.lines.get(&key).map(|(_, budget)| *budget);
            let fresh = (cost.units + cost.units / 10).next_multiple_of(50);
            let budget = aim(cost).or(known).unwrap_or(fresh);
            (key, (cost.units, budget))
        };
        Self {
            lines: costs.iter().map(line).collect(),
        }
    }

    pub fn write(&self) {
        let mut text = PROSE.to_string();
        for ((program, instruction), (units, budget)) in &self.lines {
            let is_aim = AIMS
                .iter()
                .any(|(name, _)| *name == format!("{program} {instruction}"));
            let mark = if is_aim { "**" } else { "" };
            text += &format!("| {program} | {instruction} | {units} | {mark}{budget}{mark} |\n");
        }
        fs::write(file(), text).expect("docs/ is writable");
    }

    /// Panics when an instruction costs more than its budget or the table does not say what it costs.
    pub fn assert_covers(&self, costs: &[Cost]) {
        let fresh = self.with(costs);
        let over: Vec<_> = fresh
            .lines
            .iter()
            .filter(|(_, (units, budget))| units > budget)
            .map(|((program, instruction), (units, budget))| {
                format!("{program} {instruction}: {units} of {budget}")
            })
            .collect();
        assert!(over.is_empty(), "over budget:\n{}", over.join("\n"));
        assert!(
            !is_upstream_bytecode() || self.is_close_to(&fresh),
            "docs/compute-units.md is stale; run `cargo xtask cu --update`"
        );
    }

    /// The same instructions, each within a twentieth: other versions of the compiler cost other units.
    fn is_close_to(&self, fresh: &Self) -> bool {
        let same = self.lines.keys().eq(fresh.lines.keys());
        let mut units = self.lines.values().zip(fresh.lines.values());
        same && units.all(|((old, _), (new, _))| old.abs_diff(*new) <= old / 20)
    }
}

fn key(cost: &Cost) -> (String, String) {
    (cost.program.to_string(), cost.instruction.to_string())
}

fn aim(cost: &Cost) -> Option<u64> {
    let name = format!("{} {}", cost.program, cost.instruction);
    AIMS.iter()
        .find(|(aimed, _)| *aimed == name)
        .map(|(_, aim)| *aim)
}

fn parse(line: &str) -> Option<((String, String), (u64, u64))> {
    let cells: Vec<_> = line.split('|').map(str::trim).collect();
    let ["", program, instruction, units, budget, ""] = cells.as_slice() else {
        return None;
    };
    let budget = budget.trim_matches('*').parse().ok()?;
    let key = (program.to_string(), instruction.to_string());
    Some((key, (units.parse().ok()?, budget)))
}

/// Whether the upstream toolchain built all programs, as `cargo xtask build` records beside them.
fn is_upstream_bytecode() -> bool {
    let by_upstream = |program| {
        let record = format!("target/deploy/.assay_{program}.route");
        let route = fs::read_to_string(root().join(&record));
        route.unwrap_or_else(|_| panic!("no {record}; run `cargo xtask build`")) == "upstream"
    };
    ["staking", "market", "rewards", "governance"]
        .into_iter()
        .all(by_upstream)
}

fn file() -> PathBuf {
    root().join("docs/compute-units.md")
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
