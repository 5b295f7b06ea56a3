use super::market_with_workers;
use assay_harness::{
    assert_fails, instruction::market, market::terms, without_signature, ErrorCode,
};
use assay_market::{
    error::MarketError,
    event::TasksCancelled,
    state::{JobTerms, SeatState},
};

fn batch(task_count: u32) -> JobTerms {
    JobTerms {
        task_count,
        ..terms()
    }
}

#[test]
fn a_requester_takes_back_what_nobody_has_claimed() {
    // Given
    let mut context = market_with_workers();
    let handle = context.post("alice", batch(4));
    context.claim("bob", &handle, (1, 0)).unwrap();

    // When
    let result = context.cancel("alice", &handle, 0, 3).unwrap();

    // Then
    let (job, seats) = context.job(&handle);
    assert_eq!((job.open_tasks.get(), job.refunded_tasks.get()), (2, 2));
    let vacant = |task: usize| {
        let seats = &seats[task * 4..task * 4 + 4];
        seats.iter().all(|s| s.state() == SeatState::Vacant)
    };
    assert_eq!([0, 1, 2, 3].map(vacant), [true, false, true, false]);
    assert_eq!(job.fees_due.get(), 0);
    let event = result.event::<TasksCancelled>();
    assert_eq!(event.job, handle.address);
    assert_eq!((event.first_task.get(), event.count.get()), (0, 3));
    assert_eq!(event.cancelled.get(), 2);
}

#[test]
fn a_cancelled_task_cannot_be_claimed() {
    let mut context = market_with_workers();
    let handle = context.post("alice", batch(2));
    context.cancel("alice", &handle, 0, 1).unwrap();
    let result = context.claim("bob", &handle, (0, 0));
    assert_fails(result, MarketError::SeatNotFree);
    context.claim("bob", &handle, (1, 0)).unwrap();
}

#[test]
fn what_nobody_claimed_is_taken_back_after_claiming_too() {
    let mut context = market_with_workers();
    let handle = context.post("alice", batch(2));
    context.advance(terms().claim_window + 1);
    context.cancel("alice", &handle, 0, 2).unwrap();
    context.close("alice", &handle).unwrap();
}

#[test]
fn only_the_requester_cancels() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    let result = context.cancel("mallory", &handle, 0, 1);
    assert_fails(result, MarketError::NotRequester);

    let (alice, mallory) = (context.address_of("alice"), context.actor("mallory"));
    let cancel = market::cancel_job(alice, handle.address, 0, 1);
    let result = context.send(&[without_signature(cancel, &alice)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn only_tasks_that_exist_are_cancelled() {
    let mut context = market_with_workers();
    let handle = context.post("alice", batch(2));
    for (first, count) in [(0, 3), (2, 1), (1, u32::MAX)] {
        let result = context.cancel("alice", &handle, first, count);
        assert_fails(result, MarketError::NoSuchTask);
    }
}

#[test]
fn a_range_with_nothing_to_take_back_is_refused() {
    let mut context = market_with_workers();
    let handle = context.post("alice", batch(2));
    context.claim("bob", &handle, (0, 0)).unwrap();
    let result = context.cancel("alice", &handle, 0, 1);
    assert_fails(result, MarketError::NothingToCancel);
    let result = context.cancel("alice", &handle, 1, 0);
    assert_fails(result, MarketError::NothingToCancel);
    context.cancel("alice", &handle, 1, 1).unwrap();
    context.advance(1);
    let result = context.cancel("alice", &handle, 1, 1);
    assert_fails(result, MarketError::NothingToCancel);
}
