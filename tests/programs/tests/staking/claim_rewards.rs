use crate::fixtures::{equal_stakes, wiped_out, with_provider, EQUAL, OWN};
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, without_signature,
    Address, ErrorCode, Signer, TestContext, DAY,
};
use assay_staking::{
    error::StakingError,
    event::{RewardsClaimed, RewardsSettled},
};

/// Returns a context a day after a stream of 1,000 a day began, half of it for alice, and bob's provider.
fn streaming() -> (TestContext, Address) {
    let (mut context, provider) = equal_stakes();
    context.fund_stream(&provider, 0, 10_000);
    context.advance(DAY);
    (context, provider)
}

#[test]
fn anyone_pays_a_delegator_what_its_shares_have_earned() {
    // Given
    let (mut context, address) = streaming();
    let (alice, mint) = (context.address_of("alice"), context.stake_mint());

    // When
    let result = context.claim_delegated("alice", &address).unwrap();

    // Then
    let ata = context.ata(&mint, &alice);
    assert_eq!(context.balance(&ata), 500);
    assert_eq!(context.delegation_of("alice", &address).rewards.get(), 0);
    let provider = context.provider_of("bob");
    assert_eq!(provider.owner_rewards.get(), 500);
    assert_eq!(provider.rewards_held.get(), 9_500);
    assert_eq!(context.balance(&at::reward_vault(&address)), 9_500);
    let settled = result.event::<RewardsSettled>();
    assert_eq!((settled.vested.get(), settled.own.get()), (1_000, 500));
    assert_eq!(settled.acc.get(), provider.accumulator.acc.get());
    let claimed = result.event::<RewardsClaimed>();
    assert_eq!(claimed.provider, address);
    assert_eq!(claimed.delegation, at::delegation(&address, &alice));
    assert_eq!(claimed.amount.get(), 500);
}

#[test]
fn settling_every_hour_loses_nothing() {
    let (mut context, provider) = with_provider();
    context.join("alice", &provider, OWN / 3);
    context.fund_stream(&provider, 0, 10_000);
    for _ in 0..10 * 24 {
        context.advance(3_600);
        context.settle("alice", &provider);
    }
    let alice = context.delegation_of("alice", &provider).rewards.get();
    let bob = context.provider_of("bob").owner_rewards.get();
    // Floors of the owner go to delegators, so that alice has at least her quarter.
    assert!((2_499..=2_740).contains(&alice), "{alice}");
    assert!(alice + bob >= 9_999, "{alice} + {bob}");
}

#[test]
fn the_time_passes_and_all_is_paid_in_the_end() {
    let (mut context, provider) = streaming();
    context.advance(9 * DAY);
    context.claim_delegated("alice", &provider).unwrap();
    let bob = context.provider_of("bob");
    assert_eq!((bob.stream.left.get(), bob.owner_rewards.get()), (0, 5_000));
    assert_eq!(bob.rewards_held.get(), 5_000);
}

#[test]
fn claiming_nothing_settles_and_moves_nothing() {
    let (mut context, provider) = equal_stakes();
    let result = context.claim_delegated("alice", &provider).unwrap();
    assert_eq!(result.event::<RewardsClaimed>().amount.get(), 0);
    assert!(result.events::<RewardsSettled>().is_empty());
}

#[test]
fn shares_of_a_dead_generation_keep_what_they_earned_and_earn_no_more() {
    // Given a day of a stream, and then a slash of everything
    let (mut context, provider) = streaming();
    let bob = context.actor("bob");
    context.allocate(&bob, 2 * EQUAL);
    context.slash(&provider, 2 * EQUAL);
    context.stake(&bob, EQUAL);
    context.fund_stream(&provider, 0, 1_000);
    context.advance(DAY);

    // When
    context.claim_delegated("alice", &provider).unwrap();

    // Then
    let (alice, mint) = (context.address_of("alice"), context.stake_mint());
    let ata = context.ata(&mint, &alice);
    assert_eq!(context.balance(&ata), 500);
    assert_eq!(context.delegation_of("alice", &provider).shares.get(), 0);
    assert_eq!(context.provider_of("bob").unsettled.get(), 0);
}

#[test]
fn anyone_settles_a_dead_delegation() {
    let (mut context, provider) = wiped_out();
    context.settle("alice", &provider);
    let alice = context.delegation_of("alice", &provider);
    assert_eq!((alice.shares.get(), alice.generation.get()), (0, 1));
}

#[test]
fn nobody_stands_in_for_the_delegator() {
    let (mut context, provider) = streaming();
    let (alice, mallory) = (context.address_of("alice"), context.actor("mallory"));
    let mint = context.stake_mint();
    let purse = context.ata(&mint, &mallory.pubkey());
    let claim = staking::claim_rewards_to(mallory.pubkey(), &provider, purse);
    let forged = replace_account(
        claim,
        &at::delegation(&provider, &mallory.pubkey()),
        &at::delegation(&provider, &alice),
    );
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn a_stranger_pays_the_delegators_associated_account_only() {
    let (mut context, provider) = streaming();
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    let mint = context.stake_mint();
    let chosen = context.ata(&mint, &mallory.pubkey());
    let claim = staking::claim_rewards_to(alice.pubkey(), &provider, chosen);
    let unsigned = without_signature(claim.clone(), &alice.pubkey());
    let result = context.send(&[unsigned], &[&mallory]);
    assert_fails(result, StakingError::WrongTokenAccount);
    context.send(&[claim], &[&mallory, &alice]).unwrap();
    assert_eq!(context.balance(&chosen), 500);
}

#[test]
fn no_other_vault_or_provider_pays() {
    let (mut context, bobs) = streaming();
    let dans = context.provider("dan", OWN);
    let (alice, mint) = (context.address_of("alice"), context.stake_mint());
    let claim = staking::claim_rewards(&alice, &bobs, &mint);
    let rule = || (assay_staking::ID, ErrorCode::ConstraintAddress);
    for vault in [at::reward_vault(&dans), at::stake_vault(&bobs)] {
        let forged = replace_account(claim.clone(), &at::reward_vault(&bobs), &vault);
        assert_fails(context.crank(forged), rule());
    }
    let forged = replace_account(claim, &bobs, &dans);
    assert_fails(context.crank(forged), rule());
}
