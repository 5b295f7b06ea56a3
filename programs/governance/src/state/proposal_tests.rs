use super::super::{Side, Target};
use super::*;
use bytemuck::Zeroable;

const NOW: i64 = 1_000_000;

fn params() -> Params {
    Params {
        total_weight: 1_001.into(),
        quorum_bps: 1_000.into(),
        threshold: 60.into(),
        voting_time: 3_600.into(),
        hold_up: 7_200.into(),
        execution_window: 10_800.into(),
        proposal_deposit: 5.into(),
        ..Params::zeroed()
    }
}

fn opened(params: &mut Params) -> Proposal {
    let mut proposal = Proposal::zeroed();
    proposal.open(params, NOW).unwrap();
    proposal
}

fn draft(actions: usize) -> ProposalDraft {
    ProposalDraft {
        title: [b't'; 64],
        description: [7; 32],
        actions: vec![ProposedAction::set_param(Target::Governance, 0, 400); actions],
    }
}

#[test]
fn a_proposal_keeps_the_rules_it_opened_under() {
    let mut params = params();
    let proposal = opened(&mut params);
    params.threshold = 1.into();
    params.total_weight = 5.into();
    assert_eq!(proposal.quorum.get(), 101);
    assert_eq!(proposal.threshold.get(), 60);
    assert_eq!(proposal.total_weight.get(), 1_001);
    assert_eq!(params.proposal_count.get(), 1);
}

#[test]
fn a_passed_proposal_is_executed_once_within_its_window() {
    let mut proposal = opened(&mut params());
    proposal.tally.cast(Side::Yes, 101).unwrap();
    let (end, start, expiry) = (NOW + 3_600, NOW + 10_800, NOW + 21_600);
    assert_eq!(proposal.execute(end - 1), Err(GovernanceError::VotingOpen));
    assert_eq!(proposal.status(end), Status::HoldUp);
    assert_eq!(
        proposal.execute(start - 1),
        Err(GovernanceError::HoldUpRunning)
    );
    assert_eq!(proposal.status(expiry - 1), Status::Executable);
    assert_eq!(
        proposal.execute(expiry),
        Err(GovernanceError::ProposalExpired)
    );
    assert!(proposal.is_finished(expiry));
    assert_eq!(proposal.execute(start), Ok(()));
    assert_eq!(
        proposal.execute(start),
        Err(GovernanceError::AlreadyExecuted)
    );
    assert!(proposal.is_finished(start));
}

#[test]
fn a_proposal_without_support_is_defeated_and_below_the_quorum_forfeits_its_deposit() {
    let mut proposal = opened(&mut params());
    let end = NOW + 3_600;
    proposal.tally.cast(Side::No, 100).unwrap();
    assert!(!proposal.is_finished(end - 1));
    assert_eq!(
        proposal.execute(end),
        Err(GovernanceError::ProposalDefeated)
    );
    assert!(proposal.forfeits_deposit());
    proposal.tally.cast(Side::Abstain, 1).unwrap();
    assert_eq!(proposal.status(end), Status::Defeated);
    assert!(!proposal.forfeits_deposit());
}

#[test]
fn a_proposal_opened_while_nothing_is_locked_forfeits_its_deposit() {
    let mut params = params();
    params.total_weight = 0.into();
    let proposal = opened(&mut params);
    assert_eq!(proposal.quorum.get(), 1);
    assert!(proposal.forfeits_deposit());
}

#[test]
fn one_to_eight_actions_are_kept() {
    let mut proposal = Proposal::zeroed();
    assert_eq!(
        proposal.set_content(&draft(0)),
        Err(GovernanceError::NoActions)
    );
    assert_eq!(
        proposal.set_content(&draft(9)),
        Err(GovernanceError::TooManyActions)
    );
    assert_eq!(proposal.set_content(&draft(8)), Ok(()));
    assert_eq!(proposal.actions().len(), 8);
    assert_eq!(proposal.actions()[7].value.get(), 400);
}
