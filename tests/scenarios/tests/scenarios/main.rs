//! Scenarios that use several programs.

mod emission;
mod fee_vote;
mod life_cycle;
mod slashing;
mod vault_isolation;

use assay_harness::{Address, TestContext};

/// Stake and collateral of every worker here, base units of the stake mint.
const STAKE: u64 = 1_000_000;

/// Returns the balance of an actor's ATA, base units.
fn ata_balance(context: &mut TestContext, mint: &Address, name: &str) -> u64 {
    let owner = context.address_of(name);
    let ata = context.ata(mint, &owner);
    context.balance(&ata)
}
