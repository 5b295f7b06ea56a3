use crate::{
    error::StakingError,
    event::ProviderRegistered,
    state::{Params, Provider, ProviderProfile},
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct RegisterProvider {
    #[account(mut)]
    pub owner: Signer,
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(init, payer = owner, seeds = [b"provider", owner.address().as_ref()], bump)]
    pub provider: Account<Provider>,
    #[account(
        init,
        payer = owner,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"stake_vault", provider.address().as_ref()],
        bump
    )]
    pub stake_vault: UncheckedAccount,
    #[account(address = params.stake_mint @ StakingError::WrongMint)]
    pub stake_mint: UncheckedAccount,
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl RegisterProvider {
    /// Nothing to check beyond the constraints: the owner signs for itself, and a second registration fails because
    /// the provider exists.
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
        provider.describe(profile);
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
