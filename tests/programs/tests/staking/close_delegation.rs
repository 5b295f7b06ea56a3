use crate::fixtures::{with_delegation, with_provider, DELEGATED};
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, ErrorCode, Signer, DAY,
};
use assay_staking::{error::StakingError, event::DelegationClosed};

#[test]
fn anyone_closes_an_empty_delegation_and_its_rent_returns() {
    // Given
    let (mut context, provider) = with_delegation();
    let alice = context.address_of("alice");
    let delegation = at::delegation(&provider, &alice);
    context.undelegate("alice", &provider, DELEGATED).unwrap();
    let (rent, before) = (context.lamports(&delegation), context.lamports(&alice));

    // When
    let close = staking::close_delegation(alice, &provider);
    let result = context.crank(close).unwrap();

    // Then
    assert!(!context.exists(&delegation));
    assert_eq!(context.lamports(&alice), before + rent);
    assert_eq!(context.provider_of("bob").delegations.get(), 0);
    let event = result.event::<DelegationClosed>();
    assert_eq!((event.provider, event.delegation), (provider, delegation));
}

#[test]
fn a_delegation_with_anything_in_it_stays() {
    // Given tokens that wait, then shares, then rewards
    let (mut context, provider) = with_provider();
    let (alice, mint) = (context.address_of("alice"), context.stake_mint());
    let close = staking::close_delegation(alice, &provider);
    context.delegate("alice", &provider, DELEGATED);
    let pending = context.crank(close.clone());
    context.await_joining("alice", &provider);
    context.activate("alice", &provider).unwrap();
    let shares = context.crank(close.clone());
    context.fund_stream(&provider, 0, 10_000);
    context.advance(DAY);
    context.undelegate("alice", &provider, DELEGATED).unwrap();
    let rewards = context.crank(close.clone());

    // Then
    for result in [pending, shares, rewards] {
        assert_fails(result, StakingError::PositionNotEmpty);
    }
    context.ata(&mint, &alice);
    context.claim_delegated("alice", &provider).unwrap();
    context.crank(close).unwrap();
}

#[test]
fn the_rent_goes_to_the_delegator() {
    let (mut context, provider) = with_delegation();
    context.undelegate("alice", &provider, DELEGATED).unwrap();
    let (alice, mallory) = (context.address_of("alice"), context.actor("mallory"));
    let close = staking::close_delegation(alice, &provider);
    let forged = replace_account(close, &alice, &mallory.pubkey());
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::WrongRecipient);
}

#[test]
fn a_delegation_counts_for_its_own_provider() {
    let (mut context, bobs) = with_delegation();
    let dans = context.provider("dan", 0);
    context.undelegate("alice", &bobs, DELEGATED).unwrap();
    let close = staking::close_delegation(context.address_of("alice"), &bobs);
    let result = context.crank(replace_account(close, &bobs, &dans));
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
}
