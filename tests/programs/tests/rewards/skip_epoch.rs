use assay_rewards::{error::RewardsError, event::EpochSkipped, state::Emission};
use assay_world::{
    address::{market as market_at, rewards as at},
    assert_fails,
    instruction::rewards,
    rewards::{GENESIS_SUPPLY, INITIAL_EMISSION},
    World,
};

#[test]
fn anyone_passes_over_an_epoch_without_work() {
    // Given
    let mut world = World::new();
    world.rewards_ready();
    world.worker("bob", 100_000);
    let idle = world.end_epoch(&[]);

    // When
    let receipt = world.skip(idle).unwrap();

    // Then
    let emission: Emission = world.account(&at::emission());
    assert_eq!(emission.next_epoch.get(), 1);
    assert_eq!(emission.minted.get(), 0);
    assert_eq!(world.supply(&at::mint()), GENESIS_SUPPLY);
    assert_eq!(receipt.event::<EpochSkipped>().epoch.get(), idle);

    // And its emission falls to the next epoch with work
    world.earn("bob", 10_000);
    let next = world.end_epoch(&["bob"]);
    world.finalize(next).unwrap();
    assert_eq!(
        world.supply(&at::mint()),
        GENESIS_SUPPLY + 2 * INITIAL_EMISSION
    );
}

#[test]
fn an_epoch_with_work_is_not_passed_over() {
    let mut world = World::new();
    world.rewards_ready();
    world.worker("bob", 100_000);
    world.earn("bob", 10_000);
    let epoch = world.end_epoch(&["bob"]);
    assert_fails(world.skip(epoch), RewardsError::WorkTallied);
}

#[test]
fn an_epoch_is_passed_over_once_and_in_order() {
    let mut world = World::new();
    world.rewards_ready();
    let first = world.end_epoch(&[]);
    let second = world.end_epoch(&[]);
    assert_fails(world.skip(second), RewardsError::NotDue);
    world.skip(first).unwrap();
    assert_fails(world.skip(first), RewardsError::NotDue);
    world.skip(second).unwrap();
}

#[test]
fn an_epoch_that_can_still_be_tallied_is_not_passed_over() {
    let mut world = World::new();
    world.rewards_ready();
    let market: assay_market::state::Params = world.account(&market_at::params());
    world.advance_to(market.tally_end(0).unwrap() - 1);
    assert_fails(world.skip(0), RewardsError::TallyOpen);
}

#[test]
fn work_cannot_be_hidden_by_leaving_its_shard_out() {
    let mut world = World::new();
    world.rewards_ready();
    world.worker("bob", 100_000);
    world.earn("bob", 10_000);
    let epoch = world.end_epoch(&["bob"]);
    let mallory = world.actor("mallory");
    let skip = rewards::skip_epoch(epoch);
    let shards = skip.accounts.len() - 16;
    for hidden in shards..shards + 16 {
        let mut forged = skip.clone();
        forged.accounts.remove(hidden);
        let result = world.send(&[forged], &[&mallory]);
        assert_fails(result, RewardsError::WrongShards);
    }
}
