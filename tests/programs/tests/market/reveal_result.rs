use super::market as ready;
use assay_market::{error::MarketError, event::ResultRevealed, state::SlotState};
use assay_world::{
    assert_fails,
    instruction::market::{self, JobHandle},
    market::{digest_of, salt_of, terms, REVEAL_WINDOW},
    unsigned, ErrorCode, Signer, World,
};

/// A task to which bob and carol committed "42" and dave "41".
fn committed() -> (World, JobHandle) {
    let mut world = ready();
    let handle = world.post("alice", terms());
    let replicas = [("bob", "42"), ("carol", "42"), ("dave", "41")];
    for (replica, (name, _)) in (0..).zip(replicas) {
        world.claim(name, &handle, (0, replica)).unwrap();
    }
    for (replica, (name, answer)) in (0..).zip(replicas) {
        world.commit(name, &handle, (0, replica), answer).unwrap();
    }
    (world, handle)
}

#[test]
fn a_node_shows_what_it_committed_to() {
    // Given
    let (mut world, handle) = committed();

    // When
    let receipt = world.reveal("bob", &handle, (0, 0), "42").unwrap();

    // Then
    let slot = world.slot(&handle, 0);
    assert_eq!(
        (slot.state(), slot.value),
        (SlotState::Revealed, digest_of("42"))
    );
    let event = receipt.event::<ResultRevealed>();
    assert_eq!((event.job, event.digest), (handle.address, digest_of("42")));
    assert_eq!((event.task.get(), event.replica), (0, 0));
}

#[test]
fn nothing_is_shown_while_others_could_copy_it() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    world.claim("bob", &handle, (0, 0)).unwrap();
    world.claim("carol", &handle, (0, 1)).unwrap();
    world.commit("bob", &handle, (0, 0), "42").unwrap();
    let result = world.reveal("bob", &handle, (0, 0), "42");
    assert_fails(result, MarketError::RevealNotOpen);

    world.commit("carol", &handle, (0, 1), "42").unwrap();
    let result = world.reveal("bob", &handle, (0, 0), "42");
    assert_fails(result, MarketError::RevealNotOpen);
}

#[test]
fn a_copied_commitment_cannot_be_opened() {
    // Given: erin claims last and commits to the bytes that bob committed to.
    let mut world = ready();
    let handle = world.post("alice", terms());
    for (replica, name) in (0..).zip(["bob", "carol", "erin"]) {
        world.claim(name, &handle, (0, replica)).unwrap();
    }
    world.commit("bob", &handle, (0, 0), "42").unwrap();
    world.commit("carol", &handle, (0, 1), "42").unwrap();
    let copied = world.slot(&handle, 0).value;
    let (node, worker) = (world.node("erin"), world.worker_of("erin"));
    let commit = market::commit_result(node.pubkey(), worker, handle.address, (0, 2), copied);
    world.send(&[commit], &[&node]).unwrap();
    world.reveal("bob", &handle, (0, 0), "42").unwrap();

    // When: she repeats what bob showed.
    let (digest, salt) = (digest_of("42"), salt_of("bob"));
    let reveal = market::reveal_result(node.pubkey(), worker, handle.address, (0, 2), digest, salt);
    let result = world.send(&[reveal], &[&node]);

    // Then
    assert_fails(result, MarketError::WrongReveal);
}

#[test]
fn another_digest_or_salt_does_not_open_the_commitment() {
    let (mut world, handle) = committed();
    let result = world.reveal("bob", &handle, (0, 0), "41");
    assert_fails(result, MarketError::WrongReveal);

    let (node, worker) = (world.node("bob"), world.worker_of("bob"));
    let (digest, salt) = (digest_of("42"), salt_of("carol"));
    let reveal = market::reveal_result(node.pubkey(), worker, handle.address, (0, 0), digest, salt);
    assert_fails(world.send(&[reveal], &[&node]), MarketError::WrongReveal);
}

#[test]
fn only_the_holders_node_reveals() {
    let (mut world, handle) = committed();
    let result = world.reveal("carol", &handle, (0, 0), "42");
    assert_fails(result, MarketError::NotSlotHolder);

    let (worker, mallory) = (world.worker_of("bob"), world.actor("mallory"));
    let (digest, salt) = (digest_of("42"), salt_of("bob"));
    let reveal = |node| market::reveal_result(node, worker, handle.address, (0, 0), digest, salt);
    let result = world.send(&[reveal(mallory.pubkey())], &[&mallory]);
    assert_fails(result, MarketError::NotNode);
    let node = world.node("bob").pubkey();
    let result = world.send(&[unsigned(reveal(node), &node)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn only_slots_that_exist_are_revealed() {
    let (mut world, handle) = committed();
    let result = world.reveal("bob", &handle, (1, 0), "42");
    assert_fails(result, MarketError::NoSuchTask);
    let result = world.reveal("bob", &handle, (0, 4), "42");
    assert_fails(result, MarketError::NoSuchSlot);
}

#[test]
fn a_result_is_shown_once() {
    let (mut world, handle) = committed();
    world.reveal("bob", &handle, (0, 0), "42").unwrap();
    world.advance(1);
    let result = world.reveal("bob", &handle, (0, 0), "42");
    assert_fails(result, MarketError::NotCommitted);
}

#[test]
fn the_last_second_counts_and_the_next_is_late() {
    let (mut world, handle) = committed();
    world.advance(REVEAL_WINDOW);
    world.reveal("bob", &handle, (0, 0), "42").unwrap();
    world.advance(1);
    let result = world.reveal("carol", &handle, (0, 1), "42");
    assert_fails(result, MarketError::DeadlinePassed);
}
