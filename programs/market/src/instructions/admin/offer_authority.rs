use crate::{
    error::MarketError,
    event::{emit, AuthorityOffered},
    state::Params,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct OfferAuthority {
    /// The authority on record in `params`, who signs. Checked by its address.
    #[account(address = params.authority @ MarketError::NotAuthority)]
    pub authority: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
}

impl OfferAuthority {
    /// The authority stays where it is until `accept_authority`, so that a wrong address loses nothing.
    ///
    /// # Specification
    /// - The signer shall be the authority on record (`NotAuthority`).
    ///
    /// # Arguments
    /// - `to` - who may accept the authority; zero takes an offer back.
    pub fn offer_authority(ctx: &mut Context<Self>, to: Address) -> Result<()> {
        ctx.accounts.params.offered = to;
        emit(AuthorityOffered { to });
        Ok(())
    }
}
