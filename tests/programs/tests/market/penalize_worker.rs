use super::{market_with_workers, COLLATERAL};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    market::{terms, MISSED_BPS, REJECT_BPS},
    pda::staking as at,
    replace_account, ErrorCode, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    event::Penalized,
    state::{JobTerms, Worker},
};
use assay_staking::{event::Slashed, state::Provider};

/// Returns a job with one task in which dave lied and one that erin claimed and missed.
fn offences() -> (TestContext, JobAddresses) {
    let mut context = market_with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    context.complete_task(
        &handle,
        0,
        &[("bob", "42"), ("carol", "42"), ("dave", "lie")],
    );
    context.settle(&handle, 0).unwrap();
    context.advance(60);
    context.claim("erin", &handle, (1, 0)).unwrap();
    context.advance(terms().run_window + 1);
    context.expire(&handle, 1).unwrap();
    (context, handle)
}

fn stake_of(context: &mut TestContext, name: &str) -> Provider {
    let provider = at::provider(&context.address_of(name));
    context.account(&provider)
}

fn compensated(context: &mut TestContext) -> u64 {
    let (mint, alice) = (context.stake_mint(), context.address_of("alice"));
    let ata = context.ata(&mint, &alice);
    context.balance(&ata)
}

#[test]
fn a_rejected_result_costs_its_share_of_the_bond() {
    // Given
    let (mut context, handle) = offences();
    let (job, _) = context.job(&handle);
    let cut = job.bond.get() * REJECT_BPS / 10_000;

    // When
    let result = context.penalize("dave", &handle, &[2]).unwrap();

    // Then
    let address = context.worker_of("dave");
    let worker: Worker = context.account(&address);
    assert_eq!(
        (worker.free.get(), worker.locked.get()),
        (COLLATERAL - cut, 0)
    );
    assert_eq!((worker.rejected.get(), worker.missed.get()), (1, 0));
    let provider = stake_of(&mut context, "dave");
    assert_eq!(provider.active_tokens.get(), COLLATERAL - cut);
    assert_eq!(provider.allocated.get(), COLLATERAL - cut);
    let destination = context.slash_destination();
    assert_eq!(context.balance(&destination), cut);
    assert_eq!(compensated(&mut context), 0);
    let (after, seats) = context.job(&handle);
    assert_eq!(after.uncollected.get(), job.uncollected.get() - 1);
    assert_eq!((after.funds, seats[2].collected), (job.funds, 1));

    let event = result.event::<Penalized>();
    assert_eq!((event.job, event.worker), (handle.address, address));
    assert_eq!((event.slashed.get(), event.compensation.get()), (cut, 0));
    assert_eq!(event.seats.get(), 1);
    let claimed_at = job.posted_at;
    assert_eq!(result.event::<Slashed>().infraction_time, claimed_at);
}

#[test]
fn a_missed_deadline_pays_the_requester() {
    // Given
    let (mut context, handle) = offences();
    let (job, _) = context.job(&handle);
    let cut = job.bond.get() * MISSED_BPS / 10_000;

    // When
    let result = context.penalize("erin", &handle, &[4]).unwrap();

    // Then
    assert_eq!(compensated(&mut context), cut);
    let destination = context.slash_destination();
    assert_eq!(context.balance(&destination), 0);
    let worker: Worker = {
        let address = context.worker_of("erin");
        context.account(&address)
    };
    assert_eq!(
        (worker.free.get(), worker.locked.get()),
        (COLLATERAL - cut, 0)
    );
    assert_eq!((worker.rejected.get(), worker.missed.get()), (0, 1));
    assert_eq!(
        stake_of(&mut context, "erin").active_tokens.get(),
        COLLATERAL - cut
    );
    let event = result.event::<Penalized>();
    assert_eq!((event.slashed.get(), event.compensation.get()), (cut, cut));
    let claimed_at = job.posted_at.get() + 60;
    assert_eq!(result.event::<Slashed>().infraction_time.get(), claimed_at);
}

#[test]
fn several_offences_are_one_slash() {
    // Given: dave also misses the second task.
    let mut context = market_with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    context.complete_task(
        &handle,
        0,
        &[("bob", "42"), ("carol", "42"), ("dave", "lie")],
    );
    context.settle(&handle, 0).unwrap();
    context.claim("dave", &handle, (1, 0)).unwrap();
    context.advance(terms().run_window + 1);
    context.expire(&handle, 1).unwrap();
    let (job, _) = context.job(&handle);

    // When
    let result = context.penalize("dave", &handle, &[2, 4]).unwrap();

    // Then
    let (rejected, missed) = (job.reject_cut.get(), job.missed_cut.get());
    assert_eq!(result.event::<Slashed>().amount.get(), rejected + missed);
    assert_eq!(compensated(&mut context), missed);
    let destination = context.slash_destination();
    assert_eq!(context.balance(&destination), rejected);
}

#[test]
fn nobody_is_penalized_twice() {
    let (mut context, handle) = offences();
    context.penalize("dave", &handle, &[2]).unwrap();
    context.advance(1);
    let result = context.penalize("dave", &handle, &[2]);
    assert_fails(result, MarketError::AlreadyCollected);
    let result = context.penalize("erin", &handle, &[4, 4]);
    assert_fails(result, MarketError::AlreadyCollected);
}

#[test]
fn honest_work_is_not_penalized() {
    let (mut context, handle) = offences();
    let result = context.penalize("bob", &handle, &[0]);
    assert_fails(result, MarketError::NothingToPenalize);
}

#[test]
fn a_list_without_seats_is_refused() {
    let (mut context, handle) = offences();
    let result = context.penalize("dave", &handle, &[]);
    assert_fails(result, MarketError::BadSeatList);
}

#[test]
fn nobody_is_penalized_for_anothers_seat() {
    let (mut context, handle) = offences();
    let result = context.penalize("bob", &handle, &[2]);
    assert_fails(result, MarketError::NotSeatHolder);
    let result = context.penalize("dave", &handle, &[8]);
    assert_fails(result, MarketError::NoSuchSeat);
}

#[test]
fn the_compensation_goes_to_the_requester_in_stake_tokens() {
    let (mut context, handle) = offences();
    let anyone = context.actor("anyone");
    let (stake, usd) = (context.stake_mint(), context.payment_mint());
    let provider = at::provider(&context.address_of("erin"));
    let destination = context.slash_destination();
    let wrong = [
        context.ata(&stake, &anyone.pubkey()),
        context.ata(&usd, &handle.requester),
        handle.requester,
    ];
    for harmed in wrong {
        let penalize =
            market::penalize_worker(handle.address, provider, destination, harmed, vec![4]);
        let result = context.send(&[penalize], &[&anyone]);
        assert_fails(result, MarketError::WrongTokenAccount);
    }
}

#[test]
fn what_is_slashed_goes_where_staking_says() {
    let (mut context, handle) = offences();
    let anyone = context.actor("anyone");
    let stake = context.stake_mint();
    let provider = at::provider(&context.address_of("dave"));
    let harmed = context.ata(&stake, &handle.requester);
    let mine = context.ata(&stake, &anyone.pubkey());
    let penalize = market::penalize_worker(handle.address, provider, mine, harmed, vec![2]);
    let result = context.send(&[penalize], &[&anyone]);
    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn the_stake_of_another_provider_is_safe() {
    let (mut context, handle) = offences();
    let anyone = context.actor("anyone");
    let stake = context.stake_mint();
    let (dave, bob) = (context.address_of("dave"), context.address_of("bob"));
    let (daves, bobs) = (at::provider(&dave), at::provider(&bob));
    let (harmed, destination) = (
        context.ata(&stake, &handle.requester),
        context.slash_destination(),
    );
    let penalize = market::penalize_worker(handle.address, daves, destination, harmed, vec![2]);
    let forged = replace_account(penalize.clone(), &daves, &bobs);
    let result = context.send(&[forged], &[&anyone]);
    assert_fails(result, MarketError::WrongAccount);

    let forged = replace_account(penalize, &at::stake_vault(&daves), &at::stake_vault(&bobs));
    let result = context.send(&[forged], &[&anyone]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_void_seat_costs_nothing() {
    let mut context = market_with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            spares: 0,
            ..terms()
        },
    );
    let answers = [("bob", "40"), ("carol", "41"), ("dave", "42")];
    context.complete_task(&handle, 0, &answers);
    context.settle(&handle, 0).unwrap();
    let result = context.penalize("bob", &handle, &[0]);
    assert_fails(result, MarketError::NothingToPenalize);
}

/// The owner of the slash destination may post jobs, too. The same account then receives slash and compensation.
#[test]
fn the_harmed_one_may_be_the_treasury() {
    // Given: dave lies about one task and misses the other.
    let mut context = market_with_workers();
    let handle = context.post(
        "treasury",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    let answers = [("bob", "42"), ("carol", "42"), ("dave", "lie")];
    context.complete_task(&handle, 0, &answers);
    context.settle(&handle, 0).unwrap();
    context.claim("dave", &handle, (1, 0)).unwrap();
    context.advance(terms().run_window + 1);
    context.expire(&handle, 1).unwrap();
    let (job, stake) = (context.job(&handle).0, context.stake_mint());
    let destination = context.slash_destination();
    assert_eq!(context.ata(&stake, &handle.requester), destination);

    // When
    context.penalize("dave", &handle, &[2, 4]).unwrap();

    // Then
    let cut = job.reject_cut.get() + job.missed_cut.get();
    assert_eq!(context.balance(&destination), cut);
    let provider = stake_of(&mut context, "dave");
    assert_eq!(provider.active_tokens.get(), COLLATERAL - cut);
}
