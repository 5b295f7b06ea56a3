use assay_governance::{
    error::GovernanceError,
    event::ProposalVetoed,
    state::{Proposal, ProposedAction, Status, Target},
};
use assay_harness::{
    assert_fails, governance::DEPOSIT, instruction::governance, Address, Signer, TestContext,
};

fn light() -> ProposedAction {
    ProposedAction::set_param(Target::Staking, 0, 400)
}

/// Returns a proposal that passed, in the first second of its hold-up.
fn in_hold_up(context: &mut TestContext, action: ProposedAction) -> Address {
    let proposal = context.supported_proposal(&[action]);
    context.advance_to(context.account::<Proposal>(&proposal).reveal_ends_at.get());
    proposal
}

#[test]
fn the_guardian_stops_a_passed_proposal_and_its_deposit_returns() {
    // Given
    let mut context = TestContext::governed();
    let address = in_hold_up(&mut context, light());
    let (guardian, proposer) = (context.guardian(), context.actor("proposer"));

    // When
    let result = context.veto(&address).unwrap();

    // Then
    let proposal: Proposal = context.account(&address);
    assert_eq!(proposal.status(context.now()), Status::Vetoed);
    let event = result.event::<ProposalVetoed>();
    assert_eq!(
        (event.proposal, event.guardian),
        (address, guardian.pubkey())
    );
    context.advance_to(proposal.executable_at.get());
    assert_fails(context.execute(&address), GovernanceError::Vetoed);
    let mint = context.vote_mint();
    let ata = context.ata(&mint, &proposer.pubkey());
    let close = governance::close_proposal(proposer.pubkey(), address, &mint);
    context.send(&[close], &[&proposer]).unwrap();
    assert_eq!(context.balance(&ata), DEPOSIT);
}

#[test]
fn nobody_but_the_guardian_vetoes() {
    let mut context = TestContext::governed();
    let proposal = in_hold_up(&mut context, light());
    let mallory = context.actor("mallory");
    let veto = governance::veto_proposal(mallory.pubkey(), proposal);
    let result = context.send(&[veto], &[&mallory]);
    assert_fails(result, GovernanceError::NotGuardian);
}

#[test]
fn a_veto_comes_neither_before_nor_after_the_hold_up() {
    let mut context = TestContext::governed();
    let address = context.supported_proposal(&[light()]);
    let proposal: Proposal = context.account(&address);
    context.advance_to(proposal.ends_at.get() - 1);
    assert_fails(context.veto(&address), GovernanceError::NotInHoldUp);
    context.advance_to(proposal.executable_at.get());
    assert_fails(context.veto(&address), GovernanceError::NotInHoldUp);
    context.execute(&address).unwrap();
}

#[test]
fn a_guardian_cannot_veto_its_dismissal() {
    let mut context = TestContext::governed();
    let nobody = ProposedAction::set_guardian(Address::default());
    let proposal = in_hold_up(&mut context, nobody);
    assert_fails(context.veto(&proposal), GovernanceError::CannotVeto);
}
