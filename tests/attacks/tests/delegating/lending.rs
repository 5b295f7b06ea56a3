//! Collateral that delegators lend: for how much, and until when.

use crate::{
    allocate, delegated, fine, join, leave, provider, request, show_out, slash, try_leave, unbond,
    Sent, LEVERAGE, OWN,
};
use assay_harness::{
    assert_fails,
    instruction::{
        market::{self, TaskSeat},
        staking::{self, SlashAmounts},
    },
    keypairs::{address_of, provider_of},
    market::{terms, BOND, COLLATERAL, PRICE},
    Signer, TestContext,
};
use assay_market::{error::MarketError, event::CollateralYielded, state::JobTerms};
use assay_staking::{error::StakingError, event::Yielded};

/// What alice lends to bob's worker in the market, base units of the stake mint.
const LENT: u64 = COLLATERAL / 2;
/// The first seat of task 0.
const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };

/// Returns a market in which bob's worker has [`COLLATERAL`] of his and [`LENT`] of alice behind it, all of it in the market.
fn market_with_alice() -> TestContext {
    let mut context = TestContext::with_workers();
    join(&mut context, &[("alice", LENT)]);
    let bob = context.actor("bob");
    let add = market::add_collateral(bob.pubkey(), LENT);
    context.send(&[add], &[&bob]).unwrap();
    context.advance(1);
    context
}

/// Gives back what bob's worker has too much, as anyone may.
fn yield_collateral(context: &mut TestContext) -> CollateralYielded {
    let crank = market::yield_collateral(provider_of("bob"));
    context.crank(crank).unwrap().event::<CollateralYielded>()
}

/// Takes free collateral of bob's worker out of the market.
fn remove(context: &mut TestContext, amount: u64) -> Sent {
    let bob = context.actor("bob");
    context.send(&[market::remove_collateral(bob.pubkey(), amount)], &[&bob])
}

/// Bob leaves all stake in the market as collateral, so that none of it is free.
#[test]
fn keeps_delegators_as_hostages() {
    // Loss if it worked: delegators can leave only if the owner lets them.
    let mut context = market_with_alice();
    let early = try_leave(&mut context, "alice", LENT);
    assert_fails(early, StakingError::StakeAllocated);
    request(&mut context, "alice", LENT).unwrap();

    let yielded = yield_collateral(&mut context);

    assert_eq!((yielded.amount.get(), yielded.owed.get()), (LENT, 0));
    assert_eq!(context.worker_account("bob").free.get(), COLLATERAL);
    leave(&mut context, "alice", LENT);
}

/// Bob's node collects a seat and claims the next in one transaction, so that nobody can free what alice waits for in between.
#[test]
fn binds_freed_collateral_again_in_the_same_transaction() {
    // Loss if it worked: what delegators asked back backs work for ever.
    let mut context = market_with_alice();
    let job = context.post("carol", terms());
    context.complete_task(&job, 0, &["bob"], "42");
    context.end_hold(&job);
    let free = context.worker_account("bob").free.get();
    remove(&mut context, free).unwrap();
    // Bob keeps as little of his own as the bond of that seat needs, and alice wants to leave.
    let own = BOND / LEVERAGE;
    unbond(&mut context, COLLATERAL - own).unwrap();
    request(&mut context, "alice", LENT).unwrap();
    let yielded = yield_collateral(&mut context);
    assert_eq!((yielded.amount.get(), yielded.owed.get()), (0, BOND - own));
    let cheap = JobTerms {
        nonce: 1,
        price: PRICE / 10,
        ..terms()
    };
    let next = context.post("carol", cheap);
    context.wait_for_turn("bob", &next, FIRST);
    let payment = context.payment_mint();
    context.ata(&payment, &address_of("bob"));

    let collect = market::collect_pay(&job, &address_of("bob"), vec![0]);
    let claim = context.claim_instruction("bob", &next, FIRST);
    let node = context.node("bob");
    let result = context.send(&[collect.clone(), claim], &[&node]);

    assert_fails(result, MarketError::NotEnoughCollateral);
    context.crank(collect).unwrap();
    assert_eq!(yield_collateral(&mut context).amount.get(), BOND - own);
    leave(&mut context, "alice", LENT);
}

/// Bob takes his own stake out, so that only that of others is at risk for what he decides.
#[test]
fn leaves_delegators_at_work_without_own_stake() {
    // Loss if it worked: an owner that lies with nothing to lose.
    let mut context = delegated(&[("alice", 30_000)]);
    allocate(&mut context, 20_000).unwrap();

    let while_at_work = unbond(&mut context, OWN);
    let too_much = unbond(&mut context, OWN / 2 + 1);

    assert_fails(while_at_work, StakingError::StakeAllocated);
    assert_fails(too_much, StakingError::StakeAllocated);
    unbond(&mut context, OWN / 2).unwrap();
}

/// A slash took all that bob had himself. His node goes on with the delegators' collateral.
#[test]
fn goes_on_working_after_its_own_stake_is_gone() {
    // Loss if it worked: the next lies cost the liar nothing.
    let mut context = delegated(&[("alice", 30_000)]);
    allocate(&mut context, 40_000).unwrap();
    let amounts = SlashAmounts {
        release: OWN,
        free: 20_000,
        ..fine(&context, OWN)
    };

    let result = slash(&mut context, amounts);

    let yielded = result.event::<Yielded>();
    assert_eq!((yielded.amount.get(), yielded.owed.get()), (20_000, 10_000));
    assert_eq!(provider(&context).allocated.get(), 10_000);
    let more = allocate(&mut context, 1);
    assert_fails(more, StakingError::BelowMinSelfStake);
}

/// Delegators have lent bob a hundred times what he has himself.
#[test]
fn works_beyond_its_leverage() {
    // Loss if it worked: one base unit of the owner decides about any amount of others.
    let mut context = delegated(&[("alice", 100 * OWN)]);

    let result = allocate(&mut context, LEVERAGE * OWN + 1);

    assert_fails(result, StakingError::StakeAllocated);
    allocate(&mut context, LEVERAGE * OWN).unwrap();
}

/// Bob stakes, allocates and takes his stake away in one transaction.
#[test]
fn lends_itself_leverage_for_a_moment() {
    // Loss if it worked: leverage bounds nothing, for anyone with a flash loan.
    let mut context = delegated(&[("alice", 100 * OWN)]);
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    let mint = context.stake_mint();
    let source = context.mint_tokens(&mint, &bob.pubkey(), OWN);
    let all = [
        staking::deposit_stake(bob.pubkey(), source, OWN),
        staking::allocate_stake(market.pubkey(), bob.pubkey(), 2 * LEVERAGE * OWN),
        staking::begin_unbond(bob.pubkey(), OWN),
    ];

    let result = context.send(&all, &[&bob, &market]);

    assert_fails(result, StakingError::StakeAllocated);
    context.send(&all[..2], &[&bob, &market]).unwrap();
}

/// The crank that frees what delegators asked back is for anyone. Mallory turns it where nobody asked anything back.
#[test]
fn yields_a_strangers_collateral() {
    // Loss if it worked: anybody takes any worker out of the market.
    let mut context = market_with_alice();
    let before = context.worker_account("bob").free;
    let mallory = context.actor("mallory");

    let yielded = yield_collateral(&mut context);
    let by_hand = staking::yield_stake(mallory.pubkey(), provider_of("bob"), COLLATERAL);
    let result = context.send(&[by_hand], &[&mallory]);

    assert_eq!((yielded.amount.get(), yielded.owed.get()), (0, 0));
    assert_eq!(context.worker_account("bob").free, before);
    assert_fails(result, StakingError::NotMarket);
}

/// Stake that is asked back leaves as soon as its work has ended, whoever sends that.
#[test]
fn binds_what_is_asked_back() {
    // Loss if it worked: a request is worth nothing, because the owner binds the stake again.
    let mut context = delegated(&[("alice", 30_000)]);
    request(&mut context, "alice", 20_000).unwrap();

    let result = allocate(&mut context, 20_001);

    assert_fails(result, StakingError::StakeAllocated);
    allocate(&mut context, 20_000).unwrap();
    show_out(&mut context, "alice", 20_000).unwrap();
}
