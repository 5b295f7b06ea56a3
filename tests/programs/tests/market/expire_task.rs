use super::market_with_workers;
use assay_harness::{
    assert_fails,
    instruction::market::JobAddresses,
    market::{terms, REVEAL_WINDOW},
    TestContext,
};
use assay_market::{
    error::MarketError,
    event::{SeatsExpired, TaskRefunded},
    state::{JobTerms, SeatState},
};
use SeatState::*;

fn states(context: &TestContext, job: &JobAddresses) -> Vec<SeatState> {
    let (_, seats) = context.job(job);
    seats.iter().map(|seat| seat.state()).collect()
}

#[test]
fn a_missed_deadline_opens_a_spare() {
    // Given
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        context.claim(name, &handle, (0, replica)).unwrap();
    }
    context.commit("bob", &handle, (0, 0), "42").unwrap();
    context.commit("carol", &handle, (0, 1), "42").unwrap();

    // When
    context.advance(terms().run_window + 1);
    let result = context.expire(&handle, 0).unwrap();

    // Then
    assert_eq!(
        states(&context, &handle),
        [Committed, Committed, Missed, Free]
    );
    assert_eq!(context.seat(&handle, 3).deadline.get(), context.now());
    assert_eq!(context.job(&handle).0.uncollected.get(), 1);
    let event = result.event::<SeatsExpired>();
    assert_eq!((event.job, event.task.get()), (handle.address, 0));
    assert_eq!((event.missed.get(), event.closed.get()), (1 << 2, 0));
    assert_eq!((event.spares, event.reveal_by.get()), (1, 0));

    context.claim("erin", &handle, (0, 3)).unwrap();
    context.commit("erin", &handle, (0, 3), "42").unwrap();
    for (replica, name) in [(0, "bob"), (1, "carol"), (3, "erin")] {
        context.reveal(name, &handle, (0, replica), "42").unwrap();
    }
    context.settle(&handle, 0).unwrap();
    assert_eq!(
        states(&context, &handle),
        [Accepted, Accepted, Missed, Accepted]
    );
}

#[test]
fn who_missed_a_task_gets_no_second_try() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    context.claim("bob", &handle, (0, 0)).unwrap();
    context.advance(terms().run_window + 1);
    context.expire(&handle, 0).unwrap();
    let result = context.claim("bob", &handle, (0, 3));
    assert_fails(result, MarketError::AlreadyInTask);
}

#[test]
fn free_seats_close_when_claiming_is_over_and_reveals_begin() {
    // Given: two of three seats are claimed and committed.
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    for (replica, name) in (0..).zip(["bob", "carol"]) {
        context.claim(name, &handle, (0, replica)).unwrap();
        context.commit(name, &handle, (0, replica), "42").unwrap();
    }

    // When
    context.advance(terms().claim_window);
    let result = context.expire(&handle, 0).unwrap();

    // Then
    assert_eq!(
        states(&context, &handle),
        [Committed, Committed, Vacant, Untouched]
    );
    let reveal_by = context.now() + REVEAL_WINDOW as i64;
    let event = result.event::<SeatsExpired>();
    assert_eq!((event.missed.get(), event.closed.get()), (0, 1 << 2));
    assert_eq!((event.spares, event.reveal_by.get()), (0, reveal_by));
    assert_eq!(context.seat(&handle, 0).deadline.get(), reveal_by);
    context.reveal("bob", &handle, (0, 0), "42").unwrap();
    context.reveal("carol", &handle, (0, 1), "42").unwrap();
    context.settle(&handle, 0).unwrap();
    assert_eq!(
        states(&context, &handle),
        [Accepted, Accepted, Vacant, Untouched]
    );
}

#[test]
fn the_last_open_claim_that_expires_starts_the_reveals() {
    let mut context = market_with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            spares: 0,
            ..terms()
        },
    );
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        context.claim(name, &handle, (0, replica)).unwrap();
    }
    context.commit("bob", &handle, (0, 0), "42").unwrap();
    context.commit("carol", &handle, (0, 1), "42").unwrap();
    context.advance(terms().run_window + 1);
    context.expire(&handle, 0).unwrap();
    context.reveal("bob", &handle, (0, 0), "42").unwrap();
    context.reveal("carol", &handle, (0, 1), "42").unwrap();
    context.settle(&handle, 0).unwrap();
    assert_eq!(states(&context, &handle), [Accepted, Accepted, Missed]);
}

#[test]
fn a_task_that_nobody_claimed_is_refunded_after_the_window() {
    // Given
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());

    // When
    context.advance(terms().claim_window);
    let result = context.expire(&handle, 0).unwrap();

    // Then
    assert_eq!(
        states(&context, &handle),
        [Vacant, Vacant, Vacant, Untouched]
    );
    let event = result.event::<TaskRefunded>();
    assert_eq!((event.job, event.task.get()), (handle.address, 0));
    let (job, _) = context.job(&handle);
    assert_eq!((job.open_tasks.get(), job.refunded_tasks.get()), (0, 1));
    context.close("alice", &handle).unwrap();
}

#[test]
fn a_task_whose_last_claim_expires_after_the_window_is_refunded() {
    let mut context = market_with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            replicas: 1,
            quorum: 1,
            ..terms()
        },
    );
    context.advance(terms().claim_window - 1);
    context.claim("bob", &handle, (0, 0)).unwrap();
    context.advance(terms().run_window + 1);
    let result = context.expire(&handle, 0).unwrap();
    assert_eq!(result.events::<TaskRefunded>().len(), 1);
    assert_eq!(states(&context, &handle), [Missed, Untouched]);
}

#[test]
fn what_is_not_overdue_goes_on() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    let result = context.expire(&handle, 0);
    assert_fails(result, MarketError::NothingOverdue);

    context.claim("bob", &handle, (0, 0)).unwrap();
    context.advance(terms().run_window);
    let result = context.expire(&handle, 0);
    assert_fails(result, MarketError::NothingOverdue);
}

#[test]
fn a_decided_task_has_nothing_overdue() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    context.cancel("alice", &handle, 0, 1).unwrap();
    let result = context.expire(&handle, 0);
    assert_fails(result, MarketError::TaskDecided);
}

#[test]
fn only_tasks_that_exist_expire() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    let result = context.expire(&handle, 1);
    assert_fails(result, MarketError::NoSuchTask);
}
