use assay_governance::{error::GovernanceError, event::LockWithdrawn, state::Lock};
use assay_world::{
    address::governance as at, assert_fails, governance::MIN_LOCK, instruction::governance,
    swapped, Address, ErrorCode, Keypair, Signer, World,
};

/// Alice's lock of 5,000, unlocking, on the second at which it can be withdrawn.
fn unlocked(world: &mut World) -> (Keypair, Address) {
    world.governance_ready();
    let alice = world.actor("alice");
    let lock = world.lock(&alice, 0, 5_000, MIN_LOCK);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    world.send(&[unlock], &[&alice]).unwrap();
    world.advance_to(world.account::<Lock>(&lock).unlocks_at.get());
    (alice, lock)
}

#[test]
fn anyone_pays_an_unlocked_lock_to_its_owner() {
    // Given
    let mut world = World::new();
    let (alice, lock) = unlocked(&mut world);
    let (passer_by, mint) = (world.actor("bob"), world.vote_mint());
    let wallet = world.wallet(&mint, &alice.pubkey());
    let rent = world.lamports(&lock) + world.lamports(&at::lock_vault(&lock));
    let before = world.lamports(&alice.pubkey());

    // When
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, wallet);
    let receipt = world.send(&[withdraw], &[&passer_by]).unwrap();

    // Then
    assert_eq!(world.balance(&wallet), 5_000);
    assert!(!world.exists(&lock));
    assert!(!world.exists(&at::lock_vault(&lock)));
    assert_eq!(
        world.lamports(&alice.pubkey()),
        before + rent,
        "the rent returns"
    );

    let event = receipt.event::<LockWithdrawn>();
    assert_eq!(event.lock, lock);
    assert_eq!(event.owner, alice.pubkey());
    assert_eq!(event.amount.get(), 5_000);
}

#[test]
fn tokens_sent_to_the_vault_do_not_hold_the_lock_hostage() {
    let mut world = World::new();
    let (alice, lock) = unlocked(&mut world);
    let mint = world.vote_mint();
    world.mint_into(&mint, &at::lock_vault(&lock), 7);
    let wallet = world.wallet(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, wallet);
    world.send(&[withdraw], &[&alice]).unwrap();
    assert_eq!(world.balance(&wallet), 5_007);
}

#[test]
fn a_lock_that_does_not_unlock_cannot_be_withdrawn() {
    let mut world = World::new();
    world.governance_ready();
    let (alice, mint) = (world.actor("alice"), world.vote_mint());
    world.lock(&alice, 0, 5_000, MIN_LOCK);
    world.advance(100 * MIN_LOCK);
    let wallet = world.wallet(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, wallet);
    let result = world.send(&[withdraw], &[&alice]);
    assert_fails(result, GovernanceError::LockNotUnlocking);
}

#[test]
fn a_lock_cannot_be_withdrawn_a_second_early() {
    let mut world = World::new();
    world.governance_ready();
    let (alice, mint) = (world.actor("alice"), world.vote_mint());
    let lock = world.lock(&alice, 0, 5_000, MIN_LOCK);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    world.send(&[unlock], &[&alice]).unwrap();
    world.advance_to(world.account::<Lock>(&lock).unlocks_at.get() - 1);
    let wallet = world.wallet(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, wallet);
    let result = world.send(&[withdraw], &[&alice]);
    assert_fails(result, GovernanceError::CooldownRunning);
}

#[test]
fn a_lock_pays_no_account_but_the_owners() {
    let mut world = World::new();
    let (alice, _) = unlocked(&mut world);
    let (mallory, mint, other) = (
        world.actor("mallory"),
        world.vote_mint(),
        world.mint("OTHER"),
    );
    let mallorys = world.wallet(&mint, &mallory.pubkey());
    let of_another_mint = world.wallet(&other, &alice.pubkey());
    for destination in [mallorys, of_another_mint, mint] {
        let withdraw = governance::withdraw_lock(alice.pubkey(), 0, destination);
        let result = world.send(&[withdraw], &[&mallory]);
        assert_fails(result, GovernanceError::WrongTokenAccount);
    }
}

#[test]
fn the_rent_goes_to_no_one_but_the_owner() {
    let mut world = World::new();
    let (alice, _) = unlocked(&mut world);
    let (mallory, mint) = (world.actor("mallory"), world.vote_mint());
    let wallet = world.wallet(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, wallet);
    let forged = swapped(withdraw, &alice.pubkey(), &mallory.pubkey());
    let result = world.send(&[forged], &[&mallory]);
    assert_fails(result, GovernanceError::WrongRecipient);
}

#[test]
fn the_vault_of_another_lock_pays_nothing() {
    let mut world = World::new();
    let (alice, lock) = unlocked(&mut world);
    let (bob, mint) = (world.actor("bob"), world.vote_mint());
    let bobs = world.lock(&bob, 0, 9_000, MIN_LOCK);
    let wallet = world.wallet(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, wallet);
    let forged = swapped(withdraw, &at::lock_vault(&lock), &at::lock_vault(&bobs));
    let result = world.send(&[forged], &[&alice]);
    assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
}
