//! The rules of the governance program, one error for each.

use anchor_lang::prelude::*;

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
        #[msg("the token account is not of the expected mint, or not that of the expected owner")]
        WrongTokenAccount,
        #[msg("the treasury is not held by governance's treasury address")]
        WrongTreasury,
        #[msg("the account is not the program that the action names")]
        WrongProgram,
        #[msg("the amount must be greater than zero")]
        ZeroAmount,
        #[msg("the lock is shorter than the shortest allowed")]
        LockTooShort,
        #[msg("the lock is longer than the longest allowed")]
        LockTooLong,
        #[msg("the lock got its weight after the vote opened and has none in it")]
        LockTooNew,
        #[msg("the lock is unlocking and has no weight")]
        LockUnlocking,
        #[msg("the lock is not unlocking; begin to unlock it first")]
        LockNotUnlocking,
        #[msg("a vote of the lock binds it still")]
        LockVoting,
        #[msg("the lock's cooldown is not over yet")]
        CooldownRunning,
        #[msg("the voting has ended")]
        VotingEnded,
        #[msg("votes can still be cast or revealed")]
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
        #[msg("the guardian vetoed the proposal")]
        Vetoed,
        #[msg("the notice of the proposal is not over yet")]
        NoticeRunning,
        #[msg("nobody opened the vote in time")]
        ProposalLapsed,
        #[msg("the vote is open already")]
        AlreadyOpen,
        #[msg("the vote is not open")]
        VotingNotOpen,
        #[msg("the value lies below the floor that was fixed when governance was initialized")]
        BelowFloor,
        #[msg("a newer proposal that changed the same was executed")]
        Superseded,
        #[msg("two actions of the proposal change the same")]
        DuplicateAction,
        #[msg("a value or address of the action means nothing for its kind")]
        BadAction,
        #[msg("a field that this kind of action does not use must be zero")]
        UnusedField,
        #[msg("an action of this kind must be the only one of its proposal")]
        MustStandAlone,
        #[msg("the proposal spends more than one proposal may take of what the treasury holds")]
        BeyondCap,
        #[msg("another proposal spent from the treasury in the last seven days; execute this one when they are over")]
        SpentLately,
        #[msg("the operation is paused; the pause ends by itself")]
        Paused,
        #[msg("the owner of the lock gave a sign too recently")]
        NotLapsed,
        #[msg("the proposal takes no secret votes")]
        NotSecret,
        #[msg("votes can no longer be revealed")]
        RevealEnded,
        #[msg("side and salt do not fit the vote's commitment")]
        WrongCommitment,
        #[msg("the signer is not the guardian, or was not offered the office")]
        NotGuardian,
        #[msg("the guardian cannot veto a change of the guardian")]
        CannotVeto,
        #[msg("a veto is possible in the hold-up only")]
        NotInHoldUp,
        #[msg("a pause lasts at least a second, and not longer than the guardian may order")]
        PauseTooLong,
        #[msg("too little time has passed since the last pause of this program")]
        PauseTooSoon,
        #[msg("an upgrade is executed by execute_upgrade, everything else by execute_proposal")]
        WrongInstruction,
        #[msg("the accounts are not those that the proposal or its actions name")]
        WrongAccounts,
        #[msg("the buffer does not hold the bytes that were voted on under governance's authority")]
        WrongBuffer,
        #[msg("the grant is not paid in full, and its recipient still has time to take it")]
        GrantRunning,
        #[msg("nothing more has vested since the last payment")]
        NothingToClaim,
    }
}

/// The result of checking a rule: a value, or the rule that was broken.
pub type RuleResult<T> = core::result::Result<T, GovernanceError>;
