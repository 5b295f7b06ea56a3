use assay_staking::{
    error::StakingError,
    event::Withdrawn,
    state::{Provider, Ticket},
};
use assay_world::{
    address::staking as at, assert_fails, instruction::staking, swapped, ErrorCode, ProgramError,
    Signer, World,
};

#[test]
fn anyone_pays_a_matured_ticket_to_its_owner() {
    // Given
    let mut world = World::new();
    world.staking_ready();
    let address = world.provider("bob", 10_000);
    let (bob, passer_by, mint) = (world.actor("bob"), world.actor("alice"), world.stake_mint());
    let ticket = world.begin_unbond(&bob, 0, 4_000);
    world.advance_to(world.account::<Ticket>(&ticket).matures_at.get());
    let wallet = world.wallet(&mint, &bob.pubkey());
    let bucket = world.account::<Ticket>(&ticket).bucket;
    let rent = world.lamports(&ticket);
    let before = world.lamports(&bob.pubkey());

    // When
    let withdraw = staking::withdraw(bob.pubkey(), 0, wallet);
    let receipt = world.send(&[withdraw], &[&passer_by]).unwrap();

    // Then
    assert_eq!(world.balance(&wallet), 4_000);
    assert_eq!(world.balance(&at::stake_vault(&address)), 6_000);
    assert_eq!(
        world.account::<Provider>(&address).vault_balance(),
        Some(6_000)
    );
    assert!(!world.exists(&ticket));
    assert_eq!(
        world.lamports(&bob.pubkey()),
        before + rent,
        "the rent returns"
    );

    let event = receipt.event::<Withdrawn>();
    assert_eq!(event.provider, address);
    assert_eq!(event.ticket, ticket);
    assert_eq!(event.tokens.get(), 4_000);
    assert_eq!(event.bucket, bucket);
}

#[test]
fn a_slashed_ticket_pays_what_is_left() {
    let mut world = World::new();
    world.staking_ready();
    let address = world.provider("bob", 10_000);
    let (bob, mint) = (world.actor("bob"), world.stake_mint());
    let ticket = world.begin_unbond(&bob, 0, 4_000);
    world.allocate(&bob, 1_000);
    world.slash(&address, 1_000);
    world.advance_to(world.account::<Ticket>(&ticket).matures_at.get());
    let wallet = world.wallet(&mint, &bob.pubkey());
    world
        .send(&[staking::withdraw(bob.pubkey(), 0, wallet)], &[&bob])
        .unwrap();
    assert_eq!(world.balance(&wallet), 3_600);
}

#[test]
fn a_ticket_cannot_be_paid_a_second_early() {
    let mut world = World::new();
    world.staking_ready();
    world.provider("bob", 10_000);
    let (bob, mint) = (world.actor("bob"), world.stake_mint());
    let ticket = world.begin_unbond(&bob, 0, 4_000);
    world.advance_to(world.account::<Ticket>(&ticket).matures_at.get() - 1);
    let wallet = world.wallet(&mint, &bob.pubkey());
    let result = world.send(&[staking::withdraw(bob.pubkey(), 0, wallet)], &[&bob]);
    assert_fails(result, StakingError::NotMatured);
}

#[test]
fn a_ticket_is_paid_once() {
    let mut world = World::new();
    world.staking_ready();
    world.provider("bob", 10_000);
    let (bob, mint) = (world.actor("bob"), world.stake_mint());
    let ticket = world.begin_unbond(&bob, 0, 4_000);
    world.advance_to(world.account::<Ticket>(&ticket).matures_at.get());
    let wallet = world.wallet(&mint, &bob.pubkey());
    let withdraw = staking::withdraw(bob.pubkey(), 0, wallet);
    world
        .send(std::slice::from_ref(&withdraw), &[&bob])
        .unwrap();
    let result = world.send(&[withdraw], &[&bob]);
    assert_fails(
        result,
        (assay_staking::ID, ProgramError::AccountDataTooSmall),
    );
}

#[test]
fn a_ticket_pays_no_account_but_the_owners() {
    // Given a matured ticket of bob
    let mut world = World::new();
    world.staking_ready();
    world.provider("bob", 10_000);
    let (bob, mallory) = (world.actor("bob"), world.actor("mallory"));
    let (mint, other) = (world.stake_mint(), world.mint("OTHER"));
    let ticket = world.begin_unbond(&bob, 0, 4_000);
    world.advance_to(world.account::<Ticket>(&ticket).matures_at.get());
    let mallorys = world.wallet(&mint, &mallory.pubkey());
    let of_another_mint = world.wallet(&other, &bob.pubkey());

    for destination in [mallorys, of_another_mint, mint] {
        // When
        let withdraw = staking::withdraw(bob.pubkey(), 0, destination);
        let result = world.send(&[withdraw], &[&mallory]);

        // Then
        assert_fails(result, StakingError::WrongTokenAccount);
    }
}

#[test]
fn the_rent_goes_to_no_one_but_the_owner() {
    let mut world = World::new();
    world.staking_ready();
    world.provider("bob", 10_000);
    let (bob, mallory, mint) = (
        world.actor("bob"),
        world.actor("mallory"),
        world.stake_mint(),
    );
    let ticket = world.begin_unbond(&bob, 0, 4_000);
    world.advance_to(world.account::<Ticket>(&ticket).matures_at.get());
    let wallet = world.wallet(&mint, &bob.pubkey());
    let withdraw = staking::withdraw(bob.pubkey(), 0, wallet);
    let forged = swapped(withdraw, &bob.pubkey(), &mallory.pubkey());
    let result = world.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::WrongRecipient);
}

#[test]
fn a_ticket_is_paid_by_its_own_provider_only() {
    let mut world = World::new();
    world.staking_ready();
    let bobs = world.provider("bob", 10_000);
    let alices = world.provider("alice", 10_000);
    let (bob, mint) = (world.actor("bob"), world.stake_mint());
    let ticket = world.begin_unbond(&bob, 0, 4_000);
    world.advance_to(world.account::<Ticket>(&ticket).matures_at.get());
    let wallet = world.wallet(&mint, &bob.pubkey());
    let withdraw = staking::withdraw(bob.pubkey(), 0, wallet);
    let forged = swapped(withdraw.clone(), &bobs, &alices);
    let forged = swapped(forged, &at::stake_vault(&bobs), &at::stake_vault(&alices));
    let result = world.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));

    let forged = swapped(withdraw, &at::stake_vault(&bobs), &at::stake_vault(&alices));
    let result = world.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}
