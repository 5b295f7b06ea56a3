use crate::{
    error::MarketError,
    event::{emit, AuthoritySet},
    state::Params,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetAuthority {
    /// The authority on record in `params`, who signs. Checked by its address.
    #[account(address = params.authority @ MarketError::NotAuthority)]
    pub authority: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
}

impl SetAuthority {
    /// A deployment passes the authority to governance once the first payment mint is allowed.
    ///
    /// # Specification
    /// - The signer shall be the authority on record (`NotAuthority`).
    ///
    /// # Arguments
    /// - `authority` - the new authority; any address, not checked.
    pub fn set_authority(ctx: &mut Context<Self>, authority: Address) -> Result<()> {
        ctx.accounts.params.authority = authority;
        emit(AuthoritySet { authority });
        Ok(())
    }
}
