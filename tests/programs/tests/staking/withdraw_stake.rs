use crate::fixtures::{with_provider, OWN};
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, without_signature,
    Address, ErrorCode, Signer, TestContext, DAY,
};
use assay_shared::token::TOKEN;
use assay_staking::{error::StakingError, event::StakeWithdrawn};
use spl_token_interface::error::TokenError;

/// Returns a context in which 4,000 base units of bob's have matured, and bob's provider.
fn matured() -> (TestContext, Address) {
    let (mut context, address) = with_provider();
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 4_000);
    let matures_at = context.provider_of("bob").own.buckets[0].matures_at;
    context.advance_to(matures_at.get());
    (context, address)
}

#[test]
fn anyone_pays_matured_stake_to_its_owner() {
    // Given stake in another bucket beside it
    let (mut context, address) = matured();
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    context.begin_unbond(&bob, 1_000);

    // When
    let result = context.withdraw_own(&bob).unwrap();

    // Then
    let ata = context.ata(&mint, &bob.pubkey());
    assert_eq!(context.balance(&ata), 4_000);
    assert_eq!(context.balance(&at::stake_vault(&address)), OWN - 4_000);
    let provider = context.provider_of("bob");
    assert_eq!(provider.own.matured.get(), 0);
    assert_eq!(provider.stake_balance(), Some(OWN - 4_000));
    let event = result.event::<StakeWithdrawn>();
    assert_eq!((event.provider, event.amount.get()), (address, 4_000));
}

#[test]
fn stake_cannot_be_paid_a_second_early_nor_twice() {
    let (mut context, _) = with_provider();
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 4_000);
    let matures_at = context.provider_of("bob").own.buckets[0].matures_at;
    context.advance_to(matures_at.get() - 1);
    let early = context.withdraw_own(&bob);
    assert_fails(early, StakingError::NotMatured);
    context.advance(1);
    context.withdraw_own(&bob).unwrap();
    context.advance(DAY);
    assert_fails(context.withdraw_own(&bob), StakingError::NotMatured);
}

#[test]
fn stake_is_its_owners_whoever_receives_pay() {
    let (mut context, _) = matured();
    let (bob, purse) = (context.actor("bob"), context.address_of("purse"));
    let set = staking::set_beneficiary(bob.pubkey(), purse);
    context.send(&[set], &[&bob]).unwrap();
    let mint = context.stake_mint();
    let (ata, purses) = (
        context.ata(&mint, &bob.pubkey()),
        context.ata(&mint, &purse),
    );
    let withdraw = staking::withdraw_stake(bob.pubkey(), &mint);
    let forged = context.crank(replace_account(withdraw, &ata, &purses));
    assert_fails(forged, StakingError::WrongTokenAccount);
    context.withdraw_own(&bob).unwrap();
    assert_eq!(context.balance(&ata), 4_000);
}

#[test]
fn nobody_stands_in_for_the_owner() {
    let (mut context, address) = matured();
    let (mallory, mint) = (context.actor("mallory"), context.stake_mint());
    let mallorys = context.ata(&mint, &mallory.pubkey());
    let withdraw = staking::withdraw_stake_to(mallory.pubkey(), mallorys);
    let own = at::provider(&mallory.pubkey());
    let forged = replace_account(withdraw, &own, &address);
    let forged = replace_account(forged, &at::stake_vault(&own), &at::stake_vault(&address));
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn a_stranger_pays_the_owners_associated_account_only() {
    // Given another account of bob
    let (mut context, _) = matured();
    let (bob, mallory) = (context.address_of("bob"), context.actor("mallory"));
    let (mint, other) = (context.stake_mint(), context.mint("OTHER"));
    let ata = context.ata(&mint, &bob);
    let bobs_other = context.clone_with_owner(&ata, "bob's other account", &TOKEN);
    let mallorys = context.ata(&mint, &mallory.pubkey());
    let of_another_mint = context.ata(&other, &bob);
    let withdraw = staking::withdraw_stake(bob, &mint);

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
    let (mut context, _) = matured();
    let (bob, mallory) = (context.address_of("bob"), context.actor("mallory"));
    let mint = context.stake_mint();
    context.ata(&mint, &bob);
    let mut withdraw = staking::withdraw_stake(bob, &mint);
    *withdraw.data.last_mut().unwrap() ^= 1;
    let result = context.send(&[withdraw], &[&mallory]);
    assert_fails(result, StakingError::WrongTokenAccount);
}

#[test]
fn the_owner_chooses_an_account_by_signing() {
    // Given
    let (mut context, _) = matured();
    let (bob, mallory) = (context.actor("bob"), context.actor("mallory"));
    let (mint, carol) = (context.stake_mint(), context.address_of("carol"));
    let chosen = context.ata(&mint, &carol);
    let withdraw = staking::withdraw_stake_to(bob.pubkey(), chosen);

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
    let (mut context, _) = matured();
    let (bob, other) = (context.actor("bob"), context.mint("OTHER"));
    let chosen = context.ata(&other, &bob.pubkey());
    let withdraw = staking::withdraw_stake_to(bob.pubkey(), chosen);
    let result = context.send(&[withdraw], &[&bob]);
    assert_fails(result, TokenError::MintMismatch);
}

/// What the owner does with its account must not keep stake from being paid.
#[test]
fn an_associated_account_that_was_passed_on_is_paid_all_the_same() {
    let (mut context, _) = matured();
    let (bob, mallory) = (context.address_of("bob"), context.actor("mallory"));
    let mint = context.stake_mint();
    let ata = context.ata(&mint, &bob);
    context.edit_data(&ata, |data| {
        data[32..64].copy_from_slice(mallory.pubkey().as_ref());
    });
    let withdraw = staking::withdraw_stake(bob, &mint);
    context.send(&[withdraw], &[&mallory]).unwrap();
    assert_eq!(context.balance(&ata), 4_000);
}

#[test]
fn no_other_vault_pays() {
    let (mut context, bobs) = matured();
    let alices = context.provider("alice", OWN);
    let (bob, mint) = (context.address_of("bob"), context.stake_mint());
    context.ata(&mint, &bob);
    for vault in [at::stake_vault(&alices), at::reward_vault(&bobs)] {
        let withdraw = staking::withdraw_stake(bob, &mint);
        let forged = replace_account(withdraw, &at::stake_vault(&bobs), &vault);
        let result = context.crank(forged);
        assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
    }
}
