//! `docs/compute-units.md`: prose, then one table line per instruction.

use crate::Cost;
use std::{collections::BTreeMap, fs, path::PathBuf};

/// Budgets that are aims of the design, compute units of a whole transaction, account creation included.
const AIMS: &[(&str, u64)] = &[
    ("market post_job", 4_200),
    ("market claim_task", 1_700),
    ("market claim_task (with draw)", 2_700),
    ("market contribute", 1_000),
    ("market open_task (1 seat)", 900 + 250),
    ("market open_task (3 seats)", 900 + 3 * 250),
    ("market open_task (16 seats)", 900 + 16 * 250),
    ("market collect_pay", 2_800),
    ("market submit_attested (1 signature)", 2_000 + 600),
    ("market submit_attested (2 signatures)", 2_000 + 2 * 600),
    ("market submit_attested (3 signatures)", 2_000 + 3 * 600),
    ("market submit_attested (5 signatures)", 2_000 + 5 * 600),
    ("rewards write_receipt (no output)", 6_000),
    ("rewards write_receipt (512 bytes, path of 14)", 6_000),
    ("staking deposit_stake", 5_500),
    ("staking delegate (new)", 6_000),
    ("staking claim_rewards", 4_000),
    ("staking slash_stake", 6_500),
    ("rewards claim_epochs (8)", 20_000),
    ("governance execute_proposal (transfer)", 14_000),
    ("governance cast_vote", 2_500),
    ("governance propose", 9_000),
];
/// First line of the table. What is above it is prose, which stays as it is.
const TABLE_HEAD: &str = "| Program | Instruction | Compute units | Budget |\n|---|---|--:|--:|\n";

/// Measured cost and budget by program and instruction.
pub struct Table {
    lines: BTreeMap<(String, String), (u64, u64)>,
}

impl Table {
    /// Reads the table from the file.
    pub fn read() -> Self {
        let text = fs::read_to_string(file()).unwrap_or_default();
        let lines = text.lines().filter_map(parse).collect();
        Self { lines }
    }

    /// Returns the table with these costs, each under its budget in this table.
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

    /// Replaces the table in the file.
    pub fn write(&self) {
        let old = fs::read_to_string(file()).expect("docs/compute-units.md is readable");
        let (prose, _) = old.split_once(TABLE_HEAD).expect("the file has a table");
        let mut text = format!("{prose}{TABLE_HEAD}");
        for ((program, instruction), (units, budget)) in &self.lines {
            let is_aim = AIMS
                .iter()
                .any(|(name, _)| *name == format!("{program} {instruction}"));
            let mark = if is_aim { "**" } else { "" };
            text += &format!("| {program} | {instruction} | {units} | {mark}{budget}{mark} |\n");
        }
        fs::write(file(), text).expect("docs/ is writable");
    }

    /// Asserts that no instruction costs more than its budget and that the table states every cost.
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

    /// Returns true if both tables have the same instructions and their costs differ by at most a twentieth, because other
    /// versions of the compiler produce other costs.
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

/// Returns true if the upstream toolchain built all programs, as `cargo xtask build` records beside them.
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
