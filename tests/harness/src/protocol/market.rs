//! Parameters of the market, and the terms of a job.

use super::work::inputs;
use crate::{Address, DAY, HOUR, MINUTE};
use assay_market::{
    instructions::MarketConfig,
    state::{JobTerms, GATE_EVERY_SEAT, POLICY_ATTESTED, POLICY_CHECKED, RATE_UNIT},
};
use assay_shared::merkle;

/// Basis points.
pub const FEE_BPS: u64 = 500;
pub const BOND_BPS: u64 = 50_000;
pub const MISSED_BPS: u64 = 5_000;
/// One fifth of the collateral may be bound.
pub const RESERVE: u64 = 5;
/// Seconds.
pub const STEP: u64 = 8;
pub const MIN_HOLD: u64 = 15 * MINUTE;
pub const OPEN_WINDOW: u64 = 15 * MINUTE;
pub const MAX_CLAIM_WINDOW: u64 = 2 * DAY;
pub const MAX_RUN_WINDOW: u64 = 4 * HOUR;
pub const EPOCH_LENGTH: u64 = DAY;
pub const TALLY_WINDOW: u64 = 2 * HOUR;
/// Base units of the stake mint for 10⁹ base units of the payment mint: one is worth two.
pub const STAKE_RATE: u64 = 2 * RATE_UNIT;
/// Pay of one seat, base units of the payment mint.
pub const PRICE: u64 = 1_000;
/// What one price is worth, base units of the stake mint.
pub const VALUE: u64 = 2 * PRICE;
/// Collateral that a seat of a job with [`terms`] binds, base units of the stake mint.
pub const BOND: u64 = 5 * VALUE;
/// What a lie costs beside the bond, base units of the stake mint.
pub const LIE: u64 = LIE_PRICES as u64 * VALUE;
/// What a missed deadline costs, base units of the stake mint.
pub const MISSED: u64 = VALUE / 2;
/// Least fixed part of the penalty for a lie, in prices.
pub const LIE_PRICES: u16 = 20;
/// Collateral that is enough for some seats of jobs with [`terms`], base units of the stake mint.
pub const COLLATERAL: u64 = 4 * (BOND + LIE);

/// Stands for the hash of the cluster's genesis.
pub const GENESIS_HASH: [u8; 32] = [42; 32];

/// Returns a valid configuration whose first epoch begins at `genesis_time`, Unix seconds.
pub fn config(authority: Address, genesis_time: i64) -> MarketConfig {
    MarketConfig {
        authority,
        genesis_hash: GENESIS_HASH,
        genesis_time,
        epoch_length: EPOCH_LENGTH,
        fee_bps: FEE_BPS,
        bond_bps: BOND_BPS,
        missed_bps: MISSED_BPS,
        reserve: RESERVE,
        step: STEP,
        min_hold: MIN_HOLD,
        open_window: OPEN_WINDOW,
        max_claim_window: MAX_CLAIM_WINDOW,
        max_run_window: MAX_RUN_WINDOW,
        tally_window: TALLY_WINDOW,
    }
}

/// Returns the terms of a job of one task with one seat that nobody checks. Tests of checks ask for late seats.
pub fn terms() -> JobTerms {
    JobTerms {
        nonce: 0,
        module: [1; 32],
        manifest: [2; 32],
        store: [0; 64],
        task_count: 1,
        checks_bps: 0,
        lie_prices: LIE_PRICES,
        runtime_id: [3; 8],
        escrow_bump: 0,
        policy: POLICY_CHECKED,
        attestations: 0,
        gate: GATE_EVERY_SEAT,
        region: 0,
        royalty_bps: 0,
        author: Address::default(),
        least_collateral: 0,
        credential_set: Address::default(),
        inputs: [4; 32],
        price: PRICE,
        fuel: 1_000_000,
        memory_bytes: 1 << 20,
        output_bytes: 1 << 10,
        claim_window: 4 * HOUR as u32,
        run_window: HOUR as u32,
    }
}

/// Returns the terms of a job whose tasks have so many late seats on average, in basis points.
pub fn checked_terms(checks_bps: u32) -> JobTerms {
    JobTerms {
        checks_bps,
        ..terms()
    }
}

/// Returns the terms of a job of so many tasks, one seat each, whose manifest names the inputs of
/// [`inputs`](super::work::inputs).
pub fn batch_terms(task_count: u32) -> JobTerms {
    JobTerms {
        task_count,
        inputs: merkle::root(&inputs(task_count)).expect("there are tasks"),
        ..terms()
    }
}

/// Returns the terms of a job of one task whose results need so many signatures.
pub fn attested_terms(attestations: u8) -> JobTerms {
    JobTerms {
        policy: POLICY_ATTESTED,
        attestations,
        lie_prices: 0,
        ..batch_terms(1)
    }
}
