use assay_harness::{
    assert_fails,
    instruction::staking::{self, SlashAccounts, SlashAmounts},
    pda::staking as at,
    replace_account, Address, ErrorCode, Signer, TestContext, DAY,
};
use assay_staking::{
    error::StakingError,
    event::{GenerationEnded, Slashed},
    state::{Provider, Ticket, BUCKETS},
};
use spl_token_interface::error::TokenError;

/// Creates bob's provider with 8,000 active, of which 5,000 are allocated, and 2,000 unbonding. Returns its address and the
/// ticket.
fn liable_provider(context: &mut TestContext) -> (Address, Ticket) {
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let ticket = context.begin_unbond(&bob, 0, 2_000);
    context.allocate(&bob, 5_000);
    (address, context.account(&ticket))
}

#[test]
fn a_slash_falls_on_free_and_unbonding_stake_awards_a_part_and_burns_the_rest() {
    // Given
    let mut context = TestContext::new();
    let (address, ticket) = liable_provider(&mut context);
    let (accounts, amounts) = (
        context.slash_accounts(&address),
        SlashAmounts {
            award: 300,
            ..context.slash_amounts(1_001)
        },
    );
    let supply = context.supply(&accounts.stake_mint);
    context.advance(DAY);

    // When
    let result = context.try_slash(&address, amounts).unwrap();

    // Then of 3,000 + 1,001 free and 2,000 unbonding, the bucket gives ceil(1,001 * 2,000 / 6,001) = 334.
    let provider: Provider = context.account(&address);
    let bucket = provider.buckets[usize::from(ticket.bucket)];
    assert_eq!(provider.active_tokens.get(), 8_000 - 667);
    assert_eq!(provider.active_shares.get(), 8_000);
    assert_eq!(provider.allocated.get(), 3_999);
    assert_eq!((bucket.tokens.get(), bucket.shares.get()), (1_666, 2_000));
    assert_eq!(context.balance(&at::stake_vault(&address)), 8_999);
    assert_eq!(context.balance(&accounts.award_account), 300);
    assert_eq!(context.supply(&accounts.stake_mint), supply - 701);

    let event = result.event::<Slashed>();
    assert_eq!(event.provider, address);
    assert_eq!(event.amount.get(), 1_001);
    assert_eq!(event.from_active.get(), 667);
    let mut from_buckets = [0; BUCKETS];
    from_buckets[usize::from(ticket.bucket)] = 334;
    assert_eq!(event.from_buckets.map(|cut| cut.get()), from_buckets);
    assert_eq!(event.allocated.get(), 3_999);
    assert_eq!(event.awarded.get(), 300);
    assert_eq!(event.infraction_time.get(), amounts.infraction_time);
    assert!(result.events::<GenerationEnded>().is_empty());
}

#[test]
fn what_backs_other_work_is_not_taken_and_less_is_awarded() {
    // Given
    let mut context = TestContext::new();
    let (address, _) = liable_provider(&mut context);
    let amounts = SlashAmounts {
        award: 6_000,
        release: 500,
        ..context.slash_amounts(9_000)
    };

    // When
    let result = context.try_slash(&address, amounts).unwrap();

    // Then 3,000 + 500 free and 2,000 unbonding are all that there is.
    let provider: Provider = context.account(&address);
    assert_eq!(provider.active_tokens.get(), 4_500);
    assert_eq!(provider.allocated.get(), 4_500);
    assert_eq!(context.balance(&at::stake_vault(&address)), 4_500);
    assert_eq!(result.event::<Slashed>().amount.get(), 5_500);
    let award = context.slash_accounts(&address).award_account;
    assert_eq!(context.balance(&award), 5_500);
}

#[test]
fn collateral_that_was_moved_out_since_the_infraction_is_taken() {
    // Given: what was allocated unbonds after the infraction.
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let (bob, infraction_time) = (context.actor("bob"), context.now());
    context.begin_unbond(&bob, 0, 10_000);
    context.advance(DAY);

    // When
    let amounts = SlashAmounts {
        release: 0,
        infraction_time,
        ..context.slash_amounts(4_000)
    };
    context.try_slash(&address, amounts).unwrap();

    // Then
    assert_eq!(context.balance(&at::stake_vault(&address)), 6_000);
}

#[test]
fn without_an_award_the_vault_may_stand_in_its_place() {
    let mut context = TestContext::new();
    let (address, _) = liable_provider(&mut context);
    let accounts = SlashAccounts {
        award_account: at::stake_vault(&address),
        ..context.slash_accounts(&address)
    };
    let supply = context.supply(&accounts.stake_mint);
    let (amounts, market) = (context.slash_amounts(1_000), context.actor("market"));
    let slash = staking::slash_stake(accounts, amounts);
    context.send(&[slash], &[&market]).unwrap();
    assert_eq!(context.balance(&at::stake_vault(&address)), 9_000);
    assert_eq!(context.supply(&accounts.stake_mint), supply - 1_000);
}

#[test]
fn stake_that_began_to_unbond_before_the_infraction_is_spared() {
    // Given an infraction after the bucket closed
    let mut context = TestContext::new();
    let (address, ticket) = liable_provider(&mut context);
    let bucket = context.account::<Provider>(&address).buckets[usize::from(ticket.bucket)];
    context.advance_to(bucket.closes_at.get());

    // When
    context.slash(&address, 1_000);

    // Then
    let provider: Provider = context.account(&address);
    let bucket = provider.buckets[usize::from(ticket.bucket)];
    assert_eq!(provider.active_tokens.get(), 7_000);
    assert_eq!(bucket.tokens.get(), 2_000);
}

#[test]
fn matured_stake_is_spared() {
    let mut context = TestContext::new();
    let (address, ticket) = liable_provider(&mut context);
    let amounts = context.slash_amounts(1_000);
    context.advance_to(ticket.matures_at.get());
    context.try_slash(&address, amounts).unwrap();
    let provider: Provider = context.account(&address);
    let bucket = provider.buckets[usize::from(ticket.bucket)];
    assert_eq!(provider.active_tokens.get(), 7_000);
    assert_eq!(bucket.tokens.get(), 2_000);
}

#[test]
fn slashing_everything_ends_the_generation() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.allocate(&bob, 10_000);

    // When
    let result = context.slash(&address, 10_000);

    // Then
    let provider: Provider = context.account(&address);
    assert_eq!(provider.generation.get(), 1);
    assert_eq!(provider.active_tokens.get(), 0);
    assert_eq!(provider.active_shares.get(), 0);
    assert_eq!(context.balance(&at::stake_vault(&address)), 0);
    let event = result.event::<GenerationEnded>();
    assert_eq!(event.provider, address);
    assert_eq!(event.swept.get(), 0);
    assert_eq!(event.generation.get(), 1);
}

#[test]
fn a_remainder_too_small_for_its_shares_is_burned() {
    // Given 2^21 shares, slashed down to one token
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 1 << 21);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    context.allocate(&bob, (1 << 21) - 1);
    let supply = context.supply(&mint);

    // When
    let result = context.slash(&address, (1 << 21) - 1);

    // Then
    let provider: Provider = context.account(&address);
    assert_eq!(provider.generation.get(), 1);
    assert_eq!(provider.active_shares.get(), 0);
    assert_eq!(context.balance(&at::stake_vault(&address)), 0);
    assert_eq!(context.supply(&mint), supply - (1 << 21));
    assert_eq!(result.event::<GenerationEnded>().swept.get(), 1);
}

#[test]
fn a_diluted_pool_that_is_worth_something_stays_the_stakers() {
    // Given 2^35 shares, slashed down to 2^14 tokens
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 1 << 35);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let left = 1 << 14;
    context.allocate(&bob, (1 << 35) - left);

    // When
    let result = context.slash(&address, (1 << 35) - left);

    // Then
    let provider: Provider = context.account(&address);
    assert_eq!(provider.generation.get(), 0);
    assert_eq!(provider.active_tokens.get(), left);
    assert_eq!(context.balance(&at::stake_vault(&address)), left);
    assert!(result.events::<GenerationEnded>().is_empty());

    let source = context.mint_tokens(&mint, &bob.pubkey(), 5_000);
    let deposit = staking::deposit_stake(bob.pubkey(), source, 5_000);
    let refused = context.send(&[deposit], &[&bob]);
    assert_fails(refused, StakingError::PoolDiluted);
}

#[test]
fn only_the_market_slashes() {
    let mut context = TestContext::new();
    let (address, _) = liable_provider(&mut context);
    let mallory = context.actor("mallory");
    let accounts = SlashAccounts {
        market_authority: mallory.pubkey(),
        ..context.slash_accounts(&address)
    };
    let slash = staking::slash_stake(accounts, context.slash_amounts(1_000));
    let result = context.send(&[slash], &[&mallory]);
    assert_fails(result, StakingError::NotMarket);
}

#[test]
fn slashing_nothing_is_refused() {
    let mut context = TestContext::new();
    let (address, _) = liable_provider(&mut context);
    let amounts = context.slash_amounts(0);
    let result = context.try_slash(&address, amounts);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn the_award_cannot_exceed_the_slash() {
    let mut context = TestContext::new();
    let (address, _) = liable_provider(&mut context);
    let amounts = SlashAmounts {
        award: 1_001,
        ..context.slash_amounts(1_000)
    };
    let result = context.try_slash(&address, amounts);
    assert_fails(result, StakingError::AwardTooLarge);
}

#[test]
fn no_more_is_released_than_is_allocated() {
    let mut context = TestContext::new();
    let (address, _) = liable_provider(&mut context);
    let amounts = context.slash_amounts(5_001);
    let result = context.try_slash(&address, amounts);
    assert_fails(result, StakingError::MoreThanAllocated);
}

#[test]
fn no_other_mint_is_burned() {
    let mut context = TestContext::new();
    let (address, _) = liable_provider(&mut context);
    let accounts = SlashAccounts {
        stake_mint: context.mint("OTHER"),
        ..context.slash_accounts(&address)
    };
    let (amounts, market) = (context.slash_amounts(1_000), context.actor("market"));
    let result = context.send(&[staking::slash_stake(accounts, amounts)], &[&market]);
    assert_fails(result, StakingError::WrongMint);
}

#[test]
fn the_vault_of_another_provider_pays_nothing() {
    let mut context = TestContext::new();
    let (address, _) = liable_provider(&mut context);
    let alices = context.provider("alice", 10_000);
    let (amounts, market) = (context.slash_amounts(1_000), context.actor("market"));
    let slash = staking::slash_stake(context.slash_accounts(&address), amounts);
    let forged = replace_account(slash, &at::stake_vault(&address), &at::stake_vault(&alices));
    let result = context.send(&[forged], &[&market]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn an_award_in_another_token_is_refused_by_the_token_program() {
    let mut context = TestContext::new();
    let (address, _) = liable_provider(&mut context);
    let (other, requester) = (context.mint("OTHER"), context.address_of("requester"));
    let accounts = SlashAccounts {
        award_account: context.ata(&other, &requester),
        ..context.slash_accounts(&address)
    };
    let amounts = SlashAmounts {
        award: 500,
        ..context.slash_amounts(1_000)
    };
    let market = context.actor("market");
    let result = context.send(&[staking::slash_stake(accounts, amounts)], &[&market]);
    assert_fails(result, TokenError::MintMismatch);
}
