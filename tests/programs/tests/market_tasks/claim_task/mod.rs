//! Claims of seats in the account of a job.

mod requirements;

use super::fixtures::{another_job, contributed, many_tasks, posted, FIRST, LATE, ONE_LATE, RUN};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, TaskSeat},
    keypairs::worker_of,
    market::{checked_terms, terms, BOND, COLLATERAL, LIE},
    work::seat_opens_at,
    Signer, TestContext, HOUR, WORKERS,
};
use assay_market::{
    error::MarketError,
    event::TaskClaimed,
    game::{Phase, SeatState},
    instructions::WorkerSettings,
    state::{pause, JobTerms},
};

/// Returns the settings of a worker without limits.
fn settings() -> WorkerSettings {
    WorkerSettings {
        seat_bond: 0,
        locked: 0,
        daily_misses: 0,
        encryption_key: [0; 32],
        read_url: [0; 96],
    }
}

fn update(context: &mut TestContext, name: &str, settings: WorkerSettings) {
    let owner = context.actor(name);
    let update = market::update_worker(owner.pubkey(), settings);
    context.send(&[update], &[&owner]).unwrap();
}

fn opens_at(context: &TestContext, name: &str, job: &JobAddresses, place: TaskSeat) -> i64 {
    let (view, worker) = (context.job_view(job), context.worker_account(name));
    seat_opens_at(&view, place.task, place.seat, &worker_of(name), &worker).unwrap()
}

/// Returns a worker that is admitted to the seat only later than now, and the first second in which it is.
fn latecomer(
    context: &TestContext,
    job: &JobAddresses,
    place: TaskSeat,
    except: &str,
) -> (&'static str, i64) {
    let others = WORKERS.iter().filter(|name| **name != except);
    let times = others.map(|name| (*name, opens_at(context, name, job, place)));
    let last = times.max_by_key(|(_, time)| *time).unwrap();
    assert!(last.1 > context.now(), "everybody is admitted already");
    last
}

#[test]
fn a_claim_binds_the_bond_and_names_the_deadline() {
    // Given
    let (mut context, job) = posted(ONE_LATE);
    context.wait_for_turn("bob", &job, FIRST);
    let (before, now) = (context.job(&job).0, context.now());

    // When
    let result = context.claim_now("bob", &job, FIRST).unwrap();

    // Then
    let bob = worker_of("bob");
    let (header, seats) = context.job(&job);
    assert_eq!(seats[0].state(), SeatState::Claimed);
    assert_eq!(seats[0].worker, bob);
    assert_eq!(header.unix_time(seats[0].claimed_at.get()), now);
    assert_eq!(seats[1].state(), SeatState::Free);
    assert_eq!(header.unsettled.get(), before.unsettled.get());
    assert_eq!(context.phase(&job, 0), Phase::Running);
    let worker = context.worker_account("bob");
    assert_eq!(worker.free.get(), COLLATERAL - BOND);
    assert_eq!(worker.locked.get(), BOND);
    let event = result.event::<TaskClaimed>();
    assert_eq!((event.job, event.worker), (job.address, bob));
    assert_eq!((event.task.get(), event.seat), (0, 0));
    assert_eq!(event.contribute_by.get(), now + RUN as i64);
}

#[test]
fn a_claim_draws_the_late_seat_by_itself() {
    // Given: nobody has drawn the seat, and it is open to all by now.
    let (mut context, job) = contributed(ONE_LATE);
    context.advance(190);
    assert_eq!(context.seat(&job, 1).drawn, 0);

    // When: its seed is known to whoever reads the chain, so its rank is.
    let names = WORKERS.iter().filter(|name| **name != "bob");
    let claimed = names
        .map(|name| context.claim_now(name, &job, LATE))
        .find_map(Result::ok)
        .unwrap();

    // Then
    let seat = context.seat(&job, 1);
    assert_eq!((seat.drawn, seat.state()), (1, SeatState::Claimed));
    let event = claimed.event::<TaskClaimed>();
    assert_eq!((event.worker, event.seat), (seat.worker, 1));
}

#[test]
fn only_the_node_key_of_the_worker_claims() {
    let (mut context, job) = posted(0);
    context.wait_for_turn("bob", &job, FIRST);
    let seed = context.job(&job).0.seed;
    // The owner's own key is not the node's either.
    for name in ["mallory", "bob"] {
        let signer = context.actor(name);
        let claim = market::claim_task(
            signer.pubkey(),
            worker_of("bob"),
            job.address,
            seed,
            FIRST,
            None,
        );
        let result = context.send(&[claim], &[&signer]);
        assert_fails(result, MarketError::NotNode);
    }
}

#[test]
fn no_first_seat_is_claimed_during_a_pause() {
    let (mut context, job) = posted(0);
    context.wait_for_turn("bob", &job, FIRST);
    context.pause_market(pause::CLAIM);
    let result = context.claim_now("bob", &job, FIRST);
    assert_fails(result, MarketError::Paused);

    // Other pauses do not touch claims.
    context.pause_market(pause::ALL - pause::CLAIM);
    context.claim_now("bob", &job, FIRST).unwrap();
}

/// A late seat is part of a verdict: if it stayed empty, an honest result would stay unproven.
#[test]
fn a_late_seat_is_claimed_during_a_pause() {
    let (mut context, job) = posted(10_000);
    context.claim("bob", &job, FIRST).unwrap();
    context.contribute("bob", &job, FIRST, "42").unwrap();
    context.pause_market(pause::ALL);
    let late = TaskSeat { seat: 1, ..FIRST };
    context.claim("carol", &job, late).unwrap();
}

#[test]
fn a_claim_is_for_one_posting_only() {
    let (mut context, job) = posted(0);
    let old = context.claim_instruction("bob", &job, FIRST);
    context.cancel("alice", &job, 0, 1).unwrap();
    context.close("alice", &job).unwrap();
    context.advance(1);
    let again = context.post("alice", terms());
    assert_eq!(again.address, job.address);
    context.wait_for_turn("bob", &again, FIRST);
    let node = context.node("bob");
    assert_fails(context.send(&[old], &[&node]), MarketError::OtherPosting);
    context.claim_now("bob", &again, FIRST).unwrap();
}

#[test]
fn only_a_task_of_the_job_is_claimed() {
    let (mut context, job) = posted(0);
    let place = TaskSeat { task: 1, seat: 0 };
    let result = context.claim_now("bob", &job, place);
    assert_fails(result, MarketError::NoSuchTask);
}

#[test]
fn only_a_seat_of_the_task_is_claimed() {
    let (mut context, job) = posted(0);
    let result = context.claim_now("bob", &job, LATE);
    assert_fails(result, MarketError::NoSuchSeat);
}

#[test]
fn a_late_seat_is_not_claimed_in_the_slot_of_the_contribution() {
    let (mut context, job) = contributed(ONE_LATE);
    let result = context.claim_now("carol", &job, LATE);
    assert_fails(result, MarketError::DrawTooEarly);
    assert_eq!(context.seat(&job, 1).drawn, 0);
}

#[test]
fn a_late_seat_waits_for_its_turn() {
    let (mut context, job) = posted(ONE_LATE);
    context.advance(190);
    let result = context.claim_now("carol", &job, LATE);
    assert_fails(result, MarketError::SeatNotDrawn);
}

#[test]
fn a_late_seat_whose_slot_is_forgotten_waits_for_another_draw() {
    let (mut context, job) = contributed(ONE_LATE);
    context.advance(300);
    let result = context.claim_now("carol", &job, LATE);
    assert_fails(result, MarketError::SeatNotDrawn);
}

#[test]
fn a_task_whose_result_is_open_takes_no_claims() {
    let (mut context, job) = posted(0);
    context.complete_task(&job, 0, &["bob"], "42");
    let result = context.claim_now("carol", &job, FIRST);
    assert_fails(result, MarketError::TaskDecided);
}

#[test]
fn a_canceled_task_takes_no_claims() {
    let (mut context, job) = posted(0);
    context.cancel("alice", &job, 0, 1).unwrap();
    let result = context.claim_now("carol", &job, FIRST);
    assert_fails(result, MarketError::TaskDecided);
}

#[test]
fn a_seat_is_claimed_once() {
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    context.wait_for_turn("carol", &job, FIRST);
    let result = context.claim_now("carol", &job, FIRST);
    assert_fails(result, MarketError::SeatNotFree);
    assert_eq!(context.worker_account("carol").locked.get(), 0);
}

#[test]
fn a_late_seat_is_claimed_once() {
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    context.wait_for_turn("dave", &job, LATE);
    let result = context.claim_now("dave", &job, LATE);
    assert_fails(result, MarketError::SeatNotFree);
}

#[test]
fn a_first_seat_is_claimed_until_the_claim_window_ends() {
    let (mut context, job) = posted(0);
    let window = 4 * HOUR;
    context.advance(window - 1);
    let mut in_time = context.clone();
    in_time.claim_now("bob", &job, FIRST).unwrap();
    context.advance(1);
    let result = context.claim_now("bob", &job, FIRST);
    assert_fails(result, MarketError::ClaimingOver);
}

#[test]
fn a_late_seat_is_claimed_until_its_claims_end() {
    let (mut context, job) = contributed(ONE_LATE);
    context.wait_for_turn("carol", &job, LATE);
    let (header, seats) = context.job(&job);
    let end = header.unix_time(seats[1].until.get());
    context.advance_to(end - 1);
    let mut in_time = context.clone();
    in_time.claim_now("carol", &job, LATE).unwrap();
    context.advance(1);
    let result = context.claim_now("carol", &job, LATE);
    assert_fails(result, MarketError::ClaimingOver);
}

#[test]
fn a_worker_takes_one_seat_of_a_task() {
    let (mut context, job) = contributed(ONE_LATE);
    context.wait_for_turn("bob", &job, LATE);
    let result = context.claim_now("bob", &job, LATE);
    assert_fails(result, MarketError::AlreadyInTask);
}

#[test]
fn collateral_added_after_the_posting_takes_no_first_seat() {
    // Given
    let (mut context, job) = posted(0);
    context.worker("judy", COLLATERAL);
    context.advance(HOUR);

    // When
    let result = context.claim_now("judy", &job, FIRST);

    // Then
    assert_fails(result, MarketError::CollateralTooYoung);
    let later = another_job(&mut context, 0, 1);
    context.claim("judy", &later, FIRST).unwrap();
}

#[test]
fn collateral_added_after_the_first_contribution_takes_no_late_seat() {
    // Given: judy's collateral is a second older than the seed of the late seat, that of kate not.
    let (mut context, job) = posted(ONE_LATE);
    context.claim("bob", &job, FIRST).unwrap();
    context.worker("judy", COLLATERAL);
    context.contribute("bob", &job, FIRST, "42").unwrap();
    context.worker("kate", COLLATERAL);

    // When
    context.wait_for_turn("kate", &job, LATE);
    let young = context.claim_now("kate", &job, LATE);

    // Then
    assert_fails(young, MarketError::CollateralTooYoung);
    context.claim("judy", &job, LATE).unwrap();
}

#[test]
fn a_first_seat_is_taken_in_the_order_of_rank() {
    let (mut context, job) = posted(0);
    let (name, time) = latecomer(&context, &job, FIRST, "nobody");
    context.advance_to(time - 1);
    let result = context.claim_now(name, &job, FIRST);
    assert_fails(result, MarketError::NotAdmitted);
    assert_eq!(context.seat(&job, 0).state(), SeatState::Free);
    context.advance(1);
    context.claim_now(name, &job, FIRST).unwrap();
}

#[test]
fn a_late_seat_is_taken_in_the_order_of_rank() {
    let (mut context, job) = contributed(ONE_LATE);
    context.advance(1);
    let draw = market::draw_seat(job.address, LATE, None);
    context.crank(draw).unwrap();
    let (name, time) = latecomer(&context, &job, LATE, "bob");
    context.advance_to(time - 1);
    let result = context.claim_now(name, &job, LATE);
    assert_fails(result, MarketError::NotAdmitted);
    context.advance(1);
    context.claim_now(name, &job, LATE).unwrap();
}

#[test]
fn admission_to_an_added_task_counts_from_its_extension() {
    // Given: the first task is open to all when the second is added.
    let (mut context, job) = posted(0);
    context.advance(300);
    let extension = context.extension(&job, 1, [8; 32]);
    let alice = context.actor("alice");
    let extend = market::extend_job(&job, extension);
    context.send(&extend, &[&alice]).unwrap();
    let added = TaskSeat { task: 1, seat: 0 };

    // When
    let (name, time) = latecomer(&context, &job, added, "nobody");
    let result = context.claim_now(name, &job, added);

    // Then
    assert_fails(result, MarketError::NotAdmitted);
    context.advance_to(time);
    context.claim_now(name, &job, added).unwrap();
}

#[test]
fn the_reserve_of_the_collateral_stays_unbound() {
    // Given: a fifth of the collateral is the bonds of four seats.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", many_tasks(5));
    assert_eq!(4 * BOND * 5, COLLATERAL);
    for task in 0..4 {
        context
            .claim("bob", &job, TaskSeat { task, seat: 0 })
            .unwrap();
    }

    // When
    let result = context.claim("bob", &job, TaskSeat { task: 4, seat: 0 });

    // Then
    assert_fails(result, MarketError::NotEnoughCollateral);
    assert_eq!(context.worker_account("bob").locked.get(), 4 * BOND);
}

#[test]
fn the_free_collateral_covers_the_whole_penalty_of_a_first_seat() {
    let mut context = TestContext::with_workers();
    context.worker("judy", BOND + LIE - 1);
    context.worker("kate", BOND + LIE);
    let job = context.post("alice", terms());
    context.wait_for_turn("judy", &job, FIRST);
    let result = context.claim_now("judy", &job, FIRST);
    assert_fails(result, MarketError::NotEnoughCollateral);
    context.claim("kate", &job, FIRST).unwrap();
}

#[test]
fn a_late_seat_asks_for_the_whole_penalty_and_not_for_the_reserve() {
    // Given: bob has bound all that the reserve lets him bind in first seats.
    let mut context = TestContext::with_workers();
    context.worker("judy", BOND + LIE - 1);
    let busy = context.post("alice", many_tasks(4));
    for task in 0..4 {
        let place = TaskSeat { task, seat: 0 };
        context.claim("bob", &busy, place).unwrap();
    }
    let checked = JobTerms {
        nonce: 1,
        ..checked_terms(ONE_LATE)
    };
    let job = context.post("alice", checked);
    context.fill_seats(&job, 0, &[("carol", "42")]);

    // When
    context.wait_for_turn("judy", &job, LATE);
    let poor = context.claim_now("judy", &job, LATE);

    // Then
    assert_fails(poor, MarketError::NotEnoughCollateral);
    context.claim("bob", &job, LATE).unwrap();
    assert_eq!(context.worker_account("bob").locked.get(), 5 * BOND);
}

#[test]
fn the_owner_limits_the_bond_of_a_seat() {
    let (mut context, job) = posted(0);
    let limit = |seat_bond| WorkerSettings {
        seat_bond,
        ..settings()
    };
    update(&mut context, "bob", limit(BOND - 1));
    context.wait_for_turn("bob", &job, FIRST);
    let result = context.claim_now("bob", &job, FIRST);
    assert_fails(result, MarketError::BeyondLimits);
    update(&mut context, "bob", limit(BOND));
    context.claim_now("bob", &job, FIRST).unwrap();
}

#[test]
fn the_owner_limits_what_is_bound_at_a_time() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", many_tasks(2));
    let limit = |locked| WorkerSettings {
        locked,
        ..settings()
    };
    update(&mut context, "bob", limit(2 * BOND - 1));
    context.claim("bob", &job, FIRST).unwrap();
    let second = TaskSeat { task: 1, seat: 0 };
    context.wait_for_turn("bob", &job, second);
    let result = context.claim_now("bob", &job, second);
    assert_fails(result, MarketError::BeyondLimits);
    update(&mut context, "bob", limit(2 * BOND));
    context.claim_now("bob", &job, second).unwrap();
}

#[test]
fn the_owner_limits_the_misses_of_a_day() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", many_tasks(2));
    let limited = WorkerSettings {
        daily_misses: 1,
        ..settings()
    };
    update(&mut context, "bob", limited);
    context.claim("bob", &job, FIRST).unwrap();
    context.advance(RUN);
    context.penalize_missed("bob", &job, FIRST).unwrap();

    // When
    let second = TaskSeat { task: 1, seat: 0 };
    let result = context.claim_now("bob", &job, second);

    // Then
    assert_fails(result, MarketError::BeyondLimits);
    update(&mut context, "bob", settings());
    context.claim_now("bob", &job, second).unwrap();
}
