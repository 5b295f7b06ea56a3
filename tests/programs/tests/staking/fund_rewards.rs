use crate::fixtures::{with_delegation, with_provider, OWN};
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, staking::CLAIM_SPAN,
    ErrorCode, Signer, DAY,
};
use assay_staking::{
    error::StakingError,
    event::{RewardsFunded, RewardsSettled},
};

#[test]
fn the_owner_has_its_part_at_once_and_the_rest_comes_over_the_claim_span() {
    // Given
    let (mut context, address) = with_delegation();

    // When
    let result = context.fund_stream(&address, 300, 10_000);

    // Then
    let finish = context.now() + CLAIM_SPAN as i64;
    let provider = context.provider_of("bob");
    assert_eq!(provider.owner_rewards.get(), 300);
    assert_eq!(provider.rewards_held.get(), 10_300);
    assert_eq!(provider.stream.left.get(), 10_000);
    assert_eq!(provider.stream.updated_at.get(), context.now());
    assert_eq!(provider.stream.finish.get(), finish);
    let event = result.event::<RewardsFunded>();
    assert_eq!(event.provider, address);
    assert_eq!((event.direct.get(), event.streamed.get()), (300, 10_000));
    assert_eq!(event.finish.get(), finish);
}

#[test]
fn a_second_stream_shares_the_end_with_the_first_by_weight() {
    // Given half of a stream of ten days left, 5,000
    let (mut context, provider) = with_provider();
    context.fund_stream(&provider, 0, 10_000);
    context.advance(5 * DAY);

    // When
    let result = context.fund_stream(&provider, 0, 15_000);

    // Then (5,000 * 5 + 15,000 * 10) / 20,000 = 8.75 days remain
    let remaining = 8 * DAY + DAY * 3 / 4;
    let event = result.event::<RewardsFunded>();
    assert_eq!(event.finish.get(), context.now() + remaining as i64);
    let bob = context.provider_of("bob");
    assert_eq!(
        (bob.owner_rewards.get(), bob.stream.left.get()),
        (5_000, 20_000)
    );
    let settled = result.event::<RewardsSettled>();
    assert_eq!((settled.vested.get(), settled.own.get()), (5_000, 5_000));
}

#[test]
fn while_nobody_has_stake_the_stream_stands_still() {
    let (mut context, provider) = with_provider();
    context.fund_stream(&provider, 0, 10_000);
    let bob = context.actor("bob");
    context.begin_unbond(&bob, OWN);
    let finish = context.provider_of("bob").stream.finish.get();
    context.advance(3 * DAY);
    context.stake(&bob, OWN);
    let stream = context.provider_of("bob").stream;
    assert_eq!(stream.left.get(), 10_000);
    assert_eq!(stream.finish.get(), finish + 3 * DAY as i64);
}

#[test]
fn only_the_rewards_program_records_rewards() {
    let (mut context, provider) = with_provider();
    for name in ["mallory", "market", "governance", "bob"] {
        let signer = context.actor(name);
        let fund = staking::fund_rewards(signer.pubkey(), &provider, 1, 0);
        let result = context.send(&[fund], &[&signer]);
        assert_fails(result, StakingError::NotRewards);
    }
}

#[test]
fn rewards_without_tokens_are_refused() {
    // Given a gift in the vault, and what is owed out of it already
    let (mut context, provider) = with_provider();
    context.fund_stream(&provider, 100, 200);
    let (rewards, mint) = (context.actor("rewards"), context.stake_mint());
    context.mint_to_account(&mint, &at::reward_vault(&provider), 50);
    for (direct, streamed) in [(51, 0), (0, 51), (26, 25)] {
        let fund = staking::fund_rewards(rewards.pubkey(), &provider, direct, streamed);
        let result = context.send(&[fund], &[&rewards]);
        assert_fails(result, StakingError::VaultShort);
    }
    let fund = staking::fund_rewards(rewards.pubkey(), &provider, 25, 25);
    context.send(&[fund], &[&rewards]).unwrap();
}

#[test]
fn the_stake_vault_covers_no_rewards() {
    let (mut context, provider) = with_provider();
    let rewards = context.actor("rewards");
    let fund = staking::fund_rewards(rewards.pubkey(), &provider, 1, 0);
    let (real, fake) = (at::reward_vault(&provider), at::stake_vault(&provider));
    let result = context.send(&[replace_account(fund, &real, &fake)], &[&rewards]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
}
