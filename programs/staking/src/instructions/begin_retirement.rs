use crate::{
    clock,
    error::StakingError,
    event::{emit, RetirementBegun},
    settling::end_diluted,
    state::{Params, Provider},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct BeginRetirement {
    /// The provider's owner, who signs. Checked by its address.
    #[account(address = provider.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
}

impl BeginRetirement {
    /// There is no way back. The notice covers the unbonding period, and twice the claim span: what was worked before can be claimed
    /// and comes to all. What attested work brings after that still holds everybody in until it has come.
    ///
    /// # Specification
    /// - The signer shall be the provider's owner (`NotOwner`).
    /// - The provider shall not be retiring already (`Retiring`).
    /// - No stake shall be allocated (`StakeAllocated`).
    pub fn begin_retirement(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let now = clock::now()?;
        let provider = &mut accounts.provider;
        provider.begin_retirement(now, &accounts.params)?;
        emit(&RetirementBegun {
            provider: *provider.address(),
            retires_at: provider.retires_at,
        });
        end_diluted(provider, &accounts.params, now)
    }
}
