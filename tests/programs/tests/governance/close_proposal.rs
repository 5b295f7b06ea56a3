use assay_governance::{
    error::GovernanceError,
    event::ProposalClosed,
    state::{Proposal, ProposedAction, Side, Target},
};
use assay_harness::{
    assert_fails,
    governance::{DEPOSIT, MIN_LOCK},
    instruction::governance,
    pda::governance as at,
    replace_account, Address, ErrorCode, Keypair, Signer, TestContext,
};

/// Returns a proposal whose voting has ended. Alice's 5,000 of all 10,000 weight are on `side`, if any.
fn ended_proposal(context: &mut TestContext, side: Option<Side>) -> (Keypair, Address) {
    context.init_governance();
    let (alice, bob, proposer) = (
        context.actor("alice"),
        context.actor("bob"),
        context.actor("proposer"),
    );
    context.lock(&alice, 0, 5_000, MIN_LOCK);
    context.lock(&bob, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let proposal = context.propose(&proposer, &[action]);
    if let Some(side) = side {
        context.vote(&alice, 0, &proposal, side);
    }
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get());
    (proposer, proposal)
}

fn proposers_ata(context: &mut TestContext, proposer: &Keypair) -> Address {
    let mint = context.vote_mint();
    context.ata(&mint, &proposer.pubkey())
}

#[test]
fn a_defeated_proposal_that_people_cared_for_returns_the_deposit() {
    // Given
    let mut context = TestContext::new();
    let (proposer, proposal) = ended_proposal(&mut context, Some(Side::No));
    let ata = proposers_ata(&mut context, &proposer);
    let passer_by = context.actor("carol");
    let vault = at::deposit_vault(&proposal);
    let rent = context.lamports(&proposal) + context.lamports(&vault);
    let before = context.lamports(&proposer.pubkey());

    // When
    let close = governance::close_proposal(proposer.pubkey(), proposal, &context.vote_mint());
    let result = context.send(&[close], &[&passer_by]).unwrap();

    // Then
    assert_eq!(context.balance(&ata), DEPOSIT);
    assert!(!context.exists(&proposal));
    assert!(!context.exists(&vault));
    assert_eq!(
        context.lamports(&proposer.pubkey()),
        before + rent,
        "the rent returns"
    );

    let event = result.event::<ProposalClosed>();
    assert_eq!(event.proposal, proposal);
    assert_eq!(event.deposit_to, ata);
    assert_eq!(event.deposit.get(), DEPOSIT);
}

#[test]
fn a_proposal_nobody_cared_for_forfeits_the_deposit() {
    let mut context = TestContext::new();
    let (proposer, proposal) = ended_proposal(&mut context, None);
    let (ata, treasury) = (
        proposers_ata(&mut context, &proposer),
        context.deposit_treasury(),
    );
    let close = governance::close_proposal(proposer.pubkey(), proposal, &context.vote_mint());
    let result = context.send(&[close], &[&proposer]);
    assert_fails(result, GovernanceError::WrongTreasury);

    let close = governance::close_forfeited(proposer.pubkey(), proposal, treasury);
    context.send(&[close], &[&proposer]).unwrap();
    assert_eq!(context.balance(&treasury), DEPOSIT);
    assert_eq!(context.balance(&ata), 0);
}

#[test]
fn a_proposal_opened_while_nothing_was_locked_forfeits_its_deposit() {
    // Given a proposal that nobody can vote in
    let mut context = TestContext::new();
    context.init_governance();
    let proposer = context.actor("proposer");
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let address = context.propose(&proposer, &[action]);
    let proposal: Proposal = context.account(&address);
    assert_eq!((proposal.total_weight.get(), proposal.quorum.get()), (0, 1));
    context.advance_to(proposal.ends_at.get());
    proposers_ata(&mut context, &proposer);
    let treasury = context.deposit_treasury();

    // When
    let close = governance::close_proposal(proposer.pubkey(), address, &context.vote_mint());
    let result = context.send(&[close], &[&proposer]);

    // Then
    assert_fails(result, GovernanceError::WrongTreasury);
    let close = governance::close_forfeited(proposer.pubkey(), address, treasury);
    context.send(&[close], &[&proposer]).unwrap();
    assert_eq!(context.balance(&treasury), DEPOSIT);
}

#[test]
fn a_forfeited_deposit_takes_along_what_was_sent_to_its_vault() {
    let mut context = TestContext::new();
    let (proposer, proposal) = ended_proposal(&mut context, None);
    let (mint, treasury) = (context.vote_mint(), context.deposit_treasury());
    let vault = at::deposit_vault(&proposal);
    context.mint_to_account(&mint, &vault, 7);
    let close = governance::close_forfeited(proposer.pubkey(), proposal, treasury);
    context.send(&[close], &[&proposer]).unwrap();
    assert_eq!(context.balance(&treasury), DEPOSIT + 7);
    assert!(!context.exists(&vault));
}

#[test]
fn tokens_sent_to_the_vault_do_not_hold_the_proposal_hostage() {
    let mut context = TestContext::new();
    let (proposer, proposal) = ended_proposal(&mut context, Some(Side::No));
    let (mint, ata) = (context.vote_mint(), proposers_ata(&mut context, &proposer));
    context.mint_to_account(&mint, &at::deposit_vault(&proposal), 7);
    let close = governance::close_proposal(proposer.pubkey(), proposal, &context.vote_mint());
    context.send(&[close], &[&proposer]).unwrap();
    assert_eq!(context.balance(&ata), DEPOSIT + 7);
}

#[test]
fn an_executed_proposal_can_be_closed() {
    let mut context = TestContext::new();
    context.init_governance();
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let proposal = context.passed_proposal(&[action]);
    let proposer = context.actor("proposer");
    context
        .send(&[governance::execute_proposal(proposal)], &[&proposer])
        .unwrap();
    let ata = proposers_ata(&mut context, &proposer);
    let close = governance::close_proposal(proposer.pubkey(), proposal, &context.vote_mint());
    context.send(&[close], &[&proposer]).unwrap();
    assert_eq!(context.balance(&ata), DEPOSIT);
}

#[test]
fn a_proposal_that_can_still_be_executed_stays() {
    // Given a passed proposal
    let mut context = TestContext::new();
    let (proposer, proposal) = ended_proposal(&mut context, Some(Side::Yes));
    proposers_ata(&mut context, &proposer);
    let close = governance::close_proposal(proposer.pubkey(), proposal, &context.vote_mint());
    let expires_at = context.account::<Proposal>(&proposal).expires_at.get();

    // When and then: from the end of the voting to the last second of the execution window
    let result = context.send(std::slice::from_ref(&close), &[&proposer]);
    assert_fails(result, GovernanceError::ProposalLive);
    context.advance_to(expires_at - 1);
    let result = context.send(std::slice::from_ref(&close), &[&proposer]);
    assert_fails(result, GovernanceError::ProposalLive);
    context.advance(1);
    context.send(&[close], &[&proposer]).unwrap();
}

#[test]
fn the_rent_goes_to_no_one_but_the_proposer() {
    let mut context = TestContext::new();
    let (proposer, proposal) = ended_proposal(&mut context, Some(Side::No));
    proposers_ata(&mut context, &proposer);
    let mallory = context.actor("mallory");
    let close = governance::close_proposal(mallory.pubkey(), proposal, &context.vote_mint());
    let result = context.send(&[close], &[&mallory]);
    assert_fails(result, GovernanceError::NotProposer);
}

#[test]
fn a_deposit_returns_to_no_account_but_the_proposers() {
    let mut context = TestContext::new();
    let (proposer, proposal) = ended_proposal(&mut context, Some(Side::No));
    let (mallory, mint, other) = (
        context.actor("mallory"),
        context.vote_mint(),
        context.mint("OTHER"),
    );
    let mallorys = context.ata(&mint, &mallory.pubkey());
    let of_another_mint = context.ata(&other, &proposer.pubkey());
    let ata = proposers_ata(&mut context, &proposer);
    for deposit_to in [mallorys, of_another_mint, mint] {
        let close = governance::close_proposal(proposer.pubkey(), proposal, &mint);
        let forged = replace_account(close, &ata, &deposit_to);
        let result = context.send(&[forged], &[&mallory]);
        assert_fails(result, GovernanceError::WrongTokenAccount);
    }
}

/// Somebody else may be a delegate of an account that the proposer does not look at.
#[test]
fn only_the_proposer_picks_another_account() {
    let mut context = TestContext::new();
    let (proposer, proposal) = ended_proposal(&mut context, Some(Side::No));
    let (passer_by, mint) = (context.actor("carol"), context.vote_mint());
    let ata = proposers_ata(&mut context, &proposer);
    let dave = context.address_of("dave");
    let other = context.ata(&mint, &dave);
    let close = governance::close_proposal(proposer.pubkey(), proposal, &mint);
    let chosen = replace_account(close, &ata, &other);
    let result = context.send(&[chosen], &[&passer_by]);
    assert_fails(result, GovernanceError::WrongTokenAccount);

    let close = governance::close_proposal_to(proposer.pubkey(), proposal, other);
    context.send(&[close], &[&proposer]).unwrap();
    assert_eq!(context.balance(&other), DEPOSIT);
}

#[test]
fn the_deposit_of_another_proposal_stays() {
    let mut context = TestContext::new();
    let (proposer, proposal) = ended_proposal(&mut context, Some(Side::No));
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let other = context.propose(&proposer, &[action]);
    proposers_ata(&mut context, &proposer);
    let close = governance::close_proposal(proposer.pubkey(), proposal, &context.vote_mint());
    let forged = replace_account(
        close,
        &at::deposit_vault(&proposal),
        &at::deposit_vault(&other),
    );
    let result = context.send(&[forged], &[&proposer]);
    assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_proposal_that_can_still_be_voted_on_stays() {
    let mut context = TestContext::new();
    context.init_governance();
    let proposer = context.actor("proposer");
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let proposal = context.propose(&proposer, &[action]);
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get() - 1);
    let treasury = context.deposit_treasury();
    let close = governance::close_forfeited(proposer.pubkey(), proposal, treasury);
    let result = context.send(&[close], &[&proposer]);
    assert_fails(result, GovernanceError::ProposalLive);
}
