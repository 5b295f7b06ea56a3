use assay_market::{error::MarketError, state::EpochWork};
use assay_rewards::{
    error::RewardsError,
    event::EpochFinalized,
    state::{Emission, EpochRewards},
};
use assay_world::{
    account_exists,
    address::{market as market_at, rewards as at},
    assert_fails,
    instruction::rewards,
    rewards::{GENESIS_SUPPLY, INITIAL_EMISSION},
    swapped, ErrorCode, Signer, World, DAY,
};

const WORKERS: u64 = INITIAL_EMISSION / 10 * 8;

/// Bob and Carol, who did tasks of 10,000 and 30,000 in epoch 0, which is tallied and over.
fn tallied_epoch(world: &mut World) {
    world.rewards_ready();
    for (name, price) in [("bob", 10_000), ("carol", 30_000)] {
        world.worker(name, 100_000);
        world.earn(name, price);
    }
    assert_eq!(world.end_epoch(&["bob", "carol"]), 0);
}

#[test]
fn anyone_mints_the_emission_of_an_epoch_and_sets_the_workers_share_aside() {
    // Given
    let mut world = World::new();
    tallied_epoch(&mut world);
    let anyone = world.actor("anyone");

    // When
    let finalize = rewards::finalize_epoch(anyone.pubkey(), 0);
    let receipt = world.send(&[finalize], &[&anyone]).unwrap();

    // Then: a fee of 5 % at two stake units a payment unit weighs a tenth of the price
    let epoch: EpochRewards = world.account(&at::epoch(0));
    assert_eq!(epoch.epoch.get(), 0);
    assert_eq!(epoch.pot, at::pot(0));
    assert_eq!(epoch.amount.get(), WORKERS);
    assert_eq!(epoch.claimed.get(), 0);
    assert_eq!(epoch.total_weight.get(), 1_000 + 3_000);
    assert_eq!(epoch.payer, anyone.pubkey());
    assert_eq!(world.balance(&at::pot(0)), WORKERS);
    assert_eq!(world.balance(&at::treasury()), INITIAL_EMISSION - WORKERS);
    assert_eq!(world.supply(&at::mint()), GENESIS_SUPPLY + INITIAL_EMISSION);
    let emission: Emission = world.account(&at::emission());
    assert_eq!(emission.minted.get(), INITIAL_EMISSION);
    assert_eq!(emission.next_epoch.get(), 1);

    let event = receipt.event::<EpochFinalized>();
    assert_eq!(event.epoch.get(), 0);
    assert_eq!(event.total_weight.get(), 4_000);
    assert_eq!(event.workers.get(), WORKERS);
    assert_eq!(event.treasury.get(), INITIAL_EMISSION - WORKERS);
    assert_eq!(event.payer, anyone.pubkey());
}

#[test]
fn an_epoch_is_finalized_once() {
    let mut world = World::new();
    tallied_epoch(&mut world);
    world.finalize(0).unwrap();
    assert_fails(world.finalize(0), account_exists());
    assert_eq!(world.supply(&at::mint()), GENESIS_SUPPLY + INITIAL_EMISSION);
}

#[test]
fn an_epoch_waits_for_its_tally_to_the_second() {
    let mut world = World::new();
    world.rewards_ready();
    world.worker("bob", 100_000);
    world.earn("bob", 10_000);
    let market: assay_market::state::Params = world.account(&market_at::params());
    world.advance_to(market.epoch_end(0).unwrap());
    world.tally("bob", 0).unwrap();
    world.advance_to(market.tally_end(0).unwrap() - 1);
    assert_fails(world.finalize(0), RewardsError::TallyOpen);
    world.advance(1);
    world.finalize(0).unwrap();
}

#[test]
fn epochs_are_finalized_in_their_order() {
    let mut world = World::new();
    tallied_epoch(&mut world);
    world.earn("bob", 10_000);
    let later = world.end_epoch(&["bob"]);
    assert_fails(world.finalize(later), RewardsError::NotDue);
    world.finalize(0).unwrap();
    world.finalize(later).unwrap();
}

#[test]
fn an_epoch_whose_work_may_be_forgotten_is_passed_over() {
    let mut world = World::new();
    tallied_epoch(&mut world);
    world.advance(8 * DAY);
    assert_fails(world.finalize(0), RewardsError::NotDue);
}

#[test]
fn an_epoch_without_work_mints_nothing() {
    let mut world = World::new();
    world.rewards_ready();
    let epoch = world.end_epoch(&[]);
    assert_fails(world.finalize(epoch), RewardsError::NoWork);
}

#[test]
fn the_work_of_an_epoch_must_fit_64_bits() {
    // Given two shards whose sum is the greatest that fits
    let mut world = World::new();
    tallied_epoch(&mut world);
    let mut shards = (0..16).map(|shard| market_at::epoch_work(0, shard));
    let first = shards.find(|shard| world.exists(shard)).unwrap();
    let second = shards.find(|shard| world.exists(shard)).unwrap();
    let weight = world.account::<EpochWork>(&second).weight.get();
    world.edit::<EpochWork>(&first, |work| work.weight = (u64::MAX - weight).into());
    world.clone().finalize(0).unwrap();

    // When
    world.edit::<EpochWork>(&second, |work| work.weight = (weight + 1).into());

    // Then
    assert_fails(world.finalize(0), RewardsError::Overflow);
}

#[test]
fn all_sixteen_shards_must_follow_in_order() {
    // Given
    let mut world = World::new();
    tallied_epoch(&mut world);
    let anyone = world.actor("anyone");
    let finalize = rewards::finalize_epoch(anyone.pubkey(), 0);
    let shards = finalize.accounts.len() - 16;

    let mut one_missing = finalize.clone();
    one_missing.accounts.pop();
    let mut one_too_many = finalize.clone();
    one_too_many
        .accounts
        .push(finalize.accounts[shards].clone());
    let mut two_exchanged = finalize.clone();
    two_exchanged.accounts.swap(shards, shards + 1);
    let mut one_twice = finalize.clone();
    one_twice.accounts[shards] = finalize.accounts[shards + 1].clone();
    let another_epoch = swapped(
        finalize,
        &market_at::epoch_work(0, 7),
        &market_at::epoch_work(1, 7),
    );

    for forged in [
        one_missing,
        one_too_many,
        two_exchanged,
        one_twice,
        another_epoch,
    ] {
        // When
        let result = world.send(&[forged], &[&anyone]);

        // Then
        assert_fails(result, RewardsError::WrongShards);
    }
}

#[test]
fn lamports_sent_to_an_empty_shard_do_not_block_the_epoch() {
    let mut world = World::new();
    tallied_epoch(&mut world);
    for shard in 0..16 {
        let address = market_at::epoch_work(0, shard);
        if !world.exists(&address) {
            world.send_lamports(&address, 1_000_000);
        }
    }
    world.finalize(0).unwrap();
    assert_eq!(
        world
            .account::<EpochRewards>(&at::epoch(0))
            .total_weight
            .get(),
        4_000
    );
}

#[test]
fn neither_mint_nor_treasury_can_be_chosen() {
    let mut world = World::new();
    tallied_epoch(&mut world);
    let anyone = world.actor("anyone");
    let finalize = rewards::finalize_epoch(anyone.pubkey(), 0);
    let (other, mallory) = (world.mint("OTHER"), world.address_of("mallory"));
    let mallorys = world.wallet(&at::mint(), &mallory);
    for (real, fake) in [(at::mint(), other), (at::treasury(), mallorys)] {
        let result = world.send(&[swapped(finalize.clone(), &real, &fake)], &[&anyone]);
        assert_fails(result, RewardsError::WrongAccount);
    }
}

#[test]
fn another_mint_authority_or_the_accounts_of_another_epoch_are_refused() {
    let mut world = World::new();
    tallied_epoch(&mut world);
    let (anyone, mallory) = (world.actor("anyone"), world.address_of("mallory"));
    let authority = assay_rewards::accounts::Initialize::find_mint_authority_address().0;
    let finalize = rewards::finalize_epoch(anyone.pubkey(), 0);
    for (real, fake) in [
        (authority, mallory),
        (at::epoch(0), at::epoch(1)),
        (at::pot(0), at::pot(1)),
    ] {
        let result = world.send(&[swapped(finalize.clone(), &real, &fake)], &[&anyone]);
        assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintSeeds));
    }
}

#[test]
fn lamports_sent_to_an_epoch_to_be_do_not_block_it() {
    let mut world = World::new();
    tallied_epoch(&mut world);
    for early in [at::epoch(0), at::pot(0)] {
        world.send_lamports(&early, 1_000_000);
    }
    world.finalize(0).unwrap();
}

#[test]
fn before_genesis_no_epoch_is_due() {
    // Given a clock that shows the day before
    let mut world = World::new();
    world.rewards_ready();
    world.edit::<assay_market::state::Params>(&market_at::params(), |params| {
        params.genesis_time = (params.genesis_time.get() + DAY as i64).into();
    });

    // When
    let result = world.skip(0);

    // Then
    assert_fails(result, (assay_rewards::ID, MarketError::BeforeGenesis));
}
