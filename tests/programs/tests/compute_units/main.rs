//! Compares the compute units of every instruction with `docs/compute-units.md`.
//!
//! Keys, addresses and bumps follow from the actors' names, so the figures are exact and the same in every run.
//! `ASSAY_UPDATE=1` writes the table anew.

mod attested;
mod governance;
mod market;
mod per_task;
mod receipts;
mod rewards;
mod scaling;
mod staking;
mod table;

use assay_harness::{TransactionFailure, TransactionResult};
use table::Table;

/// One line of the table.
struct Cost {
    program: &'static str,
    instruction: &'static str,
    /// Compute units of the transaction.
    units: u64,
}

/// Returns the cost of a transaction that must succeed.
#[track_caller]
fn cost(
    program: &'static str,
    instruction: &'static str,
    result: Result<TransactionResult, TransactionFailure>,
) -> Cost {
    let result = result.unwrap_or_else(|failure| panic!("{program} {instruction}: {failure:?}"));
    Cost {
        program,
        instruction,
        units: result.compute_units,
    }
}

#[test]
fn no_instruction_grows_past_its_budget() {
    let mut costs = staking::costs();
    costs.extend(market::costs());
    costs.extend(attested::costs());
    costs.extend(rewards::costs());
    costs.extend(receipts::costs());
    costs.extend(governance::costs());
    for cost in &costs {
        println!(
            "{:>10} {:<22} {:>7}",
            cost.program, cost.instruction, cost.units
        );
    }
    let table = Table::read();
    let fresh = table.with(&costs);
    if std::env::var_os("ASSAY_UPDATE").is_some() {
        fresh.write();
    } else {
        table.assert_covers(&costs);
    }
}

/// A program's rent and the time to deploy it follow its size.
#[test]
fn the_market_is_no_larger_than_320_000_bytes() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../target/deploy/assay_market.so"
    );
    let bytes = std::fs::metadata(file).expect("`cargo xtask build` builds it");
    assert!(bytes.len() <= 320_000, "{} bytes", bytes.len());
}
