use assay_ledger::token::TOKEN;
use assay_rewards::{error::RewardsError, event::EpochClosed};
use assay_world::{
    address::{market as market_at, rewards as at},
    assert_fails,
    instruction::rewards,
    rewards::INITIAL_EMISSION,
    swapped, Signer, World,
};
use spl_token_interface::instruction::transfer;

const POT: u64 = INITIAL_EMISSION / 10 * 8;

/// Epoch 0 with the work of Bob and Carol at 1,000 to 2,000, of whom only Bob claimed; in the last second of claims.
fn half_claimed_epoch(world: &mut World) {
    world.rewards_ready();
    for (name, price) in [("bob", 10_000), ("carol", 20_000)] {
        world.worker(name, 100_000);
        world.earn(name, price);
    }
    let epoch = world.end_epoch(&["bob", "carol"]);
    world.finalize(epoch).unwrap();
    world.claim_reward("bob", epoch).unwrap();
    let market: assay_market::state::Params = world.account(&market_at::params());
    world.advance_to(market.epoch_end(8).unwrap() - 1);
}

#[test]
fn what_nobody_claimed_goes_to_the_treasury_and_the_rent_to_its_payer() {
    // Given
    let mut world = World::new();
    half_claimed_epoch(&mut world);
    world.advance(1);
    let (anyone, passer_by) = (world.address_of("anyone"), world.actor("dave"));
    let unclaimed = POT - POT / 3;
    let treasury = world.balance(&at::treasury());
    let rent = world.lamports(&at::epoch(0)) + world.lamports(&at::pot(0));
    let before = world.lamports(&anyone);

    // When
    let receipt = world
        .send(&[rewards::close_epoch(anyone, 0)], &[&passer_by])
        .unwrap();

    // Then
    assert_eq!(world.balance(&at::treasury()), treasury + unclaimed);
    assert!(!world.exists(&at::epoch(0)));
    assert!(!world.exists(&at::pot(0)));
    assert_eq!(world.lamports(&anyone), before + rent);
    let event = receipt.event::<EpochClosed>();
    assert_eq!(event.epoch.get(), 0);
    assert_eq!(event.unclaimed.get(), unclaimed);
}

#[test]
fn tokens_sent_to_the_pot_go_to_the_treasury_too() {
    // Given a pot that bob sent a part of his share back to
    let mut world = World::new();
    half_claimed_epoch(&mut world);
    world.advance(1);
    let (bob, wallet) = (world.actor("bob"), world.reward_wallet("bob"));
    let donate = transfer(&TOKEN, &wallet, &at::pot(0), &bob.pubkey(), &[], 7).unwrap();
    world.send(&[donate], &[&bob]).unwrap();
    let (anyone, before) = (world.address_of("anyone"), world.balance(&at::treasury()));

    // When
    let receipt = world
        .send(&[rewards::close_epoch(anyone, 0)], &[&bob])
        .unwrap();

    // Then
    let moved = POT - POT / 3 + 7;
    assert_eq!(world.balance(&at::treasury()), before + moved);
    assert_eq!(receipt.event::<EpochClosed>().unclaimed.get(), moved);
}

#[test]
fn an_epoch_that_everybody_claimed_closes_without_a_transfer() {
    let mut world = World::new();
    half_claimed_epoch(&mut world);
    world.claim_reward("carol", 0).unwrap();
    world.advance(1);
    let (anyone, before) = (world.actor("anyone"), world.balance(&at::treasury()));
    let close = rewards::close_epoch(anyone.pubkey(), 0);
    let receipt = world.send(&[close], &[&anyone]).unwrap();
    assert_eq!(world.balance(&at::treasury()), before);
    assert!(!world.exists(&at::pot(0)));
    assert_eq!(receipt.event::<EpochClosed>().unclaimed.get(), 0);
}

#[test]
fn an_epoch_stays_while_workers_can_claim() {
    let mut world = World::new();
    half_claimed_epoch(&mut world);
    let anyone = world.actor("anyone");
    let result = world.send(&[rewards::close_epoch(anyone.pubkey(), 0)], &[&anyone]);
    assert_fails(result, RewardsError::ClaimsOpen);
}

#[test]
fn neither_payer_nor_pot_nor_treasury_can_be_chosen() {
    let mut world = World::new();
    half_claimed_epoch(&mut world);
    world.advance(1);
    let (anyone, mallory) = (world.address_of("anyone"), world.actor("mallory"));
    let mallorys = world.reward_wallet("mallory");
    let close = rewards::close_epoch(anyone, 0);
    for (real, fake) in [
        (anyone, mallory.pubkey()),
        (at::pot(0), at::genesis_vault()),
        (at::treasury(), mallorys),
    ] {
        let result = world.send(&[swapped(close.clone(), &real, &fake)], &[&mallory]);
        assert_fails(result, RewardsError::WrongAccount);
    }
}

#[test]
fn a_closed_epoch_is_not_finalized_again() {
    let mut world = World::new();
    half_claimed_epoch(&mut world);
    world.advance(1);
    let anyone = world.actor("anyone");
    world
        .send(&[rewards::close_epoch(anyone.pubkey(), 0)], &[&anyone])
        .unwrap();
    assert_fails(world.finalize(0), RewardsError::NotDue);
}
