//! Stories that cross programs.

mod emission;
mod isolation;
mod liar;
mod life_cycle;
mod vote;

use assay_harness::{pda, Address, TestContext};

/// Base units of stake behind every worker here.
const STAKE: u64 = 100_000;

/// What the wallet of an actor holds.
fn wallet_balance(context: &mut TestContext, mint: &Address, name: &str) -> u64 {
    let owner = context.address_of(name);
    let wallet = context.wallet(mint, &owner);
    context.balance(&wallet)
}

/// The provider of an actor.
fn provider_of(context: &mut TestContext, name: &str) -> Address {
    pda::staking::provider(&context.address_of(name))
}
