use super::{first_of, FIRST};
use assay_harness::{
    assert_fails, instruction::market, market::terms, without_signature, ErrorCode, TestContext,
};
use assay_market::{error::MarketError, event::TasksCancelled, game::Phase, state::JobTerms};

fn batch(task_count: u32) -> JobTerms {
    JobTerms {
        task_count,
        ..terms()
    }
}

#[test]
fn a_requester_takes_back_what_nobody_has_claimed() {
    // Given
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", batch(4));
    context.claim("bob", &handle, first_of(1)).unwrap();

    // When
    let result = context.cancel("alice", &handle, 0, 3).unwrap();

    // Then
    let (job, _) = context.job(&handle);
    assert_eq!(job.open_tasks.get(), 2);
    assert_eq!((job.proven_tasks.get(), job.unproven_tasks.get()), (0, 0));
    let phases = [0, 1, 2, 3].map(|task| context.phase(&handle, task));
    assert_eq!(
        phases,
        [
            Phase::Cancelled,
            Phase::Running,
            Phase::Cancelled,
            Phase::Running
        ]
    );
    assert_eq!(job.fees_due.get(), 0);
    let event = result.event::<TasksCancelled>();
    assert_eq!(event.job, handle.address);
    assert_eq!((event.first_task.get(), event.count.get()), (0, 3));
    assert_eq!(event.cancelled.get(), 2);
}

#[test]
fn a_cancelled_task_cannot_be_claimed() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", batch(2));
    context.cancel("alice", &handle, 0, 1).unwrap();
    let result = context.claim("bob", &handle, FIRST);
    assert_fails(result, MarketError::TaskDecided);
    context.claim("bob", &handle, first_of(1)).unwrap();
}

#[test]
fn what_nobody_claimed_is_taken_back_after_claiming_too() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", batch(2));
    context.advance(u64::from(terms().claim_window) + 1);
    context.cancel("alice", &handle, 0, 2).unwrap();
    context.close("alice", &handle).unwrap();
}

#[test]
fn only_the_requester_cancels() {
    let mut context = TestContext::with_workers();
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
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", batch(2));
    let before = context.data(&handle.address);
    for (first, count) in [(0, 3), (2, 1), (1, u32::MAX)] {
        let result = context.cancel("alice", &handle, first, count);
        assert_fails(result, MarketError::NoSuchTask);
    }
    assert_eq!(context.data(&handle.address), before);
}

#[test]
fn a_range_with_nothing_to_take_back_is_refused() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", batch(2));
    context.claim("bob", &handle, FIRST).unwrap();
    let result = context.cancel("alice", &handle, 0, 1);
    assert_fails(result, MarketError::NothingToCancel);
    let result = context.cancel("alice", &handle, 1, 0);
    assert_fails(result, MarketError::NothingToCancel);
    context.cancel("alice", &handle, 1, 1).unwrap();
    context.advance(1);
    let result = context.cancel("alice", &handle, 1, 1);
    assert_fails(result, MarketError::NothingToCancel);
}
