use crate::fixtures::{
    await_retirement, begin_retirement, with_delegation, with_provider, DELEGATED, OWN,
};
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, ErrorCode, Signer,
    TestContext, TransactionFailure, TransactionResult, DAY,
};
use assay_staking::{error::StakingError, event::ProviderRetired, state::Provider};

/// Closes bob's provider as the actor "anyone".
fn retire(context: &mut TestContext) -> Result<TransactionResult, TransactionFailure> {
    let (bob, mint) = (context.address_of("bob"), context.stake_mint());
    context.advance(1);
    context.crank(staking::retire_provider(bob, mint))
}

#[test]
fn the_end_of_a_provider_gives_everyone_their_own_and_burns_the_rest() {
    // Given a provider with a delegation and a stream, and gifts of strangers
    let (mut context, address) = with_delegation();
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    context.fund_stream(&address, 0, 10_000);
    let (stake, reward) = (at::stake_vault(&address), at::reward_vault(&address));
    context.mint_to_account(&mint, &stake, 7);
    context.mint_to_account(&mint, &reward, 8);
    begin_retirement(&mut context);
    context.begin_unbond(&bob, OWN);
    let matures_at = context.delegated_maturity();
    context.undelegate("alice", &address, DELEGATED).unwrap();
    await_retirement(&mut context);

    // When everyone is paid, by anyone
    context.withdraw_own(&bob).unwrap();
    context
        .withdraw_ticket("alice", &address, matures_at)
        .unwrap();
    context.claim_delegated("alice", &address).unwrap();
    let close = staking::close_delegation(context.address_of("alice"), &address);
    context.crank(close).unwrap();
    let held = context.provider_of("bob").rewards_held.get();
    let supply = context.supply(&mint);
    let rents: u64 = [address, stake, reward]
        .map(|at| context.lamports(&at))
        .iter()
        .sum();
    let before = context.lamports(&bob.pubkey());
    let result = retire(&mut context).unwrap();

    // Then nobody had stake while the stream waited, so that it is burned with the gifts
    assert_eq!(held, 10_000);
    assert_eq!(result.event::<ProviderRetired>().burned.get(), 10_015);
    assert_eq!(result.event::<ProviderRetired>().provider, address);
    assert_eq!(context.supply(&mint), supply - 10_015);
    assert_eq!(context.lamports(&bob.pubkey()), before + rents);
    for closed in [address, stake, reward] {
        assert!(!context.exists(&closed));
    }
    assert_eq!(
        context.provider("bob", OWN),
        address,
        "the wallet may register again"
    );
    assert_eq!(context.provider_of("bob").generation.get(), 0);
}

#[test]
fn a_provider_ends_after_its_notice_and_not_before() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 0);
    assert_fails(retire(&mut context), StakingError::NotRetired);
    begin_retirement(&mut context);
    let retires_at = context.provider_of("bob").retires_at.get();
    context.advance_to(retires_at - 2);
    assert_fails(retire(&mut context), StakingError::NotRetired);
    retire(&mut context).unwrap();
}

#[test]
fn a_provider_in_which_somebody_has_something_stays() {
    let fields: [fn(&mut Provider); 10] = [
        |provider| provider.own.active = 1.into(),
        |provider| provider.own.matured = 1.into(),
        |provider| provider.own.buckets[7].tokens = 1.into(),
        |provider| provider.active_shares = 1.into(),
        |provider| provider.buckets[15].shares = 1.into(),
        |provider| provider.pending_tokens = 1.into(),
        |provider| provider.matured_tokens = 1.into(),
        |provider| provider.delegations = 1.into(),
        |provider| provider.records = 1.into(),
        |provider| provider.owner_rewards = 1.into(),
    ];
    let mut empty = TestContext::new();
    empty.init_staking();
    let address = empty.provider("bob", 0);
    begin_retirement(&mut empty);
    await_retirement(&mut empty);
    for (number, fill) in fields.into_iter().enumerate() {
        let mut context = empty.clone();
        context.edit_account::<Provider>(&address, fill);
        let result = retire(&mut context);
        assert!(result.is_err(), "field {number}");
        assert_fails(result, StakingError::ProviderNotEmpty);
    }
    retire(&mut empty).unwrap();
}

#[test]
fn the_rents_go_to_the_owner() {
    let (mut context, _) = with_provider();
    let (bob, mallory, mint) = (
        context.address_of("bob"),
        context.address_of("mallory"),
        context.stake_mint(),
    );
    begin_retirement(&mut context);
    context.advance(40 * DAY);
    let forged = replace_account(staking::retire_provider(bob, mint), &bob, &mallory);
    assert_fails(context.crank(forged), StakingError::WrongRecipient);
}

#[test]
fn no_other_vault_is_closed() {
    let (mut context, bobs) = with_provider();
    let dans = context.provider("dan", 0);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    context.begin_unbond(&bob, OWN);
    begin_retirement(&mut context);
    await_retirement(&mut context);
    context.withdraw_own(&bob).unwrap();
    for vault in [at::stake_vault, at::reward_vault] {
        let retire = staking::retire_provider(bob.pubkey(), mint);
        let forged = replace_account(retire, &vault(&bobs), &vault(&dans));
        let result = context.crank(forged);
        assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
    }
    retire(&mut context).unwrap();
}
