use super::COLLATERAL;
use assay_harness::{
    assert_fails,
    instruction::rewards,
    keypairs::provider_of,
    pda::{market as market_at, rewards as at, staking as staking_at},
    Address, Signer, TestContext,
};
use assay_rewards::{error::RewardsError, event::ClaimRecordClosed};

/// Lets bob claim epoch 0 and moves the clock to the last second in which that epoch can be claimed. Returns his provider.
fn record(context: &mut TestContext) -> Address {
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    context.complete_job("bob", 10_000);
    let epoch = context.end_epoch(&["bob"]);
    context.finalize(epoch).unwrap();
    context.claim_reward("bob", epoch).unwrap();
    let market: assay_market::state::Params = context.account(&market_at::params());
    context.advance_to(market.epoch_end(9).unwrap() - 1);
    staking_at::provider(&context.address_of("bob"))
}

#[test]
fn a_record_that_guards_no_open_epoch_returns_its_rent() {
    // Given
    let mut context = TestContext::new();
    let provider = record(&mut context);
    context.advance(1);
    let (anyone, passer_by) = (context.address_of("anyone"), context.actor("dave"));
    let address = at::claim_record(&provider);
    let rent = context.lamports(&address);
    let before = context.lamports(&anyone);

    // When
    let close = rewards::close_claim_record(anyone, &provider);
    let result = context.send(&[close], &[&passer_by]).unwrap();

    // Then
    assert!(!context.exists(&address));
    assert_eq!(context.lamports(&anyone), before + rent);
    assert_eq!(result.event::<ClaimRecordClosed>().provider, provider);

    // And the epoch it guarded cannot be claimed with a new one
    assert_fails(context.claim_reward("bob", 0), RewardsError::NothingToClaim);
}

#[test]
fn a_record_that_guards_an_open_epoch_stays() {
    let mut context = TestContext::new();
    let provider = record(&mut context);
    let anyone = context.actor("anyone");
    let close = rewards::close_claim_record(anyone.pubkey(), &provider);
    let result = context.send(&[close], &[&anyone]);
    assert_fails(result, RewardsError::ClaimsOpen);
}

#[test]
fn the_rent_of_a_record_goes_to_no_one_but_its_payer() {
    let mut context = TestContext::new();
    let provider = record(&mut context);
    context.advance(1);
    let mallory = context.actor("mallory");
    let close = rewards::close_claim_record(mallory.pubkey(), &provider);
    let result = context.send(&[close], &[&mallory]);
    assert_fails(result, RewardsError::WrongAccount);
}

#[test]
fn a_record_without_claims_guards_nothing() {
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    context.advance_to_epoch(10);
    let (anyone, provider) = (context.actor("anyone"), provider_of("bob"));
    let open = rewards::open_claim_record(anyone.pubkey(), &provider);
    let close = rewards::close_claim_record(anyone.pubkey(), &provider);
    context.send(&[open, close], &[&anyone]).unwrap();
    assert!(!context.exists(&at::claim_record(&provider)));
}
