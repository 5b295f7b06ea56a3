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
        #[msg("not a mint of a token program, or a mint whose extensions do more than describe it")]
        UnsupportedMint,
        #[msg("the token account is not of the expected address, mint, authority or program")]
        WrongTokenAccount,
        #[msg("the escrow must be held by the job's escrow authority alone, and not be frozen")]
        EscrowNotIsolated,
        #[msg("the escrow holds less than the job can cost")]
        EscrowTooSmall,
        #[msg("the job account must have exactly the size of its seats")]
        WrongJobSize,
        #[msg("a job needs at least one task")]
        NoTasks,
        #[msg("the price of a seat must be greater than zero")]
        ZeroPrice,
        #[msg("the claim window or the run window is longer than the parameters allow, or too short to be used")]
        BadWindow,
        #[msg("fuel, memory and output limits must be greater than zero")]
        BadLimits,
        #[msg("the chain gives no slot hash to draw with")]
        NoSlotHash,
        #[msg("the job has no room for another manifest; post a new job")]
        TooManySegments,
        #[msg("the time to claim this seat is over")]
        ClaimingOver,
        #[msg("there is no such seat")]
        NoSuchSeat,
        #[msg("there is no such task")]
        NoSuchTask,
        #[msg("the seat is not free")]
        SeatNotFree,
        #[msg("the worker already holds a seat of this task")]
        AlreadyInTask,
        #[msg(
            "the worker's free collateral must cover bond and penalty of the seat and leave the reserve unbound; add \
             collateral or wait for bonds to be freed"
        )]
        NotEnoughCollateral,
        #[msg("the seat is held by another worker")]
        NotSeatHolder,
        #[msg("the seat is not waiting for a contribution")]
        NotClaimed,
        #[msg("the deadline has passed")]
        DeadlinePassed,
        #[msg("nothing in this task is overdue")]
        NothingOverdue,
        #[msg("the task takes no more claims: its seats agreed, disagreed, or it has ended")]
        TaskDecided,
        #[msg("no seat was named")]
        BadSeatList,
        #[msg("the seat has nothing to collect for this worker")]
        NothingToCollect,
        #[msg("the seat has nothing to penalize for this worker")]
        NothingToPenalize,
        #[msg("no task of that range is free of claims")]
        NothingToCancel,
        #[msg("tasks have not ended, seats are unsettled or rounds are not closed")]
        JobNotFinished,
        #[msg("the market has not begun; its first epoch lies ahead")]
        BeforeGenesis,
        #[msg("work of that epoch can be tallied only in the window after its end")]
        OutsideTallyWindow,
        #[msg("the worker has no untallied work in that epoch")]
        NothingToTally,
        #[msg("the epoch is too recent to close its work record")]
        EpochStillNeeded,
        #[msg("an account is not the one that belongs here; read the job, task or worker again")]
        WrongAccount,
        #[msg("the job was posted anew under other terms; read it again")]
        OtherPosting,
        #[msg("the job's address does not follow from requester and nonce")]
        WrongJobAddress,
        #[msg("until the job's last deadlines are well over, only its requester may close it")]
        ReservedForRequester,
        #[msg("the seat waits for the hash of a later slot that draws it; run draw_seat")]
        SeatNotDrawn,
        #[msg("nothing waits for a draw here")]
        NothingToDraw,
        #[msg("the slot that draws is still to come; try again in a second")]
        DrawTooEarly,
        #[msg("the draw says that no check is due; open the task")]
        CheckNotDue,
        #[msg("a check is due before this result can be opened; run open_check")]
        CheckDue,
        #[msg("seats are still to be taken or delivered, or they disagree")]
        NotAgreed,
        #[msg("the digest is not the one that was contributed")]
        WrongOpening,
        #[msg("the seats of this task do not disagree")]
        NotSplit,
        #[msg("the result does not stand, its hold is over, or its appeal is spent")]
        NotStanding,
        #[msg("the job asks for no check of this task that is not spent already")]
        NoCheckLeft,
        #[msg("no round decides about this task")]
        NotDisputed,
        #[msg("the round is decided")]
        RoundDecided,
        #[msg("the round still waits for its seats")]
        RoundNotOver,
        #[msg("no result has a majority of all seats; give the round up")]
        NoMajority,
        #[msg("a majority has still time to open its result")]
        MajorityMustOpen,
        #[msg("the seat was already paid, released, penalized or awarded, or was named twice")]
        AlreadySettled,
        #[msg("a lie must cost between twenty and five hundred prices beside the bond")]
        BadPenalty,
        #[msg("so many late seats take longer than stake stays slashable; ask for fewer or shorten the run window")]
        TooManyChecks,
        #[msg("the longest claim window must be long enough for a seat to be open to all")]
        AdmissionTooSlow,
        #[msg("the operation is paused")]
        Paused,
        #[msg("collateral was added after the seed was drawn; it counts for later seats")]
        CollateralTooYoung,
        #[msg("the worker's rank is not admitted to this seat yet; wait, admission doubles with every step")]
        NotAdmitted,
        #[msg("the claim goes beyond the limits that the worker's owner set")]
        BeyondLimits,
        #[msg("a claim is overdue; penalize its worker, which frees the seat")]
        ClaimMissed,
        #[msg("the task has a check; name its account")]
        CheckMissing,
        #[msg("a challenge is made by a worker; name it")]
        WorkerMissing,
        #[msg("the task has an appeal; name its account")]
        AppealMissing,
        #[msg("the task has not ended; its hold may still run")]
        TaskNotEnded,
        #[msg("the dispute was counted before")]
        AlreadyCounted,
        #[msg("run count_dispute first, and collect every penalty before an award")]
        DisputeNotCounted,
        #[msg("seats of the round are not settled, or awards not paid")]
        RoundNotDone,
        #[msg("the challenge contributes the result that stands; a challenge must contradict it")]
        NotContradicting,
        #[msg("the mint takes no new jobs and no new tasks at present")]
        MintNotAdmitted,
        #[msg("one change may at most double or halve the rate")]
        RateChangeTooLarge,
        #[msg("the rate was changed less than a day ago")]
        RateChangedRecently,
        #[msg("the pay can be transferred; run collect_pay or collect_check")]
        NotFrozen,
        #[msg("the policy is unknown, or the terms contradict it: an attested job has signatures, no checks and no penalty")]
        BadPolicy,
        #[msg("the job's policy has no such step: checked tasks are claimed, attested ones submitted with signatures")]
        WrongPolicy,
        #[msg("the requirements bind every seat (0) or the first (1)")]
        BadRequirement,
        #[msg("the worker does not meet the job's requirements: collateral, region or a valid credential of the set")]
        RequirementNotMet,
        #[msg("a royalty needs an author and an author a royalty, of at most 20 %")]
        WrongRoyalty,
        #[msg("signatures of the set's attesters over this result must stand directly before the instruction, in canonical form")]
        BadAttestation,
        #[msg("the attestation has expired; ask the attesters again")]
        AttestationExpired,
        #[msg("epoch 0 must begin at most one epoch ago and at most thirty days ahead")]
        BadGenesis,
        #[msg("the authority was not offered to the signer")]
        NotOffered,
    }
}

/// The result of checking a rule: a value, or the rule that was broken.
pub type RuleResult<T> = core::result::Result<T, MarketError>;
