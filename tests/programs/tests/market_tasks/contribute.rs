use super::fixtures::{contribute_raw, contributed, copied, posted, FIRST, LATE, ONE_LATE, RUN};
use assay_harness::{
    assert_fails,
    instruction::market::{self, TaskSeat},
    keypairs::worker_of,
    market::OPEN_WINDOW,
    work::{contribution, digest_of},
    Signer,
};
use assay_market::{
    error::MarketError,
    event::Contributed,
    game::{Phase, SeatState},
};

#[test]
fn a_first_contribution_hides_the_result_and_turns_to_the_late_seat() {
    // Given
    let (mut context, job) = posted(ONE_LATE);
    context.claim("bob", &job, FIRST).unwrap();
    context.advance(60);
    let now = context.now();

    // When
    let result = context.contribute("bob", &job, FIRST, "42").unwrap();

    // Then
    let (header, seats) = context.job(&job);
    let digest = digest_of(&header.seed, "42");
    let expected = contribution("bob", &header.seed, 0, &digest);
    assert_eq!(seats[0].contribution(), expected);
    assert_eq!(seats[0].state(), SeatState::Contributed);
    assert_ne!(seats[0].hash, digest);
    assert!(seats[1].awaits_draw());
    assert_eq!(header.unix_time(seats[1].free_since.get()), now);
    assert_eq!(
        seats[1].until.get() - seats[1].free_since.get(),
        header.rules().late_claims()
    );
    assert_eq!(header.unsettled.get(), 1);
    assert_eq!(context.worker_account("bob").accepted.get(), 0);
    let event = result.event::<Contributed>();
    assert_eq!(event.job, job.address);
    assert_eq!((event.task.get(), event.seat), (0, 0));
    assert_eq!(event.phase, Phase::Running as u8);
}

#[test]
fn after_the_last_equal_contribution_the_opening_begins() {
    // Given
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    let now = context.now();

    // When
    let result = context.contribute("carol", &job, LATE, "42").unwrap();

    // Then
    let (header, seats) = context.job(&job);
    let until = header.unix_time(seats[0].until.get());
    assert_eq!(until, now + OPEN_WINDOW as i64);
    assert_eq!(seats[0].hash, seats[1].hash);
    assert_ne!(seats[0].seal, seats[1].seal);
    assert_eq!(header.unsettled.get(), 2);
    let event = result.event::<Contributed>();
    assert_eq!((event.seat, event.phase), (1, Phase::Running as u8));
}

#[test]
fn another_hash_splits_the_task() {
    // Given
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();

    // When
    let result = context.contribute("carol", &job, LATE, "43").unwrap();

    // Then
    assert_eq!(context.phase(&job, 0), Phase::Split);
    let (header, seats) = context.job(&job);
    let until = header.unix_time(seats[0].until.get());
    assert_eq!(until, context.now() + OPEN_WINDOW as i64);
    assert_eq!(result.event::<Contributed>().phase, Phase::Split as u8);
}

#[test]
fn a_split_closes_the_seats_that_nobody_needs() {
    let (mut context, job) = contributed(20_000);
    context.claim("carol", &job, LATE).unwrap();
    context.contribute("carol", &job, LATE, "43").unwrap();
    assert_eq!(context.seat(&job, 2).state(), SeatState::Closed);
}

#[test]
fn a_seal_is_not_looked_at_before_the_opening() {
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    let given = copied(&context, &job, "bob", "42");
    contribute_raw(&mut context, "carol", &job, LATE, &given);
    assert_eq!(context.seat(&job, 1).state(), SeatState::Contributed);
    assert_eq!(context.phase(&job, 0), Phase::Running);
}

#[test]
fn only_the_node_key_of_the_worker_contributes() {
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    let given = copied(&context, &job, "bob", "42");
    for name in ["mallory", "bob"] {
        let signer = context.actor(name);
        let bob = worker_of("bob");
        let contribute = market::contribute(signer.pubkey(), bob, job.address, FIRST, &given);
        let result = context.send(&[contribute], &[&signer]);
        assert_fails(result, MarketError::NotNode);
    }
    assert_eq!(context.seat(&job, 0).state(), SeatState::Claimed);
}

#[test]
fn only_a_task_of_the_job_takes_a_contribution() {
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    let place = TaskSeat { task: 1, seat: 0 };
    let result = context.contribute("bob", &job, place, "42");
    assert_fails(result, MarketError::NoSuchTask);
}

#[test]
fn only_a_seat_of_the_task_takes_a_contribution() {
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    let result = context.contribute("bob", &job, LATE, "42");
    assert_fails(result, MarketError::NoSuchSeat);
}

#[test]
fn a_seat_that_nobody_claimed_takes_no_contribution() {
    let (mut context, job) = posted(0);
    let result = context.contribute("bob", &job, FIRST, "42");
    assert_fails(result, MarketError::NotClaimed);
}

#[test]
fn a_contribution_is_not_replaced() {
    let (mut context, job) = contributed(0);
    let before = context.data(&job.address);
    let result = context.contribute("bob", &job, FIRST, "43");
    assert_fails(result, MarketError::NotClaimed);
    assert_eq!(context.data(&job.address), before);
}

#[test]
fn only_the_holder_of_a_seat_contributes() {
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    let result = context.contribute("carol", &job, FIRST, "42");
    assert_fails(result, MarketError::NotSeatHolder);
}

#[test]
fn the_deadline_of_a_contribution_is_the_run_window() {
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    context.advance(RUN - 1);
    let mut in_time = context.clone();
    in_time.contribute("bob", &job, FIRST, "42").unwrap();
    context.advance(1);
    let result = context.contribute("bob", &job, FIRST, "42");
    assert_fails(result, MarketError::DeadlinePassed);
}
