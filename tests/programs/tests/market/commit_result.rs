use super::market as ready;
use assay_market::{
    bytes,
    error::MarketError,
    event::ResultCommitted,
    state::{JobTerms, SlotState},
};
use assay_world::{
    assert_fails,
    instruction::market::{self, JobHandle},
    market::{digest_of, salt_of, terms, REVEAL_WINDOW},
    unsigned, ErrorCode, Signer, World,
};

/// A job whose task is claimed by bob, carol and dave.
fn claimed() -> (World, JobHandle) {
    let mut world = ready();
    let handle = world.post("alice", terms());
    for (replica, name) in (0..).zip(["bob", "carol", "dave"]) {
        world.claim(name, &handle, (0, replica)).unwrap();
    }
    (world, handle)
}

#[test]
fn a_node_commits_without_showing_its_result() {
    // Given
    let (mut world, handle) = claimed();
    let worker = world.worker_of("bob");

    // When
    let receipt = world.commit("bob", &handle, (0, 0), "42").unwrap();

    // Then
    let expected = bytes::commitment(
        &handle.address,
        0,
        &worker,
        &digest_of("42"),
        &salt_of("bob"),
    );
    let slot = world.slot(&handle, 0);
    assert_eq!((slot.worker, slot.state()), (worker, SlotState::Committed));
    assert_eq!(slot.value, expected);
    let event = receipt.event::<ResultCommitted>();
    assert_eq!((event.job, event.commitment), (handle.address, expected));
    assert_eq!((event.task.get(), event.replica), (0, 0));
    assert_eq!(event.reveal_by.get(), 0, "others have still to commit");
}

#[test]
fn the_last_commitment_gives_everyone_the_same_time_to_reveal() {
    let (mut world, handle) = claimed();
    world.commit("bob", &handle, (0, 0), "42").unwrap();
    world.advance(10);
    world.commit("carol", &handle, (0, 1), "42").unwrap();
    world.advance(10);
    let receipt = world.commit("dave", &handle, (0, 2), "42").unwrap();
    let reveal_by = world.now() + REVEAL_WINDOW as i64;
    assert_eq!(
        receipt.event::<ResultCommitted>().reveal_by.get(),
        reveal_by
    );
    for index in 0..3 {
        assert_eq!(world.slot(&handle, index).deadline.get(), reveal_by);
    }
}

#[test]
fn only_the_holders_node_commits() {
    let (mut world, handle) = claimed();
    let result = world.commit("carol", &handle, (0, 0), "42");
    assert_fails(result, MarketError::NotSlotHolder);

    let (worker, mallory) = (world.worker_of("bob"), world.actor("mallory"));
    let commit = |node| market::commit_result(node, worker, handle.address, (0, 0), [1; 32]);
    let result = world.send(&[commit(mallory.pubkey())], &[&mallory]);
    assert_fails(result, MarketError::NotNode);
    let node = world.node("bob").pubkey();
    let result = world.send(&[unsigned(commit(node), &node)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn only_slots_that_exist_take_a_commitment() {
    let (mut world, handle) = claimed();
    let result = world.commit("bob", &handle, (1, 0), "42");
    assert_fails(result, MarketError::NoSuchTask);
    let result = world.commit("bob", &handle, (0, 4), "42");
    assert_fails(result, MarketError::NoSuchSlot);
}

#[test]
fn a_commitment_is_not_replaced() {
    let (mut world, handle) = claimed();
    world.commit("bob", &handle, (0, 0), "42").unwrap();
    let result = world.commit("bob", &handle, (0, 0), "43");
    assert_fails(result, MarketError::NotClaimed);
}

#[test]
fn the_last_second_counts_and_the_next_is_late() {
    let (mut world, handle) = claimed();
    world.advance(terms().run_window);
    world.commit("bob", &handle, (0, 0), "42").unwrap();
    world.advance(1);
    let result = world.commit("carol", &handle, (0, 1), "42");
    assert_fails(result, MarketError::DeadlinePassed);
}

#[test]
fn a_claim_of_the_last_second_may_commit_after_claiming_is_over() {
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
    world.advance(terms().run_window);
    world.commit("bob", &handle, (0, 0), "42").unwrap();
}
