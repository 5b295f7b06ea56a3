//! Attacks on what is claimed: the way of a share from the pot to its provider, and what it is divided by.

use assay_harness::{
    assert_fails,
    instruction::{market, rewards, staking},
    keypairs::{provider_of, worker_of},
    market::terms,
    pda::{market as market_at, rewards as at, staking as staking_at},
    replace_account,
    rewards::INITIAL_EMISSION,
    Signer, TestContext, DAY,
};
use assay_market::{
    instructions::MarketConfig,
    state::{JobTerms, Params as MarketParams},
};
use assay_rewards::{
    error::RewardsError,
    event::EpochClaimed,
    state::{Emission, EpochRewards},
};
use assay_staking::state::Provider;

/// Enough for a seat at the highest price here, base units of the stake mint.
const COLLATERAL: u64 = 10_000_000;
/// What workers and stakers receive of an epoch together, base units of the reward mint.
const PAID: u64 = INITIAL_EMISSION / 10 * 8;

/// Returns a market with these workers, whose emission hardly ever halves.
fn market(names: &[&str]) -> TestContext {
    let mut context = TestContext::new();
    context.init_rewards_with_halving(1_000);
    for name in names {
        context.worker(name, COLLATERAL);
    }
    context
}

/// Lets these workers do the same work in the running epoch, ends it and finalizes it. Returns its number.
fn worked_epoch(context: &mut TestContext, names: &[&str]) -> u64 {
    for name in names {
        context.complete_job(name, 10_000);
    }
    let epoch = context.end_epoch(names);
    loop {
        let emission: Emission = context.account(&at::emission());
        let due = emission.due_epoch(context.epoch());
        if due == epoch {
            break;
        }
        context.skip(due).unwrap();
    }
    context.finalize(epoch).unwrap();
    epoch
}

/// Bob claims eight epochs at once. Mallory sees his transaction and claims one of them a moment before.
#[test]
fn spoils_a_claim_of_eight_epochs() {
    // Loss if it worked: a fee for each attempt of bob, and his epochs when their time is over.
    let mut context = market(&["bob"]);
    let epochs: Vec<u64> = (0..8)
        .map(|_| worked_epoch(&mut context, &["bob"]))
        .collect();
    let mallory = context.actor("mallory");
    let first = [
        rewards::open_claim_record(mallory.pubkey(), &provider_of("bob")),
        rewards::claim_epochs(&provider_of("bob"), &epochs[3..4]),
    ];
    context.send(&first, &[&mallory]).unwrap();

    let result = context.claim_rewards_of("bob", &epochs);

    assert!(result.is_ok());
    assert_eq!(context.rewards_of("bob"), 8 * PAID);
}

/// A claim has no destination to choose, so mallory tries each account on its way.
#[test]
fn misdirects_a_claim() {
    // Loss if it worked: the share of an epoch.
    let mut context = market(&["mallory", "bob"]);
    let epoch = worked_epoch(&mut context, &["mallory", "bob"]);
    let (mallory, mallorys) = (context.actor("mallory"), provider_of("mallory"));
    let anyone = context.actor("anyone");
    for provider in ["mallory", "bob"].map(provider_of) {
        let open = rewards::open_claim_record(anyone.pubkey(), &provider);
        context.send(&[open], &[&anyone]).unwrap();
    }
    let bob = provider_of("bob");
    let ata = context.reward_ata("mallory");
    let vault = staking_at::reward_vault(&bob);
    let claim = rewards::claim_epochs(&bob, &[epoch]);
    let to = |real, fake| replace_account(claim.clone(), &real, &fake);

    for forged in [
        to(vault, ata),
        to(vault, staking_at::reward_vault(&mallorys)),
        to(vault, staking_at::stake_vault(&bob)),
        to(bob, mallorys),
        to(at::pot(), at::treasury()),
        to(at::claim_record(&bob), at::claim_record(&mallorys)),
        to(worker_of("bob"), worker_of("mallory")),
    ] {
        let result = context.send(&[forged], &[&mallory]);
        assert_fails(result, RewardsError::WrongAccount);
    }

    assert_eq!(context.balance(&ata), 0);
    assert_eq!(context.rewards_of("mallory"), 0);
    context.send(&[claim], &[&anyone]).unwrap();
    assert_eq!(context.rewards_of("bob"), PAID / 2);
}

/// The record of an accomplice does not know what mallory has claimed.
#[test]
fn claims_again_under_the_record_of_another() {
    // Loss if it worked: the shares of the others in the pot.
    let mut context = market(&["mallory", "accomplice", "bob"]);
    let epoch = worked_epoch(&mut context, &["mallory", "bob"]);
    context.claim_reward("mallory", epoch).unwrap();
    let (mallory, accomplice) = (provider_of("mallory"), provider_of("accomplice"));
    let anyone = context.actor("anyone");
    let open = rewards::open_claim_record(anyone.pubkey(), &accomplice);
    context.send(&[open], &[&anyone]).unwrap();

    let claim = rewards::claim_epochs(&mallory, &[epoch]);
    let records = [mallory, accomplice].map(|of| at::claim_record(&of));
    let result = context.crank(replace_account(claim, &records[0], &records[1]));

    assert_fails(result, RewardsError::WrongAccount);
    assert_eq!(context.rewards_of("mallory"), PAID / 2);
    context.claim_reward("bob", epoch).unwrap();
}

#[test]
fn claims_an_epoch_twice_in_one_transaction() {
    // Loss if it worked: the shares of the others in the pot.
    let mut context = market(&["mallory", "bob"]);
    let epoch = worked_epoch(&mut context, &["mallory", "bob"]);

    context
        .claim_rewards_of("mallory", &[epoch, epoch])
        .unwrap();

    assert_eq!(context.rewards_of("mallory"), PAID / 2);
    let rewards: EpochRewards = context.account(&at::epoch(epoch));
    assert_eq!(rewards.claimed.get(), PAID / 2);
    context.claim_reward("bob", epoch).unwrap();
    assert_eq!(context.rewards_of("bob"), PAID / 2);
}

/// One pot holds the tokens of all epochs. Given a market with a fault: in one epoch it summed less than mallory's work.
#[test]
fn takes_from_another_epochs_share() {
    // Loss if it worked: what others have in the pot for other epochs.
    let mut context = market(&["mallory", "bob"]);
    let faulty = worked_epoch(&mut context, &["mallory"]);
    let other = worked_epoch(&mut context, &["bob"]);
    let address = at::epoch(faulty);
    context.edit_account::<EpochRewards>(&address, |rewards| {
        rewards.total_weight = (rewards.total_weight.get() / 2).into();
    });

    let result = context.claim_reward("mallory", faulty);

    assert_fails(result, RewardsError::MoreThanTallied);
    assert_eq!(context.balance(&at::pot()), 2 * PAID);
    context.claim_reward("bob", other).unwrap();
    assert_eq!(context.rewards_of("bob"), PAID);
}

/// The network stands still for a day: before the tally window of the epoch, in it, or before the end of its claims. Bob's node
/// does nothing by itself before the outage.
#[test]
fn loses_an_epoch_in_an_outage_of_a_day() {
    // Loss if it worked: an epoch of everybody's rewards.
    for position in 0..3 {
        let mut context = TestContext::new();
        let config = context.rewards_config();
        context.init_rewards_with(config);
        context.init_staking_for_market();
        let config = MarketConfig {
            tally_window: 2 * DAY,
            ..context.market_config()
        };
        context.init_market_with(config);
        let payment = context.payment();
        context.allow_mint(payment);
        context.worker("bob", COLLATERAL);
        let job = context.post(
            "alice",
            JobTerms {
                price: 10_000,
                ..terms()
            },
        );
        context.complete_task(&job, 0, &["bob"], "42");
        context.end_hold(&job);
        let params: MarketParams = context.account(&market_at::params());
        let (end, tallied) = (params.epoch_end(0).unwrap(), params.tally_end(0).unwrap());

        if position == 0 {
            context.advance_to(end + DAY as i64);
        } else {
            context.advance_to(tallied - 1 - DAY as i64 * i64::from(position == 1));
        }
        context.collect("bob", &job, &[0]).unwrap();
        if position == 1 {
            context.advance(DAY);
        }
        context.tally("bob", 0).unwrap();
        context.advance_to(tallied.max(context.now()));
        if position == 2 {
            context.advance_to(params.epoch_end(8).unwrap() - 1);
        }
        context.finalize(0).unwrap();
        if position == 2 {
            context.advance(DAY);
        }
        let claimed = context.claim_reward("bob", 0);

        assert!(claimed.is_ok(), "position {position}");
        assert_eq!(context.rewards_of("bob"), PAID);
    }
}

/// Mallory raises her commission and claims work of the time before afterwards.
#[test]
fn raises_the_commission_on_work_already_done() {
    // Loss if it worked: the delegators' part of epochs for which they were promised the lower commission.
    let mut context = market(&["mallory"]);
    let mallory = context.actor("mallory");
    let provider = |context: &TestContext| -> Provider { context.account(&provider_of("mallory")) };
    let before = provider(&context).commission.at(context.now());
    let raise = staking::set_commission(mallory.pubkey(), before + 500);
    context.send(&[raise], &[&mallory]).unwrap();
    let from = provider(&context).commission.next_from.get();
    context.advance_to(from - 2 * DAY as i64);
    let epoch = worked_epoch(&mut context, &["mallory"]);

    context.advance_to(from + 1);
    let result = context.claim_reward("mallory", epoch).unwrap();

    let claimed = result.event::<EpochClaimed>();
    let due = claimed.stake.get() * u64::from(before) / 10_000;
    assert_eq!(claimed.commission.get(), due);
    let late = provider(&context).commission.at(context.now());
    assert!(late > before);
}

/// A later version of staking with a fault, or one that a bought vote installed, has the funder's signature while it is called.
#[test]
fn lets_staking_reach_the_pot() {
    // Loss if it worked: what everybody has in the pot.
    let mut context = market(&["bob"]);
    let epoch = worked_epoch(&mut context, &["bob"]);

    let result = context.claim_reward("bob", epoch).unwrap();

    let calls = result
        .calls
        .iter()
        .filter(|call| call.program == assay_staking::ID);
    let calls: Vec<_> = calls.collect();
    assert_eq!(calls.len(), 1);
    assert!(calls[0].accounts.contains(&at::funder()));
    assert!(!calls[0].accounts.contains(&at::pot()));
}

/// Nobody but rewards says what a provider has earned.
#[test]
fn tells_staking_of_rewards_that_nobody_paid() {
    // Loss if it worked: rewards of others, which the vault holds, for the first who claims.
    let mut context = market(&["mallory"]);
    let mallory = context.actor("mallory");
    let fund = staking::fund_rewards(mallory.pubkey(), &provider_of("mallory"), 1_000, 0);

    let result = context.send(&[fund], &[&mallory]);

    assert_fails(result, assay_staking::error::StakingError::NotRewards);
    let provider: Provider = context.account(&provider_of("mallory"));
    assert_eq!(provider.rewards_held.get(), 0);
}

/// Mallory leaves bob's work out of the sums by tallying only her own in time. Anybody may tally for bob.
#[test]
fn lets_a_sleeping_worker_miss_the_tally() {
    // Loss if it worked: the share of every worker whose node sleeps for two days.
    let mut context = market(&["mallory", "bob"]);
    for name in ["mallory", "bob"] {
        context.complete_job(name, 10_000);
    }
    context.advance_to_epoch(1);
    let mallory = context.actor("mallory");
    let own = market::tally_work(mallory.pubkey(), worker_of("mallory"), 0);
    context.send(&[own], &[&mallory]).unwrap();

    let helper = context.actor("another node");
    let tally = market::tally_work(helper.pubkey(), worker_of("bob"), 0);
    context.send(&[tally], &[&helper]).unwrap();

    let params: MarketParams = context.account(&market_at::params());
    context.advance_to(params.tally_end(0).unwrap());
    context.finalize(0).unwrap();
    context.claim_reward("mallory", 0).unwrap();
    assert_eq!(context.rewards_of("mallory"), PAID / 2);
}
