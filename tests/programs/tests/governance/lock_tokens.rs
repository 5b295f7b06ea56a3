use assay_governance::{
    error::GovernanceError,
    event::Locked,
    state::{Lock, ProposedAction, Target},
};
use assay_harness::{
    account_exists, assert_fails,
    governance::{MAX_LOCK, MIN_LOCK},
    instruction::governance::{self, LockTerms},
    pda::governance as at,
    replace_account, without_signature, ErrorCode, Signer, TestContext,
};
use assay_shared::token::TokenAccount;
use spl_token_interface::error::TokenError;

const TERMS: LockTerms = LockTerms {
    nonce: 3,
    amount: 5_000,
    duration: MIN_LOCK,
};

#[test]
fn a_lock_weighs_its_amount_and_adds_it_to_the_total() {
    // Given
    let mut context = TestContext::governed();
    let (alice, bob, mint) = (
        context.actor("alice"),
        context.actor("bob"),
        context.vote_mint(),
    );
    context.lock(&bob, 0, 1_000, MIN_LOCK);
    let ata = context.mint_tokens(&mint, &alice.pubkey(), 6_000);

    // When
    let lock = governance::lock_tokens(alice.pubkey(), mint, ata, TERMS);
    let result = context.send(&[lock], &[&alice]).unwrap();

    // Then
    let address = at::lock(&alice.pubkey(), TERMS.nonce);
    let lock: Lock = context.account(&address);
    assert_eq!(lock.owner, alice.pubkey());
    assert_eq!(lock.nonce.get(), TERMS.nonce);
    assert_eq!(lock.amount.get(), 5_000);
    assert_eq!(lock.weight.get(), 5_000);
    assert_eq!(lock.duration.get(), MIN_LOCK);
    assert_eq!(lock.version, 1);
    assert_eq!(lock.locked_at.get(), context.now());
    assert_eq!(lock.touched_at.get(), context.now());
    assert_eq!(lock.unlocks_at.get(), 0);
    assert_eq!(context.governance_params().total_weight.get(), 6_000);
    let vault = TokenAccount::parse(&context.data(&at::lock_vault(&address))).unwrap();
    assert_eq!(vault.amount, 5_000);
    assert_eq!(vault.authority, address);
    assert!(!vault.shared_control);
    assert_eq!(context.balance(&ata), 1_000);

    let event = result.event::<Locked>();
    assert_eq!(event.lock, address);
    assert_eq!(event.owner, alice.pubkey());
    assert_eq!(event.locked_at.get(), context.now());
    assert_eq!(event.weight.get(), 5_000);
    assert_eq!(event.total_weight.get(), 6_000);
    assert_eq!(event.first_opening.get(), 0);
}

#[test]
fn the_longest_lock_weighs_four_times_its_amount() {
    let mut context = TestContext::governed();
    let alice = context.actor("alice");
    let lock = context.lock(&alice, 0, 5_000, MAX_LOCK);
    assert_eq!(context.account::<Lock>(&lock).weight.get(), 20_000);
}

#[test]
fn a_lock_notes_how_many_votes_were_opened_before_it() {
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let action = ProposedAction::set_param(Target::Staking, 0, 400);
    context.propose(&proposer, &[action]);
    let lock = context.lock(&alice, 0, 5_000, MIN_LOCK);
    assert_eq!(context.account::<Lock>(&lock).first_opening.get(), 1);
}

#[test]
fn locking_nothing_is_refused() {
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), 5_000);
    let terms = LockTerms { amount: 0, ..TERMS };
    let lock = governance::lock_tokens(alice.pubkey(), mint, ata, terms);
    let result = context.send(&[lock], &[&alice]);
    assert_fails(result, GovernanceError::ZeroAmount);
}

#[test]
fn a_duration_outside_the_limits_is_refused() {
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), 5_000);
    for (duration, error) in [
        (MIN_LOCK - 1, GovernanceError::LockTooShort),
        (MAX_LOCK + 1, GovernanceError::LockTooLong),
    ] {
        let terms = LockTerms { duration, ..TERMS };
        let lock = governance::lock_tokens(alice.pubkey(), mint, ata, terms);
        let result = context.send(&[lock], &[&alice]);
        assert_fails(result, error);
    }
}

#[test]
fn a_weight_beyond_64_bits_is_refused() {
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), 5_000);
    let terms = LockTerms {
        amount: u64::MAX / 2,
        duration: MAX_LOCK,
        ..TERMS
    };
    let lock = governance::lock_tokens(alice.pubkey(), mint, ata, terms);
    let result = context.send(&[lock], &[&alice]);
    assert_fails(result, GovernanceError::Overflow);
}

#[test]
fn a_lock_of_another_mint_is_refused() {
    let mut context = TestContext::governed();
    let (alice, other) = (context.actor("alice"), context.mint("OTHER"));
    let ata = context.mint_tokens(&other, &alice.pubkey(), 5_000);
    let lock = governance::lock_tokens(alice.pubkey(), other, ata, TERMS);
    let result = context.send(&[lock], &[&alice]);
    assert_fails(result, GovernanceError::WrongMint);
}

#[test]
fn tokens_that_are_not_there_or_not_ones_own_are_refused_by_the_token_program() {
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let bob = context.address_of("bob");
    let bobs = context.mint_tokens(&mint, &bob, 5_000);
    let poor = context.mint_tokens(&mint, &alice.pubkey(), 4_999);
    for (ata, error) in [
        (poor, TokenError::InsufficientFunds),
        (bobs, TokenError::OwnerMismatch),
    ] {
        let lock = governance::lock_tokens(alice.pubkey(), mint, ata, TERMS);
        let result = context.send(&[lock], &[&alice]);
        assert_fails(result, error);
    }
}

#[test]
fn a_lock_cannot_be_made_twice() {
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    context.lock(&alice, TERMS.nonce, 1_000, MIN_LOCK);
    let ata = context.mint_tokens(&mint, &alice.pubkey(), 5_000);
    let lock = governance::lock_tokens(alice.pubkey(), mint, ata, TERMS);
    let result = context.send(&[lock], &[&alice]);
    assert_fails(result, account_exists());
}

#[test]
fn nobody_locks_for_another() {
    let mut context = TestContext::governed();
    let (alice, mallory, mint) = (
        context.actor("alice"),
        context.actor("mallory"),
        context.vote_mint(),
    );
    let ata = context.mint_tokens(&mint, &alice.pubkey(), 5_000);
    let lock = governance::lock_tokens(alice.pubkey(), mint, ata, TERMS);
    let result = context.send(&[without_signature(lock, &alice.pubkey())], &[&mallory]);
    assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn a_lock_or_vault_at_another_address_is_refused() {
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), 5_000);
    let lock = governance::lock_tokens(alice.pubkey(), mint, ata, TERMS);
    let [right, wrong] = [TERMS.nonce, 4].map(|nonce| at::lock(&alice.pubkey(), nonce));
    let vaults = [right, wrong].map(|lock| at::lock_vault(&lock));
    for [right, wrong] in [[right, wrong], vaults] {
        let forged = replace_account(lock.clone(), &right, &wrong);
        let result = context.send(&[forged], &[&alice]);
        assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
    }
}

#[test]
fn lamports_sent_to_a_lock_to_be_do_not_block_it() {
    let mut context = TestContext::governed();
    let alice = context.actor("alice");
    let lock = at::lock(&alice.pubkey(), 0);
    for early in [lock, at::lock_vault(&lock)] {
        context.send_lamports(&early, 1_000_000);
    }
    assert_eq!(context.lock(&alice, 0, 5_000, MIN_LOCK), lock);
}
