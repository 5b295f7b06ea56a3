use super::{market_with_workers, COLLATERAL};
use assay_harness::{
    assert_fails,
    instruction::{market, staking},
    market::{terms, RAMP},
    replace_account, without_signature, ErrorCode, ProgramError, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    event::TaskClaimed,
    state::{Collateral, JobTerms, Param, SeatState, Worker},
};

#[test]
fn a_node_binds_collateral_to_a_seat() {
    // Given
    let mut context = market_with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    let (job, before) = context.job(&handle);
    context.advance(33);

    // When
    let result = context.claim("bob", &handle, (1, 2)).unwrap();

    // Then
    let address = context.worker_of("bob");
    let commit_by = context.now() + terms().run_window as i64;
    let (_, seats) = context.job(&handle);
    let seat = seats[6];
    assert_eq!((seat.worker, seat.state()), (address, SeatState::Claimed));
    assert_eq!(seat.deadline.get(), commit_by);
    assert_eq!(seat.claimed_after.get(), 33);
    assert_eq!((&seats[..6], &seats[7..]), (&before[..6], &before[7..]));
    let worker: Worker = context.account(&address);
    assert_eq!(worker.locked, job.bond);
    assert_eq!(worker.free.get(), COLLATERAL - job.bond.get());

    let event = result.event::<TaskClaimed>();
    assert_eq!((event.job, event.worker), (handle.address, address));
    assert_eq!((event.task.get(), event.replica), (1, 2));
    assert_eq!(event.commit_by.get(), commit_by);
}

/// Raises the sortition unit, so that a worker is drawn with a chance of `COLLATERAL / unit`.
fn drawn_for_certain(context: &mut TestContext, unit: u64) {
    let governance = context.actor("governance");
    let set = market::set_params(governance.pubkey(), Param::SortitionUnit, unit);
    context.send(&[set], &[&governance]).unwrap();
}

#[test]
fn who_is_not_drawn_waits_for_the_ramp() {
    let mut context = market_with_workers();
    drawn_for_certain(&mut context, COLLATERAL << 40);
    let handle = context.post("alice", terms());
    let result = context.claim("bob", &handle, (0, 0));
    assert_fails(result, MarketError::NotDrawn);
    context.advance(RAMP - 1);
    let result = context.claim("bob", &handle, (0, 0));
    assert_fails(result, MarketError::NotDrawn);
    context.advance(1);
    context.claim("bob", &handle, (0, 0)).unwrap();
}

#[test]
fn a_seat_that_reopens_starts_its_ramp_anew() {
    let mut context = market_with_workers();
    drawn_for_certain(&mut context, COLLATERAL << 40);
    let handle = context.post("alice", terms());
    context.advance(RAMP);
    context.claim("bob", &handle, (0, 0)).unwrap();
    context.advance(terms().run_window + 1);
    context.expire(&handle, 0).unwrap();
    let spare = (0, 3);
    let result = context.claim("carol", &handle, spare);
    assert_fails(result, MarketError::NotDrawn);
    context.advance(RAMP);
    context.claim("carol", &handle, spare).unwrap();
}

#[test]
fn the_draw_is_the_one_that_everyone_can_compute_and_follows_the_collateral() {
    // Given: bob has a chance of one half at every seat, zoe with half his collateral one of a quarter.
    let mut context = market_with_workers();
    context.worker("zoe", COLLATERAL / 2);
    drawn_for_certain(&mut context, 2 * COLLATERAL);
    let seats = 80u32;
    let terms = JobTerms {
        task_count: seats,
        replicas: 1,
        quorum: 1,
        spares: 0,
        ..terms()
    };
    let handle = context.post("alice", terms);
    let (job, _) = context.job(&handle);

    // When
    let drawn = |name: &str, free: u64| {
        let worker = context.worker_of(name);
        (0..seats)
            .filter(|seat| {
                let (posted_at, seat_of) = (job.posted_at.get(), (*seat, *seat));
                let collateral = Collateral {
                    free,
                    funded_at: posted_at - 1,
                };
                let expected = job.draws(&worker, collateral, seat_of, 0, posted_at);
                match context.clone().claim(name, &handle, (*seat, 0)) {
                    Ok(_) => assert!(expected, "{name} is drawn for seat {seat}"),
                    refused => {
                        assert!(!expected, "{name} is not drawn for seat {seat}");
                        assert_fails(refused, MarketError::NotDrawn);
                    }
                }
                expected
            })
            .count()
    };
    let (bob, zoe) = (drawn("bob", COLLATERAL), drawn("zoe", COLLATERAL / 2));

    // Then
    assert!((30..=50).contains(&bob), "{bob} of {seats}");
    assert!((12..=28).contains(&zoe), "{zoe} of {seats}");
}

/// The seed is known once the job is posted. With newer collateral, an attacker could open workers until one is drawn for
/// the seat that he wants.
#[test]
fn collateral_younger_than_the_posting_waits_for_the_end_of_the_ramp() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    context.worker("late", COLLATERAL);
    context.claim("bob", &handle, (0, 0)).unwrap();
    let result = context.claim("late", &handle, (0, 1));
    assert_fails(result, MarketError::NotDrawn);
    context.advance_to(context.job(&handle).0.posted_at.get() + RAMP as i64 - 1);
    let result = context.claim("late", &handle, (0, 1));
    assert_fails(result, MarketError::NotDrawn);
    context.advance(1);
    context.claim("late", &handle, (0, 1)).unwrap();
}

#[test]
fn who_adds_collateral_after_the_posting_waits_with_all_of_it() {
    let mut context = market_with_workers();
    let stake_mint = context.stake_mint();
    let (bob, owner) = (context.actor("bob"), context.address_of("bob"));
    let handle = context.post("alice", terms());
    let source = context.mint_tokens(&stake_mint, &owner, 1_000);
    let stake = staking::deposit_stake(owner, source, 1_000);
    let add = market::add_collateral(owner, 1);
    context.send(&[stake, add], &[&bob]).unwrap();
    let result = context.claim("bob", &handle, (0, 0));
    assert_fails(result, MarketError::NotDrawn);
}

/// Otherwise a requester could replace the job by one with other terms and a larger bond while a claim is on its way.
#[test]
fn a_claim_holds_for_one_posting_only() {
    // Given
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    let first = context.job(&handle).0.seed;
    let (node, worker) = (context.node("bob"), context.worker_of("bob"));
    let claim = market::claim_task(node.pubkey(), worker, handle.address, first, (0, 0));

    // When: the same seat, so that only the terms differ
    context.cancel("alice", &handle, 0, 1).unwrap();
    context.close("alice", &handle).unwrap();
    let price = 2 * terms().price;
    context.post("alice", JobTerms { price, ..terms() });
    let result = context.send(&[claim], &[&node]);

    // Then
    assert_fails(result, MarketError::OtherPosting);
    assert_ne!(context.job(&handle).0.seed, first);
    context.claim("bob", &handle, (0, 0)).unwrap();
}

#[test]
fn only_the_node_claims() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    let (worker, bob) = (context.worker_of("bob"), context.actor("bob"));
    let seed = context.job(&handle).0.seed;
    let claim = market::claim_task(bob.pubkey(), worker, handle.address, seed, (0, 0));
    assert_fails(context.send(&[claim], &[&bob]), MarketError::NotNode);

    let node = context.node("bob").pubkey();
    let claim = market::claim_task(node, worker, handle.address, seed, (0, 0));
    let result = context.send(&[without_signature(claim, &node)], &[&bob]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn a_claim_after_the_window_is_refused() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    context.advance(terms().claim_window - 1);
    context.claim("bob", &handle, (0, 0)).unwrap();
    context.advance(1);
    let result = context.claim("carol", &handle, (0, 1));
    assert_fails(result, MarketError::ClaimingOver);
}

#[test]
fn only_seats_that_exist_are_claimed() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    let result = context.claim("bob", &handle, (1, 0));
    assert_fails(result, MarketError::NoSuchTask);
    let result = context.claim("bob", &handle, (0, 4));
    assert_fails(result, MarketError::NoSuchSeat);
}

#[test]
fn a_held_seat_and_an_unopened_spare_are_not_free() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    context.claim("bob", &handle, (0, 0)).unwrap();
    let result = context.claim("carol", &handle, (0, 0));
    assert_fails(result, MarketError::SeatNotFree);
    let result = context.claim("carol", &handle, (0, 3));
    assert_fails(result, MarketError::SeatNotFree);
}

#[test]
fn a_worker_holds_one_replica_of_a_task() {
    let mut context = market_with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    context.claim("bob", &handle, (0, 0)).unwrap();
    let result = context.claim("bob", &handle, (0, 1));
    assert_fails(result, MarketError::AlreadyInTask);
    context.claim("bob", &handle, (1, 1)).unwrap();
}

#[test]
fn a_claim_needs_the_whole_bond() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    let bond = context.job(&handle).0.bond.get();
    context.worker("poor", bond.max(1_000) - 1);
    context.advance(RAMP);
    let result = context.claim("poor", &handle, (0, 0));
    assert_fails(result, MarketError::NotEnoughCollateral);
    context.worker("able", bond);
    context.advance(RAMP);
    context.claim("able", &handle, (0, 0)).unwrap();
}

#[test]
fn another_account_of_the_market_is_no_job() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    let (node, worker) = (context.node("bob"), context.worker_of("bob"));
    let seed = context.job(&handle).0.seed;
    let claim = market::claim_task(node.pubkey(), worker, handle.address, seed, (0, 0));
    let other = context.worker_of("carol");
    let forged = replace_account(claim, &handle.address, &other);
    let result = context.send(&[forged], &[&node]);
    assert_fails(
        result,
        (assay_market::ID, ProgramError::AccountDataTooSmall),
    );
}
