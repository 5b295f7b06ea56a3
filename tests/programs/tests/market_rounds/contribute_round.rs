use super::fixtures::{
    another_job, challenged, checked, checking, member, rechecking, CHECK, MEMBER, RUN,
};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    keypairs::worker_of,
    market::OPEN_WINDOW,
    pda::market as at,
    work::{contribution, digest_of, stopped_memory},
    Signer, TestContext, WORKERS,
};
use assay_market::{
    error::MarketError,
    event::RoundContributed,
    game::{contribution::blinded, task::flag, Phase, SeatState},
    state::Source,
};

/// As [`challenged`]; the first seat of the round is claimed. Returns who has it, too.
fn claimed() -> (TestContext, JobAddresses, &'static str) {
    let (mut context, job) = challenged();
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    context.advance(150);
    let others = WORKERS
        .iter()
        .filter(|name| !["bob", "carol"].contains(name));
    let name = others
        .copied()
        .find(|name| context.claim_round_now(name, &job, MEMBER).is_ok())
        .expect("somebody is admitted");
    (context, job, name)
}

/// As [`checking`]; carol has claimed the check.
fn check_claimed() -> (TestContext, JobAddresses) {
    let (mut context, job) = checking();
    context.claim_round("carol", &job, CHECK).unwrap();
    (context, job)
}

#[test]
fn a_member_contributes_two_hashes() {
    // Given
    let (mut context, job, name) = claimed();

    // When
    let result = context.contribute_round(name, &job, MEMBER, "42").unwrap();

    // Then: over the blinded digest, because bob's is public.
    let round = context.round_view(&job, 0, Source::Dispute);
    let seed = context.job(&job).0.seed;
    let value = blinded(&digest_of(&seed, "42"), &stopped_memory(&seed, "42"));
    let expected = contribution(name, &seed, 0, &value);
    assert_eq!(round.seats[0].contribution(), expected);
    assert_eq!(round.seats[0].state(), SeatState::Contributed);
    assert_eq!(context.phase(&job, 0), Phase::Disputed);
    let event = result.event::<RoundContributed>();
    assert_eq!((event.round, event.seat), (round.address, 0));
}

#[test]
fn an_equal_check_begins_the_opening() {
    // Given
    let (mut context, job) = check_claimed();

    // When
    let result = context
        .contribute_round("carol", &job, CHECK, "42")
        .unwrap();

    // Then
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Contributed);
    let (header, seats) = context.job(&job);
    assert_eq!(check.seats[0].hash, seats[0].hash);
    assert_eq!(seats[0].flags, flag::CHECK_SPENT | flag::CHECKED);
    let until = header.unix_time(seats[0].until.get());
    assert_eq!(until, context.now() + OPEN_WINDOW as i64);
    assert_eq!(context.phase(&job, 0), Phase::Checking);
    // A check does not lie in the job's account.
    assert_eq!(header.unsettled.get(), 1);
    let event = result.event::<RoundContributed>();
    assert_eq!((event.round, event.seat), (check.address, 0));
}

#[test]
fn a_check_with_another_hash_splits_the_task() {
    let (mut context, job) = check_claimed();
    context
        .contribute_round("carol", &job, CHECK, "43")
        .unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Split);
}

#[test]
fn the_requesters_check_is_compared_at_its_opening() {
    let (mut context, job) = rechecking();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "43")
        .unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Rechecking);
    let (header, check) = (
        context.job(&job).0,
        context.round_view(&job, 0, Source::Check),
    );
    let until = header.unix_time(check.seats[0].until.get());
    assert_eq!(until, context.now() + OPEN_WINDOW as i64);
    assert_eq!(context.seat(&job, 0).flags & flag::CHECKED, 0);
}

#[test]
fn only_the_node_key_of_the_worker_contributes() {
    let (mut context, job, name) = claimed();
    let round = at::round(&job.address, 0, Source::Dispute);
    let given = contribution(name, &context.job(&job).0.seed, 0, &[7; 32]);
    for other in ["mallory", name] {
        let signer = context.actor(other);
        let (key, worker) = (signer.pubkey(), worker_of(name));
        let contribute = market::contribute_round(key, worker, job.address, round, 0, &given);
        let result = context.send(&[contribute], &[&signer]);
        assert_fails(result, MarketError::NotNode);
    }
}

#[test]
fn the_job_is_that_of_the_round() {
    let (mut context, job, name) = claimed();
    let other = another_job(&mut context);
    let round = at::round(&job.address, 0, Source::Dispute);
    let given = contribution(name, &context.job(&job).0.seed, 0, &[7; 32]);
    let node = context.node(name);
    let (key, worker) = (node.pubkey(), worker_of(name));
    let contribute = market::contribute_round(key, worker, other.address, round, 0, &given);
    let result = context.send(&[contribute], &[&node]);
    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn only_a_seat_of_the_account_takes_a_contribution() {
    let (mut context, job, name) = claimed();
    for seat in [5, 255] {
        let place = member(Source::Dispute, seat);
        let result = context.contribute_round(name, &job, place, "42");
        assert_fails(result, MarketError::NoSuchSeat);
    }
}

#[test]
fn a_check_whose_task_does_not_wait_for_it_takes_no_contribution() {
    let (mut context, job) = checked("43");
    let result = context.contribute_round("carol", &job, CHECK, "42");
    assert_fails(result, MarketError::TaskDecided);
}

#[test]
fn a_seat_that_nobody_claimed_takes_no_contribution() {
    let (mut context, job) = challenged();
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    let result = context.contribute_round("dave", &job, MEMBER, "42");
    assert_fails(result, MarketError::NotClaimed);
    let (mut context, job) = checking();
    let result = context.contribute_round("carol", &job, CHECK, "42");
    assert_fails(result, MarketError::NotClaimed);
}

#[test]
fn a_contribution_is_not_replaced() {
    let (mut context, job, name) = claimed();
    context.contribute_round(name, &job, MEMBER, "42").unwrap();
    let result = context.contribute_round(name, &job, MEMBER, "43");
    assert_fails(result, MarketError::NotClaimed);
    let (mut context, job) = checked("42");
    let result = context.contribute_round("carol", &job, CHECK, "43");
    assert_fails(result, MarketError::NotClaimed);
}

#[test]
fn only_the_holder_of_a_seat_contributes() {
    let (mut context, job, _) = claimed();
    let result = context.contribute_round("carol", &job, MEMBER, "42");
    assert_fails(result, MarketError::NotSeatHolder);
    let (mut context, job) = check_claimed();
    let result = context.contribute_round("dave", &job, CHECK, "42");
    assert_fails(result, MarketError::NotSeatHolder);
}

#[test]
fn a_round_takes_contributions_until_its_end() {
    let (mut context, job, name) = claimed();
    let (header, round) = (
        context.job(&job).0,
        context.round_view(&job, 0, Source::Dispute),
    );
    let end = header.unix_time(round.header.round.ends_at(&header.rules()));
    context.advance_to(end - 1);
    let mut in_time = context.clone();
    in_time.contribute_round(name, &job, MEMBER, "42").unwrap();
    context.advance(1);
    let result = context.contribute_round(name, &job, MEMBER, "42");
    assert_fails(result, MarketError::DeadlinePassed);
}

#[test]
fn the_deadline_of_a_check_is_the_run_window() {
    let (mut context, job) = check_claimed();
    context.advance(RUN - 1);
    let mut in_time = context.clone();
    in_time
        .contribute_round("carol", &job, CHECK, "42")
        .unwrap();
    context.advance(1);
    let result = context.contribute_round("carol", &job, CHECK, "42");
    assert_fails(result, MarketError::DeadlinePassed);
}
