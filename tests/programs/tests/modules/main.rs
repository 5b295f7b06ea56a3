//! Tests of modules that their authors registered, on the built bytecode of rewards, one file per instruction, and of the
//! royalties that jobs pay.

mod accept_module;
mod offer_module;
mod register_module;
mod retire_module;
mod royalties;

use assay_harness::{instruction::rewards, pda::rewards as at, Signer, TestContext};
use assay_rewards::state::Module;

/// Hash of the module of all jobs here.
const HASH: [u8; 32] = [1; 32];
/// Its royalty, basis points.
const ROYALTY_BPS: u16 = 250;

/// Returns a market with workers in which the actor "author" has registered the module.
fn registered() -> TestContext {
    let mut context = TestContext::with_workers();
    register(&mut context, "author", ROYALTY_BPS);
    context
}

/// Registers the module for the actor.
fn register(context: &mut TestContext, name: &str, royalty_bps: u16) {
    let author = context.actor(name);
    let register = rewards::register_module(author.pubkey(), HASH, royalty_bps, [0; 96]);
    context.send(&[register], &[&author]).unwrap();
}

/// Returns the module's record.
fn record(context: &TestContext) -> Module {
    context.account(&at::module(&HASH))
}

/// Offers the authorship of the actor "author" to the actor.
fn offer(context: &mut TestContext, name: &str) {
    let (author, to) = (context.actor("author"), context.address_of(name));
    let offer = rewards::offer_module(author.pubkey(), &HASH, to);
    context.send(&[offer], &[&author]).unwrap();
}
