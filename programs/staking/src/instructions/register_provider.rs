use crate::{
    error::StakingError,
    event::ProviderRegistered,
    state::{Params, Provider, ProviderProfile},
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct RegisterProvider {
    /// The wallet that will own the provider, who signs and pays the rent.
    #[account(mut)]
    pub owner: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// The provider, created here, so a wallet owns only one.
    #[account(init, payer = owner, seeds = [b"provider", owner.address().as_ref()], bump)]
    pub provider: Account<Provider>,
    /// The provider's stake vault, created here.
    #[account(
        init,
        payer = owner,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"stake_vault", provider.address().as_ref()],
        bump
    )]
    pub stake_vault: UncheckedAccount,
    /// The stake mint on record in `params`. Checked by its address.
    #[account(address = params.stake_mint @ StakingError::WrongMint)]
    pub stake_mint: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl RegisterProvider {
    /// # Specification
    /// - The mint shall be the stake mint (`WrongMint`).
    ///
    /// # Arguments
    /// - `profile` - the node key and a description of the machine.
    pub fn register_provider(ctx: &mut Context<Self>, profile: ProviderProfile) -> Result<()> {
        let accounts = &mut ctx.accounts;
        token::initialize_account(
            &token::TOKEN,
            accounts.stake_vault.account(),
            accounts.stake_mint.account(),
            accounts.provider.address(),
        )?;
        let provider = &mut accounts.provider;
        provider.owner = *accounts.owner.address();
        provider.set_profile(profile);
        provider.bump = ctx.bumps.provider;
        provider.vault_bump = ctx.bumps.stake_vault;
        emit!(ProviderRegistered {
            provider: *provider.address(),
            owner: provider.owner,
            node: provider.node,
            cpu_cores: provider.cpu_cores,
            memory_gib: provider.memory_gib,
            gpus: provider.gpus,
            region: provider.region,
        });
        Ok(())
    }
}
