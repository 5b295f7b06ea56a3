use super::{market_with_workers, send};
use assay_harness::{
    assert_fails,
    instruction::market::{JobAddresses, PostJobParams},
    market::terms,
    pda::market as at,
    replace_account, without_signature, Address, ErrorCode, Instruction, ProgramError, Signer,
    TestContext, TransactionFailure, TransactionResult,
};
use assay_market::{error::MarketError, instruction::PostJob, state::JobTerms};
use assay_shared::token::{ACCOUNT_LEN, TOKEN};
use solana_system_interface::instruction::{allocate, assign};
use spl_token_interface::instruction::{
    approve, initialize_account3, set_authority, AuthorityType,
};

/// Returns a job of alice before it is posted: its parameters, the transaction that posts it and its addresses.
fn honest(context: &mut TestContext) -> (PostJobParams, Vec<Instruction>, JobAddresses) {
    let order = context.post_job_params("alice", terms());
    let handle = JobAddresses::new(order.requester, order.terms.nonce, order.payment);
    let posting = context.post_job_instructions(order);
    (order, posting, handle)
}

fn send_as_alice(
    context: &mut TestContext,
    posting: &[Instruction],
) -> Result<TransactionResult, TransactionFailure> {
    let alice = context.actor("alice");
    context.send(posting, &[&alice])
}

/// Changes the transaction so that alice owns the escrow at first, can change it, and then makes the job its owner.
fn held_by_alice_first(
    posting: &mut Vec<Instruction>,
    handle: &JobAddresses,
    meanwhile: impl FnOnce(&Address) -> Instruction,
) {
    let (alice, escrow) = (handle.requester, handle.escrow);
    posting[2] = initialize_account3(&TOKEN, &escrow, &handle.payment.mint, &alice).unwrap();
    let hand_over = set_authority(
        &TOKEN,
        &escrow,
        Some(&handle.escrow_authority),
        AuthorityType::AccountOwner,
        &alice,
        &[],
    );
    posting.splice(4..4, [meanwhile(&escrow), hand_over.unwrap()]);
}

#[test]
fn an_escrow_with_less_than_the_job_can_cost_is_refused() {
    let mut context = market_with_workers();
    let (order, ..) = honest(&mut context);
    let less = PostJobParams {
        escrow: order.escrow - 1,
        ..order
    };
    assert_fails(send(&mut context, less), MarketError::EscrowTooSmall);
}

#[test]
fn an_escrow_that_another_may_close_is_refused() {
    let mut context = market_with_workers();
    let (_, mut posting, handle) = honest(&mut context);
    let alice = handle.requester;
    held_by_alice_first(&mut posting, &handle, |escrow| {
        let close = AuthorityType::CloseAccount;
        set_authority(&TOKEN, escrow, Some(&alice), close, &alice, &[]).unwrap()
    });
    let result = send_as_alice(&mut context, &posting);
    assert_fails(result, MarketError::EscrowNotIsolated);
}

#[test]
fn a_delegate_is_gone_once_the_job_holds_the_escrow() {
    let mut context = market_with_workers();
    let (order, mut posting, handle) = honest(&mut context);
    let alice = handle.requester;
    held_by_alice_first(&mut posting, &handle, |escrow| {
        approve(&TOKEN, escrow, &alice, &alice, &[], order.escrow).unwrap()
    });
    send_as_alice(&mut context, &posting).unwrap();
}

/// Today's token program removes the delegate when the owner changes. The market does not rely on it.
#[test]
fn an_escrow_with_a_delegate_or_frozen_is_refused() {
    const DELEGATE_FLAG: usize = 72;
    const STATE: usize = 108;
    const FROZEN: u8 = 2;
    for (offset, byte) in [(DELEGATE_FLAG, 1), (STATE, FROZEN)] {
        let mut context = market_with_workers();
        let (_, posting, handle) = honest(&mut context);
        let (before, post) = posting.split_at(4);
        send_as_alice(&mut context, before).unwrap();
        context.edit_data(&handle.escrow, |data| data[offset] = byte);
        let result = send_as_alice(&mut context, post);
        assert_fails(result, MarketError::EscrowNotIsolated);
    }
}

#[test]
fn an_escrow_held_by_the_requester_is_refused() {
    let mut context = market_with_workers();
    let (_, mut posting, handle) = honest(&mut context);
    let (escrow, alice) = (handle.escrow, handle.requester);
    posting[2] = initialize_account3(&TOKEN, &escrow, &handle.payment.mint, &alice).unwrap();
    let result = send_as_alice(&mut context, &posting);
    assert_fails(result, MarketError::EscrowNotIsolated);
}

#[test]
fn an_escrow_held_by_another_job_is_refused() {
    let mut context = market_with_workers();
    let (_, mut posting, handle) = honest(&mut context);
    let other = at::escrow_authority(&at::job(&handle.requester, 1)).0;
    let (escrow, mint) = (handle.escrow, handle.payment.mint);
    posting[2] = initialize_account3(&TOKEN, &escrow, &mint, &other).unwrap();
    let result = send_as_alice(&mut context, &posting);
    assert_fails(result, MarketError::EscrowNotIsolated);
}

#[test]
fn a_wrong_bump_is_refused() {
    let mut context = market_with_workers();
    let (order, mut posting, handle) = honest(&mut context);
    let escrow_bump = at::escrow_authority(&handle.address).1 ^ 1;
    let terms = JobTerms {
        escrow_bump,
        ..order.terms
    };
    posting[4].data = anchor_lang::InstructionData::data(&PostJob { terms });
    let result = send_as_alice(&mut context, &posting);
    assert_fails(result, MarketError::EscrowNotIsolated);
}

#[test]
fn an_escrow_in_another_token_is_refused() {
    let mut context = market_with_workers();
    let (_, mut posting, handle) = honest(&mut context);
    let stake_mint = context.stake_mint();
    let (escrow, authority) = (handle.escrow, handle.escrow_authority);
    posting[2] = initialize_account3(&TOKEN, &escrow, &stake_mint, &authority).unwrap();
    posting.remove(3);
    let result = send_as_alice(&mut context, &posting);
    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn what_is_no_token_account_is_no_escrow() {
    let mut context = market_with_workers();
    let (_, mut posting, handle) = honest(&mut context);
    posting[4] = replace_account(posting[4].clone(), &handle.escrow, &assay_market::ID);
    let result = send_as_alice(&mut context, &posting);
    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn a_mint_that_was_not_allowed_pays_nothing() {
    let mut context = market_with_workers();
    let (_, mut posting, handle) = honest(&mut context);
    let unknown = at::payment_mint(&context.stake_mint());
    let known = at::payment_mint(&handle.payment.mint);
    posting[4] = replace_account(posting[4].clone(), &known, &unknown);
    let result = send_as_alice(&mut context, &posting);
    assert_fails(
        result,
        (assay_market::ID, ProgramError::UninitializedAccount),
    );
}

#[test]
fn another_account_of_the_market_is_no_payment_mint() {
    let mut context = market_with_workers();
    let (_, mut posting, handle) = honest(&mut context);
    let known = at::payment_mint(&handle.payment.mint);
    posting[4] = replace_account(posting[4].clone(), &known, &at::params());
    let result = send_as_alice(&mut context, &posting);
    assert_fails(result, (assay_market::ID, ProgramError::InvalidAccountData));
}

#[test]
fn the_requester_signs() {
    let mut context = market_with_workers();
    let (_, posting, handle) = honest(&mut context);
    let (before, post) = posting.split_at(4);
    send_as_alice(&mut context, before).unwrap();
    let mallory = context.actor("mallory");
    let forged = without_signature(post[0].clone(), &handle.requester);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

/// Posts alice's job with a valid escrow that is at the address of the actor named.
fn post_with_escrow_at(name: &str) -> Result<TransactionResult, TransactionFailure> {
    let mut context = market_with_workers();
    let (order, posting, handle) = honest(&mut context);
    let (alice, holder, payer) = (
        context.actor("alice"),
        context.actor(name),
        context.actor("payer"),
    );
    send_as_alice(&mut context, &posting[..1]).unwrap();
    let (escrow, mint) = (holder.pubkey(), handle.payment.mint);
    let steps = [
        allocate(&escrow, ACCOUNT_LEN as u64),
        assign(&escrow, &TOKEN),
        initialize_account3(&TOKEN, &escrow, &mint, &handle.escrow_authority).unwrap(),
    ];
    context.send(&steps, &[&payer, &holder]).unwrap();
    context.mint_to_account(&mint, &escrow, order.escrow);
    let post = replace_account(posting[4].clone(), &handle.escrow, &escrow);
    context.send(&[post], &[&payer, &alice])
}

/// Closing empties the escrow and returns its rent to the requester, so the escrow cannot be the refund account.
#[test]
fn the_requester_is_not_the_escrow() {
    post_with_escrow_at("somebody else").unwrap();
    let result = post_with_escrow_at("alice");
    assert_fails(result, MarketError::EscrowNotIsolated);
}

#[test]
fn a_job_account_of_another_program_is_refused() {
    let mut context = market_with_workers();
    let (_, posting, handle) = honest(&mut context);
    let (before, post) = posting.split_at(4);
    send_as_alice(&mut context, before).unwrap();
    context.set_owner(&handle.address, &assay_staking::ID);
    let result = send_as_alice(&mut context, post);
    assert_fails(result, (assay_market::ID, ProgramError::IllegalOwner));
}
