use super::market as ready;
use assay_market::{
    error::MarketError,
    event::{SlotsExpired, TaskRefunded},
    state::{JobTerms, SlotState},
};
use assay_world::{
    assert_fails,
    instruction::market::JobHandle,
    market::{terms, REVEAL_WINDOW},
    World,
};
use SlotState::*;

fn states(world: &World, job: &JobHandle) -> Vec<SlotState> {
    let (_, slots) = world.job(job);
    slots.iter().map(|slot| slot.state()).collect()
}

#[test]
fn a_missed_deadline_opens_a_spare() {
    // Given
    let mut world = ready();
    let handle = world.post("alice", terms());
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        world.claim(name, &handle, (0, replica)).unwrap();
    }
    world.commit("bob", &handle, (0, 0), "42").unwrap();
    world.commit("carol", &handle, (0, 1), "42").unwrap();

    // When
    world.advance(terms().run_window + 1);
    let receipt = world.expire(&handle, 0).unwrap();

    // Then
    assert_eq!(
        states(&world, &handle),
        [Committed, Committed, Missed, Free]
    );
    assert_eq!(world.slot(&handle, 3).deadline.get(), world.now());
    assert_eq!(world.job(&handle).0.uncollected.get(), 1);
    let event = receipt.event::<SlotsExpired>();
    assert_eq!((event.job, event.task.get()), (handle.address, 0));
    assert_eq!((event.missed.get(), event.closed.get()), (1 << 2, 0));
    assert_eq!((event.spares, event.reveal_by.get()), (1, 0));

    world.claim("erin", &handle, (0, 3)).unwrap();
    world.commit("erin", &handle, (0, 3), "42").unwrap();
    for (replica, name) in [(0, "bob"), (1, "carol"), (3, "erin")] {
        world.reveal(name, &handle, (0, replica), "42").unwrap();
    }
    world.settle(&handle, 0).unwrap();
    assert_eq!(
        states(&world, &handle),
        [Accepted, Accepted, Missed, Accepted]
    );
}

#[test]
fn who_missed_a_task_gets_no_second_try() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    world.claim("bob", &handle, (0, 0)).unwrap();
    world.advance(terms().run_window + 1);
    world.expire(&handle, 0).unwrap();
    let result = world.claim("bob", &handle, (0, 3));
    assert_fails(result, MarketError::AlreadyInTask);
}

#[test]
fn free_slots_close_when_claiming_is_over_and_reveals_begin() {
    // Given: two of three slots are claimed and committed.
    let mut world = ready();
    let handle = world.post("alice", terms());
    for (replica, name) in (0..).zip(["bob", "carol"]) {
        world.claim(name, &handle, (0, replica)).unwrap();
        world.commit(name, &handle, (0, replica), "42").unwrap();
    }

    // When
    world.advance(terms().claim_window);
    let receipt = world.expire(&handle, 0).unwrap();

    // Then
    assert_eq!(
        states(&world, &handle),
        [Committed, Committed, Vacant, Untouched]
    );
    let reveal_by = world.now() + REVEAL_WINDOW as i64;
    let event = receipt.event::<SlotsExpired>();
    assert_eq!((event.missed.get(), event.closed.get()), (0, 1 << 2));
    assert_eq!((event.spares, event.reveal_by.get()), (0, reveal_by));
    assert_eq!(world.slot(&handle, 0).deadline.get(), reveal_by);
    world.reveal("bob", &handle, (0, 0), "42").unwrap();
    world.reveal("carol", &handle, (0, 1), "42").unwrap();
    world.settle(&handle, 0).unwrap();
    assert_eq!(
        states(&world, &handle),
        [Accepted, Accepted, Vacant, Untouched]
    );
}

#[test]
fn the_last_open_claim_that_expires_starts_the_reveals() {
    let mut world = ready();
    let handle = world.post(
        "alice",
        JobTerms {
            spares: 0,
            ..terms()
        },
    );
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        world.claim(name, &handle, (0, replica)).unwrap();
    }
    world.commit("bob", &handle, (0, 0), "42").unwrap();
    world.commit("carol", &handle, (0, 1), "42").unwrap();
    world.advance(terms().run_window + 1);
    world.expire(&handle, 0).unwrap();
    world.reveal("bob", &handle, (0, 0), "42").unwrap();
    world.reveal("carol", &handle, (0, 1), "42").unwrap();
    world.settle(&handle, 0).unwrap();
    assert_eq!(states(&world, &handle), [Accepted, Accepted, Missed]);
}

#[test]
fn a_task_that_nobody_claimed_is_refunded_after_the_window() {
    // Given
    let mut world = ready();
    let handle = world.post("alice", terms());

    // When
    world.advance(terms().claim_window);
    let receipt = world.expire(&handle, 0).unwrap();

    // Then
    assert_eq!(states(&world, &handle), [Vacant, Vacant, Vacant, Untouched]);
    let event = receipt.event::<TaskRefunded>();
    assert_eq!((event.job, event.task.get()), (handle.address, 0));
    let (job, _) = world.job(&handle);
    assert_eq!((job.open_tasks.get(), job.refunded_tasks.get()), (0, 1));
    world.close("alice", &handle).unwrap();
}

#[test]
fn a_task_whose_last_claim_expires_after_the_window_is_refunded() {
    let mut world = ready();
    let handle = world.post(
        "alice",
        JobTerms {
            replicas: 1,
            quorum: 1,
            ..terms()
        },
    );
    world.advance(terms().claim_window - 1);
    world.claim("bob", &handle, (0, 0)).unwrap();
    world.advance(terms().run_window + 1);
    let receipt = world.expire(&handle, 0).unwrap();
    assert_eq!(receipt.events::<TaskRefunded>().len(), 1);
    assert_eq!(states(&world, &handle), [Missed, Untouched]);
}

#[test]
fn what_is_not_overdue_goes_on() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    let result = world.expire(&handle, 0);
    assert_fails(result, MarketError::NothingOverdue);

    world.claim("bob", &handle, (0, 0)).unwrap();
    world.advance(terms().run_window);
    let result = world.expire(&handle, 0);
    assert_fails(result, MarketError::NothingOverdue);
}

#[test]
fn a_decided_task_has_nothing_overdue() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    world.cancel("alice", &handle, 0, 1).unwrap();
    let result = world.expire(&handle, 0);
    assert_fails(result, MarketError::TaskDecided);
}

#[test]
fn only_tasks_that_exist_expire() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    let result = world.expire(&handle, 1);
    assert_fails(result, MarketError::NoSuchTask);
}
