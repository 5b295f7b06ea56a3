//! Stories that cross programs.

mod emission;
mod isolation;
mod liar;
mod life_cycle;
mod vote;

use assay_world::{address, Address, World};

/// Base units of stake behind every worker here.
const STAKE: u64 = 100_000;

/// What the wallet of an actor holds.
fn wallet_balance(world: &mut World, mint: &Address, name: &str) -> u64 {
    let owner = world.address_of(name);
    let wallet = world.wallet(mint, &owner);
    world.balance(&wallet)
}

/// The provider of an actor.
fn provider_of(world: &mut World, name: &str) -> Address {
    address::staking::provider(&world.address_of(name))
}
