use super::{market as ready, COLLATERAL};
use assay_market::{
    error::MarketError,
    event::Penalised,
    state::{JobTerms, Worker},
};
use assay_staking::{event::Slashed, state::Provider};
use assay_world::{
    address::staking as at,
    assert_fails,
    instruction::market::{self, JobHandle},
    market::{terms, MISSED_BPS, REJECT_BPS},
    swapped, ErrorCode, Signer, World,
};

/// A task in which dave lied, and one that erin claimed and missed.
fn offences() -> (World, JobHandle) {
    let mut world = ready();
    let handle = world.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    world.deliver(
        &handle,
        0,
        &[("bob", "42"), ("carol", "42"), ("dave", "lie")],
    );
    world.settle(&handle, 0).unwrap();
    world.advance(60);
    world.claim("erin", &handle, (1, 0)).unwrap();
    world.advance(terms().run_window + 1);
    world.expire(&handle, 1).unwrap();
    (world, handle)
}

fn stake_of(world: &mut World, name: &str) -> Provider {
    let provider = at::provider(&world.address_of(name));
    world.account(&provider)
}

fn compensated(world: &mut World) -> u64 {
    let (mint, alice) = (world.stake_mint(), world.address_of("alice"));
    let wallet = world.wallet(&mint, &alice);
    world.balance(&wallet)
}

#[test]
fn a_rejected_result_costs_its_share_of_the_bond() {
    // Given
    let (mut world, handle) = offences();
    let (job, _) = world.job(&handle);
    let cut = job.bond.get() * REJECT_BPS / 10_000;

    // When
    let receipt = world.penalise("dave", &handle, &[2]).unwrap();

    // Then
    let address = world.worker_of("dave");
    let worker: Worker = world.account(&address);
    assert_eq!(
        (worker.free.get(), worker.locked.get()),
        (COLLATERAL - cut, 0)
    );
    assert_eq!((worker.rejected.get(), worker.missed.get()), (1, 0));
    let provider = stake_of(&mut world, "dave");
    assert_eq!(provider.active_tokens.get(), COLLATERAL - cut);
    assert_eq!(provider.allocated.get(), COLLATERAL - cut);
    let destination = world.slash_destination();
    assert_eq!(world.balance(&destination), cut);
    assert_eq!(compensated(&mut world), 0);
    let (after, slots) = world.job(&handle);
    assert_eq!(after.uncollected.get(), job.uncollected.get() - 1);
    assert_eq!((after.funds, slots[2].collected), (job.funds, 1));

    let event = receipt.event::<Penalised>();
    assert_eq!((event.job, event.worker), (handle.address, address));
    assert_eq!((event.slashed.get(), event.compensation.get()), (cut, 0));
    assert_eq!(event.slots.get(), 1);
    let claimed_at = job.posted_at;
    assert_eq!(receipt.event::<Slashed>().infraction_time, claimed_at);
}

#[test]
fn a_missed_deadline_pays_the_requester() {
    // Given
    let (mut world, handle) = offences();
    let (job, _) = world.job(&handle);
    let cut = job.bond.get() * MISSED_BPS / 10_000;

    // When
    let receipt = world.penalise("erin", &handle, &[4]).unwrap();

    // Then
    assert_eq!(compensated(&mut world), cut);
    let destination = world.slash_destination();
    assert_eq!(world.balance(&destination), 0);
    let worker: Worker = {
        let address = world.worker_of("erin");
        world.account(&address)
    };
    assert_eq!(
        (worker.free.get(), worker.locked.get()),
        (COLLATERAL - cut, 0)
    );
    assert_eq!((worker.rejected.get(), worker.missed.get()), (0, 1));
    assert_eq!(
        stake_of(&mut world, "erin").active_tokens.get(),
        COLLATERAL - cut
    );
    let event = receipt.event::<Penalised>();
    assert_eq!((event.slashed.get(), event.compensation.get()), (cut, cut));
    let claimed_at = job.posted_at.get() + 60;
    assert_eq!(receipt.event::<Slashed>().infraction_time.get(), claimed_at);
}

#[test]
fn several_offences_are_one_slash() {
    // Given: dave also misses the second task.
    let mut world = ready();
    let handle = world.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    world.deliver(
        &handle,
        0,
        &[("bob", "42"), ("carol", "42"), ("dave", "lie")],
    );
    world.settle(&handle, 0).unwrap();
    world.claim("dave", &handle, (1, 0)).unwrap();
    world.advance(terms().run_window + 1);
    world.expire(&handle, 1).unwrap();
    let (job, _) = world.job(&handle);

    // When
    let receipt = world.penalise("dave", &handle, &[2, 4]).unwrap();

    // Then
    let (rejected, missed) = (job.reject_cut.get(), job.missed_cut.get());
    assert_eq!(receipt.event::<Slashed>().amount.get(), rejected + missed);
    assert_eq!(compensated(&mut world), missed);
    let destination = world.slash_destination();
    assert_eq!(world.balance(&destination), rejected);
}

#[test]
fn nobody_is_penalised_twice() {
    let (mut world, handle) = offences();
    world.penalise("dave", &handle, &[2]).unwrap();
    world.advance(1);
    let result = world.penalise("dave", &handle, &[2]);
    assert_fails(result, MarketError::AlreadyCollected);
    let result = world.penalise("erin", &handle, &[4, 4]);
    assert_fails(result, MarketError::AlreadyCollected);
}

#[test]
fn honest_work_is_not_penalised() {
    let (mut world, handle) = offences();
    let result = world.penalise("bob", &handle, &[0]);
    assert_fails(result, MarketError::NothingToPenalise);
}

#[test]
fn a_list_without_slots_is_refused() {
    let (mut world, handle) = offences();
    let result = world.penalise("dave", &handle, &[]);
    assert_fails(result, MarketError::BadSlotList);
}

#[test]
fn nobody_is_penalised_for_anothers_slot() {
    let (mut world, handle) = offences();
    let result = world.penalise("bob", &handle, &[2]);
    assert_fails(result, MarketError::NotSlotHolder);
    let result = world.penalise("dave", &handle, &[8]);
    assert_fails(result, MarketError::NoSuchSlot);
}

#[test]
fn the_compensation_goes_to_the_requester_in_stake_tokens() {
    let (mut world, handle) = offences();
    let anyone = world.actor("anyone");
    let (stake, usd) = (world.stake_mint(), world.payment_mint());
    let provider = at::provider(&world.address_of("erin"));
    let destination = world.slash_destination();
    let wrong = [
        world.wallet(&stake, &anyone.pubkey()),
        world.wallet(&usd, &handle.requester),
        handle.requester,
    ];
    for harmed in wrong {
        let penalise = market::penalise(handle.address, provider, destination, harmed, vec![4]);
        let result = world.send(&[penalise], &[&anyone]);
        assert_fails(result, MarketError::WrongTokenAccount);
    }
}

#[test]
fn what_is_slashed_goes_where_staking_says() {
    let (mut world, handle) = offences();
    let anyone = world.actor("anyone");
    let stake = world.stake_mint();
    let provider = at::provider(&world.address_of("dave"));
    let harmed = world.wallet(&stake, &handle.requester);
    let mine = world.wallet(&stake, &anyone.pubkey());
    let penalise = market::penalise(handle.address, provider, mine, harmed, vec![2]);
    let result = world.send(&[penalise], &[&anyone]);
    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn the_stake_of_another_provider_is_safe() {
    let (mut world, handle) = offences();
    let anyone = world.actor("anyone");
    let stake = world.stake_mint();
    let (dave, bob) = (world.address_of("dave"), world.address_of("bob"));
    let (daves, bobs) = (at::provider(&dave), at::provider(&bob));
    let (harmed, destination) = (
        world.wallet(&stake, &handle.requester),
        world.slash_destination(),
    );
    let penalise = market::penalise(handle.address, daves, destination, harmed, vec![2]);
    let forged = swapped(penalise.clone(), &daves, &bobs);
    let result = world.send(&[forged], &[&anyone]);
    assert_fails(result, MarketError::WrongAccount);

    let forged = swapped(penalise, &at::stake_vault(&daves), &at::stake_vault(&bobs));
    let result = world.send(&[forged], &[&anyone]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_void_slot_costs_nothing() {
    let mut world = ready();
    let handle = world.post(
        "alice",
        JobTerms {
            spares: 0,
            ..terms()
        },
    );
    let answers = [("bob", "40"), ("carol", "41"), ("dave", "42")];
    world.deliver(&handle, 0, &answers);
    world.settle(&handle, 0).unwrap();
    let result = world.penalise("bob", &handle, &[0]);
    assert_fails(result, MarketError::NothingToPenalise);
}

/// Who holds the account that staking sends slashed tokens to may post jobs, too: then it is both, and gets both.
#[test]
fn the_harmed_one_may_be_the_treasury() {
    // Given: dave lies about one task and misses the other.
    let mut world = ready();
    let handle = world.post(
        "treasury",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    let answers = [("bob", "42"), ("carol", "42"), ("dave", "lie")];
    world.deliver(&handle, 0, &answers);
    world.settle(&handle, 0).unwrap();
    world.claim("dave", &handle, (1, 0)).unwrap();
    world.advance(terms().run_window + 1);
    world.expire(&handle, 1).unwrap();
    let (job, stake) = (world.job(&handle).0, world.stake_mint());
    let destination = world.slash_destination();
    assert_eq!(world.wallet(&stake, &handle.requester), destination);

    // When
    world.penalise("dave", &handle, &[2, 4]).unwrap();

    // Then
    let cut = job.reject_cut.get() + job.missed_cut.get();
    assert_eq!(world.balance(&destination), cut);
    let provider = stake_of(&mut world, "dave");
    assert_eq!(provider.active_tokens.get(), COLLATERAL - cut);
}
