//! The rules of the rewards program, one error for each. Rules of the market's calendar keep the market's errors.

use anchor_lang::prelude::*;

assay_shared::program_errors! {
    /// A broken rule of the rewards program. Codes are never reordered; new rules go to the end.
    #[error_code(offset = 6200)]
    #[derive(Debug, PartialEq, Eq)]
    pub enum RewardsError {
        #[msg("only the program's upgrade authority may initialize it")]
        NotDeployer,
        #[msg("the signer is not the authority named in the emission account")]
        NotAuthority,
        #[msg("the parameter number is unknown")]
        UnknownParam,
        #[msg("the value lies outside the parameter's hard bounds")]
        ParamOutOfBounds,
        #[msg("the cap is too large: the weight of all tokens, locked for the longest time, must fit 64 bits")]
        CapTooLarge,
        #[msg("the genesis supply exceeds the cap")]
        GenesisAboveCap,
        #[msg("the emission per epoch and the halving interval must be greater than zero")]
        EmptySchedule,
        #[msg("the first halving interval alone would emit more than the cap leaves")]
        ScheduleAboveCap,
        #[msg("another epoch is due; take the emission's next epoch, or the oldest that workers can still claim")]
        NotDue,
        #[msg("work of that epoch can still be tallied; wait for the end of the tally window")]
        TallyOpen,
        #[msg("the epoch's work records must follow, all shards in order")]
        WrongShards,
        #[msg("no work was tallied in that epoch; pass over it with skip_epoch")]
        NoWork,
        #[msg("work was tallied in that epoch; finalize it with finalize_epoch")]
        WorkTallied,
        #[msg("none of the epochs has tallied work of this worker that can be claimed and was not")]
        NothingToClaim,
        #[msg("workers can still claim from that epoch; close it when their time to claim is over")]
        ClaimsOpen,
        #[msg("the claims would exceed the work that was tallied")]
        MoreThanTallied,
        #[msg("an account that was given is not the one on record")]
        WrongAccount,
        #[msg("an amount does not fit 64 bits")]
        Overflow,
        #[msg("the royalty is above the largest one")]
        RoyaltyTooHigh,
        #[msg("the signer is not the module's author")]
        NotAuthor,
        #[msg("the authorship is not offered to the signer")]
        NotOffered,
        #[msg("only a result that became final has a receipt")]
        NotVerified,
        #[msg("the output does not have the hash that the result names")]
        WrongOutput,
        #[msg("the input is not the task's, or its path does not lead to the manifest's root")]
        WrongInput,
        #[msg("a receipt keeps at most 512 bytes of output")]
        OutputTooLong,
        #[msg("a receipt stays from 7 days to 10 years")]
        BadLifetime,
        #[msg("the receipt's lifetime is not over")]
        ReceiptOpen,
        #[msg("the record that was given does not have the verified digest")]
        WrongRecord,
        #[msg("workers and stakers together would receive too much of the emission")]
        SplitTooLarge,
    }
}

/// The result of checking a rule: a value, or the rule that was broken.
pub type RuleResult<T> = core::result::Result<T, RewardsError>;
