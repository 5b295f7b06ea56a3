use super::market as ready;
use assay_market::{
    error::MarketError,
    event::{RoundOpened, TaskAccepted, TaskRefunded},
    state::{JobTerms, SlotState},
};
use assay_world::{
    assert_fails,
    instruction::market::JobHandle,
    market::{digest_of, terms, RAMP, REVEAL_WINDOW},
    World,
};
use SlotState::*;

fn states(world: &World, job: &JobHandle) -> Vec<SlotState> {
    let (_, slots) = world.job(job);
    slots.iter().map(|slot| slot.state()).collect()
}

#[test]
fn a_quorum_is_accepted_and_the_liar_rejected() {
    // Given
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
        &[("bob", "42"), ("carol", "lie"), ("dave", "42")],
    );
    let before = world.job(&handle).0;

    // When
    let receipt = world.settle(&handle, 0).unwrap();

    // Then
    let (job, slots) = world.job(&handle);
    let task: Vec<_> = slots[..4].iter().map(|slot| slot.state()).collect();
    assert_eq!(task, [Accepted, Rejected, Accepted, Untouched]);
    assert_eq!((job.open_tasks.get(), job.accepted_tasks.get()), (1, 1));
    assert_eq!(job.refunded_tasks.get(), 0);
    assert_eq!(job.uncollected.get(), 3);
    assert_eq!(job.fees_due, job.fee);
    assert_eq!(job.funds, before.funds, "money moves later");
    let event = receipt.event::<TaskAccepted>();
    assert_eq!((event.job, event.task.get()), (handle.address, 0));
    assert_eq!(event.digest, digest_of("42"));
}

#[test]
fn a_task_with_missing_results_is_not_judged() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    let result = world.settle(&handle, 0);
    assert_fails(result, MarketError::TaskStillRunning);

    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        world.claim(name, &handle, (0, replica)).unwrap();
    }
    let result = world.settle(&handle, 0);
    assert_fails(result, MarketError::TaskStillRunning);

    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        world.commit(name, &handle, (0, replica), "42").unwrap();
    }
    world.reveal("bob", &handle, (0, 0), "42").unwrap();
    world.reveal("carol", &handle, (0, 1), "42").unwrap();
    let result = world.settle(&handle, 0);
    assert_fails(result, MarketError::TaskStillRunning);
    world.reveal("dave", &handle, (0, 2), "42").unwrap();
    world.settle(&handle, 0).unwrap();
}

#[test]
fn who_does_not_reveal_in_time_misses_and_the_others_are_judged() {
    // Given
    let mut world = ready();
    let handle = world.post("alice", terms());
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        world.claim(name, &handle, (0, replica)).unwrap();
    }
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        world.commit(name, &handle, (0, replica), "42").unwrap();
    }
    world.reveal("bob", &handle, (0, 0), "42").unwrap();
    world.reveal("dave", &handle, (0, 2), "42").unwrap();

    // When
    world.advance(REVEAL_WINDOW);
    let early = world.settle(&handle, 0);
    world.advance(1);
    let receipt = world.settle(&handle, 0).unwrap();

    // Then
    assert_fails(early, MarketError::TaskStillRunning);
    assert_eq!(receipt.event::<TaskAccepted>().missed.get(), 1 << 1);
    assert_eq!(
        states(&world, &handle),
        [Accepted, Missed, Accepted, Untouched]
    );
    assert_eq!(world.job(&handle).0.uncollected.get(), 3);
}

#[test]
fn a_task_is_judged_once() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    world.deliver(
        &handle,
        0,
        &[("bob", "42"), ("carol", "42"), ("dave", "42")],
    );
    world.settle(&handle, 0).unwrap();
    world.advance(1);
    let result = world.settle(&handle, 0);
    assert_fails(result, MarketError::TaskDecided);
}

#[test]
fn only_tasks_that_exist_are_judged() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    let result = world.settle(&handle, 1);
    assert_fails(result, MarketError::NoSuchTask);
}

#[test]
fn without_a_quorum_a_spare_decides() {
    // Given: three different answers.
    let mut world = ready();
    let handle = world.post("alice", terms());
    world.deliver(
        &handle,
        0,
        &[("bob", "40"), ("carol", "41"), ("dave", "42")],
    );

    // When
    let receipt = world.settle(&handle, 0).unwrap();

    // Then
    let event = receipt.event::<RoundOpened>();
    assert_eq!(
        (event.job, event.task.get(), event.spares),
        (handle.address, 0, 1)
    );
    assert_eq!(
        states(&world, &handle),
        [Revealed, Revealed, Revealed, Free]
    );
    let (job, _) = world.job(&handle);
    assert_eq!((job.open_tasks.get(), job.uncollected.get()), (1, 0));

    world.claim("erin", &handle, (0, 3)).unwrap();
    world.commit("erin", &handle, (0, 3), "42").unwrap();
    world.reveal("erin", &handle, (0, 3), "42").unwrap();
    let receipt = world.settle(&handle, 0).unwrap();
    assert_eq!(receipt.event::<TaskAccepted>().digest, digest_of("42"));
    assert_eq!(
        states(&world, &handle),
        [Rejected, Rejected, Accepted, Accepted]
    );
    assert_eq!(world.job(&handle).0.uncollected.get(), 4);
}

#[test]
fn without_a_quorum_and_without_spares_the_task_is_refunded_and_nobody_blamed() {
    // Given
    let mut world = ready();
    let handle = world.post(
        "alice",
        JobTerms {
            spares: 0,
            ..terms()
        },
    );
    world.deliver(
        &handle,
        0,
        &[("bob", "40"), ("carol", "41"), ("dave", "42")],
    );

    // When
    let receipt = world.settle(&handle, 0).unwrap();

    // Then
    let event = receipt.event::<TaskRefunded>();
    assert_eq!((event.job, event.task.get()), (handle.address, 0));
    assert_eq!(states(&world, &handle), [Void, Void, Void]);
    let (job, _) = world.job(&handle);
    assert_eq!((job.open_tasks.get(), job.refunded_tasks.get()), (0, 1));
    assert_eq!((job.uncollected.get(), job.fees_due.get()), (3, 0));
}

#[test]
fn a_tie_goes_to_the_spares() {
    // Given: two against two, where three must agree.
    let mut world = ready();
    let terms = JobTerms {
        replicas: 4,
        quorum: 3,
        spares: 1,
        ..terms()
    };
    let handle = world.post("alice", terms);
    let answers = [
        ("bob", "41"),
        ("carol", "42"),
        ("dave", "41"),
        ("erin", "42"),
    ];
    world.deliver(&handle, 0, &answers);

    // When
    let receipt = world.settle(&handle, 0).unwrap();

    // Then
    assert_eq!(receipt.event::<RoundOpened>().spares, 1);
    world.worker("zoe", super::COLLATERAL);
    world.advance(RAMP);
    world.claim("zoe", &handle, (0, 4)).unwrap();
    world.commit("zoe", &handle, (0, 4), "42").unwrap();
    world.reveal("zoe", &handle, (0, 4), "42").unwrap();
    world.settle(&handle, 0).unwrap();
    let expected = [Rejected, Accepted, Rejected, Accepted, Accepted];
    assert_eq!(states(&world, &handle), expected);
}

#[test]
fn no_round_opens_that_could_not_reach_the_quorum() {
    // Given: nobody reveals; two spares would be needed, one is left.
    let mut world = ready();
    let handle = world.post("alice", terms());
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        world.claim(name, &handle, (0, replica)).unwrap();
    }
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        world.commit(name, &handle, (0, replica), "42").unwrap();
    }

    // When
    world.advance(REVEAL_WINDOW + 1);
    let receipt = world.settle(&handle, 0).unwrap();

    // Then
    assert_eq!(receipt.events::<TaskRefunded>().len(), 1);
    assert_eq!(states(&world, &handle), [Missed, Missed, Missed, Untouched]);
}

#[test]
fn no_round_opens_once_claiming_is_over() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    world.deliver(
        &handle,
        0,
        &[("bob", "40"), ("carol", "41"), ("dave", "42")],
    );
    world.advance(terms().claim_window);
    let receipt = world.settle(&handle, 0).unwrap();
    assert_eq!(receipt.events::<TaskRefunded>().len(), 1);
    assert_eq!(states(&world, &handle), [Void, Void, Void, Untouched]);
}

#[test]
fn a_quorum_out_of_reach_is_refunded_without_waiting_for_reveals() {
    // Given: one commits, the others miss, and claiming is over: two results are out of reach.
    let mut world = ready();
    let handle = world.post("alice", terms());
    world.advance(terms().claim_window - 1);
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        world.claim(name, &handle, (0, replica)).unwrap();
    }
    world.commit("bob", &handle, (0, 0), "42").unwrap();
    world.advance(terms().run_window + 1);
    world.expire(&handle, 0).unwrap();

    // When
    let receipt = world.settle(&handle, 0).unwrap();

    // Then
    assert_eq!(receipt.events::<TaskRefunded>().len(), 1);
    assert_eq!(states(&world, &handle), [Void, Missed, Missed, Untouched]);
    assert_eq!(world.job(&handle).0.uncollected.get(), 3);
}
