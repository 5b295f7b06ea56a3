use super::market_with_workers;
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    market::{terms, REVEAL_WINDOW},
    without_signature,
    work::{digest_of, salt_of},
    ErrorCode, Signer, TestContext,
};
use assay_market::{
    bytes,
    error::MarketError,
    event::ResultCommitted,
    state::{JobTerms, SeatState},
};

/// Returns a job whose task is claimed by bob, carol and dave.
fn claimed() -> (TestContext, JobAddresses) {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        context.claim(name, &handle, (0, replica)).unwrap();
    }
    (context, handle)
}

#[test]
fn a_node_commits_without_showing_its_result() {
    // Given
    let (mut context, handle) = claimed();
    let worker = context.worker_of("bob");

    // When
    let result = context.commit("bob", &handle, (0, 0), "42").unwrap();

    // Then
    let expected = bytes::commitment(
        &handle.address,
        0,
        &worker,
        &digest_of("42"),
        &salt_of("bob"),
    );
    let seat = context.seat(&handle, 0);
    assert_eq!((seat.worker, seat.state()), (worker, SeatState::Committed));
    assert_eq!(seat.value, expected);
    let event = result.event::<ResultCommitted>();
    assert_eq!((event.job, event.commitment), (handle.address, expected));
    assert_eq!((event.task.get(), event.replica), (0, 0));
    assert_eq!(event.reveal_by.get(), 0, "others have still to commit");
}

#[test]
fn the_last_commitment_gives_everyone_the_same_time_to_reveal() {
    let (mut context, handle) = claimed();
    context.commit("bob", &handle, (0, 0), "42").unwrap();
    context.advance(10);
    context.commit("carol", &handle, (0, 1), "42").unwrap();
    context.advance(10);
    let result = context.commit("dave", &handle, (0, 2), "42").unwrap();
    let reveal_by = context.now() + REVEAL_WINDOW as i64;
    assert_eq!(result.event::<ResultCommitted>().reveal_by.get(), reveal_by);
    for index in 0..3 {
        assert_eq!(context.seat(&handle, index).deadline.get(), reveal_by);
    }
}

#[test]
fn only_the_holders_node_commits() {
    let (mut context, handle) = claimed();
    let result = context.commit("carol", &handle, (0, 0), "42");
    assert_fails(result, MarketError::NotSeatHolder);

    let (worker, mallory) = (context.worker_of("bob"), context.actor("mallory"));
    let commit = |node| market::commit_result(node, worker, handle.address, (0, 0), [1; 32]);
    let result = context.send(&[commit(mallory.pubkey())], &[&mallory]);
    assert_fails(result, MarketError::NotNode);
    let node = context.node("bob").pubkey();
    let result = context.send(&[without_signature(commit(node), &node)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn only_seats_that_exist_take_a_commitment() {
    let (mut context, handle) = claimed();
    let result = context.commit("bob", &handle, (1, 0), "42");
    assert_fails(result, MarketError::NoSuchTask);
    let result = context.commit("bob", &handle, (0, 4), "42");
    assert_fails(result, MarketError::NoSuchSeat);
}

#[test]
fn a_commitment_is_not_replaced() {
    let (mut context, handle) = claimed();
    context.commit("bob", &handle, (0, 0), "42").unwrap();
    let result = context.commit("bob", &handle, (0, 0), "43");
    assert_fails(result, MarketError::NotClaimed);
}

#[test]
fn the_last_second_counts_and_the_next_is_late() {
    let (mut context, handle) = claimed();
    context.advance(terms().run_window);
    context.commit("bob", &handle, (0, 0), "42").unwrap();
    context.advance(1);
    let result = context.commit("carol", &handle, (0, 1), "42");
    assert_fails(result, MarketError::DeadlinePassed);
}

#[test]
fn a_claim_of_the_last_second_may_commit_after_claiming_is_over() {
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
    context.advance(terms().run_window);
    context.commit("bob", &handle, (0, 0), "42").unwrap();
}
