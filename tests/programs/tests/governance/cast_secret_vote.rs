use assay_governance::{
    error::GovernanceError,
    event::SecretVoteCast,
    state::{Ballot, Lock, Proposal, ProposedAction, Side, Target, Vote},
};
use assay_harness::{
    assert_fails,
    governance::{MIN_LOCK, VOTING_TIME},
    instruction::governance,
    pda::governance as at,
    replace_account, Address, Keypair, Signer, TestContext, TransactionFailure, TransactionResult,
};

fn light() -> ProposedAction {
    ProposedAction::set_param(Target::Staking, 0, 400)
}

/// Returns alice's lock 0 of weight 5,000 and a secret proposal whose vote opened after it.
fn open_proposal(context: &mut TestContext) -> (Keypair, Address, Address) {
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let lock = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let proposal = context.propose_secretly(&proposer, &[light()]);
    (alice, lock, proposal)
}

fn cast(
    context: &mut TestContext,
    owner: &Keypair,
    proposal: &Address,
    commitment: [u8; 32],
) -> Result<TransactionResult, TransactionFailure> {
    let vote = governance::cast_secret_vote(owner.pubkey(), 0, *proposal, commitment);
    context.send(&[vote], &[owner])
}

#[test]
fn a_secret_vote_abstains_and_binds_its_lock_like_a_yes_and_longer() {
    // Given
    let mut context = TestContext::governed();
    let (alice, lock, address) = open_proposal(&mut context);

    // When
    let result = cast(&mut context, &alice, &address, [9; 32]).unwrap();

    // Then
    let proposal: Proposal = context.account(&address);
    assert_eq!(proposal.tally.abstain.get(), 5_000);
    assert_eq!(proposal.tally.yes.get() + proposal.tally.no.get(), 0);
    let vote: Vote = context.account(&at::vote(&address, &lock));
    assert_eq!(vote.previous(), Some(Ballot::Secret));
    assert_eq!(vote.commitment, [9; 32]);
    assert_eq!(vote.weight.get(), 5_000);
    assert_eq!((vote.proposal, vote.lock), (address, lock));
    assert_eq!(vote.owner, alice.pubkey());
    assert_eq!(vote.closes_at, proposal.reveal_ends_at);
    let voter: Lock = context.account(&lock);
    assert_eq!(voter.unrevealed.get(), 1);
    let until = proposal.expires_at.get() + VOTING_TIME as i64;
    assert_eq!(voter.unrevealed_until.get(), until);
    assert_eq!(voter.touched_at.get(), context.now());

    let event = result.event::<SecretVoteCast>();
    assert_eq!((event.proposal, event.lock), (address, lock));
    assert_eq!(event.weight.get(), 5_000);

    context.advance_to(until - 1);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    let bound = context.send(std::slice::from_ref(&unlock), &[&alice]);
    assert_fails(bound, GovernanceError::LockVoting);
    context.advance(1);
    context.send(&[unlock], &[&alice]).unwrap();
}

#[test]
fn open_and_secret_votes_of_a_lock_replace_each_other() {
    let mut context = TestContext::governed();
    let (alice, lock, address) = open_proposal(&mut context);
    let tally = |context: &TestContext| {
        let tally = context.account::<Proposal>(&address).tally;
        (tally.yes.get(), tally.no.get(), tally.abstain.get())
    };
    let unrevealed = |context: &TestContext| context.account::<Lock>(&lock).unrevealed.get();
    context.vote(&alice, 0, &address, Side::Yes);
    cast(&mut context, &alice, &address, [9; 32]).unwrap();
    assert_eq!((tally(&context), unrevealed(&context)), ((0, 0, 5_000), 1));
    cast(&mut context, &alice, &address, [8; 32]).unwrap();
    assert_eq!((tally(&context), unrevealed(&context)), ((0, 0, 5_000), 1));
    context.vote(&alice, 0, &address, Side::No);
    assert_eq!((tally(&context), unrevealed(&context)), ((0, 5_000, 0), 0));
    let vote: Vote = context.account(&at::vote(&address, &lock));
    assert_eq!(vote.commitment, [0; 32]);
}

#[test]
fn an_open_proposal_takes_no_secret_votes() {
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    context.lock(&alice, 0, 5_000, MIN_LOCK);
    let proposal = context.propose(&proposer, &[light()]);
    let result = cast(&mut context, &alice, &proposal, [9; 32]);
    assert_fails(result, GovernanceError::NotSecret);
}

#[test]
fn zero_is_no_commitment() {
    let mut context = TestContext::governed();
    let (alice, _, proposal) = open_proposal(&mut context);
    let result = cast(&mut context, &alice, &proposal, [0; 32]);
    assert_fails(result, GovernanceError::WrongCommitment);
}

#[test]
fn a_secret_vote_is_cast_in_the_voting_time() {
    // Given one secret proposal in its notice and one whose voting ends
    let mut context = TestContext::governed();
    let (alice, _, open) = open_proposal(&mut context);
    let proposer = context.actor("proposer");
    let draft = assay_governance::state::ProposalDraft {
        secret: 1,
        ..context.draft(&[light()])
    };
    context.try_publish(&proposer, draft).unwrap();

    // When and then
    let early = cast(&mut context, &alice, &at::proposal(1), [9; 32]);
    assert_fails(early, GovernanceError::VotingNotOpen);
    context.advance_to(context.account::<Proposal>(&open).ends_at.get());
    let late = cast(&mut context, &alice, &open, [9; 32]);
    assert_fails(late, GovernanceError::VotingEnded);
}

#[test]
fn only_the_owner_of_a_lock_with_weight_votes_secretly() {
    let mut context = TestContext::governed();
    let (alice, lock, proposal) = open_proposal(&mut context);
    let (mallory, bob) = (context.actor("mallory"), context.actor("bob"));
    let vote = governance::cast_secret_vote(mallory.pubkey(), 0, proposal, [9; 32]);
    let mallorys = at::lock(&mallory.pubkey(), 0);
    let forged = replace_account(vote, &mallorys, &lock);
    let forged = replace_account(
        forged,
        &at::vote(&proposal, &mallorys),
        &at::vote(&proposal, &lock),
    );
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, GovernanceError::NotOwner);

    context.lock(&bob, 0, 5_000, MIN_LOCK);
    let new = cast(&mut context, &bob, &proposal, [9; 32]);
    assert_fails(new, GovernanceError::LockTooNew);

    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    context.send(&[unlock], &[&alice]).unwrap();
    let unlocking = cast(&mut context, &alice, &proposal, [9; 32]);
    assert_fails(unlocking, GovernanceError::LockUnlocking);
}
