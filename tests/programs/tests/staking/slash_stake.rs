use crate::fixtures::{equal_stakes, with_delegation, DELEGATED, EQUAL, OWN};
use assay_harness::{
    assert_fails,
    instruction::staking::{self, SlashAccounts, SlashAmounts},
    pda::staking as at,
    replace_account,
    staking::{LEVERAGE, UNBONDING_PERIOD},
    Address, ErrorCode, Signer, TestContext, DAY,
};
use assay_staking::{
    error::StakingError,
    event::{GenerationEnded, Slashed, StreamEnded, Yielded},
    state::{BUCKETS, JOIN_SLACK, OWN_BUCKETS},
};
use spl_token_interface::error::TokenError;

/// Creates bob's provider of 10,000, of which 2,000 unbond, and of alice's 6,000, of which 3,000 unbond. 5,000 are allocated.
/// Returns its address.
fn liable_provider(context: &mut TestContext) -> Address {
    context.init_staking();
    let address = context.provider("bob", OWN);
    context.join("alice", &address, DELEGATED);
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 2_000);
    context.undelegate("alice", &address, 3_000).unwrap();
    context.allocate(&bob, 5_000);
    address
}

/// Returns the numbers that a slash returned: taken, awarded, yielded and owed.
fn returned(data: &[u8]) -> [u64; 4] {
    let mut bytes = [0; 32];
    bytes[..data.len()].copy_from_slice(data);
    let (numbers, _) = bytes.as_chunks::<8>();
    [0, 1, 2, 3].map(|at| u64::from_le_bytes(numbers[at]))
}

#[test]
fn the_owner_pays_first_unbonding_before_active_and_the_rest_is_burned() {
    // Given
    let mut context = TestContext::new();
    let address = liable_provider(&mut context);
    let accounts = context.slash_accounts(&address);
    let amounts = SlashAmounts {
        award: 300,
        ..context.slash_amounts(3_001)
    };
    let supply = context.supply(&accounts.stake_mint);
    context.advance(DAY);

    // When
    let result = context.try_slash(&address, amounts).unwrap();

    // Then the bucket gives all of its 2,000, active stake the rest, delegators nothing
    let provider = context.provider_of("bob");
    assert_eq!(provider.own.buckets[0].tokens.get(), 0);
    assert_eq!(provider.own.active.get(), 8_000 - 1_001);
    assert_eq!(provider.active_tokens.get(), 3_000);
    assert_eq!(provider.buckets[0].tokens.get(), 3_000);
    assert_eq!(provider.allocated.get(), 5_000 - 3_001);
    assert_eq!(
        context.balance(&at::stake_vault(&address)),
        OWN + DELEGATED - 3_001
    );
    assert_eq!(provider.stake_balance(), Some(OWN + DELEGATED - 3_001));
    assert_eq!(context.balance(&accounts.award_account), 300);
    assert_eq!(context.supply(&accounts.stake_mint), supply - 2_701);
    assert_eq!(returned(&result.return_data), [3_001, 300, 0, 0]);

    let event = result.event::<Slashed>();
    assert_eq!(event.provider, address);
    assert_eq!((event.amount.get(), event.awarded.get()), (3_001, 300));
    assert_eq!(
        (event.from_own.get(), event.from_delegated.get()),
        (3_001, 0)
    );
    let mut own_buckets = [0; OWN_BUCKETS];
    own_buckets[0] = 2_000;
    assert_eq!(event.own_buckets.map(|cut| cut.get()), own_buckets);
    assert_eq!(event.own_active.get(), 1_001);
    assert_eq!(event.buckets.map(|cut| cut.get()), [0; BUCKETS]);
    assert_eq!((event.active.get(), event.allocated.get()), (0, 1_999));
    assert_eq!(event.infraction_time.get(), amounts.infraction_time);
    assert!(result.events::<GenerationEnded>().is_empty());
    assert!(result.events::<Yielded>().is_empty());
}

#[test]
fn beyond_the_owners_stake_delegators_pay_and_leavers_no_less_than_their_share() {
    // Given nothing allocated
    let (mut context, address) = with_delegation();
    context.undelegate("alice", &address, 2_000).unwrap();
    let accounts = context.slash_accounts(&address);
    let amounts = SlashAmounts {
        award: OWN + 1_000,
        release: 0,
        ..context.slash_amounts(OWN + 1_000)
    };
    let supply = context.supply(&accounts.stake_mint);

    // When
    let result = context.try_slash(&address, amounts).unwrap();

    // Then of 1,000 the bucket gives ceil(1,000 * 2,000 / 6,000), and the award is what the owner lost
    let provider = context.provider_of("bob");
    assert_eq!(provider.own.total(), Some(0));
    assert_eq!(provider.buckets[0].tokens.get(), 2_000 - 334);
    assert_eq!(provider.active_tokens.get(), 4_000 - 666);
    assert_eq!(provider.active_shares.get(), 4_000);
    assert_eq!(context.balance(&accounts.award_account), OWN);
    assert_eq!(context.supply(&accounts.stake_mint), supply - 1_000);
    let event = result.event::<Slashed>();
    assert_eq!(
        (event.from_own.get(), event.from_delegated.get()),
        (OWN, 1_000)
    );
    let mut buckets = [0; BUCKETS];
    buckets[0] = 334;
    assert_eq!(event.buckets.map(|cut| cut.get()), buckets);
    assert_eq!((event.active.get(), event.awarded.get()), (666, OWN));
    assert_eq!(returned(&result.return_data), [OWN + 1_000, OWN, 0, 0]);
}

#[test]
fn what_backs_other_work_is_not_taken_and_less_is_awarded() {
    // Given 6,000 of 11,000 active stake free, and 5,000 unbonding
    let mut context = TestContext::new();
    let address = liable_provider(&mut context);
    let amounts = SlashAmounts {
        award: 20_000,
        release: 500,
        ..context.slash_amounts(20_000)
    };

    // When
    let result = context.try_slash(&address, amounts).unwrap();

    // Then 2,000 and 6,500 of the owner, and 3,000 of leavers are all that there is
    let provider = context.provider_of("bob");
    assert_eq!(provider.own.active.get(), 1_500);
    assert_eq!(provider.active_tokens.get(), 3_000);
    assert_eq!(provider.allocated.get(), 4_500);
    assert_eq!(context.balance(&at::stake_vault(&address)), 4_500);
    assert_eq!(result.event::<Slashed>().amount.get(), 11_500);
    let award = context.slash_accounts(&address).award_account;
    assert_eq!(context.balance(&award), 8_500);
}

#[test]
fn an_owner_answers_with_what_it_unbonded_at_any_time() {
    // Given stake that the owner unbonded in a span before the infraction
    let (mut context, address) = with_delegation();
    let bob = context.actor("bob");
    context.begin_unbond(&bob, OWN);
    context.advance(2 * DAY);

    // When
    let amounts = SlashAmounts {
        release: 0,
        ..context.slash_amounts(OWN)
    };
    context.try_slash(&address, amounts).unwrap();

    // Then
    let provider = context.provider_of("bob");
    assert_eq!(provider.own.total(), Some(0));
    assert_eq!(provider.active_tokens.get(), DELEGATED);
}

#[test]
fn delegators_who_left_before_the_infraction_are_spared() {
    // Given an infraction when alice's bucket has closed
    let (mut context, address) = with_delegation();
    context.undelegate("alice", &address, 3_000).unwrap();
    let closes_at = context.provider_of("bob").buckets[0].closes_at.get();
    for (infraction_time, cut) in [(closes_at - 1, 500), (closes_at, 0)] {
        let mut context = context.clone();
        context.advance_to(closes_at);
        let amounts = SlashAmounts {
            release: 0,
            infraction_time,
            ..context.slash_amounts(OWN + 1_000)
        };

        // When
        context.try_slash(&address, amounts).unwrap();

        // Then
        let provider = context.provider_of("bob");
        assert_eq!(provider.buckets[0].tokens.get(), 3_000 - cut);
        assert_eq!(provider.active_tokens.get(), 3_000 - (1_000 - cut));
    }
}

#[test]
fn matured_stake_is_spared() {
    // Given stake of both that has matured
    let mut context = TestContext::new();
    let address = liable_provider(&mut context);
    context.advance(UNBONDING_PERIOD + DAY);

    // When
    let amounts = context.slash_amounts(4_000);
    context.try_slash(&address, amounts).unwrap();

    // Then
    let provider = context.provider_of("bob");
    assert_eq!(provider.own.matured.get(), 2_000);
    assert_eq!(provider.own.active.get(), 4_000);
    assert_eq!(provider.buckets[0].tokens.get(), 3_000);
}

/// Everybody who joined since may have come after it.
#[test]
fn delegators_do_not_answer_for_what_should_be_judged_already() {
    // Given infractions as old as what delegated tokens wait, and a second less; half has left since
    let (mut context, address) = with_delegation();
    context
        .undelegate("alice", &address, DELEGATED / 2)
        .unwrap();
    context.advance(DAY);
    for (age, cut) in [(JOIN_SLACK as i64, 0), (JOIN_SLACK as i64 - 1, 500)] {
        let mut context = context.clone();
        let amounts = SlashAmounts {
            release: 0,
            infraction_time: context.now() - age,
            ..context.slash_amounts(OWN + 1_000)
        };

        // When
        context.try_slash(&address, amounts).unwrap();

        // Then
        let provider = context.provider_of("bob");
        assert_eq!(provider.own.active.get(), 0);
        assert_eq!(provider.active_tokens.get(), DELEGATED / 2 - cut);
        assert_eq!(provider.buckets[0].tokens.get(), DELEGATED / 2 - cut);
    }
}

#[test]
fn what_a_slashed_owner_no_longer_carries_is_freed_at_once() {
    // Given collateral of four times what the owner has
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 2_000);
    context.join("alice", &address, 10_000);
    let bob = context.actor("bob");
    context.allocate(&bob, 2_000 * LEVERAGE);

    // When 500 of it are lost, and 1,000 of the rest are in no seat
    let amounts = SlashAmounts {
        free: 1_000,
        ..context.slash_amounts(500)
    };
    let result = context.try_slash(&address, amounts).unwrap();

    // Then 1,500 carry 6,000 of the remaining 7,500
    assert_eq!(returned(&result.return_data), [500, 0, 1_000, 500]);
    assert_eq!(context.provider_of("bob").allocated.get(), 6_500);
    let event = result.event::<Yielded>();
    assert_eq!((event.provider, event.amount.get()), (address, 1_000));
    assert_eq!((event.owed.get(), event.allocated.get()), (500, 6_500));
}

#[test]
fn without_an_award_the_vault_may_stand_in_its_place() {
    let mut context = TestContext::new();
    let address = liable_provider(&mut context);
    let accounts = SlashAccounts {
        award_account: at::stake_vault(&address),
        ..context.slash_accounts(&address)
    };
    let supply = context.supply(&accounts.stake_mint);
    let (amounts, market) = (context.slash_amounts(1_000), context.actor("market"));
    let slash = staking::slash_stake(accounts, amounts);
    context.send(&[slash], &[&market]).unwrap();
    assert_eq!(context.balance(&at::stake_vault(&address)), 15_000);
    assert_eq!(context.supply(&accounts.stake_mint), supply - 1_000);
}

#[test]
fn slashing_everything_ends_the_generation_and_its_stream() {
    // Given a stream of which a day has come
    let (mut context, address) = equal_stakes();
    let bob = context.actor("bob");
    context.fund_stream(&address, 0, 10_000);
    context.advance(DAY);
    context.allocate(&bob, 2 * EQUAL);

    // When
    let result = context.slash(&address, 2 * EQUAL);

    // Then
    let provider = context.provider_of("bob");
    assert_eq!(
        (provider.generation.get(), provider.unsettled.get()),
        (1, 1)
    );
    assert_eq!(
        (provider.active_tokens.get(), provider.active_shares.get()),
        (0, 0)
    );
    assert_eq!(provider.stream.left.get(), 0);
    assert_eq!(provider.rewards_held.get(), 1_000);
    assert_eq!(context.balance(&at::stake_vault(&address)), 0);
    let event = result.event::<GenerationEnded>();
    assert_eq!((event.provider, event.left.get()), (address, 0));
    assert_eq!((event.generation.get(), event.unsettled.get()), (1, 1));
    let event = result.event::<StreamEnded>();
    assert_eq!((event.provider, event.unvested.get()), (address, 9_000));
}

#[test]
fn a_remainder_too_small_for_its_shares_belongs_to_nobody() {
    // Given more than 2^20 shares, slashed down to one token
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 1_000_000);
    context.join("alice", &address, 1 << 21);
    let bob = context.actor("bob");
    let all_but_one = 1_000_000 + (1 << 21) - 1;
    context.allocate(&bob, all_but_one);

    // When
    let result = context.slash(&address, all_but_one);

    // Then
    let provider = context.provider_of("bob");
    assert_eq!(
        (provider.generation.get(), provider.active_shares.get()),
        (1, 0)
    );
    assert_eq!(provider.stake_balance(), Some(0));
    assert_eq!(context.balance(&at::stake_vault(&address)), 1);
    assert_eq!(result.event::<GenerationEnded>().left.get(), 1);
}

#[test]
fn only_the_market_slashes() {
    let mut context = TestContext::new();
    let address = liable_provider(&mut context);
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
    let address = liable_provider(&mut context);
    let amounts = context.slash_amounts(0);
    let result = context.try_slash(&address, amounts);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn the_award_cannot_exceed_the_slash() {
    let mut context = TestContext::new();
    let address = liable_provider(&mut context);
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
    let address = liable_provider(&mut context);
    let amounts = context.slash_amounts(5_001);
    let result = context.try_slash(&address, amounts);
    assert_fails(result, StakingError::MoreThanAllocated);
}

#[test]
fn no_other_mint_is_burned() {
    let mut context = TestContext::new();
    let address = liable_provider(&mut context);
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
    let address = liable_provider(&mut context);
    let alices = context.provider("alice", 10_000);
    let (amounts, market) = (context.slash_amounts(1_000), context.actor("market"));
    let slash = staking::slash_stake(context.slash_accounts(&address), amounts);
    let forged = replace_account(slash, &at::stake_vault(&address), &at::stake_vault(&alices));
    let result = context.send(&[forged], &[&market]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
}

#[test]
fn an_award_in_another_token_is_refused_by_the_token_program() {
    let mut context = TestContext::new();
    let address = liable_provider(&mut context);
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
