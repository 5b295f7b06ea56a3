use super::COLLATERAL;
use assay_harness::{
    assert_fails,
    instruction::rewards,
    pda::{market as market_at, rewards as at},
    replace_account,
    rewards::INITIAL_EMISSION,
    ErrorCode, Signer, TestContext,
};
use assay_rewards::{
    error::RewardsError,
    event::EpochClosed,
    state::{Emission, EpochRewards},
};

/// What workers and stakers receive of an epoch together.
const PAID: u64 = INITIAL_EMISSION / 10 * 8;

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
    let unclaimed = PAID - PAID / 3;
    let treasury = context.balance(&at::treasury());
    let rent = context.lamports(&at::epoch(0));
    let before = context.lamports(&anyone);

    // When
    let result = context
        .send(&[rewards::close_epoch(anyone, 0)], &[&passer_by])
        .unwrap();

    // Then
    assert_eq!(context.balance(&at::treasury()), treasury + unclaimed);
    assert!(!context.exists(&at::epoch(0)));
    assert_eq!(context.balance(&at::pot()), 0);
    assert_eq!(context.lamports(&anyone), before + rent);
    let event = result.event::<EpochClosed>();
    assert_eq!(event.epoch.get(), 0);
    assert_eq!(event.unclaimed.get(), unclaimed);
}

/// The pot holds the tokens of every epoch, and a closing moves those of its own alone.
#[test]
fn a_closing_leaves_the_tokens_of_other_epochs_in_the_pot() {
    // Given another epoch, of which nobody has claimed, and tokens that bob sent to the pot
    let mut context = TestContext::new();
    half_claimed_epoch(&mut context);
    context.complete_job("bob", 10_000);
    let later = context.end_epoch(&["bob"]);
    loop {
        let emission: Emission = context.account(&at::emission());
        let due = emission.due_epoch(context.epoch());
        if due == later {
            break;
        }
        context.skip(due).unwrap();
    }
    context.finalize(later).unwrap();
    let amount = context.account::<EpochRewards>(&at::epoch(later)).amount;
    context.mint_to_account(&at::mint(), &at::pot(), 7);

    // When
    let anyone = context.actor("anyone");
    let close = rewards::close_epoch(anyone.pubkey(), 0);
    context.send(&[close], &[&anyone]).unwrap();

    // Then
    assert_eq!(context.balance(&at::pot()), amount.get() + 7);
}

#[test]
fn nobody_signs_for_the_pot_but_its_holder() {
    let mut context = TestContext::new();
    half_claimed_epoch(&mut context);
    context.advance(1);
    let (anyone, mallory) = (context.address_of("anyone"), context.actor("mallory"));
    let close = rewards::close_epoch(anyone, 0);
    let forged = replace_account(close, &at::funder(), &mallory.pubkey());
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintSeeds));
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
    assert!(!context.exists(&at::epoch(0)));
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
        (at::pot(), at::genesis_vault()),
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
