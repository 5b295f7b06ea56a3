use assay_governance::{
    error::GovernanceError,
    event::ProposalClosed,
    state::{Proposal, ProposedAction, Side, Target},
};
use assay_world::{
    address::governance as at,
    assert_fails,
    governance::{DEPOSIT, MIN_LOCK},
    instruction::governance,
    swapped, Address, ErrorCode, Keypair, Signer, World,
};

/// A proposal whose voting has ended, with alice's 5,000 of all 10,000 weight on `side`, if any.
fn ended_proposal(world: &mut World, side: Option<Side>) -> (Keypair, Address) {
    world.governance_ready();
    let (alice, bob, proposer) = (
        world.actor("alice"),
        world.actor("bob"),
        world.actor("proposer"),
    );
    world.lock(&alice, 0, 5_000, MIN_LOCK);
    world.lock(&bob, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let proposal = world.propose(&proposer, &[action]);
    if let Some(side) = side {
        world.vote(&alice, 0, &proposal, side);
    }
    world.advance_to(world.account::<Proposal>(&proposal).ends_at.get());
    (proposer, proposal)
}

fn proposers_wallet(world: &mut World, proposer: &Keypair) -> Address {
    let mint = world.vote_mint();
    world.wallet(&mint, &proposer.pubkey())
}

#[test]
fn a_defeated_proposal_that_people_cared_for_returns_the_deposit() {
    // Given
    let mut world = World::new();
    let (proposer, proposal) = ended_proposal(&mut world, Some(Side::No));
    let wallet = proposers_wallet(&mut world, &proposer);
    let passer_by = world.actor("carol");
    let vault = at::deposit_vault(&proposal);
    let rent = world.lamports(&proposal) + world.lamports(&vault);
    let before = world.lamports(&proposer.pubkey());

    // When
    let close = governance::close_proposal(proposer.pubkey(), proposal, wallet);
    let receipt = world.send(&[close], &[&passer_by]).unwrap();

    // Then
    assert_eq!(world.balance(&wallet), DEPOSIT);
    assert!(!world.exists(&proposal));
    assert!(!world.exists(&vault));
    assert_eq!(
        world.lamports(&proposer.pubkey()),
        before + rent,
        "the rent returns"
    );

    let event = receipt.event::<ProposalClosed>();
    assert_eq!(event.proposal, proposal);
    assert_eq!(event.deposit_to, wallet);
    assert_eq!(event.deposit.get(), DEPOSIT);
}

#[test]
fn a_proposal_nobody_cared_for_forfeits_the_deposit() {
    let mut world = World::new();
    let (proposer, proposal) = ended_proposal(&mut world, None);
    let (wallet, treasury) = (
        proposers_wallet(&mut world, &proposer),
        world.deposit_treasury(),
    );
    let close = governance::close_proposal(proposer.pubkey(), proposal, wallet);
    let result = world.send(&[close], &[&proposer]);
    assert_fails(result, GovernanceError::WrongTreasury);

    let close = governance::close_proposal(proposer.pubkey(), proposal, treasury);
    world.send(&[close], &[&proposer]).unwrap();
    assert_eq!(world.balance(&treasury), DEPOSIT);
    assert_eq!(world.balance(&wallet), 0);
}

#[test]
fn a_proposal_opened_while_nothing_was_locked_forfeits_its_deposit() {
    // Given a proposal that nobody can vote in
    let mut world = World::new();
    world.governance_ready();
    let proposer = world.actor("proposer");
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let address = world.propose(&proposer, &[action]);
    let proposal: Proposal = world.account(&address);
    assert_eq!((proposal.total_weight.get(), proposal.quorum.get()), (0, 1));
    world.advance_to(proposal.ends_at.get());
    let (wallet, treasury) = (
        proposers_wallet(&mut world, &proposer),
        world.deposit_treasury(),
    );

    // When
    let close = governance::close_proposal(proposer.pubkey(), address, wallet);
    let result = world.send(&[close], &[&proposer]);

    // Then
    assert_fails(result, GovernanceError::WrongTreasury);
    let close = governance::close_proposal(proposer.pubkey(), address, treasury);
    world.send(&[close], &[&proposer]).unwrap();
    assert_eq!(world.balance(&treasury), DEPOSIT);
}

#[test]
fn a_forfeited_deposit_takes_along_what_was_sent_to_its_vault() {
    let mut world = World::new();
    let (proposer, proposal) = ended_proposal(&mut world, None);
    let (mint, treasury) = (world.vote_mint(), world.deposit_treasury());
    let vault = at::deposit_vault(&proposal);
    world.mint_into(&mint, &vault, 7);
    let close = governance::close_proposal(proposer.pubkey(), proposal, treasury);
    world.send(&[close], &[&proposer]).unwrap();
    assert_eq!(world.balance(&treasury), DEPOSIT + 7);
    assert!(!world.exists(&vault));
}

#[test]
fn tokens_sent_to_the_vault_do_not_hold_the_proposal_hostage() {
    let mut world = World::new();
    let (proposer, proposal) = ended_proposal(&mut world, Some(Side::No));
    let (mint, wallet) = (world.vote_mint(), proposers_wallet(&mut world, &proposer));
    world.mint_into(&mint, &at::deposit_vault(&proposal), 7);
    let close = governance::close_proposal(proposer.pubkey(), proposal, wallet);
    world.send(&[close], &[&proposer]).unwrap();
    assert_eq!(world.balance(&wallet), DEPOSIT + 7);
}

#[test]
fn an_executed_proposal_can_be_closed() {
    let mut world = World::new();
    world.governance_ready();
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let proposal = world.passed_proposal(&[action]);
    let proposer = world.actor("proposer");
    world
        .send(&[governance::execute(proposal)], &[&proposer])
        .unwrap();
    let wallet = proposers_wallet(&mut world, &proposer);
    let close = governance::close_proposal(proposer.pubkey(), proposal, wallet);
    world.send(&[close], &[&proposer]).unwrap();
    assert_eq!(world.balance(&wallet), DEPOSIT);
}

#[test]
fn a_proposal_that_can_still_be_executed_stays() {
    // Given a passed proposal
    let mut world = World::new();
    let (proposer, proposal) = ended_proposal(&mut world, Some(Side::Yes));
    let wallet = proposers_wallet(&mut world, &proposer);
    let close = governance::close_proposal(proposer.pubkey(), proposal, wallet);
    let expires_at = world.account::<Proposal>(&proposal).expires_at.get();

    // When and then: from the end of the voting to the last second of the execution window
    let result = world.send(std::slice::from_ref(&close), &[&proposer]);
    assert_fails(result, GovernanceError::ProposalLive);
    world.advance_to(expires_at - 1);
    let result = world.send(std::slice::from_ref(&close), &[&proposer]);
    assert_fails(result, GovernanceError::ProposalLive);
    world.advance(1);
    world.send(&[close], &[&proposer]).unwrap();
}

#[test]
fn the_rent_goes_to_no_one_but_the_proposer() {
    let mut world = World::new();
    let (proposer, proposal) = ended_proposal(&mut world, Some(Side::No));
    let (wallet, mallory) = (
        proposers_wallet(&mut world, &proposer),
        world.actor("mallory"),
    );
    let close = governance::close_proposal(mallory.pubkey(), proposal, wallet);
    let result = world.send(&[close], &[&mallory]);
    assert_fails(result, GovernanceError::NotProposer);
}

#[test]
fn a_deposit_returns_to_no_account_but_the_proposers() {
    let mut world = World::new();
    let (proposer, proposal) = ended_proposal(&mut world, Some(Side::No));
    let (mallory, mint, other) = (
        world.actor("mallory"),
        world.vote_mint(),
        world.mint("OTHER"),
    );
    let mallorys = world.wallet(&mint, &mallory.pubkey());
    let of_another_mint = world.wallet(&other, &proposer.pubkey());
    for deposit_to in [mallorys, of_another_mint, mint] {
        let close = governance::close_proposal(proposer.pubkey(), proposal, deposit_to);
        let result = world.send(&[close], &[&mallory]);
        assert_fails(result, GovernanceError::WrongTokenAccount);
    }
}

#[test]
fn the_deposit_of_another_proposal_stays() {
    let mut world = World::new();
    let (proposer, proposal) = ended_proposal(&mut world, Some(Side::No));
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let other = world.propose(&proposer, &[action]);
    let wallet = proposers_wallet(&mut world, &proposer);
    let close = governance::close_proposal(proposer.pubkey(), proposal, wallet);
    let forged = swapped(
        close,
        &at::deposit_vault(&proposal),
        &at::deposit_vault(&other),
    );
    let result = world.send(&[forged], &[&proposer]);
    assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_proposal_that_can_still_be_voted_on_stays() {
    let mut world = World::new();
    world.governance_ready();
    let proposer = world.actor("proposer");
    let action = ProposedAction::set_param(Target::Governance, 0, 400);
    let proposal = world.propose(&proposer, &[action]);
    world.advance_to(world.account::<Proposal>(&proposal).ends_at.get() - 1);
    let treasury = world.deposit_treasury();
    let close = governance::close_proposal(proposer.pubkey(), proposal, treasury);
    let result = world.send(&[close], &[&proposer]);
    assert_fails(result, GovernanceError::ProposalLive);
}
