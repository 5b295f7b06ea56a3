use crate::{
    error::{GovernanceError, RuleResult},
    event::GovernanceInitialized,
    state::{Param, Params},
};
use anchor_lang::prelude::*;
use assay_shared::{deployer, param::Votable, token};

/// What a deployment chooses. The bounds are those of a vote.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct GovernanceConfig {
    /// Least turnout of a proposal, basis points of the total weight.
    pub quorum_bps: u64,
    /// Least weight of the yes side, base units of the vote mint times the locks' factors.
    pub threshold: u64,
    /// Time in which a proposal can be voted on, seconds.
    pub voting_time: u64,
    /// Time from the end of the voting to the first moment of execution, seconds.
    pub hold_up: u64,
    /// Time in which a passed proposal can be executed, seconds.
    pub execution_window: u64,
    /// Deposit of a proposal, base units of the vote mint.
    pub proposal_deposit: u64,
    /// Shortest lock, seconds.
    pub min_lock: u64,
    /// Longest lock, seconds.
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
    /// The program's upgrade authority, who signs and pays the rent. Checked by `validate`.
    #[account(mut)]
    pub deployer: Signer,
    /// Governance's parameters, created here, so governance is initialized only once.
    #[account(init, payer = deployer, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// Governance's authority, of which only the bump is kept. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub authority: UncheckedAccount,
    /// A mint of the classic token program without freeze authority. Checked by `validate`.
    pub vote_mint: UncheckedAccount,
    /// A token account of the vote mint that only its holder can move or close. Checked by `validate`.
    pub treasury: UncheckedAccount,
    /// The program's ProgramData account. Its address and owner are checked by `is_upgrade_authority`.
    pub program_data: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl Initialize {
    fn validate(&self, config: &GovernanceConfig) -> RuleResult<()> {
        let deployer = self.deployer.address();
        if !deployer::is_upgrade_authority(self.program_data.account(), &crate::ID, deployer) {
            return Err(GovernanceError::NotDeployer);
        }
        token::check_destination(self.vote_mint.account(), self.treasury.account())?;
        if Param::ALL.iter().any(|p| !p.admits(config.value(*p))) {
            return Err(GovernanceError::ParamOutOfBounds);
        }
        Ok(())
    }

    /// # Specification
    /// - The signer shall be the program's upgrade authority (`NotDeployer`).
    /// - The mint shall be one of the classic token program (`WrongMint`).
    /// - The mint shall have no freeze authority (`FreezableMint`).
    /// - The treasury shall be a token account of the mint (`WrongTokenAccount`).
    /// - The treasury shall be its holder's alone (`TreasuryNotIsolated`).
    /// - Every value shall lie within its hard bounds (`ParamOutOfBounds`).
    ///
    /// # Arguments
    /// - `config` - the first value of every parameter.
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
