//! Many epochs, some without work: what was minted is what the schedule says, to the unit.

use assay_rewards::state::Emission;
use assay_world::{
    address::rewards as at,
    rewards::{GENESIS_SUPPLY, HALVING},
    World,
};

#[test]
fn idle_epochs_and_halvings_change_nothing_of_the_schedule() {
    let mut world = World::new();
    world.rewards_ready();
    world.worker("bob", 100_000);
    let schedule = world.account::<Emission>(&at::emission()).schedule();
    for epoch in 0..3 * HALVING {
        let idle = epoch % 3 == 1;
        if idle {
            assert_eq!(world.end_epoch(&[]), epoch);
            world.skip(epoch).unwrap();
            continue;
        }
        world.earn("bob", 10_000);
        assert_eq!(world.end_epoch(&["bob"]), epoch);
        world.finalize(epoch).unwrap();
        world.claim_reward("bob", epoch).unwrap();
        let due = u64::try_from(schedule.cumulative(epoch + 1).unwrap()).unwrap();
        assert_eq!(world.supply(&at::mint()), GENESIS_SUPPLY + due);
        assert_eq!(world.balance(&at::pot(epoch)), 0);
    }
    let wallet = world.reward_wallet("bob");
    let minted = world.supply(&at::mint()) - GENESIS_SUPPLY;
    assert_eq!(
        world.balance(&wallet) + world.balance(&at::treasury()),
        minted
    );
}

#[test]
fn nothing_is_minted_beyond_the_cap() {
    // Given a cap that leaves one and a half epochs
    let mut world = World::new();
    world.rewards_ready();
    world.worker("bob", 100_000);
    let left = 1_500_000;
    world.edit::<Emission>(&at::emission(), |emission| {
        emission.cap = (GENESIS_SUPPLY + left).into();
    });
    for minted in [1_000_000, left, left] {
        // When
        world.earn("bob", 10_000);
        let epoch = world.end_epoch(&["bob"]);
        world.finalize(epoch).unwrap();
        world.claim_reward("bob", epoch).unwrap();

        // Then
        assert_eq!(world.supply(&at::mint()), GENESIS_SUPPLY + minted);
    }
}
