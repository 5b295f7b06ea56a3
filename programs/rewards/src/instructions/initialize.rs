use crate::{
    error::{RewardsError, Rule},
    event::EmissionCreated,
    state::{Emission, Param, Schedule},
};
use anchor_lang::prelude::*;
use assay_shared::{deployer, param::Votable, token};
use pinocchio::cpi::{Seed, Signer as PdaSigner};

/// Decimals of the reward token.
pub const DECIMALS: u8 = 9;

/// What a deployment chooses. All but `workers_bps` is fixed for ever. Amounts in base units.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct RewardsConfig {
    /// Governance authority PDA: changes parameters and holds the treasury.
    pub authority: Address,
    /// Holds the genesis supply.
    pub genesis_holder: Address,
    /// Most that may ever be minted, below 2^62.
    pub cap: u64,
    pub genesis_supply: u64,
    /// Emission of one epoch of the first halving interval.
    pub initial_emission: u64,
    /// Epochs after which the emission halves.
    pub halving_epochs: u64,
    /// Workers' share of the emission, basis points.
    pub workers_bps: u64,
}

impl RewardsConfig {
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
    #[account(mut)]
    pub deployer: Signer,
    #[account(init, payer = deployer, seeds = [b"emission"], bump)]
    pub emission: Account<Emission>,
    #[account(
        init,
        payer = deployer,
        space = token::MINT_LEN,
        owner = token::TOKEN,
        seeds = [b"mint"],
        bump
    )]
    pub mint: UncheckedAccount,
    #[account(seeds = [b"authority"], bump)]
    pub mint_authority: UncheckedAccount,
    #[account(
        init,
        payer = deployer,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"genesis"],
        bump
    )]
    pub genesis_vault: UncheckedAccount,
    #[account(
        init,
        payer = deployer,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"treasury"],
        bump
    )]
    pub treasury: UncheckedAccount,
    pub program_data: UncheckedAccount,
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl Initialize {
    /// `emission`, `mint`, `genesis_vault` and `treasury`: created here, so a second initialization fails.
    /// `mint_authority`: by its seeds. `program_data`: `is_upgrade_authority` derives its address and checks its owner.
    ///
    /// Errors: `NotDeployer`, `ParamOutOfBounds`. The schedule: `Schedule::invariant`.
    fn validate(&self, config: &RewardsConfig) -> Rule<()> {
        let deployer = self.deployer.address();
        if !deployer::is_upgrade_authority(self.program_data.account(), &crate::ID, deployer) {
            return Err(RewardsError::NotDeployer);
        }
        if !Param::WorkersBps.admits(config.workers_bps) {
            return Err(RewardsError::ParamOutOfBounds);
        }
        config.schedule().invariant()
    }

    pub fn initialize(ctx: &mut Context<Self>, config: RewardsConfig) -> Result<()> {
        ctx.accounts.validate(&config)?;
        let authority_bump = ctx.bumps.mint_authority;
        let accounts = &mut ctx.accounts;
        accounts.create_tokens(&config, authority_bump)?;
        let emission = &mut accounts.emission;
        emission.authority = config.authority;
        emission.mint = *accounts.mint.address();
        emission.treasury = *accounts.treasury.address();
        emission.cap = config.cap.into();
        emission.genesis_supply = config.genesis_supply.into();
        emission.initial_emission = config.initial_emission.into();
        emission.halving_epochs = config.halving_epochs.into();
        emission.put(Param::WorkersBps, config.workers_bps);
        emit!(EmissionCreated {
            mint: emission.mint,
            authority: emission.authority,
            genesis_vault: *accounts.genesis_vault.address(),
            treasury: emission.treasury,
            cap: emission.cap,
            initial_emission: emission.initial_emission,
            halving_epochs: emission.halving_epochs,
            genesis_supply: emission.genesis_supply,
            workers_bps: emission.workers_bps,
        });
        Ok(())
    }

    fn create_tokens(&self, config: &RewardsConfig, authority_bump: u8) -> Result<()> {
        let mint = self.mint.account();
        let genesis = self.genesis_vault.account();
        let authority = self.mint_authority.account();
        token::initialize_mint(&token::TOKEN, mint, DECIMALS, authority.address())?;
        token::initialize_account(&token::TOKEN, genesis, mint, &config.genesis_holder)?;
        let treasury = self.treasury.account();
        token::initialize_account(&token::TOKEN, treasury, mint, &config.authority)?;
        mint_to(
            mint,
            genesis,
            authority,
            config.genesis_supply,
            authority_bump,
        )
    }
}

/// Mints as the mint authority PDA with this bump.
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
