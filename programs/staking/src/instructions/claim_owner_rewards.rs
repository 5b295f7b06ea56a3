use crate::{
    clock,
    error::StakingError,
    event::{emit, OwnerRewardsClaimed},
    settling::settle,
    state::{Params, Provider},
    vault,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct ClaimOwnerRewards {
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The provider's owner; signs to choose a destination. Checked by its address.
    #[account(address = provider.owner @ StakingError::NotOwner)]
    pub owner: UncheckedAccount,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
    /// The provider's reward vault. Checked by its address.
    #[account(mut, address = provider.reward_vault)]
    pub reward_vault: UncheckedAccount,
    /// The associated token account of the provider's beneficiary for the stake mint, or any if the owner signs. Receives the tokens. Checked
    /// by `check_destination`; the mint by the transfer.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl ClaimOwnerRewards {
    /// Pays what the owner's work, commission and stake have brought until now; where there is nothing it only settles.
    ///
    /// # Specification
    /// - `owner` shall be the provider's owner (`NotOwner`).
    /// - The rewards shall go to the beneficiary's associated token account, unless the owner signs (`WrongTokenAccount`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the beneficiary's associated token account; not read if the owner signs.
    pub fn claim_owner_rewards(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
        vault::check_destination(
            &accounts.owner,
            &accounts.provider.beneficiary,
            &accounts.destination,
            &accounts.params.stake_mint,
            bump,
        )?;
        let now = clock::now()?;
        settle(&mut accounts.provider, now)?;
        let amount = accounts.provider.take_owner_rewards()?;
        let (provider, vault) = (&accounts.provider, &accounts.reward_vault);
        vault::pay(provider, vault, &accounts.destination, amount)?;
        emit(&OwnerRewardsClaimed {
            provider: *provider.address(),
            amount: amount.into(),
        });
        Ok(())
    }
}
