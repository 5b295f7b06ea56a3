//! Many epochs, some without work: the program mints what the schedule says, as far as the bounds of an epoch allow.

use super::COLLATERAL;
use assay_harness::{
    pda::rewards as at,
    rewards::{GENESIS_SUPPLY, HALVING, INITIAL_EMISSION},
    TestContext,
};
use assay_rewards::state::Emission;

#[test]
fn idle_epochs_and_halvings_change_only_when_the_schedule_is_minted() {
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    let mut scheduled = 0;
    let mut due = 0;
    for epoch in 0..3 * HALVING {
        let emission = INITIAL_EMISSION >> (epoch / HALVING);
        scheduled += emission;
        let idle = epoch % 3 == 1;
        if idle {
            assert_eq!(context.end_epoch(&[]), epoch);
            context.skip(epoch).unwrap();
            continue;
        }
        context.complete_job("bob", 10_000);
        assert_eq!(context.end_epoch(&["bob"]), epoch);
        context.finalize(epoch).unwrap();
        context.claim_reward("bob", epoch).unwrap();
        // At most twice the emission of the epoch. After a halving an idle epoch comes back in two.
        due = scheduled.min(due + 2 * emission);
        assert_eq!(context.supply(&at::mint()), GENESIS_SUPPLY + due);
        assert_eq!(context.balance(&at::pot()), 0);
    }
    assert_eq!(due, scheduled, "nothing is lost");
    let minted = context.supply(&at::mint()) - GENESIS_SUPPLY;
    assert_eq!(
        context.rewards_of("bob") + context.balance(&at::treasury()),
        minted
    );
}

#[test]
fn nothing_is_minted_beyond_the_cap() {
    // Given a cap that leaves one and a half epochs
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    let left = INITIAL_EMISSION / 2 * 3;
    context.edit_account::<Emission>(&at::emission(), |emission| {
        emission.cap = (GENESIS_SUPPLY + left).into();
    });
    for minted in [INITIAL_EMISSION, left, left] {
        // When
        context.complete_job("bob", 10_000);
        let epoch = context.end_epoch(&["bob"]);
        context.finalize(epoch).unwrap();
        context.claim_reward("bob", epoch).unwrap();

        // Then
        assert_eq!(context.supply(&at::mint()), GENESIS_SUPPLY + minted);
    }
}
