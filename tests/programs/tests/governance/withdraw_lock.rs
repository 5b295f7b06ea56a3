use assay_governance::{error::GovernanceError, event::LockWithdrawn, state::Lock};
use assay_harness::{
    assert_fails, governance::MIN_LOCK, instruction::governance, pda::governance as at,
    replace_account, Address, ErrorCode, Keypair, Signer, TestContext,
};

/// Locks 5,000 as alice and moves the clock to the first second in which she can withdraw them. Returns her and the lock.
fn unlocked(context: &mut TestContext) -> (Keypair, Address) {
    let alice = context.actor("alice");
    let lock = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    context.send(&[unlock], &[&alice]).unwrap();
    context.advance_to(context.account::<Lock>(&lock).unlocks_at.get());
    (alice, lock)
}

#[test]
fn anyone_pays_an_unlocked_lock_to_its_owner() {
    // Given
    let mut context = TestContext::governed();
    let (alice, lock) = unlocked(&mut context);
    let (passer_by, mint) = (context.actor("bob"), context.vote_mint());
    let ata = context.ata(&mint, &alice.pubkey());
    let rent = context.lamports(&lock) + context.lamports(&at::lock_vault(&lock));
    let before = context.lamports(&alice.pubkey());

    // When
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, &mint);
    let result = context.send(&[withdraw], &[&passer_by]).unwrap();

    // Then
    assert_eq!(context.balance(&ata), 5_000);
    assert!(!context.exists(&lock));
    assert!(!context.exists(&at::lock_vault(&lock)));
    assert_eq!(
        context.lamports(&alice.pubkey()),
        before + rent,
        "the rent returns"
    );

    let event = result.event::<LockWithdrawn>();
    assert_eq!(event.lock, lock);
    assert_eq!(event.owner, alice.pubkey());
    assert_eq!(event.amount.get(), 5_000);
}

#[test]
fn tokens_sent_to_the_vault_do_not_hold_the_lock_hostage() {
    let mut context = TestContext::governed();
    let (alice, lock) = unlocked(&mut context);
    let mint = context.vote_mint();
    context.mint_to_account(&mint, &at::lock_vault(&lock), 7);
    let ata = context.ata(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, &mint);
    context.send(&[withdraw], &[&alice]).unwrap();
    assert_eq!(context.balance(&ata), 5_007);
}

#[test]
fn a_lock_that_does_not_unlock_cannot_be_withdrawn() {
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    context.lock(&alice, 0, 5_000, MIN_LOCK);
    context.advance(100 * MIN_LOCK);
    context.ata(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, &mint);
    let result = context.send(&[withdraw], &[&alice]);
    assert_fails(result, GovernanceError::LockNotUnlocking);
}

#[test]
fn a_lock_cannot_be_withdrawn_a_second_early() {
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let lock = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    context.send(&[unlock], &[&alice]).unwrap();
    context.advance_to(context.account::<Lock>(&lock).unlocks_at.get() - 1);
    context.ata(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, &mint);
    let result = context.send(&[withdraw], &[&alice]);
    assert_fails(result, GovernanceError::CooldownRunning);
}

#[test]
fn a_lock_pays_no_account_but_the_owners() {
    let mut context = TestContext::governed();
    let (alice, _) = unlocked(&mut context);
    let (mallory, mint, other) = (
        context.actor("mallory"),
        context.vote_mint(),
        context.mint("OTHER"),
    );
    let ata = context.ata(&mint, &alice.pubkey());
    let mallorys = context.ata(&mint, &mallory.pubkey());
    let of_another_mint = context.ata(&other, &alice.pubkey());
    for destination in [mallorys, of_another_mint, mint] {
        let withdraw = governance::withdraw_lock(alice.pubkey(), 0, &mint);
        let forged = replace_account(withdraw, &ata, &destination);
        let result = context.send(&[forged], &[&mallory]);
        assert_fails(result, GovernanceError::WrongTokenAccount);
    }
}

/// Somebody else may be a delegate of an account that the owner does not look at.
#[test]
fn only_the_owner_picks_another_account() {
    let mut context = TestContext::governed();
    let (alice, lock) = unlocked(&mut context);
    let (passer_by, mint) = (context.actor("bob"), context.vote_mint());
    let dave = context.address_of("dave");
    let other = context.ata(&mint, &dave);
    let ata = context.ata(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, &mint);
    let chosen = replace_account(withdraw, &ata, &other);
    let result = context.send(&[chosen], &[&passer_by]);
    assert_fails(result, GovernanceError::WrongTokenAccount);

    let withdraw = governance::withdraw_lock_to(alice.pubkey(), 0, other);
    context.send(&[withdraw], &[&alice]).unwrap();
    assert_eq!(context.balance(&other), 5_000);
    assert!(!context.exists(&lock));
}

#[test]
fn the_rent_goes_to_no_one_but_the_owner() {
    let mut context = TestContext::governed();
    let (alice, _) = unlocked(&mut context);
    let (mallory, mint) = (context.actor("mallory"), context.vote_mint());
    context.ata(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, &mint);
    let forged = replace_account(withdraw, &alice.pubkey(), &mallory.pubkey());
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, GovernanceError::WrongRecipient);
}

#[test]
fn the_vault_of_another_lock_pays_nothing() {
    let mut context = TestContext::governed();
    let (alice, lock) = unlocked(&mut context);
    let (bob, mint) = (context.actor("bob"), context.vote_mint());
    let bobs = context.lock(&bob, 0, 9_000, MIN_LOCK);
    context.ata(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, &mint);
    let forged = replace_account(withdraw, &at::lock_vault(&lock), &at::lock_vault(&bobs));
    let result = context.send(&[forged], &[&alice]);
    assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
}
