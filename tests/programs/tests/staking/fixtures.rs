//! States that the tests of several instructions begin with.

use assay_harness::{
    instruction::staking, keypairs::provider_of, Address, Signer, TestContext, TransactionResult,
    DAY, HOUR,
};
use assay_staking::{
    event::{GenerationEnded, StreamEnded},
    state::{pause, Provider},
};

/// Base units of the stake mint that bob, the owner, has at stake.
pub const OWN: u64 = 10_000;
/// Base units of the stake mint that alice delegates to bob.
pub const DELEGATED: u64 = 6_000;

/// What bob and alice have each in [`equal_stakes`], base units: a power of two, so that shares of rewards do not round.
pub const EQUAL: u64 = 1 << 13;

/// Returns staking with bob's provider and its address.
pub fn with_provider() -> (TestContext, Address) {
    let mut context = TestContext::new();
    context.init_staking();
    let provider = context.provider("bob", OWN);
    (context, provider)
}

/// As [`with_provider`], with what alice delegates, which has joined.
pub fn with_delegation() -> (TestContext, Address) {
    let (mut context, provider) = with_provider();
    context.join("alice", &provider, DELEGATED);
    (context, provider)
}

/// Returns staking with bob's provider, in which alice has joined with as much as bob has, and its address.
pub fn equal_stakes() -> (TestContext, Address) {
    let mut context = TestContext::new();
    context.init_staking();
    let provider = context.provider("bob", EQUAL);
    context.join("alice", &provider, EQUAL);
    (context, provider)
}

/// As [`with_delegation`], but a slash has wiped out all that alice and bob had.
pub fn wiped_out() -> (TestContext, Address) {
    let (mut context, provider) = with_delegation();
    let bob = context.actor("bob");
    context.allocate(&bob, OWN + DELEGATED);
    context.slash(&provider, OWN + DELEGATED);
    (context, provider)
}

/// As [`equal_stakes`], but slashing has left one token of alice's, for very many shares, which backs a seat beside all that bob
/// has. The first day of a stream of ten has passed.
pub fn wiped_at_work() -> (TestContext, Address) {
    let (mut context, provider) = equal_stakes();
    context.fund_stream(&provider, 0, 10_000);
    context.edit_account::<Provider>(&provider, |provider| {
        provider.active_tokens = 1.into();
        provider.active_shares = ((1 << 20) + 1).into();
        provider.allocated = (EQUAL + 1).into();
    });
    context.advance(DAY);
    (context, provider)
}

/// Asserts that a transaction settled bob's provider of [`wiped_at_work`] and then ended stream and generation.
pub fn assert_generation_ended(context: &TestContext, result: &TransactionResult) {
    let provider = provider_of("bob");
    let event = result.event::<StreamEnded>();
    assert_eq!((event.provider, event.unvested.get()), (provider, 9_000));
    let event = result.event::<GenerationEnded>();
    assert_eq!((event.provider, event.left.get()), (provider, 1));
    let bob = context.provider_of("bob");
    assert_eq!((bob.generation.get(), bob.active_shares.get()), (1, 0));
    assert_eq!((bob.stream.left.get(), bob.rewards_held.get()), (0, 1_000));
    // Of a day's thousand the one token earned what rounding left.
    assert_eq!(bob.owner_rewards.get(), 999);
}

/// Pauses every operation that can be paused for an hour.
pub fn pause_all(context: &mut TestContext) {
    pause(context, pause::ALL);
}

/// Pauses these operations for an hour.
pub fn pause(context: &mut TestContext, bits: u64) {
    let (governance, until) = (context.actor("governance"), context.now() + HOUR as i64);
    let pause = staking::set_pause(governance.pubkey(), bits, until);
    context.send(&[pause], &[&governance]).unwrap();
}

/// Lets bob begin to retire the provider.
pub fn begin_retirement(context: &mut TestContext) {
    let bob = context.actor("bob");
    let begin = staking::begin_retirement(bob.pubkey());
    context.send(&[begin], &[&bob]).unwrap();
}

/// Moves the clock to the end of the notice of bob's retirement.
pub fn await_retirement(context: &mut TestContext) {
    let retires_at = context.provider_of("bob").retires_at.get();
    context.advance_to(retires_at);
}

/// Makes the delegated stake of a provider so diluted that it takes no tokens, as only a slash can.
pub fn dilute(context: &mut TestContext, provider: &Address) {
    context.edit_account::<Provider>(provider, |provider| {
        provider.active_tokens = 1.into();
        provider.active_shares = ((1 << 20) + 1).into();
    });
}
