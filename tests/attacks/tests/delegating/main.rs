//! Attacks on delegated stake: by an owner on its delegators, by delegators on each other and on the owner, and by strangers.

mod awards;
mod earning;
mod joining;
mod leaving;
mod lending;
mod ownership;
mod slashing;

use assay_harness::{
    instruction::staking::{self, SlashAmounts, TicketAccounts},
    keypairs::{address_of, provider_of},
    pda::staking as at,
    staking::{CLAIM_SPAN, LEVERAGE, MIN_DELEGATION, MIN_SELF_STAKE, UNBONDING_PERIOD},
    Address, Signer, TestContext, TransactionFailure, TransactionResult, DAY,
};
use assay_staking::state::{Delegation, Param, Provider, DELEGATED_PARTS};

/// Stake of bob, who owns the provider, base units of the stake mint.
const OWN: u64 = 10_000;
/// Longest time from a lie to its penalty, seconds.
const EXPOSURE: u64 = 2 * DAY;
/// Seconds of a span in which delegators that leave share a bucket.
const SPAN: u64 = UNBONDING_PERIOD / DELEGATED_PARTS;

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

/// Returns staking in which bob is a provider with [`OWN`]. The actors "market" and "rewards" sign as those programs do.
fn staking_only() -> TestContext {
    let mut context = TestContext::new();
    context.init_staking();
    let market = context.actor("market");
    let expose = staking::set_exposure(market.pubkey(), EXPOSURE);
    context.send(&[expose], &[&market]).unwrap();
    context.provider("bob", OWN);
    context
}

/// Returns staking as [`staking_only`] does, in which these actors have delegated these amounts to bob's provider.
fn delegated(delegators: &[(&str, u64)]) -> TestContext {
    let mut context = staking_only();
    join(&mut context, delegators);
    context
}

/// Lets these actors delegate these amounts to bob's provider and waits until they have joined.
fn join(context: &mut TestContext, delegators: &[(&str, u64)]) {
    for (name, amount) in delegators {
        set_aside(context, name, *amount).unwrap();
    }
    for (name, _) in delegators {
        context.await_joining(name, &provider_of("bob"));
        activate(context, name).unwrap();
    }
}

/// Changes a parameter of staking as the actor "governance".
fn set_param(context: &mut TestContext, param: Param, value: u64) {
    let governance = context.actor("governance");
    let set = staking::set_params(governance.pubkey(), param, value);
    context.send(&[set], &[&governance]).unwrap();
}

/// Returns bob's provider.
fn provider(context: &TestContext) -> Provider {
    context.provider_of("bob")
}

/// Returns the delegation of the actor to bob's provider.
fn delegation(context: &TestContext, name: &str) -> Delegation {
    context.delegation_of(name, &provider_of("bob"))
}

/// Returns the address of the delegation of the actor to bob's provider.
fn address_of_delegation(name: &str) -> Address {
    at::delegation(&provider_of("bob"), &address_of(name))
}

/// Sets tokens of the actor aside for bob's provider.
fn set_aside(context: &mut TestContext, name: &str, amount: u64) -> Sent {
    context.try_delegate(name, &provider_of("bob"), amount)
}

/// Moves the clock to the second from which the actor's tokens may join.
fn wait_to_join(context: &mut TestContext, name: &str) {
    context.await_joining(name, &provider_of("bob"));
}

/// Lets the actor's tokens join, as anyone may.
fn activate(context: &mut TestContext, name: &str) -> Sent {
    context.activate(name, &provider_of("bob"))
}

/// Lets the actor's tokens join; the actor signs.
fn activate_own(context: &mut TestContext, name: &str) -> Sent {
    context.activate_own(name, &provider_of("bob"))
}

/// Asks shares of the actor back.
fn request(context: &mut TestContext, name: &str, shares: u64) -> Sent {
    context.ask_back(name, &provider_of("bob"), shares)
}

/// Undelegates shares of the actor, who signs. Returns the Unix time at which they mature.
fn leave(context: &mut TestContext, name: &str, shares: u64) -> i64 {
    try_leave(context, name, shares).unwrap();
    context.delegated_maturity()
}

/// Undelegates shares of the actor, who signs.
fn try_leave(context: &mut TestContext, name: &str, shares: u64) -> Sent {
    context.undelegate(name, &provider_of("bob"), shares)
}

/// Undelegates shares of the actor as the actor "anyone".
fn show_out(context: &mut TestContext, name: &str, shares: u64) -> Sent {
    context.undelegate_as("anyone", name, &provider_of("bob"), shares)
}

/// Returns the accounts of the actor's ticket that matures then.
fn ticket(context: &TestContext, name: &str, matures_at: i64) -> TicketAccounts {
    context.ticket_accounts(name, &provider_of("bob"), matures_at)
}

/// Withdraws the actor's ticket that matures then, as anyone may. Returns what was paid, base units of the stake mint.
fn withdraw(context: &mut TestContext, name: &str, matures_at: i64) -> u64 {
    let wallet = ata(context, name);
    let before = context.balance(&wallet);
    context
        .withdraw_ticket(name, &provider_of("bob"), matures_at)
        .unwrap();
    context.balance(&wallet) - before
}

/// Transfers rewards to the vault of bob's provider and records them, base units of the stake mint.
fn fund(context: &mut TestContext, direct: u64, streamed: u64) {
    context.fund_stream(&provider_of("bob"), direct, streamed);
}

/// Settles the delegation of the actor, as anyone may.
fn settle(context: &mut TestContext, name: &str) {
    context.settle(name, &provider_of("bob"));
}

/// Pays the rewards of the actor's delegation, as anyone may. Returns them, base units of the stake mint.
fn claim(context: &mut TestContext, name: &str) -> u64 {
    let wallet = ata(context, name);
    let before = context.balance(&wallet);
    context.claim_delegated(name, &provider_of("bob")).unwrap();
    context.balance(&wallet) - before
}

/// Pays the rewards of bob to him, as anyone may. Returns them, base units of the stake mint.
fn claim_owner(context: &mut TestContext) -> u64 {
    let (wallet, mint) = (ata(context, "bob"), context.stake_mint());
    let (before, bob) = (context.balance(&wallet), address_of("bob"));
    let claim = staking::claim_owner_rewards(&bob, &bob, &mint);
    context.crank(claim).unwrap();
    context.balance(&wallet) - before
}

/// Begins to unbond stake of bob, base units of the stake mint.
fn unbond(context: &mut TestContext, amount: u64) -> Sent {
    let bob = context.actor("bob");
    context.send(&[staking::begin_unbond(bob.pubkey(), amount)], &[&bob])
}

/// Allocates stake of bob's provider, base units of the stake mint. The market and bob sign.
fn allocate(context: &mut TestContext, amount: u64) -> Sent {
    let (market, bob) = (context.actor("market"), context.actor("bob"));
    let allocate = staking::allocate_stake(market.pubkey(), bob.pubkey(), amount);
    context.send(&[allocate], &[&market, &bob])
}

/// Lets the market give back what stake no longer supports; `free` is bound in no seat, base units of the stake mint.
fn yield_stake(context: &mut TestContext, free: u64) {
    let market = context.actor("market");
    let crank = staking::yield_stake(market.pubkey(), provider_of("bob"), free);
    context.send(&[crank], &[&market]).unwrap();
}

/// Returns a slash of `amount` base units for an infraction just now that frees no collateral and pays nobody.
fn fine(context: &TestContext, amount: u64) -> SlashAmounts {
    SlashAmounts {
        release: 0,
        ..context.slash_amounts(amount)
    }
}

/// Slashes bob's provider under the actor "market". The actor "requester" receives the award.
fn slash(context: &mut TestContext, amounts: SlashAmounts) -> TransactionResult {
    context.try_slash(&provider_of("bob"), amounts).unwrap()
}

/// Slashes everything that bob's provider has, so that every share of a delegator is worth nothing.
fn wipe(context: &mut TestContext) {
    let amounts = fine(context, u64::MAX);
    slash(context, amounts);
    assert_eq!(provider(context).active_shares.get(), 0);
}

/// Returns the ATA of the actor for the stake mint.
fn ata(context: &mut TestContext, name: &str) -> Address {
    let (mint, owner) = (context.stake_mint(), context.address_of(name));
    context.ata(&mint, &owner)
}
