use crate::fixtures::{wiped_out, with_delegation, DELEGATED, OWN};
use assay_harness::{
    assert_fails,
    instruction::staking::{self, SlashAmounts},
    pda::staking as at,
    replace_account,
    staking::MIN_DELEGATION,
    Signer,
};
use assay_staking::{error::StakingError, event::UndelegationRequested};

#[test]
fn what_is_asked_back_stays_and_is_not_bound_anew() {
    // Given half of what there is bound
    let (mut context, address) = with_delegation();
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    context.allocate(&bob, OWN);

    // When
    let result = context.ask_back("alice", &address, 4_000).unwrap();
    let more = staking::allocate_stake(market.pubkey(), bob.pubkey(), 2_001);
    let refused = context.send(&[more], &[&market, &bob]);
    context.allocate(&bob, 2_000);

    // Then
    assert_fails(refused, StakingError::StakeAllocated);
    let alice = context.delegation_of("alice", &address);
    assert_eq!(
        (alice.shares.get(), alice.requested.get()),
        (DELEGATED, 4_000)
    );
    let provider = context.provider_of("bob");
    assert_eq!(provider.requested_shares.get(), 4_000);
    assert_eq!(provider.active_tokens.get(), DELEGATED);
    let event = result.event::<UndelegationRequested>();
    assert_eq!(event.provider, address);
    let alice = context.address_of("alice");
    assert_eq!(event.delegation, at::delegation(&address, &alice));
    assert_eq!(
        (event.shares.get(), event.requested_shares.get()),
        (4_000, 4_000)
    );
}

#[test]
fn only_the_delegator_asks() {
    let (mut context, provider) = with_delegation();
    let (alice, mallory) = (context.address_of("alice"), context.actor("mallory"));
    let request = staking::request_undelegation(mallory.pubkey(), &provider, 1_000);
    let forged = replace_account(
        request,
        &at::delegation(&provider, &mallory.pubkey()),
        &at::delegation(&provider, &alice),
    );
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn asking_for_nothing_is_refused() {
    let (mut context, provider) = with_delegation();
    let result = context.ask_back("alice", &provider, 0);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn shares_that_were_wiped_out_cannot_be_asked_back() {
    let (mut context, provider) = wiped_out();
    let result = context.ask_back("alice", &provider, 1_000);
    assert_fails(result, StakingError::PositionWipedOut);
}

/// Otherwise a stranger could undelegate shares that were bought in the generation after.
#[test]
fn a_request_ends_with_its_generation() {
    // Given alice, who asked all back, was wiped out and joined again
    let (mut context, provider) = with_delegation();
    context.ask_back("alice", &provider, DELEGATED).unwrap();
    let bob = context.actor("bob");
    context.allocate(&bob, OWN);
    let amounts = SlashAmounts {
        release: OWN,
        ..context.slash_amounts(OWN + DELEGATED)
    };
    context.try_slash(&provider, amounts).unwrap();
    context.join("alice", &provider, 1_000);

    // When
    let result = context.undelegate_as("mallory", "alice", &provider, 1_000);

    // Then
    assert_fails(result, StakingError::NotOwner);
    let alice = context.delegation_of("alice", &provider);
    assert_eq!((alice.shares.get(), alice.requested.get()), (1_000, 0));
    assert_eq!(context.provider_of("bob").requested_shares.get(), 0);
}

#[test]
fn no_share_is_asked_back_twice() {
    let (mut context, provider) = with_delegation();
    context.ask_back("alice", &provider, 4_000).unwrap();
    let result = context.ask_back("alice", &provider, 2_001);
    assert_fails(result, StakingError::NotEnoughShares);
    context.ask_back("alice", &provider, 2_000).unwrap();
}

#[test]
fn what_is_not_asked_back_is_nothing_or_reaches_the_minimum() {
    let (mut context, provider) = with_delegation();
    let result = context.ask_back("alice", &provider, DELEGATED - MIN_DELEGATION + 1);
    assert_fails(result, StakingError::DelegationTooSmall);
    context
        .ask_back("alice", &provider, DELEGATED - MIN_DELEGATION)
        .unwrap();
}
