use assay_governance::{
    error::GovernanceError,
    event::Voted,
    state::{vote_address, Ballot, Lock, Proposal, ProposedAction, Side, Target, Vote},
};
use assay_harness::{
    assert_fails,
    governance::{MAX_LOCK, MIN_LOCK},
    instruction::governance,
    pda::governance as at,
    replace_account, Address, ErrorCode, Keypair, ProgramError, Signer, TestContext,
};
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;

fn light() -> ProposedAction {
    ProposedAction::set_param(Target::Staking, 0, 400)
}

/// Returns alice's lock 0 of weight 5,000 and a proposal whose vote opened after it.
fn open_proposal(context: &mut TestContext) -> (Keypair, Address, Address) {
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let lock = context.lock(&alice, 0, 5_000, MIN_LOCK);
    let proposal = context.propose(&proposer, &[light()]);
    (alice, lock, proposal)
}

fn tally(context: &TestContext, proposal: &Address) -> (u64, u64, u64) {
    let tally = context.account::<Proposal>(proposal).tally;
    (tally.yes.get(), tally.no.get(), tally.abstain.get())
}

#[test]
fn a_vote_adds_the_locks_weight_to_its_side() {
    // Given
    let mut context = TestContext::governed();
    let (alice, lock, proposal) = open_proposal(&mut context);

    // When
    let vote = governance::cast_vote(alice.pubkey(), 0, proposal, Side::Yes);
    let result = context.send(&[vote], &[&alice]).unwrap();

    // Then
    assert_eq!(tally(&context, &proposal), (5_000, 0, 0));
    let ends_at = context.account::<Proposal>(&proposal).ends_at.get();
    let vote: Vote = context.account(&at::vote(&proposal, &lock));
    assert_eq!(vote.proposal, proposal);
    assert_eq!(vote.lock, lock);
    assert_eq!(vote.owner, alice.pubkey());
    assert_eq!(vote.weight.get(), 5_000);
    assert_eq!(vote.closes_at.get(), ends_at);
    assert_eq!(vote.previous(), Some(Ballot::Yes));
    assert_eq!(vote.commitment, [0; 32]);
    let lock_account: Lock = context.account(&lock);
    let proposal_account: Proposal = context.account(&proposal);
    assert_eq!(lock_account.bound_until, proposal_account.expires_at);
    assert_eq!(lock_account.touched_at.get(), context.now());

    let event = result.event::<Voted>();
    assert_eq!(event.proposal, proposal);
    assert_eq!(event.lock, lock);
    assert_eq!(event.weight.get(), 5_000);
    assert!(event.side == Ballot::Yes);
}

#[test]
fn a_vote_can_be_changed_until_the_end_and_counts_once() {
    let mut context = TestContext::governed();
    let (alice, _, proposal) = open_proposal(&mut context);
    context.vote(&alice, 0, &proposal, Side::Yes);
    context.vote(&alice, 0, &proposal, Side::No);
    assert_eq!(tally(&context, &proposal), (0, 5_000, 0));
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get() - 1);
    context.vote(&alice, 0, &proposal, Side::Abstain);
    assert_eq!(tally(&context, &proposal), (0, 0, 5_000));
    context.vote(&alice, 0, &proposal, Side::Abstain);
    assert_eq!(tally(&context, &proposal), (0, 0, 5_000));
}

#[test]
fn the_locks_of_several_owners_add_up() {
    let mut context = TestContext::governed();
    let (alice, bob, proposer) = (
        context.actor("alice"),
        context.actor("bob"),
        context.actor("proposer"),
    );
    context.lock(&alice, 0, 5_000, MIN_LOCK);
    context.lock(&alice, 1, 1_000, MAX_LOCK);
    context.lock(&bob, 0, 2_000, MIN_LOCK);
    let proposal = context.propose(&proposer, &[light()]);
    context.vote(&alice, 0, &proposal, Side::Yes);
    context.vote(&alice, 1, &proposal, Side::Yes);
    context.vote(&bob, 0, &proposal, Side::No);
    assert_eq!(tally(&context, &proposal), (9_000, 2_000, 0));
}

#[test]
fn voting_ends_to_the_second() {
    let mut context = TestContext::governed();
    let (alice, _, proposal) = open_proposal(&mut context);
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get());
    let vote = governance::cast_vote(alice.pubkey(), 0, proposal, Side::Yes);
    let result = context.send(&[vote], &[&alice]);
    assert_fails(result, GovernanceError::VotingEnded);
}

#[test]
fn nobody_votes_during_the_notice() {
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    context.lock(&alice, 0, 5_000, MIN_LOCK);
    let proposal = context.publish(&proposer, &[light()]);
    let vote = governance::cast_vote(alice.pubkey(), 0, proposal, Side::Yes);
    let early = context.send(std::slice::from_ref(&vote), &[&alice]);
    assert_fails(early, GovernanceError::VotingNotOpen);
    context.advance_to(context.account::<Proposal>(&proposal).open_until.get());
    let lapsed = context.send(&[vote], &[&alice]);
    assert_fails(lapsed, GovernanceError::VotingNotOpen);
}

#[test]
fn only_the_owner_of_a_lock_votes_with_it() {
    let mut context = TestContext::governed();
    let (_, lock, proposal) = open_proposal(&mut context);
    let mallory = context.actor("mallory");
    let vote = governance::cast_vote(mallory.pubkey(), 0, proposal, Side::No);
    let mallorys = at::lock(&mallory.pubkey(), 0);
    let forged = replace_account(vote, &mallorys, &lock);
    let forged = replace_account(
        forged,
        &at::vote(&proposal, &mallorys),
        &at::vote(&proposal, &lock),
    );
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, GovernanceError::NotOwner);
}

#[test]
fn an_unlocking_lock_has_no_vote() {
    let mut context = TestContext::governed();
    let (alice, _, proposal) = open_proposal(&mut context);
    let unlock = governance::begin_unlock(alice.pubkey(), 0);
    context.send(&[unlock], &[&alice]).unwrap();
    let vote = governance::cast_vote(alice.pubkey(), 0, proposal, Side::Yes);
    let result = context.send(&[vote], &[&alice]);
    assert_fails(result, GovernanceError::LockUnlocking);
}

#[test]
fn a_lock_made_after_the_opening_has_no_vote_in_it() {
    // Given a lock made in the same second as the opening, but after it
    let mut context = TestContext::governed();
    let (_, _, proposal) = open_proposal(&mut context);
    let bob = context.actor("bob");
    context.lock(&bob, 0, 1_000_000, MIN_LOCK);

    // When
    let vote = governance::cast_vote(bob.pubkey(), 0, proposal, Side::No);
    let result = context.send(&[vote], &[&bob]);

    // Then
    assert_fails(result, GovernanceError::LockTooNew);
}

#[test]
fn a_lock_has_one_vote_account_per_proposal() {
    let mut context = TestContext::governed();
    let (alice, lock, proposal) = open_proposal(&mut context);
    context.vote(&alice, 0, &proposal, Side::Yes);
    let other = context.lock(&alice, 1, 1_000, MIN_LOCK);
    let vote = governance::cast_vote(alice.pubkey(), 0, proposal, Side::Yes);
    let forged = replace_account(
        vote,
        &at::vote(&proposal, &lock),
        &at::vote(&proposal, &other),
    );
    let failure = context.send(&[forged], &[&alice]).unwrap_err();
    // No signature of the program's seeds fits the account, so it is not created.
    let escalation = TransactionError::InstructionError(0, InstructionError::PrivilegeEscalation);
    assert_eq!(failure.error, escalation);
}

#[test]
fn no_second_vote_account_of_a_lock_is_made_at_an_address_with_a_lower_bump() {
    let mut context = TestContext::governed();
    let (alice, lock, proposal) = open_proposal(&mut context);
    let (canonical, highest) = vote_address(&proposal, &lock);
    let honest = governance::cast_vote(alice.pubkey(), 0, proposal, Side::Yes);
    let mut tried = 0;
    for bump in 0..highest {
        let seeds: [&[u8]; 4] = [b"vote", proposal.as_ref(), lock.as_ref(), &[bump]];
        let Ok(address) = Address::create_program_address(&seeds, &assay_governance::ID) else {
            continue;
        };
        let mut forged = replace_account(honest.clone(), &canonical, &address);
        *forged.data.last_mut().unwrap() = bump;
        let result = context.send(&[forged], &[&alice]);
        assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
        tried += 1;
    }
    assert!(tried > 50, "about half of all bumps make an address");
    context.send(&[honest], &[&alice]).unwrap();
}

/// A creation asks for the account's signature, which a keypair can give without the program's seeds.
#[test]
fn no_keypair_that_signs_becomes_a_second_vote_account() {
    let mut context = TestContext::governed();
    let (alice, lock, proposal) = open_proposal(&mut context);
    let (canonical, _) = vote_address(&proposal, &lock);
    let honest = governance::cast_vote(alice.pubkey(), 0, proposal, Side::Yes);
    let other = Keypair::new();
    for funded in [false, true] {
        if funded {
            context.send_lamports(&other.pubkey(), 1_000_000_000);
        }
        for bump in 0..=u8::MAX {
            let mut forged = replace_account(honest.clone(), &canonical, &other.pubkey());
            let account = forged
                .accounts
                .iter_mut()
                .find(|a| a.pubkey == other.pubkey());
            account.unwrap().is_signer = true;
            *forged.data.last_mut().unwrap() = bump;
            let result = context.send(&[forged], &[&alice, &other]);
            assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
        }
    }
    context.send(&[honest], &[&alice]).unwrap();
    assert_eq!(tally(&context, &proposal), (5_000, 0, 0));
}

#[test]
fn a_lock_cannot_take_over_the_vote_of_another() {
    // Given two locks, one of which has voted
    let mut context = TestContext::governed();
    let (alice, first, _) = open_proposal(&mut context);
    let second = context.lock(&alice, 1, 1_000, MIN_LOCK);
    let proposer = context.actor("proposer");
    let proposal = context.propose(&proposer, &[light()]);
    context.vote(&alice, 1, &proposal, Side::Yes);

    // When
    let forged = replace_account(
        governance::cast_vote(alice.pubkey(), 0, proposal, Side::No),
        &at::vote(&proposal, &first),
        &at::vote(&proposal, &second),
    );
    let result = context.send(&[forged], &[&alice]);

    // Then
    assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_lock_or_proposal_of_ones_own_making_is_refused() {
    let mut context = TestContext::governed();
    let (alice, lock, proposal) = open_proposal(&mut context);
    let vote = governance::cast_vote(alice.pubkey(), 0, proposal, Side::Yes);
    for real in [lock, proposal] {
        let fake = context.clone_with_owner(&real, "a false account", &assay_staking::ID);
        let result = context.send(&[replace_account(vote.clone(), &real, &fake)], &[&alice]);
        assert_fails(result, (assay_governance::ID, ProgramError::IllegalOwner));
    }
}
