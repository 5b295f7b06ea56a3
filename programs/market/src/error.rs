//! The rules of the market program, one error for each.

use anchor_lang::prelude::*;

assay_shared::program_errors! {
    /// A broken rule of the market program. Codes are never reordered; new rules go to the end.
    #[error_code(offset = 6100)]
    #[derive(Debug, PartialEq, Eq)]
    pub enum MarketError {
        #[msg("only the program's upgrade authority may initialize it")]
        NotDeployer,
        #[msg("the signer is not the authority named in the parameters")]
        NotAuthority,
        #[msg("not the owner on record")]
        NotOwner,
        #[msg("the signer is not the worker's node key; after a key change run sync_worker")]
        NotNode,
        #[msg("not the job's requester")]
        NotRequester,
        #[msg("the parameter number is unknown")]
        UnknownParam,
        #[msg("the value lies outside the parameter's hard bounds")]
        ParamOutOfBounds,
        #[msg("an amount or a time does not fit its type")]
        Overflow,
        #[msg("the amount must be greater than zero")]
        ZeroAmount,
        #[msg("not a mint of a token program, or a mint with extensions")]
        UnsupportedMint,
        #[msg("the token account is not of the expected mint, authority or program")]
        WrongTokenAccount,
        #[msg("the escrow must be held by the job's escrow authority alone, and not be frozen")]
        EscrowNotIsolated,
        #[msg("the escrow holds less than the job can cost")]
        EscrowTooSmall,
        #[msg("the job account must have exactly the size of its seats")]
        WrongJobSize,
        #[msg("a job needs at least one task")]
        NoTasks,
        #[msg(
            "a task needs at least one replica, and no more replicas or spares than the market allows"
        )]
        BadCommittee,
        #[msg("the quorum must be a majority of the replicas and no more than all of them")]
        BadQuorum,
        #[msg("the price per replica must be greater than zero")]
        ZeroPrice,
        #[msg("the claim window or the run window is longer than the parameters allow, or too short to be used")]
        BadWindow,
        #[msg("fuel, memory and output limits must be greater than zero")]
        BadLimits,
        #[msg("no slot hash to seed the committee with")]
        NoSlotHash,
        #[msg("the job has no room for another manifest; post a new job")]
        TooManySegments,
        #[msg("claiming is over for this job")]
        ClaimingOver,
        #[msg("there is no such seat")]
        NoSuchSeat,
        #[msg("there is no such task")]
        NoSuchTask,
        #[msg("the seat is not free")]
        SeatNotFree,
        #[msg("the worker already holds a replica of this task")]
        AlreadyInTask,
        #[msg("the worker is not drawn for this seat yet; wait for the ramp or try another seat")]
        NotDrawn,
        #[msg("the worker's free collateral is below the job's bond")]
        NotEnoughCollateral,
        #[msg("the seat is held by another worker")]
        NotSeatHolder,
        #[msg("the seat is not waiting for a commitment")]
        NotClaimed,
        #[msg("the seat is not waiting for a reveal")]
        NotCommitted,
        #[msg("the deadline has passed")]
        DeadlinePassed,
        #[msg("others have still to commit; revealing now would let them copy")]
        RevealNotOpen,
        #[msg("digest and salt do not hash to the commitment")]
        WrongReveal,
        #[msg("the task still waits for workers")]
        TaskStillRunning,
        #[msg("nothing in this task is overdue")]
        NothingOverdue,
        #[msg("the task is already decided")]
        TaskDecided,
        #[msg("no seat was named")]
        BadSeatList,
        #[msg("the seat has nothing to collect for this worker")]
        NothingToCollect,
        #[msg("the seat has nothing to penalize for this worker")]
        NothingToPenalize,
        #[msg("no task of that range is free of claims")]
        NothingToCancel,
        #[msg("tasks are undecided or seats uncollected")]
        JobNotFinished,
        #[msg("the market has not begun; its first epoch lies ahead")]
        BeforeGenesis,
        #[msg("work of that epoch can be tallied only in the window after its end")]
        OutsideTallyWindow,
        #[msg("the worker has no untallied work in that epoch")]
        NothingToTally,
        #[msg("the epoch is too recent to close its work record")]
        EpochStillNeeded,
        #[msg("the account given for the escrow, fee vault or provider is not the one on record")]
        WrongAccount,
        #[msg("the seat was already paid, released or penalized, or was named twice")]
        AlreadyCollected,
        #[msg("the penalty for a missed deadline must not exceed that for a rejected result")]
        MissedAboveReject,
        #[msg("the job was posted anew under other terms; read it again")]
        OtherPosting,
        #[msg("the job's address does not follow from requester and nonce")]
        WrongJobAddress,
        #[msg("until the job's last deadlines are well over, only its requester may close it")]
        ReservedForRequester,
        #[msg("the sortition ramp must be shorter than the longest claim window, or a job may never be open to all")]
        RampTooLong,
    }
}

/// The result of checking a rule: a value, or the rule that was broken.
pub type RuleResult<T> = core::result::Result<T, MarketError>;
