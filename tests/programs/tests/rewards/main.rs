//! Tests of the rewards program on its built bytecode, with work of the real market, one file per instruction.

mod account_substitution;
mod claim_epochs;
mod close_claim_record;
mod close_epoch;
mod finalize_epoch;
mod indexed;
mod initialize;
mod open_claim_record;
mod outage;
mod schedule;
mod set_params;
mod skip_epoch;
mod version;

/// Collateral behind every worker here, base units of the stake mint: enough for seats at the highest price.
const COLLATERAL: u64 = 10_000_000;
