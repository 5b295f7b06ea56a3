//! The rules of the governance program, one error for each.

use anchor_lang::prelude::*;
use assay_shared::token::DestinationFault;

assay_shared::program_errors! {
    /// A broken rule of the governance program. Codes are never reordered; new rules go to the end.
    #[error_code(offset = 6300)]
    #[derive(Debug, PartialEq, Eq)]
    pub enum GovernanceError {
        #[msg("only the program's upgrade authority may initialize it")]
        NotDeployer,
        #[msg("the signer does not own this account")]
        NotOwner,
        #[msg("the account is not the proposer of this proposal")]
        NotProposer,
        #[msg("the parameter number is unknown")]
        UnknownParam,
        #[msg("the value lies outside the parameter's hard bounds")]
        ParamOutOfBounds,
        #[msg("the program number is unknown")]
        UnknownProgram,
        #[msg("the kind of action is unknown")]
        UnknownAction,
        #[msg("a proposal needs at least one action")]
        NoActions,
        #[msg("the proposal has more actions than it can hold; split it")]
        TooManyActions,
        #[msg("the mint is not the vote mint, or not a classic SPL Token mint")]
        WrongMint,
        #[msg("the token account is not of the vote mint, or not of the expected owner")]
        WrongTokenAccount,
        #[msg("the turnout stayed below the quorum: the deposit goes to the treasury named in the parameters")]
        WrongTreasury,
        #[msg("the account is not the program that the action names")]
        WrongProgram,
        #[msg("the amount must be greater than zero")]
        ZeroAmount,
        #[msg("the lock is shorter than the shortest allowed")]
        LockTooShort,
        #[msg("the lock is longer than the longest allowed")]
        LockTooLong,
        #[msg("the lock was made after the proposal opened and has no weight in it")]
        LockTooNew,
        #[msg("the lock is unlocking and has no weight")]
        LockUnlocking,
        #[msg("the lock is not unlocking; begin to unlock it first")]
        LockNotUnlocking,
        #[msg("the lock voted in a proposal that has not ended yet")]
        LockVoting,
        #[msg("the lock's cooldown is not over yet")]
        CooldownRunning,
        #[msg("the voting has ended")]
        VotingEnded,
        #[msg("the voting has not ended yet")]
        VotingOpen,
        #[msg("the proposal was defeated")]
        ProposalDefeated,
        #[msg("the proposal passed, but its hold-up is not over yet")]
        HoldUpRunning,
        #[msg("the proposal passed, but its execution window is over")]
        ProposalExpired,
        #[msg("the proposal was executed already")]
        AlreadyExecuted,
        #[msg("the proposal can still be voted on or executed")]
        ProposalLive,
        #[msg("an amount does not fit 64 bits")]
        Overflow,
        #[msg("the index is not that of the next proposal; read the proposal count again")]
        NotNextIndex,
        #[msg("the account given as owner is not the one on record, to whom the rent returns")]
        WrongRecipient,
        #[msg(
            "the mint has a freeze authority, which could lock every vault; take a mint without one"
        )]
        FreezableMint,
        #[msg("the treasury must be its holder's alone, with no delegate and no close authority, and not frozen")]
        TreasuryNotIsolated,
    }
}

/// The result of checking a rule: a value, or the rule that was broken.
pub type RuleResult<T> = core::result::Result<T, GovernanceError>;

impl From<DestinationFault> for GovernanceError {
    fn from(fault: DestinationFault) -> Self {
        match fault {
            DestinationFault::WrongMint => Self::WrongMint,
            DestinationFault::FreezableMint => Self::FreezableMint,
            DestinationFault::WrongAccount => Self::WrongTokenAccount,
            DestinationFault::NotIsolated => Self::TreasuryNotIsolated,
        }
    }
}
