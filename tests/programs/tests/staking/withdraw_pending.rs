use crate::fixtures::{begin_retirement, with_delegation, with_provider, DELEGATED, OWN};
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, without_signature,
    ErrorCode, Signer,
};
use assay_staking::{error::StakingError, event::PendingWithdrawn};

#[test]
fn a_delegator_takes_back_what_waits_at_any_time() {
    // Given
    let (mut context, address) = with_provider();
    let delegation = context.delegate("alice", &address, DELEGATED);
    let (alice, mint) = (context.actor("alice"), context.stake_mint());
    let ata = context.ata(&mint, &alice.pubkey());

    // When
    let withdraw = staking::withdraw_pending(alice.pubkey(), &address, &mint);
    let result = context.send(&[withdraw], &[&alice]).unwrap();

    // Then
    assert_eq!(context.balance(&ata), DELEGATED);
    let waiting = context.delegation_of("alice", &address);
    assert_eq!((waiting.pending.get(), waiting.pending_from.get()), (0, 0));
    let provider = context.provider_of("bob");
    assert_eq!(provider.pending_tokens.get(), 0);
    assert_eq!(provider.stake_balance(), Some(OWN));
    let event = result.event::<PendingWithdrawn>();
    assert_eq!((event.provider, event.delegation), (address, delegation));
    assert_eq!(event.amount.get(), DELEGATED);
}

#[test]
fn anyone_returns_what_waits_once_the_provider_retires() {
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, DELEGATED);
    let (alice, mint) = (context.address_of("alice"), context.stake_mint());
    let withdraw = staking::withdraw_pending(alice, &provider, &mint);
    let early = context.crank(withdraw.clone());
    begin_retirement(&mut context);
    context.crank(withdraw).unwrap();
    assert_fails(early, StakingError::NotOwner);
    let ata = context.ata(&mint, &alice);
    assert_eq!(context.balance(&ata), DELEGATED);
}

#[test]
fn nobody_stands_in_for_the_delegator() {
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, DELEGATED);
    let (alice, mallory) = (context.address_of("alice"), context.actor("mallory"));
    let mint = context.stake_mint();
    let purse = context.ata(&mint, &mallory.pubkey());
    let withdraw = staking::withdraw_pending_to(mallory.pubkey(), &provider, purse);
    let own = at::delegation(&provider, &mallory.pubkey());
    let alices = at::delegation(&provider, &alice);
    let forged = replace_account(withdraw, &own, &alices);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn a_stranger_returns_it_to_the_associated_account_only() {
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, DELEGATED);
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    let mint = context.stake_mint();
    let chosen = context.ata(&mint, &mallory.pubkey());
    begin_retirement(&mut context);
    let withdraw = staking::withdraw_pending_to(alice.pubkey(), &provider, chosen);
    let unsigned = without_signature(withdraw.clone(), &alice.pubkey());
    let result = context.send(&[unsigned], &[&mallory]);
    assert_fails(result, StakingError::WrongTokenAccount);
    context.send(&[withdraw], &[&mallory, &alice]).unwrap();
    assert_eq!(context.balance(&chosen), DELEGATED);
}

#[test]
fn what_does_not_wait_is_not_returned() {
    let (mut context, provider) = with_delegation();
    let (alice, mint) = (context.actor("alice"), context.stake_mint());
    let withdraw = staking::withdraw_pending(alice.pubkey(), &provider, &mint);
    let result = context.send(&[withdraw], &[&alice]);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn no_other_vault_pays() {
    let (mut context, bobs) = with_provider();
    let carols = context.provider("carol", OWN);
    context.delegate("alice", &bobs, DELEGATED);
    let (alice, mint) = (context.actor("alice"), context.stake_mint());
    let withdraw = staking::withdraw_pending(alice.pubkey(), &bobs, &mint);
    let rule = || (assay_staking::ID, ErrorCode::ConstraintAddress);
    let vault = replace_account(
        withdraw.clone(),
        &at::stake_vault(&bobs),
        &at::stake_vault(&carols),
    );
    assert_fails(context.send(&[vault], &[&alice]), rule());
    let provider = replace_account(withdraw, &bobs, &carols);
    assert_fails(context.send(&[provider], &[&alice]), rule());
}
