use assay_rewards::{error::RewardsError, event::ClaimRecordClosed};
use assay_world::{
    address::{market as market_at, rewards as at, staking as staking_at},
    assert_fails,
    instruction::rewards,
    Address, Signer, World,
};

/// The provider of Bob, who claimed epoch 0; in the last second in which that epoch can be claimed.
fn record(world: &mut World) -> Address {
    world.rewards_ready();
    world.worker("bob", 100_000);
    world.earn("bob", 10_000);
    let epoch = world.end_epoch(&["bob"]);
    world.finalize(epoch).unwrap();
    world.claim_reward("bob", epoch).unwrap();
    let market: assay_market::state::Params = world.account(&market_at::params());
    world.advance_to(market.epoch_end(8).unwrap() - 1);
    staking_at::provider(&world.address_of("bob"))
}

#[test]
fn a_record_that_guards_no_open_epoch_returns_its_rent() {
    // Given
    let mut world = World::new();
    let provider = record(&mut world);
    world.advance(1);
    let (anyone, passer_by) = (world.address_of("anyone"), world.actor("dave"));
    let address = at::claim_record(&provider);
    let rent = world.lamports(&address);
    let before = world.lamports(&anyone);

    // When
    let close = rewards::close_claim_record(anyone, &provider);
    let receipt = world.send(&[close], &[&passer_by]).unwrap();

    // Then
    assert!(!world.exists(&address));
    assert_eq!(world.lamports(&anyone), before + rent);
    assert_eq!(receipt.event::<ClaimRecordClosed>().provider, provider);

    // And the epoch it guarded cannot be claimed without it
    assert_fails(world.claim_reward("bob", 0), RewardsError::ClaimsClosed);
}

#[test]
fn a_record_that_guards_an_open_epoch_stays() {
    let mut world = World::new();
    let provider = record(&mut world);
    let anyone = world.actor("anyone");
    let close = rewards::close_claim_record(anyone.pubkey(), &provider);
    let result = world.send(&[close], &[&anyone]);
    assert_fails(result, RewardsError::ClaimsOpen);
}

#[test]
fn the_rent_of_a_record_goes_to_no_one_but_its_payer() {
    let mut world = World::new();
    let provider = record(&mut world);
    world.advance(1);
    let mallory = world.actor("mallory");
    let close = rewards::close_claim_record(mallory.pubkey(), &provider);
    let result = world.send(&[close], &[&mallory]);
    assert_fails(result, RewardsError::WrongAccount);
}
