//! Attacks on payments that anyone may send: the sender picks the account. The owner once approved a delegate on another of its
//! accounts, and the delegate is the sender.

use assay_governance::state::{Lock, Side, Target};
use assay_governance::{error::GovernanceError, state::Proposal, state::ProposedAction};
use assay_harness::{
    assert_fails,
    governance::MIN_LOCK,
    instruction::{governance, staking},
    keypairs::provider_of,
    pda::{rewards as rewards_at, staking as staking_at},
    replace_account, Address, Signer, TestContext,
};
use assay_shared::token::TOKEN;
use assay_staking::error::StakingError;

/// Offset in a token account of its delegate: a flag of four bytes, then the address.
const DELEGATE: usize = 72;
/// Offset in a token account of what the delegate may spend.
const DELEGATED: usize = 121;

/// Returns the owner's associated token account, and another one over which mallory has power.
fn accounts(context: &mut TestContext, mint: &Address, owner: &Address) -> (Address, Address) {
    let mallory = context.address_of("mallory");
    let ata = context.ata(mint, owner);
    let other = context.clone_with_owner(&ata, "an account that nobody looks at", &TOKEN);
    context.edit_data(&other, |data| {
        data[DELEGATE] = 1;
        data[DELEGATE + 4..][..32].copy_from_slice(mallory.as_ref());
        data[DELEGATED..][..8].copy_from_slice(&u64::MAX.to_le_bytes());
    });
    (ata, other)
}

#[test]
fn directs_a_withdrawal_of_stake() {
    // Loss if it worked: matured stake, which the delegate moves on in the same transaction.
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    context.begin_unbond(&bob, 4_000);
    let [bucket, ..] = context.provider_of("bob").own.buckets;
    context.advance_to(bucket.matures_at.get());
    let (ata, other) = accounts(&mut context, &mint, &bob.pubkey());

    let withdraw = staking::withdraw_stake(bob.pubkey(), &mint);
    let result = context.crank(replace_account(withdraw, &ata, &other));

    assert_fails(result, StakingError::WrongTokenAccount);
    let vault = staking_at::stake_vault(&provider_of("bob"));
    assert_eq!(context.balance(&vault), 10_000);
}

#[test]
fn directs_a_reward() {
    // Loss if it worked: the owner's part of its rewards.
    let mut context = TestContext::new();
    context.init_rewards();
    context.worker("bob", 1_000_000);
    context.complete_job("bob", 10_000);
    let epoch = context.end_epoch(&["bob"]);
    context.finalize(epoch).unwrap();
    context.claim_reward("bob", epoch).unwrap();
    let (bob, mint) = (context.address_of("bob"), rewards_at::mint());
    let (ata, other) = accounts(&mut context, &mint, &bob);
    let before = context.rewards_of("bob");

    let claim = staking::claim_owner_rewards(&bob, &bob, &mint);
    let result = context.crank(replace_account(claim, &ata, &other));

    assert_fails(result, StakingError::WrongTokenAccount);
    assert_eq!(context.rewards_of("bob"), before);
}

#[test]
fn directs_a_withdrawal_of_votes() {
    // Loss if it worked: the tokens of a lock.
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let lock = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    context.send(&[unlock], &[&alice]).unwrap();
    context.advance_to(context.account::<Lock>(&lock).unlocks_at.get());
    let (ata, other) = accounts(&mut context, &mint, &alice.pubkey());

    let withdraw = governance::withdraw_lock(alice.pubkey(), 0, &mint);
    let result = context.crank(replace_account(withdraw, &ata, &other));

    assert_fails(result, GovernanceError::WrongTokenAccount);
    assert!(context.exists(&lock));
}

#[test]
fn directs_a_deposit() {
    // Loss if it worked: the deposit of a proposal that people cared for.
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    context.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Staking, 0, 400);
    let proposal = context.propose(&proposer, &[action]);
    context.vote(&alice, 0, &proposal, Side::Abstain);
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get());
    let mint = context.vote_mint();
    let (ata, other) = accounts(&mut context, &mint, &proposer.pubkey());

    let close = governance::close_proposal(proposer.pubkey(), proposal, &mint);
    let result = context.crank(replace_account(close, &ata, &other));

    assert_fails(result, GovernanceError::WrongTokenAccount);
    assert!(context.exists(&proposal));
}
