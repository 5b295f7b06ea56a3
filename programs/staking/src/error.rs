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
        #[msg("collateral or another's request needs that stake; remove collateral first")]
        StakeAllocated,
        #[msg("all unbonding buckets are in use; withdraw matured stake or run mature_bucket first")]
        UnbondingQueueFull,
        #[msg("the stake has not matured yet")]
        NotMatured,
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
        #[msg("the signer is not the funder of the rewards program")]
        NotRewards,
        #[msg("the operation is paused")]
        Paused,
        #[msg("the provider is retiring and takes no more stake or work")]
        Retiring,
        #[msg("the provider's notice of retirement has not begun or is not over")]
        NotRetired,
        #[msg("somebody still has stake, rewards or an account in the provider; withdraw, claim and close them first")]
        ProviderNotEmpty,
        #[msg("the delegation still has shares, tokens that wait, or rewards")]
        PositionNotEmpty,
        #[msg("the owner has less stake than that")]
        NotEnoughStake,
        #[msg("a delegation, and each part of it that stays or leaves, must reach the minimum")]
        DelegationTooSmall,
        #[msg("slashing left the pool so many shares per token that it takes no tokens")]
        PoolDiluted,
        #[msg("delegations of the generation before are not settled; run claim_rewards for each")]
        GenerationUnsettled,
        #[msg("the tokens wait until everything is judged that was committed before they came")]
        TooEarly,
        #[msg("no bucket has that time of maturity; take that of the running span")]
        WrongBucket,
        #[msg("the commission is at most half")]
        CommissionTooHigh,
        #[msg("one change may raise the commission by at most five percent of the rewards")]
        RaiseTooLarge,
        #[msg("epochs from before the last change of the commission can still be claimed")]
        CommissionPending,
        #[msg("the reward vault holds less than is owed out of it; transfer the tokens before the call")]
        VaultShort,
        #[msg("the beneficiary must be an address that can receive tokens, not the zero address")]
        NoBeneficiary,
    }
}

/// The result of checking a rule: a value, or the rule that was broken.
pub type RuleResult<T> = core::result::Result<T, StakingError>;
