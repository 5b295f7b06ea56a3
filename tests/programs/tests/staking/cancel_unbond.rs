use assay_harness::{
    assert_fails,
    instruction::staking::{self, SlashAmounts},
    pda::staking as at,
    replace_account,
    staking::MIN_SELF_STAKE,
    ErrorCode, Signer, TestContext,
};
use assay_staking::{
    error::StakingError,
    event::UnbondCancelled,
    state::{Delegation, Provider, Ticket},
};

#[test]
fn a_cancelled_ticket_is_active_stake_again() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let before = context.lamports(&bob.pubkey());
    let ticket = context.begin_unbond(&bob, 0, 4_000);
    let out: Ticket = context.account(&ticket);

    // When
    let result = context
        .send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob])
        .unwrap();

    // Then
    let provider: Provider = context.account(&address);
    assert_eq!(provider.active_tokens.get(), 10_000);
    assert_eq!(provider.active_shares.get(), 10_000);
    assert_eq!(provider.vault_balance(), Some(10_000));
    let delegation: Delegation = context.account(&at::delegation(&address, &bob.pubkey()));
    assert_eq!(delegation.shares.get(), 10_000);
    assert_eq!(context.balance(&at::stake_vault(&address)), 10_000);
    assert!(!context.exists(&ticket));
    assert_eq!(
        context.lamports(&bob.pubkey()),
        before - 2 * result.fee,
        "the rent returns"
    );

    let event = result.event::<UnbondCancelled>();
    assert_eq!(event.provider, address);
    assert_eq!(event.ticket, ticket);
    assert_eq!(event.tokens.get(), 4_000);
    assert_eq!(event.shares.get(), 4_000);
    assert_eq!(event.bucket, out.bucket);
}

#[test]
fn a_ticket_slashed_on_its_way_out_returns_with_what_is_left() {
    // Given 6,000 active and 4,000 unbonding, of which a tenth is slashed
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 0, 4_000);
    context.allocate(&bob, 1_000);
    context.slash(&address, 1_000);

    // When
    let result = context
        .send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob])
        .unwrap();

    // Then 3,600 tokens buy floor(3,600 * 6,000 / 5,400) shares
    let event = result.event::<UnbondCancelled>();
    assert_eq!(event.tokens.get(), 3_600);
    assert_eq!(event.shares.get(), 4_000);
    let provider: Provider = context.account(&address);
    assert_eq!(provider.active_tokens.get(), 9_000);
}

#[test]
fn a_ticket_outlives_the_generation_it_came_from() {
    // Given an unbonding ticket of a provider whose active stake is then wiped out
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 0, 5_000);
    context.allocate(&bob, 5_000);
    let amounts = SlashAmounts {
        infraction_time: context.now() + 100_000_000,
        ..context.slash_amounts(5_000)
    };
    context.try_slash(&address, amounts).unwrap();

    // When
    context
        .send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob])
        .unwrap();

    // Then only the ticket's stake counts
    let delegation: Delegation = context.account(&at::delegation(&address, &bob.pubkey()));
    assert_eq!(delegation.shares.get(), 5_000);
    assert_eq!(delegation.generation.get(), 1);
    let provider: Provider = context.account(&address);
    assert_eq!(provider.active_shares.get(), 5_000);
}

#[test]
fn a_matured_ticket_can_only_be_withdrawn() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let ticket = context.begin_unbond(&bob, 0, 4_000);
    context.advance_to(context.account::<Ticket>(&ticket).matures_at.get());
    let result = context.send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob]);
    assert_fails(result, StakingError::AlreadyMatured);
}

#[test]
fn only_the_owner_of_a_ticket_cancels_it() {
    let mut context = TestContext::new();
    context.init_staking();
    let bobs = context.provider("bob", 10_000);
    let mallorys = context.provider("mallory", 10_000);
    let (bob, mallory) = (context.actor("bob"), context.actor("mallory"));
    let bobs_ticket = context.begin_unbond(&bob, 0, 4_000);
    let mallorys_ticket = context.begin_unbond(&mallory, 0, 4_000);
    let cancel = staking::cancel_unbond(mallory.pubkey(), 0);
    let forged = replace_account(cancel, &mallorys, &bobs);
    let forged = replace_account(forged, &mallorys_ticket, &bobs_ticket);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn a_ticket_returns_to_its_own_provider_only() {
    let mut context = TestContext::new();
    context.init_staking();
    let bobs = context.provider("bob", 10_000);
    let alices = context.provider("alice", 10_000);
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 0, 4_000);
    let cancel = staking::cancel_unbond(bob.pubkey(), 0);
    let forged = replace_account(cancel, &bobs, &alices);
    let result = context.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
}

#[test]
fn a_ticket_returns_to_its_owners_position_only() {
    let mut context = TestContext::new();
    context.init_staking();
    let bobs = context.provider("bob", 10_000);
    let alices = context.provider("alice", 10_000);
    let (bob, alice) = (context.actor("bob"), context.address_of("alice"));
    context.begin_unbond(&bob, 0, 4_000);
    let cancel = staking::cancel_unbond(bob.pubkey(), 0);
    let forged = replace_account(
        cancel,
        &at::delegation(&bobs, &bob.pubkey()),
        &at::delegation(&alices, &alice),
    );
    let result = context.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_ticket_below_the_minimum_cannot_return_alone() {
    // Given a provider that unbonded a ticket of one unit less than the minimum, and then the rest
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 0, MIN_SELF_STAKE - 1);
    context.begin_unbond(&bob, 1, 1);
    context.begin_unbond(&bob, 2, 10_000 - MIN_SELF_STAKE);

    // When
    let result = context.send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob]);

    // Then
    assert_fails(result, StakingError::BelowMinSelfStake);
    context
        .send(&[staking::cancel_unbond(bob.pubkey(), 2)], &[&bob])
        .unwrap();
    context
        .send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob])
        .unwrap();
}

#[test]
fn a_ticket_slashed_to_nothing_cannot_return() {
    // Given a ticket of one base unit that a slash took
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 0, 1);
    context.allocate(&bob, 10);
    context.slash(&address, 10);

    // When
    let result = context.send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob]);

    // Then
    assert_fails(result, StakingError::SharesWorthNothing);
}

#[test]
fn a_ticket_that_buys_no_share_cannot_return() {
    // Given a ticket, and active stake with more tokens than shares, as no instruction leaves it
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 0, 4_000);
    context.edit_account::<Provider>(&address, |provider| {
        provider.active_tokens = (1 << 40).into();
        provider.active_shares = 1.into();
    });

    // When
    let result = context.send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob]);

    // Then
    assert_fails(result, StakingError::DepositTooSmall);
}

#[test]
fn a_ticket_does_not_return_into_a_diluted_pool() {
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 0, 4_000);
    context.edit_account::<Provider>(&address, |provider| provider.active_tokens = 0.into());
    let result = context.send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob]);
    assert_fails(result, StakingError::PoolDiluted);
}
