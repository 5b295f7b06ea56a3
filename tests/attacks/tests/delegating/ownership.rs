//! Owners: their commission, their beneficiary, and how they retire.

use crate::{
    address_of_delegation, ata, claim, claim_owner, delegated, delegation, fund, leave, provider,
    set_aside, show_out, staking_only, ticket, unbond, wait_to_join, withdraw, Sent, CLAIM_SPAN,
    MIN_DELEGATION, OWN, UNBONDING_PERIOD,
};
use assay_harness::{
    assert_fails,
    instruction::staking,
    keypairs::{address_of, provider_of},
    pda::staking as at,
    replace_account, ErrorCode, Signer, TestContext, DAY,
};
use assay_shared::token::TOKEN;
use assay_staking::{
    error::StakingError,
    state::{Delegation, Provider, MAX_RAISE},
};

/// Announces another commission of bob, basis points.
fn set_commission(context: &mut TestContext, bps: u16) -> Sent {
    let bob = context.actor("bob");
    context.send(&[staking::set_commission(bob.pubkey(), bps)], &[&bob])
}

/// Begins to retire bob's provider.
fn begin_retirement(context: &mut TestContext) {
    let bob = context.actor("bob");
    let begin = staking::begin_retirement(bob.pubkey());
    context.send(&[begin], &[&bob]).unwrap();
}

/// Retires bob's provider, as anyone may.
fn retire(context: &mut TestContext) -> Sent {
    let mint = context.stake_mint();
    context.crank(staking::retire_provider(address_of("bob"), mint))
}

/// Takes all stake of bob out of his provider.
fn take_own_stake(context: &mut TestContext) {
    let bob = context.actor("bob");
    context.withdraw_own(&bob).unwrap();
}

/// Delegators came for a low commission. Bob takes half of what they are about to earn.
#[test]
fn raises_the_commission_in_one_leap() {
    // Loss if it worked: half of the stakers' part of every epoch until the delegators are out.
    let mut context = delegated(&[("alice", 20_000)]);
    let now = context.now();
    let before = provider(&context).commission.at(now);

    let leap = set_commission(&mut context, before + MAX_RAISE + 1);

    assert_fails(leap, StakingError::RaiseTooLarge);
    set_commission(&mut context, before + MAX_RAISE).unwrap();
    // Who leaves at once is out before the commission rises, with the rewards of its last epochs.
    let commission = provider(&context).commission;
    let from = now + (UNBONDING_PERIOD + CLAIM_SPAN) as i64;
    assert_eq!(commission.at(from - 1), before);
    assert_eq!(commission.at(from), before + MAX_RAISE);
}

/// Two values are remembered: the commission of now and the next. A third forgets the first, under which epochs wait to be claimed.
#[test]
fn changes_the_commission_twice_to_forget_the_first() {
    // Loss if it worked: epochs of the time before are divided by a later commission.
    let mut context = staking_only();
    let before = provider(&context).commission.at(context.now());
    set_commission(&mut context, before + MAX_RAISE).unwrap();
    let from = provider(&context).commission.next_from.get();

    let at_once = set_commission(&mut context, before + MAX_RAISE + 1);
    context.advance_to(from + CLAIM_SPAN as i64 - 1);
    let too_early = set_commission(&mut context, before + MAX_RAISE + 1);

    assert_fails(at_once, StakingError::CommissionPending);
    assert_fails(too_early, StakingError::CommissionPending);
    assert_eq!(provider(&context).commission.at(from - 1), before);
    context.advance(1);
    set_commission(&mut context, before + MAX_RAISE + 1).unwrap();
}

/// A thief of the hot key of bob's node sends pay and rewards to itself.
#[test]
fn changes_the_beneficiary_with_the_node_key() {
    // Loss if it worked: all income of a provider whose node was broken into.
    let mut context = staking_only();
    let (node, bob) = (context.node("bob"), address_of("bob"));
    let set = staking::set_beneficiary(bob, node.pubkey());
    let forged = replace_account(set, &bob, &node.pubkey());

    let result = context.send(&[forged], &[&node]);

    assert_fails(result, StakingError::NotOwner);
    assert_eq!(provider(&context).beneficiary, bob);
}

/// Mallory delegates dust and never leaves.
#[test]
fn holds_the_owner_with_dust_delegations() {
    // Loss if it worked: an owner cannot close its provider, and its rents stay there.
    let mut context = delegated(&[("mallory", MIN_DELEGATION)]);
    unbond(&mut context, OWN).unwrap();
    begin_retirement(&mut context);
    let retires_at = provider(&context).retires_at.get();
    context.advance_to(retires_at - 1);
    let too_early = show_out(&mut context, "mallory", MIN_DELEGATION);
    assert_fails(too_early, StakingError::NotOwner);
    context.advance(1);

    show_out(&mut context, "mallory", MIN_DELEGATION).unwrap();
    let matures_at = context.delegated_maturity();

    context.advance_to(matures_at);
    let paid = withdraw(&mut context, "mallory", matures_at);
    assert_eq!(paid, MIN_DELEGATION);
    let close = staking::close_delegation(address_of("mallory"), &provider_of("bob"));
    context.crank(close).unwrap();
    take_own_stake(&mut context);
    retire(&mut context).unwrap();
    assert_eq!(context.lamports(&provider_of("bob")), 0);
}

/// Rewards of ten epochs have just been funded. Bob retires, so that he keeps what would have been streamed to others.
#[test]
fn retires_to_keep_the_stream() {
    // Loss if it worked: what delegators have earned and not received.
    let mut context = delegated(&[("alice", OWN)]);
    fund(&mut context, 0, CLAIM_SPAN);
    begin_retirement(&mut context);
    let retires_at = provider(&context).retires_at.get();
    unbond(&mut context, OWN / 2).unwrap();
    unbond(&mut context, OWN / 2).unwrap();

    // Nobody can be shown out while the rewards still flow.
    context.advance_to(retires_at);
    show_out(&mut context, "alice", OWN).unwrap();

    let earned = claim(&mut context, "alice");
    assert!(earned + 1 >= CLAIM_SPAN, "{earned}");
}

/// Attested work binds no stake, so bob goes on with it while his notice runs. Rewards come until its last day.
#[test]
fn retires_to_keep_the_stream_of_attested_work() {
    // Loss if it worked: the delegators' part of ten epochs, and of each after them.
    let mut context = delegated(&[("alice", OWN)]);
    begin_retirement(&mut context);
    let retires_at = provider(&context).retires_at.get();
    context.advance_to(retires_at - 1);
    fund(&mut context, 0, 2 * CLAIM_SPAN);
    let finish = provider(&context).stream.finish.get();
    context.advance_to(finish - 1);

    let result = show_out(&mut context, "alice", OWN);

    assert_fails(result, StakingError::NotOwner);
    context.advance(1);
    show_out(&mut context, "alice", OWN).unwrap();
    let earned = claim(&mut context, "alice");
    assert!(earned + 1 >= CLAIM_SPAN, "{earned}");
}

/// A delegation of the provider's former life would count shares of a pool that begins anew.
#[test]
fn registers_again_to_revive_old_shares() {
    // Loss if it worked: rewards of new delegators, for shares that nobody bought.
    let mut context = delegated(&[("mallory", 20_000)]);
    fund(&mut context, 0, CLAIM_SPAN);
    context.advance(CLAIM_SPAN);
    let matures_at = leave(&mut context, "mallory", 20_000);
    unbond(&mut context, OWN).unwrap();
    begin_retirement(&mut context);
    context.advance_to(provider(&context).retires_at.get());
    assert_eq!(withdraw(&mut context, "mallory", matures_at), 20_000);
    take_own_stake(&mut context);
    claim_owner(&mut context);
    assert!(claim(&mut context, "mallory") > 0);

    let result = retire(&mut context);

    assert_fails(result, StakingError::ProviderNotEmpty);
    let close = staking::close_delegation(address_of("mallory"), &provider_of("bob"));
    context.crank(close).unwrap();
    retire(&mut context).unwrap();
    context.provider("bob", OWN);
    assert_eq!(context.lamports(&address_of_delegation("mallory")), 0);
    let new: Provider = provider(&context);
    assert_eq!((new.delegations.get(), new.accumulator.acc.get()), (0, 0));
}

/// A delegation that holds something is closed, so that what it holds belongs to nobody.
#[test]
fn closes_the_delegation_of_another() {
    // Loss if it worked: the delegation, and what it earned.
    let mut context = delegated(&[("alice", 20_000)]);
    fund(&mut context, 0, CLAIM_SPAN);
    context.advance(CLAIM_SPAN);
    let close = staking::close_delegation(address_of("alice"), &provider_of("bob"));

    let with_shares = context.crank(close.clone());
    leave(&mut context, "alice", 20_000);
    let with_rewards = context.crank(close.clone());
    assert!(claim(&mut context, "alice") > 0);
    set_aside(&mut context, "alice", 1_000).unwrap();
    let with_tokens_that_wait = context.crank(close);

    assert_fails(with_shares, StakingError::PositionNotEmpty);
    assert_fails(with_rewards, StakingError::PositionNotEmpty);
    assert_fails(with_tokens_that_wait, StakingError::PositionNotEmpty);
}

/// The owner of an account that waits or earns does not sign. Mallory chooses another of its accounts, over which she has power.
#[test]
fn redirects_a_withdrawal_to_an_account_with_a_delegate() {
    // Loss if it worked: stake and rewards, which the delegate of that account moves on at once.
    let mut context = delegated(&[("alice", 20_000)]);
    set_aside(&mut context, "alice", 1_000).unwrap();
    fund(&mut context, 500, CLAIM_SPAN);
    context.advance(DAY);
    let (mint, bobs) = (context.stake_mint(), provider_of("bob"));
    let (alice, bob) = (address_of("alice"), address_of("bob"));
    let matures_at = leave(&mut context, "alice", 20_000);
    unbond(&mut context, OWN).unwrap();
    // Once the provider retires, anyone may return what waits.
    begin_retirement(&mut context);
    context.advance_to(matures_at.max(provider(&context).retires_at.get()));
    let of = |context: &mut TestContext, name: &str| {
        let own = ata(context, name);
        (
            own,
            context.clone_with_owner(&own, &format!("another of {name}"), &TOKEN),
        )
    };
    let alices = of(&mut context, "alice");
    let bobs_accounts = of(&mut context, "bob");
    let payments = [
        (
            staking::withdraw_ticket(ticket(&context, "alice", matures_at), &mint),
            alices,
        ),
        (staking::withdraw_pending(alice, &bobs, &mint), alices),
        (staking::claim_rewards(&alice, &bobs, &mint), alices),
        (
            staking::claim_owner_rewards(&bob, &bob, &mint),
            bobs_accounts,
        ),
        (staking::withdraw_stake(bob, &mint), bobs_accounts),
    ];

    for (payment, (own, other)) in payments {
        let forged = replace_account(payment.clone(), &own, &other);
        let result = context.crank(forged);
        assert_fails(result, StakingError::WrongTokenAccount);
        let before = context.balance(&own);
        context.crank(payment).unwrap();
        assert!(context.balance(&own) > before);
    }
}

/// The tokens of a delegation that waits are its delegator's as long as nothing else was said.
#[test]
fn returns_what_waits_against_the_delegators_will() {
    // Loss if it worked: no delegator ever joins a competitor.
    let mut context = staking_only();
    set_aside(&mut context, "alice", 20_000).unwrap();
    ata(&mut context, "alice");
    wait_to_join(&mut context, "alice");
    let mint = context.stake_mint();
    let back = staking::withdraw_pending(address_of("alice"), &provider_of("bob"), &mint);

    let result = context.crank(back);

    assert_fails(result, StakingError::NotOwner);
    let vault = at::stake_vault(&provider_of("bob"));
    assert_eq!(context.balance(&vault), OWN + 20_000);
}

/// The next version of staking keeps more about a delegator. It finds the room in the accounts that are open.
#[test]
fn reopens_an_account_that_grew() {
    // Loss if it worked: after an upgrade nobody reaches what was delegated before it.
    let mut context = delegated(&[("alice", 30_000)]);
    let address = address_of_delegation("alice");
    let longer = |data: &mut Vec<u8>| data.extend([0; 8]);
    let mut grown = context.clone();
    grown.edit_data(&address, longer);
    let refused = set_aside(&mut grown, "alice", 1_000);
    let wrong_length = ErrorCode::ConstraintSpace;
    assert_fails(refused, (assay_staking::ID, wrong_length));

    // The last field of every account is reserved for that, and its first is the version.
    context.edit_account::<Delegation>(&address, |delegation| {
        delegation.version = 2;
        delegation.reserved = [7; 32];
    });
    context.edit_account::<Provider>(&provider_of("bob"), |provider| {
        provider.version = 2;
        provider.reserved = [7; 32];
    });

    set_aside(&mut context, "alice", 1_000).unwrap();
    let matures_at = leave(&mut context, "alice", 30_000);
    context.advance_to(matures_at);
    assert_eq!(withdraw(&mut context, "alice", matures_at), 30_000);
    let after = delegation(&context, "alice");
    assert_eq!((after.version, after.reserved), (2, [7; 32]));
}
