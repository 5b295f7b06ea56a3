//! The rules of the program, one error for each.

use anchor_lang::prelude::*;

assay_shared::program_errors! {
    /// A broken rule of the program. Codes are never reordered; new rules go to the end.
    #[error_code(offset = 6400)]
    #[derive(Debug, PartialEq, Eq)]
    pub enum CoverError {
        #[msg("the sum insured must be greater than zero")]
        ZeroAmount,
        #[msg("the deadline must lie in the future")]
        DeadlinePassed,
        #[msg("a result needs at least one run or signature; only a checked one has stake and seats behind it")]
        BadTerms,
        #[msg("the mint is not an initialized mint of the classic token program")]
        WrongMint,
        #[msg("the mint has a freeze authority, who could keep the insured from being paid until the deadline")]
        FreezableMint,
        #[msg("the deadline is over; the money returns to the insurer")]
        CoverExpired,
        #[msg("the deadline is not over")]
        CoverRunning,
        #[msg("the account is not a receipt of the rewards program, or of a version that this program does not know")]
        NotReceipt,
        #[msg("the receipt is of another module")]
        WrongModule,
        #[msg("the receipt is of another input")]
        WrongInput,
        #[msg("the run ended with an exit code other than zero")]
        RunFailed,
        #[msg("the result was verified in another way, or by other attesters, than the cover asks for")]
        WrongPolicy,
        #[msg("fewer results or signatures agree than the cover asks for")]
        TooFewAgreed,
        #[msg("less stake stood behind each result than the cover asks for")]
        WeakBacking,
        #[msg("the job was paid in another mint than the cover asks for")]
        WrongJobMint,
        #[msg("the job's requirements let nobody run the task who was not chosen; the cover does not allow them")]
        ClosedSeats,
        #[msg("the result was disputed, and the cover asks for one that nobody disputed")]
        Disputed,
        #[msg("the receipt does not keep an output of at least eight bytes")]
        NoFigure,
        #[msg("the figure in the output is below the cover's threshold")]
        BelowThreshold,
        #[msg("the account given for the insurer is not the one on record")]
        WrongAccount,
        #[msg("the destination is not the associated token account of whoever is paid")]
        WrongTokenAccount,
        #[msg("more stake stood behind each result than the cover allows: so much that few workers could bind it")]
        StakeOutOfReach,
        #[msg("workers had to have another runtime than the cover names")]
        WrongRuntime,
        #[msg("the task might use more than the cover allows, or in a shorter time: so much that few machines could run it")]
        LimitsOutOfReach,
    }
}

/// The result of checking a rule: a value, or the rule that was broken.
pub type RuleResult<T> = core::result::Result<T, CoverError>;
