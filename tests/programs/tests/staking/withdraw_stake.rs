use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, ErrorCode,
    ProgramError, Signer, TestContext,
};
use assay_staking::{
    error::StakingError,
    event::Withdrawn,
    state::{Provider, Ticket},
};

#[test]
fn anyone_pays_a_matured_ticket_to_its_owner() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let (bob, passer_by, mint) = (
        context.actor("bob"),
        context.actor("alice"),
        context.stake_mint(),
    );
    let ticket = context.begin_unbond(&bob, 0, 4_000);
    context.advance_to(context.account::<Ticket>(&ticket).matures_at.get());
    let ata = context.ata(&mint, &bob.pubkey());
    let bucket = context.account::<Ticket>(&ticket).bucket;
    let rent = context.lamports(&ticket);
    let before = context.lamports(&bob.pubkey());

    // When
    let withdraw = staking::withdraw_stake(bob.pubkey(), 0, ata);
    let result = context.send(&[withdraw], &[&passer_by]).unwrap();

    // Then
    assert_eq!(context.balance(&ata), 4_000);
    assert_eq!(context.balance(&at::stake_vault(&address)), 6_000);
    assert_eq!(
        context.account::<Provider>(&address).vault_balance(),
        Some(6_000)
    );
    assert!(!context.exists(&ticket));
    assert_eq!(
        context.lamports(&bob.pubkey()),
        before + rent,
        "the rent returns"
    );

    let event = result.event::<Withdrawn>();
    assert_eq!(event.provider, address);
    assert_eq!(event.ticket, ticket);
    assert_eq!(event.tokens.get(), 4_000);
    assert_eq!(event.bucket, bucket);
}

#[test]
fn a_slashed_ticket_pays_what_is_left() {
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ticket = context.begin_unbond(&bob, 0, 4_000);
    context.allocate(&bob, 1_000);
    context.slash(&address, 1_000);
    context.advance_to(context.account::<Ticket>(&ticket).matures_at.get());
    let ata = context.ata(&mint, &bob.pubkey());
    context
        .send(&[staking::withdraw_stake(bob.pubkey(), 0, ata)], &[&bob])
        .unwrap();
    assert_eq!(context.balance(&ata), 3_600);
}

#[test]
fn a_ticket_cannot_be_paid_a_second_early() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ticket = context.begin_unbond(&bob, 0, 4_000);
    context.advance_to(context.account::<Ticket>(&ticket).matures_at.get() - 1);
    let ata = context.ata(&mint, &bob.pubkey());
    let result = context.send(&[staking::withdraw_stake(bob.pubkey(), 0, ata)], &[&bob]);
    assert_fails(result, StakingError::NotMatured);
}

#[test]
fn a_ticket_is_paid_once() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ticket = context.begin_unbond(&bob, 0, 4_000);
    context.advance_to(context.account::<Ticket>(&ticket).matures_at.get());
    let ata = context.ata(&mint, &bob.pubkey());
    let withdraw = staking::withdraw_stake(bob.pubkey(), 0, ata);
    context
        .send(std::slice::from_ref(&withdraw), &[&bob])
        .unwrap();
    let result = context.send(&[withdraw], &[&bob]);
    assert_fails(
        result,
        (assay_staking::ID, ProgramError::AccountDataTooSmall),
    );
}

#[test]
fn a_ticket_pays_no_account_but_the_owners() {
    // Given a matured ticket of bob
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let (bob, mallory) = (context.actor("bob"), context.actor("mallory"));
    let (mint, other) = (context.stake_mint(), context.mint("OTHER"));
    let ticket = context.begin_unbond(&bob, 0, 4_000);
    context.advance_to(context.account::<Ticket>(&ticket).matures_at.get());
    let mallorys = context.ata(&mint, &mallory.pubkey());
    let of_another_mint = context.ata(&other, &bob.pubkey());

    for destination in [mallorys, of_another_mint, mint] {
        // When
        let withdraw = staking::withdraw_stake(bob.pubkey(), 0, destination);
        let result = context.send(&[withdraw], &[&mallory]);

        // Then
        assert_fails(result, StakingError::WrongTokenAccount);
    }
}

#[test]
fn the_rent_goes_to_no_one_but_the_owner() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let (bob, mallory, mint) = (
        context.actor("bob"),
        context.actor("mallory"),
        context.stake_mint(),
    );
    let ticket = context.begin_unbond(&bob, 0, 4_000);
    context.advance_to(context.account::<Ticket>(&ticket).matures_at.get());
    let ata = context.ata(&mint, &bob.pubkey());
    let withdraw = staking::withdraw_stake(bob.pubkey(), 0, ata);
    let forged = replace_account(withdraw, &bob.pubkey(), &mallory.pubkey());
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::WrongRecipient);
}

#[test]
fn a_ticket_is_paid_by_its_own_provider_only() {
    let mut context = TestContext::new();
    context.init_staking();
    let bobs = context.provider("bob", 10_000);
    let alices = context.provider("alice", 10_000);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let ticket = context.begin_unbond(&bob, 0, 4_000);
    context.advance_to(context.account::<Ticket>(&ticket).matures_at.get());
    let ata = context.ata(&mint, &bob.pubkey());
    let withdraw = staking::withdraw_stake(bob.pubkey(), 0, ata);
    let forged = replace_account(withdraw.clone(), &bobs, &alices);
    let forged = replace_account(forged, &at::stake_vault(&bobs), &at::stake_vault(&alices));
    let result = context.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));

    let forged = replace_account(withdraw, &at::stake_vault(&bobs), &at::stake_vault(&alices));
    let result = context.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}
