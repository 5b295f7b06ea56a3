//! Tests of the market program on its built bytecode, one file per instruction.

mod account_substitution;
mod add_collateral;
mod allow_mint;
mod cancel_job;
mod claim_task;
mod close_job;
mod close_work;
mod collect_pay;
mod commit_result;
mod expire_task;
mod extend_job;
mod fixtures;
mod initialize;
mod open_worker;
mod penalize_worker;
mod post_job;
mod remove_collateral;
mod reveal_result;
mod set_authority;
mod set_params;
mod settle_task;
mod sync_worker;
mod tally_work;
mod token_2022;

use assay_harness::TestContext;
use std::sync::OnceLock;

/// Collateral behind every worker here, base units of the stake mint.
const COLLATERAL: u64 = 100_000;

/// Returns a market with the workers of bob, carol, dave and erin.
fn market_with_workers() -> TestContext {
    static TEMPLATE: OnceLock<TestContext> = OnceLock::new();
    let prepare = || {
        let mut context = TestContext::new();
        context.init_market();
        for name in ["bob", "carol", "dave", "erin"] {
            context.worker(name, COLLATERAL);
        }
        context
    };
    TEMPLATE.get_or_init(prepare).clone()
}
