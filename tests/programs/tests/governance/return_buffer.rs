use assay_governance::{
    error::GovernanceError,
    event::BufferReturned,
    state::{Proposal, ProposedAction, Target},
};
use assay_harness::{
    assert_fails, instruction::governance, pda::governance as at, replace_account, Address,
    Instruction, TestContext, TransactionFailure, TransactionResult,
};
use assay_shared::hash::sha256v;

const BYTES: &[u8] = b"not a program, but bytes that were voted on";

fn upgrade(context: &mut TestContext) -> ProposedAction {
    let wallet = context.address_of("uploader");
    ProposedAction::upgrade(Target::Staking, sha256v(&[BYTES]), wallet)
}

/// Returns a vetoed upgrade and the instruction that returns its buffer.
fn vetoed(context: &mut TestContext) -> (Address, Address, Instruction) {
    let action = upgrade(context);
    let proposal = context.supported_proposal(&[action]);
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get());
    context.veto(&proposal).unwrap();
    let buffer = context.buffer("buffer", &at::upgrade_authority(), BYTES);
    let wallet = context.address_of("uploader");
    let back = governance::return_buffer(proposal, buffer, wallet);
    (proposal, buffer, back)
}

fn send(
    context: &mut TestContext,
    instruction: Instruction,
) -> Result<TransactionResult, TransactionFailure> {
    let passer_by = context.actor("carol");
    context.send(&[instruction], &[&passer_by])
}

#[test]
fn a_buffer_that_will_not_be_used_goes_to_the_wallet_that_the_vote_named() {
    // Given
    let mut context = TestContext::governed();
    let (proposal, buffer, back) = vetoed(&mut context);

    // When
    let result = send(&mut context, back).unwrap();

    // Then
    let wallet = context.address_of("uploader");
    assert_eq!(&context.data(&buffer)[5..37], wallet.as_ref());
    let event = result.event::<BufferReturned>();
    assert_eq!((event.buffer, event.proposal), (buffer, proposal));
    assert_eq!(event.wallet, wallet);
}

#[test]
fn a_buffer_stays_while_its_proposal_can_pass() {
    let mut context = TestContext::governed();
    let action = upgrade(&mut context);
    let proposal = context.supported_proposal(&[action]);
    let buffer = context.buffer("buffer", &at::upgrade_authority(), BYTES);
    let wallet = context.address_of("uploader");
    let back = governance::return_buffer(proposal, buffer, wallet);
    let expires_at = context.account::<Proposal>(&proposal).expires_at.get();
    context.advance_to(expires_at - 1);
    let live = send(&mut context, back.clone());
    assert_fails(live, GovernanceError::ProposalLive);
    context.advance(1);
    send(&mut context, back).unwrap();
}

#[test]
fn a_proposal_that_did_not_pass_returns_nothing() {
    let mut context = TestContext::governed();
    let action = upgrade(&mut context);
    let proposer = context.actor("proposer");
    let proposal = context.propose(&proposer, &[action]);
    let ends_at = context.account::<Proposal>(&proposal).ends_at.get();
    context.advance_to(ends_at);
    let buffer = context.buffer("buffer", &at::upgrade_authority(), BYTES);
    let wallet = context.address_of("uploader");
    let back = governance::return_buffer(proposal, buffer, wallet);
    let result = send(&mut context, back);
    assert_fails(result, GovernanceError::ProposalDefeated);
}

#[test]
fn the_buffer_of_an_executed_upgrade_is_used_up() {
    let mut context = TestContext::governed();
    let (proposal, _, back) = vetoed(&mut context);
    context.edit_account::<Proposal>(&proposal, |proposal| {
        proposal.vetoed = 0;
        proposal.executed_at = 1.into();
    });
    let result = send(&mut context, back);
    assert_fails(result, GovernanceError::AlreadyExecuted);
}

#[test]
fn only_that_buffer_returns_and_only_to_that_wallet() {
    let mut context = TestContext::governed();
    let (_, buffer, back) = vetoed(&mut context);
    let (mallory, wallet) = (
        context.address_of("mallory"),
        context.address_of("uploader"),
    );
    let forged = replace_account(back.clone(), &wallet, &mallory);
    let result = send(&mut context, forged);
    assert_fails(result, GovernanceError::WrongRecipient);
    let other = context.buffer("other", &at::upgrade_authority(), b"other bytes");
    let forged = replace_account(back, &buffer, &other);
    let result = send(&mut context, forged);
    assert_fails(result, GovernanceError::WrongBuffer);
}

#[test]
fn another_proposal_has_no_buffer() {
    let mut context = TestContext::governed();
    let (proposal, buffer, _) = vetoed(&mut context);
    context.edit_account::<Proposal>(&proposal, |proposal| proposal.actions[0].kind = 8);
    let wallet = context.address_of("uploader");
    let back = governance::return_buffer(proposal, buffer, wallet);
    let result = send(&mut context, back);
    assert_fails(result, GovernanceError::WrongInstruction);
}
