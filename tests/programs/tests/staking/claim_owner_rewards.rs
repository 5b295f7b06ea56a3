use crate::fixtures::{equal_stakes, with_provider, OWN};
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, without_signature,
    Address, ErrorCode, Signer, TestContext, DAY,
};
use assay_staking::{error::StakingError, event::OwnerRewardsClaimed};

/// Returns a context in which bob has 300 at once and 500 of the first day of a stream, and bob's provider.
fn earned() -> (TestContext, Address) {
    let (mut context, provider) = equal_stakes();
    context.fund_stream(&provider, 300, 10_000);
    context.advance(DAY);
    (context, provider)
}

#[test]
fn anyone_pays_the_owners_rewards_to_the_beneficiary() {
    // Given another beneficiary than the owner
    let (mut context, address) = earned();
    let (bob, purse) = (context.actor("bob"), context.address_of("purse"));
    let set = staking::set_beneficiary(bob.pubkey(), purse);
    context.send(&[set], &[&bob]).unwrap();
    let mint = context.stake_mint();
    let ata = context.ata(&mint, &purse);

    // When
    let claim = staking::claim_owner_rewards(&bob.pubkey(), &purse, &mint);
    let result = context.crank(claim).unwrap();

    // Then
    assert_eq!(context.balance(&ata), 800);
    let provider = context.provider_of("bob");
    assert_eq!(provider.owner_rewards.get(), 0);
    assert_eq!(provider.rewards_held.get(), 9_500);
    let event = result.event::<OwnerRewardsClaimed>();
    assert_eq!((event.provider, event.amount.get()), (address, 800));
}

#[test]
fn where_there_is_nothing_it_only_settles() {
    let (mut context, _) = with_provider();
    let (bob, mint) = (context.address_of("bob"), context.stake_mint());
    context.ata(&mint, &bob);
    let claim = staking::claim_owner_rewards(&bob, &bob, &mint);
    let result = context.crank(claim).unwrap();
    assert_eq!(result.event::<OwnerRewardsClaimed>().amount.get(), 0);
}

#[test]
fn nobody_stands_in_for_the_owner() {
    let (mut context, bobs) = earned();
    let (mallory, mint) = (context.actor("mallory"), context.stake_mint());
    let purse = context.ata(&mint, &mallory.pubkey());
    let claim = staking::claim_owner_rewards_to(mallory.pubkey(), purse);
    let own = at::provider(&mallory.pubkey());
    let forged = replace_account(claim, &own, &bobs);
    let forged = replace_account(forged, &at::reward_vault(&own), &at::reward_vault(&bobs));
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn a_stranger_pays_the_beneficiarys_associated_account_only() {
    let (mut context, _) = earned();
    let (bob, mallory) = (context.actor("bob"), context.actor("mallory"));
    let mint = context.stake_mint();
    let chosen = context.ata(&mint, &mallory.pubkey());
    let claim = staking::claim_owner_rewards_to(bob.pubkey(), chosen);
    let unsigned = without_signature(claim.clone(), &bob.pubkey());
    let result = context.send(&[unsigned], &[&mallory]);
    assert_fails(result, StakingError::WrongTokenAccount);
    context.send(&[claim], &[&mallory, &bob]).unwrap();
    assert_eq!(context.balance(&chosen), 800);
}

#[test]
fn the_owners_account_gets_nothing_that_is_the_beneficiarys() {
    let (mut context, _) = earned();
    let (bob, purse) = (context.actor("bob"), context.address_of("purse"));
    let set = staking::set_beneficiary(bob.pubkey(), purse);
    context.send(&[set], &[&bob]).unwrap();
    let mint = context.stake_mint();
    context.ata(&mint, &bob.pubkey());
    let claim = staking::claim_owner_rewards(&bob.pubkey(), &bob.pubkey(), &mint);
    assert_fails(context.crank(claim), StakingError::WrongTokenAccount);
}

#[test]
fn no_other_vault_pays() {
    let (mut context, bobs) = earned();
    let dans = context.provider("dan", OWN);
    let (bob, mint) = (context.address_of("bob"), context.stake_mint());
    for vault in [at::reward_vault(&dans), at::stake_vault(&bobs)] {
        let claim = staking::claim_owner_rewards(&bob, &bob, &mint);
        let forged = replace_account(claim, &at::reward_vault(&bobs), &vault);
        let result = context.crank(forged);
        assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
    }
}
