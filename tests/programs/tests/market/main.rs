//! The market program, one file per instruction.

mod add_collateral;
mod allow_mint;
mod cancel_job;
mod claim_task;
mod close_job;
mod close_work;
mod collect;
mod commit_result;
mod expire_task;
mod extend_job;
mod identity;
mod initialize;
mod open_worker;
mod penalise;
mod post_job;
mod remove_collateral;
mod reveal_result;
mod scene;
mod set_authority;
mod set_params;
mod settle_task;
mod sync_worker;
mod tally_work;
mod token_2022;

use assay_world::World;
use std::sync::OnceLock;

/// Collateral behind every worker here, base units of the stake mint.
const COLLATERAL: u64 = 100_000;

/// A market with the workers of bob, carol, dave and erin.
fn market() -> World {
    static TEMPLATE: OnceLock<World> = OnceLock::new();
    let prepare = || {
        let mut world = World::new();
        world.market_ready();
        for name in ["bob", "carol", "dave", "erin"] {
            world.worker(name, COLLATERAL);
        }
        world
    };
    TEMPLATE.get_or_init(prepare).clone()
}
