use crate::fixtures::{pause_all, with_provider};
use assay_harness::{assert_fails, instruction::staking, Signer, HOUR};
use assay_staking::{
    error::StakingError,
    event::PauseSet,
    state::{pause, Params},
};
use std::slice;

#[test]
fn governance_pauses_until_a_time_and_lifts_the_pause() {
    // Given
    let (mut context, _) = with_provider();
    let (governance, until) = (context.actor("governance"), context.now() + HOUR as i64);

    // When
    let set = staking::set_pause(governance.pubkey(), pause::STAKE, until);
    let result = context.send(&[set], &[&governance]).unwrap();

    // Then
    let params: Params = context.staking_params();
    assert_eq!(params.paused.get(), pause::STAKE);
    assert_eq!(params.paused_until.get(), until);
    let event = result.event::<PauseSet>();
    assert_eq!((event.bits.get(), event.until.get()), (pause::STAKE, until));

    let lift = staking::set_pause(governance.pubkey(), 0, 0);
    context.send(&[lift], &[&governance]).unwrap();
    let bob = context.actor("bob");
    context.stake(&bob, 1);
}

#[test]
fn a_pause_ends_by_itself() {
    let (mut context, _) = with_provider();
    pause_all(&mut context);
    context.advance(HOUR);
    let bob = context.actor("bob");
    context.stake(&bob, 1);
}

#[test]
fn only_governance_pauses() {
    let (mut context, _) = with_provider();
    let bob = context.actor("bob");
    let set = staking::set_pause(bob.pubkey(), pause::STAKE, i64::MAX);
    let result = context.send(&[set], &[&bob]);
    assert_fails(result, StakingError::NotAuthority);
}

#[test]
fn a_bit_that_means_nothing_is_refused() {
    let (mut context, _) = with_provider();
    let governance = context.actor("governance");
    for bits in [pause::ALL + 1, 1 << 63] {
        let set = staking::set_pause(governance.pubkey(), bits, i64::MAX);
        let result = context.send(&[set], &[&governance]);
        assert_fails(result, StakingError::ParamOutOfBounds);
    }
}

#[test]
fn each_bit_stops_its_own_operations() {
    // Given tokens that may join
    let (mut context, provider) = with_provider();
    context.delegate("alice", &provider, 1_000);
    context.await_joining("alice", &provider);
    let (bob, market) = (context.actor("bob"), context.actor("market"));
    let mint = context.stake_mint();
    let ata = context.mint_tokens(&mint, &bob.pubkey(), 1_000);
    let stake = staking::deposit_stake(bob.pubkey(), ata, 1_000);
    let allocate = staking::allocate_stake(market.pubkey(), bob.pubkey(), 1_000);

    for bit in [pause::STAKE, pause::DELEGATE, pause::ALLOCATE] {
        // When
        let mut context = context.clone();
        crate::fixtures::pause(&mut context, bit);

        // Then
        let results = [
            (pause::STAKE, context.send(slice::from_ref(&stake), &[&bob])),
            (
                pause::DELEGATE,
                context.try_delegate("carol", &provider, 1_000),
            ),
            (pause::DELEGATE, context.activate("alice", &provider)),
            (
                pause::ALLOCATE,
                context.send(slice::from_ref(&allocate), &[&market, &bob]),
            ),
        ];
        for (of, result) in results {
            if of == bit {
                assert_fails(result, StakingError::Paused);
            } else {
                result.unwrap();
            }
        }
    }
}

/// Nothing that leaves, pays or is judged reads the pause.
#[test]
fn a_pause_holds_up_nobody_who_leaves_or_is_paid() {
    let (mut context, provider) = crate::fixtures::with_delegation();
    context.delegate("carol", &provider, 500);
    context.fund_stream(&provider, 100, 1_000);
    let (bob, carol, mint) = (
        context.actor("bob"),
        context.actor("carol"),
        context.stake_mint(),
    );
    context.allocate(&bob, 1_000);
    context.begin_unbond(&bob, 1_000);
    context.advance(HOUR);
    pause_all(&mut context);

    context.slash(&provider, 1_000);
    context.begin_unbond(&bob, 1_000);
    let cancel = staking::cancel_unbond(bob.pubkey(), 500);
    context.send(&[cancel], &[&bob]).unwrap();
    let pending = staking::withdraw_pending(carol.pubkey(), &provider, &mint);
    context.send(&[pending], &[&carol]).unwrap();
    context.ask_back("alice", &provider, 3_000).unwrap();
    context.undelegate("alice", &provider, 3_000).unwrap();
    context.claim_delegated("alice", &provider).unwrap();
    let paid = staking::claim_owner_rewards(&bob.pubkey(), &bob.pubkey(), &mint);
    context.crank(paid).unwrap();
}
