use super::COLLATERAL;
use assay_harness::{
    account_exists, assert_fails,
    instruction::rewards,
    pda::{market as market_at, rewards as at},
    replace_account,
    rewards::{GENESIS_SUPPLY, INITIAL_EMISSION},
    ErrorCode, Signer, TestContext, DAY,
};
use assay_market::{error::MarketError, state::EpochWork};
use assay_rewards::{
    error::RewardsError,
    event::EpochFinalized,
    state::{Bound, Emission, EpochRewards},
};

const WORKERS: u64 = INITIAL_EMISSION / 10 * 6;
const STAKERS: u64 = INITIAL_EMISSION / 10 * 2;
const TREASURY: u64 = INITIAL_EMISSION - WORKERS - STAKERS;

/// Ends epoch 0, in which bob and carol completed tasks of 10,000 and 30,000. All work is tallied.
fn tallied_epoch(context: &mut TestContext) {
    context.init_rewards();
    for (name, price) in [("bob", 10_000), ("carol", 30_000)] {
        context.worker(name, COLLATERAL);
        context.complete_job(name, price);
    }
    assert_eq!(context.end_epoch(&["bob", "carol"]), 0);
}

#[test]
fn anyone_mints_the_emission_of_an_epoch_and_sets_what_is_claimed_aside() {
    // Given
    let mut context = TestContext::new();
    tallied_epoch(&mut context);
    let anyone = context.actor("anyone");

    // When
    let finalize = rewards::finalize_epoch(anyone.pubkey(), 0);
    let result = context.send(&[finalize], &[&anyone]).unwrap();

    // Then: a fee of 5 % at two stake units a payment unit weighs a tenth of the price
    let epoch: EpochRewards = context.account(&at::epoch(0));
    assert_eq!((epoch.version, epoch.epoch.get()), (1, 0));
    assert_eq!(epoch.amount.get(), WORKERS + STAKERS);
    assert_eq!(epoch.stakers.get(), STAKERS);
    assert_eq!(epoch.claimed.get(), 0);
    assert_eq!(epoch.total_weight.get(), 1_000 + 3_000);
    assert_eq!(epoch.payer, anyone.pubkey());
    assert_eq!(context.balance(&at::pot()), WORKERS + STAKERS);
    assert_eq!(context.balance(&at::treasury()), TREASURY);
    assert_eq!(
        context.supply(&at::mint()),
        GENESIS_SUPPLY + INITIAL_EMISSION
    );
    let emission: Emission = context.account(&at::emission());
    assert_eq!(emission.minted.get(), INITIAL_EMISSION);
    assert_eq!(emission.next_epoch.get(), 1);

    let event = result.event::<EpochFinalized>();
    assert_eq!(event.epoch.get(), 0);
    assert_eq!(event.total_weight.get(), 4_000);
    assert_eq!(event.workers.get(), WORKERS);
    assert_eq!(event.stakers.get(), STAKERS);
    assert_eq!(event.treasury.get(), TREASURY);
    assert_eq!(event.payer, anyone.pubkey());
    assert_eq!(event.bound, Bound::Schedule as u8);
}

/// Skips the idle epochs before `epoch` and finalizes it. Returns what it minted and what limited that.
fn minted(context: &mut TestContext, epoch: u64) -> (u64, u8) {
    loop {
        let emission: Emission = context.account(&at::emission());
        let due = emission.due_epoch(context.epoch());
        if due == epoch {
            break;
        }
        context.skip(due).unwrap();
    }
    let before = context.supply(&at::mint());
    let result = context.finalize(epoch).unwrap();
    let bound = result.event::<EpochFinalized>().bound;
    (context.supply(&at::mint()) - before, bound)
}

#[test]
fn an_epoch_mints_at_most_half_of_what_its_fees_are_worth() {
    // Given fees worth 102, while the schedule has 120
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    context.complete_job("bob", 1_010);
    let epoch = context.end_epoch(&["bob"]);

    // When
    let minted = minted(&mut context, epoch);

    // Then
    assert_eq!(minted, (51, Bound::Fees as u8));
    assert_eq!(context.balance(&at::pot()), 30 + 10);
    assert_eq!(context.balance(&at::treasury()), 11);
}

/// The emission of idle days is not for the first who works again: a task of dust mints dust, and work without end mints twice
/// the emission of its own day.
#[test]
fn thirty_idle_days_leave_nothing_to_a_task_of_dust_and_little_to_any_other() {
    // Given thirty days in which nobody works
    let mut context = TestContext::new();
    context.init_rewards_with_halving(1_000);
    for name in ["bob", "carol"] {
        context.worker(name, COLLATERAL);
    }
    context.advance_to_epoch(30);

    // When bob's fee is worth two base units, and later carol's a thousand
    context.complete_job("bob", 1);
    let dust = context.end_epoch(&["bob"]);
    let dust = minted(&mut context, dust);
    context.complete_job("carol", 10_000);
    let work = context.end_epoch(&["carol"]);
    let work = minted(&mut context, work);

    // Then
    assert_eq!(dust, (1, Bound::Fees as u8));
    assert_eq!(work, (2 * INITIAL_EMISSION, Bound::Backlog as u8));
}

/// What idle or cheap epochs left is minted later, and no more than the schedule has.
#[test]
fn what_is_not_minted_stays_for_later_work() {
    let mut context = TestContext::new();
    context.init_rewards_with_halving(1_000);
    context.worker("bob", COLLATERAL);
    context.advance_to_epoch(2);
    let mut all = 0;
    for expected in [
        (2 * INITIAL_EMISSION, Bound::Backlog),
        (2 * INITIAL_EMISSION, Bound::Schedule),
        (INITIAL_EMISSION, Bound::Schedule),
    ] {
        context.complete_job("bob", 10_000);
        let epoch = context.end_epoch(&["bob"]);
        let (amount, bound) = minted(&mut context, epoch);
        assert_eq!((amount, bound), (expected.0, expected.1 as u8));
        all += amount;
    }
    assert_eq!(all, 5 * INITIAL_EMISSION);
}

#[test]
fn an_epoch_is_finalized_once() {
    let mut context = TestContext::new();
    tallied_epoch(&mut context);
    context.finalize(0).unwrap();
    assert_fails(context.finalize(0), account_exists());
    assert_eq!(
        context.supply(&at::mint()),
        GENESIS_SUPPLY + INITIAL_EMISSION
    );
}

#[test]
fn an_epoch_waits_for_its_tally_to_the_second() {
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    context.complete_job("bob", 10_000);
    let market: assay_market::state::Params = context.account(&market_at::params());
    context.advance_to(market.epoch_end(0).unwrap());
    context.tally("bob", 0).unwrap();
    context.advance_to(market.tally_end(0).unwrap() - 1);
    assert_fails(context.finalize(0), RewardsError::TallyOpen);
    context.advance(1);
    context.finalize(0).unwrap();
}

#[test]
fn epochs_are_finalized_in_their_order() {
    let mut context = TestContext::new();
    tallied_epoch(&mut context);
    context.complete_job("bob", 10_000);
    let later = context.end_epoch(&["bob"]);
    assert_fails(context.finalize(later), RewardsError::NotDue);
    context.finalize(0).unwrap();
    context.finalize(later).unwrap();
}

#[test]
fn an_epoch_whose_claims_end_with_the_running_one_is_passed_over() {
    let mut context = TestContext::new();
    tallied_epoch(&mut context);
    context.advance_to_epoch(8);
    context.clone().finalize(0).unwrap();
    context.advance(DAY);
    assert_fails(context.finalize(0), RewardsError::NotDue);
}

#[test]
fn an_epoch_without_work_mints_nothing() {
    let mut context = TestContext::new();
    context.init_rewards();
    let epoch = context.end_epoch(&[]);
    assert_fails(context.finalize(epoch), RewardsError::NoWork);
}

#[test]
fn the_work_of_an_epoch_must_fit_64_bits() {
    // Given two shards whose sum is the greatest that fits
    let mut context = TestContext::new();
    tallied_epoch(&mut context);
    let mut shards = (0..16).map(|shard| market_at::epoch_work(0, shard));
    let first = shards.find(|shard| context.exists(shard)).unwrap();
    let second = shards.find(|shard| context.exists(shard)).unwrap();
    let weight = context.account::<EpochWork>(&second).weight.get();
    context.edit_account::<EpochWork>(&first, |work| work.weight = (u64::MAX - weight).into());
    context.clone().finalize(0).unwrap();

    // When
    context.edit_account::<EpochWork>(&second, |work| work.weight = (weight + 1).into());

    // Then
    assert_fails(context.finalize(0), RewardsError::Overflow);
}

#[test]
fn all_sixteen_shards_must_follow_in_order() {
    // Given
    let mut context = TestContext::new();
    tallied_epoch(&mut context);
    let anyone = context.actor("anyone");
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
    let another_epoch = replace_account(
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
        let result = context.send(&[forged], &[&anyone]);

        // Then
        assert_fails(result, RewardsError::WrongShards);
    }
}

#[test]
fn lamports_sent_to_an_empty_shard_do_not_block_the_epoch() {
    let mut context = TestContext::new();
    tallied_epoch(&mut context);
    for shard in 0..16 {
        let address = market_at::epoch_work(0, shard);
        if !context.exists(&address) {
            context.send_lamports(&address, 1_000_000);
        }
    }
    context.finalize(0).unwrap();
    assert_eq!(
        context
            .account::<EpochRewards>(&at::epoch(0))
            .total_weight
            .get(),
        4_000
    );
}

#[test]
fn neither_mint_nor_pot_nor_treasury_can_be_chosen() {
    let mut context = TestContext::new();
    tallied_epoch(&mut context);
    let anyone = context.actor("anyone");
    let finalize = rewards::finalize_epoch(anyone.pubkey(), 0);
    let (other, mallory) = (context.mint("OTHER"), context.address_of("mallory"));
    let mallorys = context.ata(&at::mint(), &mallory);
    for (real, fake) in [
        (at::mint(), other),
        (at::pot(), mallorys),
        (at::treasury(), mallorys),
    ] {
        let result = context.send(
            &[replace_account(finalize.clone(), &real, &fake)],
            &[&anyone],
        );
        assert_fails(result, RewardsError::WrongAccount);
    }
}

#[test]
fn another_mint_authority_or_the_accounts_of_another_epoch_are_refused() {
    let mut context = TestContext::new();
    tallied_epoch(&mut context);
    let (anyone, mallory) = (context.actor("anyone"), context.address_of("mallory"));
    let authority = assay_rewards::accounts::Initialize::find_mint_authority_address().0;
    let finalize = rewards::finalize_epoch(anyone.pubkey(), 0);
    for (real, fake) in [(authority, mallory), (at::epoch(0), at::epoch(1))] {
        let result = context.send(
            &[replace_account(finalize.clone(), &real, &fake)],
            &[&anyone],
        );
        assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintSeeds));
    }
}

#[test]
fn lamports_sent_to_an_epoch_to_be_do_not_block_it() {
    let mut context = TestContext::new();
    tallied_epoch(&mut context);
    context.send_lamports(&at::epoch(0), 1_000_000);
    context.finalize(0).unwrap();
}

#[test]
fn before_genesis_no_epoch_is_due() {
    // Given a clock that shows the day before
    let mut context = TestContext::new();
    context.init_rewards();
    context.edit_account::<assay_market::state::Params>(&market_at::params(), |params| {
        params.genesis_time = (params.genesis_time.get() + DAY as i64).into();
    });

    // When
    let result = context.skip(0);

    // Then
    assert_fails(result, (assay_rewards::ID, MarketError::BeforeGenesis));
}

#[test]
fn the_pot_holds_the_epochs_of_several_days() {
    let mut context = TestContext::new();
    tallied_epoch(&mut context);
    context.finalize(0).unwrap();
    context.complete_job("bob", 10_000);
    let second = context.end_epoch(&["bob"]);
    context.finalize(second).unwrap();
    assert_eq!(context.balance(&at::pot()), 2 * (WORKERS + STAKERS));
}
