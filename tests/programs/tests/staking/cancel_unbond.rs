use assay_staking::{
    error::StakingError,
    event::UnbondCancelled,
    state::{Delegation, Provider, Ticket},
};
use assay_world::{
    address::staking as at, assert_fails, instruction::staking, staking::MIN_SELF_STAKE, swapped,
    ErrorCode, Signer, World,
};

#[test]
fn a_cancelled_ticket_is_active_stake_again() {
    // Given
    let mut world = World::new();
    world.staking_ready();
    let address = world.provider("bob", 10_000);
    let bob = world.actor("bob");
    let before = world.lamports(&bob.pubkey());
    let ticket = world.begin_unbond(&bob, 0, 4_000);
    let out: Ticket = world.account(&ticket);

    // When
    let receipt = world
        .send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob])
        .unwrap();

    // Then
    let provider: Provider = world.account(&address);
    assert_eq!(provider.active_tokens.get(), 10_000);
    assert_eq!(provider.active_shares.get(), 10_000);
    assert_eq!(provider.vault_balance(), Some(10_000));
    let delegation: Delegation = world.account(&at::delegation(&address, &bob.pubkey()));
    assert_eq!(delegation.shares.get(), 10_000);
    assert_eq!(world.balance(&at::stake_vault(&address)), 10_000);
    assert!(!world.exists(&ticket));
    assert_eq!(
        world.lamports(&bob.pubkey()),
        before - 2 * receipt.fee,
        "the rent returns"
    );

    let event = receipt.event::<UnbondCancelled>();
    assert_eq!(event.provider, address);
    assert_eq!(event.ticket, ticket);
    assert_eq!(event.tokens.get(), 4_000);
    assert_eq!(event.shares.get(), 4_000);
    assert_eq!(event.bucket, out.bucket);
}

#[test]
fn a_ticket_slashed_on_its_way_out_returns_with_what_is_left() {
    // Given 6,000 active and 4,000 unbonding, of which a tenth is slashed
    let mut world = World::new();
    world.staking_ready();
    let address = world.provider("bob", 10_000);
    let bob = world.actor("bob");
    world.begin_unbond(&bob, 0, 4_000);
    world.allocate(&bob, 1_000);
    world.slash(&address, 1_000);

    // When
    let receipt = world
        .send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob])
        .unwrap();

    // Then 3,600 tokens buy floor(3,600 * 6,000 / 5,400) shares
    let event = receipt.event::<UnbondCancelled>();
    assert_eq!(event.tokens.get(), 3_600);
    assert_eq!(event.shares.get(), 4_000);
    let provider: Provider = world.account(&address);
    assert_eq!(provider.active_tokens.get(), 9_000);
}

#[test]
fn a_ticket_outlives_the_generation_it_came_from() {
    // Given an unbonding ticket of a provider whose active stake is then wiped out
    let mut world = World::new();
    world.staking_ready();
    let address = world.provider("bob", 10_000);
    let bob = world.actor("bob");
    world.begin_unbond(&bob, 0, 5_000);
    world.allocate(&bob, 5_000);
    let (parties, market) = (world.slash_parties(&address), world.actor("market"));
    let long_after = world.now() + 100_000_000;
    let slash = staking::slash(parties, 5_000, 0, long_after);
    world.send(&[slash], &[&market]).unwrap();

    // When
    world
        .send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob])
        .unwrap();

    // Then only the ticket's stake counts
    let delegation: Delegation = world.account(&at::delegation(&address, &bob.pubkey()));
    assert_eq!(delegation.shares.get(), 5_000);
    assert_eq!(delegation.generation.get(), 1);
    let provider: Provider = world.account(&address);
    assert_eq!(provider.active_shares.get(), 5_000);
}

#[test]
fn a_matured_ticket_can_only_be_withdrawn() {
    let mut world = World::new();
    world.staking_ready();
    world.provider("bob", 10_000);
    let bob = world.actor("bob");
    let ticket = world.begin_unbond(&bob, 0, 4_000);
    world.advance_to(world.account::<Ticket>(&ticket).matures_at.get());
    let result = world.send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob]);
    assert_fails(result, StakingError::AlreadyMatured);
}

#[test]
fn only_the_owner_of_a_ticket_cancels_it() {
    let mut world = World::new();
    world.staking_ready();
    let bobs = world.provider("bob", 10_000);
    let mallorys = world.provider("mallory", 10_000);
    let (bob, mallory) = (world.actor("bob"), world.actor("mallory"));
    let bobs_ticket = world.begin_unbond(&bob, 0, 4_000);
    let mallorys_ticket = world.begin_unbond(&mallory, 0, 4_000);
    let cancel = staking::cancel_unbond(mallory.pubkey(), 0);
    let forged = swapped(cancel, &mallorys, &bobs);
    let forged = swapped(forged, &mallorys_ticket, &bobs_ticket);
    let result = world.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn a_ticket_returns_to_its_own_provider_only() {
    let mut world = World::new();
    world.staking_ready();
    let bobs = world.provider("bob", 10_000);
    let alices = world.provider("alice", 10_000);
    let bob = world.actor("bob");
    world.begin_unbond(&bob, 0, 4_000);
    let cancel = staking::cancel_unbond(bob.pubkey(), 0);
    let forged = swapped(cancel, &bobs, &alices);
    let result = world.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
}

#[test]
fn a_ticket_returns_to_its_owners_position_only() {
    let mut world = World::new();
    world.staking_ready();
    let bobs = world.provider("bob", 10_000);
    let alices = world.provider("alice", 10_000);
    let (bob, alice) = (world.actor("bob"), world.address_of("alice"));
    world.begin_unbond(&bob, 0, 4_000);
    let cancel = staking::cancel_unbond(bob.pubkey(), 0);
    let forged = swapped(
        cancel,
        &at::delegation(&bobs, &bob.pubkey()),
        &at::delegation(&alices, &alice),
    );
    let result = world.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_ticket_below_the_minimum_cannot_return_alone() {
    // Given a provider that unbonded a ticket of one unit less than the minimum, and then the rest
    let mut world = World::new();
    world.staking_ready();
    world.provider("bob", 10_000);
    let bob = world.actor("bob");
    world.begin_unbond(&bob, 0, MIN_SELF_STAKE - 1);
    world.begin_unbond(&bob, 1, 1);
    world.begin_unbond(&bob, 2, 10_000 - MIN_SELF_STAKE);

    // When
    let result = world.send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob]);

    // Then
    assert_fails(result, StakingError::BelowMinSelfStake);
    world
        .send(&[staking::cancel_unbond(bob.pubkey(), 2)], &[&bob])
        .unwrap();
    world
        .send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob])
        .unwrap();
}

#[test]
fn a_ticket_slashed_to_nothing_cannot_return() {
    // Given a ticket of one base unit that a slash took
    let mut world = World::new();
    world.staking_ready();
    let address = world.provider("bob", 10_000);
    let bob = world.actor("bob");
    world.begin_unbond(&bob, 0, 1);
    world.allocate(&bob, 10);
    world.slash(&address, 10);

    // When
    let result = world.send(&[staking::cancel_unbond(bob.pubkey(), 0)], &[&bob]);

    // Then
    assert_fails(result, StakingError::SharesWorthNothing);
}
