use crate::{
    addresses,
    error::{GovernanceError, RuleResult},
    event::{emit, GovernanceInitialized},
    state::{Floors, Param, Params, MAX_FLOOR_BPS},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::{
    deployer,
    param::Votable,
    token::{Mint, TokenAccount, TOKEN},
};

/// What a deployment chooses. The bounds are those of a vote.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct GovernanceConfig {
    /// Least turnout of a proposal, basis points of the total weight.
    pub quorum_bps: u64,
    /// Least weight of the yes side, base units of the vote mint times the locks' factors.
    pub threshold: u64,
    /// Time in which a proposal can be voted on, seconds.
    pub voting_time: u64,
    /// Time from the end of the vote to the first moment of execution, seconds.
    pub hold_up: u64,
    /// Time in which a passed proposal can be executed, seconds.
    pub execution_window: u64,
    /// Deposit of a proposal, base units of the vote mint.
    pub proposal_deposit: u64,
    /// Shortest lock, seconds.
    pub min_lock: u64,
    /// Longest lock, seconds.
    pub max_lock: u64,
    /// Time from the publication of a proposal to the opening of its vote, seconds.
    pub notice: u64,
    /// Most that one proposal may spend of what the treasury holds of a mint, basis points.
    pub spend_bps: u64,
    /// The least values that votes can set.
    pub floors: FloorsConfig,
    /// Share of the supply that, in the longest locks, is just enough to pass a proposal, basis points.
    pub floor_bps: u64,
    /// Wallet that may pause and veto; zero for none.
    pub guardian: Address,
}

/// The least values that votes can set. They are fixed for ever.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct FloorsConfig {
    /// Least notice, seconds.
    pub notice: u64,
    /// Least voting time, seconds.
    pub voting_time: u64,
    /// Least hold-up, seconds.
    pub hold_up: u64,
    /// Least execution window, seconds.
    pub execution_window: u64,
    /// Least threshold, base units of the vote mint times the locks' factors.
    pub threshold: u64,
}

impl GovernanceConfig {
    /// Returns the first value of every parameter.
    #[inline(never)]
    pub fn params(&self) -> [(Param, u64); 10] {
        [
            (Param::QuorumBps, self.quorum_bps),
            (Param::Threshold, self.threshold),
            (Param::VotingTime, self.voting_time),
            (Param::HoldUp, self.hold_up),
            (Param::ExecutionWindow, self.execution_window),
            (Param::ProposalDeposit, self.proposal_deposit),
            (Param::MinLock, self.min_lock),
            (Param::MaxLock, self.max_lock),
            (Param::Notice, self.notice),
            (Param::SpendBps, self.spend_bps),
        ]
    }

    /// Checks values and floors.
    ///
    /// # Errors
    /// `ParamOutOfBounds`, `BelowFloor`.
    pub fn check(&self) -> RuleResult<()> {
        let floors = Floors::from(self.floors);
        if !(1..=MAX_FLOOR_BPS).contains(&self.floor_bps) {
            return Err(GovernanceError::ParamOutOfBounds);
        }
        for (param, value) in self.params() {
            let floor = floors.of(param);
            // A parameter without a floor has the floor zero.
            let has_floor = Floors::WITH.contains(&param);
            if !param.admits(value) || (has_floor && !param.admits(floor)) {
                return Err(GovernanceError::ParamOutOfBounds);
            }
            if value < floor {
                return Err(GovernanceError::BelowFloor);
            }
        }
        Ok(())
    }
}

impl From<FloorsConfig> for Floors {
    fn from(config: FloorsConfig) -> Self {
        Self {
            notice: config.notice.into(),
            voting_time: config.voting_time.into(),
            hold_up: config.hold_up.into(),
            execution_window: config.execution_window.into(),
            threshold: config.threshold.into(),
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
    pub params: Box<Account<Params>>,
    /// Governance's authority, of which only the bump is kept. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub authority: UncheckedAccount,
    /// The treasury, of which only the bump is kept. Checked by its seeds.
    #[account(seeds = [b"treasury"], bump)]
    pub treasury_authority: UncheckedAccount,
    /// The upgrader, of which only the bump is kept. Checked by its seeds.
    #[account(seeds = [b"upgrade"], bump)]
    pub upgrade_authority: UncheckedAccount,
    /// A mint of the classic token program without freeze authority. Checked by `validate`.
    pub vote_mint: UncheckedAccount,
    /// A token account of the vote mint that the treasury holds, and nobody else can move or close. Checked by `validate`.
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
        self.check_treasury()?;
        config.check()
    }

    /// Both addresses are kept for ever. If the treasury could be closed or frozen later, epochs could not be finalized.
    fn check_treasury(&self) -> RuleResult<()> {
        let mint = Mint::read(self.vote_mint.account(), &TOKEN);
        if mint.ok_or(GovernanceError::WrongMint)?.freezable {
            return Err(GovernanceError::FreezableMint);
        }
        let treasury = TokenAccount::read(self.treasury.account(), &TOKEN)
            .filter(|account| account.mint == *self.vote_mint.address())
            .ok_or(GovernanceError::WrongTokenAccount)?;
        if treasury.authority != addresses::TREASURY {
            return Err(GovernanceError::WrongTreasury);
        }
        if !treasury.is_isolated() {
            return Err(GovernanceError::TreasuryNotIsolated);
        }
        Ok(())
    }

    /// # Specification
    /// - The signer shall be the program's upgrade authority (`NotDeployer`).
    /// - The mint shall be one of the classic token program (`WrongMint`).
    /// - The mint shall have no freeze authority (`FreezableMint`).
    /// - The treasury shall be a token account of the mint (`WrongTokenAccount`).
    /// - The treasury shall be held by governance's treasury address (`WrongTreasury`).
    /// - The treasury shall be its holder's alone (`TreasuryNotIsolated`).
    /// - Every value and every floor shall lie within the hard bounds (`ParamOutOfBounds`).
    /// - No value shall lie below its floor (`BelowFloor`).
    ///
    /// # Arguments
    /// - `config` - the first value of every parameter, the floors and the first guardian.
    pub fn initialize(ctx: &mut Context<Self>, config: GovernanceConfig) -> Result<()> {
        ctx.accounts.validate(&config)?;
        let (bump, authority_bump) = (ctx.bumps.params, ctx.bumps.authority);
        let (treasury_bump, upgrade_bump) =
            (ctx.bumps.treasury_authority, ctx.bumps.upgrade_authority);
        let accounts = &mut ctx.accounts;
        let params: &mut Params = &mut accounts.params;
        params.version = 1;
        params.bump = bump;
        params.authority_bump = authority_bump;
        params.treasury_bump = treasury_bump;
        params.upgrade_bump = upgrade_bump;
        params.vote_mint = *accounts.vote_mint.address();
        params.treasury = *accounts.treasury.address();
        params.guardian = config.guardian;
        params.floors = config.floors.into();
        params.floor_bps = config.floor_bps.into();
        for (param, value) in config.params() {
            params.put(param, value);
        }
        emit(GovernanceInitialized {
            vote_mint: params.vote_mint,
            treasury: params.treasury,
            guardian: params.guardian,
            floors: params.floors,
            floor_bps: params.floor_bps,
        });
        Ok(())
    }
}
