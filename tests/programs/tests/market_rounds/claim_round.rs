use super::fixtures::{
    another_job, challenged, checked, checking, disputed_split, member, overturned, rechecking,
    CHECK, DUE, MEMBER,
};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, SeatPlace},
    keypairs::worker_of,
    market::{checked_terms, terms, BOND, COLLATERAL, LIE},
    pda::market as at,
    work::round_seat_opens_at,
    Signer, TestContext, WORKERS,
};
use assay_market::{
    error::MarketError,
    event::RoundClaimed,
    game::{round::RoundKind, SeatState},
    instructions::WorkerSettings,
    state::Source,
};

fn opens_at(context: &TestContext, name: &str, job: &JobAddresses, place: SeatPlace) -> i64 {
    let view = context.job_view(job);
    let round = context.round_view(job, place.task, place.source);
    let worker = context.worker_account(name);
    round_seat_opens_at(&view, &round, place.seat, &worker_of(name), &worker).unwrap()
}

/// Returns the worker that a seat admits first or last, and when; neither bob nor carol.
fn admitted(
    context: &TestContext,
    job: &JobAddresses,
    place: SeatPlace,
    last: bool,
) -> (&'static str, i64) {
    let others = WORKERS
        .iter()
        .filter(|name| !["bob", "carol"].contains(name));
    let mut times: Vec<(&str, i64)> = others
        .map(|name| (*name, opens_at(context, name, job, place)))
        .collect();
    times.sort_by_key(|(_, time)| *time);
    if last {
        times.reverse();
    }
    times[0]
}

#[test]
fn a_seat_of_a_round_is_claimed_and_binds_the_bond() {
    // Given
    let (mut context, job) = challenged();
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    let (name, time) = admitted(&context, &job, MEMBER, false);
    context.advance_to(time.max(context.now()));

    // When
    let result = context.claim_round_now(name, &job, MEMBER).unwrap();

    // Then
    let round = context.round_view(&job, 0, Source::Dispute);
    let seat = &round.seats[0];
    assert_eq!(seat.state(), SeatState::Claimed);
    assert_eq!(seat.worker, worker_of(name));
    let header = context.job(&job).0;
    assert_eq!(header.unix_time(seat.claimed_at.get()), context.now());
    // The challenger and the member.
    assert_eq!(round.header.unsettled.get(), 2);
    let worker = context.worker_account(name);
    assert_eq!(worker.free.get(), COLLATERAL - BOND);
    assert_eq!(worker.locked.get(), BOND);
    let event = result.event::<RoundClaimed>();
    assert_eq!(
        (event.round, event.worker),
        (round.address, worker_of(name))
    );
    assert_eq!(event.seat, 0);
}

#[test]
fn the_seat_of_a_check_is_claimed() {
    let (mut context, job) = checking();
    let result = context.claim_round("carol", &job, CHECK).unwrap();
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Claimed);
    assert_eq!(check.seats[0].worker, worker_of("carol"));
    assert_eq!(check.header.unsettled.get(), 1);
    assert_eq!(context.worker_account("carol").locked.get(), BOND);
    let event = result.event::<RoundClaimed>();
    assert_eq!((event.round, event.seat), (check.address, 0));
}

#[test]
fn a_claim_draws_the_round_by_itself() {
    let (mut context, job) = challenged();
    context.advance(159);
    let names = WORKERS.iter().filter(|name| **name != "bob");
    let claimed = names
        .map(|name| context.claim_round_now(name, &job, MEMBER))
        .any(|result| result.is_ok());
    assert!(claimed, "nobody is admitted");
    let round = context.round_view(&job, 0, Source::Dispute);
    assert!(round.header.round.is_drawn());
}

#[test]
fn a_worker_may_hold_several_seats_of_a_round() {
    // Given: judy has nearly all of the collateral.
    let mut context = TestContext::with_workers();
    context.worker("judy", 100 * COLLATERAL);
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "lie");
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();

    // When
    for seat in 0..5 {
        let place = member(Source::Dispute, seat);
        context.claim_round("judy", &job, place).unwrap();
    }

    // Then
    let round = context.round_view(&job, 0, Source::Dispute);
    let judy = worker_of("judy");
    assert!(round.seats.iter().all(|seat| seat.worker == judy));
}

#[test]
fn only_the_node_key_of_the_worker_claims() {
    let (mut context, job) = challenged();
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    let round = at::round(&job.address, 0, Source::Dispute);
    for name in ["mallory", "dave"] {
        let signer = context.actor(name);
        let dave = worker_of("dave");
        let claim = market::claim_round(signer.pubkey(), dave, job.address, round, 0);
        let result = context.send(&[claim], &[&signer]);
        assert_fails(result, MarketError::NotNode);
    }
}

#[test]
fn the_job_is_that_of_the_round() {
    let (mut context, job) = challenged();
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    let other = another_job(&mut context);
    let (node, round) = (
        context.node("dave"),
        at::round(&job.address, 0, Source::Dispute),
    );
    let dave = worker_of("dave");
    let claim = market::claim_round(node.pubkey(), dave, other.address, round, 0);
    assert_fails(context.send(&[claim], &[&node]), MarketError::WrongAccount);
}

#[test]
fn a_round_is_not_claimed_in_the_slot_of_its_opening() {
    let (mut context, job) = challenged();
    let result = context.claim_round_now("dave", &job, MEMBER);
    assert_fails(result, MarketError::DrawTooEarly);
}

#[test]
fn the_requesters_check_is_not_claimed_in_the_slot_of_its_opening() {
    let (mut context, job) = rechecking();
    let result = context.claim_round_now("carol", &job, CHECK);
    assert_fails(result, MarketError::DrawTooEarly);
}

#[test]
fn a_round_whose_slot_is_forgotten_waits_for_another_draw() {
    let (mut context, job) = challenged();
    context.advance(300);
    let result = context.claim_round_now("dave", &job, MEMBER);
    assert_fails(result, MarketError::SeatNotDrawn);
}

#[test]
fn a_check_whose_slot_is_forgotten_waits_for_another_draw() {
    let (mut context, job) = rechecking();
    context.advance(300);
    let result = context.claim_round_now("carol", &job, CHECK);
    assert_fails(result, MarketError::SeatNotDrawn);
}

#[test]
fn only_a_seat_of_the_account_is_claimed() {
    let (mut context, job) = challenged();
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    for seat in [5, 255] {
        let place = member(Source::Dispute, seat);
        let result = context.claim_round_now("dave", &job, place);
        assert_fails(result, MarketError::NoSuchSeat);
    }
    let (mut context, job) = checking();
    let second = member(Source::Check, 1);
    let result = context.claim_round_now("carol", &job, second);
    assert_fails(result, MarketError::NoSuchSeat);
}

#[test]
fn a_check_that_contradicted_takes_no_claim() {
    let (mut context, job) = checked("43");
    let result = context.claim_round_now("dave", &job, CHECK);
    assert_fails(result, MarketError::TaskDecided);
}

#[test]
fn a_closed_check_of_an_open_result_takes_no_claim() {
    let (mut context, job) = checking();
    context.advance(3 * 3_600);
    context.expire(&job, 0).unwrap();
    let closed = context.claim_round_now("dave", &job, CHECK);
    assert_fails(closed, MarketError::SeatNotFree);
    context.open(&job, 0, "42").unwrap();
    let open = context.claim_round_now("dave", &job, CHECK);
    assert_fails(open, MarketError::TaskDecided);
}

#[test]
fn a_round_takes_claims_for_eight_steps() {
    // Given
    let (mut context, job) = challenged();
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    let (header, round) = (
        context.job(&job).0,
        context.round_view(&job, 0, Source::Dispute),
    );
    let claims = header.rules().round_claims();
    assert_eq!(claims, 8 * 32);
    let end = header.unix_time(round.header.round.opened_at.get() + claims);
    let (name, _) = admitted(&context, &job, MEMBER, false);

    // When
    context.advance_to(end - 1);
    let mut in_time = context.clone();
    in_time.claim_round_now(name, &job, MEMBER).unwrap();
    context.advance(1);
    let late = context.claim_round_now(name, &job, MEMBER);

    // Then
    assert_fails(late, MarketError::ClaimingOver);
}

#[test]
fn a_decided_round_takes_no_claims() {
    let (mut context, job, _) = overturned();
    let result = context.claim_round_now("dave", &job, MEMBER);
    assert_fails(result, MarketError::ClaimingOver);
}

#[test]
fn a_check_is_claimed_until_its_claims_end() {
    let (mut context, job) = checking();
    let (header, check) = (
        context.job(&job).0,
        context.round_view(&job, 0, Source::Check),
    );
    let end = header.unix_time(check.seats[0].until.get());
    context.advance_to(end - 1);
    let mut in_time = context.clone();
    in_time.claim_round_now("carol", &job, CHECK).unwrap();
    context.advance(1);
    let result = context.claim_round_now("carol", &job, CHECK);
    assert_fails(result, MarketError::ClaimingOver);
}

#[test]
fn a_seat_of_a_round_is_claimed_once() {
    let (mut context, job) = challenged();
    let members = context.convene(&job, 0, Source::Dispute, &["42"], &["bob", "carol"]);
    let result = context.claim_round_now(members[0], &job, MEMBER);
    assert_fails(result, MarketError::SeatNotFree);
}

#[test]
fn the_seat_of_a_check_is_claimed_once() {
    let (mut context, job) = checking();
    context.claim_round("carol", &job, CHECK).unwrap();
    let result = context.claim_round("dave", &job, CHECK);
    assert_fails(result, MarketError::SeatNotFree);
}

#[test]
fn nobody_checks_its_own_result() {
    for (mut context, job) in [checking(), rechecking()] {
        let result = context.claim_round("bob", &job, CHECK);
        assert_fails(result, MarketError::AlreadyInTask);
    }
}

#[test]
fn collateral_added_after_the_opening_of_a_round_takes_no_seat() {
    // Given: judy has nearly all of the collateral, since after the opening.
    let (mut context, job) = challenged();
    context.worker("judy", 100 * COLLATERAL);

    // When
    let result = context.claim_round("judy", &job, MEMBER);

    // Then
    assert_fails(result, MarketError::CollateralTooYoung);
}

#[test]
fn collateral_added_after_the_draw_of_a_check_takes_no_seat() {
    let (mut context, job) = checking();
    context.worker("judy", 100 * COLLATERAL);
    let result = context.claim_round("judy", &job, CHECK);
    assert_fails(result, MarketError::CollateralTooYoung);
}

/// A forgotten draw names a later slot, but the age that is asked for stays that of the opening.
#[test]
fn a_later_draw_does_not_admit_younger_collateral() {
    let (mut context, job) = rechecking();
    context.worker("judy", 100 * COLLATERAL);
    context.advance(300);
    context.draw_round(&job, 0, Source::Check).unwrap();
    let result = context.claim_round("judy", &job, CHECK);
    assert_fails(result, MarketError::CollateralTooYoung);
}

#[test]
fn a_seat_of_a_round_is_taken_in_the_order_of_rank() {
    let (mut context, job) = challenged();
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    let (first, time) = admitted(&context, &job, MEMBER, false);
    let (last, later) = admitted(&context, &job, MEMBER, true);
    assert!(later > time);
    context.advance_to(time.max(context.now()));
    let result = context.claim_round_now(last, &job, MEMBER);
    assert_fails(result, MarketError::NotAdmitted);
    context.claim_round_now(first, &job, MEMBER).unwrap();
}

#[test]
fn a_check_is_taken_in_the_order_of_rank() {
    let (mut context, job) = checking();
    let (last, time) = admitted(&context, &job, CHECK, true);
    context.advance_to(time - 1);
    let result = context.claim_round_now(last, &job, CHECK);
    assert_fails(result, MarketError::NotAdmitted);
    context.advance(1);
    context.claim_round_now(last, &job, CHECK).unwrap();
}

#[test]
fn the_collateral_of_a_member_covers_the_whole_penalty() {
    // Given: a small market, in which judy and kate have a rank.
    let mut context = TestContext::new();
    context.init_market();
    context.worker("bob", BOND + LIE);
    context.worker("judy", BOND + LIE - 1);
    context.worker("kate", BOND + LIE);
    let job = context.post("alice", checked_terms(DUE));
    context.fill_seats(&job, 0, &[("bob", "42")]);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();

    // When
    let poor = context.claim_round("judy", &job, CHECK);

    // Then
    assert_fails(poor, MarketError::NotEnoughCollateral);
    context.claim_round("kate", &job, CHECK).unwrap();
}

#[test]
fn a_claim_keeps_the_limits_of_the_owner() {
    let (mut context, job) = disputed_split();
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    let (name, _) = admitted(&context, &job, MEMBER, false);
    let owner = context.actor(name);
    let settings = WorkerSettings {
        seat_bond: BOND - 1,
        locked: 0,
        daily_misses: 0,
        encryption_key: [0; 32],
        read_url: [0; 96],
    };
    let update = market::update_worker(owner.pubkey(), settings);
    context.send(&[update], &[&owner]).unwrap();
    let result = context.claim_round(name, &job, MEMBER);
    assert_fails(result, MarketError::BeyondLimits);
}
