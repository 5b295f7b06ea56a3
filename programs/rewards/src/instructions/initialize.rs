use crate::{
    error::{RewardsError, RuleResult},
    event::{emit, EmissionCreated},
    state::{Emission, Param, Schedule},
};
use anchor_lang::prelude::*;
use assay_shared::{deployer, param::Votable, token};
use pinocchio::cpi::{Seed, Signer as PdaSigner};

/// Decimals of the reward token.
pub const DECIMALS: u8 = 9;

/// What a deployment chooses. Everything but the three shares in basis points is fixed for ever.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct RewardsConfig {
    /// Governance's authority, which may change parameters.
    pub authority: Address,
    /// Holds the treasury: governance's address for transfers.
    pub treasury_holder: Address,
    /// Wallet that holds the genesis supply.
    pub genesis_holder: Address,
    /// Largest number of base units that may ever be minted, below 2^62.
    pub cap: u64,
    /// Tokens minted at initialization, base units.
    pub genesis_supply: u64,
    /// Emission of one epoch of the first halving interval, base units.
    pub initial_emission: u64,
    /// Number of epochs after which the emission halves.
    pub halving_epochs: u64,
    /// Workers' share of the emission, basis points.
    pub workers_bps: u64,
    /// Stakers' share of the emission, basis points.
    pub stakers_bps: u64,
    /// Most that an epoch mints, as a share of what its fees are worth, basis points.
    pub kappa_bps: u64,
}

impl RewardsConfig {
    fn params(&self) -> [(Param, u64); 3] {
        [
            (Param::WorkersBps, self.workers_bps),
            (Param::StakersBps, self.stakers_bps),
            (Param::KappaBps, self.kappa_bps),
        ]
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            cap: self.cap,
            genesis_supply: self.genesis_supply,
            initial_emission: self.initial_emission,
            halving_epochs: self.halving_epochs,
        }
    }
}

#[derive(Accounts)]
pub struct Initialize {
    /// The program's upgrade authority, who signs and pays the rent. Checked by `validate`.
    #[account(mut)]
    pub deployer: Signer,
    /// The emission account, created here, so rewards is initialized only once.
    #[account(init, payer = deployer, seeds = [b"emission"], bump)]
    pub emission: Account<Emission>,
    /// The reward mint, created here.
    #[account(
        init,
        payer = deployer,
        space = token::MINT_LEN,
        owner = token::TOKEN,
        seeds = [b"mint"],
        bump
    )]
    pub mint: UncheckedAccount,
    /// The reward mint's authority, for which the program signs. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub mint_authority: UncheckedAccount,
    /// Holds the pot, and the program signs for it. Checked by its seeds.
    #[account(seeds = [b"funder"], bump)]
    pub funder: UncheckedAccount,
    /// The pot, created here.
    #[account(
        init,
        payer = deployer,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"pot"],
        bump
    )]
    pub pot: UncheckedAccount,
    /// The token account that receives the genesis supply, created here.
    #[account(
        init,
        payer = deployer,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"genesis"],
        bump
    )]
    pub genesis_vault: UncheckedAccount,
    /// The treasury, created here.
    #[account(
        init,
        payer = deployer,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"treasury"],
        bump
    )]
    pub treasury: UncheckedAccount,
    /// The program's ProgramData account. Its address and owner are checked by `is_upgrade_authority`.
    pub program_data: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl Initialize {
    fn validate(&self, config: &RewardsConfig) -> RuleResult<()> {
        let deployer = self.deployer.address();
        if !deployer::is_upgrade_authority(self.program_data.account(), &crate::ID, deployer) {
            return Err(RewardsError::NotDeployer);
        }
        let admitted = |(param, value): &(Param, u64)| param.admits(*value);
        if !config.params().iter().all(admitted) {
            return Err(RewardsError::ParamOutOfBounds);
        }
        config.schedule().invariant()
    }

    /// # Specification
    /// - The signer shall be the program's upgrade authority (`NotDeployer`).
    /// - Every parameter shall lie within its hard bounds (`ParamOutOfBounds`).
    /// - The cap shall leave room for the weight of locks in governance (`CapTooLarge`).
    /// - The genesis supply shall not exceed the cap (`GenesisAboveCap`).
    /// - Emission and halving interval shall be greater than zero (`EmptySchedule`).
    /// - The first halving interval shall not emit more than the cap leaves (`ScheduleAboveCap`).
    /// - Workers and stakers together shall leave a part of the emission to the treasury (`SplitTooLarge`).
    ///
    /// # Arguments
    /// - `config` - the authority, the supply and the schedule of the emission.
    pub fn initialize(ctx: &mut Context<Self>, config: RewardsConfig) -> Result<()> {
        ctx.accounts.validate(&config)?;
        let bumps = &ctx.bumps;
        let accounts = &mut ctx.accounts;
        accounts.create_tokens(&config, bumps.mint_authority)?;
        let emission = &mut accounts.emission;
        emission.version = 1;
        emission.bump = bumps.emission;
        emission.authority_bump = bumps.mint_authority;
        emission.funder_bump = bumps.funder;
        emission.authority = config.authority;
        emission.mint = *accounts.mint.address();
        emission.treasury = *accounts.treasury.address();
        emission.pot = *accounts.pot.address();
        emission.cap = config.cap.into();
        emission.genesis_supply = config.genesis_supply.into();
        emission.initial_emission = config.initial_emission.into();
        emission.halving_epochs = config.halving_epochs.into();
        for (param, value) in config.params() {
            emission.put(param, value);
        }
        emission.invariant()?;
        emit(EmissionCreated {
            mint: emission.mint,
            authority: emission.authority,
            genesis_vault: *accounts.genesis_vault.address(),
            treasury: emission.treasury,
            treasury_holder: config.treasury_holder,
            cap: emission.cap,
            initial_emission: emission.initial_emission,
            halving_epochs: emission.halving_epochs,
            genesis_supply: emission.genesis_supply,
            workers_bps: emission.workers_bps,
            stakers_bps: emission.stakers_bps,
            kappa_bps: emission.kappa_bps,
        });
        Ok(())
    }

    fn create_tokens(&self, config: &RewardsConfig, authority_bump: u8) -> Result<()> {
        let mint = self.mint.account();
        let genesis = self.genesis_vault.account();
        let authority = self.mint_authority.account();
        token::initialize_mint(&token::TOKEN, mint, DECIMALS, authority.address())?;
        for (account, holder) in [
            (genesis, &config.genesis_holder),
            (self.treasury.account(), &config.treasury_holder),
            (self.pot.account(), self.funder.address()),
        ] {
            token::initialize_account(&token::TOKEN, account, mint, holder)?;
        }
        mint_to(
            mint,
            genesis,
            authority,
            config.genesis_supply,
            authority_bump,
        )
    }
}

/// Mints `amount` base units, signed by the mint authority with this bump. Does nothing if `amount` is zero.
pub(super) fn mint_to(
    mint: &AccountView,
    to: &AccountView,
    authority: &AccountView,
    amount: u64,
    bump: u8,
) -> Result<()> {
    if amount == 0 {
        return Ok(());
    }
    let bump = [bump];
    let seeds = [Seed::from(b"authority"), Seed::from(&bump)];
    token::mint_to(
        &token::TOKEN,
        mint,
        to,
        authority,
        amount,
        &[PdaSigner::from(&seeds)],
    )?;
    Ok(())
}
