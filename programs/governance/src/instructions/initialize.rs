use crate::{
    error::{GovernanceError, Rule},
    event::GovernanceInitialized,
    state::{Param, Params},
};
use anchor_lang::prelude::*;
use assay_shared::{deployer, param::Votable, token};

/// What a deployment chooses. Bounds are those of a vote.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct GovernanceConfig {
    /// Basis points of the total weight.
    pub quorum_bps: u64,
    /// Weight.
    pub threshold: u64,
    /// Seconds.
    pub voting_time: u64,
    /// Seconds.
    pub hold_up: u64,
    /// Seconds.
    pub execution_window: u64,
    /// Base units of the vote mint.
    pub proposal_deposit: u64,
    /// Seconds.
    pub min_lock: u64,
    /// Seconds.
    pub max_lock: u64,
}

impl GovernanceConfig {
    fn value(&self, param: Param) -> u64 {
        match param {
            Param::QuorumBps => self.quorum_bps,
            Param::Threshold => self.threshold,
            Param::VotingTime => self.voting_time,
            Param::HoldUp => self.hold_up,
            Param::ExecutionWindow => self.execution_window,
            Param::ProposalDeposit => self.proposal_deposit,
            Param::MinLock => self.min_lock,
            Param::MaxLock => self.max_lock,
        }
    }
}

#[derive(Accounts)]
pub struct Initialize {
    #[account(mut)]
    pub deployer: Signer,
    #[account(init, payer = deployer, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(seeds = [b"authority"], bump)]
    pub authority: UncheckedAccount,
    pub vote_mint: UncheckedAccount,
    pub treasury: UncheckedAccount,
    pub program_data: UncheckedAccount,
    pub system_program: Program<System>,
}

impl Initialize {
    /// `params`: created here. `authority`: only its bump is kept. `vote_mint` and `treasury`: kept by address, so they
    /// must be what they claim, and nobody but the treasury's holder can empty or close it: without it no proposal that
    /// forfeits its deposit could be closed. `program_data`: `is_upgrade_authority` derives its address and checks its
    /// owner.
    ///
    /// Errors: `NotDeployer`, `WrongMint`, `FreezableMint`, `WrongTokenAccount`, `TreasuryNotIsolated`,
    /// `ParamOutOfBounds`.
    fn validate(&self, config: &GovernanceConfig) -> Rule<()> {
        let deployer = self.deployer.address();
        if !deployer::is_upgrade_authority(self.program_data.account(), &crate::ID, deployer) {
            return Err(GovernanceError::NotDeployer);
        }
        let mint = token::Mint::read(self.vote_mint.account(), &token::TOKEN)
            .ok_or(GovernanceError::WrongMint)?;
        if mint.freezable {
            return Err(GovernanceError::FreezableMint);
        }
        let treasury = token::TokenAccount::read(self.treasury.account(), &token::TOKEN)
            .ok_or(GovernanceError::WrongTokenAccount)?;
        if &treasury.mint != self.vote_mint.address() {
            return Err(GovernanceError::WrongTokenAccount);
        }
        if treasury.shared_control || treasury.frozen {
            return Err(GovernanceError::TreasuryNotIsolated);
        }
        if Param::ALL.iter().any(|p| !p.admits(config.value(*p))) {
            return Err(GovernanceError::ParamOutOfBounds);
        }
        Ok(())
    }

    pub fn initialize(ctx: &mut Context<Self>, config: GovernanceConfig) -> Result<()> {
        ctx.accounts.validate(&config)?;
        let accounts = &mut ctx.accounts;
        let params = &mut accounts.params;
        params.vote_mint = *accounts.vote_mint.address();
        params.treasury = *accounts.treasury.address();
        for param in Param::ALL {
            params.put(*param, config.value(*param));
        }
        params.authority_bump = ctx.bumps.authority;
        emit!(GovernanceInitialized {
            vote_mint: params.vote_mint,
            treasury: params.treasury,
            quorum_bps: params.quorum_bps,
            threshold: params.threshold,
            voting_time: params.voting_time,
            hold_up: params.hold_up,
            execution_window: params.execution_window,
            proposal_deposit: params.proposal_deposit,
            min_lock: params.min_lock,
            max_lock: params.max_lock,
        });
        Ok(())
    }
}
