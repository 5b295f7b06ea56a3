//! Collateral that returns with a penalty.

use super::{collateral_of_all, FIRST_PLACE};
use crate::fixtures::many_tasks;
use assay_harness::{
    instruction::{market, staking::begin_unbond},
    keypairs::provider_of,
    market::{BOND, COLLATERAL, LIE},
    staking::UNBONDING_PERIOD,
    Signer, TestContext,
};
use assay_market::event::Penalized;
use assay_staking::{event::Slashed, state::Provider};

/// Bob lies in one of four tasks. Delegators lent him most of what backs them, and the penalty takes nearly all that is his own.
#[test]
fn a_penalty_gives_back_the_collateral_that_the_rest_of_the_stake_does_not_support() {
    // Given: 200,000 of bob's own and as much lent; four seats, of which nobody opens a result.
    let (lent, own, free) = (COLLATERAL, BOND + LIE + 5_000, LIE + 5_000);
    let mut context = TestContext::with_workers();
    let (bob, provider) = (context.actor("bob"), provider_of("bob"));
    context.join("delegator", &provider, lent);
    let add = market::add_collateral(bob.pubkey(), lent);
    context.send(&[add], &[&bob]).unwrap();
    context.advance(1);
    let job = context.post("alice", many_tasks(4));
    for task in 0..4 {
        context.fill_seats(&job, task, &[("bob", "lie")]);
    }
    // He takes out what he can, and what he unbonds matures before the penalty.
    let spare = context.worker_account("bob").free.get() - free;
    let leave = [
        market::remove_collateral(bob.pubkey(), spare),
        begin_unbond(bob.pubkey(), COLLATERAL - own),
    ];
    context.send(&leave, &[&bob]).unwrap();
    context.advance(2 * UNBONDING_PERIOD);
    context.expire(&job, 0).unwrap();
    let all = collateral_of_all(&context);

    // When
    let result = context.penalize("bob", &job, FIRST_PLACE).unwrap();

    // Then: 5,000 of his own support 20,000. Of the 35,000 that are left in the market, 5,000 were free.
    let event = result.event::<Penalized>();
    let amounts = (event.penalty.get(), event.taken.get(), event.awarded.get());
    assert_eq!(amounts, (BOND + LIE, BOND + LIE, 0));
    assert_eq!((event.yielded.get(), event.owed.get()), (5_000, 10_000));
    let slashed = result.event::<Slashed>();
    assert_eq!(slashed.from_own.get(), BOND + LIE);
    assert_eq!(slashed.from_delegated.get(), 0);
    let worker = context.worker_account("bob");
    assert_eq!((worker.free.get(), worker.locked.get()), (0, 3 * BOND));
    assert_eq!(worker.owed.get(), 10_000);
    assert_eq!(collateral_of_all(&context), all - (BOND + LIE) - 5_000);
    let left: Provider = context.account(&provider);
    assert_eq!(left.allocated.get(), 3 * BOND);
    assert_eq!(left.own.active.get(), 5_000);
    assert_eq!(left.active_tokens.get(), lent);
}
