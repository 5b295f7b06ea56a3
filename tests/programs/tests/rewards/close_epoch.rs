use super::COLLATERAL;
use assay_harness::{
    assert_fails,
    instruction::rewards,
    pda::{market as market_at, rewards as at},
    replace_account,
    rewards::INITIAL_EMISSION,
    Signer, TestContext,
};
use assay_rewards::{error::RewardsError, event::EpochClosed};
use assay_shared::token::TOKEN;
use spl_token_interface::instruction::transfer;

const POT: u64 = INITIAL_EMISSION / 10 * 8;

/// Finalizes epoch 0, in which bob has a weight of 1,000 and carol of 2,000, lets only bob claim and moves the clock to the
/// last second of claims.
fn half_claimed_epoch(context: &mut TestContext) {
    context.init_rewards();
    for (name, price) in [("bob", 10_000), ("carol", 20_000)] {
        context.worker(name, COLLATERAL);
        context.complete_job(name, price);
    }
    let epoch = context.end_epoch(&["bob", "carol"]);
    context.finalize(epoch).unwrap();
    context.claim_reward("bob", epoch).unwrap();
    let market: assay_market::state::Params = context.account(&market_at::params());
    context.advance_to(market.epoch_end(9).unwrap() - 1);
}

#[test]
fn what_nobody_claimed_goes_to_the_treasury_and_the_rent_to_its_payer() {
    // Given
    let mut context = TestContext::new();
    half_claimed_epoch(&mut context);
    context.advance(1);
    let (anyone, passer_by) = (context.address_of("anyone"), context.actor("dave"));
    let unclaimed = POT - POT / 3;
    let treasury = context.balance(&at::treasury());
    let rent = context.lamports(&at::epoch(0)) + context.lamports(&at::pot(0));
    let before = context.lamports(&anyone);

    // When
    let result = context
        .send(&[rewards::close_epoch(anyone, 0)], &[&passer_by])
        .unwrap();

    // Then
    assert_eq!(context.balance(&at::treasury()), treasury + unclaimed);
    assert!(!context.exists(&at::epoch(0)));
    assert!(!context.exists(&at::pot(0)));
    assert_eq!(context.lamports(&anyone), before + rent);
    let event = result.event::<EpochClosed>();
    assert_eq!(event.epoch.get(), 0);
    assert_eq!(event.unclaimed.get(), unclaimed);
}

#[test]
fn tokens_sent_to_the_pot_go_to_the_treasury_too() {
    // Given a pot that bob sent a part of his share back to
    let mut context = TestContext::new();
    half_claimed_epoch(&mut context);
    context.advance(1);
    let (bob, ata) = (context.actor("bob"), context.reward_ata("bob"));
    let donate = transfer(&TOKEN, &ata, &at::pot(0), &bob.pubkey(), &[], 7).unwrap();
    context.send(&[donate], &[&bob]).unwrap();
    let (anyone, before) = (
        context.address_of("anyone"),
        context.balance(&at::treasury()),
    );

    // When
    let result = context
        .send(&[rewards::close_epoch(anyone, 0)], &[&bob])
        .unwrap();

    // Then
    let moved = POT - POT / 3 + 7;
    assert_eq!(context.balance(&at::treasury()), before + moved);
    assert_eq!(result.event::<EpochClosed>().unclaimed.get(), moved);
}

#[test]
fn an_epoch_that_everybody_claimed_closes_without_a_transfer() {
    let mut context = TestContext::new();
    half_claimed_epoch(&mut context);
    context.claim_reward("carol", 0).unwrap();
    context.advance(1);
    let (anyone, before) = (context.actor("anyone"), context.balance(&at::treasury()));
    let close = rewards::close_epoch(anyone.pubkey(), 0);
    let result = context.send(&[close], &[&anyone]).unwrap();
    assert_eq!(context.balance(&at::treasury()), before);
    assert!(!context.exists(&at::pot(0)));
    assert_eq!(result.event::<EpochClosed>().unclaimed.get(), 0);
}

#[test]
fn an_epoch_stays_while_workers_can_claim() {
    let mut context = TestContext::new();
    half_claimed_epoch(&mut context);
    let anyone = context.actor("anyone");
    let result = context.send(&[rewards::close_epoch(anyone.pubkey(), 0)], &[&anyone]);
    assert_fails(result, RewardsError::ClaimsOpen);
}

#[test]
fn neither_payer_nor_pot_nor_treasury_can_be_chosen() {
    let mut context = TestContext::new();
    half_claimed_epoch(&mut context);
    context.advance(1);
    let (anyone, mallory) = (context.address_of("anyone"), context.actor("mallory"));
    let mallorys = context.reward_ata("mallory");
    let close = rewards::close_epoch(anyone, 0);
    for (real, fake) in [
        (anyone, mallory.pubkey()),
        (at::pot(0), at::genesis_vault()),
        (at::treasury(), mallorys),
    ] {
        let result = context.send(&[replace_account(close.clone(), &real, &fake)], &[&mallory]);
        assert_fails(result, RewardsError::WrongAccount);
    }
}

#[test]
fn a_closed_epoch_is_not_finalized_again() {
    let mut context = TestContext::new();
    half_claimed_epoch(&mut context);
    context.advance(1);
    let anyone = context.actor("anyone");
    context
        .send(&[rewards::close_epoch(anyone.pubkey(), 0)], &[&anyone])
        .unwrap();
    assert_fails(context.finalize(0), RewardsError::NotDue);
}
