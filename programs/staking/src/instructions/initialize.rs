use crate::{
    error::StakingError,
    event::StakingInitialized,
    state::{Param, Params},
};
use anchor_lang::prelude::*;
use assay_shared::{deployer, param::Votable, token};

/// What a deployment chooses. Bounds are those of `set_params`.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct StakingConfig {
    /// Governance authority PDA.
    pub authority: Address,
    /// Market authority PDA.
    pub market_authority: Address,
    /// Base units.
    pub min_self_stake: u64,
    /// Seconds.
    pub unbonding_period: u64,
}

#[derive(Accounts)]
pub struct Initialize {
    #[account(mut)]
    pub deployer: Signer,
    #[account(init, payer = deployer, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    pub stake_mint: UncheckedAccount,
    pub slash_destination: UncheckedAccount,
    pub program_data: UncheckedAccount,
    pub system_program: Program<System>,
}

impl Initialize {
    /// `params`: created here. `stake_mint` and `slash_destination`: kept by address, so they must be what they claim,
    /// and nobody but the destination's holder can empty or close it: without it nothing could be slashed.
    /// `program_data`: `is_upgrade_authority` derives its address and checks its owner.
    ///
    /// Errors: `NotDeployer`, `WrongMint`, `FreezableMint`, `WrongTokenAccount`, `DestinationNotIsolated`,
    /// `ParamOutOfBounds`.
    fn validate(&self, config: &StakingConfig) -> core::result::Result<(), StakingError> {
        let deployer = self.deployer.address();
        if !deployer::is_upgrade_authority(self.program_data.account(), &crate::ID, deployer) {
            return Err(StakingError::NotDeployer);
        }
        let mint = token::Mint::read(self.stake_mint.account(), &token::TOKEN)
            .ok_or(StakingError::WrongMint)?;
        if mint.freezable {
            return Err(StakingError::FreezableMint);
        }
        let destination =
            token::TokenAccount::read(self.slash_destination.account(), &token::TOKEN)
                .ok_or(StakingError::WrongTokenAccount)?;
        if &destination.mint != self.stake_mint.address() {
            return Err(StakingError::WrongTokenAccount);
        }
        if destination.shared_control || destination.frozen {
            return Err(StakingError::DestinationNotIsolated);
        }
        let chosen = [
            (Param::MinSelfStake, config.min_self_stake),
            (Param::UnbondingPeriod, config.unbonding_period),
        ];
        if chosen.iter().any(|(param, value)| !param.admits(*value)) {
            return Err(StakingError::ParamOutOfBounds);
        }
        Ok(())
    }

    pub fn initialize(ctx: &mut Context<Self>, config: StakingConfig) -> Result<()> {
        ctx.accounts.validate(&config)?;
        let accounts = &mut ctx.accounts;
        let params = &mut accounts.params;
        params.authority = config.authority;
        params.market_authority = config.market_authority;
        params.stake_mint = *accounts.stake_mint.address();
        params.slash_destination = *accounts.slash_destination.address();
        params.min_self_stake = config.min_self_stake.into();
        params.unbonding_period = config.unbonding_period.into();
        params.invariant()?;
        emit!(StakingInitialized {
            authority: params.authority,
            stake_mint: params.stake_mint,
            market_authority: params.market_authority,
            slash_destination: params.slash_destination,
            min_self_stake: params.min_self_stake,
            unbonding_period: params.unbonding_period,
        });
        Ok(())
    }
}
