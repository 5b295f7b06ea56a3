use assay_harness::{
    assert_fails,
    instruction::staking::{self, SlashAccounts},
    pda::staking as at,
    replace_account, Address, ErrorCode, Keypair, Signer, TestContext, DAY,
};
use assay_staking::{
    error::StakingError,
    event::{GenerationEnded, Slashed},
    state::{Provider, Ticket, BUCKETS},
};
use spl_token_interface::error::TokenError;

/// Creates bob's provider with 8,000 active, of which 5,000 are allocated, and 2,000 unbonding. Returns its address, the
/// ticket, the market's keypair and the accounts of a slash.
fn liable_provider(context: &mut TestContext) -> (Address, Ticket, Keypair, SlashAccounts) {
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let ticket = context.begin_unbond(&bob, 0, 2_000);
    context.allocate(&bob, 5_000);
    let ticket = context.account(&ticket);
    (
        address,
        ticket,
        context.actor("market"),
        context.slash_parties(&address),
    )
}

#[test]
fn a_slash_falls_on_active_and_unbonding_stake_and_compensates_the_harmed() {
    // Given
    let mut context = TestContext::new();
    let (address, ticket, market, parties) = liable_provider(&mut context);
    let infraction = context.now();
    context.advance(DAY);

    // When
    let slash = staking::slash_stake(parties, 1_001, 300, infraction);
    let result = context.send(&[slash], &[&market]).unwrap();

    // Then the bucket gives ceil(1,001 * 2,000 / 10,000) = 201 and the active stake the rest
    let provider: Provider = context.account(&address);
    assert_eq!(provider.active_tokens.get(), 7_200);
    assert_eq!(provider.active_shares.get(), 8_000);
    assert_eq!(provider.allocated.get(), 3_999);
    assert_eq!(
        provider.buckets[usize::from(ticket.bucket)].tokens.get(),
        1_799
    );
    assert_eq!(
        provider.buckets[usize::from(ticket.bucket)].shares.get(),
        2_000
    );
    assert_eq!(context.balance(&at::stake_vault(&address)), 8_999);
    assert_eq!(context.balance(&parties.compensation_account), 300);
    assert_eq!(context.balance(&parties.slash_destination), 701);

    let event = result.event::<Slashed>();
    assert_eq!(event.provider, address);
    assert_eq!(event.amount.get(), 1_001);
    assert_eq!(event.from_active.get(), 800);
    let mut from_buckets = [0; BUCKETS];
    from_buckets[usize::from(ticket.bucket)] = 201;
    assert_eq!(event.from_buckets.map(|cut| cut.get()), from_buckets);
    assert_eq!(event.allocated.get(), 3_999);
    assert_eq!(event.compensation.get(), 300);
    assert_eq!(event.infraction_time.get(), infraction);
    assert!(result.events::<GenerationEnded>().is_empty());
}

#[test]
fn where_nobody_was_harmed_the_destination_takes_both_parts() {
    // Given one account in both places
    let mut context = TestContext::new();
    let (_, _, market, parties) = liable_provider(&mut context);
    let parties = SlashAccounts {
        compensation_account: parties.slash_destination,
        ..parties
    };

    // When
    let slash = staking::slash_stake(parties, 1_000, 300, context.now());
    context.send(&[slash], &[&market]).unwrap();

    // Then
    assert_eq!(context.balance(&parties.slash_destination), 1_000);
}

#[test]
fn stake_that_began_to_unbond_before_the_infraction_is_spared() {
    // Given an infraction after the bucket closed
    let mut context = TestContext::new();
    let (address, ticket, market, parties) = liable_provider(&mut context);
    let bucket = context.account::<Provider>(&address).buckets[usize::from(ticket.bucket)];
    context.advance_to(bucket.closes_at.get());

    // When
    let slash = staking::slash_stake(parties, 1_000, 0, bucket.closes_at.get());
    context.send(&[slash], &[&market]).unwrap();

    // Then
    let provider: Provider = context.account(&address);
    assert_eq!(provider.active_tokens.get(), 7_000);
    assert_eq!(
        provider.buckets[usize::from(ticket.bucket)].tokens.get(),
        2_000
    );
}

#[test]
fn matured_stake_is_spared() {
    let mut context = TestContext::new();
    let (address, ticket, market, parties) = liable_provider(&mut context);
    let infraction = context.now();
    context.advance_to(ticket.matures_at.get());
    let slash = staking::slash_stake(parties, 1_000, 0, infraction);
    context.send(&[slash], &[&market]).unwrap();
    let provider: Provider = context.account(&address);
    assert_eq!(provider.active_tokens.get(), 7_000);
    assert_eq!(
        provider.buckets[usize::from(ticket.bucket)].tokens.get(),
        2_000
    );
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
fn a_remainder_too_small_for_its_shares_is_swept() {
    // Given 2^21 shares, slashed down to one token
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 1 << 21);
    let (bob, destination) = (context.actor("bob"), context.slash_destination());
    context.allocate(&bob, (1 << 21) - 1);

    // When
    let result = context.slash(&address, (1 << 21) - 1);

    // Then
    let provider: Provider = context.account(&address);
    assert_eq!(provider.generation.get(), 1);
    assert_eq!(provider.active_shares.get(), 0);
    assert_eq!(context.balance(&at::stake_vault(&address)), 0);
    assert_eq!(context.balance(&destination), 1 << 21);
    assert_eq!(result.event::<GenerationEnded>().swept.get(), 1);
}

#[test]
fn slashing_all_collateral_leaves_the_free_stake_in_its_generation() {
    // Given a slash of all that is allocated, which the unbonding stake shares, so that active stake remains
    let mut context = TestContext::new();
    let (address, _, _, _) = liable_provider(&mut context);
    let result = context.slash(&address, 5_000);
    let provider: Provider = context.account(&address);
    assert_eq!(provider.allocated.get(), 0);
    assert_eq!(provider.active_tokens.get(), 4_000);
    assert_eq!(provider.generation.get(), 0);
    assert!(result.events::<GenerationEnded>().is_empty());
}

#[test]
fn only_the_market_slashes() {
    let mut context = TestContext::new();
    let (_, _, _, parties) = liable_provider(&mut context);
    let mallory = context.actor("mallory");
    let parties = SlashAccounts {
        market_authority: mallory.pubkey(),
        ..parties
    };
    let slash = staking::slash_stake(parties, 1_000, 0, context.now());
    let result = context.send(&[slash], &[&mallory]);
    assert_fails(result, StakingError::NotMarket);
}

#[test]
fn slashing_nothing_is_refused() {
    let mut context = TestContext::new();
    let (_, _, market, parties) = liable_provider(&mut context);
    let slash = staking::slash_stake(parties, 0, 0, context.now());
    let result = context.send(&[slash], &[&market]);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn the_compensation_cannot_exceed_the_slash() {
    let mut context = TestContext::new();
    let (_, _, market, parties) = liable_provider(&mut context);
    let slash = staking::slash_stake(parties, 1_000, 1_001, context.now());
    let result = context.send(&[slash], &[&market]);
    assert_fails(result, StakingError::CompensationTooLarge);
}

#[test]
fn free_stake_cannot_be_slashed() {
    let mut context = TestContext::new();
    let (_, _, market, parties) = liable_provider(&mut context);
    let slash = staking::slash_stake(parties, 5_001, 0, context.now());
    let result = context.send(&[slash], &[&market]);
    assert_fails(result, StakingError::MoreThanAllocated);
}

#[test]
fn what_is_slashed_goes_nowhere_but_to_the_destination() {
    let mut context = TestContext::new();
    let (_, _, market, parties) = liable_provider(&mut context);
    let (mint, mallory) = (context.stake_mint(), context.address_of("mallory"));
    let elsewhere = SlashAccounts {
        slash_destination: context.ata(&mint, &mallory),
        ..parties
    };
    let slash = staking::slash_stake(elsewhere, 1_000, 0, context.now());
    let result = context.send(&[slash], &[&market]);
    assert_fails(result, StakingError::WrongSlashDestination);
}

#[test]
fn the_vault_of_another_provider_pays_nothing() {
    let mut context = TestContext::new();
    let (address, _, market, parties) = liable_provider(&mut context);
    let alices = context.provider("alice", 10_000);
    let slash = staking::slash_stake(parties, 1_000, 0, context.now());
    let forged = replace_account(slash, &at::stake_vault(&address), &at::stake_vault(&alices));
    let result = context.send(&[forged], &[&market]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_compensation_in_another_token_is_refused_by_the_token_program() {
    let mut context = TestContext::new();
    let (_, _, market, parties) = liable_provider(&mut context);
    let (other, requester) = (context.mint("OTHER"), context.address_of("requester"));
    let parties = SlashAccounts {
        compensation_account: context.ata(&other, &requester),
        ..parties
    };
    let slash = staking::slash_stake(parties, 1_000, 500, context.now());
    let result = context.send(&[slash], &[&market]);
    assert_fails(result, TokenError::MintMismatch);
}
