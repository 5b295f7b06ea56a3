use crate::{
    clock,
    error::StakingError,
    event::{emit, StakeWithdrawn},
    state::{Params, Provider},
    vault,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct WithdrawStake {
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The provider's owner; signs to choose a destination. Checked by its address.
    #[account(address = provider.owner @ StakingError::NotOwner)]
    pub owner: UncheckedAccount,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
    /// The provider's stake vault. Checked by its address.
    #[account(mut, address = provider.stake_vault)]
    pub stake_vault: UncheckedAccount,
    /// The associated token account of the provider's owner for the stake mint, or any if the owner signs. Receives the tokens. Checked
    /// by `check_destination`; the mint by the transfer.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl WithdrawStake {
    /// # Specification
    /// - `owner` shall be the provider's owner (`NotOwner`).
    /// - The tokens shall go to the owner's associated token account, unless the owner signs (`WrongTokenAccount`).
    /// - Some of the owner's stake shall have matured (`NotMatured`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the owner's associated token account; not read if the owner signs.
    pub fn withdraw_stake(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
        vault::check_destination(
            &accounts.owner,
            accounts.owner.address(),
            &accounts.destination,
            &accounts.params.stake_mint,
            bump,
        )?;
        let now = clock::now()?;
        let amount = accounts.provider.own.withdraw(now)?;
        let (provider, vault) = (&accounts.provider, &accounts.stake_vault);
        vault::pay(provider, vault, &accounts.destination, amount)?;
        emit(&StakeWithdrawn {
            provider: *provider.address(),
            amount: amount.into(),
        });
        Ok(())
    }
}
