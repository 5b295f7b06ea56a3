use assay_rewards::{
    error::RewardsError,
    event::EpochClaimed,
    state::{ClaimRecord, EpochRewards},
};
use assay_world::{
    address::{market as market_at, rewards as at, staking as staking_at},
    assert_fails,
    instruction::rewards,
    rewards::INITIAL_EMISSION,
    swapped, Address, ErrorCode, ProgramError, Signer, World, DAY,
};

const POT: u64 = INITIAL_EMISSION / 10 * 8;

/// Bob and Carol, who share epoch 0 at 1,000 to 2,000.
fn finalized_epoch(world: &mut World) -> (Address, Address) {
    world.rewards_ready();
    for (name, price) in [("bob", 10_000), ("carol", 20_000)] {
        world.worker(name, 100_000);
        world.earn(name, price);
    }
    let epoch = world.end_epoch(&["bob", "carol"]);
    world.finalize(epoch).unwrap();
    let provider = |world: &mut World, name| staking_at::provider(&world.address_of(name));
    (provider(world, "bob"), provider(world, "carol"))
}

#[test]
fn anyone_pays_a_worker_its_share_of_the_epoch() {
    // Given
    let mut world = World::new();
    let (provider, _) = finalized_epoch(&mut world);
    let (passer_by, wallet) = (world.actor("dave"), world.reward_wallet("bob"));

    // When
    let claim = rewards::claim_epoch(passer_by.pubkey(), &provider, 0, wallet);
    let receipt = world.send(&[claim], &[&passer_by]).unwrap();

    // Then
    let share = POT / 3;
    assert_eq!(world.balance(&wallet), share);
    assert_eq!(world.balance(&at::pot(0)), POT - share);
    let epoch: EpochRewards = world.account(&at::epoch(0));
    assert_eq!(epoch.claimed.get(), share);
    assert_eq!(epoch.claimed_weight.get(), 1_000);
    let record: ClaimRecord = world.account(&at::claim_record(&provider));
    assert_eq!(record.provider, provider);
    assert_eq!(record.payer, passer_by.pubkey());
    assert_eq!(record.newest.get(), 0);
    assert_eq!(record.bitmap.get(), 1);

    let event = receipt.event::<EpochClaimed>();
    assert_eq!(event.provider, provider);
    assert_eq!(event.owner, world.address_of("bob"));
    assert_eq!(event.epoch.get(), 0);
    assert_eq!(event.weight.get(), 1_000);
    assert_eq!(event.amount.get(), share);
    assert_eq!(event.record_payer, passer_by.pubkey());
}

#[test]
fn all_claims_together_empty_the_pot_to_the_unit() {
    let mut world = World::new();
    finalized_epoch(&mut world);
    world.claim_reward("carol", 0).unwrap();
    world.claim_reward("bob", 0).unwrap();
    assert_eq!(world.balance(&at::pot(0)), 0);
    let (bobs, carols) = (world.reward_wallet("bob"), world.reward_wallet("carol"));
    assert_eq!(world.balance(&bobs) + world.balance(&carols), POT);
    assert_eq!(world.balance(&carols), POT * 2 / 3);
}

#[test]
fn a_share_is_paid_once() {
    let mut world = World::new();
    finalized_epoch(&mut world);
    world.claim_reward("bob", 0).unwrap();
    assert_fails(world.claim_reward("bob", 0), RewardsError::AlreadyClaimed);
}

#[test]
fn epochs_can_be_claimed_in_any_order() {
    let mut world = World::new();
    let (provider, _) = finalized_epoch(&mut world);
    world.earn("bob", 10_000);
    let second = world.end_epoch(&["bob"]);
    world.finalize(second).unwrap();
    world.claim_reward("bob", second).unwrap();
    world.claim_reward("bob", 0).unwrap();
    for epoch in [0, second] {
        let again = world.claim_reward("bob", epoch);
        assert_fails(again, RewardsError::AlreadyClaimed);
    }
    let record: ClaimRecord = world.account(&at::claim_record(&provider));
    assert_eq!(record.payer, world.address_of("anyone"));
    assert_eq!(record.newest.get(), second);
    assert_eq!(record.bitmap.get(), 0b11);
}

#[test]
fn who_did_no_work_or_was_not_tallied_claims_nothing() {
    // Given an idle worker, and one whose work nobody tallied
    let mut world = World::new();
    world.rewards_ready();
    for name in ["bob", "idle", "late"] {
        world.worker(name, 100_000);
    }
    world.earn("bob", 10_000);
    world.earn("late", 10_000);
    let epoch = world.end_epoch(&["bob"]);
    world.finalize(epoch).unwrap();

    for name in ["idle", "late"] {
        // When
        let result = world.claim_reward(name, epoch);

        // Then
        assert_fails(result, RewardsError::NothingToClaim);
    }
}

#[test]
fn claims_end_with_the_epoch_of_grace() {
    // Given the last second of the eighth epoch after
    let mut world = World::new();
    finalized_epoch(&mut world);
    let market: assay_market::state::Params = world.account(&market_at::params());
    world.advance_to(market.epoch_end(8).unwrap() - 1);
    world.claim_reward("bob", 0).unwrap();

    // When
    world.advance(1);
    let result = world.claim_reward("carol", 0);

    // Then
    assert_fails(result, RewardsError::ClaimsClosed);
}

#[test]
fn a_share_is_paid_to_no_account_but_the_owners() {
    let mut world = World::new();
    let (provider, _) = finalized_epoch(&mut world);
    let (mallory, other) = (world.actor("mallory"), world.mint("OTHER"));
    let (bob, mallorys) = (world.address_of("bob"), world.reward_wallet("mallory"));
    let of_another_mint = world.wallet(&other, &bob);
    for destination in [mallorys, of_another_mint, other] {
        let claim = rewards::claim_epoch(mallory.pubkey(), &provider, 0, destination);
        let result = world.send(&[claim], &[&mallory]);
        assert_fails(result, RewardsError::WrongTokenAccount);
    }
}

#[test]
fn a_share_comes_from_no_pot_but_the_epochs() {
    let mut world = World::new();
    let (provider, _) = finalized_epoch(&mut world);
    let (mallory, wallet) = (world.actor("mallory"), world.reward_wallet("bob"));
    let claim = rewards::claim_epoch(mallory.pubkey(), &provider, 0, wallet);
    let forged = swapped(claim, &at::pot(0), &at::treasury());
    let result = world.send(&[forged], &[&mallory]);
    assert_fails(result, RewardsError::WrongAccount);
}

#[test]
fn a_claim_is_recorded_under_the_provider_that_worked() {
    let mut world = World::new();
    let (bobs, carols) = finalized_epoch(&mut world);
    world.claim_reward("bob", 0).unwrap();
    let (mallory, wallet) = (world.actor("mallory"), world.reward_wallet("bob"));
    let claim = rewards::claim_epoch(mallory.pubkey(), &bobs, 0, wallet);
    let forged = swapped(claim, &at::claim_record(&bobs), &at::claim_record(&carols));

    // Neither while carol has no record nor once she has one
    let result = world.send(std::slice::from_ref(&forged), &[&mallory]);
    assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintSeeds));
    world.claim_reward("carol", 0).unwrap();
    let result = world.send(&[forged], &[&mallory]);
    assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn an_epoch_of_ones_own_making_is_refused() {
    let mut world = World::new();
    let (provider, _) = finalized_epoch(&mut world);
    let (mallory, wallet) = (world.actor("mallory"), world.reward_wallet("bob"));
    let fake = world.copy_owned_by(&at::epoch(0), "a false epoch", &assay_staking::ID);
    let claim = rewards::claim_epoch(mallory.pubkey(), &provider, 0, wallet);
    let result = world.send(&[swapped(claim, &at::epoch(0), &fake)], &[&mallory]);
    assert_fails(result, (assay_rewards::ID, ProgramError::IllegalOwner));
}

#[test]
fn lamports_sent_to_a_record_to_be_do_not_block_the_claim() {
    let mut world = World::new();
    let (provider, _) = finalized_epoch(&mut world);
    world.send_lamports(&at::claim_record(&provider), 1_000_000);
    world.claim_reward("bob", 0).unwrap();
}

#[test]
fn a_worker_of_ones_own_making_is_refused() {
    let mut world = World::new();
    let (provider, _) = finalized_epoch(&mut world);
    let (mallory, wallet) = (world.actor("mallory"), world.reward_wallet("bob"));
    let worker = market_at::worker(&provider);
    let fake = world.copy_owned_by(&worker, "a false worker", &assay_staking::ID);
    let claim = rewards::claim_epoch(mallory.pubkey(), &provider, 0, wallet);
    let result = world.send(&[swapped(claim, &worker, &fake)], &[&mallory]);
    assert_fails(result, (assay_rewards::ID, ProgramError::IllegalOwner));
}

#[test]
fn more_than_was_tallied_is_never_paid() {
    // Given an epoch whose sum is below its parts, which no honest market produces
    let mut world = World::new();
    finalized_epoch(&mut world);
    world.edit::<EpochRewards>(&at::epoch(0), |epoch| epoch.total_weight = 2_500.into());

    // When
    world.claim_reward("bob", 0).unwrap();
    let result = world.claim_reward("carol", 0);

    // Then
    assert_fails(result, RewardsError::MoreThanTallied);
}

#[test]
fn a_share_can_be_claimed_after_further_work() {
    let mut world = World::new();
    finalized_epoch(&mut world);
    world.earn("bob", 30_000);
    world.advance(2 * DAY);
    world.claim_reward("bob", 0).unwrap();
    let wallet = world.reward_wallet("bob");
    assert_eq!(world.balance(&wallet), POT / 3);
}
