use assay_governance::{
    error::GovernanceError,
    event::{GuardianAccepted, GuardianOffered},
    state::ProposedAction,
};
use assay_harness::{assert_fails, instruction::governance, Address, Signer, TestContext};

#[test]
fn a_vote_dismisses_the_guardian_and_its_successor_accepts() {
    // Given
    let mut context = TestContext::governed();
    let successor = context.actor("successor");
    let set = ProposedAction::set_guardian(successor.pubkey());
    let executed = context.enact(&[set]);
    let offered = executed.event::<GuardianOffered>();
    assert_eq!(offered.to, successor.pubkey());
    assert_eq!(context.governance_params().guardian, Address::default());

    // When
    let accept = governance::accept_guardian(successor.pubkey());
    let result = context.send(&[accept], &[&successor]).unwrap();

    // Then
    let params = context.governance_params();
    assert_eq!(params.guardian, successor.pubkey());
    assert_eq!(params.offered_guardian, Address::default());
    let event = result.event::<GuardianAccepted>();
    assert_eq!(event.guardian, successor.pubkey());
}

#[test]
fn nobody_accepts_an_office_that_was_not_offered() {
    let mut context = TestContext::governed();
    let (guardian, mallory) = (context.guardian(), context.actor("mallory"));
    for signer in [&guardian, &mallory] {
        let accept = governance::accept_guardian(signer.pubkey());
        let result = context.send(&[accept], &[signer]);
        assert_fails(result, GovernanceError::NotGuardian);
    }
}
