use crate::{
    error::{RuleResult, StakingError},
    event::{emit, StakingInitialized},
    state::{Param, Params, CLAIM_SPAN},
};
use anchor_lang::prelude::*;
use assay_shared::{deployer, param::Votable, token};

/// What a deployment chooses. The bounds are those of `set_params`.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct StakingConfig {
    /// Governance's authority, which may change parameters and pause.
    pub authority: Address,
    /// The market's authority, which allocates and slashes stake.
    pub market_authority: Address,
    /// The rewards program's funder, which funds rewards.
    pub rewards_authority: Address,
    /// Least self-stake, base units of the stake mint.
    pub min_self_stake: u64,
    /// Time from the close of an unbonding bucket until it matures, seconds.
    pub unbonding_period: u64,
    /// Least delegation, base units of the stake mint.
    pub min_delegation: u64,
    /// Most collateral of a provider, times the owner's active stake.
    pub leverage: u64,
    /// Time over which funded rewards are streamed, and in which an epoch can still be claimed, seconds, from an hour to 300 days:
    /// the epochs that a worker remembers times their length.
    pub claim_span: u64,
}

impl StakingConfig {
    fn params(&self) -> [(Param, u64); 4] {
        [
            (Param::MinSelfStake, self.min_self_stake),
            (Param::UnbondingPeriod, self.unbonding_period),
            (Param::MinDelegation, self.min_delegation),
            (Param::Leverage, self.leverage),
        ]
    }
}

#[derive(Accounts)]
pub struct Initialize {
    /// The program's upgrade authority, who signs and pays the rent. Checked by `validate`.
    #[account(mut)]
    pub deployer: Signer,
    /// Staking's parameters, created here, so staking is initialized only once.
    #[account(init, payer = deployer, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// A mint of the classic token program without freeze authority. Checked by `validate`.
    pub stake_mint: UncheckedAccount,
    /// The program's ProgramData account. Its address and owner are checked by `is_upgrade_authority`.
    pub program_data: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl Initialize {
    fn validate(&self, config: &StakingConfig) -> RuleResult<()> {
        let deployer = self.deployer.address();
        if !deployer::is_upgrade_authority(self.program_data.account(), &crate::ID, deployer) {
            return Err(StakingError::NotDeployer);
        }
        let mint = token::Mint::read(self.stake_mint.account(), &token::TOKEN)
            .ok_or(StakingError::WrongMint)?;
        if mint.freezable {
            return Err(StakingError::FreezableMint);
        }
        let admitted = |(param, value): &(Param, u64)| param.admits(*value);
        let (shortest, longest) = CLAIM_SPAN;
        let span_fits = (shortest..=longest).contains(&config.claim_span);
        if !span_fits || !config.params().iter().all(admitted) {
            return Err(StakingError::ParamOutOfBounds);
        }
        Ok(())
    }

    /// # Specification
    /// - The signer shall be the program's upgrade authority (`NotDeployer`).
    /// - The mint shall be one of the classic token program (`WrongMint`).
    /// - The mint shall have no freeze authority (`FreezableMint`).
    /// - Every value shall lie within its hard bounds (`ParamOutOfBounds`).
    ///
    /// # Arguments
    /// - `config` - the authorities and the first value of every parameter.
    pub fn initialize(ctx: &mut Context<Self>, config: StakingConfig) -> Result<()> {
        ctx.accounts.validate(&config)?;
        let bump = ctx.bumps.params;
        let accounts = &mut ctx.accounts;
        let params = &mut accounts.params;
        params.version = 1;
        params.bump = bump;
        params.authority = config.authority;
        params.market_authority = config.market_authority;
        params.rewards_authority = config.rewards_authority;
        params.stake_mint = *accounts.stake_mint.address();
        params.claim_span = config.claim_span.into();
        for (param, value) in config.params() {
            params.put(param, value);
        }
        params.invariant()?;
        emit(&StakingInitialized {
            authority: params.authority,
            stake_mint: params.stake_mint,
            market_authority: params.market_authority,
            rewards_authority: params.rewards_authority,
            min_self_stake: params.min_self_stake,
            unbonding_period: params.unbonding_period,
            min_delegation: params.min_delegation,
            leverage: params.leverage,
            claim_span: params.claim_span,
        });
        Ok(())
    }
}
