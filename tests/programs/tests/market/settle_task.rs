use super::market_with_workers;
use assay_harness::{
    assert_fails,
    instruction::market::JobAddresses,
    market::{terms, RAMP, REVEAL_WINDOW},
    work::digest_of,
    TestContext,
};
use assay_market::{
    error::MarketError,
    event::{RoundOpened, TaskAccepted, TaskRefunded},
    state::{JobTerms, SeatState},
};
use SeatState::*;

fn states(context: &TestContext, job: &JobAddresses) -> Vec<SeatState> {
    let (_, seats) = context.job(job);
    seats.iter().map(|seat| seat.state()).collect()
}

#[test]
fn a_quorum_is_accepted_and_the_liar_rejected() {
    // Given
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
        &[("bob", "42"), ("carol", "lie"), ("dave", "42")],
    );
    let before = context.job(&handle).0;

    // When
    let result = context.settle(&handle, 0).unwrap();

    // Then
    let (job, seats) = context.job(&handle);
    let task: Vec<_> = seats[..4].iter().map(|seat| seat.state()).collect();
    assert_eq!(task, [Accepted, Rejected, Accepted, Untouched]);
    assert_eq!((job.open_tasks.get(), job.accepted_tasks.get()), (1, 1));
    assert_eq!(job.refunded_tasks.get(), 0);
    assert_eq!(job.uncollected.get(), 3);
    assert_eq!(job.fees_due, job.fee);
    assert_eq!(job.funds, before.funds, "money moves later");
    let event = result.event::<TaskAccepted>();
    assert_eq!((event.job, event.task.get()), (handle.address, 0));
    assert_eq!(event.digest, digest_of("42"));
}

#[test]
fn a_task_with_missing_results_is_not_judged() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    let result = context.settle(&handle, 0);
    assert_fails(result, MarketError::TaskStillRunning);

    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        context.claim(name, &handle, (0, replica)).unwrap();
    }
    let result = context.settle(&handle, 0);
    assert_fails(result, MarketError::TaskStillRunning);

    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        context.commit(name, &handle, (0, replica), "42").unwrap();
    }
    context.reveal("bob", &handle, (0, 0), "42").unwrap();
    context.reveal("carol", &handle, (0, 1), "42").unwrap();
    let result = context.settle(&handle, 0);
    assert_fails(result, MarketError::TaskStillRunning);
    context.reveal("dave", &handle, (0, 2), "42").unwrap();
    context.settle(&handle, 0).unwrap();
}

#[test]
fn who_does_not_reveal_in_time_misses_and_the_others_are_judged() {
    // Given
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        context.claim(name, &handle, (0, replica)).unwrap();
    }
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        context.commit(name, &handle, (0, replica), "42").unwrap();
    }
    context.reveal("bob", &handle, (0, 0), "42").unwrap();
    context.reveal("dave", &handle, (0, 2), "42").unwrap();

    // When
    context.advance(REVEAL_WINDOW);
    let early = context.settle(&handle, 0);
    context.advance(1);
    let result = context.settle(&handle, 0).unwrap();

    // Then
    assert_fails(early, MarketError::TaskStillRunning);
    assert_eq!(result.event::<TaskAccepted>().missed.get(), 1 << 1);
    assert_eq!(
        states(&context, &handle),
        [Accepted, Missed, Accepted, Untouched]
    );
    assert_eq!(context.job(&handle).0.uncollected.get(), 3);
}

#[test]
fn a_task_is_judged_once() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    context.complete_task(
        &handle,
        0,
        &[("bob", "42"), ("carol", "42"), ("dave", "42")],
    );
    context.settle(&handle, 0).unwrap();
    context.advance(1);
    let result = context.settle(&handle, 0);
    assert_fails(result, MarketError::TaskDecided);
}

#[test]
fn only_tasks_that_exist_are_judged() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    let result = context.settle(&handle, 1);
    assert_fails(result, MarketError::NoSuchTask);
}

#[test]
fn without_a_quorum_a_spare_decides() {
    // Given: three different answers.
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    context.complete_task(
        &handle,
        0,
        &[("bob", "40"), ("carol", "41"), ("dave", "42")],
    );

    // When
    let result = context.settle(&handle, 0).unwrap();

    // Then
    let event = result.event::<RoundOpened>();
    assert_eq!(
        (event.job, event.task.get(), event.spares),
        (handle.address, 0, 1)
    );
    assert_eq!(
        states(&context, &handle),
        [Revealed, Revealed, Revealed, Free]
    );
    let (job, _) = context.job(&handle);
    assert_eq!((job.open_tasks.get(), job.uncollected.get()), (1, 0));

    context.claim("erin", &handle, (0, 3)).unwrap();
    context.commit("erin", &handle, (0, 3), "42").unwrap();
    context.reveal("erin", &handle, (0, 3), "42").unwrap();
    let result = context.settle(&handle, 0).unwrap();
    assert_eq!(result.event::<TaskAccepted>().digest, digest_of("42"));
    assert_eq!(
        states(&context, &handle),
        [Rejected, Rejected, Accepted, Accepted]
    );
    assert_eq!(context.job(&handle).0.uncollected.get(), 4);
}

#[test]
fn without_a_quorum_and_without_spares_the_task_is_refunded_and_nobody_blamed() {
    // Given
    let mut context = market_with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            spares: 0,
            ..terms()
        },
    );
    context.complete_task(
        &handle,
        0,
        &[("bob", "40"), ("carol", "41"), ("dave", "42")],
    );

    // When
    let result = context.settle(&handle, 0).unwrap();

    // Then
    let event = result.event::<TaskRefunded>();
    assert_eq!((event.job, event.task.get()), (handle.address, 0));
    assert_eq!(states(&context, &handle), [Void, Void, Void]);
    let (job, _) = context.job(&handle);
    assert_eq!((job.open_tasks.get(), job.refunded_tasks.get()), (0, 1));
    assert_eq!((job.uncollected.get(), job.fees_due.get()), (3, 0));
}

#[test]
fn a_tie_goes_to_the_spares() {
    // Given: two against two, where three must agree.
    let mut context = market_with_workers();
    let terms = JobTerms {
        replicas: 4,
        quorum: 3,
        spares: 1,
        ..terms()
    };
    let handle = context.post("alice", terms);
    let answers = [
        ("bob", "41"),
        ("carol", "42"),
        ("dave", "41"),
        ("erin", "42"),
    ];
    context.complete_task(&handle, 0, &answers);

    // When
    let result = context.settle(&handle, 0).unwrap();

    // Then
    assert_eq!(result.event::<RoundOpened>().spares, 1);
    context.worker("zoe", super::COLLATERAL);
    context.advance(RAMP);
    context.claim("zoe", &handle, (0, 4)).unwrap();
    context.commit("zoe", &handle, (0, 4), "42").unwrap();
    context.reveal("zoe", &handle, (0, 4), "42").unwrap();
    context.settle(&handle, 0).unwrap();
    let expected = [Rejected, Accepted, Rejected, Accepted, Accepted];
    assert_eq!(states(&context, &handle), expected);
}

#[test]
fn no_round_opens_that_could_not_reach_the_quorum() {
    // Given: nobody reveals; two spares would be needed, one is left.
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        context.claim(name, &handle, (0, replica)).unwrap();
    }
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        context.commit(name, &handle, (0, replica), "42").unwrap();
    }

    // When
    context.advance(REVEAL_WINDOW + 1);
    let result = context.settle(&handle, 0).unwrap();

    // Then
    assert_eq!(result.events::<TaskRefunded>().len(), 1);
    assert_eq!(
        states(&context, &handle),
        [Missed, Missed, Missed, Untouched]
    );
}

#[test]
fn no_round_opens_once_claiming_is_over() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    context.complete_task(
        &handle,
        0,
        &[("bob", "40"), ("carol", "41"), ("dave", "42")],
    );
    context.advance(terms().claim_window);
    let result = context.settle(&handle, 0).unwrap();
    assert_eq!(result.events::<TaskRefunded>().len(), 1);
    assert_eq!(states(&context, &handle), [Void, Void, Void, Untouched]);
}

#[test]
fn a_quorum_out_of_reach_is_refunded_without_waiting_for_reveals() {
    // Given: one commits, the others miss, and claiming is over: two results are out of reach.
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    context.advance(terms().claim_window - 1);
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        context.claim(name, &handle, (0, replica)).unwrap();
    }
    context.commit("bob", &handle, (0, 0), "42").unwrap();
    context.advance(terms().run_window + 1);
    context.expire(&handle, 0).unwrap();

    // When
    let result = context.settle(&handle, 0).unwrap();

    // Then
    assert_eq!(result.events::<TaskRefunded>().len(), 1);
    assert_eq!(states(&context, &handle), [Void, Missed, Missed, Untouched]);
    assert_eq!(context.job(&handle).0.uncollected.get(), 3);
}
