use super::COLLATERAL;
use assay_harness::{
    assert_fails,
    instruction::{rewards, staking},
    keypairs::provider_of,
    market::EPOCH_LENGTH,
    pda::{market as market_at, rewards as at, staking as staking_at},
    replace_account,
    rewards::INITIAL_EMISSION,
    Address, ErrorCode, ProgramError, Signer, TestContext,
};
use assay_market::state::Params as MarketParams;
use assay_rewards::{
    error::RewardsError,
    event::{EpochClaimed, RewardsPaid},
    state::{ClaimRecord, Emission, EpochRewards},
};
use assay_staking::{
    error::StakingError,
    event::RewardsFunded,
    state::{Params as StakingParams, Provider},
};
use spl_token_interface::error::TokenError;

/// What workers and stakers receive of an epoch together.
const PAID: u64 = INITIAL_EMISSION / 10 * 8;
/// The stake's part of it.
const STAKERS: u64 = INITIAL_EMISSION / 10 * 2;
/// The last epoch in which epoch 0 can be claimed.
const LAST_TO_CLAIM: u64 = 9;

/// Finalizes epoch 0, in which bob has a weight of 1,000 and carol of 2,000.
fn finalized_epoch(context: &mut TestContext) {
    context.init_rewards();
    for (name, price) in [("bob", 10_000), ("carol", 20_000)] {
        context.worker(name, COLLATERAL);
        context.complete_job(name, price);
    }
    let epoch = context.end_epoch(&["bob", "carol"]);
    context.finalize(epoch).unwrap();
}

/// Finalizes the first `count` epochs, in each of which bob alone worked. The last may still be claimed with the first.
fn finalized_epochs(context: &mut TestContext, count: u64) {
    context.init_rewards_with_halving(100);
    context.worker("bob", COLLATERAL);
    for expected in 0..count {
        context.complete_job("bob", 10_000);
        assert_eq!(context.end_epoch(&["bob"]), expected);
        context.finalize(expected).unwrap();
    }
}

fn provider(context: &TestContext, name: &str) -> Provider {
    context.account(&provider_of(name))
}

/// Returns a claim of bob's share of epoch 0, whose record exists.
fn claim_with_record(context: &mut TestContext) -> assay_harness::Instruction {
    let anyone = context.actor("anyone");
    let open = rewards::open_claim_record(anyone.pubkey(), &provider_of("bob"));
    context.send(&[open], &[&anyone]).unwrap();
    rewards::claim_epochs(&provider_of("bob"), &[0])
}

#[test]
fn anyone_moves_a_share_to_the_providers_reward_vault() {
    // Given
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    let (passer_by, bob) = (context.actor("dave"), provider_of("bob"));
    let claim = claim_with_record(&mut context);

    // When
    let result = context.send(&[claim], &[&passer_by]).unwrap();

    // Then
    let (share, stake) = (PAID / 3, STAKERS / 3);
    assert_eq!(context.rewards_of("bob"), share);
    assert_eq!(context.balance(&at::pot()), PAID - share);
    let epoch: EpochRewards = context.account(&at::epoch(0));
    assert_eq!(epoch.claimed.get(), share);
    assert_eq!(epoch.claimed_weight.get(), 1_000);
    let record: ClaimRecord = context.account(&at::claim_record(&bob));
    assert_eq!((record.newest.get(), record.bitmap.get()), (0, 1));

    let event = result.event::<EpochClaimed>();
    assert_eq!(event.provider, bob);
    assert_eq!(event.epoch.get(), 0);
    assert_eq!(event.weight.get(), 1_000);
    assert_eq!(event.work.get(), share - stake);
    assert_eq!(event.stake.get(), stake);
    let bps = provider(&context, "bob").commission.at(context.now());
    let commission = stake * u64::from(bps) / 10_000;
    assert_eq!(event.commission.get(), commission);
    let event = result.event::<RewardsPaid>();
    assert_eq!(event.provider, bob);
    assert_eq!(event.direct.get(), share - stake + commission);
    assert_eq!(event.streamed.get(), stake - commission);
}

#[test]
fn staking_owes_the_work_to_the_owner_at_once_and_the_stakes_part_over_time() {
    // Given
    let mut context = TestContext::new();
    finalized_epoch(&mut context);

    // When
    let result = context.claim_reward("bob", 0).unwrap();

    // Then
    let paid = result.event::<RewardsPaid>();
    let bob = provider(&context, "bob");
    assert_eq!(bob.owner_rewards.get(), paid.direct.get());
    assert_eq!(bob.stream.left.get(), paid.streamed.get());
    assert_eq!(bob.rewards_held.get(), PAID / 3);
    let funded = result.event::<RewardsFunded>();
    assert_eq!(funded.direct.get(), paid.direct.get());
    assert_eq!(funded.streamed.get(), paid.streamed.get());
    let params: StakingParams = context.account(&staking_at::params());
    let span = i64::try_from(params.claim_span.get()).unwrap();
    assert_eq!(bob.stream.finish.get(), context.now() + span);
}

#[test]
fn all_claims_together_empty_the_pot_to_the_unit() {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    context.claim_reward("carol", 0).unwrap();
    context.claim_reward("bob", 0).unwrap();
    assert_eq!(context.balance(&at::pot()), 0);
    let (bobs, carols) = (context.rewards_of("bob"), context.rewards_of("carol"));
    assert_eq!(bobs + carols, PAID);
    assert_eq!(carols, PAID * 2 / 3);
}

#[test]
fn eight_epochs_are_claimed_in_one_transaction() {
    // Given
    let mut context = TestContext::new();
    finalized_epochs(&mut context, 8);
    let epochs: Vec<u64> = (0..8).collect();

    // When
    let result = context.claim_rewards_of("bob", &epochs).unwrap();

    // Then
    assert_eq!(context.rewards_of("bob"), 8 * PAID);
    assert_eq!(context.balance(&at::pot()), 0);
    let record: ClaimRecord = context.account(&at::claim_record(&provider_of("bob")));
    assert_eq!((record.newest.get(), record.bitmap.get()), (7, 0xff));
    let paid = result.event::<RewardsPaid>();
    assert_eq!(paid.direct.get() + paid.streamed.get(), 8 * PAID);
    let bob = provider(&context, "bob");
    assert_eq!(bob.rewards_held.get(), 8 * PAID);
}

#[test]
fn an_epoch_that_was_claimed_is_passed_over() {
    // Given
    let mut context = TestContext::new();
    finalized_epochs(&mut context, 3);
    context.claim_reward("bob", 1).unwrap();

    // When
    context.claim_rewards_of("bob", &[0, 1, 2]).unwrap();

    // Then
    assert_eq!(context.rewards_of("bob"), 3 * PAID);
    for epoch in 0..3 {
        let rewards: EpochRewards = context.account(&at::epoch(epoch));
        assert_eq!(rewards.claimed.get(), PAID);
    }
}

#[test]
fn an_epoch_that_was_closed_is_passed_over() {
    // Given the last second in which epoch 1 can be claimed; epoch 0 is closed, and somebody sent lamports to its address
    let mut context = TestContext::new();
    finalized_epochs(&mut context, 2);
    let market: MarketParams = context.account(&market_at::params());
    context.advance_to(market.epoch_end(LAST_TO_CLAIM + 1).unwrap() - 1);
    let anyone = context.actor("anyone");
    let close = rewards::close_epoch(anyone.pubkey(), 0);
    context.send(&[close], &[&anyone]).unwrap();
    context.send_lamports(&at::epoch(0), 1_000_000);

    // When
    context.claim_rewards_of("bob", &[0, 1]).unwrap();

    // Then
    assert_eq!(context.rewards_of("bob"), PAID);
}

#[test]
fn an_epoch_without_work_of_the_worker_is_passed_over() {
    // Given epoch 1, in which only carol worked
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    context.complete_job("carol", 10_000);
    let second = context.end_epoch(&["carol"]);
    context.finalize(second).unwrap();

    // When
    context.claim_rewards_of("bob", &[second, 0]).unwrap();

    // Then
    assert_eq!(context.rewards_of("bob"), PAID / 3);
    let rewards: EpochRewards = context.account(&at::epoch(second));
    assert_eq!(rewards.claimed.get(), 0);
}

#[test]
fn an_epoch_counts_once_however_often_it_is_named() {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    context.claim_rewards_of("bob", &[0, 0, 0]).unwrap();
    assert_eq!(context.rewards_of("bob"), PAID / 3);
    assert_eq!(context.balance(&at::pot()), PAID - PAID / 3);
}

#[test]
fn there_must_be_something_to_claim() {
    // Given an idle worker, one whose work nobody tallied, and one that has claimed
    let mut context = TestContext::new();
    context.init_rewards();
    for name in ["bob", "idle", "late"] {
        context.worker(name, COLLATERAL);
    }
    context.complete_job("bob", 10_000);
    context.complete_job("late", 10_000);
    let epoch = context.end_epoch(&["bob"]);
    context.finalize(epoch).unwrap();
    context.claim_reward("bob", epoch).unwrap();

    for name in ["idle", "late", "bob"] {
        for epochs in [&[epoch] as &[u64], &[epoch, epoch], &[]] {
            // When
            let result = context.claim_rewards_of(name, epochs);

            // Then
            assert_fails(result, RewardsError::NothingToClaim);
        }
    }
}

#[test]
fn epochs_can_be_claimed_in_any_order() {
    let mut context = TestContext::new();
    finalized_epochs(&mut context, 2);
    context.claim_reward("bob", 1).unwrap();
    context.claim_reward("bob", 0).unwrap();
    for epoch in [0, 1] {
        let again = context.claim_reward("bob", epoch);
        assert_fails(again, RewardsError::NothingToClaim);
    }
    let record: ClaimRecord = context.account(&at::claim_record(&provider_of("bob")));
    assert_eq!((record.newest.get(), record.bitmap.get()), (1, 0b11));
}

#[test]
fn claims_end_with_the_ninth_epoch_after() {
    // Given its last second
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    let market: MarketParams = context.account(&market_at::params());
    context.advance_to(market.epoch_end(LAST_TO_CLAIM).unwrap() - 1);
    context.claim_reward("bob", 0).unwrap();

    // When
    context.advance(1);
    let result = context.claim_reward("carol", 0);

    // Then
    assert_fails(result, RewardsError::NothingToClaim);
}

#[test]
fn an_epoch_that_minted_nothing_is_claimed_without_a_transfer() {
    // Given a fee that is worth one base unit less than the least that mints anything
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", COLLATERAL);
    let governance = context.actor("governance");
    let set = rewards::set_params(
        governance.pubkey(),
        assay_rewards::state::Param::KappaBps,
        0,
    );
    context.send(&[set], &[&governance]).unwrap();
    context.complete_job("bob", 10_000);
    let epoch = context.end_epoch(&["bob"]);
    context.finalize(epoch).unwrap();

    // When
    let result = context.claim_reward("bob", epoch).unwrap();

    // Then
    assert_eq!(context.rewards_of("bob"), 0);
    let paid = result.event::<RewardsPaid>();
    assert_eq!((paid.direct.get(), paid.streamed.get()), (0, 0));
    let again = context.claim_reward("bob", epoch);
    assert_fails(again, RewardsError::NothingToClaim);
}

/// The commission of an epoch is the one that held when it began.
#[test]
fn a_raise_does_not_reach_the_work_of_epochs_before() {
    // Given a raise that holds from some moment of an epoch on, and work before and after
    let mut context = TestContext::new();
    context.init_rewards_with_halving(1_000);
    context.worker("bob", COLLATERAL);
    let bob = context.actor("bob");
    let before = provider(&context, "bob").commission.at(context.now());
    let raised = before + 500;
    let set = staking::set_commission(bob.pubkey(), raised);
    context.send(&[set], &[&bob]).unwrap();
    let from = provider(&context, "bob").commission.next_from.get();
    let market: MarketParams = context.account(&market_at::params());
    let changes_in = market.epoch_at(from).unwrap();
    let starts_exactly = market.epoch_end(changes_in).unwrap() == from + EPOCH_LENGTH as i64;
    context.advance_to_epoch(changes_in - 1);
    for epoch in changes_in - 1..=changes_in + 1 {
        context.complete_job("bob", 10_000);
        assert_eq!(context.end_epoch(&["bob"]), epoch);
        loop {
            let emission: Emission = context.account(&at::emission());
            let due = emission.due_epoch(context.epoch());
            if due == epoch {
                break;
            }
            context.skip(due).unwrap();
        }
        context.finalize(epoch).unwrap();
    }

    for (epoch, bps) in [
        (changes_in - 1, before),
        (changes_in, if starts_exactly { raised } else { before }),
        (changes_in + 1, raised),
    ] {
        // When
        let result = context.claim_reward("bob", epoch).unwrap();

        // Then
        let event = result.event::<EpochClaimed>();
        let commission = event.stake.get() * u64::from(bps) / 10_000;
        assert_eq!(event.commission.get(), commission, "epoch {epoch}");
    }
}

/// Sends bob's claim with `fake` in the place of `real`, as mallory.
fn assert_refused(
    real: fn() -> Address,
    fake: impl Fn(&mut TestContext) -> Address,
    rule: impl Into<assay_harness::ExpectedError>,
) {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    let claim = claim_with_record(&mut context);
    let (mallory, fake) = (context.actor("mallory"), fake(&mut context));
    let result = context.send(&[replace_account(claim, &real(), &fake)], &[&mallory]);
    assert_fails(result, rule);
}

#[test]
fn a_share_comes_from_no_account_but_the_pot() {
    assert_refused(at::pot, |_| at::treasury(), RewardsError::WrongAccount);
}

#[test]
fn a_share_goes_to_no_vault_but_the_providers() {
    let vault = || staking_at::reward_vault(&provider_of("bob"));
    let stake_vault = |_: &mut TestContext| staking_at::stake_vault(&provider_of("bob"));
    assert_refused(vault, stake_vault, RewardsError::WrongAccount);
    let another = |_: &mut TestContext| staking_at::reward_vault(&provider_of("carol"));
    assert_refused(vault, another, RewardsError::WrongAccount);
    let mallorys = |context: &mut TestContext| context.reward_ata("mallory");
    assert_refused(vault, mallorys, RewardsError::WrongAccount);
}

#[test]
fn a_share_goes_to_no_provider_but_the_workers() {
    let bob = || provider_of("bob");
    let carol = |_: &mut TestContext| provider_of("carol");
    assert_refused(bob, carol, RewardsError::WrongAccount);
}

#[test]
fn a_claim_is_recorded_under_the_provider_that_worked() {
    let record = || at::claim_record(&provider_of("bob"));
    let carols = |context: &mut TestContext| {
        let anyone = context.actor("anyone");
        let open = rewards::open_claim_record(anyone.pubkey(), &provider_of("carol"));
        context.send(&[open], &[&anyone]).unwrap();
        at::claim_record(&provider_of("carol"))
    };
    assert_refused(record, carols, RewardsError::WrongAccount);
}

#[test]
fn nobody_signs_for_the_pot_but_its_holder() {
    let mallory = |context: &mut TestContext| context.address_of("mallory");
    assert_refused(at::funder, mallory, TokenError::OwnerMismatch);
}

#[test]
fn a_record_a_worker_or_an_emission_of_ones_own_making_is_refused() {
    let illegal = || (assay_rewards::ID, ProgramError::IllegalOwner);
    for real in [
        (|| at::claim_record(&provider_of("bob"))) as fn() -> Address,
        || market_at::worker(&provider_of("bob")),
        at::emission,
    ] {
        let fake = move |context: &mut TestContext| {
            context.clone_with_owner(&real(), "a false account", &assay_staking::ID)
        };
        assert_refused(real, fake, illegal());
    }
}

#[test]
fn an_epoch_of_ones_own_making_is_refused() {
    let epoch = || at::epoch(0);
    for owner in [assay_staking::ID, Address::default()] {
        // The system program owns what it creates, with data or without: only without is it taken for a closed epoch
        let fake = move |context: &mut TestContext| {
            context.clone_with_owner(&at::epoch(0), "a false epoch", &owner)
        };
        let rule = (assay_rewards::ID, ProgramError::IllegalOwner);
        assert_refused(epoch, fake, rule);
    }
    // Nor is another account of the program taken for one
    let record = |_: &mut TestContext| at::emission();
    let rule = (assay_rewards::ID, ProgramError::InvalidAccountData);
    assert_refused(epoch, record, rule);
}

#[test]
fn the_same_account_in_two_places_is_refused() {
    let record = |_: &mut TestContext| at::claim_record(&provider_of("bob"));
    let rule = (
        assay_rewards::ID,
        ErrorCode::ConstraintDuplicateMutableAccount,
    );
    assert_refused(|| at::epoch(0), record, rule);
}

#[test]
fn staking_checks_its_own_parameters() {
    let fake = |context: &mut TestContext| {
        context.clone_with_owner(&staking_at::params(), "false parameters", &assay_market::ID)
    };
    let rule = (assay_staking::ID, ProgramError::IllegalOwner);
    assert_refused(staking_at::params, fake, rule);
}

#[test]
fn only_the_funder_tells_staking_of_rewards() {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    let mallory = context.actor("mallory");
    let fund = staking::fund_rewards(mallory.pubkey(), &provider_of("bob"), 1, 1);
    let result = context.send(&[fund], &[&mallory]);
    assert_fails(result, StakingError::NotRewards);
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
    assert_eq!(context.rewards_of("bob"), PAID / 3);
}

/// What a provider claimed is the owner's in the end where nobody delegates.
#[test]
fn an_owner_alone_gets_all_of_its_share_when_the_stream_has_run_out() {
    let mut context = TestContext::new();
    finalized_epoch(&mut context);
    context.claim_reward("bob", 0).unwrap();
    let params: StakingParams = context.account(&staking_at::params());
    context.advance(params.claim_span.get());
    let owner = context.address_of("bob");
    let ata = context.reward_ata("bob");
    let before = context.balance(&ata);
    let pay = staking::claim_owner_rewards(&owner, &owner, &at::mint());
    context.crank(pay).unwrap();
    assert_eq!(context.balance(&ata) - before, PAID / 3);
    assert_eq!(context.rewards_of("bob"), 0);
}
