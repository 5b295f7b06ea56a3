use super::{check_together, Action, Proposal, ProposedAction, MAX_ACTIONS};
use crate::error::{GovernanceError, RuleResult};
use alloc::vec::Vec;
use anchor_lang::prelude::*;

/// What a proposer submits: title, hash of the text and the actions.
#[derive(Clone, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ProposalDraft {
    /// Title, UTF-8, padded with zeros.
    pub title: [u8; 64],
    /// SHA-256 of the full text, which is kept elsewhere.
    pub description: [u8; 32],
    /// 1 if votes may be secret until the voting has ended, else 0.
    pub secret: u8,
    /// What to do, at least one action and at most eight.
    pub actions: Vec<ProposedAction>,
}

impl Proposal {
    /// Checks the draft's actions and writes its content.
    ///
    /// # Errors
    /// `NoActions`, `TooManyActions`, `UnusedField` for a `secret` other than 0 and 1, and those of [`Action::check`] and
    /// [`check_together`].
    pub fn set_content(&mut self, draft: &ProposalDraft) -> RuleResult<()> {
        if draft.actions.is_empty() {
            return Err(GovernanceError::NoActions);
        }
        if draft.actions.len() > MAX_ACTIONS {
            return Err(GovernanceError::TooManyActions);
        }
        if draft.secret > 1 {
            return Err(GovernanceError::UnusedField);
        }
        for (kept, action) in self.actions.iter_mut().zip(&draft.actions) {
            *kept = action.into();
            kept.check()?;
        }
        self.action_count =
            u8::try_from(draft.actions.len()).map_err(|_| GovernanceError::TooManyActions)?;
        check_together(self.actions())?;
        self.heavy = u8::from(self.actions().iter().any(Action::is_heavy));
        self.secret = draft.secret;
        self.title = draft.title;
        self.description = draft.description;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Target, *};
    use bytemuck::Zeroable;

    fn draft(actions: Vec<ProposedAction>) -> ProposalDraft {
        ProposalDraft {
            title: [b't'; 64],
            description: [7; 32],
            secret: 0,
            actions,
        }
    }

    fn set(param: u8) -> ProposedAction {
        ProposedAction::set_param(Target::Staking, param, 100_000)
    }

    #[test]
    fn one_to_eight_actions_are_kept() {
        let mut proposal = Proposal::zeroed();
        let pay = ProposedAction::grant(
            Address::new_from_array([1; 32]),
            5,
            0,
            Address::new_from_array([2; 32]),
            0,
        );
        assert_eq!(
            proposal.set_content(&draft(vec![])),
            Err(GovernanceError::NoActions)
        );
        assert_eq!(
            proposal.set_content(&draft(vec![pay; 9])),
            Err(GovernanceError::TooManyActions)
        );
        assert_eq!(proposal.set_content(&draft(vec![pay; 8])), Ok(()));
        assert_eq!(proposal.actions().len(), 8);
        assert_eq!(proposal.actions()[7].value.get(), 5);
        assert_eq!((proposal.heavy, proposal.secret), (1, 0));
    }

    #[test]
    fn a_draft_says_whether_it_is_secret_and_its_actions_whether_it_is_heavy() {
        let mut proposal = Proposal::zeroed();
        let mut light = draft(vec![set(0)]);
        light.secret = 1;
        assert_eq!(proposal.set_content(&light), Ok(()));
        assert_eq!((proposal.heavy, proposal.secret), (0, 1));
        light.secret = 2;
        assert_eq!(
            proposal.set_content(&light),
            Err(GovernanceError::UnusedField)
        );
        let own = ProposedAction::set_param(Target::Governance, 1, 400);
        assert_eq!(proposal.set_content(&draft(vec![set(0), own])), Ok(()));
        assert_eq!(proposal.heavy, 1);
        let twice = draft(vec![set(0), set(0)]);
        assert_eq!(
            proposal.set_content(&twice),
            Err(GovernanceError::DuplicateAction)
        );
    }
}
