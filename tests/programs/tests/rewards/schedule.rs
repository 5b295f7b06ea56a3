//! Many epochs, some without work: the program mints exactly what the schedule says.

use super::COLLATERAL;
use assay_harness::{
    pda::rewards as at,
    rewards::{GENESIS_SUPPLY, HALVING},
    TestContext,
};
use assay_rewards::state::Emission;

#[test]
fn idle_epochs_and_halvings_change_nothing_of_the_schedule() {
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    let schedule = context.account::<Emission>(&at::emission()).schedule();
    for epoch in 0..3 * HALVING {
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
        let due = u64::try_from(schedule.cumulative(epoch + 1).unwrap()).unwrap();
        assert_eq!(context.supply(&at::mint()), GENESIS_SUPPLY + due);
        assert_eq!(context.balance(&at::pot(epoch)), 0);
    }
    let ata = context.reward_ata("bob");
    let minted = context.supply(&at::mint()) - GENESIS_SUPPLY;
    assert_eq!(
        context.balance(&ata) + context.balance(&at::treasury()),
        minted
    );
}

#[test]
fn nothing_is_minted_beyond_the_cap() {
    // Given a cap that leaves one and a half epochs
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    let left = 1_500_000;
    context.edit_account::<Emission>(&at::emission(), |emission| {
        emission.cap = (GENESIS_SUPPLY + left).into();
    });
    for minted in [1_000_000, left, left] {
        // When
        context.complete_job("bob", 10_000);
        let epoch = context.end_epoch(&["bob"]);
        context.finalize(epoch).unwrap();
        context.claim_reward("bob", epoch).unwrap();

        // Then
        assert_eq!(context.supply(&at::mint()), GENESIS_SUPPLY + minted);
    }
}
