use crate::{
    error::StakingError,
    event::{emit, ProviderRegistered},
    state::{Commission, Params, Provider, ProviderProfile},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct RegisterProvider {
    /// The wallet that will own the provider, who signs and pays the rent.
    #[account(mut)]
    pub owner: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
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
    /// The provider's reward vault, created here.
    #[account(
        init,
        payer = owner,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"reward_vault", provider.address().as_ref()],
        bump
    )]
    pub reward_vault: UncheckedAccount,
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
    /// The owner receives pay and rewards until `set_beneficiary`.
    ///
    /// # Specification
    /// - The mint shall be the stake mint (`WrongMint`).
    /// - The commission shall be at most half (`CommissionTooHigh`).
    ///
    /// # Arguments
    /// - `profile` - the node key and a description of the machine.
    /// - `commission_bps` - what the owner keeps of the stakers' part of its rewards, basis points.
    pub fn register_provider(
        ctx: &mut Context<Self>,
        profile: ProviderProfile,
        commission_bps: u16,
    ) -> Result<()> {
        let commission = Commission::new(commission_bps)?;
        let bump = ctx.bumps.provider;
        let accounts = &mut ctx.accounts;
        for vault in [&accounts.stake_vault, &accounts.reward_vault] {
            token::initialize_account(
                &token::TOKEN,
                vault.account(),
                accounts.stake_mint.account(),
                accounts.provider.address(),
            )?;
        }
        let owner = *accounts.owner.address();
        let provider = &mut accounts.provider;
        provider.version = 1;
        provider.bump = bump;
        provider.owner = owner;
        provider.beneficiary = owner;
        provider.stake_vault = *accounts.stake_vault.address();
        provider.reward_vault = *accounts.reward_vault.address();
        provider.commission = commission;
        provider.set_profile(profile);
        emit(&ProviderRegistered {
            provider: *provider.address(),
            owner,
            node: provider.node,
            cpu_cores: provider.cpu_cores,
            memory_gib: provider.memory_gib,
            gpus: provider.gpus,
            region: provider.region,
            commission_bps: provider.commission.bps,
        });
        Ok(())
    }
}
