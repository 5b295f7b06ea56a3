use super::{market as ready, COLLATERAL};
use assay_market::{
    error::MarketError,
    event::TaskClaimed,
    state::{Collateral, JobTerms, Param, SlotState, Worker},
};
use assay_world::{
    assert_fails,
    instruction::{market, staking},
    market::{terms, RAMP},
    swapped, unsigned, ErrorCode, ProgramError, Signer, World,
};

#[test]
fn a_node_binds_collateral_to_a_slot() {
    // Given
    let mut world = ready();
    let handle = world.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    let (job, before) = world.job(&handle);
    world.advance(33);

    // When
    let receipt = world.claim("bob", &handle, (1, 2)).unwrap();

    // Then
    let address = world.worker_of("bob");
    let commit_by = world.now() + terms().run_window as i64;
    let (_, slots) = world.job(&handle);
    let slot = slots[6];
    assert_eq!((slot.worker, slot.state()), (address, SlotState::Claimed));
    assert_eq!(slot.deadline.get(), commit_by);
    assert_eq!(slot.claimed_after.get(), 33);
    assert_eq!((&slots[..6], &slots[7..]), (&before[..6], &before[7..]));
    let worker: Worker = world.account(&address);
    assert_eq!(worker.locked, job.bond);
    assert_eq!(worker.free.get(), COLLATERAL - job.bond.get());

    let event = receipt.event::<TaskClaimed>();
    assert_eq!((event.job, event.worker), (handle.address, address));
    assert_eq!((event.task.get(), event.replica), (1, 2));
    assert_eq!(event.commit_by.get(), commit_by);
}

/// Makes the collateral that is drawn for certain so large that a worker's chance is `COLLATERAL / unit`.
fn drawn_for_certain(world: &mut World, unit: u64) {
    let governance = world.actor("governance");
    let set = market::set_params(governance.pubkey(), Param::SortitionUnit, unit);
    world.send(&[set], &[&governance]).unwrap();
}

#[test]
fn who_is_not_drawn_waits_for_the_ramp() {
    let mut world = ready();
    drawn_for_certain(&mut world, COLLATERAL << 40);
    let handle = world.post("alice", terms());
    let result = world.claim("bob", &handle, (0, 0));
    assert_fails(result, MarketError::NotDrawn);
    world.advance(RAMP - 1);
    let result = world.claim("bob", &handle, (0, 0));
    assert_fails(result, MarketError::NotDrawn);
    world.advance(1);
    world.claim("bob", &handle, (0, 0)).unwrap();
}

#[test]
fn a_slot_that_reopens_starts_its_ramp_anew() {
    let mut world = ready();
    drawn_for_certain(&mut world, COLLATERAL << 40);
    let handle = world.post("alice", terms());
    world.advance(RAMP);
    world.claim("bob", &handle, (0, 0)).unwrap();
    world.advance(terms().run_window + 1);
    world.expire(&handle, 0).unwrap();
    let spare = (0, 3);
    let result = world.claim("carol", &handle, spare);
    assert_fails(result, MarketError::NotDrawn);
    world.advance(RAMP);
    world.claim("carol", &handle, spare).unwrap();
}

#[test]
fn the_draw_is_the_one_that_everyone_can_compute_and_follows_the_collateral() {
    // Given: bob has a chance of one half at every slot, zoe with half his collateral one of a quarter.
    let mut world = ready();
    world.worker("zoe", COLLATERAL / 2);
    drawn_for_certain(&mut world, 2 * COLLATERAL);
    let slots = 80u32;
    let terms = JobTerms {
        task_count: slots,
        replicas: 1,
        quorum: 1,
        spares: 0,
        ..terms()
    };
    let handle = world.post("alice", terms);
    let (job, _) = world.job(&handle);

    // When
    let mut drawn = |name: &str, free: u64| {
        let worker = world.worker_of(name);
        (0..slots)
            .filter(|slot| {
                let (posted_at, slot_of) = (job.posted_at.get(), (*slot, *slot));
                let collateral = Collateral {
                    free,
                    funded_at: posted_at - 1,
                };
                let expected = job.draws(&worker, collateral, slot_of, 0, posted_at);
                match world.clone().claim(name, &handle, (*slot, 0)) {
                    Ok(_) => assert!(expected, "{name} is drawn for slot {slot}"),
                    refused => {
                        assert!(!expected, "{name} is not drawn for slot {slot}");
                        assert_fails(refused, MarketError::NotDrawn);
                    }
                }
                expected
            })
            .count()
    };
    let (bob, zoe) = (drawn("bob", COLLATERAL), drawn("zoe", COLLATERAL / 2));

    // Then
    assert!((30..=50).contains(&bob), "{bob} of {slots}");
    assert!((12..=28).contains(&zoe), "{zoe} of {slots}");
}

/// The seed is known once the job is posted: whoever could put collateral behind a new worker then would be drawn for
/// whatever slot he liked.
#[test]
fn collateral_younger_than_the_posting_waits_for_the_end_of_the_ramp() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    world.worker("late", COLLATERAL);
    world.claim("bob", &handle, (0, 0)).unwrap();
    let result = world.claim("late", &handle, (0, 1));
    assert_fails(result, MarketError::NotDrawn);
    world.advance_to(world.job(&handle).0.posted_at.get() + RAMP as i64 - 1);
    let result = world.claim("late", &handle, (0, 1));
    assert_fails(result, MarketError::NotDrawn);
    world.advance(1);
    world.claim("late", &handle, (0, 1)).unwrap();
}

#[test]
fn who_adds_collateral_after_the_posting_waits_with_all_of_it() {
    let mut world = ready();
    let stake_mint = world.stake_mint();
    let (bob, owner) = (world.actor("bob"), world.address_of("bob"));
    let handle = world.post("alice", terms());
    let source = world.give(&stake_mint, &owner, 1_000);
    let stake = staking::stake(owner, source, 1_000);
    let add = market::add_collateral(owner, 1);
    world.send(&[stake, add], &[&bob]).unwrap();
    let result = world.claim("bob", &handle, (0, 0));
    assert_fails(result, MarketError::NotDrawn);
}

/// A requester could otherwise put other terms, and a larger bond, under a claim that is on its way.
#[test]
fn a_claim_holds_for_one_posting_only() {
    // Given
    let mut world = ready();
    let handle = world.post("alice", terms());
    let first = world.job(&handle).0.seed;
    let (node, worker) = (world.node("bob"), world.worker_of("bob"));
    let claim = market::claim_task(node.pubkey(), worker, handle.address, first, (0, 0));

    // When: in the same slot, so that only the terms differ
    world.cancel("alice", &handle, 0, 1).unwrap();
    world.close("alice", &handle).unwrap();
    let price = 2 * terms().price;
    world.post("alice", JobTerms { price, ..terms() });
    let result = world.send(&[claim], &[&node]);

    // Then
    assert_fails(result, MarketError::OtherPosting);
    assert_ne!(world.job(&handle).0.seed, first);
    world.claim("bob", &handle, (0, 0)).unwrap();
}

#[test]
fn only_the_node_claims() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    let (worker, bob) = (world.worker_of("bob"), world.actor("bob"));
    let seed = world.job(&handle).0.seed;
    let claim = market::claim_task(bob.pubkey(), worker, handle.address, seed, (0, 0));
    assert_fails(world.send(&[claim], &[&bob]), MarketError::NotNode);

    let node = world.node("bob").pubkey();
    let claim = market::claim_task(node, worker, handle.address, seed, (0, 0));
    let result = world.send(&[unsigned(claim, &node)], &[&bob]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn a_claim_after_the_window_is_refused() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    world.advance(terms().claim_window - 1);
    world.claim("bob", &handle, (0, 0)).unwrap();
    world.advance(1);
    let result = world.claim("carol", &handle, (0, 1));
    assert_fails(result, MarketError::ClaimingOver);
}

#[test]
fn only_slots_that_exist_are_claimed() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    let result = world.claim("bob", &handle, (1, 0));
    assert_fails(result, MarketError::NoSuchTask);
    let result = world.claim("bob", &handle, (0, 4));
    assert_fails(result, MarketError::NoSuchSlot);
}

#[test]
fn a_held_slot_and_an_unopened_spare_are_not_free() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    world.claim("bob", &handle, (0, 0)).unwrap();
    let result = world.claim("carol", &handle, (0, 0));
    assert_fails(result, MarketError::SlotNotFree);
    let result = world.claim("carol", &handle, (0, 3));
    assert_fails(result, MarketError::SlotNotFree);
}

#[test]
fn a_worker_holds_one_replica_of_a_task() {
    let mut world = ready();
    let handle = world.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    world.claim("bob", &handle, (0, 0)).unwrap();
    let result = world.claim("bob", &handle, (0, 1));
    assert_fails(result, MarketError::AlreadyInTask);
    world.claim("bob", &handle, (1, 1)).unwrap();
}

#[test]
fn a_claim_needs_the_whole_bond() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    let bond = world.job(&handle).0.bond.get();
    world.worker("poor", bond.max(1_000) - 1);
    world.advance(RAMP);
    let result = world.claim("poor", &handle, (0, 0));
    assert_fails(result, MarketError::NotEnoughCollateral);
    world.worker("able", bond);
    world.advance(RAMP);
    world.claim("able", &handle, (0, 0)).unwrap();
}

#[test]
fn another_account_of_the_market_is_no_job() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    let (node, worker) = (world.node("bob"), world.worker_of("bob"));
    let seed = world.job(&handle).0.seed;
    let claim = market::claim_task(node.pubkey(), worker, handle.address, seed, (0, 0));
    let other = world.worker_of("carol");
    let forged = swapped(claim, &handle.address, &other);
    let result = world.send(&[forged], &[&node]);
    assert_fails(
        result,
        (assay_market::ID, ProgramError::AccountDataTooSmall),
    );
}
