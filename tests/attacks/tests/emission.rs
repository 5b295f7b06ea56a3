//! Attacks on the emission: working for oneself, idle epochs, the calendar, and the claims of others.

use assay_harness::{
    assert_fails,
    instruction::{market, rewards},
    market::{EPOCH_LENGTH, TALLY_WINDOW},
    pda::{market as market_at, rewards as at, staking as staking_at},
    rewards::{INITIAL_EMISSION, STAKERS_BPS},
    Signer, TestContext, DAY, DEPLOYER,
};
use assay_market::{error::MarketError, instructions::MarketConfig, state::Param as MarketParam};
use assay_rewards::{
    error::RewardsError,
    instructions::RewardsConfig,
    state::{Emission, EpochRewards, Param, MAX_PAID_BPS},
};

/// Enough for a seat at the highest price here, base units of the stake mint.
const COLLATERAL: u64 = 100_000_000;
/// Far more than any fees here are worth, base units of the reward mint.
const RICH: u64 = 1_000_000;

/// What workers and stakers receive of the emission of an epoch, base units of the reward mint.
const SHARE: u64 = INITIAL_EMISSION * (MAX_PAID_BPS - STAKERS_BPS) / 10_000
    + INITIAL_EMISSION * STAKERS_BPS / 10_000;

/// Returns a market whose schedule emits `initial_emission` an epoch, as much of it to workers and stakers as there may be, with
/// these workers. Each is owner and only staker of its provider, and so gets both parts.
fn market(initial_emission: u64, names: &[&str]) -> TestContext {
    let mut context = TestContext::new();
    let config = RewardsConfig {
        initial_emission,
        halving_epochs: 100,
        workers_bps: MAX_PAID_BPS - STAKERS_BPS,
        stakers_bps: STAKERS_BPS,
        ..context.rewards_config()
    };
    context.init_rewards_with(config);
    context.init_market();
    for name in names {
        context.worker(name, COLLATERAL);
    }
    context
}

/// Skips the idle epochs before `epoch` and finalizes it. Returns what all work of it weighs.
fn finalize(context: &mut TestContext, epoch: u64) -> u64 {
    loop {
        let emission: Emission = context.account(&at::emission());
        let due = emission.due_epoch(context.epoch());
        if due == epoch {
            break;
        }
        context.skip(due).unwrap();
    }
    context.finalize(epoch).unwrap();
    let rewards: EpochRewards = context.account(&at::epoch(epoch));
    rewards.total_weight.get()
}

/// Claims an epoch for these workers. Returns what their reward vaults hold then, base units of the reward mint.
fn claim(context: &mut TestContext, names: &[&str], epoch: u64) -> u64 {
    let mut sum = 0;
    for name in names {
        context.claim_reward(name, epoch).unwrap();
        sum += context.rewards_of(name);
    }
    sum
}

/// Mallory is requester and worker in one, alone on the market, and splits her work among workers of her own. Twice what she
/// earns is still less than her fees, for the case that the rate values a fee at twice its worth.
#[test]
fn works_for_itself_in_any_number_of_workers() {
    // Loss if it worked: the emission, for work that nobody wanted.
    let names = ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"];
    for workers in [1, 2, 3, 8] {
        let mine = &names[..workers];
        let mut context = market(RICH, mine);
        for (name, price) in mine.iter().zip([10_000, 1, 333, 70_010, 5, 21, 1_999, 640]) {
            context.complete_job(name, price);
        }
        let epoch = context.end_epoch(mine);

        let fees = finalize(&mut context, epoch);
        let earned = claim(&mut context, mine, epoch);

        assert!(fees > 0 && earned > 0, "{workers} workers");
        assert!(2 * earned < fees, "{workers} workers: {earned} of {fees}");
    }
}

#[test]
fn takes_the_emission_of_idle_days_for_dust() {
    // Loss if it worked: the emission of all idle days, for a fee of one base unit.
    let mut context = market(RICH, &["mallory"]);
    context.advance_to_epoch(30);
    context.complete_job("mallory", 1);
    let epoch = context.end_epoch(&["mallory"]);

    let fees = finalize(&mut context, epoch);
    let earned = claim(&mut context, &["mallory"], epoch);

    // A base unit is minted, and the workers' share of it is none.
    assert_eq!((fees, earned), (2, 0));
}

/// Fees that are worth more than the whole emission, while idle epochs left thirty of it.
#[test]
fn takes_what_idle_days_left_in_one_day() {
    // Loss if it worked: who works steadily finds nothing left of it.
    let mut context = market(INITIAL_EMISSION, &["mallory"]);
    context.advance_to_epoch(30);
    context.complete_job("mallory", 1_000_000);
    let epoch = context.end_epoch(&["mallory"]);

    let fees = finalize(&mut context, epoch);
    let earned = claim(&mut context, &["mallory"], epoch);

    assert!(fees / 2 > 31 * INITIAL_EMISSION);
    assert_eq!(earned, 2 * SHARE);
}

/// As governance, after a vote that was bought.
#[test]
fn votes_for_an_emission_beyond_the_fees() {
    // Loss if it worked: whoever works for itself is paid for it.
    let mut context = market(RICH, &["mallory"]);
    let governance = context.actor("governance");
    for kappa_bps in [5_001, 10_000, u64::MAX] {
        let set = rewards::set_params(governance.pubkey(), Param::KappaBps, kappa_bps);
        let result = context.send(&[set], &[&governance]);
        assert_fails(result, RewardsError::ParamOutOfBounds);
    }
}

/// As governance, after a vote that was bought.
#[test]
fn votes_for_all_of_the_emission() {
    // Loss if it worked: where a rate values a fee at twice its worth, whoever works for itself gets all of it back.
    let mut context = market(RICH, &["mallory"]);
    let governance = context.actor("governance");
    for (param, value, rule) in [
        (Param::WorkersBps, 9_501, RewardsError::ParamOutOfBounds),
        (Param::WorkersBps, u64::MAX, RewardsError::ParamOutOfBounds),
        (Param::StakersBps, 5_001, RewardsError::ParamOutOfBounds),
    ] {
        let set = rewards::set_params(governance.pubkey(), param, value);
        let result = context.send(&[set], &[&governance]);
        assert_fails(result, rule);
    }
}

/// As governance, after votes that were bought. The stake behind work is the worker's own, or that of an accomplice, so that what
/// stakers receive returns to it, too.
#[test]
fn votes_a_split_above_the_whole() {
    // Loss if it worked: more is paid than was minted, or nothing stays with the treasury and working for oneself costs nothing.
    let mut context = market(RICH, &["mallory"]);
    let governance = context.actor("governance");
    for (param, value) in [
        (Param::StakersBps, STAKERS_BPS + 1),
        (Param::StakersBps, 5_000),
        (Param::WorkersBps, MAX_PAID_BPS),
    ] {
        let set = rewards::set_params(governance.pubkey(), param, value);
        let result = context.send(&[set], &[&governance]);
        assert_fails(result, RewardsError::SplitTooLarge);
    }
    context.complete_job("mallory", 10_000);
    let epoch = context.end_epoch(&["mallory"]);
    let fees = finalize(&mut context, epoch);
    let earned = claim(&mut context, &["mallory"], epoch);
    assert!(2 * earned <= fees * MAX_PAID_BPS / 10_000);
}

/// As governance, after a vote that was bought: work weighs nothing until the next vote ends that, in a transaction with the
/// first task that weighs anything.
#[test]
fn ends_the_fee_and_works_alone_afterwards() {
    // Loss if it worked: the rewards of all work in between.
    let mut context = market(INITIAL_EMISSION, &["bob"]);
    let governance = context.actor("governance");
    let set = market::set_params(governance.pubkey(), MarketParam::FeeBps, 0);

    let result = context.send(&[set], &[&governance]);

    assert_fails(result, MarketError::ParamOutOfBounds);
    context.complete_job("bob", 10_000);
    let epoch = context.end_epoch(&["bob"]);
    assert!(finalize(&mut context, epoch) > 0);
}

#[test]
fn begins_the_calendar_in_the_past() {
    // Loss if it worked: the first worker finds the emission of epochs before the market.
    let mut context = TestContext::new();
    context.init_staking_for_market();
    let valid = context.market_config();
    let deployer = context.actor(DEPLOYER);
    let config = MarketConfig {
        genesis_time: context.now() - 300 * DAY as i64,
        ..valid
    };

    let result = context.send(
        &[market::initialize(deployer.pubkey(), config)],
        &[&deployer],
    );

    assert_fails(result, MarketError::BadGenesis);
    assert!(!context.exists(&market_at::params()));
    context.init_market_with(valid);
    assert_eq!(context.epoch(), 0);
}

/// Bob does not claim epoch 0 at once. In every later epoch a stranger collects for him, which writes to his ring.
#[test]
fn erases_a_claim_by_a_payment() {
    // Loss if it worked: the share of a worker that claims late.
    let mut context = market(INITIAL_EMISSION, &["bob"]);
    context.complete_job("bob", 10_000);
    let epoch = context.end_epoch(&["bob"]);
    finalize(&mut context, epoch);
    let mut claimable = 0;
    for later in 2..=12 {
        context.advance_to_epoch(later);
        let is_open = context.clone().claim_reward("bob", epoch).is_ok();
        context.complete_job("bob", 10_000);

        match context.clone().claim_reward("bob", epoch) {
            Ok(_) => claimable = later,
            late => assert_fails(late, RewardsError::NothingToClaim),
        }
        let is_left = claimable == later;
        assert_eq!(is_left, is_open, "what a payment in epoch {later} left");
    }
    assert_eq!(claimable, 9);
}

#[test]
fn ends_an_epoch_before_others_are_tallied() {
    // Loss if it worked: the shares of all whose work is tallied later.
    let mut context = market(INITIAL_EMISSION, &["mallory", "bob"]);
    for name in ["mallory", "bob"] {
        context.complete_job(name, 10_000);
    }
    context.advance_to_epoch(1);
    context.tally("mallory", 0).unwrap();

    let early = context.finalize(0);
    context.advance(TALLY_WINDOW - 1);
    context.tally("bob", 0).unwrap();
    let still_early = context.finalize(0);
    context.advance(1);
    context.finalize(0).unwrap();

    assert_fails(early, RewardsError::TallyOpen);
    assert_fails(still_early, RewardsError::TallyOpen);
    let earned = claim(&mut context, &["bob"], 0);
    assert_eq!(earned, SHARE / 2);
}

#[test]
fn hides_the_work_of_others() {
    // Loss if it worked: an epoch's work earns nothing, because its crank left the work out.
    let mut context = market(INITIAL_EMISSION, &["bob"]);
    context.complete_job("bob", 10_000);
    let epoch = context.end_epoch(&["bob"]);

    let result = context.skip(epoch);

    assert_fails(result, RewardsError::WorkTallied);
    finalize(&mut context, epoch);
    assert_eq!(claim(&mut context, &["bob"], epoch), SHARE);
}

#[test]
fn claims_a_share_twice() {
    // Loss if it worked: the shares of the others in the pot.
    let mut context = market(INITIAL_EMISSION, &["mallory", "bob"]);
    for name in ["mallory", "bob"] {
        context.complete_job(name, 10_000);
    }
    let epoch = context.end_epoch(&["mallory", "bob"]);
    finalize(&mut context, epoch);
    context.claim_reward("mallory", epoch).unwrap();

    let again = context.claim_reward("mallory", epoch);

    assert_fails(again, RewardsError::NothingToClaim);
    assert_eq!(claim(&mut context, &["bob"], epoch), SHARE / 2);
}

#[test]
fn forgets_a_claim_to_make_it_again() {
    // Loss if it worked: the shares of the others in the pot.
    let mut context = market(INITIAL_EMISSION, &["mallory", "bob"]);
    for name in ["mallory", "bob"] {
        context.complete_job(name, 10_000);
    }
    let epoch = context.end_epoch(&["mallory", "bob"]);
    finalize(&mut context, epoch);
    context.claim_reward("mallory", epoch).unwrap();
    let (payer, owner) = (context.address_of("anyone"), context.address_of("mallory"));
    let close = rewards::close_claim_record(payer, &staking_at::provider(&owner));

    context.advance_to_epoch(9);
    context.advance(EPOCH_LENGTH - 1);
    let result = context.crank(close);

    assert_fails(result, RewardsError::ClaimsOpen);
    let again = context.claim_reward("mallory", epoch);
    assert_fails(again, RewardsError::NothingToClaim);
}

#[test]
fn closes_the_sums_before_the_epoch_ends() {
    // Loss if it worked: the epoch has no work any more, and nobody is paid for it.
    let mut context = market(INITIAL_EMISSION, &["bob"]);
    context.complete_job("bob", 10_000);
    let epoch = context.end_epoch(&["bob"]);
    let shard = assay_market::state::shard_of(&context.worker_of("bob"));
    let payer = context.address_of("anyone");
    let close = market::close_work(payer, epoch, shard);

    let result = context.crank(close.clone());
    context.advance_to_epoch(8);
    let late = context.crank(close);

    assert_fails(result, MarketError::EpochStillNeeded);
    assert_fails(late, MarketError::EpochStillNeeded);
    finalize(&mut context, epoch);
    assert_eq!(claim(&mut context, &["bob"], epoch), SHARE);
}

#[test]
fn closes_an_epoch_over_open_claims() {
    // Loss if it worked: the shares of all that have not claimed yet.
    let mut context = market(INITIAL_EMISSION, &["bob"]);
    context.complete_job("bob", 10_000);
    let epoch = context.end_epoch(&["bob"]);
    finalize(&mut context, epoch);
    let payer = context.address_of("anyone");
    let close = rewards::close_epoch(payer, epoch);

    context.advance_to_epoch(9);
    context.advance(EPOCH_LENGTH - 1);
    let result = context.crank(close);

    assert_fails(result, RewardsError::ClaimsOpen);
    assert_eq!(claim(&mut context, &["bob"], epoch), SHARE);
}
