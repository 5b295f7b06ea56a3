use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, without_signature,
    ErrorCode, ProgramError, Signer, TestContext,
};
use assay_shared::token::TOKEN;
use assay_staking::{
    error::StakingError,
    event::Withdrawn,
    state::{Provider, Ticket},
};
use spl_token_interface::error::TokenError;

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
    let withdraw = staking::withdraw_stake(bob.pubkey(), 0, &mint);
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
        .send(&[staking::withdraw_stake(bob.pubkey(), 0, &mint)], &[&bob])
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
    context.ata(&mint, &bob.pubkey());
    let result = context.send(&[staking::withdraw_stake(bob.pubkey(), 0, &mint)], &[&bob]);
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
    context.ata(&mint, &bob.pubkey());
    let withdraw = staking::withdraw_stake(bob.pubkey(), 0, &mint);
    context
        .send(std::slice::from_ref(&withdraw), &[&bob])
        .unwrap();
    let result = context.send(&[withdraw], &[&bob]);
    assert_fails(
        result,
        (assay_staking::ID, ProgramError::AccountDataTooSmall),
    );
}

/// Returns a context with a matured ticket of bob, 4,000 base units.
fn matured() -> TestContext {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let ticket = context.begin_unbond(&bob, 0, 4_000);
    context.advance_to(context.account::<Ticket>(&ticket).matures_at.get());
    context
}

#[test]
fn a_stranger_pays_the_owners_associated_account_only() {
    // Given another account of bob
    let mut context = matured();
    let (bob, mallory) = (context.address_of("bob"), context.actor("mallory"));
    let (mint, other) = (context.stake_mint(), context.mint("OTHER"));
    let ata = context.ata(&mint, &bob);
    let bobs_other = context.clone_with_owner(&ata, "bob's other account", &TOKEN);
    let mallorys = context.ata(&mint, &mallory.pubkey());
    let of_another_mint = context.ata(&other, &bob);
    let withdraw = staking::withdraw_stake(bob, 0, &mint);

    for destination in [bobs_other, mallorys, of_another_mint, mint] {
        // When
        let forged = replace_account(withdraw.clone(), &ata, &destination);
        let result = context.send(&[forged], &[&mallory]);

        // Then
        assert_fails(result, StakingError::WrongTokenAccount);
    }
}

#[test]
fn a_bump_that_is_not_the_associated_accounts_is_refused() {
    let mut context = matured();
    let (bob, mallory) = (context.address_of("bob"), context.actor("mallory"));
    let mint = context.stake_mint();
    context.ata(&mint, &bob);
    let mut withdraw = staking::withdraw_stake(bob, 0, &mint);
    *withdraw.data.last_mut().unwrap() ^= 1;
    let result = context.send(&[withdraw], &[&mallory]);
    assert_fails(result, StakingError::WrongTokenAccount);
}

#[test]
fn the_owner_chooses_an_account_by_signing() {
    // Given
    let mut context = matured();
    let (bob, mallory) = (context.actor("bob"), context.actor("mallory"));
    let (mint, carol) = (context.stake_mint(), context.address_of("carol"));
    let chosen = context.ata(&mint, &carol);
    let withdraw = staking::withdraw_stake_to(bob.pubkey(), 0, chosen);

    // When
    let unsigned = without_signature(withdraw.clone(), &bob.pubkey());
    let by_mallory = context.send(&[unsigned], &[&mallory]);
    context.send(&[withdraw], &[&mallory, &bob]).unwrap();

    // Then
    assert_fails(by_mallory, StakingError::WrongTokenAccount);
    assert_eq!(context.balance(&chosen), 4_000);
}

#[test]
fn the_owner_chooses_no_account_of_another_mint() {
    let mut context = matured();
    let (bob, other) = (context.actor("bob"), context.mint("OTHER"));
    let chosen = context.ata(&other, &bob.pubkey());
    let withdraw = staking::withdraw_stake_to(bob.pubkey(), 0, chosen);
    let result = context.send(&[withdraw], &[&bob]);
    assert_fails(result, TokenError::MintMismatch);
}

/// What the owner does with its account must not keep a ticket, and so the provider's bucket, from being paid.
#[test]
fn an_associated_account_that_was_passed_on_is_paid_all_the_same() {
    let mut context = matured();
    let (bob, mallory) = (context.address_of("bob"), context.actor("mallory"));
    let mint = context.stake_mint();
    let ata = context.ata(&mint, &bob);
    context.edit_data(&ata, |data| {
        data[32..64].copy_from_slice(mallory.pubkey().as_ref());
    });
    let withdraw = staking::withdraw_stake(bob, 0, &mint);
    context.send(&[withdraw], &[&mallory]).unwrap();
    assert_eq!(context.balance(&ata), 4_000);
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
    context.ata(&mint, &bob.pubkey());
    let withdraw = staking::withdraw_stake(bob.pubkey(), 0, &mint);
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
    context.ata(&mint, &bob.pubkey());
    let withdraw = staking::withdraw_stake(bob.pubkey(), 0, &mint);
    let forged = replace_account(withdraw.clone(), &bobs, &alices);
    let forged = replace_account(forged, &at::stake_vault(&bobs), &at::stake_vault(&alices));
    let result = context.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));

    let forged = replace_account(withdraw, &at::stake_vault(&bobs), &at::stake_vault(&alices));
    let result = context.send(&[forged], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}
