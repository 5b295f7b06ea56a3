//! The rules of the staking program, one error for each.

use anchor_lang::prelude::*;

assay_shared::program_errors! {
    /// A broken rule of the staking program. Codes are never reordered; new rules go to the end.
    #[error_code(offset = 6000)]
    #[derive(Debug, PartialEq, Eq)]
    pub enum StakingError {
        #[msg("only the program's upgrade authority may initialize it")]
        NotDeployer,
        #[msg("the signer is not the authority named in the parameters")]
        NotAuthority,
        #[msg("the signer is not the market's authority")]
        NotMarket,
        #[msg("the signer does not own this account")]
        NotOwner,
        #[msg("the parameter number is unknown")]
        UnknownParam,
        #[msg("the value lies outside the parameter's hard bounds")]
        ParamOutOfBounds,
        #[msg("the unbonding period must cover the market's exposure and the slack")]
        UnbondingTooShort,
        #[msg("the destination is not the owner's associated token account; only the owner may choose another, by signing")]
        WrongTokenAccount,
        #[msg("the amount must be greater than zero")]
        ZeroAmount,
        #[msg("the deposit is too small to buy a single share")]
        DepositTooSmall,
        #[msg("the self-stake would be below the minimum")]
        BelowMinSelfStake,
        #[msg("the position holds fewer shares than that")]
        NotEnoughShares,
        #[msg("that stake is allocated as collateral; remove the collateral first")]
        StakeAllocated,
        #[msg("all unbonding buckets hold tickets; withdraw matured tickets first")]
        UnbondingQueueFull,
        #[msg("the ticket has not matured yet")]
        NotMatured,
        #[msg("the ticket has matured; withdraw it instead")]
        AlreadyMatured,
        #[msg("more than the allocated stake")]
        MoreThanAllocated,
        #[msg("the award exceeds the slashed amount")]
        AwardTooLarge,
        #[msg("the position was wiped out by slashing and its shares are worth nothing; a new deposit starts clean")]
        PositionWipedOut,
        #[msg("an amount does not fit 64 bits")]
        Overflow,
        #[msg("the mint is not a classic SPL Token mint")]
        WrongMint,
        #[msg("the shares are worth less than one base unit")]
        SharesWorthNothing,
        #[msg("the account given is not the one to which the rent returns")]
        WrongRecipient,
        #[msg(
            "the mint has a freeze authority, which could lock every vault; take a mint without one"
        )]
        FreezableMint,
        #[msg("an attester set has one to sixteen keys, each larger than the one before and none of them zero")]
        BadAttesterKeys,
        #[msg("the credential would be expired already; give it a later time")]
        CredentialExpired,
        #[msg("slashing left the pool so many shares per token that it takes no deposits; it is new when all stake has left it")]
        PoolDiluted,
    }
}

/// The result of checking a rule: a value, or the rule that was broken.
pub type RuleResult<T> = core::result::Result<T, StakingError>;
