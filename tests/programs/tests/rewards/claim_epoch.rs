use super::COLLATERAL;
use assay_harness::{
    assert_fails,
    instruction::rewards,
    pda::{market as market_at, rewards as at, staking as staking_at},
    replace_account,
    rewards::INITIAL_EMISSION,
    Address, ErrorCode, ProgramError, Signer, TestContext,
};
use assay_rewards::{
    error::RewardsError,
    event::EpochClaimed,
    state::{ClaimRecord, EpochRewards},
};
use assay_shared::token::TOKEN;
use spl_token_interface::error::TokenError;

const POT: u64 = INITIAL_EMISSION / 10 * 8;
/// The last epoch in which epoch 0 can be claimed.
const LAST_TO_CLAIM: u64 = 9;

/// Finalizes epoch 0, in which bob has a weight of 1,000 and carol of 2,000. Returns their providers.
fn finalized_epoch(context: &mut TestContext) -> (Address, Address) {
    context.init_rewards();
    for (name, price) in [("bob", 10_000), ("carol", 20_000)] {
        context.worker(name, COLLATERAL);
        context.complete_job(name, price);
    }
    let epoch = context.end_epoch(&["bob", "carol"]);
    context.finalize(epoch).unwrap();
    let provider =
        |context: &mut TestContext, name| staking_at::provider(&context.address_of(name));
    (provider(context, "bob"), provider(context, "carol"))
}

#[test]
fn anyone_pays_a_worker_its_share_of_the_epoch() {
    // Given
    let mut context = TestContext::new();
    let (provider, _) = finalized_epoch(&mut context);
    let (passer_by, ata) = (context.actor("dave"), context.reward_ata("bob"));

    // When
    let claim = rewards::claim_epoch(passer_by.pubkey(), &context.address_of("bob"), 0);
    let result = context.send(&[claim], &[&passer_by]).unwrap();

    // Then
    let share = POT / 3;
    assert_eq!(context.balance(&ata), share);
    assert_eq!(context.balance(&at::pot(0)), POT - share);
    let epoch: EpochRewards = context.account(&at::epoch(0));
    assert_eq!(epoch.claimed.get(), share);
    assert_eq!(epoch.claimed_weight.get(), 1_000);
    let record: ClaimRecord = context.account(&at::claim_record(&provider));
    assert_eq!(record.provider, provider);
    assert_eq!(record.payer, passer_by.pubkey());
    assert_eq!(record.newest.get(), 0);
    assert_eq!(record.bitmap.get(), 1);

    let event = result.event::<EpochClaimed>();
    assert_eq!(event.provider, provider);
    assert_eq!(event.owner, context.address_of("bob"));
    assert_eq!(event.epoch.get(), 0);
    assert_eq!(event.weight.get(), 1_000);
    assert_eq!(event.amount.get(), share);
    assert_eq!(event.record_payer, passer_by.pubkey());
}

#[test]
fn all_claims_together_empty_the_pot_to_the_unit() {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    context.claim_reward("carol", 0).unwrap();
    context.claim_reward("bob", 0).unwrap();
    assert_eq!(context.balance(&at::pot(0)), 0);
    let (bobs, carols) = (context.reward_ata("bob"), context.reward_ata("carol"));
    assert_eq!(context.balance(&bobs) + context.balance(&carols), POT);
    assert_eq!(context.balance(&carols), POT * 2 / 3);
}

#[test]
fn a_share_is_paid_once() {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    context.claim_reward("bob", 0).unwrap();
    assert_fails(context.claim_reward("bob", 0), RewardsError::AlreadyClaimed);
}

#[test]
fn epochs_can_be_claimed_in_any_order() {
    let mut context = TestContext::new();
    let (provider, _) = finalized_epoch(&mut context);
    context.complete_job("bob", 10_000);
    let second = context.end_epoch(&["bob"]);
    context.finalize(second).unwrap();
    context.claim_reward("bob", second).unwrap();
    context.claim_reward("bob", 0).unwrap();
    for epoch in [0, second] {
        let again = context.claim_reward("bob", epoch);
        assert_fails(again, RewardsError::AlreadyClaimed);
    }
    let record: ClaimRecord = context.account(&at::claim_record(&provider));
    assert_eq!(record.payer, context.address_of("anyone"));
    assert_eq!(record.newest.get(), second);
    assert_eq!(record.bitmap.get(), 0b11);
}

#[test]
fn who_did_no_work_or_was_not_tallied_claims_nothing() {
    // Given an idle worker, and one whose work nobody tallied
    let mut context = TestContext::new();
    context.init_rewards();
    for name in ["bob", "idle", "late"] {
        context.worker(name, COLLATERAL);
    }
    context.complete_job("bob", 10_000);
    context.complete_job("late", 10_000);
    let epoch = context.end_epoch(&["bob"]);
    context.finalize(epoch).unwrap();

    for name in ["idle", "late"] {
        // When
        let result = context.claim_reward(name, epoch);

        // Then
        assert_fails(result, RewardsError::NothingToClaim);
    }
}

#[test]
fn claims_end_with_the_ninth_epoch_after() {
    // Given its last second
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    let market: assay_market::state::Params = context.account(&market_at::params());
    context.advance_to(market.epoch_end(9).unwrap() - 1);
    context.claim_reward("bob", 0).unwrap();

    // When
    context.advance(1);
    let result = context.claim_reward("carol", 0);

    // Then
    assert_fails(result, RewardsError::ClaimsClosed);
}

#[test]
fn a_stranger_pays_the_owners_associated_account_only() {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    let (mallory, other) = (context.actor("mallory"), context.mint("OTHER"));
    let (bob, ata) = (context.address_of("bob"), context.reward_ata("bob"));
    let bobs_other = context.clone_with_owner(&ata, "bob's other account", &TOKEN);
    let mallorys = context.reward_ata("mallory");
    let of_another_mint = context.ata(&other, &bob);
    let claim = rewards::claim_epoch(mallory.pubkey(), &bob, 0);
    for destination in [bobs_other, mallorys, of_another_mint, other] {
        let forged = replace_account(claim.clone(), &ata, &destination);
        let result = context.send(&[forged], &[&mallory]);
        assert_fails(result, RewardsError::WrongTokenAccount);
    }
}

#[test]
fn a_bump_that_is_not_the_associated_accounts_is_refused() {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    let (bob, mallory) = (context.address_of("bob"), context.actor("mallory"));
    context.reward_ata("bob");
    let mut claim = rewards::claim_epoch(mallory.pubkey(), &bob, 0);
    *claim.data.last_mut().unwrap() ^= 1;
    let result = context.send(&[claim], &[&mallory]);
    assert_fails(result, RewardsError::WrongTokenAccount);
}

#[test]
fn the_owner_chooses_an_account_as_the_payer() {
    // Given
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    let (bob, mallory) = (context.actor("bob"), context.actor("mallory"));
    let chosen = context.reward_ata("dave");
    let claim = rewards::claim_epoch_to(bob.pubkey(), 0, chosen);

    // When
    let by_mallory = replace_account(claim.clone(), &bob.pubkey(), &mallory.pubkey());
    let result = context.send(&[by_mallory], &[&mallory]);
    context.send(&[claim], &[&bob]).unwrap();

    // Then
    assert_fails(result, RewardsError::WrongTokenAccount);
    assert_eq!(context.balance(&chosen), POT / 3);
}

#[test]
fn the_owner_chooses_no_account_of_another_mint() {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    let (bob, other) = (context.actor("bob"), context.mint("OTHER"));
    let chosen = context.ata(&other, &bob.pubkey());
    let claim = rewards::claim_epoch_to(bob.pubkey(), 0, chosen);
    let result = context.send(&[claim], &[&bob]);
    assert_fails(result, TokenError::MintMismatch);
}

#[test]
fn a_share_comes_from_no_pot_but_the_epochs() {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    let (mallory, bob) = (context.actor("mallory"), context.address_of("bob"));
    let claim = rewards::claim_epoch(mallory.pubkey(), &bob, 0);
    let forged = replace_account(claim, &at::pot(0), &at::treasury());
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, RewardsError::WrongAccount);
}

#[test]
fn a_claim_is_recorded_under_the_provider_that_worked() {
    let mut context = TestContext::new();
    let (bobs, carols) = finalized_epoch(&mut context);
    context.claim_reward("bob", 0).unwrap();
    let (mallory, bob) = (context.actor("mallory"), context.address_of("bob"));
    let claim = rewards::claim_epoch(mallory.pubkey(), &bob, 0);
    let forged = replace_account(claim, &at::claim_record(&bobs), &at::claim_record(&carols));

    // Neither while carol has no record nor once she has one
    let result = context.send(std::slice::from_ref(&forged), &[&mallory]);
    assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintSeeds));
    context.claim_reward("carol", 0).unwrap();
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn an_epoch_of_ones_own_making_is_refused() {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    let (mallory, bob) = (context.actor("mallory"), context.address_of("bob"));
    let fake = context.clone_with_owner(&at::epoch(0), "a false epoch", &assay_staking::ID);
    let claim = rewards::claim_epoch(mallory.pubkey(), &bob, 0);
    let result = context.send(&[replace_account(claim, &at::epoch(0), &fake)], &[&mallory]);
    assert_fails(result, (assay_rewards::ID, ProgramError::IllegalOwner));
}

#[test]
fn lamports_sent_to_a_record_to_be_do_not_block_the_claim() {
    let mut context = TestContext::new();
    let (provider, _) = finalized_epoch(&mut context);
    context.send_lamports(&at::claim_record(&provider), 1_000_000);
    context.claim_reward("bob", 0).unwrap();
}

#[test]
fn a_worker_of_ones_own_making_is_refused() {
    let mut context = TestContext::new();
    let (provider, _) = finalized_epoch(&mut context);
    let (mallory, bob) = (context.actor("mallory"), context.address_of("bob"));
    let worker = market_at::worker(&provider);
    let fake = context.clone_with_owner(&worker, "a false worker", &assay_staking::ID);
    let claim = rewards::claim_epoch(mallory.pubkey(), &bob, 0);
    let result = context.send(&[replace_account(claim, &worker, &fake)], &[&mallory]);
    assert_fails(result, (assay_rewards::ID, ProgramError::IllegalOwner));
}

#[test]
fn more_than_was_tallied_is_never_paid() {
    // Given an epoch whose sum is below its parts, which no honest market produces
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    context.edit_account::<EpochRewards>(&at::epoch(0), |epoch| epoch.total_weight = 2_500.into());

    // When
    context.claim_reward("bob", 0).unwrap();
    let result = context.claim_reward("carol", 0);

    // Then
    assert_fails(result, RewardsError::MoreThanTallied);
}

/// A worker's ring has an entry for every epoch that can be claimed from, so that no payment writes over one of them.
#[test]
fn a_share_can_be_claimed_after_work_in_every_later_epoch() {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    context.complete_job("bob", 30_000);
    for epoch in 2..=LAST_TO_CLAIM {
        context.advance_to_epoch(epoch);
        context.complete_job("bob", 30_000);
    }
    context.claim_reward("bob", 0).unwrap();
    let ata = context.reward_ata("bob");
    assert_eq!(context.balance(&ata), POT / 3);
}
