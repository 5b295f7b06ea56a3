use crate::{
    error::MarketError,
    event::{emit, GuardianSet},
    state::Params,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetGuardian {
    /// The authority on record in `params`, who signs. Checked by its address.
    #[account(address = params.authority @ MarketError::NotAuthority)]
    pub authority: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
}

impl SetGuardian {
    /// The guardian can close a payment mint to new jobs without waiting for a vote. It can do nothing else.
    ///
    /// # Specification
    /// - The signer shall be the authority on record (`NotAuthority`).
    ///
    /// # Arguments
    /// - `guardian` - the new guardian; zero for none, else any address, not checked.
    pub fn set_guardian(ctx: &mut Context<Self>, guardian: Address) -> Result<()> {
        ctx.accounts.params.guardian = guardian;
        emit(GuardianSet { guardian });
        Ok(())
    }
}
