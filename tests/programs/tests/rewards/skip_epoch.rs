use super::COLLATERAL;
use assay_harness::{
    assert_fails,
    instruction::rewards,
    pda::{market as market_at, rewards as at},
    rewards::{GENESIS_SUPPLY, INITIAL_EMISSION},
    TestContext,
};
use assay_rewards::{error::RewardsError, event::EpochSkipped, state::Emission};

#[test]
fn anyone_passes_over_an_epoch_without_work() {
    // Given
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    let idle = context.end_epoch(&[]);

    // When
    let result = context.skip(idle).unwrap();

    // Then
    let emission: Emission = context.account(&at::emission());
    assert_eq!(emission.next_epoch.get(), 1);
    assert_eq!(emission.minted.get(), 0);
    assert_eq!(context.supply(&at::mint()), GENESIS_SUPPLY);
    assert_eq!(result.event::<EpochSkipped>().epoch.get(), idle);

    // And its emission stays for the next epoch with work
    context.complete_job("bob", 10_000);
    let next = context.end_epoch(&["bob"]);
    context.finalize(next).unwrap();
    assert_eq!(
        context.supply(&at::mint()),
        GENESIS_SUPPLY + 2 * INITIAL_EMISSION
    );
}

#[test]
fn an_epoch_with_work_is_not_passed_over() {
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    context.complete_job("bob", 10_000);
    let epoch = context.end_epoch(&["bob"]);
    assert_fails(context.skip(epoch), RewardsError::WorkTallied);
}

#[test]
fn an_epoch_is_passed_over_once_and_in_order() {
    let mut context = TestContext::new();
    context.init_rewards();
    let first = context.end_epoch(&[]);
    let second = context.end_epoch(&[]);
    assert_fails(context.skip(second), RewardsError::NotDue);
    context.skip(first).unwrap();
    assert_fails(context.skip(first), RewardsError::NotDue);
    context.skip(second).unwrap();
}

#[test]
fn an_epoch_that_can_still_be_tallied_is_not_passed_over() {
    let mut context = TestContext::new();
    context.init_rewards();
    let market: assay_market::state::Params = context.account(&market_at::params());
    context.advance_to(market.tally_end(0).unwrap() - 1);
    assert_fails(context.skip(0), RewardsError::TallyOpen);
}

#[test]
fn work_cannot_be_hidden_by_leaving_its_shard_out() {
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    context.complete_job("bob", 10_000);
    let epoch = context.end_epoch(&["bob"]);
    let mallory = context.actor("mallory");
    let skip = rewards::skip_epoch(epoch);
    let shards = skip.accounts.len() - 16;
    for hidden in shards..shards + 16 {
        let mut forged = skip.clone();
        forged.accounts.remove(hidden);
        let result = context.send(&[forged], &[&mallory]);
        assert_fails(result, RewardsError::WrongShards);
    }
}
