use super::market_with_workers;
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    market::{terms, REVEAL_WINDOW},
    without_signature,
    work::{digest_of, salt_of},
    ErrorCode, Signer, TestContext,
};
use assay_market::{error::MarketError, event::ResultRevealed, state::SeatState};

/// Returns a job with one task, to which bob and carol committed "42" and dave "41".
fn committed() -> (TestContext, JobAddresses) {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    let replicas = [("bob", "42"), ("carol", "42"), ("dave", "41")];
    for (replica, (name, _)) in (0..).zip(replicas) {
        context.claim(name, &handle, (0, replica)).unwrap();
    }
    for (replica, (name, answer)) in (0..).zip(replicas) {
        context.commit(name, &handle, (0, replica), answer).unwrap();
    }
    (context, handle)
}

#[test]
fn a_node_shows_what_it_committed_to() {
    // Given
    let (mut context, handle) = committed();

    // When
    let result = context.reveal("bob", &handle, (0, 0), "42").unwrap();

    // Then
    let seat = context.seat(&handle, 0);
    assert_eq!(
        (seat.state(), seat.value),
        (SeatState::Revealed, digest_of("42"))
    );
    let event = result.event::<ResultRevealed>();
    assert_eq!((event.job, event.digest), (handle.address, digest_of("42")));
    assert_eq!((event.task.get(), event.replica), (0, 0));
}

#[test]
fn nothing_is_shown_while_others_could_copy_it() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    context.claim("bob", &handle, (0, 0)).unwrap();
    context.claim("carol", &handle, (0, 1)).unwrap();
    context.commit("bob", &handle, (0, 0), "42").unwrap();
    let result = context.reveal("bob", &handle, (0, 0), "42");
    assert_fails(result, MarketError::RevealNotOpen);

    context.commit("carol", &handle, (0, 1), "42").unwrap();
    let result = context.reveal("bob", &handle, (0, 0), "42");
    assert_fails(result, MarketError::RevealNotOpen);
}

#[test]
fn a_copied_commitment_cannot_be_opened() {
    // Given: erin claims last and commits to the bytes that bob committed to.
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    for (replica, name) in (0..).zip(["bob", "carol", "erin"]) {
        context.claim(name, &handle, (0, replica)).unwrap();
    }
    context.commit("bob", &handle, (0, 0), "42").unwrap();
    context.commit("carol", &handle, (0, 1), "42").unwrap();
    let copied = context.seat(&handle, 0).value;
    let (node, worker) = (context.node("erin"), context.worker_of("erin"));
    let commit = market::commit_result(node.pubkey(), worker, handle.address, (0, 2), copied);
    context.send(&[commit], &[&node]).unwrap();
    context.reveal("bob", &handle, (0, 0), "42").unwrap();

    // When: she repeats what bob revealed.
    let (digest, salt) = (digest_of("42"), salt_of("bob"));
    let reveal = market::reveal_result(node.pubkey(), worker, handle.address, (0, 2), digest, salt);
    let result = context.send(&[reveal], &[&node]);

    // Then
    assert_fails(result, MarketError::WrongReveal);
}

#[test]
fn another_digest_or_salt_does_not_open_the_commitment() {
    let (mut context, handle) = committed();
    let result = context.reveal("bob", &handle, (0, 0), "41");
    assert_fails(result, MarketError::WrongReveal);

    let (node, worker) = (context.node("bob"), context.worker_of("bob"));
    let (digest, salt) = (digest_of("42"), salt_of("carol"));
    let reveal = market::reveal_result(node.pubkey(), worker, handle.address, (0, 0), digest, salt);
    assert_fails(context.send(&[reveal], &[&node]), MarketError::WrongReveal);
}

#[test]
fn only_the_holders_node_reveals() {
    let (mut context, handle) = committed();
    let result = context.reveal("carol", &handle, (0, 0), "42");
    assert_fails(result, MarketError::NotSeatHolder);

    let (worker, mallory) = (context.worker_of("bob"), context.actor("mallory"));
    let (digest, salt) = (digest_of("42"), salt_of("bob"));
    let reveal = |node| market::reveal_result(node, worker, handle.address, (0, 0), digest, salt);
    let result = context.send(&[reveal(mallory.pubkey())], &[&mallory]);
    assert_fails(result, MarketError::NotNode);
    let node = context.node("bob").pubkey();
    let result = context.send(&[without_signature(reveal(node), &node)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn only_seats_that_exist_are_revealed() {
    let (mut context, handle) = committed();
    let result = context.reveal("bob", &handle, (1, 0), "42");
    assert_fails(result, MarketError::NoSuchTask);
    let result = context.reveal("bob", &handle, (0, 4), "42");
    assert_fails(result, MarketError::NoSuchSeat);
}

#[test]
fn a_result_is_shown_once() {
    let (mut context, handle) = committed();
    context.reveal("bob", &handle, (0, 0), "42").unwrap();
    context.advance(1);
    let result = context.reveal("bob", &handle, (0, 0), "42");
    assert_fails(result, MarketError::NotCommitted);
}

#[test]
fn the_last_second_counts_and_the_next_is_late() {
    let (mut context, handle) = committed();
    context.advance(REVEAL_WINDOW);
    context.reveal("bob", &handle, (0, 0), "42").unwrap();
    context.advance(1);
    let result = context.reveal("carol", &handle, (0, 1), "42");
    assert_fails(result, MarketError::DeadlinePassed);
}
