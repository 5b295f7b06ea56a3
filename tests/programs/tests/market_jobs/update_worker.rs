use super::{first_of, FIRST};
use assay_harness::{
    assert_fails,
    instruction::market,
    market::{terms, BOND},
    replace_account, without_signature, ErrorCode, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    event::WorkerUpdated,
    instructions::WorkerSettings,
    state::{JobTerms, Worker},
};

const SETTINGS: WorkerSettings = WorkerSettings {
    seat_bond: 11,
    locked: 12,
    daily_misses: 13,
    encryption_key: [14; 32],
    read_url: [b'u'; 96],
};

/// Settings that limit nothing.
const FREE: WorkerSettings = WorkerSettings {
    seat_bond: 0,
    locked: 0,
    daily_misses: 0,
    encryption_key: [0; 32],
    read_url: [0; 96],
};

#[test]
fn an_owner_sets_limits_key_and_address() {
    // Given
    let mut context = TestContext::with_workers();
    let bob = context.actor("bob");
    let before = context.worker_account("bob");

    // When
    let update = market::update_worker(bob.pubkey(), SETTINGS);
    let result = context.send(&[update], &[&bob]).unwrap();

    // Then
    let after = context.worker_account("bob");
    assert_eq!(after.limits.seat_bond.get(), 11);
    assert_eq!(after.limits.locked.get(), 12);
    assert_eq!(after.limits.daily_misses.get(), 13);
    assert_eq!(after.encryption_key, [14; 32]);
    assert_eq!(after.read_url, [b'u'; 96]);
    let rest = Worker {
        limits: before.limits,
        encryption_key: before.encryption_key,
        read_url: before.read_url,
        ..after
    };
    assert_eq!(
        anchor_lang::bytemuck::bytes_of(&rest),
        anchor_lang::bytemuck::bytes_of(&before)
    );
    let event = result.event::<WorkerUpdated>();
    assert_eq!(event.worker, context.worker_of("bob"));
}

#[test]
fn later_settings_replace_earlier_ones() {
    let mut context = TestContext::with_workers();
    let bob = context.actor("bob");
    let before = context.data(&context.worker_of("bob"));

    for settings in [SETTINGS, FREE] {
        let update = market::update_worker(bob.pubkey(), settings);
        context.send(&[update], &[&bob]).unwrap();
    }

    assert_eq!(context.data(&context.worker_of("bob")), before);
}

#[test]
fn limits_stop_new_claims_and_nothing_else() {
    // Given: bob holds one seat and may hold no other.
    let mut context = TestContext::with_workers();
    let bob = context.actor("bob");
    let two = JobTerms {
        task_count: 2,
        ..terms()
    };
    let job = context.post("alice", two);
    context.claim("bob", &job, FIRST).unwrap();
    let limited = WorkerSettings {
        locked: BOND,
        ..FREE
    };
    let update = market::update_worker(bob.pubkey(), limited);
    context.send(&[update], &[&bob]).unwrap();

    // When
    let second = context.claim("bob", &job, first_of(1));

    // Then
    assert_fails(second, MarketError::BeyondLimits);
    context.contribute("bob", &job, FIRST, "42").unwrap();
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);
    context.collect("bob", &job, &[0]).unwrap();
}

#[test]
fn nobody_updates_the_worker_of_another() {
    let mut context = TestContext::with_workers();
    let (bob, mallory) = (context.address_of("bob"), context.actor("mallory"));
    let node = context.node("bob");
    let update = market::update_worker(bob, SETTINGS);
    for stranger in [&mallory, &node] {
        let forged = replace_account(update.clone(), &bob, &stranger.pubkey());
        let result = context.send(&[forged], &[stranger]);
        assert_fails(result, MarketError::NotOwner);
    }

    let result = context.send(&[without_signature(update, &bob)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}
