//! Parameters of the market, and the terms of a job.

use super::staking::UNBONDING_PERIOD;
use crate::{Address, DAY, HOUR, MINUTE};
use assay_market::{
    instructions::MarketConfig,
    state::{JobTerms, RATE_UNIT},
};
use assay_staking::state::EXPOSURE_SLACK;

/// Basis points.
pub const FEE_BPS: u64 = 500;
pub const BOND_BPS: u64 = 15_000;
pub const REJECT_BPS: u64 = 5_000;
pub const MISSED_BPS: u64 = 1_000;
/// Seconds.
pub const RAMP: u64 = 100;
pub const REVEAL_WINDOW: u64 = 5 * MINUTE;
pub const MAX_CLAIM_WINDOW: u64 = 2 * DAY;
pub const MAX_RUN_WINDOW: u64 = DAY;
pub const EPOCH_LENGTH: u64 = DAY;
pub const TALLY_WINDOW: u64 = 2 * HOUR;
/// Base units of the stake mint. With a unit of 1, all collateral is drawn for every seat at once: sortition restricts
/// nobody unless a test raises it.
pub const SORTITION_UNIT: u64 = 1;
/// Base units of the stake mint for 10⁹ base units of the payment mint: one is worth two.
pub const STAKE_RATE: u64 = 2 * RATE_UNIT;
/// Paid for one accepted replica, base units of the payment mint.
pub const PRICE: u64 = 1_000;

const _: () =
    assert!(MAX_CLAIM_WINDOW + MAX_RUN_WINDOW + REVEAL_WINDOW + EXPOSURE_SLACK <= UNBONDING_PERIOD);

/// Returns a valid configuration whose first epoch begins at `genesis_time`, Unix seconds.
pub fn config(authority: Address, genesis_time: i64) -> MarketConfig {
    MarketConfig {
        authority,
        genesis_time,
        epoch_length: EPOCH_LENGTH,
        fee_bps: FEE_BPS,
        bond_bps: BOND_BPS,
        reject_bps: REJECT_BPS,
        missed_bps: MISSED_BPS,
        ramp: RAMP,
        sortition_unit: SORTITION_UNIT,
        reveal_window: REVEAL_WINDOW,
        max_claim_window: MAX_CLAIM_WINDOW,
        max_run_window: MAX_RUN_WINDOW,
        tally_window: TALLY_WINDOW,
    }
}

/// Returns the terms of a job of one task: three replicas, two of which must agree, and one spare.
pub fn terms() -> JobTerms {
    JobTerms {
        nonce: 0,
        module: [1; 32],
        manifest: [2; 32],
        store: [0; 64],
        task_count: 1,
        replicas: 3,
        quorum: 2,
        spares: 1,
        escrow_bump: 0,
        price: PRICE,
        fuel: 1_000_000,
        memory_bytes: 1 << 20,
        output_bytes: 1 << 10,
        claim_window: 4 * HOUR,
        run_window: HOUR,
    }
}
